// Heuristic search: every schedule it offers is valid (the incumbent checks each), the same seed finds the same, more
// schedules are never worse, and hostile problems end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRun } from '../../../src/services/scheduling/run.js';
import { readProblem } from '../../../src/services/scheduling/read-problem.js';
import { solveNow } from '../../../src/services/scheduling/solve.js';
import { validateSchedule } from '../../../src/services/scheduling/validate.js';
import { smallHorizon, smallProblem } from './exact/small-problems.js';
import { generalProblem } from './problem-arbitrary.js';
import { allSchedules } from './small-searches.js';

describe('general search', () => {
  test('offers only valid schedules, whatever the constraints', () => {
    fc.assert(
      fc.property(generalProblem(), fc.nat(1000), (input, seed) => {
        const problem = readProblem(input);
        const result = solveNow(problem, { seed, scheduleLimit: 60, searches: 'heuristic' });
        if (result.schedule !== undefined) expect(validateSchedule(problem, result.schedule)).toEqual([]);
        return true;
      }),
      { numRuns: 300 },
    );
  });

  test('N3 what is proved while compiling is so: no schedule, and no better one than a bound', () => {
    fc.assert(
      fc.property(smallProblem(1500), (input) => {
        const problem = readProblem(input);
        const found = solveNow(problem, { scheduleLimit: 60, searches: 'heuristic' });
        const all = [{ kind: 'exact' as const, make: allSchedules(smallHorizon), pieces: 1000 }];
        const run = createRun(problem, all, { now: () => 0, timeLimitMs: Infinity });
        while (run.advance(Infinity));
        const truth = run.result();
        expect(found.bound).toBeLessThanOrEqual((truth.objective ?? Infinity) + 1e-6);
        expect(found.objective ?? Infinity).toBeGreaterThanOrEqual((truth.objective ?? Infinity) - 1e-6);
        if (found.status === 'infeasible') expect(truth.status).toBe('infeasible');
      }),
      { numRuns: 120 },
    );
  });
});
