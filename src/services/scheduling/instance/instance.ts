// Compiled instance: a scheduling problem as typed arrays, made once and read by every search. Names become indices;
// what belongs to a task or a mode lies in one array, found through an array of first places (`xFirst[i]` to
// `xFirst[i + 1]`).
//
// N1 Every minimum and maximum lag is an arc `point(to) − point(from) ≥ weight`; a maximum lag is an arc backwards.
// N2 A lock is a reusable resource after the problem's own: shared holds 1 of it, exclusive all of it.
// N3 What is said here of earliest, latest, heads and tails holds for every valid schedule that has the task; bounds of
//    a task that is always done rest on tasks that are always done.
import type { ScheduleProblem } from '../problem.js';
import type { Violation } from '../schedule.js';

/** Kinds of {@link ModeTables.changeWhen}. */
export const atStart = 0;
export const atEnd = 1;
export const atRate = 2;

/** Stands for "no limit" in arrays of instants and amounts; larger than every instant. */
export const noLimit = 2 ** 31 - 1;

/** Modes and what they take. A mode's index is `modeFirst[task] + index in the task`. */
export interface ModeTables {
  readonly modeFirst: Int32Array;
  readonly modeTask: Int32Array;
  readonly durations: Int32Array;
  /** Uses of reusable resources (and locks): amounts above 0, each resource once a mode. */
  readonly useFirst: Int32Array;
  readonly useResource: Int32Array;
  readonly useAmount: Int32Array;
  /** Changes of stocks, amounts other than 0. */
  readonly changeFirst: Int32Array;
  readonly changeStock: Int32Array;
  readonly changeAmount: Int32Array;
  readonly changeWhen: Uint8Array;
  /** Cost by mode × costNames.length + index of the name; names of budgets and of cost objectives. */
  readonly costNames: readonly string[];
  readonly costs: Float64Array;
  /** Most of each cost; Infinity without a budget. */
  readonly costLimits: Float64Array;
}

/** Reusable resources (with locks) and stocks. */
export interface ResourceTables {
  readonly resourceIds: readonly string[];
  /** Reusable resources of the problem; locks follow. */
  readonly reusableCount: number;
  /** Capacity as steps: from `stepTime[k]` to the next it is `stepCapacity[k]`; the first is at 0. */
  readonly stepFirst: Int32Array;
  readonly stepTime: Int32Array;
  readonly stepCapacity: Int32Array;
  /** Largest capacity of each resource. */
  readonly peak: Int32Array;
  readonly stockIds: readonly string[];
  readonly stockInitial: Int32Array;
  /** {@link noLimit} when there is none. */
  readonly stockCapacity: Int32Array;
}

/** Arcs `point(to) − point(from) ≥ weight`; a point is the start or, with the flag, the end of the task. */
export interface ArcTables {
  readonly arcFrom: Int32Array;
  readonly arcTo: Int32Array;
  readonly arcFromEnd: Uint8Array;
  readonly arcToEnd: Uint8Array;
  readonly arcWeight: Int32Array;
  /** Index of the lag in the problem. */
  readonly arcLag: Int32Array;
  /** Whether it says the maximum of its lag. */
  readonly arcIsMax: Uint8Array;
  /** Arcs that leave and enter each task. */
  readonly outFirst: Int32Array;
  readonly outArc: Int32Array;
  readonly inFirst: Int32Array;
  readonly inArc: Int32Array;
}

/** Sequence-dependent setup of one machine. */
export interface SetupTable {
  readonly id: string;
  readonly tasks: Int32Array;
  /** State by task of the problem; −1 for a task that takes no part. */
  readonly state: Int32Array;
  readonly stateCount: number;
  /** Time of a change, by from × stateCount + to. */
  readonly times: Int32Array;
  /** Time from the initial state, by state. */
  readonly first: Int32Array;
}

export interface TaskTables {
  /** Whether it may be left out: not when it is fixed, or required by a task that is always done. */
  readonly optional: Uint8Array;
  readonly value: Float64Array;
  readonly requireFirst: Int32Array;
  readonly requireTask: Int32Array;
  /** Release or, unless it is fixed, the present, whichever is later. */
  readonly release: Int32Array;
  /** Deadline or the horizon, whichever is earlier; for a fixed task, too. */
  readonly deadline: Int32Array;
  /** −1 when there is none. */
  readonly due: Int32Array;
  readonly weight: Float64Array;
  /** Start of a fixed task, else −1. */
  readonly fixedStart: Int32Array;
  /** Mode (its index over all modes) of a fixed task; 0 for others. */
  readonly fixedMode: Int32Array;
}

/** What follows from the arcs alone. */
export interface GraphTables {
  /** All tasks: along arcs between components; in a component by earliest start. */
  readonly order: Int32Array;
  /** Strong component of each task, numbered along the arcs. All different when the arcs have no cycle. */
  readonly component: Int32Array;
  readonly isAcyclic: boolean;
  /** Earliest start. */
  readonly earliest: Int32Array;
  /** Latest start; {@link noLimit} when nothing limits it. */
  readonly latest: Int32Array;
  /** Least time from its start to the end of all. */
  readonly tail: Float64Array;
  /** Least makespan by arcs, releases and durations alone. */
  readonly criticalPath: number;
}

export interface Instance extends ModeTables, ResourceTables, ArcTables, TaskTables, GraphTables {
  readonly problem: ScheduleProblem;
  readonly size: number;
  readonly setups: readonly SetupTable[];
  /** Everything ends at this instant or earlier. */
  readonly horizon: number;
  /** Why there can be no schedule at all, when that was seen while compiling: a proof, with what takes part. */
  readonly impossible: Violation | undefined;
}

/** Shortest duration of a task over the modes it may be done in. */
export function shortestDuration(tables: ModeTables & TaskTables, task: number): number {
  return extremeDuration(tables, task, Math.min);
}

/** Longest duration of a task over the modes it may be done in. */
export function longestDuration(tables: ModeTables & TaskTables, task: number): number {
  return extremeDuration(tables, task, Math.max);
}

function extremeDuration(
  tables: ModeTables & TaskTables,
  task: number,
  pick: (a: number, b: number) => number,
): number {
  const first = tables.modeFirst[task] ?? 0;
  if ((tables.fixedStart[task] ?? -1) >= 0) return tables.durations[tables.fixedMode[task] ?? 0] ?? 0;
  let found = tables.durations[first] ?? 0;
  for (let mode = first + 1; mode < (tables.modeFirst[task + 1] ?? 0); mode++)
    found = pick(found, tables.durations[mode] ?? 0);
  return found;
}
