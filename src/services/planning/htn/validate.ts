// Validator: is a plan a solution of its problem? Written apart from the searches: with its own evaluation of
// formulas, its own states, and nothing taken on trust.
//
// PV1 the steps can be done one after the other from the initial state: every precondition holds.
// PV2 the goal holds at the end, and the cost is what it is said to be.
// PV3 the tree is a decomposition of the initial task network by the methods, and its leaves are the steps.
// PV4 the steps come in an order that every method and the initial network allow, and each method's
//     precondition holds where it is applied: after all that comes before its task, before all it became.
import type { Domain, Problem } from './domain.js';
import { quantity } from './state/evaluate.js';
import { showFailing } from './state/failing.js';
import type { TypedName } from './formula.js';
import { checkArguments, checkBindings, createFindings } from './validation/plan-findings.js';
import type { Findings, PlanFinding } from './validation/plan-findings.js';
import { bindParameters, createPlanRun } from './state/plan-run.js';
import type { PlanEvent, PlanRun } from './state/plan-run.js';
import { showCall, showFormula } from './language/show.js';
import type { HtnPlan } from './solution.js';
import { checkTree } from './validation/validate-tree.js';

/** Whether a plan is a solution; when it is not, what is wrong where. */
export interface PlanVerdict {
  readonly valid: boolean;
  /** At most 100 of them. */
  readonly findings: readonly PlanFinding[];
  readonly count: number;
}

/**
 * Checks a plan with its decomposition tree (PV1 to PV4). It looks at everything: a finding does not hide
 * those after it, but a step whose operator is unknown changes nothing.
 *
 * @param events - What happened besides its steps: a repaired plan is one from what was observed.
 */
export function validatePlan(
  domain: Domain,
  problem: Problem,
  plan: HtnPlan,
  events: readonly PlanEvent[] = [],
): PlanVerdict {
  const findings = createFindings();
  const run = checkSteps(domain, problem, plan.steps, findings, events);
  checkEnd(problem, plan, run, findings);
  checkTree({ domain, problem, plan, run, findings });
  return { valid: findings.count === 0, findings: findings.list, count: findings.count };
}

/** Runs steps from the initial state (PV1). */
function checkSteps(
  domain: Domain,
  problem: Problem,
  steps: readonly { readonly operator: string; readonly arguments: readonly string[] }[],
  findings: Findings,
  events: readonly PlanEvent[],
): PlanRun {
  const operators = new Map(domain.operators.map((operator) => [operator.name, operator]));
  const run = createPlanRun(domain, problem, events);
  steps.forEach((step, index) => {
    const path = `steps[${index}]`;
    const operator = operators.get(step.operator);
    if (operator === undefined) {
      findings.add('unknown', path, `there is no operator '${step.operator}'`);
      run.advance(emptyStep);
      return;
    }
    const shown = showCall(step.operator, step.arguments);
    const isSound = checkArguments(
      operator.parameters,
      step.arguments,
      { path, shown },
      run.objects,
      findings,
    );
    const bindings = bindParameters(operator.parameters, step.arguments);
    if (isSound) {
      const failing = showFailing(operator.precondition, bindings, run.at(index));
      if (failing !== undefined)
        findings.add(
          'precondition',
          path,
          `${shown} needs ${failing}, which does not hold after ${index} steps`,
        );
    }
    run.advance({ operator, bindings });
  });
  return run;
}

const emptyStep = {
  operator: {
    name: '',
    parameters: [],
    precondition: { kind: 'and', parts: [] },
    postcondition: { kind: 'and', parts: [] },
  },
  bindings: {},
} as const;

function checkEnd(problem: Problem, plan: HtnPlan, run: PlanRun, findings: Findings): void {
  const end = run.at(run.length);
  if (problem.goal !== undefined) {
    const failing = showFailing(problem.goal, {}, end);
    if (failing !== undefined)
      findings.add('goal', 'goal', `expected ${failing} at the end, which does not hold there`);
  }
  const cost = problem.metric === undefined ? run.cost : quantity(problem.metric.quantity, {}, end);
  if (Math.abs(cost - plan.cost) > 1e-6 * Math.max(1, Math.abs(cost)))
    findings.add('cost', 'cost', `the plan says it costs ${plan.cost}, its steps cost ${cost}`);
  const { network } = problem;
  checkBindings(network.parameters, plan.bindings, 'bindings', run.objects, findings);
  for (const constraint of network.constraints) {
    if (!isGround(network.parameters, plan.bindings)) break;
    if (showFailing(constraint, plan.bindings, end) === undefined) continue;
    findings.add('constraint', 'bindings', `expected ${showFormula(constraint, plan.bindings)}`);
  }
}

const isGround = (parameters: readonly TypedName[], bindings: Readonly<Record<string, string>>): boolean =>
  parameters.every(({ name }) => bindings[name] !== undefined);
