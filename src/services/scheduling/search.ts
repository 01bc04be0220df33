// Search: what the searches of one problem share, and how they are driven. Every search works in slices, so that the
// caller's event loop goes on, and several can take turns on one record.
import type { Improvement, Schedule } from './schedule.js';

/** The best schedule so far and the best bound; all searches of a problem read and write it. */
export interface Incumbent {
  /** Value of the best schedule so far; Infinity while there is none. */
  readonly objective: number;
  /** No schedule is better than this. */
  readonly bound: number;
  /** Start of each task by its index in the problem, −1 when it is dropped; undefined while there is none. */
  readonly starts: Int32Array | undefined;
  /** Index of each task's mode. */
  readonly modes: Int32Array | undefined;
  /** Proved: the best schedule is optimal, or there is none. */
  readonly isClosed: boolean;
  /** Counts schedules generated: each pass of a generation scheme, forward or backward, is one. */
  count(schedules: number): void;
  /** Schedules that may still be generated. */
  readonly schedulesLeft: number;
  /** Copies the schedule when it is better than the best so far; says whether it was. It must be valid. */
  offer(starts: Int32Array, modes: Int32Array, objective: number, by: string): boolean;
  raiseBound(bound: number): void;
  /** Says that there is no schedule at all, or none better than the best so far. */
  close(): void;
}

export interface Search {
  readonly name: string;
  /**
   * Works until `isDue()` is true or it has nothing left to do (or the incumbent is closed or its schedules are used
   * up). It asks before each piece of work of a millisecond or less: a piece begins only after the answer `false`,
   * and such answers are how its share of the work is counted. Returns whether it has something left to do. What it
   * does depends on the seed, the problem, the incumbent and the number of its own steps, never on when it was
   * interrupted.
   */
  run(isDue: () => boolean): boolean;
}

export interface SolveOptions {
  /** [1] */
  readonly seed?: number;
  /** [10,000; none when there is a schedule limit] */
  readonly timeLimitMs?: number;
  /** Most schedules that are generated [no limit]. */
  readonly scheduleLimit?: number;
  readonly signal?: AbortSignal;
  /** Longest piece of work between two turns of the event loop [8]. */
  readonly sliceMs?: number;
  /** Worker threads beside the caller's [0]. With workers, the same seed need not give the same result. */
  readonly workers?: number;
  /** The workers search and the caller's thread only waits for them [false]: its event loop is as good as free. */
  readonly isCallerFree?: boolean;
  /** Which searches take part [all]: `heuristic` ones count every schedule that they generate. */
  readonly searches?: 'all' | 'heuristic' | 'exact';
  /** Called in the middle of the search: it should be quick. */
  readonly onImprovement?: (found: Improvement & { readonly schedule: Schedule }) => void;
  /** The machine's time in milliseconds [the system's]. */
  readonly now?: () => number;
}
