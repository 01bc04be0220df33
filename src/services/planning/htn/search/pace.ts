// Pace: tells a search when its slice is over. With a clock slices are of milliseconds, without one of looks,
// so that a host's event loop goes on either way.

/** Counts the looks of a search and ends its slices. */
export interface Pace {
  /** Whether the slice is over. Asked at every node, and at every piece of work of about a node's size. */
  isDue(): boolean;
  /** The same for pieces of work that are far larger: the clock is read each time. */
  isOver(): boolean;
}

/** A pace with the means to begin slices. */
export interface SlicePace extends Pace {
  /** Begins a slice of so many milliseconds. */
  begin(sliceMs: number): void;
  /** Looks so far: the measure of work where there is no clock. */
  readonly looks: number;
}

const looksPerSlice = 4096;
const looksPerReading = 16;

/** @param now - Milliseconds of a clock; without one a slice is of 4,096 looks. */
export function createPace(now: (() => number) | undefined): SlicePace {
  let looks = 0;
  let end = 0;
  return {
    begin(sliceMs) {
      end = now === undefined ? looks + looksPerSlice : now() + sliceMs;
    },
    isDue() {
      looks += 1;
      if (now === undefined) return looks >= end;
      return looks % looksPerReading === 0 && now() >= end;
    },
    isOver() {
      looks += looksPerReading;
      return now === undefined ? looks >= end : now() >= end;
    },
    get looks() {
      return looks;
    },
  };
}
