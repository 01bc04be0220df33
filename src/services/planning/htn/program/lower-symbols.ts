// What a program knows besides its operators and methods: objects, types, predicates, functions, initial state.
import type { Domain, Problem } from '../domain.js';
import { type Program, type ProgramOperator, valueKey } from './program.js';
import { refuse, type Symbols } from './symbols.js';

export function lowerSymbols(
  symbols: Symbols,
  domain: Domain,
  problem: Problem,
  operators: readonly ProgramOperator[],
): Pick<Program, 'objects' | 'types' | 'predicates' | 'functions' | 'facts' | 'values'> {
  const changed = new Set(operators.flatMap((each) => each.facts.map((change) => change.atom.predicate)));
  const numeric = new Set(operators.flatMap((each) => each.numbers.map((change) => change.function)));
  const derived = new Set(domain.axioms.map((axiom) => symbols.predicates.id(axiom.predicate, 'an axiom')));
  const at = 'the initial state';
  const objectsOf = (names: readonly string[], arity: number, of: string): Int32Array => {
    if (names.length !== arity) refuse(at, `${at}: '${of}' takes ${arity} objects, found ${names.length}.`);
    return Int32Array.from(names, (name) => symbols.objects.id(name, at));
  };
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
    facts: problem.facts.map((fact) => {
      const predicate = symbols.predicates.id(fact.predicate, at);
      const arity = symbols.predicateArity[predicate]!;
      return { predicate, arguments: objectsOf(fact.arguments, arity, fact.predicate) };
    }),
    values: new Map(
      problem.values.map((value) => {
        const id = symbols.functions.id(value.function, at);
        const objects = objectsOf(value.arguments, symbols.functionArity[id]!, value.function);
        return [valueKey(id, objects), value.value];
      }),
    ),
  };
}
