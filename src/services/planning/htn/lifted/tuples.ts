// Tuples: numbers of a fixed width → dense ids, in the order in which they were first seen. Open addressing over
// flat arrays; ids are never given up.
import { mixLow } from './hash.js';

export interface Tuples {
  readonly width: number;
  count: number;
  /** Tuple `i` is `keys[i * width] …`. */
  keys: Int32Array;
  /** Ids by hash, + 1; 0 is empty. Of width 1: by the number itself. */
  slots: Int32Array;
}

/** @param span - The numbers are 0 … span-1. */
export function createTuples(width: number, span: number): Tuples {
  return {
    width,
    count: 0,
    keys: new Int32Array(width * 4),
    slots: new Int32Array(width === 0 ? 1 : width === 1 ? Math.max(1, span) : 8),
  };
}

function slotOf(tuples: Tuples, from: Int32Array, at: number): number {
  const { width, keys, slots } = tuples;
  if (width === 0) return 0;
  if (width === 1) return from[at]!;
  let hash = width;
  for (let index = 0; index < width; index += 1) hash = mixLow(hash, from[at + index]!);
  const mask = slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const id = slots[slot]! - 1;
    if (id < 0) return slot;
    let index = 0;
    while (index < width && keys[id * width + index] === from[at + index]) index += 1;
    if (index === width) return slot;
  }
}

/** The id of the tuple that begins at `at`, or -1. */
export function findTuple(tuples: Tuples, from: Int32Array, at: number): number {
  return tuples.slots[slotOf(tuples, from, at)]! - 1;
}

/** The id of the tuple that begins at `at`; a new one if it was not seen before. */
export function addTuple(tuples: Tuples, from: Int32Array, at: number): number {
  let slot = slotOf(tuples, from, at);
  const known = tuples.slots[slot]! - 1;
  if (known >= 0) return known;
  const { width } = tuples;
  if (width > 1 && (tuples.count + 1) * 2 > tuples.slots.length) {
    grow(tuples);
    slot = slotOf(tuples, from, at);
  }
  const id = tuples.count;
  tuples.count += 1;
  if (tuples.count * width > tuples.keys.length) tuples.keys = enlarged(tuples.keys, tuples.count * width);
  for (let index = 0; index < width; index += 1) tuples.keys[id * width + index] = from[at + index]!;
  tuples.slots[slot] = id + 1;
  return id;
}

function grow(tuples: Tuples): void {
  tuples.slots = new Int32Array(tuples.slots.length * 4);
  for (let id = 0; id < tuples.count; id += 1) {
    tuples.slots[slotOf(tuples, tuples.keys, id * tuples.width)] = id + 1;
  }
}

/** A copy with room for at least `needed` numbers. */
export function enlarged(array: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(needed, array.length * 2, 16));
  copy.set(array);
  return copy;
}
