// Strategy: how a plan is executed.
import { z } from 'zod';
import { DurationMs, Share } from './scalars.js';

/** Backoff between attempts. `exponential` waits a random share of `baseMs` × 2^(attempt − 1), at most `capMs` (full jitter). */
export const Backoff = z.strictObject({
  kind: z.enum(['fixed', 'exponential']).default('exponential'),
  baseMs: DurationMs.default(500),
  capMs: DurationMs.default(60_000),
});
export type Backoff = z.infer<typeof Backoff>;

/** When and how often a failed attempt is made again. `maxRetries` 3 means at most four attempts. */
export const RetryPolicy = z.strictObject({
  maxRetries: z.number().int().min(0).max(1000).optional(),
  backoff: Backoff.optional(),
  /** Failure classes worth a retry; without it the failure itself says. */
  on: z.array(z.enum(['transient', 'resource', 'logic', 'external', 'quality'])).optional(),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

export const StrategyMode = z.enum(['sequential', 'parallel', 'pipelined', 'adaptive', 'distributed']);

export const Strategy = z.strictObject({
  mode: StrategyMode.default('parallel'),
  parallelisation: z
    .enum(['auto', 'max_throughput', 'min_latency', 'balanced', 'resource_conscious'])
    .default('auto'),
  maxParallelTasks: z.number().int().min(1).max(100_000).default(5),
  retry: RetryPolicy.optional(),
  /** What happens when a task that is not optional has failed for good: the rest goes on, or a person is asked. */
  onFailure: z.enum(['continue', 'ask']).default('continue'),
  /** Undo what was done, in reverse order, when the plan fails. */
  compensateOnFailure: z.boolean().default(false),
  fallbacks: z.array(z.string()).default([]),
  estimatedSuccessRate: Share.default(0.9),
  estimatedDurationMs: DurationMs.default(300_000),
  estimatedCost: z.number().nonnegative().default(1),
});
export type Strategy = z.infer<typeof Strategy>;
