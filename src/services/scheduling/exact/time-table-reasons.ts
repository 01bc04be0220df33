// Reasons of the time-table: which intervals hold so much of a resource at an instant that another does not fit there.
import type { Intervals } from './intervals.js';
import type { Explained } from './propagator.js';
import type { Trail } from './trail.js';

/**
 * Explains the records of a time-table: resource, instant, interval × 2 + side (−1: too much is held). A conclusion that
 * passes more than the instant rests on intervals that hold the resource all the way.
 */
export class TimeTableReasons {
  private readonly chosen: Int32Array;

  constructor(
    private readonly trail: Trail,
    private readonly intervals: Intervals,
  ) {
    this.chosen = new Int32Array(intervals.count);
  }

  explain(note: number, half: number, value: number, at: number, out: Explained): void {
    const { trail, intervals } = this;
    const resource = trail.notes[note + 1]!;
    const instant = trail.notes[note + 2]!;
    const side = trail.notes[note + 3]!;
    const capacity = intervals.capacities[resource]!;
    if (half < 0) {
      this.explainUse(resource, instant, instant, -1, capacity, at, out);
      return;
    }
    const interval = side >> 1;
    const start = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const left = capacity - this.amountOf(interval, resource);
    if (instant < 0) {
      this.explainAbsence(interval, resource, left, at, out);
      return;
    }
    if (half === start) {
      out.add(start, instant - duration + 1);
      this.explainUse(resource, instant, Math.max(instant, value - 1), interval, left, at, out);
    } else if (half === start + 1) {
      out.add(start + 1, -instant);
      this.explainUse(resource, Math.min(instant, duration - value), instant, interval, left, at, out);
    } else {
      out.add(start, instant - duration + 1);
      out.add(start + 1, -instant);
      this.explainUse(resource, instant, instant, interval, left, at, out);
      return;
    }
    const presence = intervals.presence[interval]!;
    if (presence >= 0) out.add(presence, 1);
  }

  private amountOf(interval: number, resource: number): number {
    const { useFirst, useResource, useAmount } = this.intervals;
    for (let use = useFirst[interval]!, end = useFirst[interval + 1]!; use < end; use += 1) {
      if (useResource[use] === resource) return useAmount[use]!;
    }
    return 0;
  }

  /** Walks over the places of an interval as they were, and explains why each is too full. */
  private explainAbsence(interval: number, resource: number, left: number, at: number, out: Explained): void {
    const { trail, intervals } = this;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const most = -trail.boundBefore(half + 1, at);
    let least = trail.boundBefore(half, at);
    out.add(half, least);
    out.add(half + 1, -most);
    while (least <= most) {
      let instant = least + duration - 1;
      while (this.usageBefore(resource, instant, interval, at) <= left) instant -= 1;
      this.explainUse(resource, instant, instant, interval, left, at, out);
      least = instant + 1;
    }
  }

  private usageBefore(resource: number, instant: number, except: number, at: number): number {
    const { byResource, byResourceFirst, useInterval, useAmount } = this.intervals;
    let sum = 0;
    for (
      let index = byResourceFirst[resource]!, end = byResourceFirst[resource + 1]!;
      index < end;
      index += 1
    ) {
      const use = byResource[index]!;
      const interval = useInterval[use]!;
      if (interval !== except && this.coveredBefore(interval, instant, instant, at)) sum += useAmount[use]!;
    }
    return sum;
  }

  /** Whether it held its resources all the time from one instant to another, before the entry. */
  private coveredBefore(interval: number, from: number, to: number, at: number): boolean {
    const { start, duration, presence } = this.intervals;
    const { trail } = this;
    const half = start[interval]!;
    // Bounds only fall as one goes back, so what does not hold now did not hold then.
    const length = duration[interval]!;
    if (-trail.bound[half + 1]! > from || trail.bound[half]! + length <= to) return false;
    if (-trail.boundBefore(half + 1, at) > from) return false;
    if (trail.boundBefore(half, at) + length <= to) return false;
    return presence[interval]! < 0 || trail.boundBefore(presence[interval]!, at) >= 1;
  }

  /** Fewest intervals that together hold more than `left` from one instant to another: those that cost nothing, then the largest. */
  private explainUse(
    resource: number,
    from: number,
    to: number,
    except: number,
    left: number,
    at: number,
    out: Explained,
  ): void {
    const { byResource, byResourceFirst, useInterval, useAmount, start, duration, presence } = this.intervals;
    const { chosen } = this;
    let sum = 0;
    let count = 0;
    for (
      let index = byResourceFirst[resource]!, end = byResourceFirst[resource + 1]!;
      index < end;
      index += 1
    ) {
      const use = byResource[index]!;
      const interval = useInterval[use]!;
      if (interval === except || !this.coveredBefore(interval, from, to, at)) continue;
      const half = start[interval]!;
      if (
        out.isFree(half, to - duration[interval]! + 1) &&
        out.isFree(half + 1, -from) &&
        (presence[interval]! < 0 || out.isFree(presence[interval]!, 1))
      ) {
        sum += useAmount[use]!;
        if (sum > left) return;
      } else {
        chosen[count] = use;
        count += 1;
      }
    }
    for (let index = 0; index < count && sum <= left; index += 1) {
      const use = chosen[index]!;
      const interval = useInterval[use]!;
      const half = start[interval]!;
      out.add(half, to - duration[interval]! + 1);
      out.add(half + 1, -from);
      if (presence[interval]! >= 0) out.add(presence[interval]!, 1);
      sum += useAmount[use]!;
    }
  }
}
