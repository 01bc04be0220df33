// Scheduling problem: the tasks, resources and wishes that a schedule is made for, as plain data. What every constraint
// means is said here, once; the validator and the searches each read it from this page.
//
// S1 Time is whole numbers from 0. The unit is the caller's: milliseconds when the problem comes from a plan.
// S2 A task runs without a break, from its start to start + duration of the mode it is done in: [start, end).
// S3 A constraint that names a task which is left out (an optional task) is void, but for `requires`.
// S4 What happens at one instant happens together: a stock's level is looked at after all of it.
import { z } from 'zod';
import { Id } from '../../model/scalars.js';

/** Largest instant, duration and amount: 2^30. Sums of two fit into 32 bits. */
export const largestNumber = 2 ** 30;

const Amount = z.number().int().min(0).max(largestNumber);
const Time = z.number().int().min(0).max(largestNumber);
const Duration = z.number().int().min(0).max(largestNumber);
const Money = z.number().nonnegative().max(1e15);

/** So much of a reusable resource, held from start to end. */
export const ResourceUse = z.strictObject({ resource: Id, amount: Amount.default(1) });

/**
 * A change of a stock: a negative amount consumes, a positive one produces. `start` and `end` change it at that
 * instant; with `rate` it changes by `amount` each unit of time while the task runs, evenly.
 */
export const StockChange = z.strictObject({
  resource: Id,
  amount: z.number().int().min(-largestNumber).max(largestNumber),
  when: z.enum(['start', 'end', 'rate']).default('start'),
});

/** A lock held from start to end. A task of duration 0 holds nothing. */
export const LockUse = z.strictObject({
  name: Id,
  mode: z.enum(['exclusive', 'shared']).default('exclusive'),
});

/** One way to do a task. */
export const ScheduleMode = z.strictObject({
  id: Id.optional(),
  duration: Duration,
  uses: z.array(ResourceUse).default([]),
  changes: z.array(StockChange).default([]),
  locks: z.array(LockUse).default([]),
  /** What it costs, by the name of the budget, such as `{ money: 3, tokens: 1000 }`. */
  costs: z.record(z.string(), Money).default({}),
});

export const ScheduleTask = z.strictObject({
  id: Id,
  name: z.string().optional(),
  /** The ways to do it, of which exactly one is chosen. */
  modes: z.array(ScheduleMode).min(1),
  /** May be left out [false]. Its value is then lost. */
  optional: z.boolean().default(false),
  /** What leaving it out adds to the objective, in the objective's unit [0]. */
  value: z.number().nonnegative().max(1e15).default(0),
  /** It is done only if all of these are done, too. */
  requires: z.array(Id).default([]),
  /** It starts at this instant or later [0]. */
  release: Time.default(0),
  /** It ends at this instant or earlier: a constraint. */
  deadline: Time.optional(),
  /** It should end at this instant or earlier: each unit of time later costs `weight`. */
  due: Time.optional(),
  /** Weight of its tardiness [1]. */
  weight: z.number().nonnegative().max(1e9).default(1),
  /** It has begun (or has even ended) and stays where it is: its start and, by index, its mode [0]. */
  fixed: z.strictObject({ start: Time, mode: z.number().int().nonnegative().default(0) }).optional(),
});

/**
 * A precedence with lags: `min ≤ (anchor of to) − (anchor of from) ≤ max`. `finish-start` [default] measures from the
 * end of `from` to the start of `to`, and so on. `min` is 0 unless told otherwise, and may be negative; without `max`
 * there is none.
 */
export const Lag = z.strictObject({
  from: Id,
  to: Id,
  anchor: z.enum(['finish-start', 'start-start', 'finish-finish', 'start-finish']).default('finish-start'),
  min: z.number().int().min(-largestNumber).max(largestNumber).default(0),
  max: z.number().int().min(-largestNumber).max(largestNumber).optional(),
});

/** A time in which a reusable resource has another capacity: a shift, a down time. From `from` until before `to`. */
export const CalendarEntry = z.strictObject({ from: Time, to: Time, capacity: Amount });

/** Held while tasks run: at every instant, the sum of what is held is at most the capacity of that instant. */
export const ReusableResource = z.strictObject({
  id: Id,
  kind: z.literal('reusable').default('reusable'),
  capacity: Amount,
  /** Entries may not overlap; in between, `capacity` holds. */
  calendar: z.array(CalendarEntry).default([]),
});

/**
 * A stock that tasks consume and produce: its level, `initial` at first, is at all times at least 0 and at most
 * `capacity` [no limit]. Whether it is called consumable or producible makes no difference to a schedule.
 */
export const StockResource = z.strictObject({
  id: Id,
  kind: z.enum(['consumable', 'producible']),
  initial: Amount,
  capacity: Amount.optional(),
});

export const ScheduleResource = z.discriminatedUnion('kind', [ReusableResource, StockResource]);

/**
 * Setup: tasks that name a state of this machine are done one after another on it, and between two of them in
 * different states the time of the change passes (from the end of one to the start of the other). A task of
 * duration 0 takes part, too. The first task needs the time from `initial` to its state, measured from 0.
 */
export const Setup = z.strictObject({
  id: Id,
  /** The state in which it must be, for each task that takes part. */
  states: z.record(Id, Id),
  initial: Id.optional(),
  /** Times of changes [0 where none is given]. They should obey the triangle inequality. */
  times: z.array(z.strictObject({ from: Id, to: Id, time: Duration })).default([]),
});

/** The sum of the costs of this name over the modes chosen is at most the limit. */
export const Budget = z.strictObject({ name: z.string(), limit: Money });

/**
 * What is to be small. `makespan`: the latest end of all tasks (0 when there are none). `cost`: the sum of the costs of
 * that name [money]. `tardiness`: the sum of weight × max(0, end − due). `levelling`: the sum over instants and reusable
 * resources [all] of use². To each, the values of the tasks left out are added, once.
 */
export const SingleObjective = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('makespan') }),
  z.strictObject({ kind: z.literal('cost'), of: z.string().default('money') }),
  z.strictObject({ kind: z.literal('tardiness') }),
  z.strictObject({ kind: z.literal('levelling'), resources: z.array(Id).optional() }),
]);

export const Objective = z.union([
  SingleObjective,
  z.strictObject({
    kind: z.literal('weighted'),
    parts: z.array(z.strictObject({ objective: SingleObjective, weight: z.number().nonnegative() })).min(1),
  }),
]);

export const ScheduleProblem = z.strictObject({
  name: z.string().optional(),
  tasks: z.array(ScheduleTask),
  lags: z.array(Lag).default([]),
  resources: z.array(ScheduleResource).default([]),
  setups: z.array(Setup).default([]),
  budgets: z.array(Budget).default([]),
  objective: Objective.default({ kind: 'makespan' }),
  /** Everything ends at this instant or earlier [no limit but {@link largestNumber}]. */
  horizon: Time.optional(),
  /** Nothing that is not fixed starts before this instant [0]: the present, when a schedule is repaired. */
  now: Time.default(0),
});

export type ScheduleProblemInput = z.input<typeof ScheduleProblem>;
export type ScheduleProblem = z.infer<typeof ScheduleProblem>;
export type ScheduleTask = z.infer<typeof ScheduleTask>;
export type ScheduleMode = z.infer<typeof ScheduleMode>;
export type ScheduleResource = z.infer<typeof ScheduleResource>;
export type ReusableResource = z.infer<typeof ReusableResource>;
export type StockResource = z.infer<typeof StockResource>;
export type Lag = z.infer<typeof Lag>;
export type Setup = z.infer<typeof Setup>;
export type Budget = z.infer<typeof Budget>;
export type SingleObjective = z.infer<typeof SingleObjective>;
export type Objective = z.infer<typeof Objective>;
