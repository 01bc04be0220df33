// Kept order of the exact solver: precedences that hold only during one neighbourhood of a schedule. They can be
// exchanged at level 0, unlike arcs.
//
// X11 What follows from them rests on the guard having the number of the neighbourhood, so clauses that were learnt stay
//     true after it, and take part again in no other.
import type { Explained, Propagator } from './propagator.js';
import type { Trail } from './trail.js';

/** Neighbourhoods that one guard can tell apart. */
export const mostNeighbourhoods = 1 << 28;

/** Propagator. Records: index of the arc. */
export class KeptOrder implements Propagator {
  /** First half of the variable whose value is the number of the neighbourhood. */
  readonly guard: number;
  neighbourhood = 0;
  private first = new Int32Array(0);
  private from = new Int32Array(0);
  private to = new Int32Array(0);
  private weight = new Int32Array(0);
  private isAll = false;
  private readonly risen: number[] = [];
  private isRisen = new Uint8Array(0);

  constructor(
    private readonly trail: Trail,
    private readonly number: number,
  ) {
    this.guard = trail.variable(0, mostNeighbourhoods);
  }

  /** Begins the next neighbourhood, at level 0, with the arcs `to ≥ from + weight` given one after another. */
  exchange(arcs: readonly (readonly [from: number, to: number, weight: number])[]): void {
    this.neighbourhood += 1;
    const both = arcs.flatMap(([from, to, weight]) => [
      [from, to, weight] as const,
      [to ^ 1, from ^ 1, weight] as const,
    ]);
    both.sort(([one], [other]) => one - other);
    const { halves } = this.trail;
    this.first = new Int32Array(halves + 1);
    for (const [from] of both) this.first[from + 1] = this.first[from + 1]! + 1;
    for (let half = 0; half < halves; half += 1)
      this.first[half + 1] = this.first[half + 1]! + this.first[half]!;
    this.from = Int32Array.from(both, ([from]) => from);
    this.to = Int32Array.from(both, ([, to]) => to);
    this.weight = Int32Array.from(both, ([, , weight]) => weight);
    this.isRisen = new Uint8Array(halves);
    this.risen.length = 0;
  }

  private get isOn(): boolean {
    const { bound } = this.trail;
    return bound[this.guard]! === this.neighbourhood && -bound[this.guard + 1]! === this.neighbourhood;
  }

  follow(half: number): void {
    if (half >> 1 === this.guard >> 1) this.isAll = true;
    else if (half < this.isRisen.length && this.isRisen[half] === 0) {
      this.isRisen[half] = 1;
      this.risen.push(half);
    }
  }

  unfollow(): void {
    // Nothing is kept that depends on bounds.
  }

  rest(): void {
    for (const half of this.risen) this.isRisen[half] = 0;
    this.risen.length = 0;
    this.isAll = false;
  }

  propagate(): boolean {
    if (!this.isOn) {
      this.rest();
      return true;
    }
    if (this.isAll) {
      this.isAll = false;
      for (let arc = 0; arc < this.from.length; arc += 1) if (!this.apply(arc)) return false;
    }
    for (let half = this.risen.pop(); half !== undefined; half = this.risen.pop()) {
      this.isRisen[half] = 0;
      for (let arc = this.first[half]!, end = this.first[half + 1]!; arc < end; arc += 1) {
        if (!this.apply(arc)) return false;
      }
    }
    return true;
  }

  private apply(arc: number): boolean {
    const { trail } = this;
    const least = trail.bound[this.from[arc]!]! + this.weight[arc]!;
    if (trail.bound[this.to[arc]!]! >= least) return true;
    return trail.set(this.to[arc]!, least, trail.record(this.number, arc, 0, 0));
  }

  explain(note: number, _half: number, value: number, _at: number, out: Explained): void {
    const arc = this.trail.notes[note + 1]!;
    out.add(this.from[arc]!, value - this.weight[arc]!);
    out.add(this.guard, this.neighbourhood);
    out.add(this.guard + 1, -this.neighbourhood);
  }
}
