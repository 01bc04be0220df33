// Explanations of what is infeasible (E1 to E3 of explain-infeasible.ts), judged by trying all schedules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  explainInfeasible,
  type Infeasibility,
} from '#src/services/scheduling/explain/explain-infeasible.js';
import { relaxed } from '#src/services/scheduling/explain/giving-way.js';
import { minimalSet } from '#src/services/scheduling/explain/minimal-set.js';
import { unitsOf, withUnits } from '#src/services/scheduling/explain/units.js';
import { withoutTasks } from '#src/services/scheduling/explain/without-tasks.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { createRun } from '#src/services/scheduling/run.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { allSchedules, share } from '../small-searches.js';

const explain = async (input: ScheduleProblemInput): Promise<Infeasibility> =>
  await explainInfeasible(readProblem(input), { now: () => 0 });

const paths = ({ conflict }: Infeasibility): string[] => conflict.constraints.map(({ path }) => path).sort();

/** What gives way by how much, as `path +by`, and the objective then. */
const ways = ({ relaxations }: Infeasibility): [string, number][] =>
  relaxations
    .map(({ path, by, objective }): [string, number] => [
      by === undefined ? path : `${path} +${by}`,
      objective,
    ])
    .sort((one, other) => one[1] - other[1] || (one[0] < other[0] ? -1 : 1));

const crew = (id: string, duration: number, more: object = {}): ScheduleProblemInput['tasks'][number] => ({
  id,
  modes: [{ duration, uses: [{ resource: 'crew' }] }],
  ...more,
});

describe('conflicts', () => {
  test('of a deadline with a chain: what does not take part is not named', async () => {
    const found = await explain({
      tasks: [crew('a', 3), crew('b', 4, { deadline: 6 }), crew('c', 9)],
      lags: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
      resources: [{ id: 'crew', capacity: 2 }],
    });
    expect(found).toMatchObject({ status: 'infeasible', conflict: { tasks: ['a', 'b'], isMinimal: true } });
    expect(paths(found)).toEqual(['lags.0', 'tasks.1.deadline']);
    expect(ways(found)).toEqual(
      [
        ['tasks.0', 13],
        ['tasks.1', 9],
        ['lags.0 +1', 15],
        ['tasks.1.deadline +1', 16],
      ].sort((one, other) => Number(one[1]) - Number(other[1])),
    );
    expect(found.relaxations.every(({ isLeast, isBest }) => isLeast && isBest)).toBe(true);
    expect(found.relaxations[0]?.message).toBe("'b' ends by 6: 1 later");
  });

  test('of a capacity with a horizon', async () => {
    const found = await explain({
      tasks: ['a', 'b', 'c', 'd'].map((id) => crew(id, 5)),
      resources: [{ id: 'crew', capacity: 1 }],
      horizon: 10,
    });
    expect(paths(found)).toEqual(['horizon', 'resources.crew']);
    expect(found.conflict.tasks).toHaveLength(3);
    expect(ways(found)).toEqual([
      ['resources.crew +1', 10],
      ['horizon +10', 20],
    ]);
  });

  test('of a requirement over the capacity', async () => {
    const found = await explain({
      tasks: [{ id: 'a', modes: [{ duration: 2, uses: [{ resource: 'crew', amount: 5 }] }] }, crew('b', 1)],
      resources: [{ id: 'crew', capacity: 3, calendar: [{ from: 4, to: 6, capacity: 1 }] }],
    });
    expect(paths(found)).toEqual(['resources.crew']);
    expect(ways(found)).toEqual([
      ['tasks.0', 1],
      ['resources.crew +2', 3],
    ]);
  });

  test('of a budget, which is exceeded by the cheapest modes', async () => {
    const way = (duration: number, money: number): object => ({ duration, costs: { money } });
    const found = await explain({
      tasks: ['a', 'b'].map((id) => ({
        id,
        modes: [way(9, 2.5), way(1, 6)],
      })) as ScheduleProblemInput['tasks'],
      budgets: [{ name: 'money', limit: 4 }],
    });
    expect(paths(found)).toEqual(['budgets.money']);
    expect(ways(found)).toContainEqual(['budgets.money +1', 9]);
  });

  test('of a stock, a lock, a maximum lag, a calendar, a fixed task', async () => {
    const eats = (id: string, amount: number): ScheduleProblemInput['tasks'][number] => ({
      id,
      modes: [{ duration: 1, changes: [{ resource: 'sand', amount }] }],
    });
    const stock = await explain({
      tasks: [eats('a', -3), eats('b', -4)],
      resources: [{ id: 'sand', kind: 'consumable', initial: 5 }],
    });
    expect(paths(stock)).toEqual(['resources.sand']);
    expect(ways(stock)).toContainEqual(['resources.sand +2', 1]);

    const locks = [{ name: 'door' }];
    const lock = await explain({
      tasks: ['a', 'b'].map((id) => ({ id, modes: [{ duration: 4, locks }] })),
      horizon: 7,
    });
    expect(paths(lock)).toEqual(['horizon', 'locks.door']);
    expect(ways(lock)).toEqual([
      ['locks.door', 4],
      ['tasks.0', 4],
      ['tasks.1', 4],
      ['horizon +1', 8],
    ]);

    const lag = await explain({
      tasks: [crew('a', 2, { deadline: 3 }), crew('b', 2, { release: 9 })],
      resources: [{ id: 'crew', capacity: 1 }],
      lags: [{ from: 'a', to: 'b', max: 3 }],
    });
    expect(paths(lag)).toEqual(['lags.0.max', 'tasks.0.deadline', 'tasks.1.release']);
    expect(ways(lag)).toContainEqual(['lags.0.max +3', 11]);
    expect(ways(lag)).toContainEqual(['tasks.0.deadline +3', 11]);

    const down = await explain({
      tasks: [crew('a', 4, { release: 2, deadline: 8 })],
      resources: [{ id: 'crew', capacity: 1, calendar: [{ from: 4, to: 6, capacity: 0 }] }],
    });
    expect(paths(down)).toEqual(['resources.crew.calendar.0', 'tasks.0.deadline', 'tasks.0.release']);
    expect(ways(down)).toContainEqual(['resources.crew.calendar.0 +1', 6]);
    expect(ways(down)).toContainEqual(['tasks.0.deadline +2', 10]);
    expect(ways(down)).toContainEqual(['tasks.0.release +2', 4]);

    const fixed = await explain({
      tasks: [crew('a', 4, { fixed: { start: 3 } }), crew('b', 4)],
      resources: [{ id: 'crew', capacity: 1 }],
      horizon: 8,
    });
    expect(paths(fixed)).toContain('tasks.0.fixed');
    expect(ways(fixed)).toContainEqual(['tasks.0.fixed', 8]);
  });

  test('a feasible problem has none', async () => {
    expect(await explain({ tasks: [crew('a', 1)], resources: [{ id: 'crew', capacity: 1 }] })).toMatchObject({
      status: 'feasible',
      conflict: { constraints: [], tasks: [] },
      relaxations: [],
    });
  });
});

/** Tiny problems, of which all schedules can be tried. */
const tiny: fc.Arbitrary<ScheduleProblemInput> = fc
  .record({
    tasks: fc.array(
      fc.record({
        duration: fc.integer({ min: 1, max: 3 }),
        amount: fc.nat(2),
        deadline: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        eats: fc.nat(2),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    capacity: fc.integer({ min: 1, max: 2 }),
    initial: fc.nat(3),
    isChain: fc.boolean(),
    horizon: fc.integer({ min: 2, max: 5 }),
  })
  .map(({ tasks, capacity, initial, isChain, horizon }) => ({
    tasks: tasks.map(({ duration, amount, deadline, eats }, index) => ({
      id: `t${index}`,
      modes: [
        { duration, uses: [{ resource: 'crew', amount }], changes: [{ resource: 'sand', amount: -eats }] },
      ],
      ...(deadline === undefined ? {} : { deadline }),
    })),
    lags: isChain ? [{ from: 't0', to: 't1' }] : [],
    resources: [
      { id: 'crew', capacity },
      { id: 'sand', kind: 'consumable' as const, initial },
    ],
    horizon,
  }));

/** Whether there is a schedule, by trying all in which everything starts by 9: all that these problems can need. */
function isPossible(problem: ScheduleProblem): boolean {
  const run = createRun(problem, [share(allSchedules(9), 1000)], { now: () => 0, timeLimitMs: 1 });
  while (run.advance(1) && run.incumbent.schedule === undefined);
  return run.incumbent.schedule !== undefined;
}

test('E1 E2 E3 conflicts are conflicts, none smaller is; relaxations relax', async () => {
  let explained = 0;
  await fc.assert(
    fc.asyncProperty(tiny, async (input) => {
      const problem = readProblem(input);
      const found = await explainInfeasible(problem, { now: () => 0 });
      expect(found.status).toBe(isPossible(problem) ? 'feasible' : 'infeasible');
      if (found.status !== 'infeasible') return;
      explained += 1;
      const core = new Set(found.conflict.constraints.map(({ path }) => path));
      expect(isPossible(withUnits(problem, (path) => core.has(path)))).toBe(false);
      expect(found.conflict.isMinimal).toBe(true);
      for (const one of core) {
        expect(isPossible(withUnits(problem, (path) => path !== one && core.has(path)))).toBe(true);
      }
      const units = unitsOf(problem);
      for (const { path, kind, by, schedule, isLeast } of found.relaxations) {
        const unit = units.find((one) => one.path === path);
        const isGone = kind === 'task';
        const at = (amount: number): ScheduleProblem =>
          unit === undefined
            ? withoutTasks(problem, (id) => isGone && id === problem.tasks[Number(path.split('.')[1])]?.id)
            : relaxed(problem, unit, amount);
        expect(validateSchedule(at(by ?? 0), schedule)).toEqual([]);
        if (by !== undefined && isLeast) expect(isPossible(at(by - 1))).toBe(false);
      }
    }),
    { numRuns: 15 },
  );
  expect(explained).toBeGreaterThan(1);
});

test('a minimal set is told apart from one of which that could not be shown', async () => {
  const needs = (subset: readonly number[]): boolean => [3, 11, 12].every((one) => subset.includes(one));
  const items = Array.from({ length: 20 }, (_, index) => index);
  expect(await minimalSet(items, async (subset) => await Promise.resolve(needs(subset)))).toEqual({
    items: [3, 11, 12],
    isMinimal: true,
  });
  const unsure = await minimalSet(
    items,
    async (subset) => await Promise.resolve(subset.includes(7) ? needs(subset) : undefined),
  );
  expect(unsure).toEqual({ items: [3, 7, 11, 12], isMinimal: false });
  let questions = 0;
  const many = Array.from({ length: 1000 }, (_, index) => index);
  await minimalSet(many, async (subset) => {
    questions += 1;
    return await Promise.resolve(subset.includes(500));
  });
  expect(questions).toBeLessThan(40);
});
