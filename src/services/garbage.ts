// Garbage: gives back at once what a very large piece of work has left behind.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage now. Checking a plan of 100,000 tasks makes some hundred megabytes of values that all live
 * until the check is over; without a hint V8 keeps them, and the size of its heap, for the first seconds of the
 * run. Takes about as long as reading the plan did once; meant for moments in which that does not matter.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (() => void) | undefined;
  collect?.();
}
