// What a search is asked and what it answers.
import type { HtnPlan } from './solution.js';

/** Limits, seed and listeners of a search. */
export interface SearchOptions {
  /** Milliseconds of a clock [the system's]. */
  readonly now?: () => number;
  /** Nodes of the search: decompositions and steps tried [no limit]. */
  readonly nodes?: number;
  /** Methods applied one after the other, from the initial network on [no limit]. */
  readonly depth?: number;
  /**
   * Memory of the search, in mebibytes: of its tables as they are counted, and with {@link uncollectedMb} more of all
   * by which the process has grown since the search began [2048].
   */
  readonly memoryMb?: number;
  /** What the process uses; null to go by what is counted alone [the process's own reading]. */
  readonly memory?: (() => MemoryReading) | null;
  /** Milliseconds by `now` [no limit]. */
  readonly timeMs?: number;
  /** Stops the search at its next rest, with the outcome `limit`. */
  readonly signal?: AbortSignal;
  /** Seed of the search's own chances [1]. */
  readonly seed?: number;
  /** Goes on after the first plan until a limit, for cheaper ones [false]. */
  readonly improve?: boolean;
  /** Told each plan that is cheaper than those before. */
  readonly onImprovement?: (plan: HtnPlan) => void;
  /** Milliseconds of work between two turns of the event loop [8]. */
  readonly sliceMs?: number;
  /** Names of searches to use, in this order [all, in the order that measured best]. */
  readonly strategies?: readonly SearchStrategy[];
}

/** Memory of a process at some moment, in bytes. */
export interface MemoryReading {
  /** Objects and arrays, with what is not collected yet. */
  readonly used: number;
  /** Of these, what lies on V8's heap. */
  readonly heapUsed: number;
  /** What V8's heap may hold; beyond it the process dies. */
  readonly heapLimit: number;
}

/** How much of what a process has grown by may be waiting to be collected. */
export const uncollectedMb = 192;

/** `lifted`: depth first, in the author's order of methods, without grounding. `ground`: heuristic search. */
export type SearchStrategy = 'lifted' | 'ground';

/** What ended a search without a proof. */
export type SearchLimit = 'nodes' | 'depth' | 'memory' | 'time' | 'stopped';

/** Counts of a search. */
export interface SearchStatistics {
  /** Decompositions and steps tried. */
  readonly nodes: number;
  /** Nodes that had been seen before. */
  readonly revisits: number;
  /** Most methods applied one after the other. */
  readonly depth: number;
  /** Ground facts, operators, tasks and methods; 0 where nothing was grounded. */
  readonly facts: number;
  readonly operators: number;
  readonly tasks: number;
  readonly methods: number;
  /** Which search found the plan, or the proof. */
  readonly strategy: string;
}

/**
 * `solved`: a plan; `optimal` when no cheaper one exists. `unsolvable`: there is none, proven by a search of all
 * there is. `limit`: neither was found before a limit.
 */
export type SearchOutcome =
  | {
      readonly status: 'solved';
      readonly plan: HtnPlan;
      readonly optimal: boolean;
      readonly statistics: SearchStatistics;
    }
  | { readonly status: 'unsolvable'; readonly reason: string; readonly statistics: SearchStatistics }
  | {
      readonly status: 'limit';
      readonly limit: SearchLimit;
      readonly reason: string;
      readonly statistics: SearchStatistics;
    };
