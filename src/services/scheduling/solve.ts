// Solve: finds schedules, better and better ones, and proofs; by turns with the caller's event loop.
import { EngineError } from '../../errors.js';
import { createSystemClock } from '../clock.js';
import { createPool } from './pool.js';
import { portfolio, type Share } from './portfolio.js';
import type { ScheduleProblem } from './problem.js';
import { createRun, type Run } from './run.js';
import type { ScheduleResult } from './schedule.js';
import type { SolveOptions } from './search.js';

const defaultSliceMs = 8;

/**
 * Finds a schedule as good as can be found within the limits, and proves what it can.
 *
 * It works in slices of `sliceMs` between turns of the event loop, reports each improvement, and stops at a proof, at
 * a limit, or when the signal aborts it: then it says what it has. With the same seed and a schedule limit instead of
 * a time limit (and no workers), the result is the same.
 *
 * @param problem - As {@link readProblem} gives it.
 * @throws EngineError `INPUT_INVALID` for an option out of its range; `ENGINE_INVARIANT` when a search offers a
 * schedule that is not valid, which is a bug.
 *
 * @example
 * ```ts
 * const { status, schedule, objective, bound } = await solve(readProblem(input), { timeLimitMs: 2000, seed: 7 });
 * ```
 */
export async function solve(problem: ScheduleProblem, options: SolveOptions = {}): Promise<ScheduleResult> {
  checkOptions(options);
  return await solveWith(problem, chosen(options), options);
}

/** As {@link solve}, without workers, in one go: for problems and limits that are small. */
export function solveNow(problem: ScheduleProblem, options: SolveOptions = {}): ScheduleResult {
  checkOptions(options);
  const run = runOf(problem, chosen(options), options);
  while (run.advance(Infinity));
  for (const step of run.incumbent.verification()) step();
  return run.result();
}

/** Solves with these searches; the workers of a pool take their own part of {@link portfolio}. */
export async function solveWith(
  problem: ScheduleProblem,
  shares: readonly Share[],
  options: SolveOptions,
): Promise<ScheduleResult> {
  const run = runOf(problem, shares, options);
  const pool = createPool(problem, run.incumbent, options);
  try {
    for (;;) {
      const hasMore = run.advance(options.sliceMs ?? defaultSliceMs);
      pool.share();
      if (hasMore) await nextTurn();
      else if (run.stopped() === 'exhausted' && pool.isWorking) await pool.news();
      else break;
    }
    for (const step of run.incumbent.verification()) {
      step();
      await nextTurn();
    }
    return run.result();
  } finally {
    await pool.end();
  }
}

/** Lets the event loop go on. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function runOf(problem: ScheduleProblem, shares: readonly Share[], options: SolveOptions): Run {
  return createRun(problem, shares, { ...options, now: options.now ?? createSystemClock().now });
}

/** With workers, the exact searches are theirs, so that each has a thread of its own. */
function chosen({ searches = 'all', workers = 0, isCallerFree = false }: SolveOptions): readonly Share[] {
  if (isCallerFree && workers > 0) return [];
  const wanted = searches === 'all' && workers > 0 ? 'heuristic' : searches;
  return portfolio.filter(({ kind }) => wanted === 'all' || kind === wanted);
}

function checkOptions(options: SolveOptions): void {
  check('seed', options.seed, 0, 2 ** 32 - 1);
  check('timeLimitMs', options.timeLimitMs, 0, Infinity);
  check('scheduleLimit', options.scheduleLimit, 1, Infinity);
  check('sliceMs', options.sliceMs, 1, Infinity);
  check('workers', options.workers, 0, 64);
  if (options.isCallerFree === true && (options.workers ?? 0) === 0) {
    throw new EngineError(
      'INPUT_INVALID',
      'isCallerFree: expected workers, at least 1, got none: nobody would search.',
    );
  }
}

function check(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined) return;
  const isWhole = Number.isInteger(value) || value === Infinity;
  if (isWhole && value >= least && value <= most) return;
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new EngineError('INPUT_INVALID', `${name}: expected a whole number ${range}, got ${value}.`);
}
