// References of a plan: every place in a task that holds an expression or a template, what it may refer to
// there, and whether what it refers to must come first.
//
// F1 a task that reads another's output comes after it: in the action, in `when`, in pre- and postconditions,
//    in the probe and in success criteria. A compensation does not order: it runs after everything.
// F2 an expression that cannot be compiled is reported with its place, once.
import type { Action, StepAction } from '../../model/action.js';
import type { Criterion } from '../../model/criterion.js';
import type { Json } from '../../model/scalars.js';
import type { TaskInput } from '../../model/task.js';
import type { Reference } from '../expression/compilation.js';
import { ExpressionError } from '../expression/expression-error.js';
import type { Expressions } from '../expression/expressions.js';
import type { z } from 'zod';
import type { PlanPath } from './plan-problem.js';

export type ActionInput = z.input<typeof Action>;
export type StepInput = z.input<typeof StepAction>;
export type CriterionInput = z.input<typeof Criterion>;
/** The tasks of a plan with their ids. */
export type TaskEntries = readonly (readonly [id: string, task: TaskInput])[];

/** A place that can hold references. */
export interface Place {
  /** The names that an expression can begin with here. */
  readonly roots: ReadonlySet<string>;
  /** Whether tasks that are referred to come before this one. */
  readonly orders: boolean;
  /** Whether the task's own output can be referred to as `tasks.<own id>.output`. */
  readonly ownOutput: boolean;
}

/** Told of everything that is found. Paths are relative to the value that is visited. */
export interface ReferenceVisitor {
  reference(reference: Reference, place: Place, path: PlanPath): void;
  /** The expression does not compile. */
  broken(error: ExpressionError, path: PlanPath): void;
}

const everywhere = ['inputs', 'tasks', 'goal'] as const;
const place = (roots: Iterable<string>, orders: boolean, ownOutput: boolean): Place => ({
  roots: new Set([...everywhere, ...roots]),
  orders,
  ownOutput,
});
const before = place([], true, false);
const criterion = place(['output'], true, true);
const criterionResult = place(['output', 'result'], true, true);
/** For what is not a part of a task: the goal's criteria, contingencies, the conditions of dependencies. */
export const outsidePlace = place([], false, true);
const goalResult = place(['result'], false, true);

/** Visits the references of a task, in the order in which they are written. */
export function visitTask(task: TaskInput, expressions: Expressions, visitor: ReferenceVisitor): void {
  const visit = createVisit(expressions, visitor);
  visitAction(task.action, visit);
  if (task.when !== undefined) visit.expression(task.when, before, ['when']);
  visitExpressions(task.preconditions, 'preconditions', visit);
  visitExpressions(task.postconditions, 'postconditions', visit);
  const loopRoots = task.action.kind === 'for_each' ? [task.action.as ?? 'item', 'index'] : [];
  if (task.probe !== undefined) {
    visitStep(task.probe, loopRoots.length === 0 ? before : place(loopRoots, true, false), ['probe'], visit);
  }
  if (task.compensate !== undefined) {
    visitStep(task.compensate, place(['output', ...loopRoots], false, true), ['compensate'], visit);
  }
  task.successCriteria?.forEach((one, index) => {
    visitCheck(one, criterion, criterionResult, ['successCriteria', index], visit);
  });
}

/** Visits a criterion of the goal or of the plan as a whole. */
export function visitGoalCriterion(
  one: CriterionInput,
  expressions: Expressions,
  visitor: ReferenceVisitor,
): void {
  visitCheck(one, outsidePlace, goalResult, [], createVisit(expressions, visitor));
}

/** Visits an action that is not a task's: a step of a contingency. */
export function visitOutsideStep(step: StepInput, expressions: Expressions, visitor: ReferenceVisitor): void {
  visitStep(step, outsidePlace, [], createVisit(expressions, visitor));
}

/** Visits a single expression outside of a task. */
export function visitOutsideExpression(
  text: string,
  expressions: Expressions,
  visitor: ReferenceVisitor,
): void {
  createVisit(expressions, visitor).expression(text, outsidePlace, []);
}

interface Visit {
  expression(text: string, at: Place, path: PlanPath): void;
  templates(value: Json | undefined, at: Place, path: PlanPath): void;
}

function createVisit(expressions: Expressions, visitor: ReferenceVisitor): Visit {
  const guarded = (path: PlanPath, find: () => readonly Reference[], at: Place): void => {
    let references: readonly Reference[];
    try {
      references = find();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      visitor.broken(error, path);
      return;
    }
    for (const reference of references) visitor.reference(reference, at, path);
  };
  const templates = (value: Json | undefined, at: Place, path: PlanPath): void => {
    if (typeof value === 'string') {
      if (value.includes('{{')) guarded(path, () => expressions.templateReferences(value), at);
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        if (mayHold(value[index])) templates(value[index], at, [...path, index]);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        if (mayHold(value[key])) templates(value[key], at, [...path, key]);
      }
    }
  };
  return {
    expression: (text, at, path) => guarded(path, () => expressions.references(text), at),
    templates,
  };
}

/** Saves making a path for values that can hold no template. */
function mayHold(value: Json | undefined): boolean {
  return typeof value === 'string' ? value.includes('{{') : typeof value === 'object' && value !== null;
}

function visitAction(action: ActionInput, visit: Visit): void {
  if (action.kind === 'wait') {
    visit.templates(action.for as Json, before, ['action', 'for']);
    return;
  }
  if (action.kind !== 'for_each') {
    visitStep(action, before, ['action'], visit);
    return;
  }
  if (typeof action.items === 'string') visit.expression(action.items, before, ['action', 'items']);
  else visit.templates(action.items, before, ['action', 'items']);
  visitStep(action.do, place([action.as ?? 'item', 'index'], true, false), ['action', 'do'], visit);
}

function visitStep(step: StepInput, at: Place, path: PlanPath, visit: Visit): void {
  if (step.kind === 'tool_call') {
    if (mayHold(step.input)) visit.templates(step.input, at, [...path, 'input']);
    return;
  }
  visit.templates(step.command, at, [...path, 'command']);
  visit.templates(step.args, at, [...path, 'args']);
  visit.templates(step.cwd, at, [...path, 'cwd']);
  visit.templates(step.env, at, [...path, 'env']);
  visit.templates(step.stdin, at, [...path, 'stdin']);
}

function visitExpressions(texts: readonly string[] | undefined, key: string, visit: Visit): void {
  texts?.forEach((text, index) => {
    visit.expression(text, before, [key, index]);
  });
}

function visitCheck(one: CriterionInput, at: Place, result: Place, path: PlanPath, visit: Visit): void {
  const { check } = one;
  const inner = [...path, 'check'];
  if ('expression' in check) visit.expression(check.expression, at, [...inner, 'expression']);
  else if ('ask' in check) visit.templates(check.ask, at, [...inner, 'ask']);
  else if ('tool' in check) {
    visit.templates(check.input, at, [...inner, 'input']);
    if (check.expect !== undefined) visit.expression(check.expect, result, [...inner, 'expect']);
  }
}
