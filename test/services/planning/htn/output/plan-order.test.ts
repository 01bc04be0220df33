// The order of a plan's steps: enough that every line that keeps to it does the same, and not more than that.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCondition, readPostcondition } from '#src/services/planning/htn/language/condition-text.js';
import { reduceEdges } from '#src/services/planning/htn/output/edge-reduction.js';
import type { Axiom, Domain, Operator, Problem } from '#src/services/planning/htn/domain.js';
import { holds } from '#src/services/planning/htn/state/evaluate.js';
import type { Formula } from '#src/services/planning/htn/formula.js';
import { methodOrder } from '#src/services/planning/htn/output/method-order.js';
import { orderPlan } from '#src/services/planning/htn/output/plan-order.js';
import { createPlanRun } from '#src/services/planning/htn/state/plan-run.js';
import { readHtnPlan } from '#src/services/planning/htn/validation/read-plan.js';
import { parcels, parcelsPlan } from '../parcels.js';

const facts = ['a', 'b', 'c', 'd', 'e'];
const literal = fc
  .tuple(fc.boolean(), fc.constantFrom(...facts))
  .map(([isTrue, name]) => `${isTrue ? '' : 'not '}${name}`);
const condition = fc
  .tuple(
    fc.array(literal, { maxLength: 2 }),
    fc.array(literal, { maxLength: 2 }),
    fc.constantFrom('', 'far', 'not far', 'n() >= 2', 'm() < 9'),
  )
  .map(
    ([all, any, more]) =>
      [...all, ...(any.length > 1 ? [`(${any.join(' or ')})`] : any), ...(more === '' ? [] : [more])].join(
        ' and ',
      ) || 'true',
  );
const change = fc.oneof(
  literal,
  fc.tuple(condition, literal).map(([when, then]) => `when ${when} then ${then}`),
  fc.constantFrom('n() += 1', 'n() -= 1', 'n() := 3', 'm() += n()', 'm() *= 2'),
);
const operator = fc
  .tuple(condition, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([pre, post]) => ({ pre, post: post.join(' and ') }));

function domainOf(operators: readonly { pre: string; post: string }[]): Domain {
  const nullary = (name: string): { name: string; parameters: [] } => ({ name, parameters: [] });
  const far: Axiom = { predicate: 'far', parameters: [], condition: readCondition('a and not b').value };
  return {
    name: 'random',
    types: [],
    constants: [],
    predicates: [...facts, 'far'].map(nullary),
    functions: ['n', 'm'].map(nullary),
    tasks: [],
    operators: operators.map(
      ({ pre, post }, at): Operator => ({
        ...nullary(`o${at}`),
        precondition: readCondition(pre).value,
        postcondition: readPostcondition(post).value,
      }),
    ),
    methods: [],
    axioms: [far],
  };
}

const problem = (init: readonly string[], goal?: Formula): Problem => ({
  name: 'p',
  domain: 'random',
  objects: [],
  facts: init.map((predicate) => ({ predicate, arguments: [] })),
  values: [],
  network: { parameters: [], subtasks: [], ordering: [], constraints: [] },
  ...(goal === undefined ? {} : { goal }),
});

/** Steps that run, chosen by numbers. */
function runnable(domain: Domain, init: readonly string[], choices: readonly number[]): number[] {
  const run = createPlanRun(domain, problem(init));
  const steps: number[] = [];
  for (const choice of choices) {
    const able = domain.operators.flatMap((one, at) =>
      holds(one.precondition, {}, run.at(run.length)) ? [at] : [],
    );
    if (able.length === 0) break;
    const at = able[choice % able.length] ?? 0;
    steps.push(at);
    const chosen = domain.operators[at];
    if (chosen !== undefined) run.advance({ operator: chosen, bindings: {} });
  }
  return steps;
}

const world = (run: ReturnType<typeof createPlanRun>): unknown => {
  const { state } = run.at(run.length);
  return [facts.map((name) => state.holds(name, [])), state.value('n', []), state.value('m', [])];
};

describe('the order that matters', () => {
  test('PO1 every line of the steps that keeps to it runs, and ends in the same world', () => {
    fc.assert(
      fc.property(
        fc.array(operator, { minLength: 2, maxLength: 6 }),
        fc.subarray(facts),
        fc.array(fc.nat(100), { minLength: 2, maxLength: 9 }),
        fc.array(fc.nat(100), { minLength: 10, maxLength: 10 }),
        (operators, init, choices, picks) => {
          const domain = domainOf(operators);
          const steps = runnable(domain, init, choices);
          const line = steps.map((at, node) => ({ operator: `o${at}`, arguments: [], node }));
          const { before } = orderPlan(domain, problem(init), line);
          const first = createPlanRun(domain, problem(init));
          for (const at of steps) first.advance({ operator: domain.operators[at] as Operator, bindings: {} });
          const other = createPlanRun(domain, problem(init));
          const open = new Set(steps.keys());
          for (let turn = 0; open.size > 0; turn += 1) {
            const ready = [...open].filter((one) =>
              (before[one] ?? []).every((earlier) => !open.has(earlier)),
            );
            const next = ready[(picks[turn % picks.length] ?? 0) % ready.length] ?? 0;
            open.delete(next);
            const chosen = domain.operators[steps[next] ?? 0] as Operator;
            expect(holds(chosen.precondition, {}, other.at(other.length))).toBe(true);
            other.advance({ operator: chosen, bindings: {} });
          }
          expect(world(other)).toEqual(world(first));
        },
      ),
      {
        numRuns: 700,
        // Writers of the contrary before a step that rests on a derived fact were once left without order.
        examples: [
          [
            [
              { pre: 'far', post: 'not a' },
              { pre: 'true', post: 'not b' },
              { pre: 'true', post: 'when true then b' },
            ],
            ['a'],
            [29, 0, 0, 33, 0],
            [9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
          ],
        ],
      },
    );
  });

  test('PO2 no edge follows from others, and none is lost', () => {
    const graph = fc
      .integer({ min: 1, max: 14 })
      .chain((count) =>
        fc.tuple(...Array.from({ length: count }, (_, node) => fc.subarray([...Array(node).keys()]))),
      );
    const closure = (before: readonly (readonly number[])[]): Set<number>[] => {
      const all: Set<number>[] = [];
      before.forEach((list, node) => {
        all[node] = new Set(list.flatMap((one) => [one, ...(all[one] ?? [])]));
      });
      return all;
    };
    fc.assert(
      fc.property(graph, (before) => {
        const kept = reduceEdges(before);
        expect(closure(kept)).toEqual(closure(before));
        kept.forEach((list, node) => {
          for (const dropped of list) {
            const less = kept.map((one, at) => (at === node ? one.filter((each) => each !== dropped) : one));
            expect(closure(less)).not.toEqual(closure(before));
          }
        });
      }),
    );
  });

  test('PO2 also over several blocks of a long chain with shortcuts', () => {
    const before = Array.from({ length: 9000 }, (_, node) =>
      [node - 5000, node - 17, node - 1].filter((one) => one >= 0),
    );
    expect(reduceEdges(before)).toEqual(before.map((_, node) => (node === 0 ? [] : [node - 1])));
  });

  test('side by side what is apart: two trucks', () => {
    const { domain, problem: two } = parcels(true);
    const text = parcelsPlan.replace('0 drive t b a', '0 drive t b a').replace('<==', '<==');
    const plan = readHtnPlan(text, domain, two);
    const { before, links } = orderPlan(domain, two, plan.steps);
    expect(before).toEqual([[], [0], [1], [2], [3]]);
    expect(links).toContainEqual({ from: 1, to: 4, predicate: 'in', arguments: ['p', 't'], value: true });
    expect(links).toContainEqual({ from: 4, to: null, predicate: 'at', arguments: ['p', 'c'], value: true });
    expect(links).toContainEqual({
      from: null,
      to: null,
      predicate: 'at',
      arguments: ['q', 'b'],
      value: true,
    });
    const steps = [...plan.steps, { operator: 'drive', arguments: ['u', 'c', 'b'], node: 0 }];
    expect(orderPlan(domain, two, steps).before[5]).toEqual([]);
  });
});

describe('the order of methods', () => {
  test('is kept when it is asked for', () => {
    const { domain, problem: two } = parcels();
    const plan = readHtnPlan(parcelsPlan, domain, two);
    expect(methodOrder(domain, two, plan)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });
});
