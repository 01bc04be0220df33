// Workers: threads that search beside the caller's. They are started from what was built, so the built code is tested.
import { expect, test } from 'vitest';
import { generateProblem } from '../../../bench/scheduling/generate.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';

type Solving = typeof import('#src/services/scheduling/solve.js');
const built = new URL('../../../dist/services/scheduling/solve.js', import.meta.url).href;
const { solve } = (await import(/* @vite-ignore */ built)) as Solving;

const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Worker').length;

test('a pool finds valid schedules, and its threads end with it', async () => {
  const problem = generateProblem(60, 1);
  const before = threads();
  const result = await solve(problem, { workers: 2, isCallerFree: true, scheduleLimit: 300 });
  expect(result.schedule).toBeDefined();
  if (result.schedule !== undefined) expect(validateSchedule(problem, result.schedule)).toEqual([]);
  expect(result.schedules).toBeGreaterThanOrEqual(result.status === 'optimal' ? 1 : 300);
  expect(threads()).toBe(before);
});

test('a proof in one thread ends the others', async () => {
  const problem = readProblem({
    tasks: ['a', 'b', 'c'].map((id) => ({ id, modes: [{ duration: 2, uses: [{ resource: 'crane' }] }] })),
    lags: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ],
    resources: [{ id: 'crane', capacity: 1 }],
  });
  const result = await solve(problem, { workers: 1, timeLimitMs: 600_000 });
  expect(result).toMatchObject({ status: 'optimal', objective: 6, bound: 6, stopped: 'proved' });
});

test('an abort ends a pool', async () => {
  const stop = new AbortController();
  const result = await solve(generateProblem(120, 2), {
    workers: 1,
    isCallerFree: true,
    timeLimitMs: 600_000,
    signal: stop.signal,
    onImprovement: () => stop.abort(),
  });
  expect(result).toMatchObject({ stopped: 'aborted', status: 'feasible' });
});

test('without workers, the caller cannot be free', async () => {
  await expect(solve(generateProblem(5, 1), { isCallerFree: true })).rejects.toThrow(
    'isCallerFree: expected workers',
  );
});
