// The driver of searches: turns, slices, limits, the record (R1 to R3 of run.ts, I1 to I3 of incumbent.ts).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patienceOf, type Share } from '#src/services/scheduling/portfolio.js';
import type { ScheduleProblem } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { createRun } from '#src/services/scheduling/run.js';
import type { ScheduleResult } from '#src/services/scheduling/schedule.js';
import type { Incumbent, SolveOptions } from '#src/services/scheduling/search.js';
import { solve, solveWith } from '#src/services/scheduling/solve.js';
import { allSchedules, byChance, share } from './small-searches.js';

/** Three tasks of which two need the same crane: 5 is the least makespan. */
const problem: ScheduleProblem = readProblem({
  tasks: [
    { id: 'a', modes: [{ duration: 3, uses: [{ resource: 'crane' }] }] },
    { id: 'b', modes: [{ duration: 2, uses: [{ resource: 'crane' }] }] },
    { id: 'c', modes: [{ duration: 1 }] },
  ],
  resources: [{ id: 'crane', capacity: 1 }],
});

/** A clock that goes on by itself, by as much as it is told, each time that it is looked at. */
function jumpyClock(jumps: readonly number[]): () => number {
  let time = 0;
  let looks = 0;
  return () => {
    time += jumps[looks % jumps.length] ?? 0;
    looks += 1;
    return time;
  };
}

function runThrough(shares: readonly Share[], options: SolveOptions, sliceMs = 8): ScheduleResult {
  const run = createRun(problem, shares, { now: () => 0, ...options });
  while (run.advance(sliceMs));
  return run.result();
}

const timeless = ({ improvements, elapsedMs: _, ...rest }: ScheduleResult): object => ({
  ...rest,
  improvements: improvements.map(({ elapsedMs: __, ...found }) => found),
});

test('searches that improve have shorter turns when nothing has become better for long, and full ones again after that', () => {
  const done = { improves: 0, proves: 0 };
  const begun = { ...done };
  let incumbent: Incumbent | undefined;
  const counting = (name: 'improves' | 'proves', piecesWhenIdle?: number): Share => ({
    kind: 'exact',
    make: (_, given) => {
      incumbent = given;
      return {
        name,
        run: (isDue) => {
          while (!isDue()) done[name] += 1;
          return true;
        },
      };
    },
    pieces: 5,
    ...(piecesWhenIdle === undefined ? {} : { piecesWhenIdle }),
  });
  const run = createRun(problem, [counting('improves', 1), counting('proves')], {
    now: () => done.improves + done.proves,
    timeLimitMs: Infinity,
  });
  const shareOfImproving = (): number => {
    Object.assign(begun, done);
    run.advance(600);
    return (done.improves - begun.improves) / (done.improves + done.proves - begun.improves - begun.proves);
  };
  run.advance(50);
  expect(shareOfImproving()).toBeCloseTo(1 / 6, 1);
  incumbent?.offer(Int32Array.of(0, 3, 0), new Int32Array(3), 5, 'improves');
  const patience = patienceOf(problem.tasks.length);
  Object.assign(begun, done);
  run.advance(5 * patience);
  expect(done.improves - begun.improves).toBeGreaterThan(1);
  expect(shareOfImproving()).toBeCloseTo(1 / 6, 1);
});

describe('results', () => {
  test('optimal, when all has been tried', () => {
    const result = runThrough([share(allSchedules(6))], {});
    expect(result).toMatchObject({ status: 'optimal', objective: 5, bound: 5, gap: 0, stopped: 'proved' });
  });

  test('infeasible, when all has been tried in vain', () => {
    const hopeless = { ...problem, horizon: 4 };
    const run = createRun(hopeless, [share(allSchedules(4))], { now: () => 0 });
    while (run.advance(8));
    expect(run.result()).toMatchObject({ status: 'infeasible', gap: 1, stopped: 'proved', improvements: [] });
  });

  test('feasible, when the schedules are used up; the bound and the gap are told', () => {
    const bounding: Share = share((_, incumbent) => ({
      name: 'bound',
      run: () => {
        incumbent.raiseBound(4);
        return false;
      },
    }));
    const result = runThrough([share(byChance(9)), bounding], { scheduleLimit: 60, seed: 3 });
    expect(result).toMatchObject({ status: 'feasible', bound: 4, schedules: 60, stopped: 'schedules' });
    const objectives = result.improvements.map(({ objective }) => objective);
    expect(objectives.length).toBeGreaterThan(1);
    expect(objectives).toEqual([...new Set(objectives)].sort((one, other) => other - one));
    expect(result.gap).toBeCloseTo(((result.objective ?? 0) - 4) / (result.objective ?? 1));
  });

  test('unknown, when time is over before anything is found; exhausted, when nobody has anything left to do', () => {
    const idle: Share = share(() => ({ name: 'idle', run: (isDue) => !isDue() || true }));
    expect(runThrough([idle], { timeLimitMs: 50, now: jumpyClock([1]) })).toMatchObject({
      status: 'unknown',
      stopped: 'time',
    });
    expect(runThrough([share(() => ({ name: 'none', run: () => false }))], {})).toMatchObject({
      stopped: 'exhausted',
    });
    expect(runThrough([share(() => undefined)], {})).toMatchObject({ stopped: 'exhausted', bound: 0 });
  });

  test('a problem of nothing is solved', () => {
    const run = createRun(readProblem({ tasks: [] }), [], { now: () => 0 });
    expect(run.advance(8)).toBe(false);
    expect(run.result()).toMatchObject({
      status: 'optimal',
      objective: 0,
      schedule: { tasks: [], dropped: [] },
    });
  });

  test('a search that never asks ends with the schedule limit', () => {
    const mute: Share = share(() => ({ name: 'mute', run: () => true }));
    expect(runThrough([mute], { scheduleLimit: 10 })).toMatchObject({ stopped: 'schedules', schedules: 0 });
  });
});

test('R1 the same seed and schedule limit give the same, however the slices fall', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.array(fc.nat(5), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      (seed, jumps, sliceMs) => {
        const shares = [share(byChance(9, 'one'), 3), share(byChance(7, 'two'), 5)];
        const options = { seed, scheduleLimit: 100 };
        const steady = runThrough(shares, options);
        const jumpy = runThrough(
          shares,
          { ...options, now: jumpyClock([...jumps, 1]), timeLimitMs: 1e9 },
          sliceMs,
        );
        expect(timeless(jumpy)).toEqual(timeless(steady));
      },
    ),
    { numRuns: 60 },
  );
});

test('R2 the event loop has its turn after every slice, and the searches go on', async () => {
  let time = 0;
  let since = 0;
  const stretches: number[] = [];
  const slow = byChance(9, 'slow', () => {
    time += 1;
    since += 1;
  });
  let isOver = false;
  const ticking = (async () => {
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      stretches.push(since);
      since = 0;
    }
  })();
  const result = await solveWith(problem, [share(slow)], { timeLimitMs: 400, sliceMs: 8, now: () => time });
  isOver = true;
  await ticking;
  expect(result).toMatchObject({ status: 'feasible', stopped: 'time', schedules: 400 });
  expect(Math.max(...stretches)).toBeLessThanOrEqual(9);
  expect(stretches.length).toBeGreaterThanOrEqual(400 / 9);
});

test('R3 a slice of no time does something', () => {
  const result = runThrough(
    [share(byChance(9))],
    { scheduleLimit: 30, now: jumpyClock([100]), timeLimitMs: 1e9 },
    0,
  );
  expect(result.schedules).toBe(30);
});

test('an abort ends the search with what there is', async () => {
  const stop = new AbortController();
  const endless = share(byChance(9));
  const onImprovement = (): void => stop.abort();
  const result = await solveWith(problem, [endless], {
    signal: stop.signal,
    onImprovement,
    timeLimitMs: 1e9,
    now: () => 0,
  });
  expect(result).toMatchObject({ stopped: 'aborted', improvements: [expect.anything()] });
  const before = await solve(problem, { signal: AbortSignal.abort() });
  expect(before).toMatchObject({ stopped: 'aborted', status: 'unknown' });
});

describe('the record', () => {
  const offering = (starts: number[], objective: number): Share =>
    share((_, incumbent) => ({
      name: 'liar',
      run: () => {
        incumbent.offer(Int32Array.from(starts), new Int32Array(3), objective, 'liar');
        return false;
      },
    }));

  test('I1 an offer that is not valid, or not worth what it says, is a bug', () => {
    expect(() => runThrough([offering([0, 2, 0], 4)], {})).toThrow(
      /I1 .*'liar' are valid, but resources.crane: at 2/,
    );
    expect(() => runThrough([offering([0, 3, 0], 4)], {})).toThrow(
      /I1 what 'liar' offers is worth 4, but it is worth 5/,
    );
    expect(runThrough([offering([0, 3, 0], 5)], {})).toMatchObject({ status: 'feasible', objective: 5 });
  });

  test('I2 a bound above what has been found is a bug', () => {
    const bounding: Share = share((_, incumbent) => ({
      name: 'bound',
      run: () => {
        incumbent.raiseBound(6);
        return false;
      },
    }));
    expect(() => runThrough([offering([0, 3, 0], 5), bounding], {})).toThrow(/I2 a bound 6 holds for 5/);
    expect(() => runThrough([bounding, offering([0, 3, 0], 5)], {})).toThrow(
      /I2 the bound 6 holds for liar's 5/,
    );
  });

  test('I2 more schedules are never worse', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 200 }), fc.nat(200), (seed, limit, more) => {
        const shares = [share(byChance(9))];
        const few = runThrough(shares, { seed, scheduleLimit: limit });
        const many = runThrough(shares, { seed, scheduleLimit: limit + more });
        expect(many.objective ?? Infinity).toBeLessThanOrEqual(few.objective ?? Infinity);
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  [{ sliceMs: 0 }, 'sliceMs: expected a whole number from 1, got 0.'],
  [{ workers: 65 }, 'workers: expected a whole number from 0 to 64, got 65.'],
  [{ seed: 1.5 }, 'seed: expected a whole number from 0 to 4294967295, got 1.5.'],
  [{ timeLimitMs: -1 }, 'timeLimitMs: expected a whole number from 0, got -1.'],
])('options out of their range are refused: %j', async (options, message) => {
  await expect(solve(problem, options)).rejects.toThrow(message);
});
