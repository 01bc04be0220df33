// States, each kept once: bits of the facts and, after them, the numbers. A state is known by its number, so that
// two states are equal when their numbers are.
import type { GroundModel } from '../ground/model.js';
import { type Rows, rowOf } from '../ground/ragged.js';

const chunkWords = 1 << 18;

/** The states of a search, and one working state. */
export class StatePool {
  /** Bits of the working state's facts. */
  readonly bits: Int32Array;
  readonly values: Float64Array;
  count = 0;
  private readonly model: GroundModel;
  /** The working state: bits and values in one buffer. */
  private readonly words: Int32Array;
  private readonly size: number;
  private readonly perChunk: number;
  private readonly chunks: Int32Array[] = [];
  private table = new Int32Array(1 << 10);
  private readonly before: Float64Array;
  private readonly hasDerived: boolean;

  constructor(model: GroundModel) {
    this.model = model;
    const values = model.initialValues.length;
    const bitWords = Math.max(2, Math.ceil(model.factCount / 64) * 2);
    this.size = bitWords + values * 2;
    const buffer = new ArrayBuffer(this.size * 4);
    this.words = new Int32Array(buffer);
    this.bits = new Int32Array(buffer, 0, bitWords);
    this.values = new Float64Array(buffer, bitWords * 4, values);
    this.before = new Float64Array(values);
    this.perChunk = Math.max(1, Math.floor(chunkWords / this.size));
    this.hasDerived = model.comparisons.length > 0 || model.strata.some((each) => each.facts.length > 0);
    for (const fact of model.initialFacts) this.set(fact);
    this.values.set(model.initialValues);
    if (this.hasDerived) this.derive();
    this.intern();
  }

  get bytes(): number {
    return this.chunks.length * this.perChunk * this.size * 4 + this.table.byteLength;
  }

  has(fact: number): boolean {
    return (this.bits[fact >> 5]! & (1 << (fact & 31))) !== 0;
  }

  /** Whether all facts of a row hold in the working state. */
  holds(rows: Rows, row: number): boolean {
    const { items } = rows;
    const end = rows.starts[row + 1]!;
    for (let at = rows.starts[row]!; at < end; at += 1) {
      const fact = items[at]!;
      if ((this.bits[fact >> 5]! & (1 << (fact & 31))) === 0) return false;
    }
    return true;
  }

  holdsAll(facts: Int32Array): boolean {
    for (const fact of facts) if (!this.has(fact)) return false;
    return true;
  }

  load(state: number): void {
    const chunk = this.chunks[Math.floor(state / this.perChunk)]!;
    const offset = (state % this.perChunk) * this.size;
    for (let word = 0; word < this.size; word += 1) this.words[word] = chunk[offset + word]!;
  }

  /** Does a step in the working state; its precondition must hold. */
  apply(operator: number): void {
    const { deletes, adds, conditional, numeric } = this.model;
    const changes = conditional.get(operator)?.filter((change) => this.holdsAll(change.condition));
    const numbers = numeric.get(operator)?.filter((change) => this.holdsAll(change.condition));
    for (let at = deletes.starts[operator]!; at < deletes.starts[operator + 1]!; at += 1) {
      this.clear(deletes.items[at]!);
    }
    for (let at = adds.starts[operator]!; at < adds.starts[operator + 1]!; at += 1) {
      this.set(adds.items[at]!);
    }
    for (const change of changes ?? []) {
      for (const fact of change.clears) this.clear(fact);
      for (const fact of change.sets) this.set(fact);
    }
    if (numbers !== undefined) {
      this.before.set(this.values);
      for (const change of numbers) this.values[change.target] = change.compute(this.before);
    }
    if (this.hasDerived) this.derive();
  }

  /** The number of the working state. */
  intern(): number {
    let hash = 0;
    for (let word = 0; word < this.size; word += 1) {
      hash = Math.imul(hash ^ this.words[word]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = this.table.length - 1;
    let place = hash & mask;
    for (let entry = this.table[place]!; entry !== 0; entry = this.table[place]!) {
      if (this.equals(entry - 1)) return entry - 1;
      place = (place + 1) & mask;
    }
    const id = this.count;
    const slot = id % this.perChunk;
    if (slot === 0) this.chunks.push(new Int32Array(this.perChunk * this.size));
    this.chunks.at(-1)!.set(this.words, slot * this.size);
    this.count += 1;
    this.table[place] = id + 1;
    if (this.count * 2 > this.table.length) this.rehash();
    return id;
  }

  private set(fact: number): void {
    this.bits[fact >> 5]! |= 1 << (fact & 31);
  }

  private clear(fact: number): void {
    this.bits[fact >> 5]! &= ~(1 << (fact & 31));
  }

  private equals(state: number): boolean {
    const chunk = this.chunks[Math.floor(state / this.perChunk)]!;
    const offset = (state % this.perChunk) * this.size;
    for (let word = 0; word < this.size; word += 1) {
      if (chunk[offset + word] !== this.words[word]) return false;
    }
    return true;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4);
    const mask = table.length - 1;
    for (let state = 0; state < this.count; state += 1) {
      const chunk = this.chunks[Math.floor(state / this.perChunk)]!;
      const offset = (state % this.perChunk) * this.size;
      let hash = 0;
      for (let word = 0; word < this.size; word += 1) {
        hash = Math.imul(hash ^ chunk[offset + word]!, 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      let place = hash & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = state + 1;
    }
    this.table = table;
  }

  /** Computes derived facts, stratum by stratum, and their complements. */
  private derive(): void {
    const { comparisons, strata, complement } = this.model;
    const settle = (fact: number, isTrue: boolean): void => {
      if (isTrue) this.set(fact);
      else this.clear(fact);
      const opposite = complement[fact]!;
      if (opposite < 0) return;
      if (isTrue) this.clear(opposite);
      else this.set(opposite);
    };
    for (const { fact, holds } of comparisons) settle(fact, holds(this.values));
    for (const { facts, rules } of strata) {
      for (const fact of facts) settle(fact, false);
      for (let isStable = false; !isStable; ) {
        isStable = true;
        for (const { head, body } of rules) {
          if (this.has(head) || !this.holdsAll(body)) continue;
          settle(head, true);
          isStable = false;
        }
      }
    }
  }
}

/** The cost of a step in the working state. */
export function stepCost(model: GroundModel, pool: StatePool, operator: number): number {
  return model.costOf.get(operator)?.(pool.values) ?? model.costs[operator]!;
}

/** The tasks of a method, in order. */
export function subtasksOf(model: GroundModel, method: number): Int32Array {
  return rowOf(model.methodSubtasks, method);
}
