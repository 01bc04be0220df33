// Simulation of schedules under uncertain durations (M1, M2 of simulate.ts).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '#src/services/scheduling/random.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import {
  checkDuration,
  durationsFromPlan,
  sampleDuration,
} from '#src/services/scheduling/uncertainty/durations.js';
import { simulateSchedule } from '#src/services/scheduling/uncertainty/simulate.js';
import { spreadOf } from '#src/services/scheduling/uncertainty/spread.js';
import { generalProblem } from '../problem-arbitrary.js';

const problem = readProblem({
  tasks: [
    { id: 'dig', modes: [{ duration: 10, uses: [{ resource: 'crew' }] }] },
    { id: 'pour', modes: [{ duration: 20, uses: [{ resource: 'crew' }] }], deadline: 40, due: 30 },
    { id: 'paint', modes: [{ duration: 5 }] },
  ],
  resources: [{ id: 'crew', capacity: 1 }],
  lags: [{ from: 'dig', to: 'pour' }],
});
const { schedule } = solveNow(problem, { scheduleLimit: 50 });
if (schedule === undefined) throw new Error('expected a schedule');

describe('simulateSchedule', () => {
  test('M1 the same seed gives the same; another gives others', async () => {
    const durations = { dig: { p50: 10, p95: 30 } };
    const one = await simulateSchedule(problem, schedule, { durations, samples: 50, seed: 7 });
    expect(await simulateSchedule(problem, schedule, { durations, samples: 50, seed: 7 })).toEqual(one);
    expect(
      (await simulateSchedule(problem, schedule, { durations, samples: 50, seed: 8 })).makespan,
    ).not.toEqual(one.makespan);
  });

  test('tells the finish with its range, critical tasks, and how often deadlines are missed', async () => {
    const durations = {
      dig: { p50: 10, p95: 20 },
      pour: { least: 15, likely: 20, most: 25 },
      paint: { p50: 5, p95: 60 },
    };
    const { makespan, onTime, tasks, samples } = await simulateSchedule(problem, schedule, { durations });
    expect(samples).toBe(1000);
    expect(makespan.p50).toBeGreaterThan(29);
    expect(makespan.p50).toBeLessThan(34);
    expect(makespan.p95).toBeGreaterThan(40);
    const [dig, pour, paint] = tasks;
    expect(dig?.criticality).toBeGreaterThan(0.8);
    expect(paint?.criticality).toBeCloseTo(1 - (dig?.criticality ?? 0), 1);
    expect(paint?.slack).toBe(25);
    expect(pour?.missed).toBeGreaterThan(0.02);
    expect(pour?.lateness).toBeGreaterThan(pour?.missed ?? 1);
    expect(onTime).toBeCloseTo(1 - (pour?.missed ?? 0));
  });

  test('what has begun takes at least until now; what has ended is certain', async () => {
    const running = readProblem({
      ...problem,
      now: 14,
      tasks: problem.tasks.map((task, index) =>
        index === 0
          ? { ...task, fixed: { start: 4 } }
          : index === 2
            ? { ...task, fixed: { start: 0 } }
            : task,
      ),
    });
    const now = solveNow(running, { scheduleLimit: 50 }).schedule;
    if (now === undefined) throw new Error('expected a schedule');
    const durations = { dig: { p50: 2, p95: 3 }, paint: { p50: 500, p95: 900 } };
    const { tasks } = await simulateSchedule(running, now, { durations, samples: 40 });
    expect(tasks[0]?.end).toMatchObject({ least: 14, most: 14 });
    expect(tasks[2]?.end).toMatchObject({ least: 5, most: 5 });
  });

  test('M2 without uncertainty, it is never later than the schedule', async () => {
    await fc.assert(
      fc.asyncProperty(generalProblem(), async (input) => {
        const { horizon: _, budgets: __, ...rest } = input;
        const any = readProblem({
          ...rest,
          tasks: input.tasks.map(({ deadline: ___, ...task }) => task),
          lags: [],
          setups: [],
        });
        const found = solveNow(any, { scheduleLimit: 10, searches: 'heuristic' }).schedule;
        if (found === undefined) return;
        const hasStocks = any.tasks.some(({ modes }) =>
          modes.some(({ changes }) => changes.some(({ amount }) => amount !== 0)),
        );
        const { makespan, failed } = await simulateSchedule(any, found, { durations: {}, samples: 3 });
        if (hasStocks && failed > 0) return;
        expect(makespan.least).toBe(makespan.most);
        expect(makespan.most).toBeLessThanOrEqual(Math.max(0, ...found.tasks.map(({ end }) => end)));
      }),
      { numRuns: 30 },
    );
  });
});

test('a round is the schedule that the durations of it give', async () => {
  const chain = readProblem({
    tasks: ['a', 'b', 'c'].map((id) => ({ id, modes: [{ duration: 10 }] })),
    lags: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ],
  });
  const found = solveNow(chain, { scheduleLimit: 10 }).schedule;
  if (found === undefined) throw new Error('expected a schedule');
  const short = { least: 2, likely: 2, most: 2 };
  const { makespan } = await simulateSchedule(chain, found, {
    durations: { a: short, b: short },
    samples: 5,
  });
  expect(makespan).toMatchObject({ least: 14, most: 14 });
});

describe('durations', () => {
  const sampled = (duration: Parameters<typeof sampleDuration>[0]): number[] => {
    const random = new Random(5);
    return Array.from({ length: 4000 }, () => sampleDuration(duration, random));
  };

  test('a log-normal one has the quantiles that were told', () => {
    const { p50, p95, least } = spreadOf(sampled({ p50: 1000, p95: 4000 }));
    expect(Math.abs(p50 - 1000)).toBeLessThan(60);
    expect(Math.abs(p95 - 4000)).toBeLessThan(400);
    expect(least).toBeGreaterThan(0);
  });

  test('a triangular one has its bounds and its mean', () => {
    const { mean, least, most } = spreadOf(sampled({ least: 100, likely: 200, most: 600 }));
    expect(Math.abs(mean - 300)).toBeLessThan(10);
    expect(least).toBeGreaterThanOrEqual(100);
    expect(most).toBeLessThanOrEqual(600);
  });

  test('certain ones are what they are', () => {
    expect(spreadOf(sampled({ p50: 7, p95: 7 }))).toMatchObject({ least: 7, most: 7 });
    expect(spreadOf(sampled({ least: 7, likely: 7, most: 7 }))).toMatchObject({ least: 7, most: 7 });
    expect(spreadOf(sampled({ p50: 0, p95: 9 }))).toMatchObject({ most: 0 });
  });

  test('quantiles that are not in order are refused', () => {
    expect(() => checkDuration('dig', { p50: 9, p95: 3 })).toThrow(
      'durations.dig: expected 0 ≤ p50 ≤ p95, got 9, 3.',
    );
    expect(() => checkDuration('dig', { least: 1, likely: NaN, most: 3 })).toThrow('least ≤ likely');
  });

  test('of a plan come from its estimates', () => {
    const action = { kind: 'tool_call', tool: 'data.echo' } as const;
    const plan = {
      tasks: { a: { action, estimate: { expectedMs: 100, p50Ms: 80, p95Ms: 300 } }, b: { action } },
    };
    expect(durationsFromPlan(plan, 10)).toEqual({ a: { p50: 8, p95: 30 }, b: { p50: 6000, p95: 12_000 } });
  });
});
