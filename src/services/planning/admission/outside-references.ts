// Outside references: those of places that do not order tasks. What they read must be there when they run,
// so the order must come from elsewhere, and a refusal names the edge that is missing.
//
// O1 a compensation reads only its own task and tasks before it.
// O2 the condition of a dependency reads only tasks before the task that it guards.
// O3 a contingency reads only tasks before every task that uses it.
// O4 the goal's criteria and failure conditions are asked at the end and may read any task.
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanGraph } from '../../../model/graph.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { Reference } from '../../expression/compilation.js';
import type { ExpressionError } from '../../expression/expression-error.js';
import type { Expressions } from '../../expression/expressions.js';
import {
  visitGoalCriterion,
  visitOutsideExpression,
  visitOutsideStep,
  visitTask,
} from '../graph-references.js';
import type { ReferenceVisitor, TaskEntries } from '../graph-references.js';
import type { PlanPath } from '../plan-problem.js';
import { checkReference } from '../reference-check.js';
import type { NamesOfPlan } from '../reference-check.js';
import { createAncestry } from './ancestry.js';

/** What the check of outside references works on. */
export interface OutsideCheck {
  readonly plan: PlanSpecInput;
  readonly tasks: TaskEntries;
  readonly graph: PlanGraph;
  readonly goal: GoalSpecInput | undefined;
  readonly expressions: Expressions;
  readonly names: NamesOfPlan;
}

/** Checks the references of compensations, dependencies, contingencies and of the goal. */
export function checkOutsideReferences(check: OutsideCheck): void {
  const comesBefore = createAncestry(check.graph);
  const require = (reference: Reference, path: PlanPath, earlier: number, later: number): void => {
    if (earlier === later || reference.guarded || comesBefore(earlier, later)) return;
    const producer = check.graph.ids[earlier] ?? '';
    const reader = check.graph.ids[later] ?? '';
    check.names.problems.add({
      path,
      offset: reference.position,
      message: `\`${reference.text}\` may not be there: nothing makes '${reader}' come after '${producer}'`,
      hint: `Add '${producer}' to \`after\` of '${reader}'.`,
    });
  };
  checkCompensations(check, require);
  checkDependencies(check, require);
  checkContingencies(check, require);
  checkGoal(check);
}

type Require = (reference: Reference, path: PlanPath, earlier: number, later: number) => void;

/** A visitor that checks names, and then the order for those that name a task. */
function visitor(
  check: OutsideCheck,
  base: PlanPath,
  onTask?: (reference: Reference, path: PlanPath, task: number) => void,
): ReferenceVisitor {
  return {
    reference: (reference, place, path) => {
      const task = checkReference(reference, place.roots, [...base, ...path], check.names);
      if (task !== undefined) onTask?.(reference, [...base, ...path], task);
    },
    broken: (error, path) => {
      addBroken(check, error, [...base, ...path]);
    },
  };
}

function addBroken(check: OutsideCheck, error: ExpressionError, path: PlanPath): void {
  check.names.problems.add({ path, message: error.summary, hint: error.hint, offset: error.position });
}

function checkCompensations(check: OutsideCheck, require: Require): void {
  for (const [id, task] of check.tasks) {
    if (task.compensate === undefined) continue;
    const later = check.names.indexOf.get(id);
    // Names were checked when the graph was built; here it is only about the order.
    visitTask({ action: task.action, compensate: task.compensate }, check.expressions, {
      reference: (reference, place, path) => {
        const name = reference.root === 'tasks' ? reference.path[0] : undefined;
        const earlier = typeof name === 'string' ? check.names.indexOf.get(name) : undefined;
        if (place.orders || earlier === undefined || later === undefined) return;
        require(reference, ['tasks', id, ...path], earlier, later);
      },
      broken: () => undefined,
    });
  }
}

function checkDependencies(check: OutsideCheck, require: Require): void {
  check.plan.dependencies?.forEach((dependency, index) => {
    if (dependency.when === undefined) return;
    const later = check.names.indexOf.get(dependency.to);
    const found = visitor(check, ['dependencies', index, 'when'], (reference, path, earlier) => {
      if (later !== undefined) require(reference, path, earlier, later);
    });
    visitOutsideExpression(dependency.when, check.expressions, found);
  });
}

function checkContingencies(check: OutsideCheck, require: Require): void {
  const contingencies = check.plan.contingencies ?? [];
  if (contingencies.length === 0) return;
  const users = new Map<string, number[]>();
  for (const [id, task] of check.tasks) {
    for (const used of task.contingencies ?? []) {
      const index = check.names.indexOf.get(id) ?? -1;
      const known = users.get(used);
      if (known === undefined) users.set(used, [index]);
      else known.push(index);
    }
  }
  contingencies.forEach((contingency, index) => {
    contingency.actions.forEach((step, position) => {
      if (!('action' in step.do)) return;
      const base = ['contingencies', index, 'actions', position, 'do', 'action'];
      const found = visitor(check, base, (reference, path, earlier) => {
        for (const later of users.get(contingency.id) ?? []) require(reference, path, earlier, later);
      });
      visitOutsideStep(step.do.action, check.expressions, found);
    });
  });
}

function checkGoal(check: OutsideCheck): void {
  const { goal, plan, expressions } = check;
  goal?.successCriteria?.forEach((criterion, index) => {
    visitGoalCriterion(criterion, expressions, visitor(check, ['goal', 'successCriteria', index]));
  });
  plan.planCriteria?.forEach((criterion, index) => {
    visitGoalCriterion(criterion, expressions, visitor(check, ['planCriteria', index]));
  });
  goal?.failureConditions?.forEach((condition, index) => {
    const base = ['goal', 'failureConditions', index, 'expression'];
    visitOutsideExpression(condition.expression, expressions, visitor(check, base));
  });
}
