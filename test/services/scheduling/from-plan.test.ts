// From a plan to a scheduling problem: what each part of the plan becomes.
import { describe, expect, test } from 'vitest';
import { parsePlanDocument } from '#src/services/planning/document/plan-document.js';
import { problemFromPlan } from '#src/services/scheduling/from-plan.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';

const document = `
version: 1
goal:
  name: Brew
  deadline: 2027-01-01T00:01:00Z
  constraints: { resource: { budget: { dollars: 9, tokens: 50 } }, time: { minStartDelay: 2s } }
strategy: { maxParallelTasks: 3 }
resources:
  kettle: { capacity: 1.5 }
  water: { kind: consumable, initial: 2.25, costPerUnit: 4 }
  tea: { kind: producible, initial: 0, capacity: 8 }
  calls: { kind: rate, capacity: 2 }
tasks:
  boil:
    action: { tool: data.echo }
    estimate: { expectedMs: 3000, p50Ms: 2000, p95Ms: 9000, cost: 1, tokens: 7 }
    requires:
      locks: [{ name: kitchen, mode: shared }, { name: pair-1 }]
      memoryMb: 512
      resources: [{ name: kettle, amount: 0.5 }, { name: water, amount: 0.75, when: start }]
  brew:
    action: { tool: data.echo, input: { value: "{{ tasks.boil.output }}" } }
    optional: true
    priority: 7
    requires: { resources: [{ name: tea, amount: 3, when: end }, { name: calls }] }
  pour: { action: { tool: data.echo }, after: [brew], requires: { resources: [{ name: tea, amount: 2 }] } }
  tell: { action: { tool: data.echo } }
dependencies:
  - { from: pour, to: tell, type: temporal, minLag: 5s, maxLag: 9s }
  - { from: boil, to: tell, type: conflict }
  - { from: boil, to: pour, type: preferred }
`;

const { document: parsed, graph } = parsePlanDocument(document, { format: 'yaml' });
const options = { graph, goal: parsed.goal, beginAt: Date.parse('2027-01-01T00:00:00Z') };

describe('problemFromPlan', () => {
  const { problem, unitMs } = problemFromPlan(parsed.plan, { ...options, machine: { memoryMb: 1000 } });
  const task = (id: string): (typeof problem.tasks)[number] | undefined =>
    problem.tasks.find((one) => one.id === id);

  test('is a problem that reads', () => {
    expect(readProblem(problem)).toEqual(problem);
    expect(unitMs).toBe(1);
  });

  test('orderings become lags, wishes only as far as the engine keeps them', () => {
    expect(problem.lags).toEqual([
      { from: 'brew', to: 'pour', anchor: 'finish-start', min: 0 },
      { from: 'boil', to: 'brew', anchor: 'finish-start', min: 0 },
      { from: 'pour', to: 'tell', anchor: 'finish-start', min: 5000 },
    ]);
    const strict = problemFromPlan(parsed.plan, { ...options, maxLags: true }).problem;
    expect(strict.lags.at(-1)).toMatchObject({ min: 5000, max: 9000 });
    const unread = problemFromPlan(parsed.plan).problem;
    expect(unread.lags.map(({ from, to }) => `${from} ${to}`)).toEqual(['brew pour', 'pour tell']);
  });

  test('locks stay, and pairs that exclude each other have one of their own', () => {
    expect(task('boil')?.modes[0]?.locks).toEqual([
      { name: 'kitchen', mode: 'shared' },
      { name: 'pair-1', mode: 'exclusive' },
      { name: 'pair--1', mode: 'exclusive' },
    ]);
    expect(task('tell')?.modes[0]?.locks).toEqual([{ name: 'pair--1', mode: 'exclusive' }]);
  });

  test('resources are scaled to whole numbers, each by itself', () => {
    expect(problem.resources).toEqual([
      { id: 'width', kind: 'reusable', capacity: 3, calendar: [] },
      { id: 'kettle', kind: 'reusable', capacity: 15, calendar: [] },
      { id: 'water', kind: 'consumable', initial: 225 },
      { id: 'tea', kind: 'producible', initial: 0, capacity: 8 },
      { id: 'calls', kind: 'reusable', capacity: 2, calendar: [] },
      { id: 'machine.memoryMb', kind: 'reusable', capacity: 1000, calendar: [] },
    ]);
    expect(task('boil')?.modes[0]).toMatchObject({
      uses: [
        { resource: 'width', amount: 1 },
        { resource: 'kettle', amount: 5 },
        { resource: 'machine.memoryMb', amount: 512 },
      ],
      changes: [{ resource: 'water', amount: -75, when: 'start' }],
    });
    expect(task('brew')?.modes[0]?.changes).toEqual([{ resource: 'tea', amount: 3, when: 'end' }]);
    expect(task('pour')?.modes[0]?.changes).toEqual([{ resource: 'tea', amount: -2, when: 'start' }]);
  });

  test('estimates become durations and costs; deadline and budgets bound the whole', () => {
    expect(task('boil')?.modes[0]).toMatchObject({ duration: 3000, costs: { money: 4, tokens: 7 } });
    expect(problem).toMatchObject({ horizon: 60_000, now: 2000 });
    expect(problem.budgets).toEqual([
      { name: 'money', limit: 9 },
      { name: 'tokens', limit: 50 },
    ]);
    const slow = problemFromPlan(parsed.plan, { durations: 'p95' }).problem;
    expect(slow.tasks.map(({ modes }) => modes[0]?.duration)).toEqual([9000, 120_000, 120_000, 120_000]);
  });

  test('optional tasks may be left out when that is wished', () => {
    expect(task('brew')).toMatchObject({ optional: false, value: 0 });
    const dropping = problemFromPlan(parsed.plan, { mayDrop: true }).problem;
    expect(dropping.tasks[1]).toMatchObject({ optional: true, value: 7 * 60_000 });
    expect(dropping.tasks[0]).toMatchObject({ optional: false });
  });

  test('a plan of years has a coarser unit', () => {
    const year = 365 * 24 * 3600 * 1000;
    const call = { kind: 'tool_call', tool: 'data.echo' } as const;
    const long = {
      tasks: {
        a: { action: call, estimate: { expectedMs: year } },
        b: { action: call, estimate: { expectedMs: 1 } },
      },
    };
    const coarse = problemFromPlan(long);
    expect(coarse.unitMs).toBe(100);
    expect(coarse.problem.tasks.map(({ modes }) => modes[0]?.duration)).toEqual([year / 100, 1]);
  });
});
