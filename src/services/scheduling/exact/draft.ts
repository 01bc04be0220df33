// Draft of an exact model: the tasks of an instance as variables of the solver.
//
// X9 A task has a start and, with several modes, an end; a Boolean for each of several modes, and one that says whether it
//    is done when it is optional. What is not done has a start all the same, which nothing looks at.
import type { Building } from '../instance/building.js';
import type { Instance } from '../instance/instance.js';
import { always } from './arcs.js';
import { type Guards, makeGuards } from './guards.js';
import { Solver } from './solver.js';

/** A mode or a task that cannot be. */
export const never = -2;

export interface Draft {
  readonly instance: Instance;
  readonly solver: Solver;
  readonly horizon: number;
  /** First half of the start by task; −1 for a task that cannot be done. */
  readonly start: Int32Array;
  /** First half of the end by task with several modes; −1 for others. */
  readonly end: Int32Array;
  /** Duration by task with one mode. */
  readonly duration: Int32Array;
  /** Half that says that it is done: {@link always}, {@link never} or a Boolean's. */
  readonly presence: Int32Array;
  /** Half that says that the task is done in the mode: {@link always}, {@link never} or a Boolean's. */
  readonly mode: Int32Array;
  /** Booleans to decide, in a good order. */
  readonly booleans: number[];
  /** What the model leaves out: it allows more than the problem does. */
  readonly missing: string[];
  /** There when constraints hold only while their guard is true. */
  readonly guards: Guards | undefined;
}

/** A point of a task: value of a half plus an offset. */
export interface Point {
  readonly half: number;
  readonly offset: number;
}

const tasksInPiece = 64;

export function* draftTasks(instance: Instance, horizon: number, isGuarded: boolean): Building<Draft> {
  const { size, modeTask } = instance;
  const solver = new Solver();
  const draft: Draft = {
    instance,
    solver,
    horizon,
    start: new Int32Array(size).fill(-1),
    end: new Int32Array(size).fill(-1),
    duration: new Int32Array(size),
    presence: new Int32Array(size).fill(never),
    mode: new Int32Array(modeTask.length).fill(never),
    booleans: [],
    missing: [],
    guards: isGuarded ? makeGuards(instance, solver) : undefined,
  };
  for (let task = 0; task < size; task += 1) {
    if (task % tasksInPiece === 0) yield;
    if (!draftTask(draft, task) && instance.optional[task] === 0) draft.solver.isInfeasible = true;
  }
  addRequirements(draft);
  return draft;
}

/** Start (or end) of a task that can be done. */
export function pointOf({ start, end, duration }: Draft, task: number, isEnd: boolean): Point {
  if (!isEnd) return { half: start[task]!, offset: 0 };
  return end[task]! < 0 ? { half: start[task]!, offset: duration[task]! } : { half: end[task]!, offset: 0 };
}

/** Modes that the task can be done in. */
function possibleModes(instance: Instance, task: number): number[] {
  const { modeFirst, fixedStart, fixedMode, useFirst, useResource, useAmount, peak, durations } = instance;
  const found: number[] = [];
  for (let mode = modeFirst[task]!; mode < modeFirst[task + 1]!; mode += 1) {
    if (fixedStart[task]! >= 0 && mode !== fixedMode[task]) continue;
    let isPossible = true;
    for (let use = useFirst[mode]!; use < useFirst[mode + 1]! && durations[mode]! > 0; use += 1) {
      if (useAmount[use]! > peak[useResource[use]!]!) isPossible = false;
    }
    if (isPossible) found.push(mode);
  }
  return found;
}

function draftTask(draft: Draft, task: number): boolean {
  const { instance, solver, horizon } = draft;
  const latestEnd = Math.min(instance.deadline[task]!, horizon);
  const isFixed = instance.fixedStart[task]! >= 0;
  const earliest = isFixed
    ? Math.max(instance.fixedStart[task]!, instance.release[task]!)
    : instance.release[task]!;
  const latest = isFixed ? instance.fixedStart[task]! : Infinity;
  const modes = possibleModes(instance, task).filter(
    (mode) => earliest <= Math.min(latest, latestEnd - instance.durations[mode]!),
  );
  const durations = modes.map((mode) => instance.durations[mode]!);
  if (modes.length === 0) return false;
  const least = Math.min(...durations);
  const most = Math.max(...durations);
  draft.start[task] = solver.variable(earliest, Math.min(latest, latestEnd - least));
  draft.duration[task] = least;
  draft.presence[task] = instance.optional[task] === 1 ? solver.boolean() : always;
  if (modes.length === 1) draft.mode[modes[0]!] = draft.presence[task]!;
  else {
    draft.end[task] = solver.variable(earliest + least, latestEnd);
    solver.arcs.add(draft.start[task]!, draft.end[task]!, least);
    solver.arcs.add(draft.end[task]!, draft.start[task]!, -most);
    draftModes(draft, task, modes);
  }
  if (draft.presence[task]! >= 0) draft.booleans.push(draft.presence[task]!);
  if (modes.length > 1) {
    const byDuration = modes.toSorted((one, other) => instance.durations[one]! - instance.durations[other]!);
    draft.booleans.push(...byDuration.map((mode) => draft.mode[mode]!));
  }
  return true;
}

function draftModes(draft: Draft, task: number, modes: readonly number[]): void {
  const { instance, solver } = draft;
  const presence = draft.presence[task]!;
  for (const mode of modes) {
    const half = solver.boolean();
    const duration = instance.durations[mode]!;
    draft.mode[mode] = half;
    solver.arcs.add(draft.start[task]!, draft.end[task]!, duration, half, 1);
    solver.arcs.add(draft.end[task]!, draft.start[task]!, -duration, half, 1);
    if (presence >= 0) solver.addClause([not(half), [presence, 1]]);
  }
  const any = modes.map((mode) => [draft.mode[mode]!, 1] as const);
  solver.addClause(presence >= 0 ? [...any, not(presence)] : any);
  modes.forEach((mode, index) => {
    for (const other of modes.slice(index + 1)) {
      solver.addClause([not(draft.mode[mode]!), not(draft.mode[other]!)]);
    }
  });
}

function addRequirements({ instance, solver, presence }: Draft): void {
  const { size, requireFirst, requireTask } = instance;
  for (let task = 0; task < size; task += 1) {
    if (presence[task] === never) continue;
    for (let place = requireFirst[task]!; place < requireFirst[task + 1]!; place += 1) {
      const other = presence[requireTask[place]!]!;
      if (other === always) continue;
      const literals: (readonly [number, number])[] = [];
      if (presence[task]! >= 0) literals.push(not(presence[task]!));
      if (other >= 0) literals.push([other, 1]);
      solver.addClause(literals);
    }
  }
}

/** A half that says that both of two halves of Booleans are true. */
export function bothTrue(solver: Solver, first: number, second: number): number {
  if (first === always || first === second) return second;
  if (second === always) return first;
  const both = solver.boolean();
  solver.addClause([[both, 1], not(first), not(second)]);
  return both;
}

/** The literal that says that a Boolean is false. */
export function not(half: number): readonly [half: number, value: number] {
  return [half + 1, 0];
}
