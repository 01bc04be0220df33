// Pareto front: valid schedules of which none is better in both objectives; complete where it can be counted by hand.
import { describe, expect, test } from 'vitest';
import { paretoFront } from '../../../src/services/scheduling/pareto.js';
import type { SingleObjective } from '../../../src/services/scheduling/problem.js';
import { readProblem } from '../../../src/services/scheduling/read-problem.js';
import { validateSchedule } from '../../../src/services/scheduling/validate.js';

const ways = [
  { duration: 10, costs: { money: 1 } },
  { duration: 5, costs: { money: 3 } },
  { duration: 4, costs: { money: 9 } },
  { duration: 2, costs: { money: 10 } },
  { duration: 2, costs: { money: 12 } },
];

describe('paretoFront', () => {
  test('finds the whole front of one task with five ways', async () => {
    const problem = readProblem({ tasks: [{ id: 'a', modes: ways }] });
    const front = await paretoFront(problem, [{ kind: 'makespan' }, { kind: 'cost', of: 'money' }], {
      points: 12,
      scheduleLimit: 200,
    });
    expect(front.points.map(({ values }) => values)).toEqual([
      [2, 10],
      [4, 9],
      [5, 3],
      [10, 1],
    ]);
    expect(front.status).toBe('found');
  });

  test.each<[SingleObjective, SingleObjective]>([
    [{ kind: 'cost', of: 'money' }, { kind: 'tardiness' }],
    [{ kind: 'tardiness' }, { kind: 'levelling' }],
    [{ kind: 'levelling' }, { kind: 'makespan' }],
  ])('gives valid schedules, none dominated: %o, %o', async (one, other) => {
    const tasks = Array.from({ length: 6 }, (_, index) => ({
      id: `t${index}`,
      modes: ways
        .slice(0, 3)
        .map((way) => ({ ...way, uses: [{ resource: 'crew', amount: 1 + (index % 2) }] })),
      due: 5 + index,
    }));
    const problem = readProblem({ tasks, resources: [{ id: 'crew', capacity: 3 }] });
    const front = await paretoFront(problem, [one, other], { points: 6, scheduleLimit: 300 });
    expect(front.points.length).toBeGreaterThan(1);
    for (const { schedule } of front.points) expect(validateSchedule(problem, schedule)).toEqual([]);
    for (const [place, point] of front.points.entries()) {
      const before = front.points[place - 1];
      if (before === undefined) continue;
      expect(point.values[0]).toBeGreaterThan(before.values[0]);
      expect(point.values[1]).toBeLessThan(before.values[1]);
    }
  });

  test('says that there is no schedule', async () => {
    const problem = readProblem({ tasks: [{ id: 'a', modes: [{ duration: 5 }], deadline: 3 }] });
    const front = await paretoFront(problem, [{ kind: 'makespan' }, { kind: 'tardiness' }], {
      scheduleLimit: 10,
    });
    expect(front).toMatchObject({ points: [], status: 'infeasible' });
  });

  test('refuses a front of one point', async () => {
    const problem = readProblem({ tasks: [] });
    await expect(
      paretoFront(problem, [{ kind: 'makespan' }, { kind: 'tardiness' }], { points: 1 }),
    ).rejects.toThrow('points: expected a whole number of at least 2, got 1.');
  });
});
