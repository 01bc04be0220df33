// Reasons of the time-table: which intervals hold so much of a resource at an instant that another does not fit there.
import type { Intervals } from './intervals.js';
import type { Explained } from './propagator.js';
import type { Trail } from './trail.js';

/** Explains the records of a time-table: resource, instant, interval × 2 + side (−1: too much is held). */
export class TimeTableReasons {
  private readonly chosen: Int32Array;

  constructor(
    private readonly trail: Trail,
    private readonly intervals: Intervals,
  ) {
    this.chosen = new Int32Array(intervals.count);
  }

  explain(note: number, half: number, _value: number, at: number, out: Explained): void {
    const { trail, intervals } = this;
    const resource = trail.notes[note + 1]!;
    const instant = trail.notes[note + 2]!;
    const side = trail.notes[note + 3]!;
    const capacity = intervals.capacities[resource]!;
    if (half < 0) {
      this.explainUse(resource, instant, -1, capacity, at, out);
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
    const presence = intervals.presence[interval]!;
    if (presence >= 0) out.add(presence, 1);
    if ((side & 1) === 0) out.add(start, instant - duration + 1);
    else out.add(start + 1, -instant);
    this.explainUse(resource, instant, interval, left, at, out);
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
      this.explainUse(resource, instant, interval, left, at, out);
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
      if (interval !== except && this.coveredBefore(interval, instant, at)) sum += useAmount[use]!;
    }
    return sum;
  }

  private coveredBefore(interval: number, instant: number, at: number): boolean {
    const { start, duration, presence } = this.intervals;
    const { trail } = this;
    const half = start[interval]!;
    // Bounds only fall as one goes back, so what does not hold now did not hold then.
    if (-trail.bound[half + 1]! > instant || trail.bound[half]! + duration[interval]! <= instant)
      return false;
    if (-trail.boundBefore(half + 1, at) > instant) return false;
    if (trail.boundBefore(half, at) + duration[interval]! <= instant) return false;
    return presence[interval]! < 0 || trail.boundBefore(presence[interval]!, at) >= 1;
  }

  /** Fewest intervals that together hold more than `left` at the instant: those that cost nothing, then the largest. */
  private explainUse(
    resource: number,
    instant: number,
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
      if (interval === except || !this.coveredBefore(interval, instant, at)) continue;
      const half = start[interval]!;
      if (
        out.isFree(half, instant - duration[interval]! + 1) &&
        out.isFree(half + 1, -instant) &&
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
      out.add(half, instant - duration[interval]! + 1);
      out.add(half + 1, -instant);
      if (presence[interval]! >= 0) out.add(presence[interval]!, 1);
      sum += useAmount[use]!;
    }
  }
}
