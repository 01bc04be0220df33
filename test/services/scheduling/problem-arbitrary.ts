// Problems for properties: small ones with every kind of constraint, consistent in their names.
import fc from 'fast-check';
import type { ScheduleProblemInput } from '../../../src/services/scheduling/problem.js';

const anchors = ['finish-start', 'start-start', 'finish-finish', 'start-finish'] as const;

/** A problem with up to 9 tasks. */
export function generalProblem(): fc.Arbitrary<ScheduleProblemInput> {
  return fc.integer({ min: 1, max: 9 }).chain((size) =>
    fc
      .record({
        tasks: fc.array(taskOf(size), { minLength: size, maxLength: size }),
        lags: fc.array(lagOf(size), { maxLength: 8 }),
        capacities: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 4 })),
        shift: fc.option(fc.record({ from: fc.nat(6), length: fc.nat(5), capacity: fc.nat(4) }), {
          nil: undefined,
        }),
        stock: fc.record({
          initial: fc.nat(4),
          capacity: fc.option(fc.integer({ min: 2, max: 8 }), { nil: undefined }),
        }),
        setup: fc.option(fc.array(fc.nat(2), { minLength: size, maxLength: size }), { nil: undefined }),
        budget: fc.option(fc.nat(30), { nil: undefined }),
        horizon: fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined }),
        objective: fc.constantFrom('makespan', 'tardiness', 'cost', 'levelling', 'weighted'),
        now: fc.constantFrom(0, 0, 3),
      })
      .map(build),
  );
}

const id = (index: number): string => `t${index}`;

function taskOf(size: number) {
  const mode = fc.record({
    duration: fc.nat(5),
    a: fc.nat(2),
    b: fc.nat(2),
    change: fc.integer({ min: -2, max: 2 }),
    when: fc.constantFrom('start' as const, 'end' as const, 'rate' as const),
    lock: fc.constantFrom(undefined, undefined, 'exclusive' as const, 'shared' as const),
    cost: fc.nat(5),
  });
  return fc.record({
    modes: fc.array(mode, { minLength: 1, maxLength: 3 }),
    optional: fc.boolean(),
    value: fc.nat(9),
    requires: fc.array(fc.nat(size - 1), { maxLength: 1 }),
    release: fc.constantFrom(0, 0, 0, 2, 5),
    deadline: fc.constantFrom(undefined, undefined, 20, 40),
    due: fc.constantFrom(undefined, 4, 9),
    fixed: fc.option(fc.constantFrom(0, 2), { nil: undefined, freq: 12 }),
  });
}

function lagOf(size: number) {
  return fc.record({
    from: fc.nat(size - 1),
    to: fc.nat(size - 1),
    anchor: fc.constantFrom(...anchors),
    min: fc.integer({ min: -3, max: 4 }),
    max: fc.constantFrom(undefined, undefined, 4, 8),
  });
}

type Parts = {
  tasks: (ReturnType<typeof taskOf> extends fc.Arbitrary<infer T> ? T : never)[];
  lags: (ReturnType<typeof lagOf> extends fc.Arbitrary<infer T> ? T : never)[];
  capacities: [number, number];
  shift: { from: number; length: number; capacity: number } | undefined;
  stock: { initial: number; capacity: number | undefined };
  setup: number[] | undefined;
  budget: number | undefined;
  horizon: number | undefined;
  objective: 'makespan' | 'tardiness' | 'cost' | 'levelling' | 'weighted';
  now: number;
};

function build(parts: Parts): ScheduleProblemInput {
  const { tasks, lags, capacities, shift, stock, setup, budget, horizon, objective, now } = parts;
  return {
    tasks: tasks.map((task, index) => ({
      id: id(index),
      modes: task.modes.map(({ duration, a, b, change, when, lock, cost }) => ({
        duration,
        uses: [
          { resource: 'a', amount: a },
          { resource: 'b', amount: b },
        ],
        changes: [{ resource: 's', amount: change, when }],
        locks: lock === undefined ? [] : [{ name: 'l', mode: lock }],
        costs: { money: cost },
      })),
      optional: task.optional,
      value: task.value,
      requires: task.requires.filter((other) => other !== index).map(id),
      release: task.release,
      ...(task.deadline === undefined ? {} : { deadline: task.deadline }),
      ...(task.due === undefined ? {} : { due: task.due }),
      ...(task.fixed === undefined ? {} : { fixed: { start: task.fixed } }),
    })),
    // Most lags lead onwards, so that most problems have a schedule.
    lags: lags
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, anchor, min, max }) => ({
        from: id(Math.min(from, to)),
        to: id(Math.max(from, to)),
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
          : {
              calendar: [{ from: shift.from, to: shift.from + shift.length + 1, capacity: shift.capacity }],
            }),
      },
      { id: 'b', capacity: capacities[1] },
      {
        id: 's',
        kind: 'consumable',
        initial: stock.initial,
        ...(stock.capacity === undefined ? {} : { capacity: Math.max(stock.initial, stock.capacity) }),
      },
    ],
    setups:
      setup === undefined
        ? []
        : [
            {
              id: 'm',
              states: Object.fromEntries(
                setup.flatMap((state, index) => (state === 2 ? [] : [[id(index), `s${state}`]])),
              ),
              initial: 's0',
              times: [
                { from: 's0', to: 's1', time: 2 },
                { from: 's1', to: 's0', time: 1 },
              ],
            },
          ],
    budgets: budget === undefined ? [] : [{ name: 'money', limit: budget }],
    objective:
      objective === 'weighted'
        ? {
            kind: 'weighted',
            parts: [
              { objective: { kind: 'makespan' }, weight: 2 },
              { objective: { kind: 'levelling' }, weight: 1 },
            ],
          }
        : { kind: objective },
    ...(horizon === undefined ? {} : { horizon }),
    now,
  };
}
