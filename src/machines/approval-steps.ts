// Approval steps: the guards, assignments and facts of the task's chart that are about its approval.
import type { FactData } from '../model/fact.js';
import { changesBetween } from '../model/approval.js';
import {
  ask,
  asksOf,
  isLast,
  isVoided,
  whyNoAnswer,
  whyNoVote,
  withVote,
  type Answer,
  type Approval,
  type Asked,
} from './approval.js';
import { fact, type Emitted, type ShownOutcome } from './protocol.js';

interface Of {
  readonly context: { readonly taskId: string; readonly awaits: string; readonly approval: Approval | null };
  readonly event: unknown;
}

/** What the port says that is (or would be) shown. */
const askedOf = (event: unknown): Asked => {
  const { digest, parts, quorum, approvers } = (event as { output: ShownOutcome }).output;
  return { digest, parts, quorum, approvers };
};

export const isChanged = ({ context, event }: Of): boolean =>
  isVoided(context.approval, asksOf(context.awaits), askedOf(event));
export const isVote = ({ context: { approval }, event }: Of): boolean =>
  approval !== null && whyNoVote(approval, event as Answer) === undefined;
export const isLastVote = (of: Of): boolean =>
  isVote(of) && of.context.approval !== null && isLast(of.context.approval);
export const approvesStart = (of: Of): boolean => of.context.awaits === 'start' && isLastVote(of);
export const mayAnswer = ({ context: { approval }, event }: Of): boolean =>
  approval !== null && whyNoAnswer(approval, event as Answer) === undefined;
/** What has no digest cannot have been seen under one: such an answer was meant for something else. */
export const isForNoDigest = ({ event }: Of): boolean => (event as Answer).digest === undefined;

export const asked = ({ context, event }: Of): Approval =>
  ask(context.approval, asksOf(context.awaits), askedOf(event));
export const voted = ({ context: { approval }, event }: Of): Approval | null =>
  approval && withVote(approval, event as Answer, (event as { at: number }).at);

/** Who has approved, as one of how many. */
export const tellApproved = ({ context: { taskId, approval } }: Of): Emitted => {
  const vote = approval?.votes.at(-1);
  return fact('task.approved', {
    taskId,
    asks: approval?.asks ?? '',
    by: vote?.by ?? '',
    ...(vote?.reason === undefined ? {} : { reason: vote.reason }),
    digest: approval?.asked.digest ?? '',
    approvals: approval?.votes.length ?? 0,
    quorum: approval?.asked.quorum ?? 0,
  });
};

/** Whose approvals count no more because something else is asked for now. */
export const tellVoided = ({ context: { taskId, approval }, event }: Of): Emitted => {
  const now = askedOf(event);
  return fact('task.approvalVoided', {
    taskId,
    asks: approval?.asks ?? '',
    was: approval?.asked.digest ?? '',
    digest: now.digest,
    changed: changesBetween(approval?.asked.parts ?? {}, now.parts),
    votes: approval?.votes.map(({ by }) => by) ?? [],
  });
};

/** What the journal says of what is asked for. */
export const askedData = (approval: Approval | null): FactData => {
  if (approval === null) return {};
  const { asks, asked: now } = approval;
  const { digest, quorum, approvers } = now;
  return { asks, digest, quorum, ...(approvers.length > 0 ? { approvers: [...approvers] } : {}) };
};
