// Clauses of the exact solver: an arena of clauses, and two watched literals for each (Moskewicz et al., 2001).
import { byClause, grown, type Trail } from './trail.js';
import { copyWatch, WatchLists, watchSize } from './watches.js';

/** Words before the literals: how many there are, the glue (0: never deleted), the activity. */
export const headerSize = 3;

export class Clauses {
  arena = new Int32Array(1 << 16);
  private activity = new Float32Array(this.arena.buffer);
  /** Reference 0 stands for no clause. */
  size = 1;
  learnt = new Int32Array(1024);
  learntCount = 0;
  private readonly watches: WatchLists;
  private step = 1;

  constructor(private readonly trail: Trail) {
    this.watches = new WatchLists(trail);
  }

  /** To be called when all variables are there, before anything was propagated. */
  prepare(): void {
    this.watches.prepare();
    for (let reference = 1; reference < this.size; reference += headerSize + 2 * this.arena[reference]!) {
      this.attach(reference);
    }
  }

  /** Words that clauses take. */
  get words(): number {
    return this.size;
  }

  /**
   * Adds a clause of at least two literals, of which the first two are watched.
   *
   * @param glue - Levels of a learnt clause (Audemard & Simon, 2009); 0 for one that stays.
   */
  add(halves: Int32Array, values: Int32Array, count: number, glue: number): number {
    const reference = this.size;
    while (reference + headerSize + 2 * count > this.arena.length) {
      this.arena = grown(this.arena);
      this.activity = new Float32Array(this.arena.buffer);
    }
    const arena = this.arena;
    arena[reference] = count;
    arena[reference + 1] = glue;
    this.activity[reference + 2] = this.step;
    const base = reference + headerSize;
    for (let index = 0; index < count; index += 1) {
      arena[base + 2 * index] = halves[index]!;
      arena[base + 2 * index + 1] = values[index]!;
    }
    this.size = base + 2 * count;
    if (glue > 0) {
      if (this.learntCount === this.learnt.length) this.learnt = grown(this.learnt);
      this.learnt[this.learntCount] = reference;
      this.learntCount += 1;
    }
    if (this.watches.isPrepared) this.attach(reference);
    return reference;
  }

  bump(reference: number): void {
    const value = this.activity[reference + 2]! + this.step;
    this.activity[reference + 2] = value;
    if (value < 1e20) return;
    for (let index = 0; index < this.learntCount; index += 1) {
      const at = this.learnt[index]! + 2;
      this.activity[at] = this.activity[at]! * 1e-20;
    }
    this.step *= 1e-20;
  }

  decay(): void {
    this.step *= 1.001;
  }

  /** What follows from the clauses when a half has risen from `old` to `now`. False on conflict. */
  propagate(half: number, old: number, now: number): boolean {
    const { watches } = this;
    const last = watches.bucketOf(half, now);
    for (let bucket = watches.bucketOf(half, old + 1); bucket <= last; bucket += 1) {
      if (watches.end[bucket]! > 0 && !this.visit(bucket, half, old, now)) return false;
    }
    return true;
  }

  private visit(bucket: number, half: number, old: number, now: number): boolean {
    const { trail, arena, watches } = this;
    const bound = trail.bound;
    const falseHalf = half ^ 1;
    let list = watches.lists[bucket]!;
    let read = 0;
    let write = 0;
    let isSound = true;
    while (read < watches.end[bucket]!) {
      const threshold = list[read]!;
      if (threshold > now || threshold <= old || bound[list[read + 2]!]! >= list[read + 3]!) {
        if (read !== write) copyWatch(list, read, write);
        read += watchSize;
        write += watchSize;
        continue;
      }
      const reference = list[read + 1]!;
      const base = reference + headerSize;
      const falseValue = 1 - threshold;
      if (arena[base] === falseHalf && arena[base + 1] === falseValue) {
        arena[base] = arena[base + 2]!;
        arena[base + 1] = arena[base + 3]!;
        arena[base + 2] = falseHalf;
        arena[base + 3] = falseValue;
      }
      const firstHalf = arena[base]!;
      const firstValue = arena[base + 1]!;
      if (bound[firstHalf]! < firstValue && this.moveWatch(reference)) {
        list = watches.lists[bucket]!;
        read += watchSize;
        continue;
      }
      list[write] = threshold;
      list[write + 1] = reference;
      list[write + 2] = firstHalf;
      list[write + 3] = firstValue;
      read += watchSize;
      write += watchSize;
      if (bound[firstHalf]! >= firstValue) continue;
      if (!trail.set(firstHalf, firstValue, (reference << 2) | byClause)) {
        isSound = false;
        break;
      }
    }
    if (read !== write) {
      const end = watches.end[bucket]!;
      list.copyWithin(write, read, end);
      watches.end[bucket] = end - (read - write);
    }
    return isSound;
  }

  /** Watches another literal of the clause, one that is not false, instead of the second. False when there is none. */
  private moveWatch(reference: number): boolean {
    const arena = this.arena;
    const bound = this.trail.bound;
    const base = reference + headerSize;
    const end = base + 2 * arena[reference]!;
    for (let at = base + 4; at < end; at += 2) {
      const half = arena[at]!;
      const value = arena[at + 1]!;
      if (bound[half ^ 1]! >= 1 - value) continue;
      arena[at] = arena[base + 2]!;
      arena[at + 1] = arena[base + 3]!;
      arena[base + 2] = half;
      arena[base + 3] = value;
      this.watches.add(half ^ 1, 1 - value, reference, arena[base]!, arena[base + 1]!);
      return true;
    }
    return false;
  }

  private attach(reference: number): void {
    const arena = this.arena;
    const base = reference + headerSize;
    const firstHalf = arena[base]!;
    const firstValue = arena[base + 1]!;
    const secondHalf = arena[base + 2]!;
    const secondValue = arena[base + 3]!;
    this.watches.add(firstHalf ^ 1, 1 - firstValue, reference, secondHalf, secondValue);
    this.watches.add(secondHalf ^ 1, 1 - secondValue, reference, firstHalf, firstValue);
  }

  /**
   * At level 0: drops the worse half of the learnt clauses, those of high glue and low activity, and all clauses that
   * are true for good.
   */
  reduce(): void {
    const { arena, activity } = this;
    const order = Array.from(this.learnt.subarray(0, this.learntCount));
    order.sort((one, other) => {
      const glue = arena[one + 1]! - arena[other + 1]!;
      return glue === 0 ? activity[other + 2]! - activity[one + 2]! : glue;
    });
    let left = order.length >> 1;
    for (let index = order.length - 1; index >= 0 && left > 0; index -= 1) {
      const reference = order[index]!;
      if (arena[reference + 1]! <= 2) break;
      arena[reference] = -arena[reference]!;
      left -= 1;
    }
    this.compact();
  }

  /** Moves the clauses that stay together and watches them anew. */
  private compact(): void {
    const { arena, activity, trail } = this;
    this.watches.clear();
    this.learntCount = 0;
    let read = 1;
    let write = 1;
    while (read < this.size) {
      const count = arena[read]!;
      const length = headerSize + 2 * Math.abs(count);
      const left = count < 0 ? 0 : this.shrink(read, trail);
      if (left > 0) {
        const glue = arena[read + 1]!;
        const kept = activity[read + 2]!;
        arena.copyWithin(write + headerSize, read + headerSize, read + headerSize + 2 * left);
        arena[write] = left;
        arena[write + 1] = glue;
        activity[write + 2] = kept;
        if (glue > 0) {
          this.learnt[this.learntCount] = write;
          this.learntCount += 1;
        }
        this.attach(write);
        write += headerSize + 2 * left;
      }
      read += length;
    }
    this.size = write;
  }

  /** Takes literals out that are false for good. Returns how many are left, 0 when the clause is true for good. */
  private shrink(reference: number, trail: Trail): number {
    const arena = this.arena;
    const root = trail.bound;
    const base = reference + headerSize;
    const count = arena[reference]!;
    let left = 0;
    for (let index = 0; index < count; index += 1) {
      const half = arena[base + 2 * index]!;
      const value = arena[base + 2 * index + 1]!;
      if (root[half]! >= value) return 0;
      if (root[half ^ 1]! >= 1 - value) continue;
      arena[base + 2 * left] = half;
      arena[base + 2 * left + 1] = value;
      left += 1;
    }
    return left;
  }
}
