// Task: the smallest thing that is executed. What is written here never changes while a plan runs;
// what happens to a task is its TaskRecord.
import { z } from 'zod';
import { Action, EffectClass, StepAction } from './action.js';
import { ApprovalNeed } from './approval.js';
import { Criterion, Finding } from './criterion.js';
import { Failure } from './failure.js';
import { Requirements } from './resource.js';
import { DurationMs, Expression, Id, Instant, type Json, Metadata } from './scalars.js';
import { RetryPolicy } from './strategy.js';

/** How long a task is expected to take and what it costs. */
export const Estimate = z.strictObject({
  expectedMs: DurationMs.default(60_000),
  p50Ms: DurationMs.optional(),
  p95Ms: DurationMs.optional(),
  cost: z.number().nonnegative().default(0),
  tokens: z.number().int().nonnegative().default(0),
});
export type Estimate = z.infer<typeof Estimate>;

/** How long one attempt may take when neither its task nor its tool says, in milliseconds. */
export const defaultTimeoutMs = 300_000;

export const Task = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  kind: z.enum(['primitive', 'compound']).default('primitive'),
  parentTaskId: Id.optional(),
  depth: z.number().int().nonnegative().default(0),
  action: Action,
  /** Tasks that must have ended well before this one: the short form of sequential dependencies. */
  after: z.array(Id).default([]),
  /** When it is false, the task is skipped. */
  when: Expression.optional(),
  /** Its failure does no harm to the goal or to tasks after it. */
  optional: z.boolean().default(false),
  /** Its final failure fails the goal. */
  critical: z.boolean().default(false),
  preconditions: z.array(Expression).default([]),
  postconditions: z.array(Expression).default([]),
  produces: z.array(z.string()).default([]),
  consumes: z.array(z.string()).default([]),
  requires: Requirements.prefault({}),
  estimate: Estimate.prefault({}),
  retry: RetryPolicy.prefault({}),
  /** For one attempt; when absent, what the tool says, else {@link defaultTimeoutMs}. */
  timeoutMs: DurationMs.optional(),
  heartbeatMs: DurationMs.optional(),
  priority: z.number().int().min(1).max(10).default(5),
  /** When absent, the action decides: `once` for commands and for tools that declare nothing. */
  effect: EffectClass.optional(),
  /** Tells whether an interrupted effect happened. A command: exit 0 yes, 1 no, else unknown. */
  probe: StepAction.optional(),
  /** Undoes the task; may refer to its own output as `output`. */
  compensate: StepAction.optional(),
  /** Whether people have to approve before it starts: bound to its action with all values, and to the plan's version. */
  approval: ApprovalNeed.default('none'),
  /** Whether people have to approve its result, once its checks have passed: bound to its output. */
  review: ApprovalNeed.default('none'),
  /** How long an approval, an answer or a signal may be waited for. */
  approvalTimeoutMs: DurationMs.optional(),
  successCriteria: z.array(Criterion).default([]),
  contingencies: z.array(Id).default([]),
  metadata: Metadata.optional(),
});
export type Task = z.infer<typeof Task>;
/** A task as it is written and stored: without what has a default. */
export type TaskInput = z.input<typeof Task>;

/** Fields whose inner values have no defaults: a task with no others is completed without being walked through. */
const flat: ReadonlySet<string> = new Set(
  (
    'name description kind parentTaskId depth action after when optional critical ' +
    'preconditions postconditions produces consumes timeoutMs heartbeatMs ' +
    'priority effect approvalTimeoutMs contingencies metadata'
  ).split(' '),
);
const { action: _, ...defaults } = Task.parse({ action: { kind: 'wait', for: { durationMs: 0 } } });

for (const value of Object.values(defaults)) Object.freeze(value);

/** A stored task, which was checked when its plan was made, with its defaults: what `Task.parse` gives, at a fraction of the cost. */
export function completeTask(input: TaskInput): Task {
  const { action } = input;
  const isFlat = action.kind === 'tool_call' && Object.keys(input).every((key) => flat.has(key));
  if (!isFlat) return Task.parse(input);
  return { ...defaults, ...input, action: { ...action, input: action.input ?? {} } } as Task;
}

/** Where a task is, in the words of its statechart; `pending` before it has an actor. */
export const TaskStatus = z.enum([
  'pending',
  'ready',
  'executing',
  'blocked',
  'verifying',
  'recovering',
  'succeeded',
  'failed',
  'aborted',
  'skipped',
]);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** A value that was JSON before it came here: it was read from JSON text, or made plain. It is not walked through again. */
const KnownJson = z.custom<Json>((value) => value !== undefined, 'expected a JSON value');

/** A value, or the hash of the blob that holds it. */
export const StoredValue = z.union([
  z.object({ value: KnownJson }),
  z.object({ blob: z.string(), bytes: z.number().int().nonnegative() }),
]);
export type StoredValue = z.infer<typeof StoredValue>;

/** What has become of a task. One record a task, also for each round of a loop and each compensation. */
export const TaskRecord = z.object({
  status: TaskStatus,
  attempts: z.number().int().nonnegative(),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  /** The place of its end in the order of the goal's ends: compensation goes backwards along it. */
  endOrder: z.number().int().nonnegative().optional(),
  output: StoredValue.optional(),
  failure: Failure.optional(),
  findings: z.array(Finding).optional(),
  reason: z.string().optional(),
  /** Contingencies that were tried for it, in order. */
  contingencies: z.array(z.string()).optional(),
  /** Amounts of consumable and producible resources it has taken (positive) or made (negative). */
  used: z.record(z.string(), z.number()).optional(),
});
export type TaskRecord = z.infer<typeof TaskRecord>;
