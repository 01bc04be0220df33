// Matchers of a program's methods and operators in a lifted state. Conditions of what comes first are pulled up into
// the methods, so that they fail, or bind their variables, early.
import { necessaryAtoms, needsOfMethod } from '../program/necessary.js';
import type { Program } from '../program/program.js';
import { atomKey } from '../program/slots.js';
import type { LiftedState } from './lifted-state.js';
import { Matcher } from './matcher.js';

/** By method; null for one whose subtasks no method can end. */
export function methodMatchers(program: Program, state: LiftedState): (Matcher | null)[] {
  const necessary = necessaryAtoms(program);
  const isStatic = (atom: { readonly predicate: number }): boolean =>
    program.predicates[atom.predicate]!.isStatic;
  return program.methods.map((method) => {
    const needs = needsOfMethod(method, necessary, isStatic);
    if (needs === null) return null;
    const matched = new Set(method.matched);
    const atoms = new Map(
      [...method.condition.atoms, ...needs.always, ...needs.first]
        .filter((atom) => atom.terms.every((term) => term < 0 || matched.has(term)))
        .map((atom) => [atomKey(atom), atom]),
    );
    return new Matcher(program, state, {
      given: method.terms,
      atoms: [...atoms.values()],
      checks: method.condition.checks,
      matched: method.matched,
      slotTypes: method.slotTypes,
    });
  });
}

export function operatorMatchers(program: Program, state: LiftedState): Matcher[] {
  return program.operators.map(
    (operator) =>
      new Matcher(program, state, {
        given: Int32Array.from({ length: operator.parameterCount }, (_, slot) => slot),
        atoms: operator.condition.atoms,
        checks: operator.condition.checks,
        matched: operator.matched,
        slotTypes: operator.slotTypes,
      }),
  );
}
