// Linear sums of the exact solver: costs within a budget, and objectives below a limit that falls. A term is a coefficient
// above 0 times a half (X1), so that the least value of a sum is the sum over bounds.
import { grouped } from './arcs.js';
import type { Explained, Propagator } from './propagator.js';
import type { Trail } from './trail.js';

export interface LinearInput {
  readonly halves: readonly number[];
  /** Above 0, one for each half. */
  readonly coefficients: readonly number[];
  /** The sum is at most this. */
  limit: number;
  /** Whether all coefficients are whole numbers, so that sums are exact. */
  readonly isWhole: boolean;
}

/** Part of a limit by which a sum that is not exact may be above it, so that nothing possible is cut off. */
const rounding = 1e-9;

/** Propagator of all sums. Records: index of the sum. */
export class LinearSums implements Propagator {
  private readonly isDirty: Uint8Array;
  private readonly first: Int32Array;
  private readonly sums: Int32Array;
  /** Bounds of the terms under explanation. */
  private readonly least: Float64Array;

  constructor(
    private readonly trail: Trail,
    private readonly inputs: LinearInput[],
    private readonly number: number,
  ) {
    this.isDirty = new Uint8Array(inputs.length).fill(1);
    this.least = new Float64Array(inputs.reduce((most, { halves }) => Math.max(most, halves.length), 0));
    const keys = inputs.flatMap((input, sum) => input.halves.map((half) => ({ half, sum })));
    const [first, order] = grouped(
      Int32Array.from(keys, ({ half }) => half),
      trail.halves,
    );
    this.first = first;
    this.sums = order.map((index) => keys[index]!.sum);
  }

  /** Lowers the limit of a sum, for good: at level 0. */
  limit(sum: number, limit: number): void {
    this.inputs[sum]!.limit = limit;
    this.isDirty[sum] = 1;
  }

  /** Least value that a sum can still have. */
  leastOf(sum: number): number {
    const { halves, coefficients } = this.inputs[sum]!;
    const { bound } = this.trail;
    let least = 0;
    for (let term = 0; term < halves.length; term += 1) least += coefficients[term]! * bound[halves[term]!]!;
    return least;
  }

  follow(half: number): void {
    for (let index = this.first[half]!, end = this.first[half + 1]!; index < end; index += 1) {
      this.isDirty[this.sums[index]!] = 1;
    }
  }

  unfollow(): void {
    // Sums are computed anew.
  }

  rest(): void {
    // A sum whose limit was lowered must be looked at, so nothing is forgotten.
  }

  propagate(): boolean {
    for (let sum = 0; sum < this.inputs.length; sum += 1) {
      if (this.isDirty[sum] === 0) continue;
      this.isDirty[sum] = 0;
      if (!this.filter(sum)) {
        this.isDirty[sum] = 1;
        return false;
      }
    }
    return true;
  }

  private filter(sum: number): boolean {
    const { trail } = this;
    const { halves, coefficients, limit, isWhole } = this.inputs[sum]!;
    const least = this.leastOf(sum);
    const slack = limit - least + spareOf(isWhole, limit, least);
    if (slack < 0) {
      trail.conflictHalf = -1;
      trail.conflictReason = trail.record(this.number, sum, 0, 0);
      return false;
    }
    for (let term = 0; term < halves.length; term += 1) {
      const half = halves[term]!;
      const room = -trail.bound[half ^ 1]! - trail.bound[half]!;
      if (coefficients[term]! * room <= slack) continue;
      const most = trail.bound[half]! + Math.floor(slack / coefficients[term]!);
      if (!trail.set(half ^ 1, -most, trail.record(this.number, sum, 0, 0))) return false;
    }
    return true;
  }

  explain(note: number, half: number, value: number, at: number, out: Explained): void {
    const { trail } = this;
    const { halves, coefficients, limit, isWhole } = this.inputs[trail.notes[note + 1]!]!;
    // What is explained: −term ≥ value, for the term at its value −value + 1 the others would exceed the limit.
    let total = 0;
    let skipped = -1;
    for (let term = 0; term < halves.length; term += 1) {
      if (half >= 0 && halves[term] === (half ^ 1)) {
        skipped = term;
        total += coefficients[term]! * (1 - value);
      } else {
        this.least[term] = trail.boundBefore(halves[term]!, at);
        total += coefficients[term]! * this.least[term]!;
      }
    }
    let spare = total - limit - 2 * spareOf(isWhole, limit, total);
    for (let term = 0; term < halves.length; term += 1) {
      if (term === skipped) continue;
      const own = halves[term]!;
      const least = this.least[term]!;
      const lost = coefficients[term]! * (least - trail.root[own]!);
      if (lost > 0 && lost < spare && !out.isFree(own, least)) spare -= lost;
      else out.add(own, least);
    }
  }
}

/** What sums may be off by. */
function spareOf(isWhole: boolean, limit: number, sum: number): number {
  return isWhole ? 0 : rounding * Math.max(1, Math.abs(limit), Math.abs(sum));
}
