// Blockage: why something cannot go on by itself, since when, and until when it may wait.
import { z } from 'zod';
import { Question } from './action.js';
import { ApprovalStanding } from './approval.js';
import { Instant } from './scalars.js';

export const BlockageKind = z.enum([
  'dependency',
  'resource',
  'error',
  'external',
  'approval',
  'ambiguity',
  'interrupted',
  'paused',
]);
export type BlockageKind = z.infer<typeof BlockageKind>;

export const Blockage = z.object({
  kind: BlockageKind,
  since: Instant,
  /** In words: what it waits for and what would unblock it. */
  detail: z.string(),
  /** The instant at which it escalates. */
  deadlineAt: Instant.optional(),
  /** Of an approval: what has to be agreed to, by whom, and who has. */
  approval: ApprovalStanding.optional(),
  /** Of a question: what may be answered. */
  question: Question.optional(),
  resolution: z
    .object({ strategy: z.string(), by: z.string().optional(), outcome: z.string().optional() })
    .optional(),
});
export type Blockage = z.infer<typeof Blockage>;
