// Late outcome: what an attempt that did not end in time comes to.
import type { EffectClass } from '../model/action.js';
import type { AttemptOutcome } from '../machines/protocol.js';
import type { AttemptKey } from '../machines/task.setup.js';

type Late =
  | Omit<Extract<AttemptOutcome, { kind: 'interrupted' }>, 'at' | 'random'>
  | Omit<Extract<AttemptOutcome, { kind: 'failed' }>, 'at' | 'random'>;

/** A timed-out attempt may have happened: only what may be repeated counts as failed. */
export function lateOutcome(one: { key: AttemptKey; effect: EffectClass }, timeoutMs: number): Late {
  const message = `It did not end within ${timeoutMs} ms`;
  if (one.effect === 'once')
    return { kind: 'interrupted', detail: `${message}; whether it happened is not known` };
  const { taskId, attempt } = one.key;
  const failure = {
    code: 'timed-out',
    class: 'transient',
    message,
    retryable: true,
    taskId,
    attempt,
    effect: 'unknown',
  } as const;
  return { kind: 'failed', failure };
}
