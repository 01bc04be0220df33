// Which facts each task may add or delete, whatever becomes of it: patterns over its parameters, to a fixpoint over
// the methods. Facts that a task cannot change are the same before and after it.
import type { AtomPattern, Program, ProgramMethod } from '../program/program.js';

/** A term of a pattern: a parameter (>= 0), an object `~o` (< 0), or any object of a type, as `anyOf`. */
const anyFrom = 1 << 24;
const anyOf = (type: number): number => anyFrom + type;

/** Facts that may change: `terms` as above. */
export interface ChangePattern {
  readonly predicate: number;
  readonly terms: Int32Array;
}

/** Per task (operators first), what it may add and what it may delete. */
export interface MayChange {
  readonly added: readonly ReadonlyMap<string, ChangePattern>[];
  readonly deleted: readonly ReadonlyMap<string, ChangePattern>[];
}

const mostPatterns = 40;

export function findMayChange(program: Program): MayChange {
  return { added: findChanges(program, true), deleted: findChanges(program, false) };
}

function findChanges(program: Program, isAdded: boolean): Map<string, ChangePattern>[] {
  const { operators, methods } = program;
  const found = [...operators, ...program.tasks].map(() => new Map<string, ChangePattern>());
  operators.forEach((operator, task) => {
    for (const change of operator.facts) {
      if (change.isAdded !== isAdded) continue;
      const lifted = change.atom.terms.map((term) => {
        return term < operator.parameterCount ? term : anyOf(operator.slotTypes[term]!);
      });
      add(program, found[task]!, { predicate: change.atom.predicate, terms: lifted });
    }
  });
  // Backwards and forwards in turn: domains are written from the top down or from the bottom up.
  const inTurn = [...methods];
  for (let isStable = false; !isStable; ) {
    isStable = true;
    inTurn.reverse();
    for (const method of inTurn) {
      const own = found[method.task]!;
      const before = own.size;
      const positions = positionsOf(method);
      for (const { task, terms } of method.subtasks) {
        if (found[task] === own && terms.every((term, at) => term === method.terms[at])) continue;
        for (const pattern of found[task]!.values()) {
          const lifted = pattern.terms.map((term) => {
            const given = term >= 0 && term < anyFrom ? terms[term]! : term;
            if (given < 0 || given >= anyFrom) return given;
            return positions.get(given) ?? anyOf(method.slotTypes[given]!);
          });
          add(program, own, { predicate: pattern.predicate, terms: lifted });
        }
      }
      if (own.size > before) isStable = false;
    }
  }
  return found;
}

function positionsOf(method: ProgramMethod): Map<number, number> {
  const positions = new Map<number, number>();
  method.terms.forEach((term, index) => {
    if (term >= 0 && !positions.has(term)) positions.set(term, index);
  });
  return positions;
}

/** Adds a pattern; past a number of them, one that says anything may change of its predicate. */
function add(program: Program, patterns: Map<string, ChangePattern>, pattern: ChangePattern): void {
  const key = `${pattern.predicate}:${pattern.terms.join()}`;
  const general = `${pattern.predicate}:*`;
  if (patterns.has(key) || patterns.has(general)) return;
  if (patterns.size < mostPatterns * (program.predicates.length + 1)) patterns.set(key, pattern);
  else patterns.set(general, { predicate: pattern.predicate, terms: pattern.terms.map(() => -anyFrom) });
}

/** The pattern with its parameters given any objects of their types. */
export function generalised(pattern: ChangePattern, types: readonly number[]): ChangePattern {
  const terms = pattern.terms.map((term) => (term >= 0 && term < anyFrom ? anyOf(types[term]!) : term));
  return { predicate: pattern.predicate, terms };
}

/** Whether a fact of a method may be among those of a pattern of one of its subtasks. */
export function mayBeAmong(
  program: Program,
  method: Pick<ProgramMethod, 'slotTypes'>,
  atom: AtomPattern,
  pattern: ChangePattern,
  given: Int32Array,
): boolean {
  if (atom.predicate !== pattern.predicate) return false;
  for (let place = 0; place < atom.terms.length; place += 1) {
    const own = atom.terms[place]!;
    let other = pattern.terms[place]!;
    if (other === -anyFrom) continue;
    if (other >= 0 && other < anyFrom) other = given[other]!;
    if (other >= anyFrom) {
      const type = other - anyFrom;
      const isPossible =
        own < 0 ? program.types[type]!.has[~own] === 1 : meet(program, type, method.slotTypes[own]!);
      if (!isPossible) return false;
    } else if (own < 0 && other < 0) {
      if (own !== other) return false;
    } else if (own >= 0 && other >= 0) {
      if (own !== other && !meet(program, method.slotTypes[own]!, method.slotTypes[other]!)) return false;
    } else {
      const [slot, object] = own >= 0 ? [own, ~other] : [other, ~own];
      if (program.types[method.slotTypes[slot]!]!.has[object] !== 1) return false;
    }
  }
  return true;
}

/** Whether two types have an object in common. */
function meet(program: Program, one: number, other: number): boolean {
  if (one === other) return program.types[one]!.members.length > 0;
  const first = program.types[one]!;
  const second = program.types[other]!;
  const [fewer, more] = first.members.length < second.members.length ? [first, second] : [second, first];
  for (const object of fewer.members) if (more.has[object] === 1) return true;
  return false;
}
