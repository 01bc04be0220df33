// The hierarchical planner: from a domain and a problem to a plan, the proof that there is none, or a limit.
import { EngineError } from '../../../errors.js';
import type { Domain, Problem } from './domain.js';
import { searchProgram } from './search/portfolio.js';
import type { SearchOptions, SearchOutcome } from './search-outcome.js';

/** A search that is done in slices. */
export interface HtnSearch {
  /**
   * Searches on for about this long.
   *
   * @returns the outcome, or null when there is more to do.
   * @throws EngineError `INPUT_INVALID` when the domain or problem names what is not declared.
   */
  step(sliceMs: number): SearchOutcome | null;
}

/**
 * Begins a search. Nothing is done before the first step.
 *
 * @throws EngineError `INPUT_INVALID` for a time limit without a clock.
 */
export function createHtnSearch(domain: Domain, problem: Problem, options: SearchOptions = {}): HtnSearch {
  checkOptions(options);
  const run = searchProgram(domain, problem, options);
  const now = options.now ?? (() => 0);
  let outcome: SearchOutcome | null = null;
  return {
    step(sliceMs) {
      const endAt = now() + sliceMs;
      while (outcome === null) {
        const next = run.next();
        if (next.done === true) outcome = next.value;
        else if (now() >= endAt) return null;
      }
      return outcome;
    },
  };
}

/**
 * Plans in one go.
 *
 * @throws EngineError `INPUT_INVALID` when the domain or problem names what is not declared, or a time limit comes
 * without a clock.
 *
 * @example
 * const outcome = planHtn(domain, problem, { now: () => Date.now(), timeMs: 10_000 });
 * if (outcome.status === 'solved') console.log(outcome.plan.steps);
 */
export function planHtn(domain: Domain, problem: Problem, options: SearchOptions = {}): SearchOutcome {
  checkOptions(options);
  const run = searchProgram(domain, problem, options);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

function checkOptions(options: SearchOptions): void {
  for (const name of ['nodes', 'depth', 'memoryMb', 'timeMs'] as const) {
    const value = options[name];
    if (value === undefined || value > 0) continue;
    throw new EngineError('INPUT_INVALID', `The limit '${name}' is to be more than 0, found ${value}.`);
  }
  if (options.timeMs !== undefined && options.now === undefined) {
    throw new EngineError('INPUT_INVALID', "The limit 'timeMs' needs a clock: give 'now' too.");
  }
}
