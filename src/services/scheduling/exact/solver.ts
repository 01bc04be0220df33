// Solver for constraints over bounded integers by lazy clause generation (Ohrimenko, Stuckey & Codish, 2009): a search that
// learns a clause from each conflict, with propagators that explain themselves. Knows nothing of schedules.
import { type Building, built } from '../instance/building.js';
import { Analysis } from './analysis.js';
import { Arcs } from './arcs.js';
import { Atoms } from './atoms.js';
import { Clauses } from './clauses.js';
import type { Propagator } from './propagator.js';
import { Reasons } from './reasons.js';
import { byDecision, Trail } from './trail.js';

/** Chooses what to try next. Writes a literal that is neither true nor false into `half` and `value`. */
export interface Brancher {
  half: number;
  value: number;
  /** False when everything is decided. */
  choose(): boolean;
}

/**
 * solved: everything is decided and nothing contradicts. infeasible: there is no solution at all. refused: none under the
 * assumptions; `core` says which of them. limit: conflicts are used up. due: to be called again.
 */
export type Outcome = 'solved' | 'infeasible' | 'refused' | 'limit' | 'due';

export interface RunLimits {
  readonly isDue: () => boolean;
  /** Conflicts from now on. */
  readonly conflicts: number;
}

const restartUnit = 100;
/** Decisions, of which a conflict counts four, between two questions whether it is time. */
const stepsBetweenQuestions = 24;
const propagationsBetweenQuestions = 1500;
/** Changes that are looked at in a piece of preparing. */
const propagationsInPiece = 100;
const firstReduction = 2000;
const reductionGrowth = 300;
/** Words of clauses at most, 4 bytes each: beyond, clauses are dropped sooner. */
const mostClauseWords = 1 << 24;

export class Solver {
  readonly trail = new Trail();
  readonly clauses = new Clauses(this.trail);
  readonly arcs = new Arcs(this.trail);
  readonly atoms = new Atoms(this.trail);
  readonly propagators: Propagator[] = [];
  readonly reasons = new Reasons(this.trail, this.clauses, this.arcs, this.propagators);
  readonly analysis = new Analysis(this.trail, this.clauses, this.atoms, this.reasons, () => this.undo());
  conflicts = 0;
  propagations = 0;
  restarts = 0;
  /** Assumptions, decided before all else. */
  assumedHalves: number[] = [];
  assumedValues: number[] = [];
  /** Assumptions that contradict together, after `refused`. */
  core: [half: number, value: number][] = [];
  /** Set once it is known that there is no solution. */
  isInfeasible = false;
  /** Called for each clause learnt; for tests. */
  onLearn: ((halves: Int32Array, values: Int32Array, count: number) => void) | undefined;
  private head = 0;
  private conflictsToRestart = restartUnit;
  private reductionAt = firstReduction;
  private reductions = 0;
  private isPrepared = false;
  private activeFollowers: Propagator[] = [];

  /** A variable between bounds; its first half. */
  variable(least: number, most: number): number {
    return this.trail.variable(least, most);
  }

  /** A Boolean: (half, 1) says that it is true, (half + 1, 0) that it is false. */
  boolean(): number {
    return this.trail.variable(0, 1);
  }

  /** Adds a clause at level 0. */
  addClause(literals: readonly (readonly [half: number, value: number])[]): void {
    const { trail } = this;
    const strongest = new Map<number, number>();
    for (const [half, value] of literals) {
      if (trail.isTrue(half, value)) return;
      if (!trail.isFalse(half, value)) strongest.set(half, Math.min(value, strongest.get(half) ?? value));
    }
    const kept = [...strongest];
    const [first] = kept;
    if (first === undefined) this.isInfeasible = true;
    else if (kept.length === 1) this.require(first[0], first[1]);
    else {
      const halves = Int32Array.from(kept, ([half]) => half);
      this.clauses.add(
        halves,
        Int32Array.from(kept, ([, value]) => value),
        kept.length,
        0,
      );
    }
  }

  /** Makes a literal true at level 0, for good. */
  require(half: number, value: number): void {
    if (!this.trail.set(half, value, byDecision)) this.isInfeasible = true;
  }

  /** To be called when all variables, arcs and propagators are there. */
  prepare(): void {
    built(this.prepareSteps());
  }

  /** Prepares in pieces. */
  *prepareSteps(): Building<void> {
    this.clauses.prepare();
    yield;
    this.arcs.prepare();
    this.atoms.prepare();
    this.analysis.prepare();
    this.activeFollowers = this.propagators.filter((propagator) => propagator.follow !== undefined);
    this.isPrepared = true;
    yield;
    if (!this.isInfeasible && !this.arcs.start()) this.isInfeasible = true;
    for (
      let isOver = this.isInfeasible;
      !isOver;
      isOver = this.isInfeasible || this.head === this.trail.size
    ) {
      yield;
      if (!this.propagate(propagationsInPiece)) this.isInfeasible = true;
    }
    this.trail.settle();
    this.head = 0;
  }

  /** Goes back to a level. */
  back(level: number): void {
    const { trail } = this;
    if (level >= trail.level && level > 0) return;
    const start = level >= trail.level ? trail.size : trail.levelStart[level + 1]!;
    while (trail.size > start) this.undo();
    trail.cut(level);
    if (this.head > trail.size) this.head = trail.size;
    for (const propagator of this.propagators) propagator.rest();
    this.atoms.back(level);
  }

  private undo(): void {
    const { trail } = this;
    const at = trail.size - 1;
    if (at < this.head) {
      const half = trail.half[at]!;
      for (const propagator of this.activeFollowers)
        propagator.unfollow!(half, trail.from[at]!, trail.to[at]!);
      this.head = at;
    }
    trail.undo();
  }

  /**
   * Draws all conclusions, or looks at so many changes: then the head is not at the end. False on conflict, which the
   * trail then keeps.
   */
  propagate(most = Infinity): boolean {
    const { trail, clauses, arcs, propagators, activeFollowers } = this;
    const end = this.propagations + most;
    for (;;) {
      while (this.head < trail.size) {
        if (this.propagations >= end) return true;
        const at = this.head;
        const half = trail.half[at]!;
        const from = trail.from[at]!;
        const to = trail.to[at]!;
        this.head = at + 1;
        this.propagations += 1;
        for (let index = 0; index < activeFollowers.length; index += 1)
          activeFollowers[index]!.follow!(half, from, to);
        if (!clauses.propagate(half, from, to) || !arcs.propagate(half, from, to)) return false;
      }
      for (let index = 0; index < propagators.length; index += 1) {
        if (!propagators[index]!.propagate()) return false;
        if (this.head < trail.size) break;
      }
      if (this.head === trail.size) return true;
    }
  }

  /**
   * Searches until there is an outcome. After `solved`, the bounds are the solution until `back` is called; after all
   * else but `due`, the solver is at level 0.
   */
  run(brancher: Brancher, limits: RunLimits): Outcome {
    const { trail } = this;
    const lastConflict = this.conflicts + limits.conflicts;
    let steps = 0;
    let nextQuestion = this.propagations + propagationsBetweenQuestions;
    if (!this.isPrepared) this.prepare();
    for (;;) {
      if (this.isInfeasible) return 'infeasible';
      // A change can have many thousands of consequences: it may be time in the midst of them.
      if (!this.propagate(Math.max(1, nextQuestion - this.propagations))) {
        if (!this.learn()) return 'infeasible';
        steps += 4;
      } else if (this.head < trail.size) steps = stepsBetweenQuestions;
      else if (this.conflicts >= lastConflict) {
        this.back(0);
        return 'limit';
      } else if (this.conflictsToRestart <= 0) this.restart();
      else {
        if (trail.level === 0) this.settle();
        const outcome = this.decide(brancher);
        if (outcome !== undefined) return outcome;
        steps += 1;
      }
      if (steps >= stepsBetweenQuestions || this.propagations >= nextQuestion) {
        steps = 0;
        nextQuestion = this.propagations + propagationsBetweenQuestions;
        if (limits.isDue()) return 'due';
      }
    }
  }

  /** Level 0 is complete: what is known stays so. */
  settle(): void {
    this.trail.settle();
    this.head = 0;
    for (const propagator of this.propagators) propagator.rest();
  }

  private learn(): boolean {
    const { trail, analysis } = this;
    this.conflicts += 1;
    this.conflictsToRestart -= 1;
    if (!analysis.run()) {
      this.isInfeasible = true;
      return false;
    }
    this.back(analysis.level);
    this.onLearn?.(analysis.halves, analysis.values, analysis.count);
    const half = analysis.halves[0]!;
    const value = analysis.values[0]!;
    if (analysis.count === 1) trail.set(half, value, byDecision);
    else {
      const reference = this.clauses.add(analysis.halves, analysis.values, analysis.count, analysis.glue);
      trail.set(half, value, reference << 2);
    }
    return true;
  }

  private restart(): void {
    this.restarts += 1;
    this.conflictsToRestart = restartUnit * luby(this.restarts);
    this.back(0);
    if (this.conflicts >= this.reductionAt || this.clauses.words > mostClauseWords) {
      this.settle();
      this.reductions += 1;
      this.reductionAt = this.conflicts + firstReduction + reductionGrowth * this.reductions;
      this.clauses.reduce();
      this.atoms.trim();
    }
  }

  private decide(brancher: Brancher): Outcome | undefined {
    const { trail } = this;
    while (trail.level < this.assumedHalves.length) {
      const half = this.assumedHalves[trail.level]!;
      const value = this.assumedValues[trail.level]!;
      if (trail.isFalse(half, value)) {
        this.core = [[half, value], ...this.analysis.core(half ^ 1, 1 - value)];
        this.back(0);
        return 'refused';
      }
      trail.push();
      if (trail.isTrue(half, value)) continue;
      trail.set(half, value, byDecision);
      return undefined;
    }
    if (!brancher.choose()) return 'solved';
    trail.push();
    trail.set(brancher.half, brancher.value, byDecision);
    return undefined;
  }
}

/** The sequence 1 1 2 1 1 2 4 … from index 1 (Luby, Sinclair & Zuckerman, 1993). */
export function luby(index: number): number {
  let rest = index;
  for (;;) {
    const bits = 32 - Math.clz32(rest);
    if (rest === 2 ** bits - 1) return 2 ** (bits - 1);
    rest -= 2 ** (bits - 1) - 1;
  }
}
