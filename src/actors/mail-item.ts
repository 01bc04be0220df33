// Mail item: what waits in the queues of the actor system.
import type { ActorRefLike } from 'xstate';
import type { Mail } from '../machines/protocol.js';
import type { CommandAnswer } from './system-types.js';
import type { TurnContext } from './turn.js';

export type Item =
  | {
      kind: 'mail';
      goalId: string;
      to: string;
      from: string;
      event: Mail;
      answer?: (answer: CommandAnswer) => void;
    }
  | { kind: 'spawn'; goalId: string; to: string; from: string; input: object }
  | { kind: 'settle'; goalId: string; ref: ActorRefLike; outcome: unknown }
  | { kind: 'run'; goalId: string; work: (turn: TurnContext) => void; refuse?: (error: unknown) => void };

/** What was thrown in a turn, and where. */
export class Fault extends Error {
  constructor(
    readonly where: string,
    readonly error: unknown,
  ) {
    super(where);
  }
}

/** An item in words, for the message about a turn that failed. */
export const describe = (item: Item): string =>
  'to' in item ? `mail to ${item.to}` : `a ${item.kind} of goal ${item.goalId}`;

/** Whether somebody waits for the answer: a command, a submission. */
export const isAsked = (item: Item): boolean =>
  (item.kind === 'mail' && item.answer !== undefined) || (item.kind === 'run' && item.refuse !== undefined);

/** Tells whoever waits when the turn, which is synchronous, is over: until then it can still fail and be refused. */
export const afterTurn = (tell: () => void): void => queueMicrotask(tell);
