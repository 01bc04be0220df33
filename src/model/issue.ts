// Issue: what a monitor has noticed and confirmed.
import { z } from 'zod';
import { Instant, Json } from './scalars.js';

export const IssueType = z.enum([
  'task_stalled',
  'latency_anomaly',
  'repeated_failure',
  'resource_spike',
  'resource_exhaustion',
  'error_pattern',
  'stuck',
  'deviation',
  'deadline_risk',
  'budget_risk',
]);
export type IssueType = z.infer<typeof IssueType>;

export const Issue = z.object({
  type: IssueType,
  severity: z.enum(['info', 'warning', 'critical']),
  /** What it is about: a task id, or empty for the whole goal. */
  subject: z.string(),
  since: Instant,
  message: z.string(),
  evidence: Json.optional(),
});
export type Issue = z.infer<typeof Issue>;
