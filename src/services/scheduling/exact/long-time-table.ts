// Time-table propagation over long times: as {@link TimeTable}, with the profile as a list of pieces that is made anew,
// so that neither memory nor work depend on the length of time. One conclusion can pass a whole piece.
import type { Intervals } from './intervals.js';
import type { Explained, Propagator } from './propagator.js';
import { TimeTableReasons } from './time-table-reasons.js';
import type { Trail } from './trail.js';

/** Records: resource, instant, interval × 2 + side (−1: too much is held). */
export class LongTimeTable implements Propagator {
  private readonly isDirty: Uint8Array;
  private readonly reasons: TimeTableReasons;
  /** Uses by the latest start and by the earliest end of their intervals, nearly sorted from call to call. */
  private readonly byStart: Int32Array;
  private readonly byEnd: Int32Array;
  /** Pieces of the profile: from pieceStart[k] until pieceStart[k + 1], pieceUse[k] is held. */
  private readonly pieceStart: Float64Array;
  private readonly pieceUse: Float64Array;
  private pieces = 0;

  constructor(
    private readonly trail: Trail,
    private readonly intervals: Intervals,
    private readonly number: number,
  ) {
    const { capacities, byResource } = intervals;
    this.isDirty = new Uint8Array(capacities.length).fill(1);
    this.reasons = new TimeTableReasons(trail, intervals);
    this.byStart = byResource.slice();
    this.byEnd = byResource.slice();
    this.pieceStart = new Float64Array(2 * byResource.length + 2);
    this.pieceUse = new Float64Array(2 * byResource.length + 2);
  }

  follow(half: number): void {
    const { byHalf, byHalfFirst, useFirst, useResource } = this.intervals;
    for (let index = byHalfFirst[half]!, end = byHalfFirst[half + 1]!; index < end; index += 1) {
      const interval = byHalf[index]!;
      for (let use = useFirst[interval]!, last = useFirst[interval + 1]!; use < last; use += 1) {
        this.isDirty[useResource[use]!] = 1;
      }
    }
  }

  unfollow(): void {
    // Profiles are made anew.
  }

  rest(): void {
    this.isDirty.fill(0);
  }

  propagate(): boolean {
    const { byResource, byResourceFirst, useAmount, useInterval, capacities } = this.intervals;
    for (let resource = 0; resource < this.isDirty.length; resource += 1) {
      if (this.isDirty[resource] === 0) continue;
      this.isDirty[resource] = 0;
      this.measure(resource);
      const capacity = capacities[resource]!;
      let most = 0;
      for (let piece = 0; piece < this.pieces; piece += 1) {
        if (this.pieceUse[piece]! > capacity) return this.overload(resource, this.pieceStart[piece]!);
        if (this.pieceUse[piece]! > most) most = this.pieceUse[piece]!;
      }
      for (
        let index = byResourceFirst[resource]!, end = byResourceFirst[resource + 1]!;
        index < end;
        index += 1
      ) {
        const use = byResource[index]!;
        if (useAmount[use]! <= capacity - most) break;
        if (!this.filter(useInterval[use]!, resource, useAmount[use]!)) return false;
      }
    }
    return true;
  }

  private overload(resource: number, instant: number): boolean {
    this.trail.conflictHalf = -1;
    this.trail.conflictReason = this.trail.record(this.number, resource, instant, -1);
    return false;
  }

  private latestStart(use: number): number {
    return -this.trail.bound[this.intervals.start[this.intervals.useInterval[use]!]! + 1]!;
  }

  private earliestEnd(use: number): number {
    const { start, duration, useInterval } = this.intervals;
    const interval = useInterval[use]!;
    return this.trail.bound[start[interval]!]! + duration[interval]!;
  }

  /** Makes the pieces of a resource. */
  private measure(resource: number): void {
    const { byResourceFirst, useAmount } = this.intervals;
    const begin = byResourceFirst[resource]!;
    const end = byResourceFirst[resource + 1]!;
    this.sort(this.byStart, begin, end, false);
    this.sort(this.byEnd, begin, end, true);
    const { pieceStart, pieceUse, byStart, byEnd } = this;
    let [first, last, pieces, held] = [begin, begin, 0, 0];
    pieceStart[0] = -Infinity;
    pieceUse[0] = 0;
    while (last < end) {
      const isStart = first < end && this.latestStart(byStart[first]!) < this.earliestEnd(byEnd[last]!);
      const use = isStart ? byStart[first]! : byEnd[last]!;
      if (isStart) first += 1;
      else last += 1;
      if (this.latestStart(use) >= this.earliestEnd(use)) continue;
      if (!this.intervals.isPresent(this.intervals.useInterval[use]!)) continue;
      const instant = isStart ? this.latestStart(use) : this.earliestEnd(use);
      held += isStart ? useAmount[use]! : -useAmount[use]!;
      if (pieceStart[pieces]! < instant) {
        pieces += 1;
        pieceStart[pieces] = instant;
      }
      pieceUse[pieces] = held;
    }
    this.pieces = pieces + 1;
    pieceStart[this.pieces] = Infinity;
  }

  private sort(order: Int32Array, begin: number, end: number, isByEnd: boolean): void {
    for (let index = begin + 1; index < end; index += 1) {
      const use = order[index]!;
      const key = isByEnd ? this.earliestEnd(use) : this.latestStart(use);
      let at = index - 1;
      while (at >= begin && (isByEnd ? this.earliestEnd(order[at]!) : this.latestStart(order[at]!)) > key) {
        order[at + 1] = order[at]!;
        at -= 1;
      }
      order[at + 1] = use;
    }
  }

  private filter(interval: number, resource: number, amount: number): boolean {
    const { intervals, trail } = this;
    if (intervals.isAbsent(interval)) return true;
    const half = intervals.start[interval]!;
    const isFixed = trail.bound[half]! + trail.bound[half + 1]! === 0;
    if (!intervals.isPresent(interval)) return !isFixed || this.exclude(interval, resource, amount);
    if (isFixed) return true;
    const limit = intervals.capacities[resource]! - amount;
    return this.pushLeast(interval, resource, limit) && this.pushMost(interval, resource, limit);
  }

  /** Last piece that starts before an instant. */
  private pieceBefore(instant: number): number {
    let low = 0;
    let high = this.pieces - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieceStart[middle]! < instant) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private pushLeast(interval: number, resource: number, limit: number): boolean {
    const { trail, intervals, pieceStart, pieceUse } = this;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const most = -trail.bound[half + 1]!;
    for (;;) {
      const least = trail.bound[half]!;
      // From its latest start on, the profile contains the interval itself.
      const end = Math.min(least + duration, most);
      let piece = this.pieceBefore(end);
      while (piece >= 0 && pieceStart[piece + 1]! > least && pieceUse[piece]! <= limit) piece -= 1;
      if (piece < 0 || pieceStart[piece + 1]! <= least || least >= end) return true;
      const after = Math.min(pieceStart[piece + 1]!, most + 1);
      const instant = Math.min(after, end) - 1;
      const to = least + duration > most ? instant + 1 : after;
      if (!trail.set(half, to, trail.record(this.number, resource, instant, 2 * interval))) return false;
    }
  }

  private pushMost(interval: number, resource: number, limit: number): boolean {
    const { trail, intervals, pieceStart, pieceUse } = this;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const own = trail.bound[half]! + duration;
    for (;;) {
      const most = -trail.bound[half + 1]!;
      const end = most + duration;
      const begin = Math.max(most, own);
      let piece = this.pieceBefore(begin + 1);
      while (piece < this.pieces && pieceStart[piece]! < end && pieceUse[piece]! <= limit) piece += 1;
      if (begin >= end || piece >= this.pieces || pieceStart[piece]! >= end) return true;
      const instant = Math.max(pieceStart[piece]!, begin);
      const from = own > most ? instant : Math.max(pieceStart[piece]!, own - 1);
      const reason = trail.record(this.number, resource, instant, 2 * interval + 1);
      if (!trail.set(half + 1, duration - from, reason)) return false;
    }
  }

  /** An interval whose start is known does not take place when it does not fit. */
  private exclude(interval: number, resource: number, amount: number): boolean {
    const { trail, intervals } = this;
    const begin = trail.bound[intervals.start[interval]!]!;
    const end = begin + intervals.duration[interval]!;
    const limit = intervals.capacities[resource]! - amount;
    let piece = this.pieceBefore(begin + 1);
    while (piece < this.pieces && this.pieceStart[piece]! < end && this.pieceUse[piece]! <= limit) piece += 1;
    if (piece >= this.pieces || this.pieceStart[piece]! >= end) return true;
    const instant = Math.max(this.pieceStart[piece]!, begin);
    const reason = trail.record(this.number, resource, instant, 2 * interval);
    return trail.set(intervals.presence[interval]! ^ 1, 0, reason);
  }

  explain(note: number, half: number, value: number, at: number, out: Explained): void {
    this.reasons.explain(note, half, value, at, out);
  }
}
