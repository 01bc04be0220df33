// Housekeeping: retention in the background, soon after the start and then again and again.
import type { Clock } from '../services/clock.js';
import type { Retention } from './retention.js';

/** How long after the start the first look is taken: what is to go on comes first, in milliseconds. */
const firstMs = 10_000;

/** Takes a look now and then until it is stopped. What goes wrong is told and tried again the next time. */
export function keepHouse(options: {
  readonly retention: Retention;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}): () => void {
  const { retention, clock, intervalMs, onError } = options;
  let stopped = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    await retention.collect({}).catch(onError);
    if (!stopped) cancel = wait(intervalMs);
  };
  const wait = (ms: number): (() => void) => clock.at(clock.now() + ms, () => void look());
  cancel = wait(firstMs);
  return () => {
    stopped = true;
    cancel();
  };
}
