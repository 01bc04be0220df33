// Repair while running (R1 to R3 of repair.ts, P1 of progress.ts).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { repair, type RepairResult } from '#src/services/scheduling/repair/repair.js';
import type { RepairChanges } from '#src/services/scheduling/repair/progress.js';
import type { Schedule } from '#src/services/scheduling/schedule.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { generateProblem } from '../../../../bench/scheduling/generate.js';
import { generalProblem } from '../problem-arbitrary.js';

const crew = (id: string, duration: number, amount = 1): ScheduleProblemInput['tasks'][number] => ({
  id,
  modes: [{ duration, uses: [{ resource: 'crew', amount }] }],
});

/** dig, then pour; paint beside them. */
const site = readProblem({
  tasks: [crew('dig', 4), crew('pour', 3), crew('paint', 6), crew('tidy', 2)],
  lags: [{ from: 'dig', to: 'pour' }],
  resources: [{ id: 'crew', capacity: 2 }],
});
const at = (id: string, start: number, end: number): Schedule['tasks'][number] => ({
  id,
  mode: 0,
  start,
  end,
});
const planned: Schedule = {
  tasks: [at('dig', 0, 4), at('pour', 4, 7), at('paint', 0, 6), at('tidy', 6, 8)],
  dropped: [],
};
const starts = ({ schedule }: RepairResult): Record<string, number> =>
  Object.fromEntries(schedule?.tasks.map(({ id, start }) => [id, start]) ?? []);
const mend = (changes: RepairChanges, more: object = {}): RepairResult =>
  repair(site, planned, { now: 2, changes, clock: () => 0, ...more });

describe('repair', () => {
  test('changes nothing when nothing has changed', () => {
    const same = mend({}, { stability: 100 });
    expect(same.schedule?.tasks).toEqual(planned.tasks);
    expect(same).toMatchObject({ status: 'feasible', shifts: [], broken: [], objective: 8 });
    expect(same.problem.tasks.map(({ fixed }) => fixed?.start)).toEqual([0, undefined, 0, undefined]);
  });

  test('a task that takes longer pushes what waits for it, and is told as the cause', () => {
    const later = mend({ durations: [{ id: 'dig', duration: 6 }] });
    expect(starts(later)).toEqual({ dig: 0, pour: 6, paint: 0, tidy: 6 });
    expect(later.shifts).toEqual([
      {
        id: 'pour',
        kind: 'later',
        from: 4,
        to: 6,
        by: 2,
        cause: {
          kind: 'predecessor',
          path: 'lags.0',
          task: 'dig',
          message: "it waits until 'dig', which comes before it, ends",
        },
      },
    ]);
  });

  test('less of a resource: who holds it is told', () => {
    const less = mend({
      capacities: [{ resource: 'crew', capacity: 1, calendar: [{ from: 2, to: 6, capacity: 2 }] }],
    });
    expect(less.status).toBe('feasible');
    expect(less.shifts.map(({ id, kind, cause }) => [id, kind, cause.kind, cause.task])).toEqual([
      ['tidy', 'later', 'resource', 'pour'],
    ]);
    expect(less.problem.resources[0]).toMatchObject({
      capacity: 1,
      calendar: [
        { from: 0, to: 2, capacity: 2 },
        { from: 2, to: 6, capacity: 2 },
      ],
    });
  });

  test('what has begun stays when there is less than it holds; that is told', () => {
    const less = mend({ capacities: [{ resource: 'crew', capacity: 1 }] });
    expect(starts(less)).toMatchObject({ dig: 0, paint: 0 });
    expect(less.broken).toMatchObject([
      { kind: 'capacity', path: 'resources.crew', tasks: ['dig', 'paint'], at: 2 },
    ]);
    expect(validateSchedule(less.problem, less.schedule as Schedule)).toEqual([]);
  });

  test('new tasks go where they move nothing, when moving costs much', () => {
    const more: RepairChanges = { tasks: [crew('call', 1)], lags: [{ from: 'call', to: 'tidy' }] };
    const added = mend(more, { stability: 100 });
    // Until 6 the crew is busy: one of the others has to make room, by 1.
    expect(added.shifts.find(({ id }) => id === 'call')).toMatchObject({ kind: 'new', by: 0 });
    expect(added.shifts.filter(({ kind }) => kind === 'later').map(({ by }) => by)).toEqual([1]);
    expect(added.shifts).toHaveLength(2);
  });

  test('stability is weighed against the makespan', () => {
    const early: RepairChanges = { finished: [{ id: 'paint', end: 2 }] };
    expect(starts(mend(early, { stability: 100 }))).toEqual({ dig: 0, pour: 4, paint: 0, tidy: 6 });
    const bold = mend(early, { stability: 0 });
    expect(bold.objective).toBe(7);
    expect(bold.shifts.find(({ id }) => id === 'tidy')).toMatchObject({
      kind: 'earlier',
      cause: { kind: 'resource', task: 'paint' },
    });
  });

  test('what has not begun is told, and starts now or later', () => {
    expect(starts(mend({ notStarted: ['dig'] }))['dig']).toBeGreaterThanOrEqual(2);
  });

  test('wrong names are refused', () => {
    expect(() => mend({ durations: [{ id: 'digg', duration: 6 }] })).toThrow(
      "changes.durations[0].id: expected the id of a task, got 'digg'. Did you mean 'dig'?",
    );
    expect(() => mend({ capacities: [{ resource: 'screw', capacity: 6 }] })).toThrow("Did you mean 'crew'?");
  });
});

test('P1 R1 R2 what has begun stays, and the repaired schedule is valid', () => {
  let repaired = 0;
  const change = fc.record({
    task: fc.nat(8),
    duration: fc.nat(8),
    capacity: fc.nat(4),
    isLess: fc.boolean(),
  });
  fc.assert(
    fc.property(generalProblem(), fc.nat(12), change, (input, now, { task, duration, capacity, isLess }) => {
      const { horizon: _, budgets: __, ...rest } = input;
      const tasks = input.tasks.map(({ deadline: ___, fixed: ____, ...own }) => own);
      const problem = readProblem({ ...rest, tasks });
      const { schedule } = solveNow(problem, { scheduleLimit: 10, searches: 'heuristic' });
      if (schedule === undefined) return;
      const changes: RepairChanges = {
        durations: [{ id: problem.tasks[task % problem.tasks.length]?.id ?? '', duration }],
        ...(isLess ? { capacities: [{ resource: 'a', capacity }] } : {}),
      };
      const result = repair(problem, schedule, { now, changes, passes: 12, timeLimitMs: 20, clock: () => 0 });
      if (result.schedule === undefined) return;
      repaired += 1;
      expect(validateSchedule(result.problem, result.schedule)).toEqual([]);
      const after = new Map(result.schedule.tasks.map((one) => [one.id, one]));
      for (const { id, start, mode } of schedule.tasks) {
        if (start < now) expect(after.get(id)).toMatchObject({ start, mode });
        else if (after.has(id)) expect(after.get(id)?.start).toBeGreaterThanOrEqual(now);
      }
      for (const { id } of result.shifts)
        expect(schedule.tasks.some((one) => one.id === id && one.start < now)).toBe(false);
    }),
    { numRuns: 60 },
  );
  expect(repaired).toBeGreaterThan(8);
});

test('R3 with more passes it costs no more', () => {
  const problem = generateProblem(60, 3);
  const { schedule } = solveNow(problem, { scheduleLimit: 200, searches: 'heuristic' });
  if (schedule === undefined) throw new Error('expected a schedule');
  const cost = (passes: number, stability: number): number => {
    const changes = { durations: schedule.tasks.slice(10, 20).map(({ id }) => ({ id, duration: 12 })) };
    const { objective = Infinity, shifts } = repair(problem, schedule, {
      now: 10,
      changes,
      passes,
      stability,
      clock: () => 0,
    });
    return objective + stability * shifts.reduce((sum, { by }) => sum + Math.abs(by), 0);
  };
  for (const stability of [0, 0.1, 1]) {
    const [one, few, many] = [1, 10, 60].map((passes) => cost(passes, stability));
    expect(few).toBeLessThanOrEqual((one ?? 0) + 1e-9);
    expect(many).toBeLessThanOrEqual((few ?? 0) + 1e-9);
  }
});
