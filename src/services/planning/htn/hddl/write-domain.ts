// Domains and problems → HDDL text, which reads back to the same. Descends into formulas as deep as they are.
import { EngineError } from '../../../../errors.js';
import type {
  Axiom,
  Domain,
  Method,
  Operator,
  Problem,
  Signature,
  TaskNetwork,
  TaskReference,
} from '../domain.js';
import {
  call,
  type Requirements,
  writeFormula,
  writeName,
  writeNumber,
  writePostcondition,
  writeQuantity,
  writeTypedNames,
} from './write-formula.js';

/**
 * Writes a domain as HDDL. HDDL has no place for durations, tools and descriptions: they are left out.
 *
 * @throws EngineError `INPUT_INVALID` for what HDDL cannot say: goals as tasks, and names with blanks or brackets.
 */
export function writeHddlDomain(domain: Domain): string {
  const uses: Requirements = new Set([':hierarchy', ':typing']);
  const hasCosts = domain.operators.some((operator) => operator.cost !== undefined);
  const functions = domain.functions.map(writeSignature);
  if (hasCosts) {
    uses.add(':action-costs');
    functions.push('(total-cost)');
  }
  if (domain.methods.length > 0) uses.add(':method-preconditions');
  const sections = [
    section(
      ':types',
      domain.types.map(({ name, parents }) => writeTypedNames([{ name, types: parents }], 'type')),
    ),
    section(
      ':constants',
      domain.constants.map((constant) => writeTypedNames([constant], 'constant')),
    ),
    section(':predicates', domain.predicates.map(writeSignature)),
    section(
      ':functions',
      functions.map((each) => `${each} - number`),
    ),
    ...domain.tasks.map(
      ({ name, parameters }) =>
        `  (:task ${writeName(name, 'task')}\n    :parameters (${writeTypedNames(parameters, 'parameter')}))`,
    ),
    ...domain.axioms.map((axiom) => writeAxiom(axiom, uses)),
    ...domain.operators.map((operator) => writeOperator(operator, hasCosts, uses)),
    ...domain.methods.map((method) => writeMethod(method, uses)),
  ].filter((text) => text !== '');
  const head = `(define (domain ${writeName(domain.name, 'domain')})\n  (:requirements ${[...uses].join(' ')})`;
  return `${[head, ...sections].join('\n')}\n)\n`;
}

/**
 * Writes a problem as HDDL.
 *
 * @param domain - Its domain: when its operators have costs, the text says that they are minimised.
 * @throws EngineError as {@link writeHddlDomain}.
 */
export function writeHddlProblem(domain: Domain, problem: Problem): string {
  const uses: Requirements = new Set();
  const hasCosts = domain.operators.some((operator) => operator.cost !== undefined);
  const { network, goal, metric } = problem;
  const values = problem.values.map(
    (one) =>
      `(= ${call(writeName(one.function, 'function'), objects(one.arguments))} ${writeNumber(one.value)})`,
  );
  if (hasCosts) values.push('(= (total-cost) 0)');
  const facts = problem.facts.map((fact) =>
    call(writeName(fact.predicate, 'predicate'), objects(fact.arguments)),
  );
  const quantity =
    metric === undefined ? (hasCosts ? '(total-cost)' : '') : writeQuantity(metric.quantity, uses);
  const direction = metric?.direction === 'maximise' ? 'maximize' : 'minimize';
  const lines = [
    `(define (problem ${writeName(problem.name, 'problem')})`,
    `  (:domain ${writeName(problem.domain, 'domain')})`,
    section(
      ':objects',
      problem.objects.map((object) => writeTypedNames([object], 'object')),
    ),
    `  (:htn\n    :parameters (${writeTypedNames(network.parameters, 'parameter')})\n${writeNetwork(network, uses)})`,
    `  (:init${[...facts, ...values].map((each) => `\n    ${each}`).join('')})`,
    goal === undefined ? '' : `  (:goal ${writeFormula(goal, uses)})`,
    quantity === '' ? '' : `  (:metric ${direction} ${quantity})`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n)\n`;
}

function objects(names: readonly string[]): string[] {
  return names.map((name) => writeName(name, 'object'));
}

function section(head: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `  (${head}${items.map((item) => `\n    ${item}`).join('')})`;
}

function writeSignature({ name, parameters }: Signature): string {
  const written = writeTypedNames(parameters, 'parameter');
  return call(writeName(name, 'predicate'), written === '' ? [] : [written]);
}

function writeAxiom(axiom: Axiom, uses: Requirements): string {
  uses.add(':derived-predicates');
  const head = writeSignature({ name: axiom.predicate, parameters: axiom.parameters });
  return `  (:derived ${head}\n    ${writeFormula(axiom.condition, uses)})`;
}

function writeOperator(operator: Operator, hasCosts: boolean, uses: Requirements): string {
  const { name, parameters, precondition, postcondition, cost } = operator;
  let effect = writePostcondition(postcondition, uses);
  if (hasCosts) {
    const parts = postcondition.kind === 'and' ? postcondition.parts : [postcondition];
    const price = writeQuantity(cost ?? { kind: 'number', value: 1 }, uses);
    const increase = call('increase', ['(total-cost)', price]);
    effect = call('and', [...parts.map((part) => writePostcondition(part, uses)), increase]);
  }
  return [
    `  (:action ${writeName(name, 'operator')}`,
    `    :parameters (${writeTypedNames(parameters, 'parameter')})`,
    `    :precondition ${writeFormula(precondition, uses)}`,
    `    :effect ${effect})`,
  ].join('\n');
}

function writeMethod(method: Method, uses: Requirements): string {
  return [
    `  (:method ${writeName(method.name, 'method')}`,
    `    :parameters (${writeTypedNames(method.parameters, 'parameter')})`,
    `    :task ${writeTask(method.target, `method ${method.name}`)}`,
    `    :precondition ${writeFormula(method.precondition, uses)}`,
    `${writeNetwork(method, uses)})`,
  ].join('\n');
}

function writeTask(reference: TaskReference, at: string): string {
  if (reference.kind === 'goal') {
    const message = `${at}: HDDL has no goals as tasks, found the goal '${reference.name}'.`;
    const hint = 'Give it a task whose methods reach it.';
    throw new EngineError('INPUT_INVALID', `${message} ${hint}`, {
      problems: [{ path: at, message, hint }],
    });
  }
  return call(
    writeName(reference.name, 'task'),
    reference.terms.map((term) => writeName(term, 'term')),
  );
}

function writeNetwork(network: TaskNetwork, uses: Requirements): string {
  const { subtasks, ordering, constraints } = network;
  const isSequence =
    ordering.length === subtasks.length - 1 &&
    ordering.every(([first, second], at) => first === subtasks[at]?.id && second === subtasks[at + 1]?.id);
  const written = subtasks.map(
    (subtask) => `\n      (${writeName(subtask.id, 'id')} ${writeTask(subtask, `subtask ${subtask.id}`)})`,
  );
  const pairs = ordering.map(
    ([first, second]) => `\n      (< ${writeName(first, 'id')} ${writeName(second, 'id')})`,
  );
  const lines = [`    ${isSequence ? ':ordered-subtasks' : ':subtasks'} (and${written.join('')})`];
  if (!isSequence && pairs.length > 0) lines.push(`    :ordering (and${pairs.join('')})`);
  if (constraints.length > 0) {
    const all = writeFormula({ kind: 'and', parts: constraints }, uses);
    lines.push(`    :constraints ${all}`);
  }
  return lines.join('\n');
}
