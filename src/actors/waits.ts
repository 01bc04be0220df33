// Waits: tasks that do nothing but wait, for an instant, a signal, an approval or an answer.
import type { Json } from '../model/scalars.js';
import type { AttemptOutcome } from '../machines/protocol.js';
import type { AttemptKey } from '../machines/task.setup.js';
import { EngineError } from '../errors.js';
import type { Definition } from './definitions.js';
import type { Scopes } from './scopes.js';
import type { Signals } from './signals.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export interface WaitOptions {
  readonly scopes: Scopes;
  readonly book: TaskBook;
  readonly signals: Signals;
  /** How long a signal, an approval or an answer is waited for when the task does not say. */
  readonly patienceMs: number;
}

type Waiting = { kind: 'succeeded' } | Omit<Extract<AttemptOutcome, { kind: 'waiting' }>, 'at' | 'random'>;

/** Begins a wait: it is over at once, or until when it lasts at the most. */
export function beginWait(
  key: AttemptKey,
  found: Definition,
  options: WaitOptions,
  turn: TurnContext,
): Waiting {
  if (found.action.kind !== 'wait')
    throw new EngineError('ENGINE_INVARIANT', 'W1 only a wait waits. This is a bug.');
  const { for: what, timeoutMs } = found.action;
  const limit = key.attemptAt + (timeoutMs ?? found.task.approvalTimeoutMs ?? options.patienceMs);
  const resolve = (value: Json): Json => options.scopes.resolve(found.plan, value, found.own);
  const give = (output: Json): void => {
    const stored = options.book.store(turn.changes, output);
    options.book.note(turn.changes, key.goalId, key.taskId, {
      status: 'verifying',
      attempts: key.attempt,
      output: stored,
    });
  };
  if ('signal' in what) {
    const name = String(resolve(what.signal));
    const early = options.signals.take(key.goalId, name, turn);
    if (early === undefined) {
      return { kind: 'waiting', wait: 'signal', deadlineAt: limit, detail: `the signal '${name}'` };
    }
    give(early);
    return { kind: 'succeeded' };
  }
  if ('approval' in what) {
    return { kind: 'waiting', wait: 'approval', deadlineAt: limit, detail: String(resolve(what.approval)) };
  }
  if ('question' in what) {
    return { kind: 'waiting', wait: 'question', deadlineAt: limit, detail: String(resolve(what.question)) };
  }
  const deadlineAt =
    'until' in what ? instantOf(resolve(what.until)) : key.attemptAt + durationOf(resolve(what.durationMs));
  give({ until: new Date(deadlineAt).toISOString() });
  return { kind: 'waiting', wait: 'time', deadlineAt, detail: `until ${new Date(deadlineAt).toISOString()}` };
}

function instantOf(value: Json): number {
  const instant = typeof value === 'number' ? value : Date.parse(String(value));
  if (Number.isFinite(instant)) return instant;
  throw new EngineError('INPUT_INVALID', `wait until: expected an instant, got ${JSON.stringify(value)}`);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(value: Json): number {
  if (typeof value === 'number' && value >= 0) return value;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(value));
  if (match !== null) return Number(match[1]) * (unitMs[match[2] ?? 'ms'] ?? 1);
  throw new EngineError(
    'INPUT_INVALID',
    `wait: expected milliseconds or a duration such as 30s, got ${JSON.stringify(value)}`,
  );
}
