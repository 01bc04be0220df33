// Checks and numbers of a program, compiled to closures over the state and the registers that hold the slots.
import type { AtomPattern, Check, NumberPattern, Program } from '../program/program.js';
import { findFact } from './relation.js';
import { type LiftedState, valueOf } from './state.js';

/** Whether something holds, given the objects in the registers. */
export type Test = (registers: Int32Array) => boolean;

/** A number, given the objects in the registers. */
export type Measure = (registers: Int32Array) => number;

/** What is compiled for: a program, the state that is searched, the members of each type in search order. */
export interface Compiling {
  readonly program: Program;
  readonly state: LiftedState;
  readonly members: readonly Int32Array[];
}

export function fill(terms: Int32Array, registers: Int32Array, into: Int32Array): void {
  for (let index = 0; index < terms.length; index += 1) {
    const term = terms[index]!;
    into[index] = term < 0 ? ~term : registers[term]!;
  }
}

export function compileLiteral(compiling: Compiling, atom: AtomPattern, isNegated: boolean): Test {
  const relation = compiling.state.relations[atom.predicate]!;
  const { terms } = atom;
  const key = new Int32Array(Math.max(1, terms.length));
  return (registers) => {
    fill(terms, registers, key);
    const fact = findFact(relation, key, 0);
    return (fact >= 0 && relation.holds[fact] === 1) !== isNegated;
  };
}

export function compileCheck(compiling: Compiling, check: Check): Test {
  switch (check.kind) {
    case 'literal':
      return compileLiteral(compiling, check.atom, check.isNegated);
    case 'equal': {
      const { left, right, isNegated } = check;
      return (registers) =>
        ((left < 0 ? ~left : registers[left]!) === (right < 0 ? ~right : registers[right]!)) !== isNegated;
    }
    case 'compare':
      return compileComparison(compiling, check);
    case 'all': {
      const parts = check.parts.map((part) => compileCheck(compiling, part));
      return (registers) => {
        for (const part of parts) if (!part(registers)) return false;
        return true;
      };
    }
    case 'any': {
      const parts = check.parts.map((part) => compileCheck(compiling, part));
      return (registers) => {
        for (const part of parts) if (part(registers)) return true;
        return false;
      };
    }
    default: {
      const part = compileCheck(compiling, check.part);
      const members = compiling.members[check.type]!;
      const { slot } = check;
      const wanted = check.kind === 'some';
      const { state } = compiling;
      return (registers) => {
        for (let index = 0; index < members.length && state.work >= 0; index += 1) {
          state.work -= 1;
          registers[slot] = members[index]!;
          if (part(registers) === wanted) return wanted;
        }
        return !wanted;
      };
    }
  }
}

function compileComparison(compiling: Compiling, check: Extract<Check, { kind: 'compare' }>): Test {
  const left = compileNumber(compiling, check.left);
  const right = compileNumber(compiling, check.right);
  const { operator, isNegated } = check;
  const compare = (one: number, other: number): boolean => {
    if (operator === '=') return one === other;
    if (operator === '<') return one < other;
    if (operator === '<=') return one <= other;
    return operator === '>' ? one > other : one >= other;
  };
  return (registers) => compare(left(registers), right(registers)) !== isNegated;
}

export function compileNumber(compiling: Compiling, number: NumberPattern): Measure {
  if (number.kind === 'number') return () => number.value;
  if (number.kind === 'fluent') {
    const { terms } = number;
    const key = new Int32Array(Math.max(1, terms.length));
    return (registers) => {
      fill(terms, registers, key);
      return valueOf(compiling.state, number.function, key);
    };
  }
  const parts = number.parts.map((part) => compileNumber(compiling, part));
  const first = parts[0]!;
  if (parts.length === 1) return number.operator === '-' ? (registers) => -first(registers) : first;
  return (registers) => {
    let value = first(registers);
    for (let index = 1; index < parts.length; index += 1) {
      const next = parts[index]!(registers);
      if (number.operator === '+') value += next;
      else if (number.operator === '-') value -= next;
      else if (number.operator === '*') value *= next;
      else value /= next;
    }
    return value;
  };
}
