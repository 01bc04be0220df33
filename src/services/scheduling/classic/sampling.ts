// Sampling: lists and priorities by the latest finish time (Davis & Patterson 1975), disturbed at random: regret-based
// for lists (Drexl 1991), by noise and by the size of a task for the parallel scheme.
import type { Random } from '../random.js';
import type { ClassicDirection, ClassicInstance } from './classic-instance.js';

export class Sampler {
  readonly #random: Random;
  readonly #direction: ClassicDirection;
  readonly #criticalPath: number;
  readonly #latestFinish: Float64Array;
  readonly #load: Float64Array;
  readonly #waits: Int32Array;
  readonly #open: Int32Array;
  readonly #weights: Float64Array;

  constructor(
    classic: ClassicInstance,
    direction: ClassicDirection,
    other: ClassicDirection,
    load: Float64Array,
    random: Random,
  ) {
    this.#random = random;
    this.#direction = direction;
    this.#criticalPath = classic.criticalPath;
    this.#latestFinish = Float64Array.from(other.earliest, (earliest) => classic.criticalPath - earliest);
    this.#load = load;
    this.#waits = new Int32Array(classic.size);
    this.#open = new Int32Array(classic.size);
    this.#weights = new Float64Array(classic.size);
  }

  /** A list: of the tasks that may come next, those of an early latest finish are likely (not by chance when bias is 0). */
  writeList(list: Int32Array, bias: number): void {
    const { enterFirst, leaveFirst, leaveTask } = this.#direction;
    let count = 0;
    for (let task = 0; task < list.length; task++) {
      this.#waits[task] = (enterFirst[task + 1] as number) - (enterFirst[task] as number);
      if (this.#waits[task] === 0) this.#open[count++] = task;
    }
    for (let at = 0; at < list.length; at++) {
      const place = bias > 0 ? this.#draw(count, bias) : this.#first(count);
      const task = this.#open[place] as number;
      count -= 1;
      this.#open[place] = this.#open[count] as number;
      list[at] = task;
      for (let k = leaveFirst[task] as number; k < (leaveFirst[task + 1] as number); k++) {
        const after = leaveTask[k] as number;
        const left = (this.#waits[after] as number) - 1;
        this.#waits[after] = left;
        if (left === 0) this.#open[count++] = after;
      }
    }
  }

  /** Priorities for the parallel scheme; without noise by the latest finish alone. */
  writePriorities(priorities: Float64Array, noise: number): void {
    const size = noise > 0 ? this.#random.unit() : 0;
    for (let task = 0; task < priorities.length; task++) {
      const chance = noise > 0 ? noise * this.#random.unit() : 0;
      const change = this.#criticalPath * (chance + size * (this.#load[task] as number));
      priorities[task] = (this.#latestFinish[task] as number) - change;
    }
  }

  #first(count: number): number {
    let best = 0;
    for (let k = 1; k < count; k++) if (this.#finish(k) < this.#finish(best)) best = k;
    return best;
  }

  #draw(count: number, bias: number): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) latest = Math.max(latest, this.#finish(k));
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = (latest - this.#finish(k) + 1) ** bias;
      this.#weights[k] = weight;
      sum += weight;
    }
    let rest = this.#random.unit() * sum;
    for (let k = 0; k < count - 1; k++) {
      rest -= this.#weights[k] as number;
      if (rest <= 0) return k;
    }
    return count - 1;
  }

  #finish(place: number): number {
    return this.#latestFinish[this.#open[place] as number] as number;
  }
}
