// Matcher: the bindings of a method (or operator) in a lifted state, one after the other. It can be left and taken
// up again: where it is, is kept in cursors, and facts are never taken out of the indexes while it waits.
import type { TupleIndex, TupleSet } from '../ground/tuples.js';
import type { AtomPattern, Check, Program } from '../program/program.js';
import { slotsOfCheck } from '../program/slots.js';
import { checkHolds } from './lifted-check.js';
import type { LiftedState } from './lifted-state.js';

/** What is matched: slots that are bound before, atoms, checks. */
export interface Pattern {
  readonly given: Int32Array;
  readonly atoms: readonly AtomPattern[];
  readonly checks: readonly Check[];
  readonly matched: readonly number[];
  readonly slotTypes: readonly number[];
}

interface Step {
  /** -1 for the enumeration of a type. */
  readonly predicate: number;
  readonly tuples: TupleSet | null;
  /** Null when all columns are known. */
  readonly index: TupleIndex | null;
  readonly keys: Int32Array;
  readonly key: Int32Array;
  readonly columns: Int32Array;
  readonly slots: Int32Array;
  readonly members: Int32Array;
  readonly checks: readonly Check[];
}

const fresh = -2;

export class Matcher {
  readonly slotCount: number;
  readonly stepCount: number;
  private readonly program: Program;
  private readonly state: LiftedState;
  private readonly given: Int32Array;
  private readonly typeOf: readonly Uint8Array[];
  private readonly first: readonly Check[];
  private readonly steps: readonly Step[];

  constructor(program: Program, state: LiftedState, pattern: Pattern) {
    this.program = program;
    this.state = state;
    this.given = pattern.given;
    this.slotCount = pattern.slotTypes.length;
    this.typeOf = pattern.slotTypes.map((type) => program.types[type]!.has);
    const { steps, first } = planSteps(program, state, pattern);
    this.steps = steps;
    this.first = first;
    this.stepCount = steps.length;
  }

  /** Begins: binds what is given. False when nothing can match. */
  begin(values: Int32Array, slots: Int32Array, cursors: Int32Array): boolean {
    slots.fill(-1);
    cursors.fill(fresh);
    for (let index = 0; index < this.given.length; index += 1) {
      const slot = this.given[index]!;
      const value = values[index]!;
      if (slot < 0) {
        if (~slot !== value) return false;
      } else if (slots[slot]! >= 0 ? slots[slot] !== value : this.typeOf[slot]![value] !== 1) {
        return false;
      } else {
        slots[slot] = value;
      }
    }
    return this.passes(this.first, slots);
  }

  /** The next binding; false when there is none left. Not to be called again after that. */
  next(slots: Int32Array, cursors: Int32Array): boolean {
    const { steps } = this;
    let depth = cursors[0] === fresh ? 0 : steps.length - 1;
    if (steps.length === 0) return false;
    while (depth >= 0) {
      if (!this.move(steps[depth]!, depth, slots, cursors)) {
        cursors[depth] = fresh;
        depth -= 1;
      } else if (depth === steps.length - 1) {
        return true;
      } else {
        depth += 1;
      }
    }
    return false;
  }

  private move(step: Step, depth: number, slots: Int32Array, cursors: Int32Array): boolean {
    if (step.tuples === null) {
      for (let at = cursors[depth] === fresh ? 0 : cursors[depth]! + 1; at < step.members.length; at += 1) {
        slots[step.slots[0]!] = step.members[at]!;
        if (!this.passes(step.checks, slots)) continue;
        cursors[depth] = at;
        return true;
      }
      return false;
    }
    if (step.index === null) {
      if (cursors[depth] !== fresh) return false;
      cursors[depth] = 0;
      return this.state.has(step.predicate, this.keyOf(step, slots)) && this.passes(step.checks, slots);
    }
    let at =
      cursors[depth] === fresh
        ? step.index.first(this.keyOf(step, slots))
        : step.index.after(cursors[depth]!);
    for (; at >= 0; at = step.index.after(at)) {
      if (!this.state.holds(step.predicate, at) || !this.bind(step, at, slots)) continue;
      if (!this.passes(step.checks, slots)) continue;
      cursors[depth] = at;
      return true;
    }
    return false;
  }

  private keyOf(step: Step, slots: Int32Array): Int32Array {
    const { keys, key } = step;
    for (let index = 0; index < keys.length; index += 1) {
      key[index] = keys[index]! < 0 ? ~keys[index]! : slots[keys[index]!]!;
    }
    return key;
  }

  /** Binds the unknown columns; a slot that comes twice in them is compared the second time. */
  private bind(step: Step, tuple: number, slots: Int32Array): boolean {
    const { columns, tuples } = step;
    for (let index = 0; index < columns.length; index += 1) {
      const value = tuples!.at(tuple, columns[index]!);
      const slot = step.slots[index]!;
      if (slot < 0) {
        if (slots[~slot] !== value) return false;
      } else {
        if (this.typeOf[slot]![value] !== 1) return false;
        slots[slot] = value;
      }
    }
    return true;
  }

  private passes(checks: readonly Check[], slots: Int32Array): boolean {
    for (const check of checks) if (!checkHolds(this.program, this.state, check, slots)) return false;
    return true;
  }
}

function planSteps(
  program: Program,
  state: LiftedState,
  pattern: Pattern,
): { readonly steps: Step[]; readonly first: readonly Check[] } {
  const bound = new Set<number>();
  for (const slot of pattern.given) if (slot >= 0) bound.add(slot);
  let waiting = [...pattern.checks];
  const due = (): Check[] => {
    const now = waiting.filter((check) =>
      [...slotsOfCheck(check)].every((slot) => bound.has(slot) || !pattern.matched.includes(slot)),
    );
    waiting = waiting.filter((check) => !now.includes(check));
    return now;
  };
  const first = due();
  const steps: Step[] = [];
  let left = [...pattern.atoms];
  const none = new Int32Array(0);
  const unknown = (atom: AtomPattern): number =>
    atom.terms.filter((term) => term >= 0 && !bound.has(term)).length;
  while (left.length > 0) {
    const chosen = left.reduce((one, other) => (unknown(other) < unknown(one) ? other : one));
    left = left.filter((atom) => atom !== chosen);
    const known: number[] = [];
    const columns: number[] = [];
    const slots: number[] = [];
    const before = new Set(bound);
    chosen.terms.forEach((term, column) => {
      if (term < 0 || before.has(term)) {
        known.push(column);
        return;
      }
      columns.push(column);
      slots.push(bound.has(term) ? ~term : term);
      bound.add(term);
    });
    const tuples = state.facts[chosen.predicate]!;
    steps.push({
      predicate: chosen.predicate,
      tuples,
      index: columns.length === 0 ? null : tuples.indexBy(known),
      keys: Int32Array.from(known, (column) => chosen.terms[column]!),
      key: new Int32Array(known.length),
      columns: Int32Array.from(columns),
      slots: Int32Array.from(slots),
      members: none,
      checks: due(),
    });
  }
  for (const slot of pattern.matched) {
    if (bound.has(slot)) continue;
    bound.add(slot);
    const { members } = program.types[pattern.slotTypes[slot]!]!;
    const slots = Int32Array.of(slot);
    steps.push({
      predicate: -1,
      tuples: null,
      index: null,
      keys: none,
      key: none,
      columns: none,
      slots,
      members,
      checks: due(),
    });
  }
  return { steps, first };
}
