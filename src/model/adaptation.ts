// Adaptation: a change of course, with its reason and its outcome.
import { z } from 'zod';
import { Instant } from './scalars.js';

export const AdaptationTrigger = z.enum([
  'task_failure',
  'task_timeout',
  'resource_exhaustion',
  'system_load_change',
  'dependency_unavailable',
  'goal_modified',
  'new_constraint',
  'significant_deviation',
  'strategy_ineffective',
  'user_interruption',
  'external_event',
  'opportunity',
  'assumption_violation',
  'budget_pressure',
]);

export const AdaptationResponse = z.enum([
  'retry',
  'contingency',
  'local_replan',
  'subtree_replan',
  'global_replan',
  'continuation',
  'opportunistic',
  'escalate',
]);

export const Adaptation = z.object({
  at: Instant,
  trigger: AdaptationTrigger,
  response: AdaptationResponse,
  taskIds: z.array(z.string()),
  fromVersion: z.number().int().positive(),
  toVersion: z.number().int().positive().optional(),
  reason: z.string(),
  outcome: z.string().optional(),
});
export type Adaptation = z.infer<typeof Adaptation>;
