// Watches of the exact solver: the clauses to look at when a half rises, by the value at which a watched literal becomes
// false. Values are gathered in buckets, one for each when domains are small, so that literals need no number.
import { grown, type Trail } from './trail.js';

/** A watch is: the value at which the literal is false, the clause, and a literal that may satisfy the clause. */
export const watchSize = 4;

const mostBuckets = 1 << 18;
const mostBucketsOfHalf = 1 << 10;

export class WatchLists {
  lists: Int32Array<ArrayBuffer>[] = [];
  /** Used length of each list. */
  end = new Int32Array(0);
  isPrepared = false;
  private least = new Int32Array(0);
  private base = new Int32Array(0);
  private shift = new Int32Array(0);

  constructor(private readonly trail: Trail) {}

  /** To be called when all variables are there, before their first bounds have changed. */
  prepare(): void {
    const { halves, root } = this.trail;
    this.least = root.slice(0, halves);
    this.base = new Int32Array(halves);
    this.shift = new Int32Array(halves);
    const share = Math.max(2, Math.min(mostBucketsOfHalf, Math.floor(mostBuckets / (halves + 1))));
    let size = 0;
    for (let half = 0; half < halves; half += 1) {
      const width = -root[half ^ 1]! - root[half]!;
      let shift = 0;
      while (width / 2 ** shift >= share) shift += 1;
      this.base[half] = size;
      this.shift[half] = shift;
      size += Math.floor(width / 2 ** shift) + 1;
    }
    const none = new Int32Array(0);
    this.lists = Array.from<Int32Array<ArrayBuffer>>({ length: size }).fill(none);
    this.end = new Int32Array(size);
    this.isPrepared = true;
  }

  bucketOf(half: number, value: number): number {
    return this.base[half]! + ((value - this.least[half]!) >>> this.shift[half]!);
  }

  add(half: number, threshold: number, clause: number, otherHalf: number, otherValue: number): void {
    const bucket = this.bucketOf(half, threshold);
    let list = this.lists[bucket]!;
    const end = this.end[bucket]!;
    if (end === list.length) {
      list = end === 0 ? new Int32Array(2 * watchSize) : grown(list);
      this.lists[bucket] = list;
    }
    list[end] = threshold;
    list[end + 1] = clause;
    list[end + 2] = otherHalf;
    list[end + 3] = otherValue;
    this.end[bucket] = end + watchSize;
  }

  clear(): void {
    this.end.fill(0);
  }
}

/** Moves a watch down in its list. */
export function copyWatch(list: Int32Array, read: number, write: number): void {
  list[write] = list[read]!;
  list[write + 1] = list[read + 1]!;
  list[write + 2] = list[read + 2]!;
  list[write + 3] = list[read + 3]!;
}
