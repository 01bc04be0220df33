// Tables of an instance that are read off the problem: names, arcs, tasks, setups.
import type { Problem } from '../../../errors.js';
import { largestNumber, type ScheduleProblem } from '../problem.js';
import { type Building, inPieces } from './building.js';
import type { ArcTables, SetupTable, TaskTables } from './instance.js';
import { createNames, findTwins, type Names } from './names.js';
import { groupBy, Rows } from './rows.js';

export interface ProblemNames {
  readonly tasks: Names;
  readonly reusables: Names;
  readonly stocks: Names;
  /** Locks, in the order in which they are first named. */
  readonly locks: readonly string[];
}

/** All names of a problem. */
export function* nameSteps(problem: ScheduleProblem, findings: Problem[]): Building<ProblemNames> {
  const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);
  const isReusable = ({ kind }: ScheduleProblem['resources'][number]): boolean => kind === 'reusable';
  const ids: string[] = [];
  yield* inPieces(problem.tasks, ({ id }) => ids.push(id));
  yield* findTwins('task', ids, 'tasks', findings);
  yield* findTwins('resource', idsOf(problem.resources), 'resources', findings);
  yield* findTwins('setup', idsOf(problem.setups), 'setups', findings);
  const locks = new Set<string>();
  yield* inPieces(problem.tasks, ({ modes }) => {
    for (const mode of modes) for (const { name } of mode.locks) locks.add(name);
  });
  const reusables = idsOf(problem.resources.filter(isReusable));
  const stocks = idsOf(problem.resources.filter((one) => !isReusable(one)));
  return {
    tasks: yield* createNames('task', ids, 'tasks', findings),
    reusables: yield* createNames('reusable resource', reusables, 'resources', findings),
    stocks: yield* createNames('stock', stocks, 'resources', findings),
    locks: [...locks],
  };
}

/** Lags as arcs (N1). */
export function* arcSteps(problem: ScheduleProblem, names: ProblemNames): Building<ArcTables> {
  const arcs = new Rows(7);
  yield* inPieces(problem.lags, (lag, index) => {
    const from = names.tasks.index(lag.from, () => `lags.${index}.from`);
    const to = names.tasks.index(lag.to, () => `lags.${index}.to`);
    const fromEnd = lag.anchor === 'finish-start' || lag.anchor === 'finish-finish' ? 1 : 0;
    const toEnd = lag.anchor === 'finish-finish' || lag.anchor === 'start-finish' ? 1 : 0;
    if (from < 0 || to < 0) return;
    arcs.push(from, to, fromEnd, toEnd, lag.min, index, 0);
    if (lag.max !== undefined) arcs.push(to, from, toEnd, fromEnd, -lag.max, index, 1);
  });
  yield;
  const [arcFrom, arcTo] = [arcs.column(0), arcs.column(1)];
  const out = groupBy(problem.tasks.length, arcFrom);
  yield;
  const into = groupBy(problem.tasks.length, arcTo);
  return {
    arcFrom,
    arcTo,
    arcFromEnd: Uint8Array.from(arcs.column(2)),
    arcToEnd: Uint8Array.from(arcs.column(3)),
    arcWeight: arcs.column(4),
    arcLag: arcs.column(5),
    arcIsMax: Uint8Array.from(arcs.column(6)),
    outFirst: out.first,
    outArc: out.items,
    inFirst: into.first,
    inArc: into.items,
  };
}

export function* taskSteps(
  problem: ScheduleProblem,
  names: ProblemNames,
  modeFirst: Int32Array,
  findings: Problem[],
): Building<TaskTables> {
  const { tasks } = problem;
  const requires = new Rows(1);
  const horizon = Math.min(problem.horizon ?? largestNumber, largestNumber);
  const size = tasks.length;
  const read = {
    value: new Float64Array(size),
    release: new Int32Array(size),
    deadline: new Int32Array(size),
    due: new Int32Array(size),
    weight: new Float64Array(size),
    fixedStart: new Int32Array(size),
    fixedMode: new Int32Array(size),
  };
  yield* inPieces(tasks, (task, at) => {
    for (const [place, id] of task.requires.entries()) {
      const other = names.tasks.index(id, () => `tasks.${at}.requires.${place}`);
      if (other !== at) requires.push(other);
    }
    requires.endRow();
    const { fixed } = task;
    if (fixed !== undefined && fixed.mode >= task.modes.length)
      findings.push({
        path: `tasks.${at}.fixed.mode`,
        message: `Expected the index of one of ${task.modes.length} modes; got ${fixed.mode}.`,
      });
    read.value[at] = task.value;
    read.release[at] = fixed === undefined ? Math.max(task.release, problem.now) : task.release;
    read.deadline[at] = Math.min(task.deadline ?? horizon, horizon);
    read.due[at] = task.due ?? -1;
    read.weight[at] = task.weight;
    read.fixedStart[at] = fixed?.start ?? -1;
    read.fixedMode[at] = fixed === undefined ? 0 : (modeFirst[at] ?? 0) + fixed.mode;
  });
  const [requireFirst, requireTask] = [requires.first(), requires.column(0)];
  const optional = yield* optionalTasks(problem, requireFirst, requireTask);
  return { optional, requireFirst, requireTask, ...read };
}

/** Tasks that may be left out: not fixed, and not required by one that is always done. */
function* optionalTasks(
  { tasks }: ScheduleProblem,
  requireFirst: Int32Array,
  requireTask: Int32Array,
): Building<Uint8Array> {
  const optional = new Uint8Array(tasks.length);
  const open: number[] = [];
  yield* inPieces(tasks, (task, at) => {
    if (task.optional && task.fixed === undefined) optional[at] = 1;
    else if (requireFirst[at] !== requireFirst[at + 1]) open.push(at);
  });
  for (let task = open.pop(); task !== undefined; task = open.pop())
    for (let k = requireFirst[task] ?? 0; k < (requireFirst[task + 1] ?? 0); k++) {
      const other = requireTask[k] ?? 0;
      if (optional[other] !== 1) continue;
      optional[other] = 0;
      open.push(other);
    }
  return optional;
}

export function compileSetups(problem: ScheduleProblem, names: ProblemNames): SetupTable[] {
  return problem.setups.map((setup, index) => {
    const states = Object.entries(setup.states);
    const known = new Map<string, number>();
    const place = (state: string): number => {
      const at = known.get(state) ?? known.size;
      known.set(state, at);
      return at;
    };
    for (const [, state] of states) place(state);
    if (setup.initial !== undefined) place(setup.initial);
    for (const { from, to } of setup.times) [from, to].map(place);
    const state = new Int32Array(problem.tasks.length).fill(-1);
    const tasks = states.map(([id, name]) => {
      const task = names.tasks.index(id, () => `setups.${index}.states.${id}`);
      if (task >= 0) state[task] = place(name);
      return task;
    });
    const count = known.size;
    const times = new Int32Array(count * count);
    for (const { from, to, time } of setup.times) times[place(from) * count + place(to)] = time;
    const initial = setup.initial === undefined ? -1 : place(setup.initial);
    const first = Int32Array.from({ length: count }, (_, to) =>
      initial < 0 ? 0 : (times[initial * count + to] ?? 0),
    );
    return { id: setup.id, tasks: Int32Array.from(tasks), state, stateCount: count, times, first };
  });
}
