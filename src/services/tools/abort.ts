// What a tool says when its attempt is aborted. The engine knows why it aborted and does not wait for the
// words; they are for logs and for tools that are called without an engine.
import { ToolFailure } from './tool.js';

/**
 * The failure of an aborted call.
 *
 * @param doing - What was going on, such as `Copying '/a/b'`.
 * @param effect - `none` only when nothing outside was changed yet.
 */
export function abortedFailure(doing: string, effect: 'none' | 'unknown' = 'unknown'): ToolFailure {
  return new ToolFailure({
    code: 'aborted',
    class: 'transient',
    message: `${doing} was stopped because the attempt was aborted or its time was over. Run it again, with a longer timeoutMs if it was too slow.`,
    effect,
  });
}

/** Throws {@link abortedFailure} when the signal is aborted. */
export function refuseIfAborted(
  signal: AbortSignal,
  doing: string,
  effect: 'none' | 'unknown' = 'unknown',
): void {
  if (signal.aborted) throw abortedFailure(doing, effect);
}
