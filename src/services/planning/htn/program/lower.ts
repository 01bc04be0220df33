// Domain and problem → program. The initial network becomes the method of a root task; the goal formula, the
// check of reached goals and, where order is partial, preconditions of methods become hidden operators.
import type { Domain, Problem } from '../domain.js';
import { type Formula, truth } from '../formula.js';
import { createScope, lowerCondition, lowerQuantity, lowerTerms } from './lower-formula.js';
import { around, checkArity, type Context, isTotal, lowerNetwork, namesOf, narrow } from './lower-network.js';
import {
  askedOf,
  goalPredicates,
  hiddenOperators,
  lowerOperator,
  mentionedParameters,
} from './lower-operator.js';
import { type LoweredState, lowerState, lowerSymbols } from './lower-symbols.js';
import type { Program, ProgramMethod, ProgramRule, ProgramSubtask, ProgramTask } from './program.js';
import { refuse, type Symbols } from './symbols.js';

/**
 * Lowers a domain with a problem, its names and state too when they are not given.
 *
 * @throws EngineError `INPUT_INVALID` for names that are not declared and terms that are too many or too few.
 */
export function lowerProgram(
  domain: Domain,
  problem: Problem,
  state: LoweredState = withoutRest(lowerState(domain, problem)),
): Program {
  const { symbols } = state;
  const isTotalOrder = [...domain.methods, problem.network].every(isTotal);
  const operators = domain.operators.map((each) => lowerOperator(symbols, each));
  const goals = goalPredicates(domain, problem);
  const hidden = hiddenOperators(symbols, domain, problem, goals, isTotalOrder);
  const operatorIds = operators.length;
  operators.push(...hidden.operators);
  const compound: ProgramTask[] = domain.tasks.map((task) => ({
    name: task.name,
    arity: task.parameters.length,
    types: task.parameters.map((each) => symbols.types.of(each.types, task.name)),
    kind: 'task',
  }));
  const goalTasks = new Map<string, number>();
  for (const name of goals) {
    goalTasks.set(name, operators.length + compound.length);
    const { parameters } = domain.predicates.find((each) => each.name === name)!;
    const types = parameters.map((each) => symbols.types.of(each.types, name));
    compound.push({ name, arity: types.length, types, kind: 'goal' });
  }
  const root = operators.length + compound.length;
  compound.push({ name: 'the problem', arity: 0, types: [], kind: 'task' });
  const context: Context = {
    symbols,
    isTotalOrder,
    goalTasks,
    verify: hidden.verify,
    precondition: hidden.precondition,
    operators,
    compound,
    taskId: (reference, at) => {
      if (reference.kind === 'goal') {
        return goalTasks.get(reference.name) ?? refuse(at, `${at}: no method reaches '${reference.name}'.`);
      }
      const id = symbols.tasks.id(reference.name, at);
      return id < operatorIds ? id : id - operatorIds + operators.length;
    },
  };
  const methods = domain.methods.map((_, index) => lowerMethod(context, domain, index));
  methods.push(...[...goals].map((name) => heldMethod(context, domain, name)));
  methods.push(rootMethod(context, problem, root, hidden.goal));
  return {
    ...lowerSymbols(state, domain, operators),
    operators,
    tasks: compound,
    methods,
    metric:
      problem.metric === undefined
        ? null
        : lowerQuantity(createScope(symbols, 'the metric', []), problem.metric.quantity),
    rules: domain.axioms.map((axiom) => lowerAxiom(symbols, axiom)),
    root,
    isTotalOrder,
  };
}

function withoutRest<Result>(run: Generator<void, Result>): Result {
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

function lowerMethod(context: Context, domain: Domain, index: number): ProgramMethod {
  const method = domain.methods[index]!;
  const { symbols } = context;
  const at = `method ${method.name}`;
  const scope = createScope(symbols, at, method.parameters);
  const isGoal = method.target.kind === 'goal';
  const { condition, matched } = lowerCondition(scope, [
    ...(context.precondition.has(index) ? [] : [askedOf(method)]),
    ...method.constraints,
  ]);
  const task = context.taskId(method.target, at);
  if (task < context.operators.length) refuse(at, `${at} decomposes the operator '${method.target.name}'.`);
  const terms = lowerTerms(scope, method.target.terms);
  checkArity(context, task, terms.length, at);
  const network = lowerNetwork(context, scope, method);
  const own: ProgramSubtask[] = [];
  const check = context.precondition.get(index);
  if (check !== undefined) {
    own.push({
      task: check,
      terms: lowerTerms(
        scope,
        mentionedParameters(method).map((each) => each.name),
      ),
      index: -1,
    });
  }
  const last: ProgramSubtask[] = isGoal
    ? [{ task: context.verify.get(method.target.name)!, terms, index: -1 }]
    : [];
  narrow(context, scope, [...network.subtasks, { task, terms, index: -1 }], condition);
  return {
    source: index,
    task,
    terms,
    slotTypes: scope.slotTypes,
    matched,
    slotNames: namesOf(scope),
    condition,
    ...around(network, own, last),
  };
}

/** A goal that holds already asks for nothing. */
function heldMethod(context: Context, domain: Domain, name: string): ProgramMethod {
  const { parameters } = domain.predicates.find((each) => each.name === name)!;
  const scope = createScope(context.symbols, name, parameters);
  const terms = parameters.map((each) => each.name);
  const held: Formula = { kind: 'atom', predicate: name, terms };
  const check = context.isTotalOrder ? undefined : context.verify.get(name);
  const { condition, matched } = lowerCondition(scope, [check === undefined ? held : truth]);
  const slots = lowerTerms(scope, terms);
  return {
    source: -1,
    task: context.goalTasks.get(name)!,
    terms: slots,
    slotTypes: scope.slotTypes,
    matched,
    slotNames: scope.slotTypes.map(() => ''),
    condition,
    subtasks: check === undefined ? [] : [{ task: check, terms: slots, index: -1 }],
    ordering: null,
  };
}

function rootMethod(context: Context, problem: Problem, root: number, goal: number): ProgramMethod {
  const scope = createScope(context.symbols, 'the initial network', problem.network.parameters);
  const { condition, matched } = lowerCondition(scope, problem.network.constraints);
  const network = lowerNetwork(context, scope, problem.network);
  narrow(context, scope, network.subtasks, condition);
  const last: ProgramSubtask[] = goal < 0 ? [] : [{ task: goal, terms: new Int32Array(0), index: -1 }];
  return {
    source: -1,
    task: root,
    terms: new Int32Array(0),
    slotTypes: scope.slotTypes,
    matched,
    slotNames: namesOf(scope),
    condition,
    ...around(network, [], last),
  };
}

function lowerAxiom(symbols: Symbols, axiom: Domain['axioms'][number]): ProgramRule {
  const at = `axiom ${axiom.predicate}`;
  const scope = createScope(symbols, at, axiom.parameters);
  const predicate = symbols.predicates.id(axiom.predicate, at);
  if (symbols.predicateArity[predicate] !== axiom.parameters.length) {
    refuse(
      at,
      `${at} has ${axiom.parameters.length} parameters, its predicate ${symbols.predicateArity[predicate]}.`,
    );
  }
  const { condition, matched } = lowerCondition(scope, [axiom.condition]);
  const terms = lowerTerms(
    scope,
    axiom.parameters.map((each) => each.name),
  );
  return {
    head: { predicate, terms },
    slotTypes: scope.slotTypes,
    matched,
    condition,
  };
}
