// Plan order: of the line of steps that a planner found, the order that matters. A step must come after those
// that make what it needs, and nothing may come between that unmakes it (deordering by the causal structure and
// its threats: Subbarao Kambhampati and Smadar Kedar, 1994; Christer Bäckström, 1998).
//
// PO1 every line of the steps that keeps to the order can be carried out, and ends in the same world.
// PO2 no edge follows from others.
import type { Domain, Problem } from '../domain.js';
import type { GroundStep } from '../state/plan-run.js';
import { bindParameters, createPlanRun } from '../state/plan-run.js';
import { invariant } from '../../../../errors.js';
import type { FactChange } from '../state/changes.js';
import { createAccessLog } from './access-log.js';
import type { CausalLink } from './access-log.js';
import { reduceEdges } from './edge-reduction.js';
import type { Postcondition } from '../formula.js';
import type { HtnPlan } from '../solution.js';
import { keyOf } from '../state/state-history.js';
import { basisOfAxioms, createReadCollector } from './step-reads.js';

export interface PlanOrder {
  /** For each step the steps that come right before it. */
  readonly before: readonly (readonly number[])[];
  readonly links: readonly CausalLink[];
}

/**
 * Finds the order that matters among the steps of a plan that runs.
 *
 * @param extra - Further orders that are to be kept, as pairs of steps.
 */
export function orderPlan(
  domain: Domain,
  problem: Problem,
  steps: HtnPlan['steps'],
  extra: Iterable<readonly [number, number]> = [],
): PlanOrder {
  const operators = new Map(domain.operators.map((one) => [one.name, one]));
  const basis = basisOfAxioms(domain);
  const run = createPlanRun(domain, problem);
  const log = createAccessLog(steps.length);
  steps.forEach(({ operator: name, arguments: args }, index) => {
    const operator = operators.get(name);
    invariant(operator !== undefined, `a plan that is ordered has known operators: ${name}`);
    const step: GroundStep = { operator, bindings: bindParameters(operator.parameters, args) };
    const reads = createReadCollector(basis);
    const situation = run.at(index);
    reads.condition(operator.precondition, step.bindings, situation);
    reads.postcondition(operator.postcondition, step.bindings, situation);
    log.read(index, reads);
    const changes = run.advance(step);
    const held = (one: FactChange): boolean => situation.state.holds(one.predicate, one.arguments);
    for (const one of changes.deletes) log.write(index, one, false, held(one));
    for (const one of changes.adds) log.write(index, one, true, held(one));
    const assigned = assignedBy(operator.postcondition);
    for (const one of changes.numbers)
      log.writeNumber(index, keyOf(one.function, one.arguments), !assigned.has(one.function));
  });
  if (problem.goal !== undefined) {
    const reads = createReadCollector(basis);
    reads.condition(problem.goal, {}, run.at(steps.length));
    log.read(steps.length, reads);
  }
  const { before, links } = log.finish();
  for (const [first, second] of extra) before[second]?.add(first);
  return { before: reduceEdges(before.map((set) => [...set].sort((a, b) => a - b))), links };
}

/** The functions that a postcondition changes otherwise than by adding or subtracting. */
function assignedBy(one: Postcondition): ReadonlySet<string> {
  const found = new Set<string>();
  const gather = (part: Postcondition): void => {
    if (part.kind === 'and') part.parts.forEach(gather);
    else if (part.kind === 'when' || part.kind === 'forall') gather(part.postcondition);
    else if (part.kind === 'change' && part.change !== 'increase' && part.change !== 'decrease')
      found.add(part.fluent.function);
  };
  gather(one);
  return found;
}
