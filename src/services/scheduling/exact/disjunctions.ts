// Disjunctive propagation: two tasks that together need more of some resource than there is cannot overlap where both take
// place, so when one cannot come first, the other does. Stronger than the time-table where neither holds anything for certain.
import type { Building } from '../instance/building.js';
import type { Intervals } from './intervals.js';
import type { Explained, Propagator } from './propagator.js';
import type { Trail } from './trail.js';

/** Records: interval that comes first, interval that comes second, 1 when the first was pushed and 0 for the second. */
export class Disjunctions implements Propagator {
  private readonly first: Int32Array;
  private readonly other: Int32Array;
  private readonly changed: Int32Array;
  private readonly isChanged: Uint8Array;
  private changedCount = 0;

  constructor(
    private readonly trail: Trail,
    private readonly intervals: Intervals,
    private readonly number: number,
    pairs: readonly (readonly [one: number, other: number])[],
  ) {
    const { count } = intervals;
    const partners: number[][] = Array.from({ length: count }, () => []);
    for (const [one, other] of pairs) {
      partners[one]!.push(other);
      partners[other]!.push(one);
    }
    this.first = new Int32Array(count + 1);
    partners.forEach((list, interval) => {
      this.first[interval + 1] = this.first[interval]! + list.length;
    });
    this.other = Int32Array.from(partners.flat());
    this.changed = new Int32Array(count);
    this.isChanged = new Uint8Array(count);
    for (let interval = 0; interval < count; interval += 1) this.touch(interval);
  }

  private touch(interval: number): void {
    if (this.isChanged[interval] === 1) return;
    this.isChanged[interval] = 1;
    this.changed[this.changedCount] = interval;
    this.changedCount += 1;
  }

  follow(half: number): void {
    const { byHalf, byHalfFirst } = this.intervals;
    for (let index = byHalfFirst[half]!, end = byHalfFirst[half + 1]!; index < end; index += 1) {
      const interval = byHalf[index]!;
      if (this.first[interval]! < this.first[interval + 1]!) this.touch(interval);
    }
  }

  unfollow(): void {
    // Nothing is kept that depends on bounds.
  }

  rest(): void {
    for (let index = 0; index < this.changedCount; index += 1) this.isChanged[this.changed[index]!] = 0;
    this.changedCount = 0;
  }

  propagate(): boolean {
    while (this.changedCount > 0) {
      this.changedCount -= 1;
      const interval = this.changed[this.changedCount]!;
      this.isChanged[interval] = 0;
      if (!this.filter(interval)) return false;
    }
    return true;
  }

  private filter(one: number): boolean {
    const { trail, intervals } = this;
    if (!intervals.isPresent(one)) return true;
    const { start, duration } = intervals;
    const bound = trail.bound;
    const half = start[one]!;
    const length = duration[one]!;
    for (let index = this.first[one]!, end = this.first[one + 1]!; index < end; index += 1) {
      const other = this.other[index]!;
      if (!intervals.isPresent(other)) continue;
      const otherHalf = start[other]!;
      // One cannot come first when its earliest end is after the latest start of the other.
      if (bound[half]! + length + bound[otherHalf + 1]! > 0 && !this.order(other, one)) return false;
      if (bound[otherHalf]! + duration[other]! + bound[half + 1]! > 0 && !this.order(one, other))
        return false;
    }
    return true;
  }

  /** `earlier` ends before `later` starts. */
  private order(earlier: number, later: number): boolean {
    const { trail, intervals } = this;
    const { start, duration } = intervals;
    const early = start[earlier]!;
    const late = start[later]!;
    const length = duration[earlier]!;
    const least = trail.bound[early]! + length;
    if (least > trail.bound[late]!) {
      if (!trail.set(late, least, trail.record(this.number, earlier, later, 0))) return false;
    }
    const most = trail.bound[late + 1]! + length;
    if (most > trail.bound[early + 1]!) {
      if (!trail.set(early + 1, most, trail.record(this.number, earlier, later, 1))) return false;
    }
    return true;
  }

  explain(note: number, _half: number, value: number, at: number, out: Explained): void {
    const { trail, intervals } = this;
    const { start, duration, presence } = intervals;
    const earlier = trail.notes[note + 1]!;
    const later = trail.notes[note + 2]!;
    if (presence[earlier]! >= 0) out.add(presence[earlier]!, 1);
    if (presence[later]! >= 0) out.add(presence[later]!, 1);
    const isEarlierPushed = trail.notes[note + 3] === 1;
    const early = start[earlier]!;
    const late = start[later]!;
    if (isEarlierPushed) out.add(late + 1, value - duration[earlier]!);
    else out.add(early, value - duration[earlier]!);
    // The later cannot come first: its start ≥ x and the earlier's start ≤ y with x + its duration > y.
    const x = trail.boundBefore(late, at);
    const y = x + duration[later]! - 1;
    const z = -trail.boundBefore(early + 1, at);
    if (out.isFree(late, x)) {
      out.add(late, x);
      out.add(early + 1, -y);
    } else {
      out.add(late, z - duration[later]! + 1);
      out.add(early + 1, -z);
    }
  }
}

/** Pairs at most: with more, looking at all partners of an interval takes too long. */
const mostPairs = 20_000;
const usesInPiece = 16;

/** Pairs of intervals that last and need more than there is of some resource; none when too many. */
export function* incompatiblePairs(intervals: Intervals): Building<[one: number, other: number][]> {
  const { byResource, byResourceFirst, useInterval, useAmount, capacities, start, duration } = intervals;
  const found = new Set<number>();
  for (const [resource, capacity] of capacities.entries()) {
    const end = byResourceFirst[resource + 1]!;
    for (let index = byResourceFirst[resource]!; index < end; index += 1) {
      if (index % usesInPiece === 0) yield;
      const amount = useAmount[byResource[index]!]!;
      if (2 * amount < capacity) break;
      for (let next = index + 1; next < end; next += 1) {
        if (amount + useAmount[byResource[next]!]! <= capacity) break;
        const one = useInterval[byResource[index]!]!;
        const other = useInterval[byResource[next]!]!;
        // Modes of one task exclude each other anyway.
        if (start[one] === start[other] || duration[one] === 0 || duration[other] === 0) continue;
        found.add(Math.min(one, other) * intervals.count + Math.max(one, other));
      }
      if (found.size > mostPairs) return [];
    }
  }
  return [...found].map((key) => [Math.floor(key / intervals.count), key % intervals.count]);
}
