// Admission: a plan is checked as a whole before anything runs. What passes can be started: its tools exist,
// their inputs fit, what is read is written before, and what is asked for can be given.
//
// Problems of references and of the order itself are found with the graph (graph.ts); here is what needs to
// know the tools, the machine and the goal. Both together make a plan admissible.
import type { Problem } from '../../../errors.js';
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanGraph } from '../../../model/graph.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { Expressions } from '../../expression/expressions.js';
import type { ToolRegistry } from '../../tools/registry.js';
import { createPlanProblems, toProblem } from '../plan-problem.js';
import type { PlanProblem } from '../plan-problem.js';
import { checkAsking } from './asking.js';
import { checkCapacity } from './capacity.js';
import type { Machine } from './capacity.js';
import { checkAllCriteria } from './criteria.js';
import { checkDeadlocks } from './deadlock.js';
import { checkNames } from './names.js';
import { checkOutsideReferences } from './outside-references.js';
import { checkTools } from './tools.js';
import type { AllowedCommands } from './tools.js';

/** What a plan is checked against. What is left out is not checked. */
export interface AdmissionOptions {
  readonly expressions: Expressions;
  readonly tools?: Pick<ToolRegistry, 'get' | 'nearest'> | undefined;
  readonly machine?: Machine | undefined;
  /** The goal that the plan is for: its criteria and constraints are checked with it. */
  readonly goal?: GoalSpecInput | undefined;
  /** Whether there is a language model to ask [false]. */
  readonly hasModel?: boolean | undefined;
  readonly commands?: AllowedCommands | undefined;
}

/**
 * Checks a plan against the tools, the machine and the goal.
 *
 * @param graph - The graph that was built from the plan without problems.
 * @returns What is wrong, at most 200 problems; empty when the plan can be started. Paths are those of the
 * long form.
 */
export function admit(plan: PlanSpecInput, graph: PlanGraph, options: AdmissionOptions): Problem[] {
  return admissionProblems(plan, graph, options).map(toProblem);
}

/** The same as {@link admit}, before the problems are put into words for people. */
export function admissionProblems(
  plan: PlanSpecInput,
  graph: PlanGraph,
  options: AdmissionOptions,
): readonly PlanProblem[] {
  const { expressions, tools, machine, goal, hasModel = false, commands } = options;
  const problems = createPlanProblems();
  // Listing the entries of a map of 100,000 tasks takes longer than most of the checks.
  const tasks = Object.entries(plan.tasks);
  checkNames({ plan, tasks, problems });
  checkAsking(tasks, problems);
  checkAllCriteria({ plan, tasks, goal, hasModel, problems });
  checkTools({ plan, tasks, goal, tools, commands, problems });
  checkCapacity({ plan, tasks, machine, goal, problems });
  checkDeadlocks(plan, tasks, graph, problems);
  const indexOf = new Map(graph.ids.map((id, index) => [id, index]));
  checkOutsideReferences({ plan, tasks, graph, goal, expressions, names: { plan, indexOf, problems } });
  return problems.list;
}
