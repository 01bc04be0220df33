// Late outcome: what an attempt comes to that did not end in its time.
import type { EffectClass } from '../model/action.js';
import type { AttemptOutcome } from '../machines/protocol.js';
import type { AttemptKey } from '../machines/task.setup.js';

/** An outcome before it is stamped. */
export type Outcome = AttemptOutcome extends infer O
  ? O extends unknown
    ? Omit<O, 'at' | 'random'>
    : never
  : never;

/** A timed-out attempt may have happened: only what may be repeated counts as failed. */
export function lateOutcome(
  { taskId, attempt }: AttemptKey,
  effect: EffectClass,
  timeoutMs: number,
): Outcome {
  const message = `It did not end within ${timeoutMs} ms`;
  if (effect === 'once')
    return { kind: 'interrupted', detail: `${message}; whether it happened is not known` };
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
