// Exit codes: what a command's end tells a script. They are documented in docs/cli.md and do not change.
import { EngineError } from '../../errors.js';
import type { GoalStatus } from '../../index.js';

export const exitCode = {
  succeeded: 0,
  failed: 1,
  badInput: 2,
  partial: 3,
  aborted: 4,
  /** It waits for somebody, or was paused. */
  stopped: 5,
  /** The store is in use, damaged, or of a newer format. */
  store: 6,
  bug: 70,
} as const;

/** The exit code for how a goal stands: one that has not ended was stopped. */
export function exitCodeOfStatus(status: GoalStatus): number {
  if (status === 'succeeded' || status === 'failed' || status === 'partial' || status === 'aborted') {
    return exitCode[status];
  }
  return exitCode.stopped;
}

const badInput: ReadonlySet<string> = new Set([
  'INPUT_INVALID',
  'INPUT_UNREADABLE',
  'PLAN_REFUSED',
  'COMMAND_REFUSED',
  'GOAL_UNKNOWN',
  'GOAL_EXISTS',
]);

/** The exit code for what was thrown. */
export function exitCodeOfError(error: unknown): number {
  if (!(error instanceof EngineError)) return exitCode.bug;
  if (badInput.has(error.code)) return exitCode.badInput;
  if (error.code.startsWith('STORE_') || error.code === 'ENGINE_CLOSED' || error.code === 'GOAL_SET_ASIDE') {
    return exitCode.store;
  }
  return exitCode.bug;
}

/** Of several goals: the gravest end decides. */
export function worstExitCode(codes: readonly number[]): number {
  const byGravity = [
    exitCode.bug,
    exitCode.store,
    exitCode.badInput,
    exitCode.failed,
    exitCode.aborted,
    exitCode.partial,
  ];
  return byGravity.find((code) => codes.includes(code)) ?? Math.max(exitCode.succeeded, ...codes);
}
