// Departures: what a plan does not predict: after some of its steps an operator happens that is possible there.
import type { HtnDomain, HtnPlan, HtnProblem } from 'statewright';
import { changesOf, type Changes } from '#src/services/planning/htn/state/changes.js';
import { firstMatch, matches } from '#src/services/planning/htn/state/evaluate.js';
import { bindParameters, createPlanRun } from '#src/services/planning/htn/state/plan-run.js';

const mostMatches = 200;

/** The changes of an operator that is possible after so many steps and is not the next one; chosen by the seed. */
export function applicableChanges(
  domain: HtnDomain,
  problem: HtnProblem,
  plan: HtnPlan,
  done: number,
  seed: number,
): Changes | undefined {
  const run = createPlanRun(domain, problem);
  for (const step of plan.steps.slice(0, done)) {
    const operator = domain.operators.find(({ name }) => name === step.operator);
    if (operator !== undefined)
      run.advance({ operator, bindings: bindParameters(operator.parameters, step.arguments) });
  }
  const situation = run.at(done);
  const found: Changes[] = [];
  for (const operator of domain.operators) {
    if (firstMatch(operator.parameters, [operator.precondition], {}, situation) === undefined) continue;
    let count = 0;
    for (const bindings of matches(operator.parameters, [operator.precondition], {}, situation)) {
      count += 1;
      if (count > mostMatches) break;
      const next = plan.steps[done];
      const isNext =
        next?.operator === operator.name &&
        operator.parameters.every(({ name }, at) => bindings[name] === next.arguments[at]);
      const changes = changesOf(operator.postcondition, bindings, situation);
      if (!isNext && changes.adds.length + changes.deletes.length > 0) found.push(changes);
    }
  }
  // A linear congruential step spreads small seeds.
  return found[
    Math.floor(((seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 65_536) % Math.max(1, found.length)
  ];
}
