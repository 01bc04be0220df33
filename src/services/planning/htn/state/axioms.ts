// Axioms: facts that follow from others in a state. A view of a state with its derived facts, which are worked
// out when the first one is asked for, stratum by stratum, each to its fixpoint.
import { EngineError } from '../../../../errors.js';
import type { Axiom, Domain } from '../domain.js';
import { matches, objectsOf } from './evaluate.js';
import type { Formula } from '../formula.js';
import type { ObjectTypes } from './object-types.js';
import { keyOf } from './state-history.js';
import type { StateView } from './state-history.js';

/** Makes views of states that know what follows from the axioms of a domain. */
export type Deriving = (state: StateView) => StateView;

/**
 * Prepares the axioms of a domain.
 *
 * @throws EngineError `INPUT_INVALID` when a derived predicate depends on its own negation: such axioms say
 * nothing definite.
 */
export function createDeriving(domain: Domain, objects: ObjectTypes): Deriving {
  if (domain.axioms.length === 0) return (state) => state;
  const strata = strataOf(domain.axioms);
  const derived = new Set(domain.axioms.map(({ predicate }) => predicate));
  return (state) => {
    let facts: ReadonlyMap<string, DerivedFacts> | undefined;
    const known = (): ReadonlyMap<string, DerivedFacts> => (facts ??= derive(strata, state, objects));
    return {
      holds: (predicate, args) =>
        derived.has(predicate)
          ? (known().get(predicate)?.has(keyOf('', args)) ?? false)
          : state.holds(predicate, args),
      value: state.value,
      factsOf: (predicate, at) =>
        derived.has(predicate) ? (known().get(predicate)?.values() ?? []) : state.factsOf(predicate, at),
    };
  };
}

type DerivedFacts = Map<string, readonly string[]>;

function derive(
  strata: readonly (readonly Axiom[])[],
  state: StateView,
  objects: ObjectTypes,
): ReadonlyMap<string, DerivedFacts> {
  const facts = new Map<string, DerivedFacts>();
  for (const axiom of strata.flat()) facts.set(axiom.predicate, new Map());
  const view: StateView = {
    holds: (predicate, args) => {
      const own = facts.get(predicate);
      return own === undefined ? state.holds(predicate, args) : own.has(keyOf('', args));
    },
    value: state.value,
    // A copy: facts are added while others are gone through.
    factsOf: (predicate, at) => {
      const own = facts.get(predicate);
      return own === undefined ? state.factsOf(predicate, at) : [...own.values()];
    },
  };
  for (const stratum of strata) {
    let grows = true;
    while (grows) {
      grows = false;
      for (const { predicate, parameters, condition } of stratum) {
        const own = facts.get(predicate);
        for (const match of matches(parameters, [condition], {}, { state: view, objects })) {
          const args = objectsOf(
            parameters.map(({ name }) => name),
            match,
          );
          const key = keyOf('', args);
          if (own === undefined || own.has(key)) continue;
          own.set(key, args);
          grows = true;
        }
      }
    }
  }
  return facts;
}

/** Axioms in the order in which they can be worked out: what is negated is complete before. */
function strataOf(axioms: readonly Axiom[]): Axiom[][] {
  const level = new Map(axioms.map(({ predicate }) => [predicate, 0]));
  let changes = true;
  while (changes) {
    changes = false;
    for (const axiom of axioms) {
      const own = level.get(axiom.predicate) ?? 0;
      const least = Math.max(0, ...needsOf(axiom.condition, true, level));
      if (least <= own) continue;
      if (least > level.size) throw circular(axiom);
      level.set(axiom.predicate, least);
      changes = true;
    }
  }
  const strata: Axiom[][] = [];
  for (const axiom of axioms) (strata[level.get(axiom.predicate) ?? 0] ??= []).push(axiom);
  return strata.filter((stratum) => stratum !== undefined);
}

function circular(axiom: Axiom): EngineError {
  const message = `the axioms of '${axiom.predicate}' depend on its own negation`;
  const hint =
    'Say one of the two without the other: derived facts must be complete before they are negated.';
  const place = axiom.position === undefined ? {} : axiom.position;
  const problem = { path: `axioms.${axiom.predicate}`, message, hint, ...place };
  return new EngineError('INPUT_INVALID', `${message}. ${hint}`, { problems: [problem] });
}

/** The least stratum that each derived predicate in a condition asks for. */
function needsOf(formula: Formula, isPositive: boolean, level: ReadonlyMap<string, number>): number[] {
  switch (formula.kind) {
    case 'atom': {
      const own = level.get(formula.predicate);
      return own === undefined ? [] : [isPositive ? own : own + 1];
    }
    case 'and':
    case 'or':
      return formula.parts.flatMap((part) => needsOf(part, isPositive, level));
    case 'not':
      return needsOf(formula.part, !isPositive, level);
    case 'imply':
      return [
        ...needsOf(formula.condition, !isPositive, level),
        ...needsOf(formula.consequence, isPositive, level),
      ];
    case 'exists':
    case 'forall':
      return needsOf(formula.part, isPositive, level);
    case 'equal':
    case 'compare':
      return [];
  }
}
