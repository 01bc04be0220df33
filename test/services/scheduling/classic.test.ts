// Classical problems: the fast schemes give valid schedules in both directions, whatever the timeline; and the search
// keeps its promises.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ClassicDirection,
  type ClassicInstance,
  toClassic,
} from '#src/services/scheduling/classic/classic-instance.js';
import { LookAheadScheme } from '#src/services/scheduling/classic/look-ahead-scheme.js';
import { ParallelScheme } from '#src/services/scheduling/classic/parallel-scheme.js';
import { SerialScheme } from '#src/services/scheduling/classic/serial-scheme.js';
import { createTimeline } from '#src/services/scheduling/classic/timeline.js';
import { toSchedule } from '#src/services/scheduling/incumbent.js';
import { compileProblem } from '#src/services/scheduling/instance/compile.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';

/** Classical problems with up to 12 tasks; capacities may need several words of a timeline. */
const classical = fc
  .record({
    durations: fc.array(fc.nat(6), { minLength: 2, maxLength: 12 }),
    amounts: fc.array(fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }), { minLength: 12, maxLength: 12 }),
    capacities: fc.array(fc.constantFrom(9, 12, 400, 70_000, 2 ** 30), { minLength: 5, maxLength: 5 }),
    scale: fc.constantFrom(1, 1, 40),
    lags: fc.array(fc.record({ from: fc.nat(11), to: fc.nat(11), min: fc.constantFrom(0, 0, 0, 2) }), {
      maxLength: 14,
    }),
  })
  .map(({ durations, amounts, capacities, scale, lags }): ScheduleProblemInput => {
    const size = durations.length;
    return {
      tasks: durations.map((duration, task) => ({
        id: `t${task}`,
        modes: [
          {
            duration,
            uses: capacities.map((capacity, place) => ({
              resource: `r${place}`,
              amount: Math.min(capacity, (amounts[task]?.[place] ?? 0) * (capacity > 12 ? scale : 1)),
            })),
          },
        ],
      })),
      lags: lags.flatMap(({ from, to, min }) => {
        const [first, second] = [Math.min(from % size, to % size), Math.max(from % size, to % size)];
        return first === second ? [] : [{ from: `t${first}`, to: `t${second}`, min }];
      }),
      resources: capacities.map((capacity, place) => ({ id: `r${place}`, capacity })),
    };
  });

function classicOf(problem: ScheduleProblem): ClassicInstance {
  const classic = toClassic(compileProblem(problem));
  if (classic === undefined) throw new Error('not classical');
  return classic;
}

/** The plainest serial scheme: tries one instant after another. */
function plainSerial({ capacities, amounts }: ClassicInstance, direction: ClassicDirection): number[] {
  const starts = Array.from({ length: direction.size }, () => 0);
  const used = new Map<string, number>();
  const use = (time: number, place: number): number => used.get(`${time}/${place}`) ?? 0;
  for (const task of direction.order) {
    let start = 0;
    for (let k = direction.enterFirst[task] ?? 0; k < (direction.enterFirst[task + 1] ?? 0); k++)
      start = Math.max(start, (starts[direction.enterTask[k] ?? 0] ?? 0) + (direction.enterLag[k] ?? 0));
    const need = (place: number): number => amounts[task * capacities.length + place] ?? 0;
    const duration = direction.durations[task] ?? 0;
    const instants = (from: number): number[] => Array.from({ length: duration }, (_, k) => from + k);
    const fits = (from: number): boolean =>
      instants(from).every((at) =>
        capacities.every((capacity, place) => use(at, place) + need(place) <= capacity),
      );
    while (!fits(start)) start += 1;
    for (const at of instants(start))
      for (const place of capacities.keys()) used.set(`${at}/${place}`, use(at, place) + need(place));
    starts[task] = start;
  }
  return starts;
}

function expectValid(problem: ScheduleProblem, classic: ClassicInstance, starts: Int32Array): void {
  const own = starts.map((start) => start * classic.unit);
  expect(validateSchedule(problem, toSchedule(problem, own, new Int32Array(classic.size)))).toEqual([]);
}

describe('schemes', () => {
  test('C1 all schemes give valid schedules in both directions; the serial one as the plainest does', () => {
    fc.assert(
      fc.property(classical, fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }), (input, ranks) => {
        const problem = readProblem(input);
        const classic = classicOf(problem);
        const timeline = createTimeline(classic);
        const priorities = Float64Array.from(ranks.slice(0, classic.size));
        for (const direction of [classic.forward, classic.backward]) {
          const serial = new Int32Array(classic.size);
          new SerialScheme(direction, timeline).generate(direction.order, serial);
          expect(Array.from(serial)).toEqual(plainSerial(classic, direction));
          const parallel = new Int32Array(classic.size);
          new ParallelScheme(direction, timeline, classic.horizon).generate(priorities, parallel);
          const lookAhead = new LookAheadScheme(direction, timeline);
          const near = new Int32Array(classic.size);
          lookAhead.generate(direction.order, 3, near);
          const same = new Int32Array(classic.size);
          lookAhead.generate(direction.order, 1, same);
          expect(same).toEqual(serial);
          for (const starts of [serial, parallel, near]) {
            const ends = starts.map((start, task) => start + (classic.forward.durations[task] ?? 0));
            const makespan = ends.reduce((most, end) => Math.max(most, end), 0);
            const isForward = direction === classic.forward;
            expectValid(problem, classic, isForward ? starts : ends.map((end) => makespan - end));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('what is not classical is not taken for it', () => {
    const one = (more: object, task: object = {}): boolean => {
      const tasks = [{ id: 'a', modes: [{ duration: 2 }], ...task }];
      return toClassic(compileProblem(readProblem({ tasks, ...more }))) !== undefined;
    };
    expect(one({})).toBe(true);
    expect(one({ objective: { kind: 'tardiness' } })).toBe(false);
    expect(one({ now: 1 })).toBe(false);
    expect(one({ horizon: 1 })).toBe(false);
    expect(one({ budgets: [{ name: 'money', limit: 3 }] })).toBe(false);
    expect(one({ resources: [{ id: 'r', capacity: 1, calendar: [{ from: 2, to: 3, capacity: 0 }] }] })).toBe(
      false,
    );
    for (const task of [{ release: 1 }, { deadline: 9 }, { optional: true }, { fixed: { start: 0 } }])
      expect(one({}, task)).toBe(false);
  });
});

const heuristic = (input: ScheduleProblemInput, scheduleLimit: number, seed = 1) =>
  solveNow(readProblem(input), { scheduleLimit, seed, searches: 'heuristic' });

describe('genetic search', () => {
  test('B1 generates as many schedules as it may, unless something is proved', () => {
    fc.assert(
      fc.property(classical, fc.integer({ min: 1, max: 300 }), (input, limit) => {
        const { schedules, stopped } = heuristic(input, limit);
        if (stopped === 'proved') expect(schedules).toBeLessThanOrEqual(limit);
        else expect(schedules).toBe(limit);
      }),
      { numRuns: 60 },
    );
  });

  test('finds the same with the same seed, and nothing worse with more schedules', () => {
    fc.assert(
      fc.property(classical, fc.nat(99), (input, seed) => {
        const first = heuristic(input, 150, seed);
        const again = heuristic(input, 150, seed);
        expect(again.schedule).toEqual(first.schedule);
        expect(again.improvements.map(({ objective }) => objective)).toEqual(
          first.improvements.map(({ objective }) => objective),
        );
        const more = heuristic(input, 400, seed);
        expect(more.objective).toBeLessThanOrEqual(first.objective ?? 0);
        expect(
          more.improvements.slice(0, first.improvements.length).map(({ objective }) => objective),
        ).toEqual(first.improvements.map(({ objective }) => objective));
      }),
      { numRuns: 40 },
    );
  });

  test('the makespan grows with the durations', () => {
    fc.assert(
      fc.property(classical, fc.constantFrom(2, 7, 100_000), (input, factor) => {
        const longer = {
          ...input,
          tasks: input.tasks.map((task) => ({
            ...task,
            modes: task.modes.map((mode) => ({ ...mode, duration: mode.duration * factor })),
          })),
          lags: (input.lags ?? []).map((lag) => ({ ...lag, min: (lag.min ?? 0) * factor })),
        };
        expect(heuristic(longer, 200).objective).toBe((heuristic(input, 200).objective ?? 0) * factor);
      }),
      { numRuns: 40 },
    );
  });
});
