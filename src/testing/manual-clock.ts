// Manual clock: time that stands still until a test moves it on, one timer at a time.
import type { Clock } from '../services/clock.js';

interface Timer {
  readonly instant: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that is moved by hand. Nothing rings by itself, not even what is due already. */
export interface ManualClock extends Clock {
  /** The instant of the next timer. */
  next(): number | undefined;
  /** Moves to the next timer that is not later than an instant and rings it; says whether there was one. */
  ring(until: number): boolean;
  /** Moves to an instant without ringing anything; never backwards. */
  moveTo(instant: number): void;
  /** How many timers have been asked for and have neither rung nor been called off. */
  pending(): number;
  /** Forgets all timers and takes no more: whoever used the clock is gone. */
  stop(): void;
}

/** Makes a clock that starts at an instant, in epoch milliseconds [2023-11-14T22:13:20Z]. */
export function createManualClock(start = 1_700_000_000_000): ManualClock {
  const timers = new Set<Timer>();
  let now = start;
  let order = 0;
  let isStopped = false;
  const first = (): Timer | undefined => {
    let found: Timer | undefined;
    for (const one of timers) {
      const sooner = found === undefined || one.instant < found.instant;
      if (sooner || (one.instant === found?.instant && one.order < found.order)) found = one;
    }
    return found;
  };
  return {
    now: () => now,
    at(instant, callback) {
      const timer = { instant, order: order++, callback };
      if (!isStopped) timers.add(timer);
      return () => void timers.delete(timer);
    },
    next: () => first()?.instant,
    ring(until) {
      const timer = first();
      if (timer === undefined || timer.instant > until) return false;
      timers.delete(timer);
      now = Math.max(now, timer.instant);
      timer.callback();
      return true;
    },
    moveTo: (instant) => {
      now = Math.max(now, instant);
    },
    pending: () => timers.size,
    stop: () => {
      isStopped = true;
      timers.clear();
    },
  };
}
