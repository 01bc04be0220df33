// Hand clock: time that stands still until a test moves it on, one timer at a time.
import type { Clock } from '#src/services/clock.js';

interface Timer {
  readonly instant: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface HandClock extends Clock {
  /** The instant of the next timer. */
  next(): number | undefined;
  /** Moves to the next timer that is not later than an instant and rings it; says whether there was one. */
  ring(until: number): boolean;
  /** Moves to an instant without ringing anything. */
  moveTo(instant: number): void;
  /** From now on nothing rings any more: whoever used the clock is gone. */
  stop(): void;
}

/** Makes a clock that starts at an instant [2023-11-14T22:13:20Z]. */
export function createHandClock(start = 1_700_000_000_000): HandClock {
  const timers = new Set<Timer>();
  let now = start;
  let order = 0;
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
      timers.add(timer);
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
    stop: () => timers.clear(),
  };
}
