// Pareto front: schedules of which none is better in two objectives at once. One objective is bounded step by step and
// the other made small (ε-constraint: Haimes, Lasdon & Wismer 1971) where the first can be bounded, which is so for
// the makespan (by the horizon) and for a cost (by a budget); otherwise their weighted sum is made small for many weights.
import { EngineError } from '../../errors.js';
import { createSystemClock } from '../clock.js';
import { worthOf } from './objective.js';
import { largestNumber, type ScheduleProblem, type SingleObjective } from './problem.js';
import type { Schedule, ScheduleResult } from './schedule.js';
import type { SolveOptions } from './search.js';
import { solve } from './solve.js';

export interface ParetoOptions extends Omit<SolveOptions, 'scheduleLimit' | 'timeLimitMs' | 'onImprovement'> {
  /** Most points that are looked for [12]; at least 2. */
  readonly points?: number;
  /** For all points together [10,000; none when there is a schedule limit]. */
  readonly timeLimitMs?: number;
  /** Most schedules that are generated for each point [no limit]. */
  readonly scheduleLimit?: number;
}

export interface ParetoPoint {
  /** The two objectives, each with the values of the tasks left out. */
  readonly values: readonly [number, number];
  readonly schedule: Schedule;
}

export interface ParetoFront {
  /** By the first objective; none is as good as or better than another one in both. */
  readonly points: readonly ParetoPoint[];
  /** Whether each point was proved to be the best of its step. The front may have points between them all the same. */
  readonly isProved: boolean;
  /** `infeasible` when it is proved that there is no schedule at all. */
  readonly status: 'found' | 'infeasible' | 'unknown';
}

/**
 * Finds schedules that trade one objective for another.
 *
 * @param problem - As {@link readProblem} gives it; its own objective plays no part.
 * @param objectives - Two objectives.
 * @returns valid schedules, none dominated by another of them. It does not promise all points of the front.
 * @throws EngineError `INPUT_INVALID` for fewer than two points.
 *
 * @example
 * ```ts
 * const front = await paretoFront(problem, [{ kind: 'makespan' }, { kind: 'cost', of: 'money' }], { points: 8 });
 * ```
 */
export async function paretoFront(
  problem: ScheduleProblem,
  objectives: readonly [SingleObjective, SingleObjective],
  options: ParetoOptions = {},
): Promise<ParetoFront> {
  const { points = 12, scheduleLimit, signal } = options;
  if (!Number.isInteger(points) || points < 2)
    throw new EngineError('INPUT_INVALID', `points: expected a whole number of at least 2, got ${points}.`);
  const now = options.now ?? createSystemClock().now;
  const total = options.timeLimitMs ?? (scheduleLimit === undefined ? 10_000 : Number.POSITIVE_INFINITY);
  const end = now() + total;
  const found: ParetoPoint[] = [];
  let isProved = true;
  const step = async (one: ScheduleProblem, left: number): Promise<ScheduleResult> => {
    const rest = Math.max(0, end - now());
    const share = rest / Math.max(1, left);
    const result = await solve(one, {
      ...options,
      ...(share === Number.POSITIVE_INFINITY ? {} : { timeLimitMs: Math.floor(share) }),
      ...(scheduleLimit === undefined ? {} : { scheduleLimit }),
    });
    isProved &&= result.status === 'optimal' || result.status === 'infeasible';
    if (result.schedule !== undefined) found.push(pointOf(problem, objectives, result.schedule));
    return result;
  };

  const extremes = [];
  for (const objective of objectives)
    extremes.push(await step({ ...problem, objective }, points - extremes.length));
  if (found.length === 0) {
    const isInfeasible = extremes.some(({ status }) => status === 'infeasible');
    return { points: [], isProved, status: isInfeasible ? 'infeasible' : 'unknown' };
  }
  const limits: number[] = [];
  const bounded = objectives.findIndex((objective) => isBoundable(objective));
  for (let left = points - 2; left > 0; left--) {
    if (signal?.aborted === true || now() >= end) break;
    const next =
      bounded < 0
        ? weigh(problem, objectives, found, left / (points - 1))
        : bound(problem, objectives, bounded as 0 | 1, found, limits);
    if (next === undefined) break;
    await step(next, left);
  }
  return { points: undominated(found), isProved, status: 'found' };
}

const isBoundable = ({ kind }: SingleObjective): boolean => kind === 'makespan' || kind === 'cost';

function pointOf(
  problem: ScheduleProblem,
  objectives: readonly [SingleObjective, SingleObjective],
  schedule: Schedule,
): ParetoPoint {
  const value = (objective: SingleObjective): number =>
    worthOf({ ...problem, objective }, schedule).objective;
  return { values: [value(objectives[0]), value(objectives[1])], schedule };
}

/** By the first value, without those that another one is at least as good as in both. */
function undominated(points: readonly ParetoPoint[]): ParetoPoint[] {
  const sorted = [...points].sort((a, b) => a.values[0] - b.values[0] || a.values[1] - b.values[1]);
  let least = Number.POSITIVE_INFINITY;
  return sorted.filter(({ values }) => {
    if (values[1] >= least) return false;
    least = values[1];
    return true;
  });
}

/** The problem in the middle of the widest gap of the front: one objective bounded, the other made small. */
function bound(
  problem: ScheduleProblem,
  objectives: readonly [SingleObjective, SingleObjective],
  bounded: 0 | 1,
  found: readonly ParetoPoint[],
  limits: number[],
): ScheduleProblem | undefined {
  const limited = objectives[bounded];
  const free = objectives[1 - bounded] as SingleObjective;
  const front = undominated(found).map((point) => own(problem, limited, point));
  const limit = middleOfWidest(
    front.sort((a, b) => a - b),
    limits,
    limited.kind === 'makespan',
  );
  if (limit === undefined) return undefined;
  limits.push(limit);
  if (limited.kind === 'makespan')
    return { ...problem, objective: free, horizon: Math.min(limit, problem.horizon ?? largestNumber) };
  const name = limited.kind === 'cost' ? limited.of : '';
  return { ...problem, objective: free, budgets: [...problem.budgets, { name, limit }] };
}

/** A value between two neighbours; below a limit that was tried and gave nothing new, there is nothing to look for. */
function middleOfWidest(
  values: readonly number[],
  limits: readonly number[],
  isWhole: boolean,
): number | undefined {
  let widest = 0;
  let middle: number | undefined;
  for (const [place, low] of values.entries()) {
    const high = values[place + 1];
    if (high === undefined) continue;
    const from = limits.reduce((most, limit) => (limit < high ? Math.max(most, limit) : most), low);
    const between = isWhole ? Math.floor((from + high) / 2) : (from + high) / 2;
    const isNew = between > from && high - from > 1e-6 * Math.abs(high);
    if (!isNew || high - from <= widest) continue;
    widest = high - from;
    middle = between;
  }
  return middle;
}

/** The bounded objective without the values of what is left out: what a horizon or a budget limits. */
function own(problem: ScheduleProblem, objective: SingleObjective, { schedule }: ParetoPoint): number {
  const worth = worthOf(problem, schedule);
  return objective.kind === 'cost' ? (worth.costs[objective.of] ?? 0) : worth.makespan;
}

/** The problem of a weighted sum, the parts made alike by the range of what was found. */
function weigh(
  problem: ScheduleProblem,
  objectives: readonly [SingleObjective, SingleObjective],
  found: readonly ParetoPoint[],
  share: number,
): ScheduleProblem {
  const range = (place: 0 | 1): number => {
    const values = found.map((point) => point.values[place]);
    return Math.max(1, Math.max(...values) - Math.min(...values));
  };
  return {
    ...problem,
    objective: {
      kind: 'weighted',
      parts: [
        { objective: objectives[0], weight: share / range(0) },
        { objective: objectives[1], weight: (1 - share) / range(1) },
      ],
    },
  };
}
