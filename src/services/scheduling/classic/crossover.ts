// Crossover and mutation of activity lists. A child takes the crowded stretches of time from one parent and the rest from
// the other, in the order of that parent (Valls, Ballestín & Quintanilla 2008; Debels & Vanhoucke 2007). Lists made from two
// schedules of the same direction need no repair: whatever both do before, the child does before.
import type { Random } from '../random.js';
import type { ClassicDirection } from './classic-instance.js';
import type { Individual } from './individual.js';

export class Crossover {
  readonly #random: Random;
  readonly #durations: Int32Array;
  /** What share of the resources a task uses, summed over them. */
  readonly #load: Float64Array;
  /** Use by instant of the time in which keys are. */
  readonly #use: Float64Array;
  /** Stretch of time that each instant and each task belongs to. */
  readonly #stretchOf: Int32Array;
  readonly #stretch: Int32Array;
  readonly #next: Int32Array;

  constructor(random: Random, durations: Int32Array, load: Float64Array, horizon: number) {
    this.#random = random;
    this.#durations = durations;
    this.#load = load;
    this.#use = new Float64Array(horizon + 2);
    this.#stretchOf = new Int32Array(horizon + 2);
    this.#stretch = new Int32Array(durations.length);
    this.#next = new Int32Array(horizon + 3);
  }

  /** One stretch, the most crowded of its length (a quarter to three quarters of all), comes from the first parent. */
  window(one: Individual, other: Individual, list: Int32Array): void {
    const share = 0.25 + 0.5 * this.#random.unit();
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

/** Exchanges neighbours of a list, each pair with a chance, where no lag forbids it. */
export function swapNeighbours(
  direction: ClassicDirection,
  list: Int32Array,
  chance: number,
  random: Random,
): void {
  for (let k = 0; k + 1 < list.length; k++) {
    if (random.unit() >= chance) continue;
    const [one, other] = [list[k] as number, list[k + 1] as number];
    if (isBefore(direction, one, other)) continue;
    list[k] = other;
    list[k + 1] = one;
  }
}

/** Moves a task of a list to another place, up to `reach` away, as far as no lag forbids it. */
export function shiftOne(direction: ClassicDirection, list: Int32Array, reach: number, random: Random): void {
  const from = random.below(list.length);
  const task = list[from] as number;
  const step = random.unit() < 0.5 ? -1 : 1;
  let at = from;
  for (let left = 1 + random.below(reach); left > 0; left--) {
    const next = at + step;
    if (next < 0 || next >= list.length) return;
    const other = list[next] as number;
    if (step < 0 ? isBefore(direction, other, task) : isBefore(direction, task, other)) return;
    list[at] = other;
    list[next] = task;
    at = next;
  }
}

function isBefore({ leaveFirst, leaveTask }: ClassicDirection, one: number, other: number): boolean {
  const last = leaveFirst[one + 1] as number;
  for (let at = leaveFirst[one] as number; at < last; at++) if (leaveTask[at] === other) return true;
  return false;
}
