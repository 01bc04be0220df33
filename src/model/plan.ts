// Plan: how a goal will be reached. A plan is an immutable value; a change makes a new version.
import { z } from 'zod';
import { Contingency } from './contingency.js';
import { Criterion } from './criterion.js';
import { Dependency } from './dependency.js';
import { Resource } from './resource.js';
import { Id, Instant, Json, Metadata } from './scalars.js';
import { Strategy } from './strategy.js';
import { Task } from './task.js';

/** An input that a plan declares; `run --input name=value` sets it. */
export const InputDeclaration = z.strictObject({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'list', 'object', 'any']).default('any'),
  default: Json.optional(),
  description: z.string().default(''),
});
export type InputDeclaration = z.infer<typeof InputDeclaration>;

/** The parts of a plan that do not grow with the number of its tasks. */
export const PlanHead = z.strictObject({
  inputs: z.record(Id, InputDeclaration).default({}),
  resources: z.record(Id, Resource).default({}),
  strategy: Strategy.prefault({}),
  contingencies: z.array(Contingency).default([]),
  planCriteria: z.array(Criterion).default([]),
  metadata: Metadata.optional(),
});
export type PlanHead = z.infer<typeof PlanHead>;

/** A plan as a host or a planner gives it. */
export const PlanSpec = PlanHead.extend({
  tasks: z.record(Id, Task),
  dependencies: z.array(Dependency).default([]),
});
export type PlanSpec = z.infer<typeof PlanSpec>;
export type PlanSpecInput = z.input<typeof PlanSpec>;

/** A stored version of a plan, without its tasks (which are stored in parts) and its graph. */
export const Plan = PlanHead.extend({
  id: z.string(),
  goalId: Id,
  version: z.number().int().positive(),
  taskCount: z.number().int().nonnegative(),
  /** The values of its inputs. */
  values: z.record(z.string(), Json),
  /** Which planner made it: `document` for a plan that was given. */
  method: z.string(),
  createdAt: Instant,
  supersedes: z.number().int().positive().optional(),
  /** New task → the ended task it stands for, after a retry. */
  replaces: z.record(z.string(), z.string()).default({}),
});
export type Plan = z.infer<typeof Plan>;
