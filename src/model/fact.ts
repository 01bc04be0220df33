// Fact: one entry of the journal. What is in the journal is on disk.
import { z } from 'zod';
import { Instant, Json } from './scalars.js';

export const FactData = z.record(z.string(), Json);
export type FactData = z.infer<typeof FactData>;

export const Fact = z.object({
  /** Its number in the one sequence of the store, from 1, without gaps. */
  seq: z.number().int().positive(),
  at: Instant,
  goal: z.string(),
  /** The address of the actor that stated it. */
  actor: z.string(),
  /** `noun.verb`, past tense. */
  type: z.string(),
  /** The states before and after, when the fact goes with a change of state. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** The type of the event that caused it. */
  cause: z.string().optional(),
  data: FactData,
});
export type Fact = z.infer<typeof Fact>;
