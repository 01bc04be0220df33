// Reasons of the exact solver: what implied a literal, whatever it was that drew the conclusion.
import type { Arcs } from './arcs.js';
import { type Clauses, headerSize } from './clauses.js';
import type { Explained, Propagator } from './propagator.js';
import { byArc, byClause, byList, type Trail } from './trail.js';

export class Reasons {
  constructor(
    private readonly trail: Trail,
    private readonly clauses: Clauses,
    private readonly arcs: Arcs,
    private readonly propagators: readonly Propagator[],
  ) {}

  /** Gives what implied (half, value) at the entry `at` for the reason. */
  explain(half: number, value: number, reason: number, at: number, out: Explained): void {
    const index = reason >> 2;
    const kind = reason & 3;
    if (kind === byArc) {
      out.add(this.arcs.sourceOf(index), value - this.arcs.weightOf(index));
      const condition = this.arcs.conditionOf(index);
      if (condition >= 0) out.add(condition, this.arcs.conditionValueOf(index));
    } else if (kind === byClause) {
      const { arena } = this.clauses;
      const base = index + headerSize;
      if (arena[index + 1]! > 0) this.clauses.bump(index);
      for (let at = base, end = base + 2 * arena[index]!; at < end; at += 2) {
        // The literal explained is in the clause; its negation would be wrong to add.
        if (arena[at] !== half || arena[at + 1]! < value) out.add(arena[at]! ^ 1, 1 - arena[at + 1]!);
      }
    } else if (kind === byList) {
      const { notes } = this.trail;
      for (let at = index + 1, end = at + 2 * notes[index]!; at < end; at += 2)
        out.add(notes[at]!, notes[at + 1]!);
    } else this.propagators[this.trail.notes[index]!]!.explain(index, half, value, at, out);
  }
}
