// Backoff: how long to wait before the next attempt.
import type { Backoff } from '../model/strategy.js';

/**
 * The delay before retry number `retry` (from 1), in milliseconds. `exponential` is full jitter: a random
 * share of the growing bound, so that tasks which failed together do not come back together
 * (M. Brooker, "Exponential Backoff and Jitter", 2015).
 *
 * @param random - From 0 (included) to 1 (excluded).
 */
export function backoffMs(backoff: Backoff, retry: number, random: number): number {
  if (backoff.kind === 'fixed') return Math.min(backoff.baseMs, backoff.capMs);
  const bound = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(retry - 1, 52));
  return Math.floor(random * bound);
}
