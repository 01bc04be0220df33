// Stocks of the exact solver: events add to a level and take from it, and it may not fall below 0. A capacity is the same
// thing for what is left free. Time-table reasoning on the highest level possible at each instant (Laborie, 2003).
//
// X8 The highest level at t counts every gain that can have happened by t and every loss that must have. It falls only
//    at the latest instants of losses, and rises at the earliest instants of gains.
import { grouped } from './arcs.js';
import type { Explained, Propagator } from './propagator.js';
import type { Trail } from './trail.js';

export interface StockEvent {
  /** It happens at the value of this half plus the offset. */
  readonly half: number;
  readonly offset: number;
  /** Half of the Boolean that says that it happens, −1 when it does in any case. */
  readonly presence: number;
  /** What it adds; other than 0. */
  readonly amount: number;
}

/** One level that may not fall below 0. */
export interface StockSide {
  readonly initial: number;
  readonly events: readonly StockEvent[];
}

/** Propagator of all levels. Records: index of the first event of the level × 2 + has an event, event, instant. */
export class Stocks implements Propagator {
  private readonly first: Int32Array;
  private readonly initial: Float64Array;
  private readonly half: Int32Array;
  private readonly offset: Int32Array;
  private readonly presence: Int32Array;
  private readonly amount: Float64Array;
  private readonly side: Int32Array;
  private readonly byHalfFirst: Int32Array;
  private readonly byHalf: Int32Array;
  private readonly isDirty: Uint8Array;
  /** Gains by earliest and losses by latest instant, nearly sorted from call to call. */
  private readonly order: Int32Array;
  private readonly instants: Float64Array;
  private readonly levels: Float64Array;
  private pieces = 0;

  constructor(
    private readonly trail: Trail,
    sides: readonly StockSide[],
    private readonly number: number,
  ) {
    // Large amounts first: explanations keep these and drop the small ones.
    const events = sides.flatMap((input, side) =>
      input.events
        .map((event) => ({ ...event, side }))
        .toSorted((one, other) => Math.abs(other.amount) - Math.abs(one.amount)),
    );
    this.side = Int32Array.from(events, (event) => event.side);
    this.first = grouped(this.side, sides.length)[0];
    this.initial = Float64Array.from(sides, (side) => side.initial);
    this.half = Int32Array.from(events, (event) => event.half);
    this.offset = Int32Array.from(events, (event) => event.offset);
    this.presence = Int32Array.from(events, (event) => event.presence);
    this.amount = Float64Array.from(events, (event) => event.amount);
    const keys = events.flatMap(({ half, presence, amount }, event) => {
      const moved = amount > 0 ? half : half + 1;
      if (presence < 0) return [{ half: moved, event }];
      return [
        { half: moved, event },
        { half: amount > 0 ? presence + 1 : presence, event },
      ];
    });
    const [byFirst, order] = grouped(
      Int32Array.from(keys, ({ half }) => half),
      trail.halves,
    );
    this.byHalfFirst = byFirst;
    this.byHalf = order.map((index) => keys[index]!.event);
    this.isDirty = new Uint8Array(sides.length).fill(1);
    this.order = Int32Array.from(events, (_, event) => event);
    this.instants = new Float64Array(events.length + 1);
    this.levels = new Float64Array(events.length + 1);
  }

  follow(half: number): void {
    for (let index = this.byHalfFirst[half]!, end = this.byHalfFirst[half + 1]!; index < end; index += 1) {
      this.isDirty[this.side[this.byHalf[index]!]!] = 1;
    }
  }

  unfollow(): void {
    // Levels are computed anew.
  }

  rest(): void {
    this.isDirty.fill(0);
  }

  propagate(): boolean {
    for (let side = 0; side < this.isDirty.length; side += 1) {
      if (this.isDirty[side] === 0) continue;
      this.isDirty[side] = 0;
      if (!this.filter(side)) return false;
    }
    return true;
  }

  private earliest(event: number): number {
    return this.trail.bound[this.half[event]!]! + this.offset[event]!;
  }

  private latest(event: number): number {
    return this.offset[event]! - this.trail.bound[this.half[event]! + 1]!;
  }

  private isSure(event: number): boolean {
    const presence = this.presence[event]!;
    return presence < 0 || this.trail.bound[presence]! >= 1;
  }

  private isOut(event: number): boolean {
    const presence = this.presence[event]!;
    return presence >= 0 && this.trail.bound[presence + 1]! >= 0;
  }

  private turn(event: number): number {
    return this.amount[event]! > 0 ? this.earliest(event) : this.latest(event);
  }

  private filter(side: number): boolean {
    this.sort(side);
    this.measure(side);
    for (let piece = 0; piece < this.pieces; piece += 1) {
      if (this.levels[piece]! >= 0) continue;
      this.trail.conflictHalf = -1;
      this.trail.conflictReason = this.trail.record(this.number, 2 * side, 0, this.instants[piece]!);
      return false;
    }
    for (let event = this.first[side]!, end = this.first[side + 1]!; event < end; event += 1) {
      if (this.isOut(event)) continue;
      if (!(this.amount[event]! > 0 ? this.filterGain(side, event) : this.filterLoss(side, event)))
        return false;
    }
    return true;
  }

  /** Insertion sort: the order hardly changes from call to call. */
  private sort(side: number): void {
    const { order } = this;
    const begin = this.first[side]!;
    const end = this.first[side + 1]!;
    for (let index = begin + 1; index < end; index += 1) {
      const event = order[index]!;
      const instant = this.turn(event);
      let at = index - 1;
      while (at >= begin && this.turn(order[at]!) > instant) {
        order[at + 1] = order[at]!;
        at -= 1;
      }
      order[at + 1] = event;
    }
  }

  /** The highest level possible, as pieces: from instants[k] on it is levels[k]. */
  private measure(side: number): void {
    const { order, instants, levels } = this;
    let level = this.initial[side]!;
    let pieces = 0;
    instants[0] = -(2 ** 31);
    levels[0] = level;
    for (let index = this.first[side]!, end = this.first[side + 1]!; index < end; index += 1) {
      const event = order[index]!;
      if (this.amount[event]! > 0 ? this.isOut(event) : !this.isSure(event)) continue;
      const instant = this.turn(event);
      level += this.amount[event]!;
      if (instants[pieces]! < instant) {
        pieces += 1;
        instants[pieces] = instant;
      }
      levels[pieces] = level;
    }
    this.pieces = pieces + 1;
  }

  /** A loss cannot happen before an instant at which the level is too low for it. */
  private filterLoss(side: number, event: number): boolean {
    const { trail, instants, levels } = this;
    const need = -this.amount[event]!;
    const isSure = this.isSure(event);
    const latest = isSure ? this.latest(event) : Infinity;
    const earliest = this.earliest(event);
    for (let piece = this.pieces - 1; piece >= 0; piece -= 1) {
      if (instants[piece]! >= latest || levels[piece]! >= need) continue;
      const next = piece + 1 < this.pieces ? instants[piece + 1]! : Infinity;
      const last = Math.min(next, latest) - 1;
      if (last < earliest) return true;
      const own = this.latest(event);
      if (!isSure) {
        // Where it must happen by an instant at which it cannot have happened, it does not happen.
        if (last < own) return true;
        const instant = Math.max(instants[piece]!, own);
        const reason = trail.record(this.number, 2 * side + 1, event, instant);
        return trail.set(this.presence[event]! + 1, 0, reason);
      }
      const reason = trail.record(this.number, 2 * side + 1, event, last);
      return trail.set(this.half[event]!, last + 1 - this.offset[event]!, reason);
    }
    return true;
  }

  /** A gain without which the level is too low at some instant has happened by then. */
  private filterGain(side: number, event: number): boolean {
    const { trail, instants, levels } = this;
    const amount = this.amount[event]!;
    const earliest = this.earliest(event);
    for (let piece = 0; piece < this.pieces; piece += 1) {
      if (levels[piece]! >= amount) continue;
      const next = piece + 1 < this.pieces ? instants[piece + 1]! : Infinity;
      if (next <= earliest) continue;
      const instant = Math.max(instants[piece]!, earliest);
      if (!this.isSure(event)) {
        const reason = trail.record(this.number, 2 * side + 1, event, instant);
        if (!trail.set(this.presence[event]!, 1, reason)) return false;
      }
      if (this.latest(event) <= instant) return true;
      const reason = trail.record(this.number, 2 * side + 1, event, instant);
      return trail.set(this.half[event]! + 1, this.offset[event]! - instant, reason);
    }
    return true;
  }

  explain(note: number, half: number, _value: number, at: number, out: Explained): void {
    const { trail } = this;
    const key = trail.notes[note + 1]!;
    const event = trail.notes[note + 2]!;
    const instant = trail.notes[note + 3]!;
    const side = key >> 1;
    if ((key & 1) === 0) {
      this.explainLevel(side, -1, instant, at, out);
      return;
    }
    const presence = this.presence[event]!;
    if (half === presence + 1 && presence >= 0) out.add(this.half[event]! + 1, this.offset[event]! - instant);
    else if (presence >= 0 && half !== presence) out.add(presence, 1);
    this.explainLevel(side, event, instant, at, out);
  }

  /** Why the level at an instant is too low: gains that come later or never, losses that have happened. */
  private explainLevel(side: number, special: number, instant: number, at: number, out: Explained): void {
    const begin = this.first[side]!;
    const end = this.first[side + 1]!;
    let level = this.initial[side]! + (special >= 0 && this.amount[special]! < 0 ? this.amount[special]! : 0);
    for (let event = begin; event < end; event += 1) {
      if (event !== special && this.counts(event, instant, at)) level += this.amount[event]!;
    }
    // Every literal left out lets the level be higher by the amount of its event; it must stay below 0.
    let spare = -1 - level;
    for (let event = end - 1; event >= begin; event -= 1) {
      const amount = this.amount[event]!;
      if (event === special || this.counts(event, instant, at) === amount > 0) continue;
      if (this.isFreeAt(event, instant, at, out)) continue;
      if (Math.abs(amount) <= spare) spare -= Math.abs(amount);
      else this.addAt(event, instant, at, out);
    }
  }

  /** Whether it was part of the highest level at the instant, before the entry. */
  private counts(event: number, instant: number, at: number): boolean {
    const half = this.half[event]!;
    const presence = this.presence[event]!;
    if (this.amount[event]! > 0) {
      if (this.trail.boundBefore(half, at) + this.offset[event]! > instant) return false;
      return presence < 0 || this.trail.boundBefore(presence + 1, at) < 0;
    }
    if (this.offset[event]! - this.trail.boundBefore(half + 1, at) > instant) return false;
    return presence < 0 || this.trail.boundBefore(presence, at) >= 1;
  }

  private isFreeAt(event: number, instant: number, at: number, out: Explained): boolean {
    const half = this.half[event]!;
    const presence = this.presence[event]!;
    const offset = this.offset[event]!;
    if (this.amount[event]! < 0) {
      return out.isFree(half + 1, offset - instant) && (presence < 0 || out.isFree(presence, 1));
    }
    if (presence >= 0 && this.trail.boundBefore(presence + 1, at) >= 0 && out.isFree(presence + 1, 0))
      return true;
    return this.trail.boundBefore(half, at) + offset > instant && out.isFree(half, instant + 1 - offset);
  }

  private addAt(event: number, instant: number, at: number, out: Explained): void {
    const half = this.half[event]!;
    const presence = this.presence[event]!;
    const offset = this.offset[event]!;
    if (this.amount[event]! < 0) {
      out.add(half + 1, offset - instant);
      if (presence >= 0) out.add(presence, 1);
    } else if (this.trail.boundBefore(half, at) + offset > instant) out.add(half, instant + 1 - offset);
    else out.add(presence + 1, 0);
  }
}
