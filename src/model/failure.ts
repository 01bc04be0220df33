// Failure: why an attempt, a task or a goal did not do what it should. Data, stored and shown.
import { z } from 'zod';
import { Json } from './scalars.js';

/** What kind of trouble it is, which decides what may help. */
export const FailureClass = z.enum(['transient', 'resource', 'logic', 'external', 'quality']);
export type FailureClass = z.infer<typeof FailureClass>;

/** Whether the effect behind a failed attempt can have happened. */
export const EffectTrace = z.enum(['none', 'unknown']);

export const Failure = z.object({
  /** A stable code in kebab-case, such as `timed-out`. */
  code: z.string().min(1),
  class: FailureClass,
  message: z.string(),
  retryable: z.boolean(),
  taskId: z.string().optional(),
  attempt: z.number().int().nonnegative().optional(),
  /** `none` when the failure provably came before the effect. */
  effect: EffectTrace.optional(),
  details: Json.optional(),
  cause: z.string().optional(),
});
export type Failure = z.infer<typeof Failure>;
