// Domain and problem → HDDL. What is read from the text again says the same; what HDDL has no words for (tools,
// durations, descriptions) is left out, goal methods are refused.
import { EngineError } from '../../../../errors.js';
import type { Domain, Method, Operator, Problem, Signature, TaskNetwork } from '../domain.js';
import { writableName as named, writableNumber } from './writable.js';
import type { Atom, Formula, Postcondition, Quantity, TypedName } from '../formula.js';

/** Writes a domain as HDDL. @throws EngineError `INPUT_INVALID` when it has goal methods. */
export function writeHddlDomain(domain: Domain): string {
  const hasCosts = domain.operators.some((operator) => operator.cost !== undefined);
  const functions = domain.functions.map((each) => `${signature(each)} - number`);
  if (hasCosts) functions.push('(total-cost) - number');
  const sections = [
    section(':types', typeLines(domain)),
    section(':constants', domain.constants.map(typed)),
    section(':predicates', domain.predicates.map(signature)),
    section(':functions', functions),
    ...domain.tasks.map((task) => `(:task ${named(task.name)} :parameters ${parameters(task.parameters)})`),
    ...domain.methods.map(writeMethod),
    ...domain.operators.map((operator) => writeOperator(operator, hasCosts)),
    ...domain.axioms.map((axiom) => {
      const head = [named(axiom.predicate), ...axiom.parameters.map(typed)].join(' ');
      return `(:derived (${head}) ${writeFormula(axiom.condition)})`;
    }),
  ];
  return definition(`(domain ${named(domain.name)})`, sections);
}

/** Writes a problem as HDDL. @throws EngineError `INPUT_INVALID` when its network asks for goals. */
export function writeHddlProblem(problem: Problem): string {
  const init = [
    ...problem.facts.map((fact) => call(fact.predicate, fact.arguments)),
    ...problem.values.map(
      (value) => `(= ${call(value.function, value.arguments)} ${writableNumber(value.value)})`,
    ),
  ];
  const { network, goal, metric } = problem;
  return definition(`(problem ${named(problem.name)})`, [
    `(:domain ${named(problem.domain)})`,
    section(':objects', problem.objects.map(typed)),
    `(:htn :parameters ${parameters(network.parameters)}${writeNetwork(network, problem.name)})`,
    init.length === 0 ? '(:init)' : section(':init', init),
    goal === undefined ? '' : `(:goal ${writeFormula(goal)})`,
    metric === undefined
      ? ''
      : `(:metric ${metric.direction === 'minimise' ? 'minimize' : 'maximize'} ${writeQuantity(metric.quantity)})`,
  ]);
}

function definition(title: string, sections: readonly string[]): string {
  const body = sections.filter((each) => each !== '').map((each) => `  ${each.replaceAll('\n', '\n  ')}`);
  return `(define ${title}\n${body.join('\n')}\n)\n`;
}

function section(keyword: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `(${keyword}\n${lines.map((line) => `  ${line}`).join('\n')}\n)`;
}

function typeLines(domain: Domain): string[] {
  return domain.types.flatMap((type) => {
    const parents = type.parents.length === 0 ? ['object'] : type.parents;
    return parents.map((parent) => `${named(type.name)} - ${named(parent)}`);
  });
}

function typed({ name, types }: TypedName): string {
  const [only = 'object'] = types.map(named);
  return `${named(name)} - ${types.length < 2 ? only : `(either ${types.map(named).join(' ')})`}`;
}

function parameters(list: readonly TypedName[]): string {
  return `(${list.map(typed).join(' ')})`;
}

function signature(each: Signature): string {
  return `(${[named(each.name), ...each.parameters.map(typed)].join(' ')})`;
}

function call(name: string, terms: readonly string[]): string {
  return `(${[name, ...terms].map(named).join(' ')})`;
}

function writeMethod(method: Method): string {
  if (method.target.kind === 'goal') refuseGoal(`method '${method.name}'`);
  return (
    `(:method ${named(method.name)}\n  :parameters ${parameters(method.parameters)}` +
    `\n  :task ${call(method.target.name, method.target.terms)}` +
    `\n  :precondition ${writeFormula(method.precondition)}${writeNetwork(method, method.name)}\n)`
  );
}

function writeNetwork(network: TaskNetwork, of: string): string {
  const tasks = network.subtasks.map((subtask) => {
    if (subtask.kind === 'goal') refuseGoal(`'${of}'`);
    return `(${named(subtask.id)} ${call(subtask.name, subtask.terms)})`;
  });
  const order = network.ordering.map(([first, second]) => `(< ${first} ${second})`);
  const constraints = network.constraints.map(writeFormula);
  return (
    `\n  :subtasks (${['and', ...tasks].join(' ')})` +
    (order.length === 0 ? '' : `\n  :ordering (and ${order.join(' ')})`) +
    (constraints.length === 0 ? '' : `\n  :constraints (and ${constraints.join(' ')})`)
  );
}

function refuseGoal(of: string): never {
  throw new EngineError(
    'INPUT_INVALID',
    `HDDL has no goals as tasks, and ${of} has one. Use a task instead.`,
  );
}

function writeOperator(operator: Operator, hasCosts: boolean): string {
  const cost: Postcondition[] = hasCosts
    ? [
        {
          kind: 'change',
          change: 'increase',
          fluent: { kind: 'fluent', function: 'total-cost', terms: [] },
          value: operator.cost ?? { kind: 'number', value: 1 },
        },
      ]
    : [];
  const { postcondition } = operator;
  const parts = postcondition.kind === 'and' ? postcondition.parts : [postcondition];
  return (
    `(:action ${named(operator.name)}\n  :parameters ${parameters(operator.parameters)}` +
    `\n  :precondition ${writeFormula(operator.precondition)}` +
    `\n  :effect ${writePostcondition({ kind: 'and', parts: [...parts, ...cost] })}\n)`
  );
}

const writeAtom = (atom: Atom): string => call(atom.predicate, atom.terms);

/** Writes a formula as HDDL. */
export function writeFormula(formula: Formula): string {
  switch (formula.kind) {
    case 'atom':
      return writeAtom(formula);
    case 'and':
    case 'or':
      return `(${[formula.kind, ...formula.parts.map(writeFormula)].join(' ')})`;
    case 'not':
      return `(not ${writeFormula(formula.part)})`;
    case 'imply':
      return `(imply ${writeFormula(formula.condition)} ${writeFormula(formula.consequence)})`;
    case 'equal':
      return `(= ${named(formula.left)} ${named(formula.right)})`;
    case 'compare':
      return `(${formula.operator} ${writeQuantity(formula.left)} ${writeQuantity(formula.right)})`;
    default:
      return `(${formula.kind} ${parameters(formula.variables)} ${writeFormula(formula.part)})`;
  }
}

function writeQuantity(quantity: Quantity): string {
  if (quantity.kind === 'number') return writableNumber(quantity.value);
  if (quantity.kind === 'fluent') return call(quantity.function, quantity.terms);
  return `(${[quantity.operator, ...quantity.parts.map(writeQuantity)].join(' ')})`;
}

function writePostcondition(postcondition: Postcondition): string {
  switch (postcondition.kind) {
    case 'add':
      return writeAtom(postcondition.atom);
    case 'delete':
      return `(not ${writeAtom(postcondition.atom)})`;
    case 'and':
      return `(${['and', ...postcondition.parts.map(writePostcondition)].join(' ')})`;
    case 'when':
      return `(when ${writeFormula(postcondition.condition)} ${writePostcondition(postcondition.postcondition)})`;
    case 'forall':
      return `(forall ${parameters(postcondition.variables)} ${writePostcondition(postcondition.postcondition)})`;
    case 'change':
      return `(${postcondition.change} ${writeQuantity(postcondition.fluent)} ${writeQuantity(postcondition.value)})`;
  }
}
