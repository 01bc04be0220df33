// Individual: a schedule in one direction of time, with what the other direction needs of it: where each task lies when
// time is read backwards (its key), and the tasks in that order.
import type { ClassicDirection } from './classic-instance.js';

/** Reach of the serial and of the parallel scheme; the look-ahead scheme has those between. */
export const serialReach = 1;
export const parallelReach = Number.POSITIVE_INFINITY;

export interface Individual {
  readonly starts: Int32Array;
  /** makespan − end: the start of each task when time is read from the end. */
  readonly keys: Int32Array;
  /** Tasks by key, none before one that has a lag to it in the other direction. */
  readonly order: Int32Array;
  makespan: number;
  /** Makespan and, behind the comma, how crowded the end is: of two alike, the one with a thin end is nearer to a better. */
  fitness: number;
  /** Of the starts: two individuals with the same are taken for the same. */
  hash: number;
  /** Of how many tasks that came next the scheme took the one that could start first; children may inherit it. */
  reach: number;
}

export function createIndividual(size: number): Individual {
  return {
    starts: new Int32Array(size),
    keys: new Int32Array(size),
    order: new Int32Array(size),
    makespan: 0,
    fitness: 0,
    hash: 0,
    reach: serialReach,
  };
}

/** Sorts tasks by keys up to a largest one; tasks of the same key keep the order of `tasks`. */
export class KeySorter {
  readonly #places: Int32Array;

  constructor(largest: number) {
    this.#places = new Int32Array(largest + 2);
  }

  sort(keys: Int32Array, tasks: Int32Array, largest: number, order: Int32Array): void {
    const places = this.#places;
    places.fill(0, 0, largest + 2);
    for (let k = 0; k < tasks.length; k++) {
      const at = (keys[tasks[k] as number] as number) + 1;
      places[at] = (places[at] as number) + 1;
    }
    for (let key = 1; key <= largest; key++)
      places[key] = (places[key] as number) + (places[key - 1] as number);
    for (let k = 0; k < tasks.length; k++) {
      const task = tasks[k] as number;
      const key = keys[task] as number;
      const at = places[key] as number;
      order[at] = task;
      places[key] = at + 1;
    }
  }
}

/** Completes an individual of which the starts and the makespan are known. */
export function describeIndividual(
  one: Individual,
  durations: Int32Array,
  other: ClassicDirection,
  sorter: KeySorter,
): void {
  const { starts, keys, makespan } = one;
  let hash = 0;
  for (let task = 0; task < starts.length; task++) {
    const start = starts[task] as number;
    hash = (Math.imul(hash, 31) + start) | 0;
    keys[task] = makespan - start - (durations[task] as number);
  }
  one.hash = hash;
  sorter.sort(keys, other.order, makespan, one.order);
}
