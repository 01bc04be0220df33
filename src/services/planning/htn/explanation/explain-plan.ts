// Explanation of a plan: why each task was done as it was: which method, for which objects, and of the others at
// which precondition they failed in the state there, or that they were possible too.
import type { Domain, Problem } from '../domain.js';
import { firstMatch } from '../state/evaluate.js';
import type { Situation } from '../state/evaluate.js';
import { targetBindings } from '../repair/guided-options.js';
import { blockingCondition } from './misses.js';
import { bindParameters, createPlanRun } from '../state/plan-run.js';
import { showCall, showFormula } from '../language/show.js';
import type { DecompositionNode, HtnPlan } from '../solution.js';

/** A method that was not chosen. */
export interface Alternative {
  readonly method: string;
  /** What did not hold, with the objects that are known; undefined when the method was possible too. */
  readonly failed?: string;
  /** The same with variables. */
  readonly condition?: string;
}

/** Why a task was done as it was. */
export interface NodeExplanation {
  /** Index in the plan's nodes. */
  readonly node: number;
  readonly task: string;
  /** Null where a goal held already. */
  readonly method: string | null;
  readonly description?: string;
  /** The conditions of the method with its objects, all of which held. */
  readonly because: string;
  /** How many steps had been done. */
  readonly after: number;
  readonly alternatives: readonly Alternative[];
}

/** Explains nodes of a plan. */
export interface PlanExplainer {
  /** Undefined for steps: these are done because a method says so. */
  node(index: number): NodeExplanation | undefined;
  /** All tasks and goals of the tree, in its order. */
  all(): NodeExplanation[];
}

/** Prepares the explanation of a plan that the validator accepts. */
export function explainPlan(domain: Domain, problem: Problem, plan: HtnPlan): PlanExplainer {
  const operators = new Map(domain.operators.map((one) => [one.name, one]));
  const run = createPlanRun(domain, problem);
  for (const step of plan.steps) {
    const operator = operators.get(step.operator);
    if (operator !== undefined)
      run.advance({ operator, bindings: bindParameters(operator.parameters, step.arguments) });
  }
  const node = (index: number): NodeExplanation | undefined => {
    const one = plan.nodes[index];
    if (one === undefined || one.kind === 'operator') return undefined;
    const situation = run.at(one.appliedAt);
    const method = domain.methods.find(({ name }) => name === one.method);
    const held = showCall(one.name, one.arguments);
    return {
      node: index,
      task: held,
      method: one.method,
      ...(method?.description === undefined ? {} : { description: method.description }),
      because: method === undefined ? `${held} held already` : showFormula(method.precondition, one.bindings),
      after: one.appliedAt,
      alternatives: method === undefined ? [] : alternativesTo(domain, one, situation),
    };
  };
  return {
    node,
    all: () => plan.nodes.flatMap((_, index) => node(index) ?? []),
  };
}

function alternativesTo(domain: Domain, node: DecompositionNode, situation: Situation): Alternative[] {
  return domain.methods.flatMap((method): Alternative[] => {
    if (method.name === node.method || method.target.kind !== node.kind || method.target.name !== node.name)
      return [];
    const given = targetBindings(method, node.arguments, situation);
    if (given === undefined)
      return [{ method: method.name, failed: `it is for ${showCall(node.name, method.target.terms)}` }];
    const conditions = [method.precondition, ...method.constraints];
    if (firstMatch(method.parameters, conditions, given, situation) !== undefined)
      return [{ method: method.name }];
    const blocking = blockingCondition(method.parameters, conditions, given, situation);
    if (blocking === undefined) return [{ method: method.name }];
    const { condition, bindings } = blocking;
    return [
      { method: method.name, failed: showFormula(condition, bindings), condition: showFormula(condition) },
    ];
  });
}

/** An explanation in words. */
export function explanationLines({
  task,
  method,
  description,
  because,
  after,
  alternatives,
}: NodeExplanation): string[] {
  const when = after === 0 ? 'at the beginning' : `after step ${after}`;
  if (method === null) return [`${task}: it held already ${when}`];
  const reason = because === 'true' ? 'which needs nothing' : `because ${because} held ${when}`;
  return [
    `${task}: by '${method}', ${reason}${description === undefined ? '' : ` (${description})`}`,
    ...alternatives.map((one) =>
      one.failed === undefined
        ? `  '${one.method}' was possible too`
        : `  not '${one.method}': ${one.condition === undefined ? one.failed : `${one.failed} did not hold`}`,
    ),
  ];
}
