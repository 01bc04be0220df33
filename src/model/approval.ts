// Approval: who has to agree, what exactly they were shown, and who has agreed so far. An approval is bound to the
// digest of what was shown: it says nothing about anything else.
import { z } from 'zod';
import { Instant, type Json } from './scalars.js';

/** More people than this cannot be asked for one approval. */
export const mostApprovers = 20;

const Name = z.string().min(1).max(128);

/** How many different people have to approve, and which: anybody, when nobody is named. */
export const ApprovalRule = z.strictObject({
  quorum: z.number().int().min(1).max(mostApprovers).default(1),
  approvers: z.array(Name).min(1).max(mostApprovers).optional(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

/** Whether something has to be approved: not at all, by anybody, or as the rule says. */
export const ApprovalNeed = z.union([z.enum(['none', 'required']), ApprovalRule]);
export type ApprovalNeed = z.infer<typeof ApprovalNeed>;

/** The rule of a need; undefined when nothing has to be approved. */
export function ruleOf(need: z.input<typeof ApprovalNeed> | undefined): ApprovalRule | undefined {
  if (need === undefined || need === 'none') return undefined;
  return need === 'required' ? { quorum: 1 } : { ...need, quorum: need.quorum ?? 1 };
}

/** One person's approval. `by` is empty when nobody was named. */
export const Vote = z.object({ by: z.string(), at: Instant, reason: z.string().optional() });
export type Vote = z.infer<typeof Vote>;

/** How an approval stands that is waited for. */
export const ApprovalStanding = z.object({
  /** SHA-256 over the canonical JSON of what is shown. */
  digest: z.string(),
  quorum: z.number().int(),
  /** Empty when anybody may approve. */
  approvers: z.array(z.string()),
  /** Who has approved what is shown now. */
  votes: z.array(Vote),
});
export type ApprovalStanding = z.infer<typeof ApprovalStanding>;

/** The text of a value in which the keys of maps are sorted: equal values have equal texts. */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** The names of the members in which two maps of digests differ. */
export function changesBetween(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).sort();
}

/** A digest as it is shown to people. */
export const shortDigest = (digest: string): string => digest.slice(0, 12);
