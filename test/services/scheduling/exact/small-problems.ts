// Problems for the exact search, so small that all their schedules can be tried; every kind of constraint takes part.
import fc from 'fast-check';
import type { ScheduleProblemInput } from '#src/services/scheduling/problem.js';

const anchors = ['finish-start', 'start-start', 'finish-finish', 'start-finish'] as const;
const whens = ['start', 'end'] as const;

/** Everything ends by this instant. */
export const smallHorizon = 6;

const mode = fc.record({
  duration: fc.nat(3),
  a: fc.nat(3),
  b: fc.nat(2),
  change: fc.integer({ min: -3, max: 3 }),
  when: fc.constantFrom(...whens),
  lock: fc.constantFrom(undefined, undefined, 'exclusive' as const, 'shared' as const),
  cost: fc.constantFrom(0, 1, 2.5, 3),
});

const task = fc.record({
  modes: fc.array(mode, { minLength: 1, maxLength: 2 }),
  optional: fc.constantFrom(false, false, true),
  value: fc.nat(5),
  requires: fc.array(fc.nat(3), { maxLength: 1 }),
  release: fc.constantFrom(0, 0, 0, 2),
  deadline: fc.constantFrom(undefined, undefined, undefined, 4),
  due: fc.constantFrom(undefined, 2, 3),
  weight: fc.constantFrom(1, 1, 2, 0.5),
  fixed: fc.option(fc.nat(2), { nil: undefined, freq: 9 }),
  state: fc.nat(2),
});

const shape = fc.record({
  tasks: fc.array(task, { minLength: 1, maxLength: 4 }),
  lags: fc.array(
    fc.record({
      from: fc.nat(3),
      to: fc.nat(3),
      anchor: fc.constantFrom(...anchors),
      min: fc.integer({ min: -3, max: 2 }),
      max: fc.constantFrom(undefined, undefined, 1, 3),
    }),
    { maxLength: 3 },
  ),
  capacities: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })),
  shift: fc.option(
    fc.record({ from: fc.nat(3), length: fc.integer({ min: 1, max: 2 }), capacity: fc.nat(5) }),
    { nil: undefined },
  ),
  stock: fc.option(fc.record({ initial: fc.nat(3), capacity: fc.constantFrom(undefined, 3, 5) }), {
    nil: undefined,
  }),
  hasSetup: fc.boolean(),
  times: fc.tuple(fc.nat(2), fc.nat(2)),
  budget: fc.constantFrom(undefined, undefined, 3, 6),
  objective: fc.constantFrom('makespan', 'makespan', 'tardiness', 'cost', 'weighted', 'levelling'),
  now: fc.constantFrom(0, 0, 0, 1),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** A problem of up to 4 tasks with at most `most` schedules to try. */
export function smallProblem(most = 3000): fc.Arbitrary<ScheduleProblemInput> {
  return shape
    .filter(({ tasks }) => {
      const ways = tasks.map((one) => one.modes.length * (smallHorizon + 1) + (one.optional ? 1 : 0));
      return ways.reduce((product, size) => product * size, 1) <= most;
    })
    .map(build);
}

const id = (index: number): string => `t${index}`;

function build(parts: Shape): ScheduleProblemInput {
  const { tasks, lags, capacities, shift, stock, hasSetup, times, budget, objective, now } = parts;
  const size = tasks.length;
  const states = tasks.flatMap(({ state }, index) =>
    state === 2 ? [] : [[id(index), `s${state}`] as const],
  );
  return {
    tasks: tasks.map((one, index) => buildTask(one, index, size, stock !== undefined)),
    lags: lags
      .filter(({ from, to }) => from % size !== to % size)
      .map(({ from, to, anchor, min, max }) => ({
        from: id(from % size),
        to: id(to % size),
        anchor,
        min,
        ...(max === undefined ? {} : { max: Math.max(min, max) }),
      })),
    resources: [
      {
        id: 'a',
        capacity: capacities[0],
        ...(shift === undefined
          ? {}
          : { calendar: [{ from: shift.from, to: shift.from + shift.length, capacity: shift.capacity }] }),
      },
      { id: 'b', capacity: capacities[1] },
      ...(stock === undefined
        ? []
        : [
            {
              id: 's',
              kind: 'consumable' as const,
              initial: stock.initial,
              ...(stock.capacity === undefined ? {} : { capacity: stock.capacity }),
            },
          ]),
    ],
    setups: hasSetup
      ? [
          {
            id: 'm',
            states: Object.fromEntries(states),
            initial: 's0',
            times: [
              { from: 's0', to: 's1', time: times[0] },
              { from: 's1', to: 's0', time: times[1] },
            ],
          },
        ]
      : [],
    budgets: budget === undefined ? [] : [{ name: 'money', limit: budget }],
    objective:
      objective === 'weighted'
        ? {
            kind: 'weighted',
            parts: [
              { objective: { kind: 'makespan' }, weight: 2 },
              { objective: { kind: 'cost', of: 'money' }, weight: 0.5 },
              { objective: { kind: 'tardiness' }, weight: 1 },
            ],
          }
        : { kind: objective },
    horizon: smallHorizon,
    now,
  };
}

function buildTask(
  one: Shape['tasks'][number],
  index: number,
  size: number,
  hasStock: boolean,
): ScheduleProblemInput['tasks'][number] {
  return {
    id: id(index),
    modes: one.modes.map(({ duration, a, b, change, when, lock, cost }) => ({
      duration,
      uses: [
        { resource: 'a', amount: a },
        { resource: 'b', amount: b },
      ],
      changes: hasStock ? [{ resource: 's', amount: change, when }] : [],
      locks: lock === undefined ? [] : [{ name: 'l', mode: lock }],
      costs: { money: cost },
    })),
    optional: one.optional,
    value: one.value,
    requires: one.requires
      .map((other) => other % size)
      .filter((other) => other !== index)
      .map(id),
    release: one.release,
    weight: one.weight,
    ...(one.deadline === undefined ? {} : { deadline: one.deadline }),
    ...(one.due === undefined ? {} : { due: one.due }),
    ...(one.fixed === undefined ? {} : { fixed: { start: one.fixed } }),
  };
}
