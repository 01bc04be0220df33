// Contingency: a recovery that was prepared with the plan.
import { z } from 'zod';
import { DurationMs, Id, Json, Share } from './scalars.js';
import { StepAction } from './action.js';

/** A condition over the fields of an event, such as `failure.class eq transient`. */
export const TriggerCondition = z.strictObject({
  field: z.string().min(1),
  operator: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'contains', 'exists']),
  value: Json.optional(),
});
export type TriggerCondition = z.infer<typeof TriggerCondition>;

/** What a contingency can do: try the task again (after a delay), skip it, give up, or run an action. */
export const ContingencyStep = z.strictObject({
  id: Id,
  do: z.union([
    z.strictObject({ retry: z.strictObject({ delayMs: DurationMs.default(0) }).prefault({}) }),
    z.strictObject({ skip: z.literal(true) }),
    z.strictObject({ escalate: z.string() }),
    z.strictObject({ action: StepAction }),
  ]),
  onSuccess: Id.optional(),
  onFailure: Id.optional(),
});
export type ContingencyStep = z.infer<typeof ContingencyStep>;

export const Contingency = z.strictObject({
  id: Id,
  name: z.string().default(''),
  type: z
    .enum([
      'task_failure',
      'service_failure',
      'resource_failure',
      'slow_execution',
      'timeout',
      'network_loss',
      'system_overload',
      'partial_success',
      'goal_unreachable',
    ])
    .default('task_failure'),
  trigger: z.array(TriggerCondition).default([]),
  /** Whether all conditions must hold; otherwise any one is enough. */
  all: z.boolean().default(false),
  actions: z.array(ContingencyStep).min(1),
  fallback: Id.optional(),
  autoExecute: z.boolean().default(true),
  approval: z.enum(['none', 'required']).default('none'),
  maxDurationMs: DurationMs.default(300_000),
  /** How often it may be used for the same task. */
  maxUses: z.number().int().positive().default(1),
  expectedSuccessRate: Share.default(0.5),
  cost: z.number().nonnegative().default(1),
});
export type Contingency = z.infer<typeof Contingency>;
