// Incumbent: the record that all searches of a problem share: the best schedule, the best bound, and the count.
//
// I1 What is on record is valid, and its objective is what it is worth: an offer that is not is a bug of a search.
// I2 The objective never rises, the bound never falls, and the bound is at most the objective.
// I3 Once closed, nothing changes.
import { invariant } from '../../errors.js';
import { worthOf } from './objective.js';
import type { ScheduleProblem } from './problem.js';
import type { Improvement, Schedule } from './schedule.js';
import type { Incumbent } from './search.js';
import { validateSchedule } from './validate.js';

export interface IncumbentOptions {
  /** Most schedules that are generated [no limit]. */
  readonly scheduleLimit?: number | undefined;
  /** Milliseconds since the search began. */
  readonly elapsedMs: () => number;
  readonly onImprovement?: ((found: Improvement & { readonly schedule: Schedule }) => void) | undefined;
}

/** An incumbent with what its driver reads. */
export interface DrivenIncumbent extends Incumbent {
  readonly improvements: readonly Improvement[];
  readonly schedules: number;
  /** The best schedule; undefined while there is none. */
  readonly schedule: Schedule | undefined;
}

/** Objectives may differ by rounding: sums of costs are doubles. */
const rounding = 1e-9;

export function createIncumbent(problem: ScheduleProblem, options: IncumbentOptions): DrivenIncumbent {
  const limit = options.scheduleLimit ?? Infinity;
  const improvements: Improvement[] = [];
  let objective = Infinity;
  let bound = 0;
  let starts: Int32Array | undefined;
  let modes: Int32Array | undefined;
  let schedule: Schedule | undefined;
  let schedules = 0;
  let isClosed = false;
  return {
    get objective() {
      return objective;
    },
    get bound() {
      return bound;
    },
    get starts() {
      return starts;
    },
    get modes() {
      return modes;
    },
    get isClosed() {
      return isClosed;
    },
    get schedules() {
      return schedules;
    },
    get schedulesLeft() {
      return Math.max(0, limit - schedules);
    },
    get improvements() {
      return improvements;
    },
    get schedule() {
      return schedule;
    },
    count(more) {
      schedules += more;
    },
    offer(offeredStarts, offeredModes, value, by) {
      if (isClosed || value >= objective) return false;
      const offered = toSchedule(problem, offeredStarts, offeredModes);
      const worth = checkOffer(problem, offered, value, by);
      if (worth >= objective) return false;
      invariant(
        worth >= bound - rounding * Math.max(1, worth),
        `I2 the bound ${bound} holds for ${by}'s ${worth}`,
      );
      objective = worth;
      bound = Math.min(bound, worth);
      schedule = offered;
      starts = Int32Array.from(offeredStarts);
      modes = Int32Array.from(offeredModes);
      isClosed = bound >= objective;
      const gap = gapOf(objective, bound);
      const found = { objective, bound, gap, schedules, elapsedMs: options.elapsedMs(), by };
      improvements.push(found);
      options.onImprovement?.({ ...found, schedule: offered });
      return true;
    },
    raiseBound(value) {
      if (isClosed || value <= bound) return;
      invariant(
        value <= objective + rounding * Math.max(1, objective),
        `I2 a bound ${value} holds for ${objective}`,
      );
      bound = Math.min(value, objective);
      isClosed = bound >= objective;
    },
    close() {
      isClosed = true;
      bound = objective;
    },
  };
}

/** (objective − bound) / objective; 0 when the objective is 0, 1 without a schedule. */
export function gapOf(objective: number, bound: number): number {
  if (objective === Infinity) return 1;
  return objective === 0 ? 0 : (objective - bound) / objective;
}

/** A schedule from starts (−1: left out) and modes by index. */
export function toSchedule(problem: ScheduleProblem, starts: Int32Array, modes: Int32Array): Schedule {
  const dropped: string[] = [];
  const tasks = problem.tasks.flatMap(({ id, modes: ways }, index) => {
    const start = starts[index] ?? -1;
    const mode = modes[index] ?? 0;
    if (start >= 0) return [{ id, mode, start, end: start + (ways[mode]?.duration ?? 0) }];
    dropped.push(id);
    return [];
  });
  return { tasks, dropped };
}

/** The worth of an offer that is valid and worth what it says; anything else is a bug of the search. */
function checkOffer(problem: ScheduleProblem, offered: Schedule, value: number, by: string): number {
  const [broken] = validateSchedule(problem, offered, { most: 1 });
  invariant(
    broken === undefined,
    `I1 the schedules of '${by}' are valid, but ${broken?.path}: ${broken?.message}`,
  );
  const { objective } = worthOf(problem, offered);
  const isRight = Math.abs(objective - value) <= rounding * Math.max(1, objective);
  invariant(isRight, `I1 what '${by}' offers is worth ${value}, but it is worth ${objective}`);
  return objective;
}
