// Capacity profile: what is free of one reusable resource over time, as steps. Tasks take and give back.
import type { ResourceTables } from '../instance/instance.js';

/** Steps in order of time: from `#time[k]` to the next it is `#free[k]`; the last one never ends. */
export class CapacityProfile {
  #time: Int32Array;
  #free: Int32Array;
  #count = 0;
  readonly #initialTime: Int32Array;
  readonly #initialFree: Int32Array;

  constructor(tables: ResourceTables, resource: number) {
    const [from, to] = [tables.stepFirst[resource], tables.stepFirst[resource + 1]];
    this.#initialTime = tables.stepTime.slice(from, to);
    this.#initialFree = tables.stepCapacity.slice(from, to);
    this.#time = new Int32Array(this.#initialTime.length + 64);
    this.#free = new Int32Array(this.#time.length);
    this.reset();
  }

  /** Nothing is taken. */
  reset(): void {
    this.#time.set(this.#initialTime);
    this.#free.set(this.#initialFree);
    this.#count = this.#initialTime.length;
  }

  /** Earliest instant from `time` at which `amount` is free for `duration`; −1 when there is none, ever. */
  earliest(time: number, duration: number, amount: number): number {
    const [times, free, count] = [this.#time, this.#free, this.#count];
    let start = time;
    for (let k = this.#stepAt(time); k < count; k++) {
      if ((times[k] as number) >= start + duration) break;
      if ((free[k] as number) >= amount) continue;
      if (k + 1 === count) return -1;
      start = times[k + 1] as number;
    }
    return start;
  }

  /** Adds to what is free from `from` until before `to`; a negative amount takes. */
  add(from: number, to: number, amount: number): void {
    const first = this.#cut(from);
    const last = this.#cut(to);
    for (let k = first; k < last; k++) this.#free[k] = (this.#free[k] as number) + amount;
    this.#join(last);
    this.#join(first);
  }

  /** Least that is free in a span. */
  least(from: number, to: number): number {
    let found = Number.POSITIVE_INFINITY;
    for (let k = this.#stepAt(from); k < this.#count && (this.#time[k] as number) < to; k++)
      found = Math.min(found, this.#free[k] as number);
    return found;
  }

  /** The step that holds an instant. */
  #stepAt(time: number): number {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#time[middle] as number) <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Begins a step at an instant, and says which one it is. */
  #cut(time: number): number {
    const at = this.#stepAt(time);
    if (this.#time[at] === time) return at;
    if (this.#count === this.#time.length) this.#grow();
    this.#time.copyWithin(at + 2, at + 1, this.#count);
    this.#free.copyWithin(at + 2, at + 1, this.#count);
    this.#time[at + 1] = time;
    this.#free[at + 1] = this.#free[at] as number;
    this.#count += 1;
    return at + 1;
  }

  /** Drops a step that is like the one before. */
  #join(at: number): void {
    if (at === 0 || at >= this.#count || this.#free[at] !== this.#free[at - 1]) return;
    this.#time.copyWithin(at, at + 1, this.#count);
    this.#free.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  #grow(): void {
    const [time, free] = [this.#time, this.#free];
    this.#time = new Int32Array(2 * time.length);
    this.#free = new Int32Array(2 * time.length);
    this.#time.set(time);
    this.#free.set(free);
  }
}
