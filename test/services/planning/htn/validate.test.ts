// The validator: accepts what is a solution and names every rule that a plan breaks.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHtnPlan, writeHtnPlan } from '#src/services/planning/htn/validation/read-plan.js';
import type { HtnPlan } from '#src/services/planning/htn/solution.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import { parcels, parcelsPlan } from './parcels.js';

const { domain, problem } = parcels();
const plan = readHtnPlan(parcelsPlan, domain, problem);

const kinds = (changed: HtnPlan): string[] => [
  ...new Set(validatePlan(domain, problem, changed).findings.map(({ kind }) => kind)),
];
const messages = (changed: HtnPlan): string =>
  validatePlan(domain, problem, changed)
    .findings.map(({ path, message }) => `${path}: ${message}`)
    .join('\n');
/** The plan with one node changed. */
const withNode = (
  find: (node: HtnPlan['nodes'][number]) => boolean,
  change: Partial<HtnPlan['nodes'][number]>,
): HtnPlan => {
  const at = plan.nodes.findIndex(find);
  return { ...plan, nodes: plan.nodes.map((node, index) => (index === at ? { ...node, ...change } : node)) };
};
const named = (name: string) => (node: HtnPlan['nodes'][number]) => node.name === name;

describe('a plan in the competitions’ form', () => {
  test('is read with its bindings and positions, and is valid', () => {
    expect(messages(plan)).toBe('');
    const [root] = plan.nodes;
    expect(root).toMatchObject({ method: 'bring', appliedAt: 0, subtask: 'one' });
    expect(root?.bindings).toEqual({ '?x': 'p', '?t': 't', '?from': 'a', '?to': 'c' });
    expect(plan.cost).toBe(5);
  });

  test('is read again as it was written', () => {
    const again = readHtnPlan(writeHtnPlan(plan), domain, problem);
    expect(again).toEqual(plan);
  });

  test('names in other capitals are known', () => {
    const loud = parcelsPlan.replace('drive t b a', 'DRIVE T B A').replace('-> bring', '-> BRING');
    expect(messages(readHtnPlan(loud, domain, problem))).toBe('');
  });

  test.each([
    ['0 drive t b a', '0 dive t b a', /line 3: there is no operator 'dive'/],
    ['-> bring', '-> brin', /there is no method 'brin'/],
    ['root 10 11', 'root 10 11 99', /there is no line with the number 99/],
    ['root 10 11', 'root 10 11 11', /the number 11 is used twice/],
    ['root 10 11', 'root 11', /the step 0 is no part of the decomposition/],
    ['root 10 11\n', '', /expected a line `root`/],
    ['root 10 11', 'roots 10 11', /expected a number and a task/],
  ])('with %j as %j is refused', (from, to, message) => {
    expect(() => readHtnPlan(parcelsPlan.replace(from, to), domain, problem)).toThrow(message);
  });
});

describe('what breaks a rule is found', () => {
  const swapped = (one: number, other: number): HtnPlan => {
    const order = plan.steps.map((_, at) => (at === one ? other : at === other ? one : at));
    const steps = order.flatMap((from) => plan.steps[from] ?? []);
    const nodes = plan.nodes.map((node) => {
      const step = node.step === null ? null : order.indexOf(node.step);
      return { ...node, step, appliedAt: step ?? node.appliedAt };
    });
    return { ...plan, steps, nodes };
  };

  test('PV1 a step before its precondition holds', () => {
    expect(kinds(swapped(0, 1))).toContain('precondition');
    expect(messages(swapped(0, 1))).toContain(
      'load(p, t, a) needs at(t, a), which does not hold after 0 steps',
    );
  });

  test('PV2 a goal that is not reached, a wrong cost', () => {
    const goal = { kind: 'atom', predicate: 'at', terms: ['q', 'c'] } as const;
    const verdict = validatePlan(domain, { ...problem, goal }, plan);
    expect(verdict.findings).toMatchObject([{ kind: 'goal', path: 'goal' }]);
    expect(kinds({ ...plan, cost: 4 })).toEqual(['cost']);
  });

  test('PV3 wrong methods, subtasks, arguments and leaves', () => {
    expect(kinds(withNode(named('deliver'), { method: 'stay' }))).toContain('method');
    expect(kinds(withNode(named('deliver'), { method: 'nothing' }))).toContain('unknown');
    expect(kinds(withNode(named('deliver'), { method: null }))).toContain('method');
    expect(kinds(withNode(named('drive'), { arguments: ['u', 'b', 'a'] }))).toContain('tree');
    expect(kinds(withNode(named('drive'), { step: 2 }))).toContain('tree');
    expect(kinds(withNode(named('deliver'), { children: plan.nodes[0]?.children.slice(1) ?? [] }))).toContain(
      'tree',
    );
    const bindings = { '?x': 'p', '?t': 'u', '?from': 'a', '?to': 'c' };
    expect(kinds(withNode(named('deliver'), { bindings }))).toContain('method');
    expect(kinds(withNode(named('deliver'), { bindings: { '?x': 'p' } }))).toContain('arguments');
    expect(kinds({ ...plan, roots: plan.roots.slice(1) })).toContain('tree');
  });

  test('PV4 an order that is not kept, a method where its precondition does not hold', () => {
    const late = withNode((node) => node.method === 'bring', { appliedAt: 5 });
    expect(kinds(late)).toEqual(expect.arrayContaining(['ordering', 'precondition']));
    const reversed = { ...problem, network: { ...problem.network, ordering: [['two', 'one'] as const] } };
    expect(validatePlan(domain, reversed, plan).findings).toMatchObject([
      { kind: 'ordering', path: 'roots' },
    ]);
    const early = withNode(({ method, step }) => method === 'stay' && step === null, { appliedAt: 0 });
    expect(kinds(early)).toEqual(expect.arrayContaining(['precondition', 'ordering']));
  });

  test('PV4 in partial order the second delivery may come anywhere', () => {
    const { problem: loose } = parcels(true);
    for (let appliedAt = 0; appliedAt <= 5; appliedAt += 1) {
      const moved = withNode(({ method }) => method === 'leave-it', { appliedAt });
      expect(validatePlan(domain, loose, moved).valid).toBe(true);
    }
  });

  test('PV3 any change of one value of the tree is found', () => {
    const targets = [
      'parent',
      'step',
      'name',
      'method',
      'subtask',
      'arguments',
      'children',
      'appliedAt',
    ] as const;
    fc.assert(
      fc.property(
        fc.nat(plan.nodes.length - 1),
        fc.constantFrom(...targets),
        fc.nat(20),
        (index, key, seed) => {
          const node = plan.nodes[index];
          if (node === undefined) return;
          const wrong = {
            parent: seed === node.parent ? seed + 1 : seed,
            step: seed === node.step ? seed + 1 : seed,
            name: `${node.name}x`,
            method: `${node.method}x`,
            subtask: `${node.subtask}x`,
            arguments: [...node.arguments, 'p'],
            children: [...node.children, seed],
            appliedAt: plan.steps.length + 1 + seed,
          };
          const nodes = plan.nodes.map((one, at) => (at === index ? { ...one, [key]: wrong[key] } : one));
          expect(validatePlan(domain, problem, { ...plan, nodes }).valid).toBe(false);
        },
      ),
    );
  });
});
