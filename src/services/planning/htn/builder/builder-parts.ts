// Parts of the domain builder: what was said with typed terms, as the plain data of domain.ts.
import { changesOf } from './builder-conditions.js';
import type {
  Arguments,
  Call,
  CallList,
  Callable,
  DomainWords,
  MethodBody,
  OperatorBody,
  ParameterMap,
  Shape,
  TypedTerm,
  TypeMap,
} from './builder-types.js';
import { refusal } from '../language/document-reader.js';
import { checkProblem } from '../language/domain-check.js';
import type { Domain, Method, Operator, Problem, Signature, Subtask, TaskNetwork } from '../domain.js';
import type { Atom, Fluent, Formula, Quantity } from '../formula.js';

/** What is the case and what is to be done, with terms of the builder. */
export interface ProblemWords {
  readonly name: string;
  readonly objects?: readonly TypedTerm[];
  readonly facts?: readonly Atom[];
  readonly values?: readonly (readonly [Fluent, number])[];
  readonly tasks?: CallList;
  readonly goal?: Formula;
}

/** A term of a type. */
export const term = (text: string, type: string): TypedTerm => ({
  text,
  types: type === 'object' ? [] : [type],
});

/** Functions that make facts or fluents, by name. */
export function callers<Made>(
  shapes: Readonly<Record<string, Shape>> | undefined,
  make: (name: string, terms: readonly string[]) => Made,
): Record<string, (...terms: readonly TypedTerm[]) => Made> {
  return Object.fromEntries(
    Object.keys(shapes ?? {}).map((name) => [
      name,
      (...terms: readonly TypedTerm[]): Made =>
        make(
          name,
          terms.map(({ text }) => text),
        ),
    ]),
  );
}

/** A declared task as a function of its arguments by name. */
export function callable(name: string, parameters: Signature['parameters']): Callable<TypeMap, ParameterMap> {
  const call = (args: Arguments<TypeMap, ParameterMap>): Call => ({
    kind: 'task',
    name,
    terms: parameters.map((one) => args[one.name.slice(1)]?.text ?? one.name),
  });
  return Object.assign(call, { taskName: name, parameters });
}

/** What a domain speaks of, as plain data. */
export function declarations(
  words: DomainWords<
    TypeMap,
    Readonly<Record<string, string>>,
    Readonly<Record<string, Shape>>,
    Readonly<Record<string, Shape>>
  >,
): Pick<Domain, 'name' | 'types' | 'constants' | 'predicates' | 'functions'> {
  const signatures = (shapes: Readonly<Record<string, Shape>> | undefined): Signature[] =>
    Object.entries(shapes ?? {}).map(([name, shape]) => ({
      name,
      parameters: shape.map((type, at) => ({ name: `?${at + 1}`, types: type === 'object' ? [] : [type] })),
    }));
  return {
    name: words.name,
    types: Object.entries(words.types ?? {}).map(([name, parent]) => ({
      name,
      parents: parent === 'object' ? [] : [parent],
    })),
    constants: Object.entries(words.constants ?? {}).map(([name, type]) => ({
      name,
      types: type === 'object' ? [] : [type],
    })),
    predicates: signatures(words.predicates),
    functions: signatures(words.functions),
  };
}

const allOf = (given: Formula | readonly Formula[] | undefined): Formula => {
  if (given === undefined) return { kind: 'and', parts: [] };
  return 'kind' in given ? given : { kind: 'and', parts: given };
};

const quantityOf = (given: Quantity | number): Quantity =>
  typeof given === 'number' ? { kind: 'number', value: given } : given;

/** An operator's body as plain data. */
export function operatorOf(body: OperatorBody): Omit<Operator, 'name' | 'parameters'> {
  const { description, preconditions, postconditions, cost, durationMs, tool } = body;
  return {
    precondition: allOf(preconditions),
    postcondition: changesOf(postconditions ?? []),
    ...(description === undefined ? {} : { description }),
    ...(cost === undefined ? {} : { cost: quantityOf(cost) }),
    ...(durationMs === undefined ? {} : { durationMs: quantityOf(durationMs) }),
    ...(tool === undefined ? {} : { tool }),
  };
}

/** A method's body as plain data. */
export function methodOf(body: MethodBody): Omit<Method, 'name' | 'target' | 'parameters'> {
  const { description, preconditions, subtasks = [], order = [], constraints = [] } = body;
  const network = isList(subtasks) ? networkOf(subtasks) : namedNetwork(subtasks);
  return {
    precondition: allOf(preconditions),
    ...network,
    ordering: [...network.ordering, ...order],
    constraints,
    ...(description === undefined ? {} : { description }),
  };
}

const isList = (one: CallList | Readonly<Record<string, Call>>): one is CallList => Array.isArray(one);

const namedNetwork = (named: Readonly<Record<string, Call>>): TaskNetwork => ({
  subtasks: Object.entries(named).map(([id, call]) => ({ id, ...call })),
  ordering: [],
  constraints: [],
});

/** A sequence with groups in any order. */
export function networkOf(list: CallList): TaskNetwork {
  const subtasks: Subtask[] = [];
  const ordering: (readonly [string, string])[] = [];
  const add = (
    group: CallList,
    isSequence: boolean,
  ): { readonly first: readonly string[]; readonly last: readonly string[] } => {
    const ends = group.map((one) => {
      if ('kind' in one) {
        const id = `t${subtasks.length + 1}`;
        subtasks.push({ id, ...one });
        return { first: [id], last: [id] };
      }
      return add(one, !isSequence);
    });
    const filled = ends.filter(({ first }) => first.length > 0);
    if (!isSequence)
      return { first: filled.flatMap(({ first }) => first), last: filled.flatMap(({ last }) => last) };
    filled.forEach(({ first }, at) => {
      for (const before of filled[at - 1]?.last ?? [])
        for (const after of first) ordering.push([before, after]);
    });
    return { first: filled[0]?.first ?? [], last: filled.at(-1)?.last ?? [] };
  };
  add(list, true);
  return { subtasks, ordering, constraints: [] };
}

/** A checked problem. @throws EngineError `INPUT_INVALID` */
export function problemOf(domain: Domain, words: ProblemWords): Problem {
  const problem: Problem = {
    name: words.name,
    domain: domain.name,
    objects: (words.objects ?? []).map(({ text, types }) => ({ name: text, types })),
    facts: (words.facts ?? []).map(({ predicate, terms }) => ({ predicate, arguments: terms })),
    values: (words.values ?? []).map(([fluent, value]) => {
      return { function: fluent.function, arguments: fluent.terms, value };
    }),
    network: { parameters: [], ...networkOf(words.tasks ?? []) },
    ...(words.goal === undefined ? {} : { goal: words.goal }),
  };
  const findings = checkProblem(domain, problem);
  if (findings.length > 0) throw refusal(findings, undefined);
  return problem;
}
