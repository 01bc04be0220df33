// Derived facts of the lifted search: worked out anew after each change, stratum by stratum, each to its fixpoint.
// They are changed through the trail like all facts, and left out of the hash: they follow from the rest.
import { EngineError } from '../../../../errors.js';
import type { Check, Program, ProgramRule } from '../program/program.js';
import { type Compiling, fill } from './checks.js';
import { type Cardinality, compileJoin } from './compile-join.js';
import { findMatch, type Join } from './join.js';
import { indexOver, type Relation } from './relation.js';
import { addFact, deleteFact, type LiftedState } from './state.js';

interface CompiledRule {
  readonly predicate: number;
  readonly terms: Int32Array;
  readonly join: Join;
}

/** The axioms of a program, ready to be applied. */
export interface Derivation {
  readonly strata: readonly (readonly CompiledRule[])[];
  readonly relations: readonly Relation[];
  readonly registers: Int32Array;
  readonly cursors: Int32Array;
  readonly key: Int32Array;
}

export function compileDerivation(compiling: Compiling, cardinalities: readonly Cardinality[]): Derivation {
  const { program, state } = compiling;
  const compile = (rule: ProgramRule): CompiledRule => ({
    predicate: rule.head.predicate,
    terms: rule.head.terms,
    join: compileJoin(
      compiling,
      {
        atoms: rule.condition.atoms,
        checks: rule.condition.checks,
        slotTypes: rule.slotTypes,
        bound: new Set(),
        wanted: rule.matched,
      },
      cardinalities,
    ),
  });
  const derived = program.predicates.flatMap((each, id) => (each.isDerived ? [state.relations[id]!] : []));
  for (const relation of derived) indexOver(relation, [], program.objects.length);
  return {
    strata: strataOf(program).map((rules) => rules.map(compile)),
    relations: derived,
    registers: new Int32Array(1 + Math.max(0, ...program.rules.map((rule) => rule.slotTypes.length))),
    cursors: new Int32Array(
      1 + Math.max(0, ...program.rules.map((rule) => rule.slotTypes.length + rule.condition.atoms.length)),
    ),
    key: new Int32Array(1 + Math.max(0, ...program.predicates.map((each) => each.arity))),
  };
}

/** Makes the derived facts those of the state. */
export function derive(state: LiftedState, derivation: Derivation): void {
  const { strata, relations, registers, cursors, key } = derivation;
  if (strata.length === 0) return;
  for (const relation of relations) {
    const index = relation.indexes.find((each) => each.places.length === 0)!;
    for (let cell = index.heads[0]!; cell >= 0; cell = index.heads[0]!) {
      deleteFact(state, relation.predicate, relation.factOf[cell]!, true);
    }
  }
  for (const rules of strata) {
    let isGrowing = true;
    while (isGrowing && state.work >= 0) {
      isGrowing = false;
      for (const { predicate, terms, join } of rules) {
        let isFirst = true;
        while (findMatch(join, registers, cursors, 0, isFirst)) {
          isFirst = false;
          fill(terms, registers, key);
          if (addFact(state, predicate, key, true)) isGrowing = true;
        }
      }
    }
  }
}

/** Rules in the order in which they can be worked out: what is negated is complete before. */
function strataOf(program: Program): ProgramRule[][] {
  const level = program.predicates.map(() => 0);
  const count = program.predicates.length;
  let isStable = false;
  while (!isStable) {
    isStable = true;
    for (const rule of program.rules) {
      const { predicate } = rule.head;
      const least = leastLevel(program, rule, level);
      if (least <= level[predicate]!) continue;
      if (least > count) {
        const { name } = program.predicates[predicate]!;
        const message = `the axioms of '${name}' depend on its own negation`;
        throw new EngineError('INPUT_INVALID', `${message}. Say one of the two without the other.`, {
          problems: [{ path: `axioms.${name}`, message }],
        });
      }
      level[predicate] = least;
      isStable = false;
    }
  }
  const strata: ProgramRule[][] = [];
  for (const rule of program.rules) (strata[level[rule.head.predicate]!] ??= []).push(rule);
  return strata.filter((stratum) => stratum !== undefined);
}

function leastLevel(program: Program, rule: ProgramRule, level: readonly number[]): number {
  let least = 0;
  const note = (predicate: number, isNegated: boolean): void => {
    if (!program.predicates[predicate]!.isDerived) return;
    least = Math.max(least, level[predicate]! + (isNegated ? 1 : 0));
  };
  for (const atom of rule.condition.atoms) note(atom.predicate, false);
  const open: Check[] = [...rule.condition.checks];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'literal') note(next.atom.predicate, next.isNegated);
    else if (next.kind === 'all' || next.kind === 'any') open.push(...next.parts);
    else if (next.kind === 'every' || next.kind === 'some') open.push(next.part);
  }
  return least;
}
