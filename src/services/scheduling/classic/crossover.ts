// Crossover of activity lists. A child takes the crowded stretches of time from one parent and the rest from
// the other, in the order of that parent (Valls, Ballestín & Quintanilla 2008; Debels & Vanhoucke 2007). Lists made from two
// schedules of the same direction need no repair: whatever both do before, the child does before.
import type { Random } from '../random.js';
import type { ClassicDirection } from './classic-instance.js';
import type { GeneticSettings } from './genetic-settings.js';
import { type Individual, KeySorter } from './individual.js';

/** Parts of a whole in which a mean is weighed. */
const blendParts = 16;

export class Crossover {
  readonly #random: Random;
  readonly #settings: GeneticSettings;
  readonly #sorter: KeySorter;
  readonly #keys: Int32Array;
  readonly #durations: Int32Array;
  /** What share of the resources a task uses, summed over them. */
  readonly #load: Float64Array;
  /** Use by instant of the time in which keys are. */
  readonly #use: Float64Array;
  /** Stretch of time that each instant and each task belongs to. */
  readonly #stretchOf: Int32Array;
  readonly #stretch: Int32Array;
  readonly #next: Int32Array;

  constructor(
    random: Random,
    durations: Int32Array,
    load: Float64Array,
    horizon: number,
    settings: GeneticSettings,
  ) {
    this.#settings = settings;
    this.#sorter = new KeySorter(blendParts * (horizon + 1));
    this.#keys = new Int32Array(durations.length);
    this.#random = random;
    this.#durations = durations;
    this.#load = load;
    this.#use = new Float64Array(horizon + 2);
    this.#stretchOf = new Int32Array(horizon + 2);
    this.#stretch = new Int32Array(durations.length);
    this.#next = new Int32Array(horizon + 3);
  }

  /** One stretch, the most crowded of its length, comes from the first parent. */
  window(one: Individual, other: Individual, list: Int32Array): void {
    const { shortest, longest } = this.#settings;
    const share = shortest + (longest - shortest) * this.#random.unit();
    const length = Math.max(1, Math.floor(one.makespan * share));
    const from = this.#mostCrowded(one, length);
    const to = from + length;
    const { keys } = one;
    let at = 0;
    for (let k = 0; k < list.length; k++) {
      const task = other.order[k] as number;
      if ((keys[task] as number) < from) list[at++] = task;
    }
    for (let k = 0; k < list.length; k++) {
      const task = one.order[k] as number;
      const key = keys[task] as number;
      if (key >= from && key < to) list[at++] = task;
    }
    for (let k = 0; k < list.length; k++) {
      const task = other.order[k] as number;
      if ((keys[task] as number) >= to) list[at++] = task;
    }
  }

  /** All stretches that are crowded come from the first parent, those between from the other. */
  peaks(one: Individual, other: Individual, list: Int32Array): void {
    const { makespan, keys } = one;
    const mean = this.#measure(one) / Math.max(1, makespan);
    const threshold = mean * (0.8 + 0.5 * this.#random.unit());
    let stretch = 0;
    for (let time = 0; time <= makespan; time++) {
      const isCrowded = time < makespan && (this.#use[time] as number) >= threshold;
      if (isCrowded !== ((stretch & 1) === 1)) stretch += 1;
      this.#stretchOf[time] = stretch;
    }
    this.#next.fill(0, 0, stretch + 2);
    for (let task = 0; task < list.length; task++) {
      const own = this.#stretchOf[keys[task] as number] as number;
      this.#stretch[task] = own;
      this.#next[own + 1] = (this.#next[own + 1] as number) + 1;
    }
    for (let k = 1; k <= stretch; k++)
      this.#next[k] = (this.#next[k] as number) + (this.#next[k - 1] as number);
    this.#deal(one.order, 1, list);
    this.#deal(other.order, 0, list);
  }

  /** Each task between where its parents have it, nearer to the one or the other for all alike. */
  blend(one: Individual, other: Individual, direction: ClassicDirection, list: Int32Array): void {
    const weight = Math.floor(blendParts * (0.4 + 0.2 * this.#random.unit()));
    const keys = this.#keys;
    let largest = 0;
    for (let task = 0; task < keys.length; task++) {
      const key = weight * (one.keys[task] as number) + (blendParts - weight) * (other.keys[task] as number);
      keys[task] = key;
      if (key > largest) largest = key;
    }
    this.#sorter.sort(keys, direction.order, largest, list);
  }

  /** Puts the tasks of the odd or the even stretches to their places, in the order given. */
  #deal(order: Int32Array, parity: number, list: Int32Array): void {
    for (let k = 0; k < order.length; k++) {
      const task = order[k] as number;
      const own = this.#stretch[task] as number;
      if ((own & 1) !== parity) continue;
      const at = this.#next[own] as number;
      list[at] = task;
      this.#next[own] = at + 1;
    }
  }

  /** Start of the stretch of a length that uses most. */
  #mostCrowded(one: Individual, length: number): number {
    this.#measure(one);
    const use = this.#use;
    let sum = 0;
    for (let time = 0; time < length; time++) sum += use[time] as number;
    let best = sum;
    let from = 0;
    for (let time = length; time < one.makespan; time++) {
      sum += (use[time] as number) - (use[time - length] as number);
      if (sum <= best) continue;
      best = sum;
      from = time - length + 1;
    }
    return from;
  }

  /** Writes the use by instant, and gives the sum. */
  #measure({ keys, makespan }: Individual): number {
    const use = this.#use;
    use.fill(0, 0, makespan + 1);
    for (let task = 0; task < keys.length; task++) {
      const key = keys[task] as number;
      const end = key + (this.#durations[task] as number);
      use[key] = (use[key] as number) + (this.#load[task] as number);
      use[end] = (use[end] as number) - (this.#load[task] as number);
    }
    let sum = use[0] as number;
    for (let time = 1; time <= makespan; time++) {
      use[time] = (use[time] as number) + (use[time - 1] as number);
      sum += use[time] as number;
    }
    return sum;
  }
}
