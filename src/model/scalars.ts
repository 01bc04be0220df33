// The scalar shapes that all nouns share: ids, durations, instants, amounts, free JSON.
import { z } from 'zod';

/** An id that people and hosts choose: 1 to 128 of `A-Z a-z 0-9 . _ -`. */
export const Id = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,128}$/, 'expected 1 to 128 letters, digits, dots, underscores or hyphens');
export type Id = z.infer<typeof Id>;

/** A duration in milliseconds. */
export const DurationMs = z.number().int().nonnegative();
/** An instant in milliseconds since the epoch. */
export const Instant = z.number().int().nonnegative();
/** A share from 0 to 1. */
export const Share = z.number().min(0).max(1);
/** A rank from 1 to 10. */
export const Rank = z.number().int().min(1).max(10);

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export const Json: z.ZodType<Json, Json> = z.json();

/** What a host keeps of its own with a goal, plan or task; the engine never reads it. */
export const Metadata = z.record(z.string(), Json);

/** An expression of the plan language (Common Expression Language), such as `tasks.fetch.output.status == 200`. */
export const Expression = z.string().min(1).max(4096);
