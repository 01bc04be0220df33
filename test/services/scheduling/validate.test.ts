// The validator: each constraint is shown to be kept at its edge and broken one step beyond, with the place named.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { worthOf } from '#src/services/scheduling/objective.js';
import type { ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import type { Schedule, Violation } from '#src/services/scheduling/schedule.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';

type TaskInput = ScheduleProblemInput['tasks'][number];

const job = (id: string, duration: number, more: object = {}, task: object = {}): TaskInput => ({
  id,
  modes: [{ duration, ...more }],
  ...task,
});

/** A schedule from starts (or [start, mode]); a task that is not named is left out. */
function scheduleOf(
  input: ScheduleProblemInput,
  places: Record<string, number | [number, number]>,
): Schedule {
  const tasks = input.tasks.flatMap(({ id, modes }) => {
    const place = places[id];
    if (place === undefined) return [];
    const [start, mode] = typeof place === 'number' ? [place, 0] : place;
    return [{ id, mode, start, end: start + (modes[mode]?.duration ?? 0) }];
  });
  return { tasks, dropped: input.tasks.map(({ id }) => id).filter((id) => places[id] === undefined) };
}

function check(
  input: ScheduleProblemInput,
  places: Record<string, number | [number, number]>,
): readonly Violation[] {
  return validateSchedule(readProblem(input), scheduleOf(input, places));
}

interface Case {
  readonly input: ScheduleProblemInput;
  readonly good: Record<string, number | [number, number]>;
  readonly bad: Record<string, number | [number, number]>;
  readonly found: Partial<Violation>;
}

const crane = (capacity: number, calendar: object[] = []): ScheduleProblemInput['resources'] =>
  [{ id: 'crane', capacity, calendar }] as ScheduleProblemInput['resources'];
const uses = (amount: number): object => ({ uses: [{ resource: 'crane', amount }] });
const stock = (initial: number, capacity?: number): ScheduleProblemInput['resources'] => [
  { id: 'sand', kind: 'consumable', initial, ...(capacity === undefined ? {} : { capacity }) },
];
const takes = (amount: number, when: 'start' | 'end' | 'rate'): object => ({
  changes: [{ resource: 'sand', amount, when }],
});
const lag = (more: object): ScheduleProblemInput['lags'] => [{ from: 'a', to: 'b', ...more }];
const two: TaskInput[] = [job('a', 3), job('b', 2)];
const locks = (mode: 'shared' | 'exclusive'): object => ({ locks: [{ name: 'door', mode }] });

const cases: Record<string, Case> = {
  release: {
    input: { tasks: [job('a', 3, {}, { release: 2 })] },
    good: { a: 2 },
    bad: { a: 1 },
    found: { kind: 'release', path: 'tasks.0.release', at: 1 },
  },
  present: {
    input: { tasks: two, now: 4 },
    good: { a: 4, b: 9 },
    bad: { a: 4, b: 3 },
    found: { kind: 'release', path: 'now', tasks: ['b'] },
  },
  deadline: {
    input: { tasks: [job('a', 3, {}, { deadline: 5 })] },
    good: { a: 2 },
    bad: { a: 3 },
    found: { kind: 'deadline', path: 'tasks.0.deadline', at: 6 },
  },
  horizon: {
    input: { tasks: two, horizon: 9 },
    good: { a: 6, b: 7 },
    bad: { a: 7, b: 7 },
    found: { kind: 'horizon', path: 'horizon', tasks: ['a'] },
  },
  'least lag': {
    input: { tasks: two, lags: lag({ min: 1 }) },
    good: { a: 0, b: 4 },
    bad: { a: 0, b: 3 },
    found: { kind: 'lag', path: 'lags.0', tasks: ['a', 'b'] },
  },
  'negative lag': {
    input: { tasks: two, lags: lag({ min: -2 }) },
    good: { a: 0, b: 1 },
    bad: { a: 0, b: 0 },
    found: { kind: 'lag', path: 'lags.0' },
  },
  'most lag': {
    input: { tasks: two, lags: lag({ anchor: 'start-start', max: 5 }) },
    good: { a: 1, b: 6 },
    bad: { a: 1, b: 7 },
    found: { kind: 'lag', path: 'lags.0' },
  },
  'finish to finish': {
    input: { tasks: two, lags: lag({ anchor: 'finish-finish', min: 4 }) },
    good: { a: 0, b: 5 },
    bad: { a: 0, b: 4 },
    found: { kind: 'lag' },
  },
  'start to finish': {
    input: { tasks: two, lags: lag({ anchor: 'start-finish', min: 4 }) },
    good: { a: 0, b: 2 },
    bad: { a: 0, b: 1 },
    found: { kind: 'lag' },
  },
  requires: {
    input: {
      tasks: [job('a', 1, {}, { optional: true }), job('b', 1, {}, { optional: true, requires: ['a'] })],
    },
    good: { a: 0 },
    bad: { b: 0 },
    found: { kind: 'requires', path: 'tasks.1.requires', tasks: ['b', 'a'] },
  },
  fixed: {
    input: { tasks: [job('a', 3, {}, { fixed: { start: 2 } })], now: 9 },
    good: { a: 2 },
    bad: { a: 3 },
    found: { kind: 'fixed', path: 'tasks.0.fixed' },
  },
  'fixed is not dropped': {
    input: { tasks: [job('a', 3, {}, { optional: true, fixed: { start: 2 } })] },
    good: { a: 2 },
    bad: {},
    found: { kind: 'fixed' },
  },
  'must be done': {
    input: { tasks: two },
    good: { a: 0, b: 0 },
    bad: { a: 0 },
    found: { kind: 'task', path: 'tasks.1', tasks: ['b'] },
  },
  capacity: {
    input: { tasks: [job('a', 3, uses(2)), job('b', 2, uses(2))], resources: crane(3) },
    good: { a: 0, b: 3 },
    bad: { a: 0, b: 2 },
    found: {
      kind: 'capacity',
      path: 'resources.crane',
      at: 2,
      tasks: ['a', 'b'],
      message: "at 2, until 3, 4 of 'crane' are held, but there are 3",
    },
  },
  'capacity of a moment': {
    input: { tasks: [job('a', 0, uses(9)), job('b', 2, uses(1))], resources: crane(1) },
    good: { a: 1, b: 0 },
    bad: { b: 0 },
    found: { kind: 'task' },
  },
  'a shift': {
    input: { tasks: [job('a', 3, uses(1))], resources: crane(1, [{ from: 4, to: 6, capacity: 0 }]) },
    good: { a: 6 },
    bad: { a: 2 },
    found: { kind: 'capacity', at: 4 },
  },
  'before a shift': {
    input: { tasks: [job('a', 3, uses(2))], resources: crane(1, [{ from: 4, to: 7, capacity: 2 }]) },
    good: { a: 4 },
    bad: { a: 5 },
    found: { kind: 'capacity', at: 7 },
  },
  'stock at start': {
    input: { tasks: [job('a', 3, takes(4, 'end')), job('b', 2, takes(-4, 'start'))], resources: stock(0) },
    good: { a: 0, b: 3 },
    bad: { a: 0, b: 2 },
    found: { kind: 'stock', path: 'resources.sand', at: 2, tasks: ['b'] },
  },
  'stock at end': {
    input: { tasks: [job('a', 3, takes(-4, 'end')), job('b', 2, takes(4, 'start'))], resources: stock(0) },
    good: { a: 0, b: 3 },
    bad: { a: 0, b: 4 },
    found: { kind: 'stock', at: 3 },
  },
  'full stock': {
    input: {
      tasks: [job('a', 3, takes(4, 'start')), job('b', 2, takes(-1, 'start'))],
      resources: stock(1, 4),
    },
    good: { a: 2, b: 2 },
    bad: { a: 1, b: 2 },
    found: { kind: 'stock', at: 1, tasks: ['a'] },
  },
  'stock by rate': {
    input: { tasks: [job('a', 4, takes(-2, 'rate')), job('b', 4, takes(2, 'rate'))], resources: stock(4) },
    good: { a: 0, b: 2 },
    bad: { a: 0, b: 3 },
    found: { kind: 'stock', at: 3 },
  },
  'rate before an end': {
    input: { tasks: [job('a', 3, takes(-2, 'rate')), job('b', 3, takes(9, 'end'))], resources: stock(5) },
    good: { a: 1, b: 0 },
    bad: { a: 0, b: 0 },
    found: { kind: 'stock', at: 3, message: "just before 3 the level of 'sand' is -1, which is less than 0" },
  },
  lock: {
    input: { tasks: [job('a', 3, locks('shared')), job('b', 2, locks('exclusive'))] },
    good: { a: 0, b: 3 },
    bad: { a: 0, b: 2 },
    found: { kind: 'lock', path: 'locks.door', tasks: ['a', 'b'], at: 2 },
  },
  'exclusive first': {
    input: {
      tasks: [job('a', 9, locks('shared')), job('b', 2, locks('exclusive')), job('c', 5, locks('shared'))],
    },
    good: { a: 3, b: 1, c: 4 },
    bad: { a: 2, b: 1, c: 4 },
    found: { kind: 'lock', tasks: ['b', 'a'] },
  },
  setup: {
    input: {
      tasks: two,
      setups: [
        { id: 'mill', states: { a: 'red', b: 'blue' }, times: [{ from: 'red', to: 'blue', time: 4 }] },
      ],
    },
    good: { a: 0, b: 7 },
    bad: { a: 0, b: 6 },
    found: { kind: 'setup', path: 'setups.mill', tasks: ['a', 'b'], at: 6 },
  },
  'setup the other way': {
    input: {
      tasks: two,
      setups: [
        { id: 'mill', states: { a: 'red', b: 'blue' }, times: [{ from: 'red', to: 'blue', time: 4 }] },
      ],
    },
    good: { b: 0, a: 2 },
    bad: { b: 0, a: 1 },
    found: { kind: 'setup' },
  },
  'setup of a moment': {
    input: {
      tasks: [job('a', 3), job('b', 0)],
      setups: [
        { id: 'mill', states: { a: 'red', b: 'blue' }, times: [{ from: 'red', to: 'blue', time: 4 }] },
      ],
    },
    good: { a: 0, b: 0 },
    bad: { a: 0, b: 3 },
    found: { kind: 'setup' },
  },
  'first setup': {
    input: {
      tasks: two,
      setups: [
        {
          id: 'mill',
          states: { a: 'red', b: 'red' },
          initial: 'blue',
          times: [{ from: 'blue', to: 'red', time: 4 }],
        },
      ],
    },
    good: { a: 4, b: 7 },
    bad: { a: 3, b: 7 },
    found: { kind: 'setup', tasks: ['a'], at: 3 },
  },
  budget: {
    input: {
      tasks: [
        {
          id: 'a',
          modes: [
            { duration: 3, costs: { money: 1 } },
            { duration: 1, costs: { money: 5 } },
          ],
        },
      ],
      budgets: [{ name: 'money', limit: 4 }],
    },
    good: { a: [0, 0] },
    bad: { a: [0, 1] },
    found: { kind: 'budget', path: 'budgets.money', tasks: ['a'] },
  },
};

describe('each constraint', () => {
  test.each(Object.entries(cases))('%s', (_, { input, good, bad, found }) => {
    expect(check(input, good)).toEqual([]);
    expect(check(input, bad)).toEqual([expect.objectContaining(found)]);
  });
});

test('a schedule that is not about the problem', () => {
  const problem = readProblem({ tasks: [job('a', 3)] });
  const one = { id: 'a', mode: 0, start: 0, end: 3 };
  const kinds = (schedule: Schedule): string[] =>
    validateSchedule(problem, schedule).map(({ message }) => message);
  expect(kinds({ tasks: [one, one], dropped: [] })).toEqual(["'a' is in the schedule twice"]);
  expect(kinds({ tasks: [one], dropped: ['a'] })).toEqual(["'a' is both done and left out"]);
  expect(kinds({ tasks: [one, { ...one, id: 'x' }], dropped: ['y'] })).toHaveLength(2);
  expect(kinds({ tasks: [{ ...one, end: 4 }], dropped: [] })).toEqual([
    "'a' goes from 0 to 4, but takes 3 in mode 0",
  ]);
  expect(kinds({ tasks: [{ ...one, mode: 1 }], dropped: [] })[0]).toBe(
    "'a' is done in mode 1, but has only 1",
  );
  expect(kinds({ tasks: [{ ...one, start: 0.5, end: 3.5 }], dropped: [] })[0]).toMatch(/no whole number/);
});

test('what is held at an instant, found by looking at each instant, is what the sweep finds', () => {
  const holding = fc.record({ start: fc.nat(12), duration: fc.nat(5), amount: fc.nat(3) });
  const calendar = fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 5 }), fc.nat(4));
  fc.assert(
    fc.property(
      fc.array(holding, { maxLength: 8 }),
      calendar,
      fc.nat(5),
      (holdings, [from, length, other], capacity) => {
        const input: ScheduleProblemInput = {
          tasks: holdings.map(({ duration, amount }, index) => job(`t${index}`, duration, uses(amount))),
          resources: crane(capacity, [{ from, to: from + length, capacity: other }]),
        };
        const places = Object.fromEntries(holdings.map(({ start }, index) => [`t${index}`, start]));
        const violations = check(input, places);
        for (let instant = 0; instant < 20; instant += 1) {
          const held = holdings
            .filter(({ start, duration }) => start <= instant && instant < start + duration)
            .reduce((sum, { amount }) => sum + amount, 0);
          const most = instant >= from && instant < from + length ? other : capacity;
          const isNamed = violations.some(({ message }) => {
            const [, since, until] = /at (\d+), until (\d+)/.exec(message) ?? [];
            return Number(since) <= instant && instant < Number(until);
          });
          expect(isNamed).toBe(held > most);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('locks: pairs that overlap and exclude each other are what is found', () => {
  const holder = fc.record({ start: fc.nat(12), duration: fc.nat(4), isShared: fc.boolean() });
  fc.assert(
    fc.property(fc.array(holder, { maxLength: 7 }), (holders) => {
      const input: ScheduleProblemInput = {
        tasks: holders.map(({ duration, isShared }, index) =>
          job(`t${index}`, duration, locks(isShared ? 'shared' : 'exclusive')),
        ),
      };
      const places = Object.fromEntries(holders.map(({ start }, index) => [`t${index}`, start]));
      const isBroken = holders.some((one, index) =>
        holders.slice(index + 1).some((other) => {
          const overlap =
            Math.min(one.start + one.duration, other.start + other.duration) >
            Math.max(one.start, other.start);
          const hold = one.duration > 0 && other.duration > 0;
          return hold && overlap && !(one.isShared && other.isShared);
        }),
      );
      expect(check(input, places).length > 0).toBe(isBroken);
    }),
    { numRuns: 300 },
  );
});

describe('worth', () => {
  const input: ScheduleProblemInput = {
    tasks: [
      job('a', 3, { ...uses(2), costs: { money: 2 } }, { due: 2, weight: 5 }),
      job('b', 2, { ...uses(1), costs: { money: 1, tokens: 7 } }, { due: 9 }),
      job('c', 1, {}, { optional: true, value: 40 }),
    ],
    resources: crane(3),
  };
  const worth = (objective?: ScheduleProblemInput['objective']): ReturnType<typeof worthOf> => {
    const whole = objective === undefined ? input : { ...input, objective };
    return worthOf(readProblem(whole), scheduleOf(whole, { a: 0, b: 2 }));
  };

  test('of each objective, values of what is left out added once', () => {
    expect(worth()).toEqual({
      objective: 44,
      makespan: 4,
      tardiness: 5,
      costs: { money: 3, tokens: 7 },
      valueLost: 40,
    });
    expect(worth({ kind: 'cost' }).objective).toBe(43);
    expect(worth({ kind: 'cost', of: 'tokens' }).objective).toBe(47);
    expect(worth({ kind: 'tardiness' }).objective).toBe(45);
    expect(worth({ kind: 'levelling' }).objective).toBe(40 + 4 + 4 + 9 + 1);
    const parts = [
      { objective: { kind: 'makespan' } as const, weight: 2 },
      { objective: { kind: 'cost' } as const, weight: 10 },
    ];
    expect(worth({ kind: 'weighted', parts }).objective).toBe(8 + 30 + 40);
  });
});
