// Hostile domains and documents: what is malformed, deep or large ends with a named error or a finding, never with
// a crash.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { checkMethods } from '#src/services/planning/htn/methods/check-methods.js';
import type { Domain, Method, Problem } from '#src/services/planning/htn/domain.js';
import {
  readDomainDocument,
  readMethodsDocument,
} from '#src/services/planning/htn/language/domain-document.js';
import { decompositionLines } from '#src/services/planning/htn/output/decomposition-text.js';
import { methodOrder } from '#src/services/planning/htn/output/method-order.js';
import { orderPlan } from '#src/services/planning/htn/output/plan-order.js';
import { repairPlan } from '#src/services/planning/htn/repair/repair-plan.js';
import { guidedSearch } from '#src/services/planning/htn/repair/guided-search.js';
import type { DecompositionNode, HtnPlan } from '#src/services/planning/htn/solution.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';
import { readHtnPlan, writeHtnPlan } from '#src/services/planning/htn/validation/read-plan.js';

/** A task that counts down along a chain: `count(n)` does a step and then `count(n - 1)`. */
function chain(length: number): { domain: Domain; problem: Problem; plan: HtnPlan } {
  const { domain } = readDomainDocument(`version: 1
domain: chain
types: { link: }
predicates: { next: [link, link], last: [link], done: [link] }
operators: { do: { parameters: { l: link }, postconditions: done(?l) } }
tasks: { count: [link] }
methods:
  on: { for: count(?l), parameters: { m: link }, preconditions: 'next(?l, ?m)', subtasks: [do(?l), count(?m)] }
  end: { for: count(?l), preconditions: last(?l), subtasks: do(?l) }
`);
  const name = (index: number): string => `l${index}`;
  const problem: Problem = {
    name: 'long',
    domain: 'chain',
    objects: Array.from({ length }, (_, index) => ({ name: name(index), types: ['link'] })),
    facts: [
      ...Array.from({ length: length - 1 }, (_, index) => ({
        predicate: 'next',
        arguments: [name(index), name(index + 1)],
      })),
      { predicate: 'last', arguments: [name(length - 1)] },
    ],
    values: [],
    network: {
      parameters: [],
      subtasks: [{ id: 't', kind: 'task', name: 'count', terms: ['l0'] }],
      ordering: [],
      constraints: [],
    },
  };
  const nodes: DecompositionNode[] = [];
  for (let index = 0; index < length; index += 1) {
    const at = index * 2;
    const isLast = index === length - 1;
    const task = {
      kind: 'task',
      name: 'count',
      arguments: [name(index)],
      step: null,
      appliedAt: index,
      reachedAt: null,
    } as const;
    const bindings: Record<string, string> = isLast
      ? { '?l': name(index) }
      : { '?l': name(index), '?m': name(index + 1) };
    const children = isLast ? [at + 1] : [at + 1, at + 2];
    const parent = index === 0 ? null : at - 2;
    nodes.push({
      ...task,
      parent,
      subtask: index === 0 ? 't' : 't2',
      method: isLast ? 'end' : 'on',
      bindings,
      children,
    });
    const leaf = {
      kind: 'operator',
      name: 'do',
      arguments: [name(index)],
      method: null,
      bindings: {},
      children: [],
    } as const;
    nodes.push({ ...leaf, parent: at, subtask: 't1', step: index, appliedAt: index, reachedAt: null });
  }
  const steps = Array.from({ length }, (_, index) => ({
    operator: 'do',
    arguments: [name(index)],
    node: index * 2 + 1,
  }));
  return { domain, problem, plan: { steps, nodes, roots: [0], bindings: {}, cost: length } };
}

describe('depth', () => {
  const { domain, problem, plan } = chain(10_000);

  test('a tree of 10,000 levels is checked, written, read, ordered and shown', () => {
    expect(validatePlan(domain, problem, plan).findings).toEqual([]);
    const again = readHtnPlan(writeHtnPlan(plan), domain, problem);
    expect(validatePlan(domain, problem, again).findings).toEqual([]);
    expect(methodOrder(domain, problem, plan)).toHaveLength(9_999);
    expect(orderPlan(domain, problem, plan.steps).before.every((list) => list.length === 0)).toBe(true);
    expect(decompositionLines(plan, { width: 5 })).toHaveLength(6);
  });

  test('and followed by repair', () => {
    const { domain: own, problem: less, plan: short } = chain(2000);
    const outcome = repairPlan(own, less, short, { done: 1000 }, { nodes: 60_000 });
    expect(outcome).toMatchObject({ status: 'repaired', by: 'unchanged' });
  });
});

describe('what never ends', () => {
  test('tasks that lead back to themselves end the search', () => {
    const { domain, problem } = readDomainDocument(`version: 1
domain: circle
predicates: { p: }
operators: { flip: { preconditions: not p, postconditions: p }, flop: { preconditions: p, postconditions: not p } }
tasks: { a: , b: }
methods:
  a-b: { for: a, subtasks: [flip, b] }
  b-a: { for: b, subtasks: [flop, a] }
problem: { tasks: a }
`);
    if (problem === undefined) throw new Error('no problem');
    expect(guidedSearch(domain, problem).status).toBe('exhausted');
    expect(checkMethods({ ...domain, methods: [] }, domain.methods)).toMatchObject([
      { rule: 'recursion' },
      { rule: 'recursion' },
    ]);
  });

  test('a search that would go on is cut off at its limit', () => {
    const { domain, problem } = readDomainDocument(`version: 1
domain: counter
predicates: { enough: }
functions: { n: }
operators: { add: { postconditions: n() += 1 } }
tasks: { more: }
methods: { again: { for: more, subtasks: [add, more] } }
problem: { tasks: more, goal: enough }
`);
    if (problem === undefined) throw new Error('no problem');
    expect(guidedSearch(domain, problem, { nodes: 3000 })).toMatchObject({ status: 'limit' });
  });
});

describe('texts', () => {
  const words = fc.constantFrom(
    'version: 1',
    'domain: d',
    'types:',
    '  a: b',
    'methods:',
    '  m:',
    '    for: t(?x)',
    '    subtasks: [[[]]]',
    'tasks: { t: }',
    'problem: {}',
    '- x',
    '? y',
    '{',
    ']',
    'operators: 3',
    '"',
  );

  test('any text gives a domain or a named error', () => {
    const { domain } = chain(2);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 12 }).map((all) => all.join('\n')),
        ),
        (text) => {
          for (const read of [() => readDomainDocument(text), () => readMethodsDocument(text, domain)]) {
            try {
              read();
            } catch (error) {
              expect(error).toBeInstanceOf(EngineError);
            }
          }
        },
      ),
    );
  });

  test('names that objects of JavaScript have are names like others', () => {
    const { domain, problem } = readDomainDocument(`version: 1
domain: constructor
types: { toString: }
predicates: { hasOwnProperty: [toString] }
operators: { valueOf: { parameters: { x: toString }, preconditions: not hasOwnProperty(?x), postconditions: hasOwnProperty(?x) } }
tasks: { constructor: [toString] }
methods: { __proto__2: { for: constructor(?x), subtasks: valueOf(?x) } }
problem: { objects: { toString: [constructor, __proto__] }, tasks: [constructor(constructor), constructor(__proto__)] }
`);
    if (problem === undefined) throw new Error('no problem');
    const found = guidedSearch(domain, problem);
    if (found.status !== 'solved') throw new Error(found.status);
    expect(validatePlan(domain, problem, found.plan).findings).toEqual([]);
  });

  test('methods with anything in them are judged, not thrown at', () => {
    const { domain } = chain(3);
    const name = fc.constantFrom('do', 'count', 'next', 'nothing', '');
    const term = fc.constantFrom('?l', '?m', 'l0', '?');
    const subtask = fc.record({
      id: fc.constantFrom('a', 'b'),
      kind: fc.constantFrom('task', 'goal'),
      name,
      terms: fc.array(term, { maxLength: 3 }),
    });
    const method = fc.record({
      name: fc.constantFrom('x', 'on'),
      parameters: fc.array(fc.record({ name: term, types: fc.array(name, { maxLength: 1 }) }), {
        maxLength: 3,
      }),
      target: fc.record({
        kind: fc.constantFrom('task', 'goal'),
        name,
        terms: fc.array(term, { maxLength: 2 }),
      }),
      precondition: fc.record({
        kind: fc.constant('atom'),
        predicate: name,
        terms: fc.array(term, { maxLength: 3 }),
      }),
      subtasks: fc.array(subtask, { maxLength: 3 }),
      ordering: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b')), {
        maxLength: 3,
      }),
      constraints: fc.constant([]),
    });
    fc.assert(
      fc.property(fc.array(method as fc.Arbitrary<Method>, { maxLength: 3 }), (methods) => {
        for (const finding of checkMethods(domain, methods)) expect(finding.message).not.toBe('');
      }),
    );
  });
});
