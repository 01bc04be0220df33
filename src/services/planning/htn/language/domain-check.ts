// Domain check: a domain and a problem as wholes: declarations are unique, names are known, arities and types
// agree, orders have no circles. What is promised of domain.ts holds after it.
import type { Problem as Finding } from '../../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import type { Domain, Method, Operator, Problem, TaskNetwork } from '../domain.js';
import type { Postcondition, SourcePosition } from '../formula.js';
import { createNameCheck, toFinding, typeCircle } from './name-check.js';
import type { NameCheck, Report, VariableScope } from './name-check.js';

/** Findings kept at most. */
const mostFindings = 200;

function collect(check: (report: Report) => void): Finding[] {
  const found: Finding[] = [];
  check((finding) => {
    if (found.length < mostFindings) found.push(toFinding(finding));
  });
  return found;
}

/** What is wrong with a domain. */
export function checkDomain(domain: Domain): Finding[] {
  return collect((report) => {
    const names = createNameCheck(domain, undefined, report);
    checkUnique(domain, report);
    for (const { name, parents, position } of domain.types)
      for (const parent of parents) names.type(parent, { path: `types.${name}`, position });
    const circle = typeCircle(domain.types);
    if (circle !== undefined) {
      const message = `these types are kinds of each other in a circle: ${circle.join(' → ')}`;
      report({ path: `types.${circle[0] ?? ''}`, message });
    }
    for (const { name, types, position } of domain.constants)
      for (const type of types) names.type(type, { path: `constants.${name}`, position });
    for (const kind of ['predicates', 'functions', 'tasks'] as const)
      for (const { name, parameters, position } of domain[kind])
        names.parameters(parameters, { path: `${kind}.${name}`, position });
    const derived = new Set(domain.axioms.map(({ predicate }) => predicate));
    for (const operator of domain.operators) checkOperator(operator, derived, names, report);
    for (const method of domain.methods) checkMethod(method, names, report);
    domain.axioms.forEach(({ predicate, parameters, condition, position }, index) => {
      const path = `axioms[${index}]`;
      const scope = names.parameters(parameters, { path, position });
      names.fact(
        predicate,
        parameters.map(({ name }) => name),
        { path, scope, position },
      );
      names.formula(condition, { path, scope, position });
    });
  });
}

function checkUnique(domain: Domain, report: Report): void {
  const kinds = [
    [domain.types, 'type', 'types'],
    [domain.predicates, 'predicate', 'predicates'],
    [domain.functions, 'function', 'functions'],
    [[...domain.tasks, ...domain.operators], 'task or operator', 'tasks'],
    [domain.methods, 'method', 'methods'],
  ] as const;
  for (const [list, what, key] of kinds) {
    const seen = new Set<string>();
    for (const { name, position } of list as readonly { name: string; position?: SourcePosition }[]) {
      if (seen.has(name)) {
        const hint = 'Give one of them another name.';
        report({ path: `${key}.${name}`, position, message: `there are two of the ${what} '${name}'`, hint });
      }
      seen.add(name);
    }
  }
}

function checkOperator(
  operator: Operator,
  derived: ReadonlySet<string>,
  names: NameCheck,
  report: Report,
): void {
  const { position } = operator;
  const path = `operators.${operator.name}`;
  const scope = names.parameters(operator.parameters, { path, position });
  names.formula(operator.precondition, { path: `${path}.preconditions`, scope, position });
  names.postcondition(operator.postcondition, { path: `${path}.postconditions`, scope, position });
  if (operator.cost !== undefined) names.quantity(operator.cost, { path: `${path}.cost`, scope, position });
  if (operator.durationMs !== undefined)
    names.quantity(operator.durationMs, { path: `${path}.duration`, scope, position });
  for (const predicate of changedBy(operator.postcondition)) {
    if (!derived.has(predicate)) continue;
    const message = `'${predicate}' follows from axioms, so no operator can change it`;
    const hint = 'Change the facts that it follows from.';
    report({ path: `${path}.postconditions`, position, message, hint });
  }
}

/** The predicates of the facts that a postcondition adds or deletes. */
export function changedBy(one: Postcondition): string[] {
  switch (one.kind) {
    case 'add':
    case 'delete':
      return [one.atom.predicate];
    case 'and':
      return one.parts.flatMap(changedBy);
    case 'change':
      return [];
    case 'when':
    case 'forall':
      return changedBy(one.postcondition);
  }
}

/** Checks one method against the names of its domain. */
export function checkMethod(method: Method, names: NameCheck, report: Report): void {
  const { position } = method;
  const path = `methods.${method.name}`;
  const scope = names.parameters(method.parameters, { path, position });
  names.task(method.target, { path: `${path}.task`, scope, position });
  names.formula(method.precondition, { path: `${path}.preconditions`, scope, position });
  checkNetwork(method, path, scope, position, names, report);
}

function checkNetwork(
  network: TaskNetwork,
  path: string,
  scope: VariableScope,
  position: SourcePosition | undefined,
  names: NameCheck,
  report: Report,
): void {
  const ids = new Set<string>();
  for (const subtask of network.subtasks) {
    if (ids.has(subtask.id))
      report({ path: `${path}.subtasks`, position, message: `there are two subtasks '${subtask.id}'` });
    ids.add(subtask.id);
    names.task(subtask, { path: `${path}.subtasks.${subtask.id}`, scope, position });
  }
  for (const constraint of network.constraints)
    names.formula(constraint, { path: `${path}.constraints`, scope, position });
  for (const id of new Set(network.ordering.flat())) {
    if (ids.has(id)) continue;
    const hint = didYouMean(id, ids);
    report({ path: `${path}.order`, position, message: `there is no subtask '${id}'`, hint });
  }
  const circle = orderCircle(network);
  if (circle !== undefined) {
    const message = `these subtasks wait for each other in a circle: ${circle.join(' → ')}`;
    report({ path: `${path}.order`, position, message });
  }
}

/** Subtasks that come before themselves, if there are any. */
function orderCircle(network: TaskNetwork): readonly string[] | undefined {
  const after = new Map<string, string[]>();
  const open = new Map<string, number>(network.subtasks.map(({ id }) => [id, 0]));
  for (const [first, second] of network.ordering) {
    after.set(first, [...(after.get(first) ?? []), second]);
    open.set(second, (open.get(second) ?? 0) + 1);
  }
  const ready = [...open].flatMap(([id, count]) => (count === 0 ? [id] : []));
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    open.delete(next);
    for (const id of after.get(next) ?? []) {
      const left = (open.get(id) ?? 0) - 1;
      open.set(id, left);
      if (left === 0) ready.push(id);
    }
  }
  if (open.size === 0) return undefined;
  // Every task that is left has one before it that is left too: going back ends in a circle.
  const path: string[] = [];
  let [at = ''] = open.keys();
  while (!path.includes(at)) {
    path.unshift(at);
    at = network.ordering.find(([first, second]) => second === at && open.has(first))?.[0] ?? at;
  }
  return [at, ...path.slice(0, path.indexOf(at) + 1)];
}

/** What is wrong with a problem, its domain being right. */
export function checkProblem(domain: Domain, problem: Problem): Finding[] {
  return collect((report) => {
    const names = createNameCheck(domain, problem, report);
    const none: VariableScope = new Map();
    for (const { name, types, position } of problem.objects)
      for (const type of types) names.type(type, { path: `objects.${name}`, position });
    problem.facts.forEach((fact, index) => {
      names.fact(fact.predicate, fact.arguments, { path: `facts[${index}]`, scope: none });
    });
    problem.values.forEach((value, index) => {
      names.fluent(value.function, value.arguments, { path: `values[${index}]`, scope: none });
    });
    const scope = names.parameters(problem.network.parameters, { path: 'parameters' });
    checkNetwork(problem.network, 'tasks', scope, undefined, names, report);
    if (problem.goal !== undefined) names.formula(problem.goal, { path: 'goal', scope: none });
    if (problem.metric !== undefined)
      names.quantity(problem.metric.quantity, { path: 'metric', scope: none });
  });
}
