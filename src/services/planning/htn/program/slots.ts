// Which slots a part of a program mentions.
import type { AtomPattern, Check, Condition, NumberPattern } from './program.js';

export function noteTerms(terms: Int32Array, into: Set<number>): void {
  for (const term of terms) if (term >= 0) into.add(term);
}

function noteNumber(number: NumberPattern, into: Set<number>): void {
  if (number.kind === 'fluent') noteTerms(number.terms, into);
  else if (number.kind === 'arithmetic') for (const part of number.parts) noteNumber(part, into);
}

/** Adds the slots of a check, those of its own quantifiers among them. */
export function noteCheck(check: Check, into: Set<number>): void {
  switch (check.kind) {
    case 'literal':
      noteTerms(check.atom.terms, into);
      return;
    case 'equal':
      noteTerms(Int32Array.of(check.left, check.right), into);
      return;
    case 'compare':
      noteNumber(check.left, into);
      noteNumber(check.right, into);
      return;
    case 'all':
    case 'any':
      for (const part of check.parts) noteCheck(part, into);
      return;
    default:
      noteCheck(check.part, into);
  }
}

export function slotsOfCheck(check: Check): Set<number> {
  const slots = new Set<number>();
  noteCheck(check, slots);
  return slots;
}

export function slotsOfCondition(condition: Condition): Set<number> {
  const slots = new Set<number>();
  for (const atom of condition.atoms) noteTerms(atom.terms, slots);
  for (const check of condition.checks) noteCheck(check, slots);
  return slots;
}

/** The atom with its slots replaced by other terms; null when one of them has none. */
export function substitute(
  atom: AtomPattern,
  replacement: (slot: number) => number | undefined,
): AtomPattern | null {
  const terms = new Int32Array(atom.terms.length);
  for (let index = 0; index < terms.length; index += 1) {
    const term = atom.terms[index]!;
    const other = term < 0 ? term : replacement(term);
    if (other === undefined) return null;
    terms[index] = other;
  }
  return { predicate: atom.predicate, terms };
}

/** A key that is the same for the same atom. */
export function atomKey(atom: AtomPattern): string {
  return `${atom.predicate}:${atom.terms.join()}`;
}
