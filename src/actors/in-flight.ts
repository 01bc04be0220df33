// In flight: which attempts of the last engine may have begun their effects. A task's actor in `executing` is the
// intent of its effect, so every attempt found there may have; an attempt of a `once` task that the last engine had
// not begun when it closed was withdrawn, and has a record that says so.
import { addressOf } from '../model/address.js';
import type { AttemptKey } from '../machines/task.setup.js';
import { keys } from '../persistence/keys.js';
import type { TurnContext } from './turn.js';

export interface InFlight {
  /** Takes what a goal that is resumed left: its attempts in `executing`, and the keys of its effect records. */
  resume(executing: readonly AttemptKey[], effectKeys: ReadonlySet<string>): void;
  /** Whether the effect of an attempt may have begun in an earlier life; asked once for each. */
  mayHaveBegun(key: AttemptKey): boolean;
  /** Whether the last engine withdrew the attempt. */
  wasWithdrawn(key: AttemptKey): boolean;
  /** The attempt is begun now: it is not withdrawn any more. */
  begin(key: AttemptKey, turn: TurnContext): void;
  /** Notes an attempt whose intent is on disk but which this engine does not begin any more. */
  leave(key: AttemptKey, idempotencyKey: string): void;
  /** Withdraws what was left. */
  withdraw(turn: TurnContext): void;
}

export function createInFlight(): InFlight {
  const begun = new Set<string>();
  const withdrawn = new Set<string>();
  const left: { readonly key: AttemptKey; readonly idempotencyKey: string }[] = [];
  const address = ({ goalId, taskId }: AttemptKey): string => addressOf.task(goalId, taskId);
  const mark = (key: AttemptKey): string => keys.effect(`${address(key)}#${key.attempt}`);

  return {
    resume: (executing, effectKeys) => {
      for (const key of executing.map(mark)) (effectKeys.has(key) ? withdrawn : begun).add(key);
    },
    mayHaveBegun: (key) => begun.size > 0 && begun.delete(mark(key)),
    wasWithdrawn: (key) => withdrawn.size > 0 && withdrawn.has(mark(key)),
    begin: (key, turn) => {
      if (withdrawn.size > 0 && withdrawn.delete(mark(key))) turn.changes.remove(mark(key));
    },
    leave: (key, idempotencyKey) => void left.push({ key, idempotencyKey }),
    withdraw: (turn) => {
      for (const { key, idempotencyKey } of left.splice(0)) {
        turn.changes.put('effect', mark(key), {
          state: 'withdrawn',
          address: address(key),
          invoke: 'attempt',
          attempt: key.attempt,
          effect: 'once',
          at: turn.at,
          key: idempotencyKey,
        });
      }
    },
  };
}
