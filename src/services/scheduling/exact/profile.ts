// Profiles of the exact solver: how much of each resource is held for certain at each instant, kept up to date as bounds
// change and are taken back. For horizons short enough to have a cell for each instant.
//
// X4 An interval that takes place holds its resources for certain from its latest start until before its earliest end.
// X5 `seen` are the bounds as the profile knows them; the profile is a function of `seen`, so taking a bound back
//    gives the profile as it was.
import type { Intervals } from './intervals.js';
import type { Trail } from './trail.js';

export class Profile {
  readonly usage: Int32Array;
  private readonly seen: Int32Array;
  /** Cells that grew since the last look, by resource: from and before. */
  readonly grownFrom: Int32Array;
  readonly grownTo: Int32Array;
  /** Where too much is held, since the last look: −1 when nowhere. */
  overloadResource = -1;
  overloadAt = 0;

  constructor(
    trail: Trail,
    private readonly intervals: Intervals,
    readonly horizon: number,
  ) {
    const resources = intervals.capacities.length;
    this.usage = new Int32Array(resources * horizon);
    this.seen = new Int32Array(trail.halves).fill(-(2 ** 31 - 1));
    this.grownFrom = new Int32Array(resources).fill(horizon);
    this.grownTo = new Int32Array(resources);
    for (let interval = 0; interval < intervals.count; interval += 1) {
      const start = intervals.start[interval]!;
      this.seen[start] = trail.root[start]!;
      this.seen[start + 1] = trail.root[start + 1]!;
      const presence = intervals.presence[interval]!;
      if (presence >= 0) this.seen[presence] = trail.root[presence]!;
    }
    for (let interval = 0; interval < intervals.count; interval += 1) {
      if (this.isPresent(interval)) this.change(interval, this.from(interval), this.to(interval), 1);
    }
  }

  private isPresent(interval: number): boolean {
    const presence = this.intervals.presence[interval]!;
    return presence < 0 || this.seen[presence]! >= 1;
  }

  private from(interval: number): number {
    return -this.seen[this.intervals.start[interval]! + 1]!;
  }

  private to(interval: number): number {
    return this.seen[this.intervals.start[interval]!]! + this.intervals.duration[interval]!;
  }

  /** Follows a bound from `old` to `now`: forward with sign 1, back with sign −1 and `old` as the bound to go to. */
  follow(half: number, old: number, now: number, sign: 1 | -1): void {
    const { byHalf, byHalfFirst, start, duration } = this.intervals;
    for (let index = byHalfFirst[half]!, end = byHalfFirst[half + 1]!; index < end; index += 1) {
      const interval = byHalf[index]!;
      const startHalf = start[interval]!;
      if (half !== startHalf && half !== startHalf + 1) {
        if (now >= 1 && old < 1) this.change(interval, this.from(interval), this.to(interval), sign);
        continue;
      }
      if (!this.isPresent(interval)) continue;
      if (half === startHalf) {
        const from = this.from(interval);
        const least = old + duration[interval]!;
        this.change(interval, least > from ? least : from, now + duration[interval]!, sign);
      } else {
        const to = this.to(interval);
        this.change(interval, -now, -old < to ? -old : to, sign);
      }
    }
    this.seen[half] = sign > 0 ? now : old;
  }

  private change(interval: number, from: number, to: number, sign: 1 | -1): void {
    if (from >= to) return;
    const { useFirst, useResource, useAmount, capacities } = this.intervals;
    const { usage, horizon } = this;
    for (let use = useFirst[interval]!, end = useFirst[interval + 1]!; use < end; use += 1) {
      const resource = useResource[use]!;
      const amount = sign * useAmount[use]!;
      const base = resource * horizon;
      for (let at = base + from, last = base + to; at < last; at += 1) usage[at] = usage[at]! + amount;
      if (sign < 0) continue;
      if (from < this.grownFrom[resource]!) this.grownFrom[resource] = from;
      if (to > this.grownTo[resource]!) this.grownTo[resource] = to;
      const capacity = capacities[resource]!;
      for (let at = base + from, last = base + to; at < last; at += 1) {
        if (usage[at]! <= capacity) continue;
        this.overloadResource = resource;
        this.overloadAt = at - base;
        break;
      }
    }
  }

  /** Forgets what grew. */
  rest(): void {
    this.grownFrom.fill(this.horizon);
    this.grownTo.fill(0);
    this.overloadResource = -1;
  }
}
