// Dependency: an ordering between two tasks, and what it means.
import { z } from 'zod';
import { DurationMs, Expression, Id } from './scalars.js';

/**
 * hard: `sequential` (after it ends well), `data` (needs its output), `resource` and `conflict` (must not overlap);
 * soft: `preferred` (order wished), `temporal` (lag wished);
 * conditional: `on_success`, `on_failure`, `on_condition`.
 */
export const DependencyType = z.enum([
  'sequential',
  'data',
  'resource',
  'conflict',
  'preferred',
  'temporal',
  'on_success',
  'on_failure',
  'on_condition',
]);
export type DependencyType = z.infer<typeof DependencyType>;

export const Dependency = z.strictObject({
  from: Id,
  to: Id,
  type: DependencyType.default('sequential'),
  /** The condition of `on_condition`: an expression over outputs. */
  when: Expression.optional(),
  /** Lag bounds of `temporal`. */
  minLagMs: DurationMs.optional(),
  maxLagMs: DurationMs.optional(),
});
export type Dependency = z.infer<typeof Dependency>;
