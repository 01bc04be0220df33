// Resource: what tasks hold, use up or make while they run; and what a task asks of it.
import { z } from 'zod';
import { Id } from './scalars.js';

export const ResourceKind = z.enum(['reusable', 'consumable', 'producible', 'rate']);

/** A named resource of a plan. Amounts are in the resource's own unit. */
export const Resource = z.strictObject({
  kind: ResourceKind.default('reusable'),
  /** What is there at the start (consumable, producible). */
  initial: z.number().nonnegative().optional(),
  /** How much can be held at once (reusable), stored at most (producible) or used each interval (rate). */
  capacity: z.number().nonnegative().optional(),
  /** The interval of a rate, in milliseconds. */
  intervalMs: z.number().int().positive().default(60_000),
  costPerUnit: z.number().nonnegative().default(0),
});
export type Resource = z.infer<typeof Resource>;

/** A named lock, held while a task runs. Locks are shared by all goals of an engine. */
export const Lock = z.strictObject({ name: Id, mode: z.enum(['exclusive', 'shared']).default('exclusive') });
export type Lock = z.infer<typeof Lock>;

/** An amount of a named resource, taken at the start, given or taken at the end, or held for the duration. */
export const ResourceRequest = z.strictObject({
  name: Id,
  amount: z.number().positive().default(1),
  when: z.enum(['start', 'end', 'duration']).default('duration'),
});
export type ResourceRequest = z.infer<typeof ResourceRequest>;

/**
 * What a task needs while it runs. `cpuPercent` is a share of the whole machine, sizes are mebibytes.
 * What is not named is not reserved.
 */
export const Requirements = z.strictObject({
  cpuPercent: z.number().positive().max(100).optional(),
  memoryMb: z.number().positive().optional(),
  diskMb: z.number().positive().optional(),
  networkMbps: z.number().positive().optional(),
  tools: z.array(z.string()).default([]),
  locks: z.array(Lock).default([]),
  resources: z.array(ResourceRequest).default([]),
});
export type Requirements = z.infer<typeof Requirements>;
