// Refusals: why a statechart does not take a command in the state in which it is, in words for whoever gave it.
import { shortDigest } from '../model/approval.js';
import { whyNoAnswer, whyNoVote, type Answer, type Approval } from './approval.js';

/** The reason why an actor does not take an event, by its state and its snapshot. */
export function whyRefused(
  address: string,
  state: string,
  event: Answer & { readonly type: string },
  snapshot: unknown,
): string {
  const { type, digest } = event;
  const { approval } = (snapshot as { context: { approval?: Approval | null } }).context;
  const isAnswer = /\.(approve|reject)$/.test(type);
  if (isAnswer && state === 'blocked.approval.asking' && approval) {
    const reason = type === 'task.approve' ? whyNoVote(approval, event) : whyNoAnswer(approval, event);
    if (reason !== undefined) return reason;
  }
  if (isAnswer && digest !== undefined && state.startsWith('blocked'))
    return `the answer is for the digest ${shortDigest(digest)}, but ${address} is ${state} now and asks for nothing with a digest; look at it again, then answer`;
  return `${address} is ${state} and does not take ${type} there`;
}
