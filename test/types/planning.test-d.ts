// The types of statewright/planning, as a user's code meets them. The builder has a file of its own.
import { expectTypeOf, test } from 'vitest';
import {
  achieve,
  and,
  checkMethods,
  compare,
  createHtnSearch,
  decompositionLines,
  defineDomain,
  type DomainDocument,
  type EnginePlan,
  explainFailure,
  explainPlan,
  type FailureExplanation,
  failureLines,
  type HtnDomain,
  type HtnMethod,
  type HtnPlan,
  type HtnProblem,
  type HtnSearchOutcome,
  type MethodFinding,
  type NodeExplanation,
  not,
  planHtn,
  planHtnNow,
  type PlanVerdict,
  readDomainDocument,
  readHddl,
  readHtnPlan,
  repairPlan,
  type RepairOutcome,
  toEnginePlan,
  validatePlan,
  withMethods,
  writeHddlDomain,
  writeHddlProblem,
} from 'statewright/planning';

declare const domain: HtnDomain;
declare const problem: HtnProblem;
declare const plan: HtnPlan;

test('a domain comes from a builder, a document or HDDL', () => {
  const lamps = defineDomain({ name: 'lamps', types: { lamp: 'object' }, predicates: { on: ['lamp'] } });
  const lamp = lamps.object('lamp', 'desk');
  expectTypeOf(lamps.build()).toEqualTypeOf<HtnDomain>();
  and(lamps.fact.on(lamp), not(lamps.fact.on(lamp)));
  achieve(lamps.fact.on(lamp));
  // @ts-expect-error A condition is no fact that can be made true by a task.
  achieve(not(lamps.fact.on(lamp)));
  // @ts-expect-error There is no such comparison.
  compare(1, '~', 2);
  const read = readDomainDocument('', { file: 'lamps.yaml' });
  expectTypeOf(read).toEqualTypeOf<DomainDocument>();
  expectTypeOf(read.problem).toEqualTypeOf<HtnProblem | undefined>();
  const hddl = readHddl('');
  expectTypeOf(hddl.domain).toEqualTypeOf<HtnDomain>();
  expectTypeOf(hddl.problem('')).toEqualTypeOf<HtnProblem>();
  expectTypeOf(writeHddlDomain(domain)).toEqualTypeOf<string>();
  expectTypeOf(writeHddlProblem(problem)).toEqualTypeOf<string>();
});

test('only a solved outcome has a plan', async () => {
  const outcome = await planHtn(domain, problem, { nodes: 10, strategies: ['lifted'] });
  expectTypeOf(planHtnNow(domain, problem, {})).toEqualTypeOf<HtnSearchOutcome>();
  expectTypeOf(outcome).toEqualTypeOf<HtnSearchOutcome>();
  // @ts-expect-error Not known to be solved.
  void outcome.plan;
  if (outcome.status === 'solved') expectTypeOf(outcome.plan).toEqualTypeOf<HtnPlan>();
  else if (outcome.status === 'unsolvable') expectTypeOf(outcome.reason).toEqualTypeOf<string>();
  else expectTypeOf(outcome.limit).toEqualTypeOf<'nodes' | 'depth' | 'memory' | 'time' | 'stopped'>();
  expectTypeOf(createHtnSearch(domain, problem).step(8)).toEqualTypeOf<HtnSearchOutcome | null>();
  // @ts-expect-error There is no such strategy.
  await planHtn(domain, problem, { strategies: ['guess'] });
  // @ts-expect-error There is no such limit.
  await planHtn(domain, problem, { seconds: 10 });
});

test('a plan is checked, told, and handed to the engine', () => {
  expectTypeOf(validatePlan(domain, problem, plan)).toEqualTypeOf<PlanVerdict>();
  expectTypeOf(readHtnPlan('', domain, problem)).toEqualTypeOf<HtnPlan>();
  expectTypeOf(decompositionLines(plan, { depth: 2 })).toEqualTypeOf<string[]>();
  const made = toEnginePlan(domain, problem, plan, { order: 'causal' });
  expectTypeOf(made).toEqualTypeOf<EnginePlan>();
  // @ts-expect-error There is no such order.
  toEnginePlan(domain, problem, plan, { order: 'random' });
  // @ts-expect-error A plan is not written to.
  plan.steps[0]!.operator = 'x';
});

test('explanations, repairs and checks of methods', () => {
  expectTypeOf(explainFailure(domain, problem)).toEqualTypeOf<FailureExplanation>();
  expectTypeOf(failureLines).parameter(0).toEqualTypeOf<FailureExplanation>();
  expectTypeOf(explainPlan(domain, problem, plan).node(0)).toEqualTypeOf<NodeExplanation | undefined>();
  const repaired = repairPlan(domain, problem, plan, { done: 1 });
  expectTypeOf(repaired).toEqualTypeOf<RepairOutcome>();
  if (repaired.status === 'repaired') {
    expectTypeOf(repaired.plan).toEqualTypeOf<HtnPlan>();
    expectTypeOf(repaired.by).toEqualTypeOf<'unchanged' | 'following' | 'planning'>();
  } else expectTypeOf(repaired).not.toHaveProperty('plan');
  // @ts-expect-error How much is done must be told.
  repairPlan(domain, problem, plan, {});
  const methods: HtnMethod[] = [];
  expectTypeOf(checkMethods(domain, methods, { tools: 'required' })).toEqualTypeOf<MethodFinding[]>();
  expectTypeOf(withMethods(domain, methods)).toEqualTypeOf<HtnDomain>();
});
