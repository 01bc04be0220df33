// Step reads: on which facts and numbers it rests that a condition holds (or does not hold) in a state. Of
// alternatives the first that suffices is taken; of all objects, each.
import type { Domain } from '../domain.js';
import { holds, matches, objectsOf } from '../state/evaluate.js';
import type { Bindings, Situation } from '../state/evaluate.js';
import type { Formula, Postcondition, Quantity } from '../formula.js';
import { keyOf } from '../state/state-history.js';

/** A fact with the value on which something rests. */
export interface FactRead {
  readonly predicate: string;
  readonly arguments: readonly string[];
  readonly value: boolean;
}

/** All on which one step rests. */
export interface Reads {
  readonly facts: ReadonlyMap<string, FactRead>;
  /** Keys of numbers. */
  readonly numbers: ReadonlySet<string>;
  /** Predicates of which any change may matter, as with derived facts. */
  readonly predicates: ReadonlySet<string>;
}

/** Gathers what conditions rest on. */
export interface ReadCollector extends Reads {
  condition(formula: Formula, bindings: Bindings, situation: Situation): void;
  /** The conditions and quantities of postconditions. */
  postcondition(one: Postcondition, bindings: Bindings, situation: Situation): void;
  quantity(one: Quantity, bindings: Bindings): void;
}

/** For each derived predicate the predicates that it rests on, however far. */
export function basisOfAxioms(domain: Domain): ReadonlyMap<string, ReadonlySet<string>> {
  const basis = new Map<string, Set<string>>();
  for (const { predicate, condition } of domain.axioms) {
    const own = basis.get(predicate) ?? new Set<string>();
    basis.set(predicate, own);
    for (const one of predicatesIn(condition)) own.add(one);
  }
  for (let grows = true; grows; ) {
    grows = false;
    for (const own of basis.values()) {
      for (const one of own) {
        for (const further of basis.get(one) ?? []) {
          if (own.has(further)) continue;
          own.add(further);
          grows = true;
        }
      }
    }
  }
  return basis;
}

/** The predicates that a formula speaks of. */
export function predicatesIn(formula: Formula): string[] {
  switch (formula.kind) {
    case 'atom':
      return [formula.predicate];
    case 'and':
    case 'or':
      return formula.parts.flatMap(predicatesIn);
    case 'not':
    case 'forall':
    case 'exists':
      return predicatesIn(formula.part);
    case 'imply':
      return [...predicatesIn(formula.condition), ...predicatesIn(formula.consequence)];
    case 'equal':
    case 'compare':
      return [];
  }
}

/** Makes a collector for one step. */
export function createReadCollector(basis: ReadonlyMap<string, ReadonlySet<string>>): ReadCollector {
  const facts = new Map<string, FactRead>();
  const numbers = new Set<string>();
  const predicates = new Set<string>();
  const fact = (predicate: string, args: readonly string[], value: boolean): void => {
    const derived = basis.get(predicate);
    if (derived === undefined) facts.set(keyOf(predicate, args), { predicate, arguments: args, value });
    else for (const one of derived) predicates.add(one);
  };
  const numbersIn = (one: Quantity, bindings: Bindings): void => {
    if (one.kind === 'fluent') numbers.add(keyOf(one.function, objectsOf(one.terms, bindings)));
    else if (one.kind === 'arithmetic') for (const part of one.parts) numbersIn(part, bindings);
  };
  /** `value` is what the formula is; its reads are why it is so. */
  const why = (formula: Formula, value: boolean, bindings: Bindings, situation: Situation): void => {
    switch (formula.kind) {
      case 'atom':
        fact(formula.predicate, objectsOf(formula.terms, bindings), value);
        return;
      case 'not':
        why(formula.part, !value, bindings, situation);
        return;
      case 'imply': {
        const { condition, consequence } = formula;
        why(
          { kind: 'or', parts: [{ kind: 'not', part: condition }, consequence] },
          value,
          bindings,
          situation,
        );
        return;
      }
      case 'and':
      case 'or': {
        // A true `and` and a false `or` rest on all parts; else one part is enough.
        const isAll = (formula.kind === 'and') === value;
        const reasons = isAll
          ? formula.parts
          : formula.parts.filter((part) => holds(part, bindings, situation) === value).slice(0, 1);
        for (const part of reasons) why(part, value, bindings, situation);
        return;
      }
      case 'exists':
      case 'forall': {
        const outer = { ...bindings };
        for (const { name } of formula.variables) delete outer[name];
        const isAll = (formula.kind === 'forall') === value;
        const contrary: Formula = value ? formula.part : { kind: 'not', part: formula.part };
        for (const match of matches(formula.variables, isAll ? [] : [contrary], outer, situation)) {
          why(formula.part, value, match, situation);
          if (!isAll) return;
        }
        return;
      }
      case 'compare':
        numbersIn(formula.left, bindings);
        numbersIn(formula.right, bindings);
        return;
      case 'equal':
        return;
    }
  };
  const changes = (one: Postcondition, bindings: Bindings, situation: Situation): void => {
    if (one.kind === 'and') for (const part of one.parts) changes(part, bindings, situation);
    else if (one.kind === 'change') numbersIn(one.value, bindings);
    else if (one.kind === 'when') {
      const value = holds(one.condition, bindings, situation);
      why(one.condition, value, bindings, situation);
      if (value) changes(one.postcondition, bindings, situation);
    } else if (one.kind === 'forall') {
      const outer = { ...bindings };
      for (const { name } of one.variables) delete outer[name];
      for (const match of matches(one.variables, [], outer, situation))
        changes(one.postcondition, match, situation);
    }
  };
  return {
    facts,
    numbers,
    predicates,
    condition: (formula, bindings, situation) =>
      why(formula, holds(formula, bindings, situation), bindings, situation),
    postcondition: changes,
    quantity: numbersIn,
  };
}
