// Timeline: what is free of all resources at each instant, packed into words. Each resource has a field of bits with a
// guard bit above it; a subtraction that clears a guard shows that something is short (after Fredriksson 2003, and the
// "simulated parallelism" of string matching). A window is searched from its end, so that a conflict skips all before it.
import { EngineError } from '../../../errors.js';
import type { ClassicInstance } from './classic-instance.js';

export interface Timeline {
  /** Nothing is taken. */
  reset(): void;
  /** Places a task at its earliest instant from `time`, takes what it needs, and says when that is. */
  place(task: number, time: number): number;
  /** Earliest instant from `time` at which a task can start. */
  earliest(task: number, time: number): number;
  /** Whether a task can start at this instant; if so, takes what it needs. */
  tryPlace(task: number, time: number): boolean;
}

interface Packing {
  /** Words in all. */
  readonly words: number;
  /** Full capacity with guards, by word. */
  readonly full: Int32Array;
  readonly guard: Int32Array;
  /** Needs by task × words + word. */
  readonly needs: Int32Array;
}

export function createTimeline(classic: ClassicInstance): Timeline {
  const packing = pack(classic);
  const { durations } = classic.forward;
  if (packing.words === 1) return new NarrowTimeline(packing, durations, classic.horizon);
  return new WideTimeline(packing, durations, classic.horizon);
}

function pack({ capacities, amounts, size }: ClassicInstance): Packing {
  const places: { word: number; shift: number; bits: number }[] = [];
  let word = 0;
  let shift = 0;
  for (const capacity of capacities) {
    const bits = 32 - Math.clz32(capacity) + 1;
    if (shift + bits > 32) {
      word += 1;
      shift = 0;
    }
    places.push({ word, shift, bits });
    shift += bits;
  }
  const words = word + 1;
  const full = new Int32Array(words);
  const guard = new Int32Array(words);
  const needs = new Int32Array(size * words);
  for (const [place, field] of places.entries()) {
    const mark = 1 << (field.shift + field.bits - 1);
    guard[field.word] = (guard[field.word] as number) | mark;
    full[field.word] = (full[field.word] as number) | mark | ((capacities[place] as number) << field.shift);
    for (let task = 0; task < size; task++) {
      const at = task * words + field.word;
      needs[at] =
        (needs[at] as number) | ((amounts[task * capacities.length + place] as number) << field.shift);
    }
  }
  return { words, full, guard, needs };
}

/** A list that keeps precedences fits into the horizon, which is as long as all tasks together. */
const beyondHorizon = (task: number): Error =>
  new EngineError(
    'ENGINE_INVARIANT',
    `Broken invariant: a list keeps precedences; task ${task} finds no place before the horizon. This is a bug.`,
  );

/** All resources in one word. */
class NarrowTimeline implements Timeline {
  readonly #free: Int32Array;
  readonly #needs: Int32Array;
  readonly #durations: Int32Array;
  readonly #full: number;
  readonly #guard: number;
  /** Nothing is taken from this instant on. */
  #end = 0;

  constructor({ full, guard, needs }: Packing, durations: Int32Array, horizon: number) {
    this.#full = full[0] as number;
    this.#guard = guard[0] as number;
    this.#needs = needs;
    this.#durations = durations;
    this.#free = new Int32Array(horizon + 1).fill(this.#full);
  }

  reset(): void {
    this.#free.fill(this.#full, 0, this.#end);
    this.#end = 0;
  }

  earliest(task: number, time: number): number {
    const free = this.#free;
    const guard = this.#guard;
    const need = this.#needs[task] as number;
    const duration = this.#durations[task] as number;
    let start = time;
    if (need === 0) return start;
    // All from `known` to the end of the window was seen to be free.
    let known = start;
    for (let at = start + duration - 1; at >= known; at--) {
      if ((((free[at] as number) - need) & guard) === guard) continue;
      known = Math.max(known, start + duration);
      start = at + 1;
      at = start + duration;
      if (at >= free.length) throw beyondHorizon(task);
    }
    return start;
  }

  place(task: number, time: number): number {
    const free = this.#free;
    const need = this.#needs[task] as number;
    const start = this.earliest(task, time);
    const end = start + (this.#durations[task] as number);
    if (need !== 0) for (let at = start; at < end; at++) free[at] = (free[at] as number) - need;
    if (end > this.#end) this.#end = end;
    return start;
  }

  tryPlace(task: number, time: number): boolean {
    const free = this.#free;
    const guard = this.#guard;
    const need = this.#needs[task] as number;
    const end = time + (this.#durations[task] as number);
    // Where all before is settled, the first instant is the one that fails.
    for (let at = time; at < end; at++) if ((((free[at] as number) - need) & guard) !== guard) return false;
    for (let at = time; at < end; at++) free[at] = (free[at] as number) - need;
    if (end > this.#end) this.#end = end;
    return true;
  }
}

/** As many words as it takes. */
class WideTimeline implements Timeline {
  readonly #free: Int32Array;
  readonly #packing: Packing;
  readonly #durations: Int32Array;
  #end = 0;

  constructor(packing: Packing, durations: Int32Array, horizon: number) {
    this.#packing = packing;
    this.#durations = durations;
    this.#free = new Int32Array((horizon + 1) * packing.words);
    this.#end = horizon;
    this.reset();
  }

  reset(): void {
    const { words, full } = this.#packing;
    for (let word = 0; word < words; word++)
      for (let at = word; at < this.#end * words; at += words) this.#free[at] = full[word] as number;
    this.#end = 0;
  }

  earliest(task: number, time: number): number {
    const duration = this.#durations[task] as number;
    let start = time;
    let known = start;
    for (let at = start + duration - 1; at >= known; at--) {
      if (this.#fits(task, at)) continue;
      known = Math.max(known, start + duration);
      start = at + 1;
      at = start + duration;
      if (at * this.#packing.words >= this.#free.length) throw beyondHorizon(task);
    }
    return start;
  }

  place(task: number, time: number): number {
    const start = this.earliest(task, time);
    this.#take(task, start, this.#durations[task] as number);
    return start;
  }

  tryPlace(task: number, time: number): boolean {
    const duration = this.#durations[task] as number;
    for (let at = time; at < time + duration; at++) if (!this.#fits(task, at)) return false;
    this.#take(task, time, duration);
    return true;
  }

  #fits(task: number, at: number): boolean {
    const { words, guard, needs } = this.#packing;
    for (let word = 0; word < words; word++) {
      const mark = guard[word] as number;
      const left = (this.#free[at * words + word] as number) - (needs[task * words + word] as number);
      if ((left & mark) !== mark) return false;
    }
    return true;
  }

  #take(task: number, start: number, duration: number): void {
    const { words, needs } = this.#packing;
    for (let at = start * words; at < (start + duration) * words; at += words)
      for (let word = 0; word < words; word++)
        this.#free[at + word] = (this.#free[at + word] as number) - (needs[task * words + word] as number);
    this.#end = Math.max(this.#end, start + duration);
  }
}
