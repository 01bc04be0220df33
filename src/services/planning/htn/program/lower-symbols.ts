// What a program knows besides its operators and methods: objects, types, predicates, functions, initial state. The
// state may be large, so it is lowered with rests, and once for all programs of a problem.
import type { Domain, Problem } from '../domain.js';
import { type Program, type ProgramOperator, valueKey } from './program.js';
import { createSymbols, refuse, type Symbols } from './symbols.js';

/** Names and initial state of a problem, with names as numbers. */
export interface LoweredState extends Pick<Program, 'facts' | 'values'> {
  readonly symbols: Symbols;
}

/** Facts between two rests. */
const factsPerRest = 4096;

/**
 * Lowers the names and the initial state, with rests in which a caller may do something else.
 *
 * @throws EngineError `INPUT_INVALID` for names that are not declared and terms that are too many or too few.
 */
export function* lowerState(domain: Domain, problem: Problem): Generator<void, LoweredState> {
  const symbols = createSymbols(domain, problem);
  yield;
  const at = 'the initial state';
  const objectsOf = (names: readonly string[], arity: number, of: string): Int32Array => {
    if (names.length !== arity) refuse(at, `${at}: '${of}' takes ${arity} objects, found ${names.length}.`);
    const objects = new Int32Array(arity);
    for (let index = 0; index < arity; index += 1) objects[index] = symbols.objects.id(names[index]!, at);
    return objects;
  };
  const facts: { readonly predicate: number; readonly arguments: Int32Array }[] = [];
  for (const fact of problem.facts) {
    const predicate = symbols.predicates.id(fact.predicate, at);
    const arity = symbols.predicateArity[predicate]!;
    facts.push({ predicate, arguments: objectsOf(fact.arguments, arity, fact.predicate) });
    if (facts.length % factsPerRest === 0) yield;
  }
  const values = new Map<string, number>();
  for (const value of problem.values) {
    const id = symbols.functions.id(value.function, at);
    const objects = objectsOf(value.arguments, symbols.functionArity[id]!, value.function);
    values.set(valueKey(id, objects), value.value);
    if (values.size % factsPerRest === 0) yield;
  }
  return { symbols, facts, values };
}

/** What a program says of names and state. */
export function lowerSymbols(
  { symbols, facts, values }: LoweredState,
  domain: Domain,
  operators: readonly ProgramOperator[],
): Pick<Program, 'objects' | 'types' | 'predicates' | 'functions' | 'facts' | 'values'> {
  const changed = new Set(operators.flatMap((each) => each.facts.map((change) => change.atom.predicate)));
  const numeric = new Set(operators.flatMap((each) => each.numbers.map((change) => change.function)));
  const derived = new Set(domain.axioms.map((axiom) => symbols.predicates.id(axiom.predicate, 'an axiom')));
  return {
    objects: symbols.objects.names,
    types: symbols.types.sets,
    predicates: domain.predicates.map(({ name, parameters }, id) => ({
      name,
      arity: parameters.length,
      isStatic: !changed.has(id) && !derived.has(id),
      isDerived: derived.has(id),
    })),
    functions: domain.functions.map(({ name, parameters }, id) => ({
      name,
      arity: parameters.length,
      isStatic: !numeric.has(id),
    })),
    facts,
    values,
  };
}
