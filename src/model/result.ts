// Result: what has become of a goal. It can be asked for at any time and is final when the goal has ended.
import { z } from 'zod';
import { Blockage } from './blockage.js';
import { Adaptation } from './adaptation.js';
import { Failure } from './failure.js';
import { Finding } from './criterion.js';
import { GoalStatus } from './goal.js';
import { Instant, Json, Share } from './scalars.js';
import { TaskStatus } from './task.js';

/** How one task ended. Rounds of a loop are counted in their task's output, not listed. */
export const TaskResult = z.object({
  status: TaskStatus,
  attempts: z.number().int().nonnegative(),
  output: Json.optional(),
  /** Given instead of `output` when the value is stored apart. */
  outputBlob: z.string().optional(),
  failure: Failure.optional(),
  reason: z.string().optional(),
});
export type TaskResult = z.infer<typeof TaskResult>;

export const Result = z.object({
  goal: z.string(),
  status: GoalStatus,
  /** The share of the work that is done, by estimated time. */
  completion: Share,
  /** In words, why it ended so. */
  reason: z.string(),
  tasks: z.record(z.string(), TaskResult),
  findings: z.array(Finding),
  adaptations: z.array(Adaptation),
  blockages: z.array(Blockage.extend({ taskId: z.string().optional() })),
  planVersion: z.number().int().nonnegative(),
  counts: z.object({
    total: z.number().int(),
    succeeded: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
    aborted: z.number().int(),
  }),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  warnings: z.array(z.string()),
});
export type Result = z.infer<typeof Result>;
