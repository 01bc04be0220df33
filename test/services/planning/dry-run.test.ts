// The dry run: what a plan would do, as data.
import { describe, expect, test } from 'vitest';
import { createExpressions } from '#src/services/expression/expressions.js';
import { describeAction, describePlan } from '#src/services/planning/dry-run.js';
import { buildGraph } from '#src/services/planning/graph.js';
import { call } from './sample-plans.js';

describe('describePlan', () => {
  test('tells order, times, cost and what is held', () => {
    const locked = { locks: [{ name: 'workdir' }], resources: [{ name: 'seat', amount: 2 }] };
    const plan = {
      strategy: { maxParallelTasks: 1, retry: { maxRetries: 1 } },
      resources: { seat: { capacity: 2 }, fuel: { kind: 'consumable' as const, initial: 5 } },
      tasks: {
        a: call(
          {},
          {
            name: 'First',
            estimate: { expectedMs: 10, p50Ms: 8, p95Ms: 30, cost: 2, tokens: 5 },
            requires: locked,
          },
        ),
        b: call(
          {},
          {
            after: ['a'],
            estimate: { expectedMs: 20, cost: 1 },
            approval: 'required',
            critical: true,
            requires: locked,
          },
        ),
        c: call({}, { after: ['a'], estimate: { expectedMs: 5 }, optional: true }),
        d: call({}, { after: ['a', 'b'], estimate: { expectedMs: 1 } }),
      },
    };
    const { graph } = buildGraph(plan, createExpressions());
    const described = describePlan(plan, graph, [{ path: 'x', message: 'y' }]);
    expect(described).toMatchObject({
      levels: [['a'], ['b', 'c'], ['d']],
      criticalPath: ['a', 'b', 'd'],
      estimates: { minMs: 29, expectedMs: 36, maxMs: 82, expectedCost: 3, maxCost: 6, tokens: 5 },
      width: 1,
      widest: 1,
      locks: [{ name: 'workdir', tasks: ['a', 'b'] }],
      resources: [
        { name: 'seat', kind: 'reusable', capacity: 2, asked: 4, tasks: 2 },
        { name: 'fuel', kind: 'consumable', initial: 5, asked: 0, tasks: 0 },
      ],
      problems: [{ path: 'x', message: 'y' }],
    });
    expect(described.tasks[0]).toEqual({
      id: 'a',
      name: 'First',
      action: 'data.echo',
      after: [],
      level: 0,
      expectedMs: 10,
      startMs: 0,
      slackMs: 0,
      isCritical: false,
      isOptional: false,
      needsApproval: false,
    });
    expect(described.tasks[3]).toMatchObject({ after: ['b'], level: 2, startMs: 35, slackMs: 0 });
    expect(described.tasks[2]).toMatchObject({ isOptional: true, slackMs: 16 });
  });

  test('looks at locks, resources and exclusions', () => {
    const held = { requires: { locks: [{ name: 'door' }] } };
    const seated = { requires: { resources: [{ name: 'seat', amount: 2 }] } };
    const timed = (more: object): ReturnType<typeof call> =>
      call({}, { estimate: { expectedMs: 10 }, ...more });
    const plan = {
      resources: { seat: { capacity: 3 } },
      tasks: { a: timed(held), b: timed(held), c: timed(seated), d: timed(seated), e: timed({}) },
      dependencies: [{ from: 'a', to: 'c', type: 'conflict' as const }],
    };
    const { graph } = buildGraph(plan, createExpressions());
    const { estimates, tasks, widest } = describePlan(plan, graph);
    expect(estimates).toMatchObject({ minMs: 10, expectedMs: 20, maxMs: 40 });
    const [a, b, c, d] = tasks.map(({ startMs }) => startMs);
    expect([a, b].toSorted((one = 0, other = 0) => one - other)).toEqual([0, 10]);
    expect([c, d].toSorted((one = 0, other = 0) => one - other)).toEqual([0, 10]);
    expect(a).not.toBe(c);
    expect(widest).toBe(3);
  });

  test('a sequential plan has the width 1', () => {
    const plan = { strategy: { mode: 'sequential' as const }, tasks: { a: call(), b: call() } };
    const { graph } = buildGraph(plan, createExpressions());
    expect(describePlan(plan, graph)).toMatchObject({
      width: 1,
      widest: 1,
      estimates: { minMs: 60_000, expectedMs: 120_000 },
    });
  });
});

describe('describeAction', () => {
  test.each([
    [{ kind: 'tool_call' as const, tool: 'fs.read' }, 'fs.read'],
    [{ kind: 'system_cmd' as const, command: 'node', args: ['x.mjs', 1] }, 'node x.mjs 1'],
    [{ kind: 'wait' as const, for: { durationMs: 500 } }, 'wait 500 ms'],
    [{ kind: 'wait' as const, for: { durationMs: '{{ inputs.d }}' } }, 'wait {{ inputs.d }}'],
    [{ kind: 'wait' as const, for: { until: 0 } }, 'wait until 1970-01-01T00:00:00.000Z'],
    [{ kind: 'wait' as const, for: { signal: 'go' } }, 'wait for the signal go'],
    [{ kind: 'wait' as const, for: { approval: 'sure?' } }, 'wait for approval: sure?'],
    [
      { kind: 'for_each' as const, items: [1, 2], do: { kind: 'tool_call' as const, tool: 'a.b' } },
      'for each of 2 items: a.b',
    ],
    [{ kind: 'system_cmd' as const, command: 'x'.repeat(100) }, `${'x'.repeat(79)}…`],
  ])('%j', (action, text) => {
    expect(describeAction(action)).toBe(text);
  });
});
