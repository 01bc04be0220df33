// Incumbent: the record that all searches of a problem share: the best schedule, the best bound, and the count.
//
// I1 What is on record is valid, and its objective is what it is worth: an offer that is not is a bug of a search.
//    Of problems with many tasks only the last one is looked at, when the search is over: a check would hold up the
//    event loop for longer than a slice.
// I2 The objective never rises, the bound never falls, and the bound is at most the objective.
// I3 Once closed, nothing changes.
import { invariant } from '../../errors.js';
import { worthOf } from './objective.js';
import type { ScheduleProblem } from './problem.js';
import type { Improvement, Schedule } from './schedule.js';
import type { Incumbent } from './search.js';
import { createFindings } from './validate-placing.js';
import { validationSteps } from './validate.js';

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
  /** Checks what the offers left unchecked, step by step. */
  verification(): Generator<() => void>;
}

/** Tasks up to which every offer is checked at once. */
const mostCheckedAtOnce = 1000;

/** Objectives may differ by rounding: sums of costs are doubles. */
const rounding = 1e-9;

export function createIncumbent(problem: ScheduleProblem, options: IncumbentOptions): DrivenIncumbent {
  const limit = options.scheduleLimit ?? Infinity;
  const improvements: Improvement[] = [];
  let objective = Infinity;
  let bound = 0;
  let starts: Int32Array | undefined;
  let modes: Int32Array | undefined;
  let by = '';
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
      return starts === undefined || modes === undefined ? undefined : toSchedule(problem, starts, modes);
    },
    count(more) {
      schedules += more;
    },
    offer(offeredStarts, offeredModes, value, offeredBy) {
      if (isClosed || value >= objective) return false;
      if (problem.tasks.length <= mostCheckedAtOnce) {
        const offered = toSchedule(problem, offeredStarts, offeredModes);
        for (const step of offerSteps(problem, offered, value, offeredBy)) step();
      }
      const isPossible = value >= bound - rounding * Math.max(1, value);
      invariant(isPossible, `I2 the bound ${bound} holds for ${offeredBy}'s ${value}`);
      objective = value;
      bound = Math.min(bound, value);
      by = offeredBy;
      starts = Int32Array.from(offeredStarts);
      modes = Int32Array.from(offeredModes);
      isClosed = bound >= objective;
      const gap = gapOf(objective, bound);
      const found = { objective, bound, gap, schedules, elapsedMs: options.elapsedMs(), by };
      improvements.push(found);
      options.onImprovement?.({ ...found, schedule: toSchedule(problem, starts, modes) });
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
    *verification() {
      if (starts === undefined || modes === undefined || problem.tasks.length <= mostCheckedAtOnce) return;
      yield* offerSteps(problem, toSchedule(problem, starts, modes), objective, by);
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

/** Checks that an offer is valid and worth what it says; anything else is a bug of the search. */
function* offerSteps(
  problem: ScheduleProblem,
  offered: Schedule,
  value: number,
  by: string,
): Generator<() => void> {
  const findings = createFindings(1);
  yield* validationSteps(problem, offered, findings);
  const [broken] = findings.list;
  invariant(
    broken === undefined,
    `I1 the schedules of '${by}' are valid, but ${broken?.path}: ${broken?.message}`,
  );
  yield () => {
    const { objective } = worthOf(problem, offered);
    const isRight = Math.abs(objective - value) <= rounding * Math.max(1, objective);
    invariant(isRight, `I1 what '${by}' offers is worth ${value}, but it is worth ${objective}`);
  };
}
