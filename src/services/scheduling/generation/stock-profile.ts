// Stock profile: the level of one stock over time, as steps. A change at a rate is kept as a span: what it consumes
// counts from its start and what it produces from its end towards the lower limit, and the other way round towards the
// upper one. That is stricter than the model when consumption and production at a rate overlap, never laxer.
import { noLimit } from '../instance/instance.js';

/**
 * What a task does to the level: `first` from its start, `last` from its end on (both in all). `low` towards the limit
 * 0, `high` towards the capacity; they differ only for changes at a rate.
 */
export interface StockDemand {
  lowFirst: number;
  lowAll: number;
  highFirst: number;
  highAll: number;
}

export class StockProfile {
  readonly #initial: number;
  readonly #capacity: number;
  #time = new Int32Array(64);
  #low = new Float64Array(64);
  #high = new Float64Array(64);
  #count = 1;

  constructor(initial: number, capacity: number) {
    this.#initial = initial;
    this.#capacity = capacity === noLimit ? Number.POSITIVE_INFINITY : capacity;
    this.reset();
  }

  reset(): void {
    this.#count = 1;
    this.#time[0] = 0;
    this.#low[0] = this.#initial;
    this.#high[0] = this.#initial;
  }

  /**
   * Earliest start from `time` at which the level stays within its limits for ever, as far as it is known; −1 when
   * there is none yet.
   */
  earliest(time: number, duration: number, demand: StockDemand): number {
    const [times, count] = [this.#time, this.#count];
    let start = time;
    // From the last step back: the last one that breaks a limit decides, and a later start can only break later ones
    // in which the demand is at its full amount, so that the walk begins again.
    for (let k = count - 1; k >= 0; k--) {
      const end = k + 1 === count ? Number.POSITIVE_INFINITY : (times[k + 1] as number);
      if (end <= start) break;
      const inAll = end > start + duration && !this.#holds(k, demand.lowAll, demand.highAll);
      const inFirst =
        duration > 0 &&
        (times[k] as number) < start + duration &&
        !this.#holds(k, demand.lowFirst, demand.highFirst);
      if (!inAll && !inFirst) continue;
      if (end === Number.POSITIVE_INFINITY) return -1;
      // In full, the step must lie before the end of the task; else before its start.
      start = inAll && !inFirst && this.#holds(k, demand.lowFirst, demand.highFirst) ? end - duration : end;
      k = count;
    }
    return start;
  }

  /** Applies a demand of a task at a start; `sign` −1 takes it back. */
  add(start: number, duration: number, demand: StockDemand, sign: 1 | -1): void {
    const first = this.#cut(start);
    const last = duration > 0 ? this.#cut(start + duration) : first;
    for (let k = first; k < this.#count; k++) {
      const isAll = k >= last;
      this.#low[k] = (this.#low[k] as number) + sign * (isAll ? demand.lowAll : demand.lowFirst);
      this.#high[k] = (this.#high[k] as number) + sign * (isAll ? demand.highAll : demand.highFirst);
    }
  }

  /** Whether the level is within its limits at all times. */
  isSound(): boolean {
    for (let k = 0; k < this.#count; k++) if (!this.#holds(k, 0, 0)) return false;
    return true;
  }

  #holds(k: number, low: number, high: number): boolean {
    return (this.#low[k] as number) + low >= 0 && (this.#high[k] as number) + high <= this.#capacity;
  }

  #cut(time: number): number {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#time[middle] as number) <= time) low = middle;
      else high = middle;
    }
    if (this.#time[low] === time) return low;
    if (this.#count === this.#time.length) this.#grow();
    for (const column of [this.#time, this.#low, this.#high])
      column.copyWithin(low + 2, low + 1, this.#count);
    this.#time[low + 1] = time;
    this.#low[low + 1] = this.#low[low] as number;
    this.#high[low + 1] = this.#high[low] as number;
    this.#count += 1;
    return low + 1;
  }

  #grow(): void {
    const [time, low, high] = [this.#time, this.#low, this.#high];
    this.#time = new Int32Array(2 * time.length);
    this.#low = new Float64Array(2 * time.length);
    this.#high = new Float64Array(2 * time.length);
    this.#time.set(time);
    this.#low.set(low);
    this.#high.set(high);
  }
}
