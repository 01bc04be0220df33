// Conflict analysis of the exact solver: from a contradiction to a clause that forbids its cause, by resolving backwards to
// the first unique implication point (Marques-Silva & Sakallah, 1999; Zhang et al., 2001).
//
// X6 The literals in hand together contradict. For each half only the strongest is kept, for it implies the others: when
//    it is resolved away, its reason implies them, too.
// X7 Entries of the conflict's level are taken back while they are walked over, so explanations see bounds as they were.
import type { Atoms } from './atoms.js';
import type { Clauses } from './clauses.js';
import type { Explained } from './propagator.js';
import type { Reasons } from './reasons.js';
import { byArc, byDecision, grown, type Trail } from './trail.js';

const none = -(2 ** 31);

/** What the solver does when the analysis takes an entry back. */
export type UndoEntry = () => void;

export class Analysis implements Explained {
  /** The learnt clause: the literal that it makes true first, then one of the highest of the other levels. */
  halves = new Int32Array(64);
  values = new Int32Array(64);
  count = 0;
  /** Level to go back to. */
  level = 0;
  glue = 0;
  private need = new Int32Array(0);
  private entry = new Int32Array(0);
  private touched = new Int32Array(64);
  private touchedCount = 0;
  private isTouched = new Uint8Array(0);
  private open = 0;
  private levelSeen = new Int32Array(64);
  private stamp = 0;
  private readonly minimisation: Explained;
  private isImplied = true;
  private examined = 0;
  private pointHalf = -1;

  constructor(
    private readonly trail: Trail,
    private readonly clauses: Clauses,
    private readonly atoms: Atoms,
    private readonly reasons: Reasons,
    private readonly undo: UndoEntry,
  ) {
    this.minimisation = {
      add: (half, value) => {
        if (!this.isCovered(half, value)) this.isImplied = false;
      },
      isFree: (half, value) => this.isCovered(half, value),
    };
  }

  /** Whether a literal in hand implies this one: one that came before the one under examination, or the last one. */
  private isCovered(half: number, value: number): boolean {
    if (value <= this.trail.root[half]!) return true;
    return value <= this.need[half]! && (this.entry[half]! < this.examined || half === this.pointHalf);
  }

  prepare(): void {
    const { halves } = this.trail;
    this.need = new Int32Array(halves).fill(none);
    this.entry = new Int32Array(halves);
    this.isTouched = new Uint8Array(halves);
  }

  isFree(half: number, value: number): boolean {
    return value <= this.trail.root[half]! || value <= this.need[half]!;
  }

  add(half: number, value: number): void {
    const { trail, need } = this;
    if (value <= trail.root[half]! || value <= need[half]!) return;
    const start = trail.levelStart[trail.level]!;
    const wasOpen = need[half] !== none && this.entry[half]! >= start;
    const entry = trail.entryOf(half, value);
    need[half] = value;
    this.entry[half] = entry;
    if (entry >= start && !wasOpen) this.open += 1;
    if (this.isTouched[half] === 0) {
      this.isTouched[half] = 1;
      if (this.touchedCount === this.touched.length) this.touched = grown(this.touched);
      this.touched[this.touchedCount] = half;
      this.touchedCount += 1;
    }
  }

  /**
   * Learns from the trail's conflict. False when it holds at level 0, that is, for good.
   * Afterwards the trail has lost entries of its last level: the solver must go back to `level`.
   */
  run(): boolean {
    const { trail } = this;
    this.takeConflict();
    if (!this.findLevel()) return false;
    for (;;) {
      const at = trail.size - 1;
      const half = trail.half[at]!;
      const value = this.need[half]!;
      if (value <= trail.from[at]!) {
        this.undo();
        continue;
      }
      if (this.open === 1) {
        this.conclude(half, value);
        return true;
      }
      const reason = trail.reason[at]!;
      this.undo();
      this.need[half] = none;
      this.open -= 1;
      this.atoms.bump(half, value);
      this.reasons.explain(half, value, reason, at, this);
    }
  }

  private takeConflict(): void {
    const { trail } = this;
    this.open = 0;
    const { conflictHalf: half, conflictReason: reason } = trail;
    if (half < 0) {
      this.reasons.explain(-1, 0, reason, trail.size, this);
      return;
    }
    const isArc = (reason & 3) === byArc;
    const value = isArc ? trail.most(half) + 1 : trail.conflictBound;
    this.add(half ^ 1, 1 - value);
    this.reasons.explain(half, value, reason, trail.size, this);
  }

  /** Goes to the level of the conflict, which is below the last one when it was noticed late. False when it is 0. */
  private findLevel(): boolean {
    const { trail } = this;
    while (this.open === 0) {
      if (trail.level === 0) {
        this.clear();
        return false;
      }
      const start = trail.levelStart[trail.level]!;
      while (trail.size > start) this.undo();
      trail.cut(trail.level - 1);
      const lower = trail.level === 0 ? 0 : trail.levelStart[trail.level]!;
      for (let index = 0; index < this.touchedCount; index += 1) {
        const half = this.touched[index]!;
        if (this.need[half] !== none && this.entry[half]! >= lower) this.open += 1;
      }
      if (trail.level === 0) this.open = 0;
    }
    if (trail.level === 0) {
      this.clear();
      return false;
    }
    return true;
  }

  /**
   * Which decisions made a literal true: with assumptions only, those that contradict together. Takes nothing back.
   */
  core(half: number, value: number): [half: number, value: number][] {
    const { trail } = this;
    const found: [number, number][] = [];
    this.add(half, value);
    for (let at = trail.size - 1; at >= 0; at -= 1) {
      const one = trail.half[at]!;
      const needed = this.need[one]!;
      if (needed <= trail.from[at]!) continue;
      const reason = trail.reason[at]!;
      this.need[one] = none;
      if (reason === byDecision) found.push([one, trail.to[at]!]);
      else this.reasons.explain(one, needed, reason, at, this);
    }
    this.clear();
    return found;
  }

  private clear(): void {
    for (let index = 0; index < this.touchedCount; index += 1) {
      const half = this.touched[index]!;
      this.need[half] = none;
      this.isTouched[half] = 0;
    }
    this.touchedCount = 0;
  }

  /** Writes the clause: not the literal of this level, or not one of the others. */
  private conclude(half: number, value: number): void {
    const { trail } = this;
    while (this.touchedCount + 1 > this.halves.length) {
      this.halves = grown(this.halves);
      this.values = grown(this.values);
    }
    this.atoms.bump(half, value);
    this.pointHalf = half;
    this.halves[0] = half ^ 1;
    this.values[0] = 1 - value;
    let count = 1;
    for (let index = 0; index < this.touchedCount; index += 1) {
      const other = this.touched[index]!;
      const needed = this.need[other]!;
      if (needed === none || other === half || this.isRedundant(other, needed)) continue;
      this.halves[count] = other ^ 1;
      this.values[count] = 1 - needed;
      count += 1;
    }
    this.count = count;
    this.rank();
    for (let index = 1; index < count; index += 1) {
      this.atoms.bump(this.halves[index]! ^ 1, 1 - this.values[index]!);
    }
    this.clear();
    this.atoms.decay();
    this.clauses.decay();
    this.level = count === 1 ? 0 : trail.levelOf(trail.entryOf(this.halves[1]! ^ 1, 1 - this.values[1]!));
  }

  /** Whether the other literals in hand imply this one. */
  private isRedundant(half: number, value: number): boolean {
    const entry = this.entry[half]!;
    const reason = this.trail.reason[entry]!;
    if (reason === byDecision) return false;
    this.isImplied = true;
    this.examined = entry;
    this.reasons.explain(half, value, reason, entry, this.minimisation);
    return this.isImplied;
  }

  /** Counts levels, and puts a literal of the highest in second place. */
  private rank(): void {
    const { trail } = this;
    if (trail.level >= this.levelSeen.length) {
      this.levelSeen = new Int32Array(2 * trail.level + 2);
      this.stamp = 0;
    }
    this.stamp += 1;
    let glue = 1;
    let best = -1;
    let bestEntry = -1;
    for (let index = 1; index < this.count; index += 1) {
      const entry = this.entry[this.halves[index]! ^ 1]!;
      if (entry > bestEntry) {
        bestEntry = entry;
        best = index;
      }
      const level = trail.levelOf(entry);
      if (this.levelSeen[level] !== this.stamp) {
        this.levelSeen[level] = this.stamp;
        glue += 1;
      }
    }
    this.glue = glue;
    if (best > 1) {
      const half = this.halves[best]!;
      const value = this.values[best]!;
      this.halves[best] = this.halves[1]!;
      this.values[best] = this.values[1]!;
      this.halves[1] = half;
      this.values[1] = value;
    }
  }
}
