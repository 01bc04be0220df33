// Necessary atoms of tasks: what must hold, over a task's own parameters, for it to be done at all. Atoms of
// static predicates are collected from everywhere in the decomposition, others from what comes first. A greatest
// fixpoint over the methods; used to bind variables of methods early while grounding.
import type { AtomPattern, Program, ProgramMethod } from './program.js';
import { atomKey, substitute } from './slots.js';

export interface Necessary {
  /** Static atoms over the parameters. */
  readonly always: readonly AtomPattern[];
  /** Other atoms, that hold where the task begins. */
  readonly first: readonly AtomPattern[];
}

/** By task (operators, then compound tasks); null for a task that no method decomposes to an end. */
export function necessaryAtoms(program: Program): (Necessary | null)[] {
  const { operators, predicates } = program;
  const isStatic = (atom: AtomPattern): boolean => predicates[atom.predicate]!.isStatic;
  const found: (Necessary | null)[] = operators.map((operator) => {
    const own = operator.condition.atoms.filter((atom) =>
      atom.terms.every((term) => term < operator.parameterCount),
    );
    return { always: own.filter(isStatic), first: own.filter((atom) => !isStatic(atom)) };
  });
  for (const _ of program.tasks) found.push(null);
  const methodsOf = new Map<number, ProgramMethod[]>();
  for (const method of program.methods) {
    const same = methodsOf.get(method.task);
    if (same === undefined) methodsOf.set(method.task, [method]);
    else same.push(method);
  }
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const [task, methods] of methodsOf) {
      const before = found[task]!;
      const after = intersection(methods.map((method) => necessaryOf(method, found, isStatic)));
      if (after === null) continue;
      if (before !== null && sizeOf(before) === sizeOf(after)) continue;
      found[task] = after;
      isStable = false;
    }
  }
  return found;
}

function sizeOf(necessary: Necessary): number {
  return necessary.always.length + necessary.first.length;
}

/** What a method needs, over the parameters of its task. */
function necessaryOf(
  method: ProgramMethod,
  found: readonly (Necessary | null)[],
  isStatic: (atom: AtomPattern) => boolean,
): Necessary | null {
  const needs = needsOfMethod(method, found, isStatic);
  if (needs === null) return null;
  const positions = new Map<number, number>();
  method.terms.forEach((term, index) => {
    if (term >= 0 && !positions.has(term)) positions.set(term, index);
  });
  const lift = (atoms: readonly AtomPattern[]): AtomPattern[] =>
    atoms.flatMap((atom) => substitute(atom, (slot) => positions.get(slot)) ?? []);
  return { always: lift(needs.always), first: lift(needs.first) };
}

/**
 * What a method needs over its own slots: its precondition and what its subtasks need. Null when one of them
 * cannot be done, as far as is known.
 */
export function needsOfMethod(
  method: ProgramMethod,
  found: readonly (Necessary | null)[],
  isStatic: (atom: AtomPattern) => boolean,
): Necessary | null {
  const always = new Map<string, AtomPattern>();
  const first = new Map<string, AtomPattern>();
  for (const atom of method.condition.atoms) (isStatic(atom) ? always : first).set(atomKey(atom), atom);
  for (const [index, subtask] of method.subtasks.entries()) {
    const need = found[subtask.task]!;
    if (need === null) return null;
    const add = (atom: AtomPattern, into: Map<string, AtomPattern>): void => {
      const own = substitute(atom, (slot) => subtask.terms[slot]!)!;
      into.set(atomKey(own), own);
    };
    for (const atom of need.always) add(atom, always);
    if (index === 0 && (method.ordering === null || method.subtasks.length === 1)) {
      for (const atom of need.first) add(atom, first);
    }
  }
  return { always: [...always.values()], first: [...first.values()] };
}

function intersection(all: readonly (Necessary | null)[]): Necessary | null {
  const known = all.filter((each) => each !== null);
  const [one, ...rest] = known;
  if (one === undefined) return null;
  const keep = (atoms: readonly AtomPattern[], others: readonly (readonly AtomPattern[])[]): AtomPattern[] =>
    atoms.filter((atom) => others.every((other) => other.some((each) => atomKey(each) === atomKey(atom))));
  return {
    always: keep(
      one.always,
      rest.map((each) => each.always),
    ),
    first: keep(
      one.first,
      rest.map((each) => each.first),
    ),
  };
}
