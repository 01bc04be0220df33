// Domain builder: a planning domain written in TypeScript, its names and types checked by the compiler, and as a
// whole when it is built.
import { scopeOf } from './builder-conditions.js';
import type {
  Call,
  Callable,
  DomainWords,
  MethodBody,
  OperatorBody,
  ParameterMap,
  Scope,
  Shape,
  TermsFor,
  TypedTerm,
  TypeMap,
  TypeName,
} from './builder-types.js';
import { callable, callers, declarations, methodOf, operatorOf, problemOf, term } from './builder-parts.js';
import type { ProblemWords } from './builder-parts.js';
import { refusal } from '../language/document-reader.js';
import { checkDomain } from '../language/domain-check.js';
import type { Axiom, Domain, Method, Operator, Problem, Signature } from '../domain.js';
import type { Atom, Fluent, Formula } from '../formula.js';

/** Builds a domain. Declarations may come in any order, but a task before it is called. */
export interface DomainBuilder<
  Types extends TypeMap,
  Constants extends Readonly<Record<string, string>>,
  Predicates extends Readonly<Record<string, Shape>>,
  Functions extends Readonly<Record<string, Shape>>,
> {
  /** The predicates: `fact.at(x, p)`. */
  readonly fact: {
    readonly [Name in keyof Predicates]: (...terms: TermsFor<Types, Predicates[Name]>) => Atom;
  };
  /** The functions: `value.fuel(t)`. */
  readonly value: {
    readonly [Name in keyof Functions]: (...terms: TermsFor<Types, Functions[Name]>) => Fluent;
  };
  readonly constant: { readonly [Name in keyof Constants]: TypedTerm<Constants[Name]> };
  /** An object of a problem. */
  object<Type extends TypeName<Types>>(type: Type, name: string): TypedTerm<Type>;
  operator<const Parameters extends Readonly<Record<string, TypeName<Types>>>>(
    name: string,
    parameters: Parameters,
    body: (scope: Scope<Parameters>) => OperatorBody,
  ): Callable<Types, Parameters>;
  task<const Parameters extends Readonly<Record<string, TypeName<Types>>>>(
    name: string,
    parameters: Parameters,
  ): Callable<Types, Parameters>;
  /** A method of a task; it has the task's parameters, and more of its own. */
  method<Parameters extends ParameterMap, const Own extends Readonly<Record<string, TypeName<Types>>>>(
    name: string,
    task: Callable<Types, Parameters>,
    parameters: Own,
    body: (scope: Scope<Parameters & Own>) => MethodBody,
  ): void;
  /** A method that makes a fact true: the first thing that its body says. */
  goalMethod<const Parameters extends Readonly<Record<string, TypeName<Types>>>>(
    name: string,
    parameters: Parameters,
    body: (scope: Scope<Parameters>) => MethodBody & { readonly achieves: Atom },
  ): void;
  /** A fact that holds where the condition holds; its terms are different parameters. */
  axiom<const Parameters extends Readonly<Record<string, TypeName<Types>>>>(
    parameters: Parameters,
    body: (scope: Scope<Parameters>) => { readonly fact: Atom; readonly holds: Formula },
  ): void;
  /** @throws EngineError `INPUT_INVALID` with all that is wrong with the domain. */
  build(): Domain;
  /** @throws EngineError `INPUT_INVALID` with all that is wrong with the domain or the problem. */
  problem(words: ProblemWords): Problem;
}

/** A fact as something to be achieved. */
export const achieve = (fact: Atom): Call => ({ kind: 'goal', name: fact.predicate, terms: fact.terms });

/**
 * Begins a domain.
 *
 * @example
 * ```ts
 * const lamps = defineDomain({ name: 'lamps', types: { lamp: 'object' }, predicates: { on: ['lamp'] } });
 * const press = lamps.operator('press', { l: 'lamp' }, ({ l }) => ({ postconditions: [lamps.fact.on(l)] }));
 * const light = lamps.task('light', { l: 'lamp' });
 * lamps.method('press-it', light, {}, ({ l }) => ({ subtasks: [press({ l })] }));
 * const domain = lamps.build();
 * ```
 */
export function defineDomain<
  const Types extends TypeMap = {},
  const Constants extends Readonly<Record<string, TypeName<Types>>> = {},
  const Predicates extends Readonly<Record<string, readonly TypeName<Types>[]>> = {},
  const Functions extends Readonly<Record<string, readonly TypeName<Types>[]>> = {},
>(
  words: DomainWords<Types, Constants, Predicates, Functions>,
): DomainBuilder<Types, Constants, Predicates, Functions> {
  const tasks: Signature[] = [];
  const operators: Operator[] = [];
  const methods: Method[] = [];
  const axioms: Axiom[] = [];
  const build = (): Domain => {
    const domain = { ...declarations(words), tasks, operators, methods, axioms };
    const findings = checkDomain(domain);
    if (findings.length > 0) throw refusal(findings, undefined);
    return domain;
  };
  const builder = {
    fact: callers(words.predicates, (predicate, terms): Atom => ({ kind: 'atom', predicate, terms })),
    value: callers(words.functions, (name, terms): Fluent => ({ kind: 'fluent', function: name, terms })),
    constant: Object.fromEntries(
      Object.entries(words.constants ?? {}).map(([name, type]) => [name, term(name, type)]),
    ),
    object: (type: string, name: string): TypedTerm => term(name, type),
    operator(name: string, parameters: ParameterMap, body: (scope: Scope<ParameterMap>) => OperatorBody) {
      const { list, scope } = scopeOf(parameters);
      operators.push({ name, parameters: list, ...operatorOf(body(scope)) });
      return callable(name, list);
    },
    task(name: string, parameters: ParameterMap) {
      const { list } = scopeOf(parameters);
      tasks.push({ name, parameters: list });
      return callable(name, list);
    },
    method(
      name: string,
      task: Callable<TypeMap, ParameterMap>,
      own: ParameterMap,
      body: (scope: Scope<ParameterMap>) => MethodBody,
    ) {
      const { list, scope } = scopeOf(own);
      const terms = task.parameters.map((each) => each.name);
      const theirs = task.parameters.map((each) => [
        each.name.slice(1),
        { text: each.name, types: each.types },
      ]);
      const said = body({ ...Object.fromEntries(theirs), ...scope } as Scope<ParameterMap>);
      const added = list.filter((one) => !terms.includes(one.name));
      const target = { kind: 'task', name: task.taskName, terms } as const;
      methods.push({ name, target, parameters: [...task.parameters, ...added], ...methodOf(said) });
    },
    goalMethod(
      name: string,
      parameters: ParameterMap,
      body: (scope: Scope<ParameterMap>) => MethodBody & { readonly achieves: Atom },
    ) {
      const { list, scope } = scopeOf(parameters);
      const said = body(scope);
      methods.push({ name, target: achieve(said.achieves), parameters: list, ...methodOf(said) });
    },
    axiom(
      parameters: ParameterMap,
      body: (scope: Scope<ParameterMap>) => { readonly fact: Atom; readonly holds: Formula },
    ) {
      const { list, scope } = scopeOf(parameters);
      const { fact, holds } = body(scope);
      const own = fact.terms.map((name) => list.find((one) => one.name === name) ?? { name, types: [] });
      axioms.push({ predicate: fact.predicate, parameters: own, condition: holds });
    },
    build,
    problem: (said: ProblemWords): Problem => problemOf(build(), said),
  };
  // What is built by name at run time is what the types say of the words.
  return builder as unknown as DomainBuilder<Types, Constants, Predicates, Functions>;
}
