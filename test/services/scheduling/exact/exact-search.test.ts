// Exact search: its verdicts and optima are those of trying all schedules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { portfolio } from '#src/services/scheduling/portfolio.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { createRun } from '#src/services/scheduling/run.js';
import { solveNow } from '#src/services/scheduling/solve.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import type { ScheduleResult } from '#src/services/scheduling/schedule.js';
import { allSchedules } from '../small-searches.js';
import { smallHorizon, smallProblem } from './small-problems.js';

const timeLimitMs = Infinity;

function exact(problem: ScheduleProblem): ScheduleResult {
  return solveNow(problem, { searches: 'exact', timeLimitMs });
}

function tried(problem: ScheduleProblem): ScheduleResult {
  const all = [{ kind: 'exact' as const, make: allSchedules(smallHorizon), pieces: 1000 }];
  const run = createRun(problem, all, { now: () => 0, timeLimitMs });
  while (run.advance(Infinity));
  return run.result();
}

function agree(input: ScheduleProblemInput): void {
  const problem = readProblem(input);
  const found = exact(problem);
  const truth = tried(problem);
  if (found.stopped === 'proved') {
    expect(found.status).toBe(truth.status);
    expect(found.objective ?? -1).toBeCloseTo(truth.objective ?? -1, 6);
  } else {
    // It left: what it has found so far is valid, and it has claimed nothing.
    expect(truth.status).toBe('optimal');
    expect(found.objective ?? Infinity).toBeGreaterThanOrEqual((truth.objective ?? 0) - 1e-6);
  }
  expect(found.bound).toBeLessThanOrEqual((truth.objective ?? Infinity) + 1e-6);
}

describe('exact search', () => {
  test('X10 agrees with trying all schedules', () => {
    fc.assert(fc.property(smallProblem(), agree), { numRuns: 250 });
  });

  test('is part of the portfolio', () => {
    expect(portfolio.some(({ kind }) => kind === 'exact')).toBe(true);
  });
});
