// The graph of a plan: its edges, its cycles, and what is wrong with its references.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphFlags, listOf, packLists, PlanGraph } from '#src/model/graph.js';
import type { PlanSpecInput } from '#src/model/plan.js';
import { createExpressions } from '#src/services/expression/expressions.js';
import { buildGraph } from '#src/services/planning/graph.js';
import { orderGraph } from '#src/services/planning/graph-order.js';
import { acyclicPlan, call } from './sample-plans.js';

const expressions = createExpressions();
const build = (plan: PlanSpecInput) => buildGraph(plan, expressions);
const messages = (plan: PlanSpecInput): string[] =>
  build(plan).problems.map((one) => `${one.path}: ${one.message}`);

describe('edges', () => {
  test('come from `after`, references and dependencies', () => {
    const { graph, problems } = build({
      inputs: { out: {} },
      tasks: {
        fetch: call({}, { estimate: { expectedMs: 10 }, priority: 9 }),
        'make-index': call({ body: '{{ tasks.fetch.output.body }}' }, { estimate: { expectedMs: 5 } }),
        publish: call(
          {},
          {
            after: ['make-index', 'fetch'],
            approval: 'required',
            critical: true,
            estimate: { expectedMs: 1 },
          },
        ),
        loop: {
          action: {
            kind: 'for_each',
            items: 'tasks.fetch.output.items',
            do: { kind: 'system_cmd', command: '{{ item }}{{ inputs.out }}' },
          },
          optional: true,
        },
        pause: { action: { kind: 'wait', for: { durationMs: '{{ tasks.publish.output.ms }}' } } },
      },
      dependencies: [
        { from: 'fetch', to: 'publish', type: 'on_condition', when: 'true' },
        { from: 'pause', to: 'loop', type: 'conflict' },
        { from: 'loop', to: 'pause', type: 'resource' },
        { from: 'loop', to: 'publish', type: 'preferred' },
        { from: 'fetch', to: 'pause', type: 'temporal', minLagMs: 5 },
      ],
    });
    expect(problems).toEqual([]);
    expect(PlanGraph.parse(graph)).toEqual({
      ids: ['fetch', 'make-index', 'publish', 'loop', 'pause'],
      before: packLists([[], [], [1, 0], [], []]),
      data: packLists([[], [0], [], [0], [2]]),
      special: [
        { from: 0, to: 2, type: 'on_condition', when: 'true' },
        { from: 3, to: 2, type: 'preferred' },
        { from: 0, to: 4, type: 'temporal', minLagMs: 5 },
      ],
      exclusions: [[3, 4]],
      estimateMs: [10, 5, 1, 60_000, 60_000],
      priority: [9, 5, 5, 5, 5],
      tailMs: [60_016, 60_006, 60_001, 60_000, 60_000],
      flags: [
        0,
        0,
        graphFlags.critical + graphFlags.needsApproval,
        graphFlags.loop + graphFlags.optional,
        graphFlags.waits,
      ],
    });
  });

  test('F1: come from every place that is looked at before or while a task runs', () => {
    const reads = '{{ tasks.a.output }}';
    const places: PlanSpecInput['tasks'] = {
      a: call(),
      when: call({}, { when: 'tasks.a.output.ok' }),
      pre: call({}, { preconditions: ['tasks.a.output.ok'] }),
      post: call({}, { postconditions: ['tasks.a.output.ok'] }),
      probe: call({}, { probe: { kind: 'system_cmd', command: 'x', args: [reads] } }),
      criterion: call(
        {},
        { successCriteria: [{ id: 'c', check: { expression: 'output == tasks.a.output' } }] },
      ),
      expect: call(
        {},
        { successCriteria: [{ id: 'c', check: { tool: 'a.b', expect: 'result == tasks.a.output' } }] },
      ),
      compensate: call(
        {},
        { compensate: { kind: 'tool_call', tool: 'a.b', input: { x: reads, own: '{{ output }}' } } },
      ),
    };
    const { graph, problems } = build({ tasks: places });
    expect(problems).toEqual([]);
    expect(graph.data).toEqual(packLists([[], [0], [0], [0], [0], [0], [0], []]));
  });

  test('G2: what may be missing, and a status, waits for the end however it ends', () => {
    const { graph } = build({
      tasks: {
        a: call(),
        b: call({ x: '{{ default(tasks.a.output.n, 0) }}' }),
        c: call({}, { when: "tasks.a.status == 'failed'" }),
        d: call({ x: '{{ default(tasks.a.output.n, 0) + tasks.a.output.m }}' }),
        e: call({ x: '{{ tasks.a.attempts }}' }, { after: ['a'] }),
      },
    });
    expect(graph.special).toEqual([
      { from: 0, to: 1, type: 'on_condition', when: 'true' },
      { from: 0, to: 2, type: 'on_condition', when: 'true' },
    ]);
    expect([listOf(graph.data, 3), listOf(graph.before, 4)]).toEqual([[0], [0]]);
  });

  test('G3: doubles are kept once, data before sequence', () => {
    const { graph } = build({
      tasks: {
        a: call(),
        b: call({ x: '{{ tasks.a.output }}', y: '{{ tasks.a.output }}' }, { after: ['a', 'a'] }),
      },
      dependencies: [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'b', type: 'data' },
      ],
    });
    expect([graph.before, graph.data]).toEqual([packLists([[], []]), packLists([[], [0]])]);
  });

  test('G5: a temporal wish against the order is left out', () => {
    const { graph, problems } = build({
      tasks: { a: call(), b: call({}, { after: ['a'] }), c: call() },
      dependencies: [
        { from: 'b', to: 'a', type: 'temporal' },
        { from: 'b', to: 'c', type: 'temporal' },
      ],
    });
    expect(problems).toEqual([]);
    expect(graph.special).toEqual([{ from: 1, to: 2, type: 'temporal' }]);
  });
});

describe('problems', () => {
  test('name what is unknown, with the nearest known', () => {
    const plan: PlanSpecInput = {
      inputs: { 'out-dir': {} },
      tasks: {
        fetch: call(
          { a: '{{ inputs.out }}', b: '{{ foo.bar }}', c: '{{ 1 + }}' },
          { after: ['fecth', 'fetch'] },
        ),
        b: call({
          x: [
            '{{ tasks.fetchh.output }}',
            '{{ tasks.fetch.otput }}',
            '{{ tasks.b.output }}',
            '{{ tasks[inputs.x].output }}',
          ],
        }),
      },
      dependencies: [
        { from: 'fetch', to: 'bb' },
        { from: 'b', to: 'b' },
      ],
    };
    const { problems } = build(plan);
    expect(problems.map(({ path, message, hint }) => [path, message, hint])).toEqual([
      ['tasks.fetch.after[0]', "there is no task 'fecth'", "Did you mean 'fetch'?"],
      ['tasks.fetch.after[1]', "task 'fetch' comes after itself", undefined],
      [
        'tasks.fetch.action.input.a',
        "there is no input 'out'; declared: out-dir",
        "Write inputs['out-dir'].",
      ],
      ['tasks.fetch.action.input.b', 'there is no `foo` here; there is inputs, tasks, goal', undefined],
      ['tasks.fetch.action.input.c', 'expected a value, got the end', undefined],
      ['tasks.b.action.input.x[0]', "there is no task 'fetchh'", "Did you mean 'fetch'?"],
      [
        'tasks.b.action.input.x[1]',
        "a task has output, status, attempts and failure, got 'otput' in `tasks.fetch.otput`",
        "Did you mean 'output'?",
      ],
      ['tasks.b.action.input.x[2]', "task 'b' refers to itself: tasks.b.output", expect.any(String)],
      ['tasks.b.action.input.x[3]', "there is no input 'x'; declared: out-dir", undefined],
      ['tasks.b.action.input.x[3]', '`tasks` does not name a task', expect.any(String)],
      ['dependencies[0].to', "there is no task 'bb'", undefined],
      ['dependencies[1]', "task 'b' depends on itself", undefined],
    ]);
  });

  test('loop variables are known in the loop only', () => {
    const loop = (as?: string): PlanSpecInput => ({
      tasks: {
        a: call(),
        b: {
          action: {
            kind: 'for_each',
            items: 'tasks.a.output',
            ...(as === undefined ? {} : { as }),
            do: { kind: 'tool_call', tool: 'a.b', input: '{{ [item, index] }}' },
          },
          compensate: { kind: 'tool_call', tool: 'a.b', input: '{{ [item, index, output] }}' },
        },
      },
    });
    expect(messages(loop())).toEqual([]);
    expect(messages(loop('file'))).toEqual([
      'tasks.b.action.do.input: there is no `item` here; there is inputs, tasks, goal, file, index',
      'tasks.b.compensate.input: there is no `item` here; there is inputs, tasks, goal, output, file, index',
    ]);
  });

  test('a cycle is printed and placed', () => {
    const plan = {
      tasks: {
        a: call({}, { after: ['c'] }),
        b: call({ x: '{{ tasks.a.output }}' }),
        c: call(),
        d: call({}, { after: ['b'] }),
      },
      dependencies: [{ from: 'b', to: 'c' }],
    };
    const [problem] = build(plan).problems;
    expect(problem?.message).toMatch(/in a circle: (a → b → c → a|b → c → a → b|c → a → b → c)$/);
    expect(build(plan).graph.tailMs).toEqual([0, 0, 0, 0]);
    const [again] = build({
      tasks: { a: call({}, { after: ['b'] }), b: call({}, { after: ['a'] }) },
    }).problems;
    expect(again?.path).toMatch(/^tasks\.[ab]\.after\[0\]$/);
  });

  test('are kept up to a limit', () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`t${index}`, call({}, { after: ['nobody'] })]),
    );
    expect(build({ tasks }).problems).toHaveLength(200);
  });
});

describe('properties', () => {
  test('G1, G4: plans without cycles have no problems, and their order respects every edge', () => {
    fc.assert(
      fc.property(acyclicPlan, (plan) => {
        const { graph, problems } = build(plan);
        expect(problems).toEqual([]);
        expect(PlanGraph.safeParse(graph).success).toBe(true);
        const { order, levelOf } = orderGraph(graph);
        expect([...order].sort((a, b) => a - b)).toEqual(graph.ids.map((_, index) => index));
        const place = new Map([...order].map((index, at) => [index, at]));
        graph.ids.forEach((_, to) => {
          for (const from of [...listOf(graph.before, to), ...listOf(graph.data, to)]) {
            expect(place.get(from)).toBeLessThan(place.get(to) ?? 0);
            expect(levelOf[from]).toBeLessThan(levelOf[to] ?? 0);
            expect(graph.tailMs[from]).toBeGreaterThanOrEqual(
              (graph.tailMs[to] ?? 0) + (graph.estimateMs[from] ?? 0),
            );
          }
        });
      }),
    );
  });

  test('an edge back is refused with a cycle that is really there', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.nat(), (plan, chance) => {
        const { graph } = build(plan);
        const edges = graph.ids.flatMap((_, to) =>
          [...listOf(graph.before, to), ...listOf(graph.data, to)].map((from) => [from, to]),
        );
        const edge = edges[chance % Math.max(1, edges.length)];
        fc.pre(edge !== undefined);
        const [from, to] = (edge ?? []).map((index) => graph.ids[index] ?? '');
        const broken = {
          ...plan,
          dependencies: [...(plan.dependencies ?? []), { from: to ?? '', to: from ?? '' }],
        };
        const { graph: cyclic, problems } = build(broken);
        expect(problems).toHaveLength(1);
        const circle = /circle: (.*)$/.exec(problems[0]?.message ?? '')?.[1]?.split(' → ') ?? [];
        fc.pre(!circle.some((id) => id.startsWith('…')));
        expect(circle.length).toBeGreaterThan(2);
        expect(circle[0]).toBe(circle.at(-1));
        for (let at = 0; at + 1 < circle.length; at += 1) {
          const [one, next] = [
            cyclic.ids.indexOf(circle[at] ?? ''),
            cyclic.ids.indexOf(circle[at + 1] ?? ''),
          ];
          const sources = [
            ...listOf(cyclic.before, next),
            ...listOf(cyclic.data, next),
            ...cyclic.special.filter((special) => special.to === next).map((special) => special.from),
          ];
          expect(sources).toContain(one);
        }
      }),
    );
  });

  test('a chain of 100,000 tasks neither overflows nor takes for ever', () => {
    const size = 100_000;
    const tasks = Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `t${index}`,
        call({}, { after: index === 0 ? [] : [`t${index - 1}`], estimate: { expectedMs: 1 } }),
      ]),
    );
    const { graph, problems } = build({ tasks });
    expect([problems.length, graph.tailMs[0]]).toEqual([0, size]);
    tasks['t0'] = call({}, { after: [`t${size - 1}`] });
    expect(build({ tasks }).problems[0]?.message).toContain(`… (${size - 10} more) …`);
  });
});
