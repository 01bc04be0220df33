// Condition variable: waiting until something is so, or until a time is over (C. A. R. Hoare, Monitors, 1974).
import type { Clock } from '../services/clock.js';

export interface Condition {
  /** Resolves when `isSo` gives true, now or after a change, and at the latest after `ms` milliseconds. */
  until(isSo: () => boolean, ms: number): Promise<void>;
  /** Something has changed: those who wait look again. */
  changed(): void;
}

/** Makes a condition that nobody waits for. */
export function createCondition(clock: Clock): Condition {
  const watchers = new Set<() => void>();
  return {
    changed: () => watchers.forEach((look) => look()),
    until: (isSo, ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          cancel();
          watchers.delete(look);
          resolve();
        };
        const look = (): void => (isSo() ? done() : undefined);
        const cancel = clock.at(clock.now() + ms, done);
        watchers.add(look);
        look();
      }),
  };
}
