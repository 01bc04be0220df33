// Approval: the pure rules by which answers to an approval count. The state lies in the context of the task that
// waits; it is made anew whenever something else is shown.
import { changesBetween, shortDigest, type Vote } from '../model/approval.js';

/** What is asked for: the digest of what is shown, and who has to agree to it. */
export interface Asked {
  readonly digest: string;
  /** Digests of the parts of what is shown, to say later what has changed. */
  readonly parts: Readonly<Record<string, string>>;
  readonly quorum: number;
  /** Empty when anybody may approve. */
  readonly approvers: readonly string[];
}

/** What a task can ask approval of: its start, to go on, or its result. */
export type Asks = 'start' | 'approval' | 'review';

/** What a task that waits for an approval asks for, by what it awaits. */
export const asksOf = (awaits: string): Asks =>
  awaits === 'approval' || awaits === 'review' ? awaits : 'start';

export interface Approval {
  readonly asks: Asks;
  readonly asked: Asked;
  readonly votes: readonly Vote[];
  /** The last digest that what is asked for took the place of, and what changed. */
  readonly before?: { readonly digest: string; readonly changed: readonly string[] };
  /** Digests that were approved: of its start and of its result. */
  readonly granted: Readonly<Partial<Record<Asks, string>>>;
}

export interface Answer {
  readonly by?: string;
  readonly reason?: string;
  /** What the person has seen; without it the answer is for what is asked for at present. */
  readonly digest?: string;
}

/** The approval after something (else) was put before those who are asked: nobody has answered that yet. */
export function ask(before: Approval | null, asks: Asks, asked: Asked): Approval {
  const { [asks]: _, ...granted } = before?.granted ?? {};
  const voided = isVoided(before, asks, asked) ? before : null;
  return {
    asks,
    asked,
    votes: [],
    ...(voided === null
      ? {}
      : {
          before: {
            digest: voided.asked.digest,
            changed: changesBetween(voided.asked.parts, asked.parts),
          },
        }),
    granted,
  };
}

/** Whether what is shown now takes the place of what was shown for the same purpose. */
export const isVoided = (before: Approval | null, asks: Asks, asked: Asked): boolean =>
  before !== null && before.asks === asks && before.asked.digest !== asked.digest;

/** Why an approval does not count; undefined when it does. */
export function whyNoVote(approval: Approval, answer: Answer): string | undefined {
  const { votes, asked } = approval;
  const reason = whyNoAnswer(approval, answer);
  if (reason !== undefined) return reason;
  if (!votes.some(({ by }) => by === answer.by)) return undefined;
  return `${answer.by} has approved it already; it has ${votes.length} of ${asked.quorum} approvals and needs somebody else`;
}

/** Why an answer, of whatever kind, does not count; undefined when it does. */
export function whyNoAnswer({ asked, before }: Approval, { by, digest }: Answer): string | undefined {
  const { quorum, approvers } = asked;
  if (digest !== undefined && digest !== asked.digest) {
    const now = `what is asked for now has the digest ${shortDigest(asked.digest)}`;
    const changed =
      before?.digest === digest ? `this has changed meanwhile: ${before.changed.join(', ')}` : now;
    return `the answer is for the digest ${shortDigest(digest)}, but ${changed}; look at it again, then answer`;
  }
  if (by === undefined && (quorum > 1 || approvers.length > 0)) {
    return `expected who answers (by), got nobody; ${whoMay(asked)}`;
  }
  if (approvers.length > 0 && !approvers.includes(by ?? '')) return `${by} may not answer; ${whoMay(asked)}`;
  return undefined;
}

const whoMay = ({ quorum, approvers }: Asked): string =>
  approvers.length > 0
    ? `it is for ${approvers.join(', ')} to answer${quorum > 1 ? `, and ${quorum} have to approve` : ''}`
    : `${quorum} different people have to approve`;

/** Whether one more approval is enough. */
export const isLast = ({ votes, asked }: Approval): boolean => votes.length + 1 >= asked.quorum;

/** The approval with one more vote; what was asked for is granted when that was the last. */
export function withVote(approval: Approval, { by = '', reason }: Answer, at: number): Approval {
  const vote = { by, at, ...(reason === undefined ? {} : { reason }) };
  const { asks, asked, granted } = approval;
  return {
    ...approval,
    votes: [...approval.votes, vote],
    ...(isLast(approval) ? { granted: { ...granted, [asks]: asked.digest } } : {}),
  };
}
