// Classes of problems for the bench of the planner: their text can be read, is the same for the same seed, and the
// smallest of each is planned, but for those that are hard from the beginning.
import { describe, expect, test } from 'vitest';
import { problemClasses } from '../../bench/htn/classes/problem-classes.js';
import { createChance } from '#src/services/planning/htn/search/chance.js';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';

const hard = ['free-cells', 'job-recognition'];

describe.each(problemClasses.map((each) => [each.name, each] as const))('%s', (name, each) => {
  const [smallest = 1, next = 2] = each.sizes;
  const reader = readHddl(each.domain, name);

  test('is the same for the same seed', () => {
    const text = each.problem(next, createChance(5));
    expect(each.problem(next, createChance(5))).toBe(text);
    expect(each.problem(next, createChance(6))).not.toBe(text);
    expect(reader.problem(text, name).facts.length).toBeGreaterThan(4);
  });

  test.skipIf(hard.includes(name))('the smallest is planned', () => {
    const problem = reader.problem(each.problem(smallest, createChance(smallest * 1000 + 1)), name);
    const outcome = planHtnNow(reader.domain, problem, { nodes: 500_000 });
    if (outcome.status !== 'solved') throw new Error(outcome.reason);
    expect(validatePlan(reader.domain, problem, outcome.plan).findings).toEqual([]);
  });
});
