// Repair: a schedule that goes on while the world has changed: what has begun stays, and of the rest no more moves than
// is asked for.
//
// R1 A task that has begun keeps its start and its mode.
// R2 The new schedule is valid for the problem that is left.
// R3 It costs no more (objective plus moves) than pushing everything to the right does.
import { createSystemClock } from '../../clock.js';
import { toSchedule } from '../incumbent.js';
import { worthOf } from '../objective.js';
import type { ScheduleProblem } from '../problem.js';
import type { Schedule, ScheduleStatus, Violation } from '../schedule.js';
import { solveNow } from '../solve.js';
import { validateSchedule } from '../validate.js';
import { acceptFacts } from './facts.js';
import { problemLeft, type RepairChanges } from './progress.js';
import { type Shift, shiftsBetween } from './shifts.js';
import { searchNear } from './stable-search.js';

/** Schedules of a search of the whole. */
const wholeSchedules = 1000;

export interface RepairOptions {
  /** The present: nothing new starts before it. */
  readonly now: number;
  readonly changes?: RepairChanges;
  /** What it costs to move one task by one unit of time, in units of the objective [1]. */
  readonly stability?: number;
  /** Schedules that are looked at [about 6,000 divided by the number of tasks, from 12 to 200]. */
  readonly passes?: number;
  readonly seed?: number;
  /** For a search of the whole, when none of the passes found anything [1,000]. */
  readonly timeLimitMs?: number;
  readonly clock?: () => number;
}

export interface RepairResult {
  /** `feasible`: repaired. `infeasible` and `unknown`: see explainInfeasible for the problem that is left. */
  readonly status: ScheduleStatus;
  /** The problem that is left, with what has begun fixed. */
  readonly problem: ScheduleProblem;
  readonly schedule?: Schedule;
  readonly objective?: number;
  /** What has moved, and why, in the order of the new schedule. */
  readonly shifts: readonly Shift[];
  /** Constraints that what has begun breaks already. They gave way just so far. */
  readonly broken: readonly Violation[];
  readonly elapsedMs: number;
}

/**
 * Repairs a schedule.
 *
 * @param problem - The one that the schedule was made for.
 * @param previous - Valid for it.
 * @throws EngineError `INPUT_INVALID` when the changes name what there is not.
 *
 * @example
 * ```ts
 * const { schedule, shifts } = repair(problem, previous, {
 *   now: 40,
 *   changes: { durations: [{ id: 'pour', duration: 9 }], capacities: [{ resource: 'crew', capacity: 2 }] },
 * });
 * ```
 */
export function repair(problem: ScheduleProblem, previous: Schedule, options: RepairOptions): RepairResult {
  const clock = options.clock ?? createSystemClock().now;
  const begin = clock();
  const { stability = 1, seed = 1, now, changes = {} } = options;
  const { problem: left, broken } = acceptFacts(problemLeft(problem, previous, now, changes));
  const passes =
    options.passes ?? Math.min(200, Math.max(12, Math.floor(6000 / Math.max(1, left.tasks.length))));
  const near = searchNear(left, previous, { stability, passes, seed });
  const found = near === undefined ? undefined : toSchedule(left, near.starts, near.modes);
  // A pass looks at everything but budgets.
  const isFine = found !== undefined && validateSchedule(left, found, { most: 1 }).length === 0;
  const end = (): Pick<RepairResult, 'problem' | 'broken' | 'elapsedMs'> => {
    return { problem: left, broken, elapsedMs: clock() - begin };
  };
  if (isFine) {
    const { objective } = worthOf(left, found);
    return {
      status: 'feasible',
      schedule: found,
      objective,
      shifts: shiftsBetween(left, previous, found),
      ...end(),
    };
  }
  const { status, schedule, objective } = solveNow(left, {
    seed,
    scheduleLimit: wholeSchedules,
    timeLimitMs: options.timeLimitMs ?? 1000,
    now: clock,
  });
  if (schedule === undefined || objective === undefined) return { status, shifts: [], ...end() };
  return {
    status: 'feasible',
    schedule,
    objective,
    shifts: shiftsBetween(left, previous, schedule),
    ...end(),
  };
}
