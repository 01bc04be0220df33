// Exact search: its verdicts and optima are those of trying all schedules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feasible } from '#src/services/scheduling/exact/feasible.js';
import { makeNeighbourhoodSearch } from '#src/services/scheduling/exact/neighbourhood-search.js';
import { makeHeuristicSearch } from '#src/services/scheduling/heuristic/heuristic-search.js';
import { toSchedule } from '#src/services/scheduling/incumbent.js';
import { portfolio } from '#src/services/scheduling/portfolio.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { createRun } from '#src/services/scheduling/run.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import type { ScheduleResult } from '#src/services/scheduling/schedule.js';
import { generalProblem } from '../problem-arbitrary.js';
import { allSchedules } from '../small-searches.js';
import { smallHorizon, smallProblem } from './small-problems.js';

const timeLimitMs = Infinity;

function exact(problem: ScheduleProblem): ScheduleResult {
  return solveNow(problem, { searches: 'exact', timeLimitMs });
}

function tried(problem: ScheduleProblem): ScheduleResult {
  const all = [{ kind: 'exact' as const, make: allSchedules(smallHorizon), pieces: 1000 }];
  const run = createRun(problem, all, { now: () => 0, timeLimitMs });
  while (run.advance(Infinity));
  return run.result();
}

function agree(input: ScheduleProblemInput): void {
  const problem = readProblem(input);
  const found = exact(problem);
  const truth = tried(problem);
  if (found.stopped === 'proved') {
    expect(found.status).toBe(truth.status);
    expect(found.objective ?? -1).toBeCloseTo(truth.objective ?? -1, 6);
  } else {
    // It left: what it has found so far is valid, and it has claimed nothing.
    expect(found.objective ?? Infinity).toBeGreaterThanOrEqual((truth.objective ?? Infinity) - 1e-6);
  }
  expect(found.bound).toBeLessThanOrEqual((truth.objective ?? Infinity) + 1e-6);
}

/** The same problem with all times so many times as long; values of tasks, too, for they are added to the makespan. */
function stretched(input: ScheduleProblemInput, factor: number): ScheduleProblemInput {
  const times = new Set([
    'duration',
    'release',
    'deadline',
    'due',
    'start',
    'min',
    'max',
    'from',
    'to',
    'time',
    'horizon',
    'now',
    'value',
  ]);
  const stretch = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') return times.has(key) ? value * factor : value;
    if (Array.isArray(value)) return value.map((one) => stretch(one, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, stretch(one, name)]));
  };
  return stretch(input, '') as ScheduleProblemInput;
}

const huge = 2 ** 30;
const way = (duration: number, amount = 0): ScheduleProblemInput['tasks'][number]['modes'] => [
  { duration, uses: [{ resource: 'r', amount }] },
];
const one = [{ id: 'r', capacity: 1 }];

/** Name, problem, verdict, optimum. */
const hostile: [string, ScheduleProblemInput, ScheduleResult['status'], number | undefined][] = [
  ['no tasks', { tasks: [] }, 'optimal', 0],
  [
    'tasks of no duration',
    {
      tasks: [
        { id: 'a', modes: way(0, 1) },
        { id: 'b', modes: way(0, 5) },
      ],
      resources: one,
    },
    'optimal',
    0,
  ],
  ['the longest duration', { tasks: [{ id: 'a', modes: way(huge, 1) }], resources: one }, 'optimal', huge],
  [
    'two long tasks that do not fit one after the other',
    {
      tasks: [
        { id: 'a', modes: way(huge - 5, 1) },
        { id: 'b', modes: way(6, 1) },
      ],
      resources: one,
    },
    'infeasible',
    undefined,
  ],
  [
    'two long tasks that do fit',
    {
      tasks: [
        { id: 'a', modes: way(huge - 5, 1) },
        { id: 'b', modes: way(5, 1) },
      ],
      resources: one,
    },
    'optimal',
    huge,
  ],
  [
    'more than the capacity',
    { tasks: [{ id: 'a', modes: way(3, 2) }], resources: one },
    'infeasible',
    undefined,
  ],
  [
    'a cycle',
    {
      tasks: ['a', 'b'].map((id) => ({ id, modes: way(2) })),
      resources: one,
      lags: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    },
    'infeasible',
    undefined,
  ],
  [
    'a cycle of lags below 0 that holds',
    {
      tasks: ['a', 'b'].map((id) => ({ id, modes: way(2, 1) })),
      resources: [{ id: 'r', capacity: 2 }],
      lags: [
        { from: 'a', to: 'b', min: -3 },
        { from: 'b', to: 'a', min: -2 },
      ],
    },
    'optimal',
    2,
  ],
  [
    'a cycle through an optional task, which is left out',
    {
      tasks: [
        { id: 'a', modes: way(2) },
        { id: 'b', modes: way(2), optional: true, value: 7 },
      ],
      resources: one,
      lags: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    },
    'optimal',
    9,
  ],
];

describe('exact search', () => {
  test('X10 agrees with trying all schedules', () => {
    fc.assert(fc.property(smallProblem(), agree), { numRuns: 150 });
  });

  test('X10 finds the same when all times are a million times as long', () => {
    fc.assert(
      fc.property(smallProblem(Infinity), (input) => {
        const wished: ScheduleProblemInput = { ...input, objective: { kind: 'makespan' } };
        const short = exact(readProblem(wished));
        const long = exact(readProblem(stretched(wished, 1e6)));
        expect(long.status).toBe(short.status);
        if (short.status !== 'optimal') return;
        const value = (result: ScheduleResult): number =>
          Math.max(0, ...(result.schedule?.tasks ?? []).map(({ end }) => end));
        expect(value(long)).toBe(value(short) * 1e6);
      }),
      { numRuns: 200 },
    );
  });

  test.each(hostile)('ends with a proof for %s', (_, input, status, objective) => {
    const found = exact(readProblem(input));
    expect(found.status).toBe(status);
    expect(found.objective).toBe(objective);
  });

  test('X10 what it proves, no other search beats', () => {
    fc.assert(
      fc.property(generalProblem(), fc.nat(100), (input, seed) => {
        const problem = readProblem(input);
        const found = solveNow(problem, { searches: 'exact', scheduleLimit: 2000 });
        const other = solveNow(problem, { searches: 'heuristic', scheduleLimit: 60, seed });
        expect(other.objective ?? Infinity).toBeGreaterThanOrEqual(found.bound - 1e-6);
        if (found.status === 'infeasible') expect(other.schedule).toBeUndefined();
        if (found.status === 'optimal') {
          expect(other.objective ?? Infinity).toBeGreaterThanOrEqual((found.objective ?? 0) - 1e-6);
        }
        if (other.status === 'infeasible') expect(found.schedule).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('says whether there is any schedule', () => {
    fc.assert(
      fc.property(smallProblem(), (input) => {
        const problem = readProblem(input);
        const found = feasible(problem);
        const truth = tried({ ...problem, objective: { kind: 'makespan' } });
        if (found.answer === 'unknown') return;
        expect(found.answer).toBe(truth.status === 'optimal' ? 'yes' : 'no');
        if (found.answer === 'yes') {
          expect(validateSchedule(problem, toSchedule(problem, found.starts, found.modes))).toEqual([]);
        }
      }),
      { numRuns: 120 },
    );
    expect(
      feasible(readProblem({ tasks: [{ id: 'a', modes: way(1) }], resources: one }), { conflicts: 0 }).answer,
    ).not.toBe('no');
  });

  test('X11 improves on schedules without ever closing too early', () => {
    fc.assert(
      fc.property(smallProblem(), fc.nat(100), (input, seed) => {
        const problem = readProblem(input);
        const shares = [makeHeuristicSearch, makeNeighbourhoodSearch].map((make, index) => ({
          kind: 'exact' as const,
          make,
          pieces: index === 0 ? 3 : 40,
        }));
        const run = createRun(problem, shares, { now: () => 0, seed, scheduleLimit: 1000 });
        while (run.advance(Infinity));
        const found = run.result();
        const truth = tried(problem);
        expect(found.objective ?? Infinity).toBeGreaterThanOrEqual((truth.objective ?? Infinity) - 1e-6);
        if (found.status === 'optimal') expect(found.objective).toBeCloseTo(truth.objective ?? -1, 6);
        if (found.status === 'infeasible') expect(truth.status).toBe('infeasible');
      }),
      { numRuns: 60 },
    );
  });

  test('is part of the portfolio', () => {
    expect(portfolio.some(({ kind }) => kind === 'exact')).toBe(true);
  });
});
