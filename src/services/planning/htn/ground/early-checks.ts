// Checks of a rule that can be made while it is matched, for they need no state.
import type { Check, Program } from '../program/program.js';
import { slotsOfCheck } from '../program/slots.js';
import type { EarlyCheck } from './join.js';
import type { TupleSet } from './tuples.js';

/** Checks that need no state: equalities, and negated atoms of static predicates. */
export function earlyChecks(
  program: Program,
  facts: readonly TupleSet[],
  checks: readonly Check[],
): EarlyCheck[] {
  return checks.flatMap((check): EarlyCheck[] => {
    const slots = [...slotsOfCheck(check)];
    if (check.kind === 'equal') {
      const { left, right, isNegated } = check;
      const value = (term: number, bound: Int32Array): number => (term < 0 ? ~term : bound[term]!);
      return [{ slots, holds: (bound) => (value(left, bound) === value(right, bound)) !== isNegated }];
    }
    if (check.kind === 'any' && check.parts.length === 0) return [{ slots, holds: () => false }];
    if (check.kind !== 'literal') return [];
    const { atom, isNegated } = check;
    if (!isNegated || !program.predicates[atom.predicate]!.isStatic) return [];
    const same = facts[atom.predicate]!;
    return [{ slots, holds: (bound) => same.find(groundTerms(atom.terms, bound)) < 0 }];
  });
}

/** The objects of terms under a binding. */
export function groundTerms(terms: Int32Array, slots: Int32Array): Int32Array {
  const ground = new Int32Array(terms.length);
  for (let index = 0; index < terms.length; index += 1) {
    const term = terms[index]!;
    ground[index] = term < 0 ? ~term : slots[term]!;
  }
  return ground;
}
