// Slack and the order graph behind it (O1 to O3 of order-graph.ts).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OrderGraph, orderGraphOf } from '#src/services/scheduling/order-graph.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import type { Schedule } from '#src/services/scheduling/schedule.js';
import { slackOf } from '#src/services/scheduling/slack.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { generalProblem } from './problem-arbitrary.js';

/** Starts one task later and pushes along what comes after it. */
function delayed({ placed, walls, arcs }: OrderGraph, schedule: Schedule, id: string, by: number): Schedule {
  const starts = new Map(schedule.tasks.map((task) => [task.id, task.start]));
  starts.set(id, (starts.get(id) ?? 0) + by);
  const point = (task: string, isEnd: boolean): number => {
    const wall = walls.get(task);
    if (wall !== undefined) return isEnd ? wall.end : wall.start;
    return (starts.get(task) ?? 0) + (isEnd ? (placed.get(task)?.way.duration ?? 0) : 0);
  };
  for (let isMoving = true; isMoving; ) {
    isMoving = false;
    for (const { from, fromEnd, to, toEnd, weight, isMax } of arcs) {
      const missing = point(from, fromEnd) + weight - point(to, toEnd);
      if (missing <= 0 || isMax === true || walls.has(to)) continue;
      starts.set(to, (starts.get(to) ?? 0) + missing);
      isMoving = true;
    }
  }
  return {
    dropped: schedule.dropped,
    tasks: schedule.tasks.map((task) => {
      const start = starts.get(task.id) ?? 0;
      return { ...task, start, end: start + task.end - task.start };
    }),
  };
}

const makespanOf = ({ tasks }: Schedule): number => Math.max(0, ...tasks.map(({ end }) => end));

/** Without what makes most problems by chance impossible. */
const loose = (input: ScheduleProblemInput): ScheduleProblem => {
  const { horizon: _, budgets: __, ...rest } = input;
  const tasks = input.tasks.map(({ deadline: ___, fixed: ____, ...task }) => task);
  return readProblem({ ...rest, tasks });
};

test('O1 each task can start later by its slack: the schedule stays valid and does not end later', () => {
  let checked = 0;
  fc.assert(
    fc.property(generalProblem(), fc.nat(1000), (input, seed) => {
      const problem = loose(input);
      const { schedule } = solveNow(problem, { scheduleLimit: 20, seed, searches: 'heuristic' });
      if (schedule === undefined) return;
      const graph = orderGraphOf(problem, schedule);
      for (const [id, slack] of slackOf(problem, schedule)) {
        const later = delayed(graph, schedule, id, slack);
        expect(validateSchedule(problem, later)).toEqual([]);
        expect(makespanOf(later)).toBe(makespanOf(schedule));
        checked += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(checked).toBeGreaterThan(40);
});

test('O2 the schedule keeps its own arcs', () => {
  fc.assert(
    fc.property(generalProblem(), (input) => {
      const problem = loose({ ...input, setups: [] });
      const { schedule } = solveNow(problem, { scheduleLimit: 10, searches: 'heuristic' });
      if (schedule === undefined) return;
      const { placed, walls, arcs } = orderGraphOf(problem, schedule);
      const place = (id: string): { start: number; end: number } =>
        placed.get(id) ?? walls.get(id) ?? { start: NaN, end: NaN };
      for (const { from, fromEnd, to, toEnd, weight } of arcs) {
        const lag =
          (toEnd ? place(to).end : place(to).start) - (fromEnd ? place(from).end : place(from).start);
        expect(lag).toBeGreaterThanOrEqual(weight);
      }
    }),
    { numRuns: 50 },
  );
});

const crane = (id: string, duration: number, amount = 1): ScheduleProblemInput['tasks'][number] => ({
  id,
  modes: [{ duration, uses: [{ resource: 'crane', amount }] }],
});

function slacks(problem: ScheduleProblem, starts: Record<string, number>): Record<string, number> {
  const tasks = problem.tasks.map(({ id, modes }) => {
    const start = starts[id] ?? 0;
    return { id, mode: 0, start, end: start + (modes[0]?.duration ?? 0) };
  });
  return Object.fromEntries(slackOf(problem, { tasks, dropped: [] }));
}

test('a resource passes slack on: who waits for the crane has it of whom it waits for', () => {
  const problem = readProblem({
    tasks: [crane('a', 3), crane('b', 2), { id: 'c', modes: [{ duration: 8 }] }],
    resources: [{ id: 'crane', capacity: 1 }],
  });
  expect(slacks(problem, { a: 0, b: 3, c: 0 })).toEqual({ a: 3, b: 3, c: 0 });
});

test('O3 a task with slack stops before a time with less', () => {
  const problem = readProblem({
    tasks: [crane('a', 3, 2), crane('b', 2), { id: 'c', modes: [{ duration: 20 }] }],
    resources: [{ id: 'crane', capacity: 3, calendar: [{ from: 6, to: 9, capacity: 1 }] }],
  });
  expect(slacks(problem, { a: 0, b: 0, c: 0 })).toMatchObject({ a: 3, c: 0 });
  expect(slacks(problem, { a: 9, b: 0, c: 0 })).toMatchObject({ a: 8 });
});

test('what changes a stock that somebody changes by a rate stays where it is', () => {
  const feeds = (
    id: string,
    duration: number,
    amount: number,
    when: 'start' | 'rate',
  ): ScheduleProblemInput['tasks'][number] => ({
    id,
    modes: [{ duration, changes: [{ resource: 'sand', amount, when }] }],
  });
  const problem = readProblem({
    tasks: [
      feeds('a', 0, -2, 'start'),
      feeds('b', 2, 1, 'rate'),
      feeds('c', 0, 1, 'start'),
      { id: 'd', modes: [{ duration: 9 }] },
    ],
    resources: [{ id: 'sand', kind: 'consumable', initial: 1, capacity: 2 }],
  });
  expect(slacks(problem, { a: 0, b: 0, c: 0, d: 0 })).toEqual({ a: 0, b: 0, c: 0, d: 0 });
});

test('a maximum lag holds a task near one that stays', () => {
  const problem = readProblem({
    tasks: [crane('a', 3), crane('b', 2), { id: 'c', modes: [{ duration: 20 }] }],
    resources: [{ id: 'crane', capacity: 2 }],
    lags: [{ from: 'a', to: 'b', max: 4 }],
  });
  expect(slacks(problem, { a: 0, b: 4, c: 0 })).toEqual({ a: 4, b: 3, c: 0 });
});
