// Action: what a task does. Values may hold references such as `{{ tasks.fetch.output.items }}`.
import { z } from 'zod';
import { mostApprovers } from './approval.js';
import { DurationMs, Expression, Instant, Json } from './scalars.js';

/** How an effect may be repeated: any number of times, with the receiver removing doubles, or never. */
export const EffectClass = z.enum(['idempotent', 'keyed', 'once']);
export type EffectClass = z.infer<typeof EffectClass>;

/** A tool's name: `domain.tool`. */
export const ToolName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/, 'expected a tool name of the form domain.tool');

/** Calls a registered tool. */
export const ToolCall = z.strictObject({
  kind: z.literal('tool_call'),
  tool: ToolName,
  input: Json.default({}),
});
export type ToolCall = z.infer<typeof ToolCall>;

/** Starts a program without a shell. The working directory is the engine's unless given. */
export const SystemCommand = z.strictObject({
  kind: z.literal('system_cmd'),
  command: z.string().min(1),
  args: z.array(z.union([z.string(), z.number(), z.boolean()])).default([]),
  cwd: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  stdin: z.string().optional(),
  /** Exit codes that count as success. */
  expectExit: z.array(z.number().int()).default([0]),
  /** Standard output and error are each kept up to this many bytes. */
  maxOutputBytes: z.number().int().positive().max(16_777_216).default(1_048_576),
});
export type SystemCommand = z.infer<typeof SystemCommand>;

/** What a person is asked, and what may be answered: one of the choices, what fits the JSON Schema, or anything. */
export const Question = z.strictObject({
  question: z.string().min(1).max(10_000),
  choices: z.array(Json).min(1).max(100).optional(),
  schema: z.record(z.string(), Json).optional(),
});
export type Question = z.infer<typeof Question>;

/** Waits for a duration, an instant, a named signal, an approval or an answer. `timeoutMs` bounds the last three. */
export const Wait = z.strictObject({
  kind: z.literal('wait'),
  for: z.union([
    z.strictObject({ durationMs: z.union([DurationMs, z.string()]) }),
    z.strictObject({ until: z.union([Instant, z.string()]) }),
    z.strictObject({ signal: z.string().min(1).max(128) }),
    z.strictObject({
      approval: z.string().min(1),
      quorum: z.number().int().min(1).max(mostApprovers).optional(),
      approvers: z.array(z.string().min(1).max(128)).min(1).max(mostApprovers).optional(),
    }),
    Question,
  ]),
  timeoutMs: DurationMs.optional(),
});
export type Wait = z.infer<typeof Wait>;

/** What one round of a loop may do, or one probe or compensation. */
export const StepAction = z.discriminatedUnion('kind', [ToolCall, SystemCommand]);
export type StepAction = z.infer<typeof StepAction>;

/**
 * Does an action for each item of a list. Each round is a task of its own (`<task>[3]`) with the
 * policies of the task: retry, timeout, effect, probe, compensation, locks and resources.
 */
export const ForEach = z.strictObject({
  kind: z.literal('for_each'),
  /** An expression that gives a list, or a list in which references are resolved. */
  items: z.union([Expression, z.array(Json)]),
  as: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .default('item'),
  /** How many rounds may run at once; the plan's width bounds it too. */
  width: z.number().int().min(1).max(100_000).default(8),
  do: StepAction,
});
export type ForEach = z.infer<typeof ForEach>;

export const Action = z.discriminatedUnion('kind', [ToolCall, SystemCommand, Wait, ForEach]);
export type Action = z.infer<typeof Action>;
