// Relaxations: for each constraint in conflict, the least by which it must give way so that the whole problem has a
// schedule, and what that schedule is worth. Bounds of time and budgets are found by making the excess an objective;
// amounts by bisection between what is proved to be too little and what was found to do.
import { worthOf } from '../objective.js';
import { largestNumber, type ScheduleProblem } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { excessOf, relaxed } from './giving-way.js';
import { isBest, type Oracle } from './oracle.js';
import { type Unit, unitsOf, withUnits } from './units.js';
import { withoutTasks } from './without-tasks.js';

/** One way out of a conflict. */
export interface Relaxation {
  /** The constraint that gives way, or the task that is left out. */
  readonly path: string;
  readonly kind: Unit['kind'] | 'task';
  readonly message: string;
  /** By how much it gives way; absent when it goes altogether. */
  readonly by?: number;
  /** Whether less was proved not to do. */
  readonly isLeast: boolean;
  /** The problem's objective then, the best that was found, and whether that is proved to be the best. */
  readonly objective: number;
  readonly isBest: boolean;
  readonly schedule: Schedule;
}

/** Tasks of a conflict for which leaving them out is tried. */
const mostTasks = 30;

/** What is easier to change comes first: amounts and dates, then what is wanted, then how the work is done. */
const ranks: Readonly<Record<Relaxation['kind'], number>> = {
  budget: 0,
  deadline: 0,
  horizon: 0,
  capacity: 0,
  calendar: 0,
  stock: 0,
  room: 0,
  release: 0,
  now: 0,
  task: 1,
  requires: 1,
  lag: 2,
  lock: 2,
  setup: 2,
  fixed: 3,
};

/** Finds what would resolve a conflict: what is easier to change first, then the smallest objective. */
export async function relaxationsOf(
  problem: ScheduleProblem,
  conflict: { readonly constraints: readonly Unit[]; readonly tasks: readonly string[] },
  oracle: Oracle,
): Promise<Relaxation[]> {
  const found: Relaxation[] = [];
  // What matters most is looked at first, in case that time is over before all is done.
  const ways: { rank: number; find: () => Promise<Relaxation | undefined> }[] = [
    ...conflict.constraints.map((unit) => ({
      rank: ranks[unit.kind],
      find: () => relaxUnit(problem, unit, oracle),
    })),
    ...conflict.tasks.slice(0, mostTasks).map((id) => ({
      rank: ranks.task,
      find: () => leaveOut(problem, id, oracle),
    })),
  ];
  for (const { find } of ways.sort((one, other) => one.rank - other.rank)) {
    const relaxation = oracle.isOutOfTime ? undefined : await find();
    if (relaxation !== undefined) found.push(relaxation);
  }
  return found.sort((one, other) => ranks[one.kind] - ranks[other.kind] || one.objective - other.objective);
}

async function relaxUnit(
  problem: ScheduleProblem,
  unit: Unit,
  oracle: Oracle,
): Promise<Relaxation | undefined> {
  const paths = new Set(unitsOf(problem).map(({ path }) => path));
  paths.delete(unit.path);
  const without = withUnits(problem, (path) => paths.has(path));
  const { schedule } = await oracle.find(without);
  // Another conflict is left, or nothing was found.
  if (schedule === undefined) return undefined;
  const most = excessOf(problem, unit, schedule);
  if (most === undefined) return await told(without, oracle, { ...going(unit), isLeast: true }, schedule);
  const least =
    (await leastExcess(problem, unit, without, oracle)) ?? (await bisect(problem, unit, most, oracle));
  const target = relaxed(problem, unit, least.by);
  const about = { path: unit.path, kind: unit.kind, message: `${unit.message}: ${gives(unit, least.by)}` };
  // Nothing at all was proved to be too little, so that one unit is the least where units are whole.
  const isLeast = least.isLeast || (unit.kind !== 'budget' && least.by <= 1);
  // What a stock needs at first may not fit into its room: only a search can tell.
  const known = least.schedule ?? (unit.kind === 'stock' ? undefined : schedule);
  return await told(target, oracle, { ...about, by: least.by, isLeast }, known);
}

interface Excess {
  readonly by: number;
  readonly isLeast: boolean;
  readonly schedule: Schedule | undefined;
}

/** Where the excess can be an objective, the best schedule for it tells the least; undefined where it cannot. */
async function leastExcess(
  problem: ScheduleProblem,
  unit: Unit,
  without: ScheduleProblem,
  oracle: Oracle,
): Promise<Excess | undefined> {
  const objective = excessObjective(problem, unit);
  if (objective === undefined) return undefined;
  const { tasks, ...rest } = without;
  const result = await oracle.best({
    ...rest,
    tasks: tasks.map(({ due: _, value: __, ...task }) => ({
      ...task,
      value: 0,
      ...objective.dueOf(task.id),
    })),
    objective: objective.kind,
  });
  if (result.schedule === undefined) return undefined;
  const by = excessOf(problem, unit, result.schedule) ?? 0;
  return { by, isLeast: isBest(result), schedule: result.schedule };
}

function excessObjective(
  problem: ScheduleProblem,
  { kind, of }: Unit,
):
  | { kind: ScheduleProblem['objective']; dueOf: (id: string) => { due?: number; weight?: number } }
  | undefined {
  if (kind === 'horizon') return { kind: { kind: 'makespan' }, dueOf: () => ({}) };
  if (kind === 'budget') return { kind: { kind: 'cost', of: of ?? '' }, dueOf: () => ({}) };
  if (kind !== 'deadline') return undefined;
  const deadline = problem.tasks.find(({ id }) => id === of)?.deadline ?? largestNumber;
  return { kind: { kind: 'tardiness' }, dueOf: (id) => (id === of ? { due: deadline, weight: 1 } : {}) };
}

/** Narrows the least excess down between what is too little and what does. */
async function bisect(problem: ScheduleProblem, unit: Unit, most: number, oracle: Oracle): Promise<Excess> {
  let low = 0;
  let high = most;
  let isLeast = true;
  let schedule: Schedule | undefined;
  while (high - low > 1 && !oracle.isOutOfTime) {
    const middle = low + Math.floor((high - low) / 2);
    const result = await oracle.find(relaxed(problem, unit, middle));
    if (result.schedule === undefined) {
      low = middle;
      // What could not be told counts as too little.
      if (result.status === 'unknown') isLeast = false;
    } else {
      schedule = result.schedule;
      high = Math.min(middle, excessOf(problem, unit, result.schedule) ?? middle);
    }
  }
  return { by: high, isLeast: isLeast && high - low <= 1, schedule };
}

async function leaveOut(
  problem: ScheduleProblem,
  id: string,
  oracle: Oracle,
): Promise<Relaxation | undefined> {
  const candidate = withoutTasks(problem, (other) => other === id);
  const { schedule } = await oracle.find(candidate);
  if (schedule === undefined) return undefined;
  const kept = new Set(candidate.tasks.map((task) => task.id));
  const gone = problem.tasks.flatMap((task) => (kept.has(task.id) ? [] : [task.id]));
  const message = `leave out ${gone.map((other) => `'${other}'`).join(', ')}`;
  const index = problem.tasks.findIndex((task) => task.id === id);
  return await told(
    candidate,
    oracle,
    { path: `tasks.${index}`, kind: 'task', message, isLeast: true },
    schedule,
  );
}

/** Looks how good a schedule the relaxed problem has. */
async function told(
  target: ScheduleProblem,
  oracle: Oracle,
  about: Omit<Relaxation, 'objective' | 'isBest' | 'schedule'>,
  known: Schedule | undefined,
): Promise<Relaxation | undefined> {
  const result = await oracle.best(target);
  const schedule = result.schedule ?? known;
  if (schedule === undefined) return undefined;
  const objective = result.objective ?? worthOf(target, schedule).objective;
  return { ...about, objective, isBest: isBest(result), schedule };
}

const going = ({ path, kind, message }: Unit): Pick<Relaxation, 'path' | 'kind' | 'message'> => ({
  path,
  kind,
  message: `without: ${message}`,
});

function gives({ kind, path }: Unit, by: number): string {
  switch (kind) {
    case 'deadline':
    case 'horizon':
      return `${by} later`;
    case 'release':
    case 'now':
      return `${by} earlier`;
    case 'lag':
      return path.endsWith('.max') ? `${by} longer` : `${by} shorter`;
    default:
      return `${by} more`;
  }
}
