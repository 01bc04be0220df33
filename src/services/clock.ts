// Clock: with ids.ts the only user of the machine's time. Everything else is told what time it is.

/** Time as the engine sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once the instant has come, in a later turn of the event loop; an instant that has passed
   * is called back at once. Returns a function that calls it off. Instants beyond what a timer can hold
   * (2^31 ms) are reached in steps.
   */
  at(instant: number, callback: () => void): () => void;
}

const longestTimerMs = 2_000_000_000;

/** The machine's own clock. Its timers do not keep a process alive unless `ref` is true [true]. */
export function createSystemClock(options: { ref?: boolean } = {}): Clock {
  const keep = options.ref ?? true;
  const now = (): number => Date.now();
  const at = (instant: number, callback: () => void): (() => void) => {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = Math.max(0, instant - now());
      timer = left > longestTimerMs ? setTimeout(arm, longestTimerMs) : setTimeout(callback, left);
      if (!keep) timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  };
  return { now, at };
}
