// Checks and changes under a binding, in a lifted state.
import { groundTerms } from '../ground/early-checks.js';
import type { Check, FactChange, NumberPattern, Program } from '../program/program.js';
import { valueKey } from '../program/program.js';
import type { LiftedState } from './lifted-state.js';

/** Whether a check holds. The slots of its quantifiers are written. */
export function checkHolds(program: Program, state: LiftedState, check: Check, slots: Int32Array): boolean {
  switch (check.kind) {
    case 'literal':
      return state.has(check.atom.predicate, groundTerms(check.atom.terms, slots)) !== check.isNegated;
    case 'equal':
      return (objectOf(check.left, slots) === objectOf(check.right, slots)) !== check.isNegated;
    case 'compare': {
      const left = numberOf(program, check.left, slots);
      const right = numberOf(program, check.right, slots);
      return compare[check.operator](left, right) !== check.isNegated;
    }
    case 'all':
      return check.parts.every((part) => checkHolds(program, state, part, slots));
    case 'any':
      return check.parts.some((part) => checkHolds(program, state, part, slots));
    default: {
      const isEvery = check.kind === 'every';
      for (const member of program.types[check.type]!.members) {
        slots[check.slot] = member;
        if (checkHolds(program, state, check.part, slots) !== isEvery) return !isEvery;
      }
      return isEvery;
    }
  }
}

/** The value of a number that never changes. */
export function numberOf(program: Program, pattern: NumberPattern, slots: Int32Array): number {
  switch (pattern.kind) {
    case 'number':
      return pattern.value;
    case 'fluent':
      return program.values.get(valueKey(pattern.function, groundTerms(pattern.terms, slots))) ?? 0;
    case 'arithmetic': {
      const [first, ...rest] = pattern.parts.map((part) => numberOf(program, part, slots)) as [
        number,
        ...number[],
      ];
      if (pattern.operator === '-' && rest.length === 0) return -first;
      return rest.reduce((one, other) => arithmetic[pattern.operator](one, other), first);
    }
  }
}

/** Makes the changes of an operator: those that delete first. Conditions are those of the state before. */
export function applyChanges(
  program: Program,
  state: LiftedState,
  changes: readonly FactChange[],
  slots: Int32Array,
): void {
  const due: { readonly change: FactChange; readonly objects: Int32Array }[] = [];
  const collect = (change: FactChange, depth: number): void => {
    const own = change.own[depth];
    if (own === undefined) {
      if (change.condition !== null && !checkHolds(program, state, change.condition, slots)) return;
      due.push({ change, objects: groundTerms(change.atom.terms, slots) });
      return;
    }
    for (const member of program.types[own.type]!.members) {
      slots[own.slot] = member;
      collect(change, depth + 1);
    }
  };
  for (const change of changes) collect(change, 0);
  for (const { change, objects } of due)
    if (!change.isAdded) state.change(change.atom.predicate, objects, false);
  for (const { change, objects } of due)
    if (change.isAdded) state.change(change.atom.predicate, objects, true);
}

function objectOf(term: number, slots: Int32Array): number {
  return term < 0 ? ~term : slots[term]!;
}

const arithmetic = {
  '+': (one: number, other: number): number => one + other,
  '-': (one: number, other: number): number => one - other,
  '*': (one: number, other: number): number => one * other,
  '/': (one: number, other: number): number => one / other,
};

const compare = {
  '<': (one: number, other: number): boolean => one < other,
  '<=': (one: number, other: number): boolean => one <= other,
  '=': (one: number, other: number): boolean => one === other,
  '>=': (one: number, other: number): boolean => one >= other,
  '>': (one: number, other: number): boolean => one > other,
};
