// Signals: named events from outside. One that nobody waits for yet is kept until somebody does.
import { addressOf } from '../model/address.js';
import type { Json } from '../model/scalars.js';
import { keys } from '../persistence/keys.js';
import type { SignalRecord } from '../persistence/records.js';
import type { Frontier } from './frontier.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

/** How many signals that nobody waits for a goal keeps. */
export const keptSignals = 100;

export interface Signals {
  /** Gives a signal to a task that waits for it, or keeps it; says why not when it can do neither. */
  deliver(
    goalId: string,
    frontier: Frontier | undefined,
    signal: SignalRecord,
    turn: TurnContext,
  ): { taken: boolean; reason?: string };
  /** Takes the oldest kept signal of a name. */
  take(goalId: string, name: string, turn: TurnContext): Json | undefined;
  /** Puts back what a goal had kept before a restart. */
  restore(goalId: string, kept: readonly { key: string; signal: SignalRecord }[]): void;
  /** Forgets what is kept for a goal; gives the keys to be removed. */
  forget(goalId: string): string[];
}

/** Makes the signals of an engine. */
export function createSignals(book: TaskBook): Signals {
  const kept = new Map<string, { key: string; signal: SignalRecord }[]>();
  let order = 0;

  function waiter(frontier: Frontier, name: string): string | undefined {
    for (const [id, one] of frontier.live) {
      if (one.blocked?.kind === 'external' && one.blocked.detail === `the signal '${name}'`) return id;
    }
    return undefined;
  }

  return {
    deliver(goalId, frontier, signal, turn) {
      const id = frontier === undefined ? undefined : waiter(frontier, signal.name);
      if (id !== undefined) {
        const output = book.store(turn.changes, signal.payload);
        book.note(turn.changes, goalId, id, { status: 'verifying', output });
        turn.mail('', addressOf.task(goalId, id), { type: 'task.signal' });
        return { taken: true };
      }
      const list = kept.get(goalId) ?? [];
      if (list.length >= keptSignals) {
        return {
          taken: false,
          reason: `${keptSignals} signals are kept already and nobody waits for '${signal.name}'`,
        };
      }
      order += 1;
      const key = keys.signal(goalId, signal.name, turn.at * 1000 + (order % 1000));
      kept.set(goalId, [...list, { key, signal }]);
      turn.changes.put('signal', key, signal);
      return { taken: true };
    },
    take(goalId, name, turn) {
      const list = kept.get(goalId) ?? [];
      const found = list.find((one) => one.signal.name === name);
      if (found === undefined) return undefined;
      kept.set(
        goalId,
        list.filter((one) => one !== found),
      );
      turn.changes.remove(found.key);
      return found.signal.payload;
    },
    restore: (goalId, list) => void kept.set(goalId, [...list]),
    forget: (goalId) => {
      const forgotten = (kept.get(goalId) ?? []).map(({ key }) => key);
      kept.delete(goalId);
      return forgotten;
    },
  };
}
