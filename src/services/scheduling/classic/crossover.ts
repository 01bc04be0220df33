// Crossover of activity lists. A child takes the most crowded stretch of time from one parent and the rest
// from the other, in the order of that parent (Valls, Ballestín & Quintanilla 2008; Debels & Vanhoucke 2007). Lists made from two
// schedules of the same direction need no repair: whatever both do before, the child does before.
import type { Random } from '../random.js';
import type { GeneticSettings } from './genetic-settings.js';
import type { Individual } from './individual.js';

export class Crossover {
  readonly #random: Random;
  readonly #settings: GeneticSettings;
  readonly #durations: Int32Array;
  /** What share of the resources a task uses, summed over them. */
  readonly #load: Float64Array;
  /** Use by instant of the time in which keys are. */
  readonly #use: Float64Array;

  constructor(
    random: Random,
    durations: Int32Array,
    load: Float64Array,
    horizon: number,
    settings: GeneticSettings,
  ) {
    this.#settings = settings;
    this.#random = random;
    this.#durations = durations;
    this.#load = load;
    this.#use = new Float64Array(horizon + 2);
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

  /** Writes the use by instant. */
  #measure({ keys, makespan }: Individual): void {
    const use = this.#use;
    use.fill(0, 0, makespan + 1);
    for (let task = 0; task < keys.length; task++) {
      const key = keys[task] as number;
      const end = key + (this.#durations[task] as number);
      use[key] = (use[key] as number) + (this.#load[task] as number);
      use[end] = (use[end] as number) - (this.#load[task] as number);
    }
    for (let time = 1; time <= makespan; time++) {
      use[time] = (use[time] as number) + (use[time - 1] as number);
    }
  }
}
