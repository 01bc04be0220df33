// Hostile problems: each gets a schedule, a proof or a named error, within the work that it is allowed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { unitsOf, withUnits } from '#src/services/scheduling/explain/units.js';
import { largestNumber, type ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import type { ScheduleResult } from '#src/services/scheduling/schedule.js';
import { solve, solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { generateProblem } from '../../../bench/scheduling/generate.js';
import { generalProblem } from './problem-arbitrary.js';

type Lags = NonNullable<ScheduleProblemInput['lags']>;

const job = (id: string, duration: number, more: object = {}): ScheduleProblemInput['tasks'][number] => ({
  id,
  modes: [{ duration, ...more }],
});

/** Solves within a number of schedules and checks whatever comes. */
function settle(input: ScheduleProblemInput, scheduleLimit = 300): ScheduleResult {
  const problem = readProblem(input);
  const result = solveNow(problem, { scheduleLimit });
  if (result.schedule !== undefined) expect(validateSchedule(problem, result.schedule)).toEqual([]);
  expect(result.bound).toBeLessThanOrEqual(result.objective ?? Infinity);
  return result;
}

const chain = (size: number): Lags =>
  Array.from({ length: size - 1 }, (_, index) => ({ from: `t${index}`, to: `t${index + 1}` }));
const crowd = (size: number, duration: number, more: object = {}): ScheduleProblemInput['tasks'] =>
  Array.from({ length: size }, (_, index) => job(`t${index}`, duration, more));
const held = (amount: number): object => ({ uses: [{ resource: 'crane', amount }] });
const crane = [{ id: 'crane', capacity: 2 }];
const huge = largestNumber;

const cases: [string, ScheduleProblemInput, Partial<ScheduleResult>][] = [
  ['nothing', { tasks: [] }, { status: 'optimal', objective: 0 }],
  [
    'only moments',
    { tasks: crowd(30, 0, held(2)), resources: crane, lags: chain(30) },
    { status: 'optimal', objective: 0 },
  ],
  [
    'a cycle of moments',
    { tasks: crowd(3, 0), lags: [...chain(3), { from: 't2', to: 't0' }] },
    { status: 'optimal', objective: 0 },
  ],
  [
    'a cycle',
    { tasks: crowd(3, 1), lags: [...chain(3), { from: 't2', to: 't0' }] },
    { status: 'infeasible' },
  ],
  [
    'a cycle that negative lags allow',
    {
      tasks: crowd(2, 3),
      lags: [
        { from: 't0', to: 't1' },
        { from: 't1', to: 't0', min: -6 },
      ],
    },
    { status: 'optimal', objective: 6 },
  ],
  [
    'a cycle of optional tasks',
    {
      tasks: crowd(2, 1).map((task) => ({ ...task, optional: true, value: 9 })),
      lags: [
        { from: 't0', to: 't1' },
        { from: 't1', to: 't0' },
      ],
    },
    { status: 'optimal', objective: 10 },
  ],
  ['more than there is', { tasks: [job('a', 2, held(3))], resources: crane }, { status: 'infeasible' }],
  [
    'more than there is, but optional',
    { tasks: [{ ...job('a', 2, held(3)), optional: true, value: 4 }], resources: crane },
    { status: 'optimal', objective: 4 },
  ],
  ['the longest duration', { tasks: [job('a', huge)] }, { status: 'optimal', objective: huge }],
  [
    'too long for all time',
    { tasks: [job('a', huge), job('b', 1)], lags: [{ from: 'a', to: 'b' }] },
    { status: 'infeasible' },
  ],
  [
    'too much for all time on one machine',
    { tasks: crowd(3, huge / 2, held(2)), resources: crane },
    { status: 'infeasible' },
  ],
  [
    'huge amounts',
    { tasks: crowd(3, 5, held(huge)), resources: [{ id: 'crane', capacity: huge }] },
    { objective: 15 },
  ],
  [
    'huge negative lags',
    { tasks: crowd(2, 5), lags: [{ from: 't0', to: 't1', min: -huge }] },
    { status: 'optimal', objective: 5 },
  ],
  [
    'a huge least lag',
    { tasks: crowd(2, 0), lags: [{ from: 't0', to: 't1', min: huge }] },
    { status: 'optimal', objective: huge },
  ],
  [
    'a release after the deadline',
    { tasks: [{ ...job('a', 2), release: 9, deadline: 10 }] },
    { status: 'infeasible' },
  ],
  [
    'a capacity of nothing',
    { tasks: [job('a', 2, held(1))], resources: [{ id: 'crane', capacity: 0 }] },
    { status: 'infeasible' },
  ],
  [
    'a capacity that comes late',
    {
      tasks: [job('a', 2, held(1))],
      resources: [{ id: 'crane', capacity: 0, calendar: [{ from: huge - 5, to: huge - 2, capacity: 1 }] }],
    },
    { status: 'optimal', objective: huge - 3 },
  ],
  [
    'a stock that nobody fills',
    {
      tasks: [job('a', 2, { changes: [{ resource: 's', amount: -1 }] })],
      resources: [{ id: 's', kind: 'consumable', initial: 0 }],
    },
    { status: 'infeasible' },
  ],
  [
    'stocks that wait for each other',
    {
      tasks: [
        job('a', 1, {
          changes: [
            { resource: 's', amount: -1 },
            { resource: 'u', amount: 1, when: 'end' },
          ],
        }),
        job('b', 1, {
          changes: [
            { resource: 'u', amount: -1 },
            { resource: 's', amount: 1, when: 'end' },
          ],
        }),
      ],
      resources: [
        { id: 's', kind: 'consumable', initial: 0 },
        { id: 'u', kind: 'consumable', initial: 0 },
      ],
    },
    { status: 'infeasible' },
  ],
  [
    'a budget of nothing',
    { tasks: [job('a', 1, { costs: { money: 0.1 } })], budgets: [{ name: 'money', limit: 0 }] },
    { status: 'infeasible' },
  ],
  [
    'costs that doubles cannot add',
    {
      tasks: Array.from({ length: 10 }, (_, index) => job(`t${index}`, 1, { costs: { money: 0.1 } })),
      budgets: [{ name: 'money', limit: 1 }],
    },
    { status: 'optimal', objective: 1 },
  ],
  [
    'fixed tasks that overlap',
    {
      tasks: [
        { ...job('a', 4, held(2)), fixed: { start: 0 } },
        { ...job('b', 4, held(2)), fixed: { start: 2 } },
      ],
      resources: crane,
    },
    { status: 'infeasible' },
  ],
  [
    'requirements in a circle',
    {
      tasks: [
        { ...job('a', 1), optional: true, value: 5, requires: ['b'] },
        { ...job('b', 2), optional: true, requires: ['a'] },
      ],
    },
    { status: 'optimal', objective: 2 },
  ],
  [
    'a lock and a maximum lag',
    {
      tasks: crowd(2, 3, { locks: [{ name: 'l' }] }),
      lags: [
        { from: 't0', to: 't1', anchor: 'start-start', max: 2 },
        { from: 't0', to: 't1', anchor: 'start-start' },
      ],
    },
    { status: 'infeasible' },
  ],
];

describe('hostile problems are settled', () => {
  test.each(cases)('%s', (_, input, expected) => {
    expect(settle(input)).toMatchObject(expected);
  });

  test('a chain as long as a plan may be', () => {
    expect(settle({ tasks: crowd(5000, 3), lags: chain(5000) }, 3)).toMatchObject({ objective: 15_000 });
  });

  test('of more tasks than the exact search takes, it is proved that their resources are always busy', () => {
    const input = {
      tasks: crowd(3500, 2, held(2)),
      resources: [{ ...crane[0]!, kind: 'reusable' as const }],
    };
    expect(settle(input, 3)).toMatchObject({ objective: 7000, bound: 7000, status: 'optimal' });
  });

  test('10,000 tasks get a schedule', async () => {
    const problem = generateProblem(10_000, 5);
    const result = await solve(problem, { scheduleLimit: 2 });
    expect(result.status).toBe('feasible');
    if (result.schedule !== undefined) expect(validateSchedule(problem, result.schedule)).toEqual([]);
  });

  test('a large problem of many chains is searched beyond the first phase', () => {
    const tasks = Array.from({ length: 1500 }, (_, index) =>
      job(`t${index}`, 1 + ((index * 7) % 10), held(1 + ((index * 13 + (index >> 3) * 5) % 10))),
    );
    const lags = chain(tasks.length).filter((_, index) => (index + 1) % 50 !== 0);
    const problem = readProblem({ tasks, lags, resources: [{ id: 'crane', capacity: 160 }] });
    const result = solveNow(problem, { scheduleLimit: 1100, searches: 'heuristic' });
    expect(result).toMatchObject({ stopped: 'schedules', schedules: 1100 });
    expect(validateSchedule(problem, result.schedule ?? { tasks: [], dropped: [] })).toEqual([]);
  });

  test('a time limit of nothing is kept', async () => {
    const result = await solve(generateProblem(500, 1), { timeLimitMs: 0 });
    expect(result).toMatchObject({ stopped: 'time', status: 'unknown', schedules: 0 });
  });
});

test('S1 S2 S3 S4 what comes of any problem is valid, or a verdict that a validator does not contradict', () => {
  fc.assert(
    fc.property(generalProblem(), fc.nat(99), (input, seed) => {
      const problem = readProblem(input);
      const result = solveNow(problem, { scheduleLimit: 60, seed });
      if (result.schedule !== undefined) expect(validateSchedule(problem, result.schedule)).toEqual([]);
      expect(solveNow(problem, { scheduleLimit: 60, seed }).schedule).toEqual(result.schedule);
    }),
    { numRuns: 40 },
  );
});

test('U1 taking a constraint away never hurts: the proved best is no worse', () => {
  let compared = 0;
  fc.assert(
    fc.property(generalProblem(), fc.nat(), (input, choice) => {
      const problem = readProblem(input);
      const units = unitsOf(problem);
      const gone = units[choice % Math.max(1, units.length)]?.path;
      const whole = solveNow(problem, { scheduleLimit: 400 });
      const less = solveNow(
        withUnits(problem, (path) => path !== gone),
        { scheduleLimit: 400 },
      );
      if (whole.stopped !== 'proved' || less.stopped !== 'proved') return;
      compared += 1;
      expect(less.objective ?? Infinity).toBeLessThanOrEqual((whole.objective ?? Infinity) + 1e-9);
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(10);
});

test('scaling durations and lags scales the proved makespan', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 1000 }), (seed, factor) => {
      const problem = generateProblem(8, seed);
      const tasks = problem.tasks.map((task) => ({
        ...task,
        modes: task.modes.map((mode) => ({ ...mode, duration: mode.duration * factor })),
      }));
      const [one, scaled] = [problem, { ...problem, tasks }].map((each) =>
        solveNow(each, { scheduleLimit: 3000 }),
      );
      expect(one?.status).toBe('optimal');
      expect(scaled).toMatchObject({ status: 'optimal', objective: factor * (one?.objective ?? NaN) });
    }),
    { numRuns: 10 },
  );
});

test('any value is a problem or a named error', () => {
  const part = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constantFrom(null, true, NaN, -1, 1e300, [], {}),
    fc.dictionary(
      fc.constantFrom('id', 'modes', 'duration', 'from', 'to', 'min', 'kind', 'capacity'),
      fc.anything(),
    ),
  );
  const any = fc.record(
    {
      tasks: fc.oneof(fc.array(part), part),
      lags: fc.oneof(fc.array(part), part),
      resources: fc.array(part),
      objective: part,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(any, (input) => {
      try {
        solveNow(readProblem(input), { scheduleLimit: 5 });
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).code).toBe('INPUT_INVALID');
      }
    }),
    { numRuns: 100 },
  );
});
