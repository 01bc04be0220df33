// Time-table propagation of reusable resources with pointwise explanations (Schutt, Feydt, Stuckey & Wallace, 2011): a task
// cannot cover an instant at which what others hold for certain leaves it too little.
import type { Trail } from './trail.js';
import type { Intervals } from './intervals.js';
import { Profile } from './profile.js';
import type { Explained, Propagator } from './propagator.js';
import { TimeTableReasons } from './time-table-reasons.js';

/** Propagator over a {@link Profile}. Records: resource, instant, interval × 2 + side (−1: too much is held). */
export class TimeTable implements Propagator {
  private readonly profile: Profile;
  private readonly changed: Int32Array;
  private readonly isChanged: Uint8Array;
  private changedCount = 0;
  private readonly reasons: TimeTableReasons;

  constructor(
    private readonly trail: Trail,
    private readonly intervals: Intervals,
    private readonly number: number,
    horizon: number,
  ) {
    this.profile = new Profile(trail, intervals, horizon);
    this.changed = new Int32Array(intervals.count);
    this.isChanged = new Uint8Array(intervals.count);
    this.reasons = new TimeTableReasons(trail, intervals);
    for (let interval = 0; interval < intervals.count; interval += 1) this.touch(interval);
  }

  private touch(interval: number): void {
    if (this.isChanged[interval] === 1) return;
    this.isChanged[interval] = 1;
    this.changed[this.changedCount] = interval;
    this.changedCount += 1;
  }

  follow(half: number, old: number, now: number): void {
    const { byHalf, byHalfFirst } = this.intervals;
    const end = byHalfFirst[half + 1]!;
    const first = byHalfFirst[half]!;
    if (first === end) return;
    this.profile.follow(half, old, now, 1);
    for (let index = first; index < end; index += 1) this.touch(byHalf[index]!);
  }

  unfollow(half: number, old: number, now: number): void {
    const { byHalfFirst } = this.intervals;
    if (byHalfFirst[half]! < byHalfFirst[half + 1]!) this.profile.follow(half, old, now, -1);
  }

  rest(): void {
    this.profile.rest();
    for (let index = 0; index < this.changedCount; index += 1) this.isChanged[this.changed[index]!] = 0;
    this.changedCount = 0;
  }

  propagate(): boolean {
    const { profile, trail, number } = this;
    if (profile.overloadResource >= 0) {
      trail.conflictHalf = -1;
      trail.conflictReason = trail.record(number, profile.overloadResource, profile.overloadAt, -1);
      return false;
    }
    for (let resource = 0; resource < this.intervals.capacities.length; resource += 1) {
      const from = profile.grownFrom[resource]!;
      const to = profile.grownTo[resource]!;
      if (from >= to) continue;
      profile.grownFrom[resource] = profile.horizon;
      profile.grownTo[resource] = 0;
      if (!this.filterAround(resource, from, to)) return false;
    }
    const { useFirst, useResource, useAmount } = this.intervals;
    while (this.changedCount > 0) {
      this.changedCount -= 1;
      const interval = this.changed[this.changedCount]!;
      this.isChanged[interval] = 0;
      for (let use = useFirst[interval]!, end = useFirst[interval + 1]!; use < end; use += 1) {
        if (!this.filter(interval, useResource[use]!, useAmount[use]!)) return false;
      }
    }
    return true;
  }

  /** Filters the intervals that can run at some instant of [from, to), where the resource is held more than before. */
  private filterAround(resource: number, from: number, to: number): boolean {
    const { byResource, byResourceFirst, useInterval, useAmount, start, duration, capacities } =
      this.intervals;
    const bound = this.trail.bound;
    const { usage, horizon } = this.profile;
    const base = resource * horizon;
    let most = 0;
    for (let at = base + from, last = base + to; at < last; at += 1) if (usage[at]! > most) most = usage[at]!;
    const least = capacities[resource]! - most;
    for (
      let index = byResourceFirst[resource]!, end = byResourceFirst[resource + 1]!;
      index < end;
      index += 1
    ) {
      const use = byResource[index]!;
      const amount = useAmount[use]!;
      if (amount <= least) break;
      const interval = useInterval[use]!;
      const half = start[interval]!;
      const first = bound[half]!;
      const last = -bound[half + 1]!;
      if (first >= to || last + duration[interval]! <= from) continue;
      if (!this.filter(interval, resource, amount)) return false;
    }
    return true;
  }

  private filter(interval: number, resource: number, amount: number): boolean {
    const { intervals, trail } = this;
    const presence = intervals.presence[interval]!;
    if (presence >= 0 && trail.bound[presence]! < 1) {
      return intervals.isAbsent(interval) || this.seekPlace(interval, resource, amount);
    }
    const half = intervals.start[interval]!;
    if (trail.bound[half]! + trail.bound[half + 1]! === 0) return true;
    return this.pushLeast(interval, resource, amount) && this.pushMost(interval, resource, amount);
  }

  private pushLeast(interval: number, resource: number, amount: number): boolean {
    const { trail, intervals } = this;
    const { usage, horizon } = this.profile;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const most = -trail.bound[half + 1]!;
    const limit = intervals.capacities[resource]! - amount;
    const base = resource * horizon;
    for (;;) {
      const least = trail.bound[half]!;
      let at = (least + duration < most ? least + duration : most) - 1;
      while (at >= least && usage[base + at]! <= limit) at -= 1;
      if (at < least) return true;
      if (!trail.set(half, at + 1, trail.record(this.number, resource, at, 2 * interval))) return false;
    }
  }

  private pushMost(interval: number, resource: number, amount: number): boolean {
    const { trail, intervals } = this;
    const { usage, horizon } = this.profile;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const own = trail.bound[half]! + duration;
    const limit = intervals.capacities[resource]! - amount;
    const base = resource * horizon;
    for (;;) {
      const most = -trail.bound[half + 1]!;
      const end = most + duration;
      let at = own > most ? own : most;
      while (at < end && usage[base + at]! <= limit) at += 1;
      if (at >= end) return true;
      const reason = trail.record(this.number, resource, at, 2 * interval + 1);
      if (!trail.set(half + 1, duration - at, reason)) return false;
    }
  }

  /** An interval that may take place: it does not when it fits nowhere between its bounds. */
  private seekPlace(interval: number, resource: number, amount: number): boolean {
    const { trail, intervals } = this;
    const { usage, horizon } = this.profile;
    const half = intervals.start[interval]!;
    const duration = intervals.duration[interval]!;
    const most = -trail.bound[half + 1]!;
    const limit = intervals.capacities[resource]! - amount;
    const base = resource * horizon;
    let least = trail.bound[half]!;
    while (least <= most) {
      let at = least + duration - 1;
      while (at >= least && usage[base + at]! <= limit) at -= 1;
      if (at < least) return true;
      least = at + 1;
    }
    const reason = trail.record(this.number, resource, -1, 2 * interval);
    return trail.set(intervals.presence[interval]! ^ 1, 0, reason);
  }

  explain(note: number, half: number, value: number, at: number, out: Explained): void {
    this.reasons.explain(note, half, value, at, out);
  }
}
