// Difference constraints of the exact solver: precedences with lags. An arc says `to ≥ from + weight` of two halves; with
// a condition, a literal, it says so only while the condition is true.
import { byArc, type Trail } from './trail.js';

/** No condition. */
export const always = -1;

/** Arcs by the half that they start from; each constraint is two of them, for it holds of the negatives, too. */
export class Arcs {
  private fromList: number[] = [];
  private toList: number[] = [];
  private weightList: number[] = [];
  private conditionHalf: number[] = [];
  private conditionValue: number[] = [];
  private first = new Int32Array(1);
  private order = new Int32Array(0);
  private from = new Int32Array(0);
  private to = new Int32Array(0);
  private weight = new Int32Array(0);
  private ifHalf = new Int32Array(0);
  private ifValue = new Int32Array(0);
  private ifFirst = new Int32Array(1);
  private ifOrder = new Int32Array(0);

  constructor(private readonly trail: Trail) {}

  /** Adds `to ≥ from + weight`, where the literal is true. */
  add(from: number, to: number, weight: number, ifHalf = always, ifValue = 0): void {
    this.one(from, to, weight, ifHalf, ifValue);
    this.one(to ^ 1, from ^ 1, weight, ifHalf, ifValue);
  }

  private one(from: number, to: number, weight: number, ifHalf: number, ifValue: number): void {
    this.fromList.push(from);
    this.toList.push(to);
    this.weightList.push(weight);
    this.conditionHalf.push(ifHalf);
    this.conditionValue.push(ifValue);
  }

  /** To be called when all variables and arcs are there. */
  prepare(): void {
    const { halves } = this.trail;
    this.from = Int32Array.from(this.fromList);
    this.to = Int32Array.from(this.toList);
    this.weight = Int32Array.from(this.weightList);
    this.ifHalf = Int32Array.from(this.conditionHalf);
    this.ifValue = Int32Array.from(this.conditionValue);
    [this.first, this.order] = grouped(this.from, halves);
    [this.ifFirst, this.ifOrder] = grouped(this.ifHalf, halves);
  }

  /** Applies all arcs, once. False on conflict. */
  start(): boolean {
    for (let arc = 0; arc < this.from.length; arc += 1) if (!this.apply(arc)) return false;
    return true;
  }

  /** What follows when a half has risen from `old` to `now`. False on conflict. */
  propagate(half: number, old: number, now: number): boolean {
    const { trail, order, first, to, weight, ifHalf } = this;
    const bound = trail.bound;
    const value = bound[half]!;
    for (let index = first[half]!, end = first[half + 1]!; index < end; index += 1) {
      const arc = order[index]!;
      const least = value + weight[arc]!;
      if (bound[to[arc]!]! >= least) continue;
      if (ifHalf[arc]! >= 0) {
        if (!this.apply(arc)) return false;
      } else if (!trail.set(to[arc]!, least, (arc << 2) | byArc)) return false;
    }
    const { ifFirst, ifOrder, ifValue } = this;
    for (let index = ifFirst[half]!, end = ifFirst[half + 1]!; index < end; index += 1) {
      const arc = ifOrder[index]!;
      const needed = ifValue[arc]!;
      if (needed > old && needed <= now && !this.apply(arc)) return false;
    }
    return true;
  }

  private apply(arc: number): boolean {
    const { trail } = this;
    const to = this.to[arc]!;
    const from = this.from[arc]!;
    const ifHalf = this.ifHalf[arc]!;
    const least = trail.bound[from]! + this.weight[arc]!;
    if (trail.bound[to]! >= least) return true;
    if (ifHalf < 0 || trail.isTrue(ifHalf, this.ifValue[arc]!)) {
      return trail.set(to, least, (arc << 2) | byArc);
    }
    if (least <= trail.most(to) || trail.isFalse(ifHalf, this.ifValue[arc]!)) return true;
    const list = trail.beginList();
    trail.note(from, trail.bound[from]!);
    trail.note(to ^ 1, 1 - least);
    return trail.set(ifHalf ^ 1, 1 - this.ifValue[arc]!, trail.endList(list));
  }

  /** Half and value of what made `(to, value)` true through this arc are the source's: half of it. */
  sourceOf(arc: number): number {
    return this.from[arc]!;
  }

  weightOf(arc: number): number {
    return this.weight[arc]!;
  }

  conditionOf(arc: number): number {
    return this.ifHalf[arc]!;
  }

  conditionValueOf(arc: number): number {
    return this.ifValue[arc]!;
  }
}

/** Indices grouped by key, those of key k at first[k] up to first[k + 1]; negative keys are left out. */
export function grouped(
  keys: Int32Array,
  count: number,
): [first: Int32Array<ArrayBuffer>, order: Int32Array<ArrayBuffer>] {
  const first = new Int32Array(count + 1);
  let used = 0;
  for (const key of keys) {
    if (key < 0) continue;
    first[key + 1] = first[key + 1]! + 1;
    used += 1;
  }
  for (let key = 0; key < count; key += 1) first[key + 1] = first[key + 1]! + first[key]!;
  const order = new Int32Array(used);
  const next = first.slice();
  keys.forEach((key, index) => {
    if (key < 0) return;
    order[next[key]!] = index;
    next[key] = next[key]! + 1;
  });
  return [first, order];
}
