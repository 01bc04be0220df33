// Footing: what holds in a state, and what each clause of a relaxation lacks there. It is kept from one state to the next,
// for they differ in little: only the uses of facts that changed are gone through.
import type { Rows } from '../ground/ragged.js';

export class Footing {
  /** By clause: how many of its body do not hold. */
  readonly missing: Int32Array;
  /** By node: 0 for facts that hold, else `other`. */
  readonly cost: Int32Array;
  /** Clauses that lack nothing: the first `readyCount`. */
  readonly ready: Int32Array;
  readyCount = 0;
  private readonly uses: Rows;
  private readonly other: number;
  /** Place of a clause in `ready`. */
  private readonly place: Int32Array;
  private readonly bits: Int32Array;
  private readonly always: Int32Array;

  /**
   * @param uses - By node, the clauses in whose bodies it is.
   * @param sizes - By clause, the length of its body.
   * @param isAlways - 1 for facts that are to hold in every state.
   * @param other - Cost of what does not hold.
   */
  constructor(uses: Rows, sizes: Int32Array, isAlways: Uint8Array, other: number) {
    this.uses = uses;
    this.other = other;
    this.missing = sizes.slice();
    this.cost = new Int32Array(uses.starts.length - 1).fill(other);
    this.ready = new Int32Array(sizes.length);
    this.place = new Int32Array(sizes.length);
    const words = Math.ceil(isAlways.length / 64) * 2 + 2;
    this.bits = new Int32Array(words);
    this.always = new Int32Array(words);
    isAlways.forEach((flag, fact) => {
      if (flag === 1) this.always[fact >> 5]! |= 1 << (fact & 31);
    });
    for (let clause = 0; clause < sizes.length; clause += 1) if (sizes[clause] === 0) this.add(clause);
  }

  /** Moves to a state; gives how many uses were gone through. */
  moveTo(bits: Int32Array): number {
    let work = bits.length >> 3;
    for (let word = 0; word < bits.length; word += 1) {
      const now = bits[word]! | this.always[word]!;
      let changed = now ^ this.bits[word]!;
      this.bits[word] = now;
      for (; changed !== 0; changed &= changed - 1) {
        const bit = changed & -changed;
        const fact = (word << 5) + 31 - Math.clz32(bit);
        work += (now & bit) !== 0 ? this.begin(fact) : this.end(fact);
      }
    }
    return work;
  }

  private begin(fact: number): number {
    const { starts, items } = this.uses;
    this.cost[fact] = 0;
    for (let at = starts[fact]!; at < starts[fact + 1]!; at += 1) {
      const clause = items[at]!;
      this.missing[clause]! -= 1;
      if (this.missing[clause] === 0) this.add(clause);
    }
    return 2 + starts[fact + 1]! - starts[fact]!;
  }

  private end(fact: number): number {
    const { starts, items } = this.uses;
    this.cost[fact] = this.other;
    for (let at = starts[fact]!; at < starts[fact + 1]!; at += 1) {
      const clause = items[at]!;
      if (this.missing[clause] === 0) this.remove(clause);
      this.missing[clause]! += 1;
    }
    return 2 + starts[fact + 1]! - starts[fact]!;
  }

  private add(clause: number): void {
    this.place[clause] = this.readyCount;
    this.ready[this.readyCount] = clause;
    this.readyCount += 1;
  }

  private remove(clause: number): void {
    this.readyCount -= 1;
    const last = this.ready[this.readyCount]!;
    const at = this.place[clause]!;
    this.ready[at] = last;
    this.place[last] = at;
  }
}
