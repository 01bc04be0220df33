// Plans in the competitions' form, in the terms of a domain: the text names methods without their parameters and
// says not where they are applied. Both are worked out here, so that the validator can look at the plan; what
// cannot be worked out is left out, and the validator says what is missing.
import type { Domain, Problem } from '../domain.js';
import { quantity } from '../state/evaluate.js';
import { draftPlan, heldAlready } from './plan-draft.js';
import { placeMethods } from './plan-placing.js';
import { bindParameters, createPlanRun } from '../state/plan-run.js';
import { readPlanText, writePlanText } from './plan-text.js';
import { type HtnPlan, plainNode, type PlanStep } from '../solution.js';

/**
 * Reads a plan in the form `==> … root … <==`.
 *
 * @throws EngineError `INPUT_INVALID` for lines that are not understood, numbers that stand for nothing or are
 * used twice, and names that the domain does not have.
 */
export function readHtnPlan(text: string, domain: Domain, problem: Problem): HtnPlan {
  const drafts = draftPlan(readPlanText(text), domain, problem);
  const run = createPlanRun(domain, problem);
  const operators = new Map(domain.operators.map((one) => [one.name, one]));
  const steps: PlanStep[] = [];
  drafts.forEach(({ step, name, arguments: args }, node) => {
    if (step !== null) steps[step] = { operator: name, arguments: args, node };
  });
  for (const step of steps) {
    const operator = operators.get(step.operator);
    if (operator?.parameters.length === step.arguments.length)
      run.advance({ operator, bindings: bindParameters(operator.parameters, step.arguments) });
  }
  const top = placeMethods(drafts, problem, run);
  const nodes = drafts.map((draft) => plainNode({ ...draft, method: draft.methodName }));
  const cost =
    problem.metric === undefined ? run.cost : quantity(problem.metric.quantity, {}, run.at(run.length));
  return { steps, nodes, roots: top.children, bindings: top.bindings, cost };
}

/** Writes a plan in the form `==> … root … <==`. */
export function writeHtnPlan(plan: HtnPlan): string {
  const idOf = (index: number): string => String(plan.nodes[index]?.step ?? plan.steps.length + index);
  return writePlanText({
    steps: plan.steps.map(({ operator, arguments: args }, at) => ({
      id: String(at),
      operator,
      args,
      line: 0,
    })),
    roots: plan.roots.map(idOf),
    decompositions: plan.nodes.flatMap((node, index) => {
      if (node.kind === 'operator') return [];
      const children = node.children.map(idOf);
      const method = node.method ?? heldAlready;
      return [{ id: idOf(index), task: node.name, args: node.arguments, method, children, line: 0 }];
    }),
  });
}
