// Task failures: what counts as the failure of a task, and which may be tried again.
import type { EffectClass } from '../model/action.js';
import type { Failure, FailureClass } from '../model/failure.js';

/** What of a task's context matters here. */
interface Failing {
  readonly taskId: string;
  readonly attempt: number;
  readonly detail: string;
  readonly retries: number;
  readonly failure: Failure | null;
  readonly rules: {
    readonly maxRetries: number;
    readonly retryOn?: readonly FailureClass[];
    readonly effect: EffectClass;
    readonly retriesOnce?: boolean;
  };
}

const notHappenedCode = 'did-not-happen';

/** The failure in a port's outcome: its own, that of a probe which said no, or, without either, a wait that is over. */
export function failureOf(
  { taskId, attempt, detail }: Failing,
  outcome: { failure?: Failure; happened?: string } | undefined,
): Failure {
  if (outcome?.failure) return outcome.failure;
  if (outcome?.happened === 'no') {
    return {
      code: notHappenedCode,
      class: 'transient',
      message: `Interrupted before it happened: ${detail}`,
      retryable: true,
      taskId,
      attempt,
      effect: 'none',
    };
  }
  return {
    code: 'expired',
    class: 'external',
    message: `Nobody answered in time: ${detail}`,
    retryable: false,
    effect: 'none',
  };
}

/** Whether the engine may try again by itself. What did not happen is worth it whatever classes are listed. */
export function retryAllowed({ rules, failure, retries }: Failing): boolean {
  if (failure === null || retries >= rules.maxRetries) return false;
  const listed = failure.code === notHappenedCode ? undefined : rules.retryOn;
  const worthIt = listed?.includes(failure.class) ?? failure.retryable;
  const safe = rules.effect !== 'once' || failure.effect === 'none' || rules.retriesOnce === true;
  return worthIt && safe;
}

/** The failure of a task that a person has rejected. */
export function rejection(context: Failing, event: { by?: string; reason?: string }): Failure {
  return {
    code: 'rejected',
    class: 'logic',
    message: `Rejected${event.by ? ` by ${event.by}` : ''}${event.reason ? `: ${event.reason}` : ''}`,
    retryable: false,
    taskId: context.taskId,
    effect: 'none',
  };
}
