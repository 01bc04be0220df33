// Tables of an instance that are read off the problem: names, arcs, tasks, setups.
import type { Problem } from '../../../errors.js';
import { largestNumber, type ScheduleProblem } from '../problem.js';
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
export function nameProblem(problem: ScheduleProblem, findings: Problem[]): ProblemNames {
  const ids = problem.tasks.map(({ id }) => id);
  findTwins('task', ids, 'tasks', findings);
  findTwins(
    'resource',
    problem.resources.map(({ id }) => id),
    'resources',
    findings,
  );
  findTwins(
    'setup',
    problem.setups.map(({ id }) => id),
    'setups',
    findings,
  );
  const some = (isKind: (kind: string) => boolean): string[] =>
    problem.resources.filter(({ kind }) => isKind(kind)).map(({ id }) => id);
  const locks = problem.tasks.flatMap(({ modes }) =>
    modes.flatMap((mode) => mode.locks.map(({ name }) => name)),
  );
  return {
    tasks: createNames('task', ids, 'tasks', findings),
    reusables: createNames(
      'reusable resource',
      some((kind) => kind === 'reusable'),
      'resources',
      findings,
    ),
    stocks: createNames(
      'stock',
      some((kind) => kind !== 'reusable'),
      'resources',
      findings,
    ),
    locks: [...new Set(locks)],
  };
}

/** Lags as arcs (N1). */
export function compileArcs(problem: ScheduleProblem, names: ProblemNames): ArcTables {
  const arcs = new Rows(7);
  for (const [index, lag] of problem.lags.entries()) {
    const from = names.tasks.index(lag.from, `lags.${index}.from`);
    const to = names.tasks.index(lag.to, `lags.${index}.to`);
    const fromEnd = lag.anchor === 'finish-start' || lag.anchor === 'finish-finish' ? 1 : 0;
    const toEnd = lag.anchor === 'finish-finish' || lag.anchor === 'start-finish' ? 1 : 0;
    if (from < 0 || to < 0) continue;
    arcs.push(from, to, fromEnd, toEnd, lag.min, index, 0);
    if (lag.max !== undefined) arcs.push(to, from, toEnd, fromEnd, -lag.max, index, 1);
  }
  const [arcFrom, arcTo] = [arcs.column(0), arcs.column(1)];
  const out = groupBy(problem.tasks.length, arcFrom);
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

export function compileTasks(
  problem: ScheduleProblem,
  names: ProblemNames,
  modeFirst: Int32Array,
  findings: Problem[],
): TaskTables {
  const { tasks } = problem;
  const requires = new Rows(1);
  const horizon = Math.min(problem.horizon ?? largestNumber, largestNumber);
  for (const [at, task] of tasks.entries()) {
    for (const [place, id] of task.requires.entries()) {
      const other = names.tasks.index(id, `tasks.${at}.requires.${place}`);
      if (other !== at) requires.push(other);
    }
    requires.endRow();
    if (task.fixed !== undefined && task.fixed.mode >= task.modes.length)
      findings.push({
        path: `tasks.${at}.fixed.mode`,
        message: `Expected the index of one of ${task.modes.length} modes; got ${task.fixed.mode}.`,
      });
  }
  const [requireFirst, requireTask] = [requires.first(), requires.column(0)];
  return {
    optional: optionalTasks(problem, requireFirst, requireTask),
    value: Float64Array.from(tasks, ({ value }) => value),
    requireFirst,
    requireTask,
    release: Int32Array.from(tasks, (task) =>
      task.fixed ? task.release : Math.max(task.release, problem.now),
    ),
    deadline: Int32Array.from(tasks, ({ deadline }) => Math.min(deadline ?? horizon, horizon)),
    due: Int32Array.from(tasks, ({ due }) => due ?? -1),
    weight: Float64Array.from(tasks, ({ weight }) => weight),
    fixedStart: Int32Array.from(tasks, ({ fixed }) => fixed?.start ?? -1),
    fixedMode: Int32Array.from(tasks, ({ fixed }, at) =>
      fixed === undefined ? 0 : (modeFirst[at] ?? 0) + fixed.mode,
    ),
  };
}

/** Tasks that may be left out: not fixed, and not required by one that is always done. */
function optionalTasks(
  { tasks }: ScheduleProblem,
  requireFirst: Int32Array,
  requireTask: Int32Array,
): Uint8Array {
  const optional = Uint8Array.from(tasks, (task) => (task.optional && task.fixed === undefined ? 1 : 0));
  const open = [...optional.keys()].filter((task) => optional[task] === 0);
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
      const task = names.tasks.index(id, `setups.${index}.states.${id}`);
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
