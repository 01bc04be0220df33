// Formulas → conditions of a program: negation normal form, variables as slots. Quantifiers that must hold of
// one thing become slots to match; others stay, and are expanded when the condition is grounded.
import type { Atom, Formula, Postcondition, Quantity, TypedName } from '../formula.js';
import type {
  AtomPattern,
  Check,
  Condition,
  FactChange,
  NumberChange,
  NumberPattern,
  Slot,
} from './program.js';
import { refuse, type Symbols } from './symbols.js';

/** Variables in scope while something is lowered. Slots are handed out and never reused. */
export interface Scope {
  readonly symbols: Symbols;
  /** What is lowered, for messages. */
  readonly at: string;
  readonly slots: ReadonlyMap<string, number>;
  /** Type of each slot handed out so far. */
  readonly slotTypes: number[];
}

export function createScope(symbols: Symbols, at: string, parameters: readonly TypedName[]): Scope {
  return widen({ symbols, at, slots: new Map(), slotTypes: [] }, parameters);
}

/** The scope with more variables; a name that is there already is hidden by the new one. */
export function widen(scope: Scope, variables: readonly TypedName[]): Scope {
  const slots = new Map(scope.slots);
  for (const { name, types } of variables) {
    slots.set(name, scope.slotTypes.push(scope.symbols.types.of(types, scope.at)) - 1);
  }
  return { ...scope, slots };
}

export function lowerTerm(scope: Scope, term: string): Slot {
  if (!term.startsWith('?')) return ~scope.symbols.objects.id(term, scope.at);
  return scope.slots.get(term) ?? refuse(scope.at, `${scope.at} uses the unknown variable '${term}'.`);
}

export function lowerTerms(scope: Scope, terms: readonly string[]): Int32Array {
  return Int32Array.from(terms, (term) => lowerTerm(scope, term));
}

function lowerAtom(scope: Scope, atom: Atom): AtomPattern {
  const predicate = scope.symbols.predicates.id(atom.predicate, scope.at);
  const arity = scope.symbols.predicateArity[predicate]!;
  if (atom.terms.length !== arity) {
    refuse(scope.at, `${scope.at}: '${atom.predicate}' takes ${arity} terms, found ${atom.terms.length}.`);
  }
  return { predicate, terms: lowerTerms(scope, atom.terms) };
}

export function lowerQuantity(scope: Scope, quantity: Quantity): NumberPattern {
  switch (quantity.kind) {
    case 'number':
      return quantity;
    case 'fluent': {
      const id = scope.symbols.functions.id(quantity.function, scope.at);
      const arity = scope.symbols.functionArity[id]!;
      if (quantity.terms.length !== arity) {
        refuse(scope.at, `${scope.at}: '${quantity.function}' takes ${arity} terms.`);
      }
      return { kind: 'fluent', function: id, terms: lowerTerms(scope, quantity.terms) };
    }
    case 'arithmetic':
      return { ...quantity, parts: quantity.parts.map((part) => lowerQuantity(scope, part)) };
  }
}

/** A formula (or its negation) in negation normal form. */
export function lowerCheck(scope: Scope, formula: Formula, isNegated = false): Check {
  switch (formula.kind) {
    case 'atom':
      return { kind: 'literal', atom: lowerAtom(scope, formula), isNegated };
    case 'equal':
      return {
        kind: 'equal',
        left: lowerTerm(scope, formula.left),
        right: lowerTerm(scope, formula.right),
        isNegated,
      };
    case 'compare':
      return {
        kind: 'compare',
        operator: formula.operator,
        left: lowerQuantity(scope, formula.left),
        right: lowerQuantity(scope, formula.right),
        isNegated,
      };
    case 'not':
      return lowerCheck(scope, formula.part, !isNegated);
    case 'and':
    case 'or': {
      const kind = (formula.kind === 'and') === isNegated ? 'any' : 'all';
      return { kind, parts: formula.parts.map((part) => lowerCheck(scope, part, isNegated)) };
    }
    case 'imply':
      return {
        kind: isNegated ? 'all' : 'any',
        parts: [
          lowerCheck(scope, formula.condition, !isNegated),
          lowerCheck(scope, formula.consequence, isNegated),
        ],
      };
    case 'forall':
    case 'exists': {
      const inner = widen(scope, formula.variables);
      const kind = (formula.kind === 'forall') === isNegated ? 'some' : 'every';
      return formula.variables.reduceRight<Check>(
        (part, variable) => {
          const slot = inner.slots.get(variable.name)!;
          return { kind, slot, type: inner.slotTypes[slot]!, part };
        },
        lowerCheck(inner, formula.part, isNegated),
      );
    }
  }
}

/**
 * Formulas as one condition, and the slots that a match of it binds: those of the scope and of what must exist.
 */
export function lowerCondition(
  scope: Scope,
  formulas: readonly Formula[],
): { condition: Condition; matched: number[] } {
  const atoms: AtomPattern[] = [];
  const later: { scope: Scope; formula: Formula }[] = [];
  const open = formulas.map((formula) => ({ scope, formula })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { formula, scope: inner } = next;
    if (formula.kind === 'and') {
      for (const part of [...formula.parts].reverse()) open.push({ scope: inner, formula: part });
    } else if (formula.kind === 'exists') {
      open.push({ scope: widen(inner, formula.variables), formula: formula.part });
    } else if (formula.kind === 'atom') {
      atoms.push(lowerAtom(inner, formula));
    } else {
      later.push(next);
    }
  }
  const matched = [...scope.slotTypes.keys()];
  const checks = later.map((each) => lowerCheck(each.scope, each.formula));
  return { condition: { atoms, checks }, matched };
}

/** A postcondition as a list of changes. */
export function lowerPostcondition(
  scope: Scope,
  postcondition: Postcondition,
): { facts: FactChange[]; numbers: NumberChange[] } {
  const facts: FactChange[] = [];
  const numbers: NumberChange[] = [];
  type Own = { slot: number; type: number }[];
  const descend = (inner: Scope, part: Postcondition, conditions: Check[], own: Own): void => {
    const condition: Check | null =
      conditions.length === 0
        ? null
        : conditions.length === 1
          ? conditions[0]!
          : { kind: 'all', parts: conditions };
    switch (part.kind) {
      case 'and':
        for (const each of part.parts) descend(inner, each, conditions, own);
        return;
      case 'when':
        descend(inner, part.postcondition, [...conditions, lowerCheck(inner, part.condition)], own);
        return;
      case 'forall': {
        const wider = widen(inner, part.variables);
        const more = part.variables.map(({ name }) => {
          const slot = wider.slots.get(name)!;
          return { slot, type: wider.slotTypes[slot]! };
        });
        descend(wider, part.postcondition, conditions, [...own, ...more]);
        return;
      }
      case 'change': {
        const fluent = lowerQuantity(inner, part.fluent);
        if (fluent.kind !== 'fluent') return;
        const value = lowerQuantity(inner, part.value);
        const { function: id, terms } = fluent;
        numbers.push({ function: id, terms, change: part.change, value, condition, own });
        return;
      }
      default:
        facts.push({ atom: lowerAtom(inner, part.atom), isAdded: part.kind === 'add', condition, own });
    }
  };
  descend(scope, postcondition, [], []);
  return { facts, numbers };
}
