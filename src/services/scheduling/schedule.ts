// Schedule: when each task runs and how, and what a search says about it.

/** A task in a schedule. */
export interface ScheduledTask {
  readonly id: string;
  /** Index of the mode it is done in. */
  readonly mode: number;
  readonly start: number;
  /** start + duration of the mode. */
  readonly end: number;
}

export interface Schedule {
  /** The tasks that are done, in the order in which the problem lists them. */
  readonly tasks: readonly ScheduledTask[];
  /** Ids of the optional tasks that are left out. */
  readonly dropped: readonly string[];
}

/** Something that a schedule breaks. */
export interface Violation {
  readonly kind:
    | 'task'
    | 'release'
    | 'deadline'
    | 'horizon'
    | 'lag'
    | 'requires'
    | 'fixed'
    | 'capacity'
    | 'stock'
    | 'lock'
    | 'setup'
    | 'budget';
  /** Path of the constraint in the problem, such as `lags.3` or `resources.crane`. */
  readonly path: string;
  readonly message: string;
  /** The tasks that take part. */
  readonly tasks: readonly string[];
  /** When, where it has an instant. */
  readonly at?: number;
}

/** One improvement that a search has made. */
export interface Improvement {
  readonly objective: number;
  readonly bound: number;
  /** (objective − bound) / objective; 0 when the objective is 0, 1 without a schedule. */
  readonly gap: number;
  /** Schedules generated until then. */
  readonly schedules: number;
  readonly elapsedMs: number;
  /** Which search made it, such as `serial`, `genetic`, `neighbourhood`, `exact`. */
  readonly by: string;
}

/**
 * optimal: proved. feasible: a schedule, not proved to be the best. infeasible: proved that there is none.
 * unknown: neither a schedule nor a proof within the limits.
 */
export type ScheduleStatus = 'optimal' | 'feasible' | 'infeasible' | 'unknown';

export interface ScheduleResult {
  readonly status: ScheduleStatus;
  readonly schedule?: Schedule;
  /** Value of the schedule's objective, values of dropped tasks included. */
  readonly objective?: number;
  /** No schedule is better than this. */
  readonly bound: number;
  /** (objective − bound) / objective; 0 when the objective is 0, 1 without a schedule. */
  readonly gap: number;
  readonly schedules: number;
  readonly elapsedMs: number;
  readonly seed: number;
  readonly improvements: readonly Improvement[];
  /**
   * Why it ended: `proved` (optimal or infeasible), the limit that was reached, or `exhausted`: no search had anything
   * left to do.
   */
  readonly stopped: 'proved' | 'time' | 'schedules' | 'aborted' | 'exhausted';
}
