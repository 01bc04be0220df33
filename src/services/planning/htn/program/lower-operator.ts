// Operators → operators of a program; and the hidden ones, which check something and do not show in a plan: the goal
// formula, goals that methods reach and, where order is partial, preconditions of methods.
import type { Domain, Method, Problem, TaskNetwork } from '../domain.js';
import { type Formula, nothing, type Quantity, type TypedName } from '../formula.js';
import { createScope, lowerCondition, lowerPostcondition, lowerQuantity } from './lower-formula.js';
import type { ProgramOperator } from './program.js';
import { refuse, type Symbols } from './symbols.js';

export function lowerOperator(symbols: Symbols, operator: Domain['operators'][number]): ProgramOperator {
  const scope = createScope(symbols, `operator ${operator.name}`, operator.parameters);
  const { condition, matched } = lowerCondition(scope, [operator.precondition]);
  const changes = lowerPostcondition(scope, operator.postcondition);
  const cost = lowerQuantity(scope, operator.cost ?? { kind: 'number', value: 1 });
  return {
    name: operator.name,
    parameterCount: operator.parameters.length,
    slotTypes: scope.slotTypes,
    matched,
    condition,
    ...changes,
    cost,
    hidden: null,
  };
}

export function checkOperator(
  symbols: Symbols,
  name: string,
  parameters: readonly TypedName[],
  formula: Formula,
  hidden: ProgramOperator['hidden'],
): ProgramOperator {
  const free = { kind: 'number', value: 0 } as const;
  const checked = { name, parameters, precondition: formula, cost: free };
  return {
    ...lowerOperator(symbols, { ...checked, postcondition: nothing }),
    hidden,
  };
}

export interface Hidden {
  readonly operators: ProgramOperator[];
  /** Of the goal formula; -1 without one. */
  readonly goal: number;
  /** By predicate: checks that a goal has been reached. */
  readonly verify: Map<string, number>;
  /** By method: its precondition, where order is partial. */
  readonly precondition: Map<number, number>;
}

export function hiddenOperators(
  symbols: Symbols,
  domain: Domain,
  problem: Problem,
  goals: ReadonlySet<string>,
  isTotalOrder: boolean,
): Hidden {
  const operators: ProgramOperator[] = [];
  const first = domain.operators.length;
  const add = (
    name: string,
    parameters: readonly TypedName[],
    formula: Formula,
    hidden: ProgramOperator['hidden'],
  ): number => operators.push(checkOperator(symbols, name, parameters, formula, hidden)) - 1 + first;
  const goal = problem.goal === undefined ? -1 : add('the goal', [], problem.goal, 'goal');
  const verify = new Map<string, number>();
  for (const name of goals) {
    const { parameters } = domain.predicates.find((each) => each.name === name)!;
    const terms = parameters.map((each) => each.name);
    verify.set(name, add(`${name} holds`, parameters, { kind: 'atom', predicate: name, terms }, 'reached'));
  }
  const precondition = new Map<number, number>();
  if (!isTotalOrder) {
    domain.methods.forEach((method, index) => {
      if (isTrue(askedOf(method))) return;
      precondition.set(
        index,
        add(`precondition of ${method.name}`, mentionedParameters(method), askedOf(method), 'asked'),
      );
    });
  }
  return { operators, goal, verify, precondition };
}

export function isTrue(formula: Formula): boolean {
  return formula.kind === 'and' && formula.parts.every(isTrue);
}

export function goalPredicates(domain: Domain, problem: Problem): Set<string> {
  const found = new Set<string>();
  const networks: TaskNetwork[] = [...domain.methods, problem.network];
  for (const { target } of domain.methods) if (target.kind === 'goal') found.add(target.name);
  for (const { subtasks } of networks) {
    for (const subtask of subtasks) if (subtask.kind === 'goal') found.add(subtask.name);
  }
  for (const name of found) {
    if (domain.predicates.every((each) => each.name !== name)) {
      refuse(name, `the goal '${name}' is no predicate.`, 'Declare the predicate.');
    }
  }
  return found;
}

/** What must hold where the method is applied: its precondition, and that its goal is still to be reached. */
export function askedOf(method: Method): Formula {
  if (method.target.kind === 'task') return method.precondition;
  const target: Formula = { kind: 'atom', predicate: method.target.name, terms: method.target.terms };
  return { kind: 'and', parts: [method.precondition, { kind: 'not', part: target }] };
}

/** The parameters that what is asked of a method mentions. */
export function mentionedParameters(method: Method): TypedName[] {
  const mentioned = new Set<string>();
  const open: Formula[] = [askedOf(method)];
  const note = (terms: readonly string[]): void => terms.forEach((term) => mentioned.add(term));
  const noteQuantity = (quantity: Quantity): void => {
    if (quantity.kind === 'fluent') note(quantity.terms);
    if (quantity.kind === 'arithmetic') quantity.parts.forEach(noteQuantity);
  };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'atom') note(next.terms);
    else if (next.kind === 'equal') note([next.left, next.right]);
    else if (next.kind === 'compare') [next.left, next.right].forEach(noteQuantity);
    else if ('parts' in next) open.push(...next.parts);
    else if (next.kind === 'imply') open.push(next.condition, next.consequence);
    else open.push(next.part);
  }
  return method.parameters.filter((parameter) => mentioned.has(parameter.name));
}
