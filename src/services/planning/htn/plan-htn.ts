// The hierarchical planner: from a domain and a problem to a plan, the proof that there is none, or a limit.
import { EngineError } from '../../../errors.js';
import { createSystemClock } from '../../clock.js';
import type { Domain, Problem } from './domain.js';
import { readProcessMemory } from './process-memory.js';
import { searchProgram } from './search/portfolio.js';
import type { SearchOptions, SearchOutcome } from './search-outcome.js';

const defaultSliceMs = 8;

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
 * @throws EngineError `INPUT_INVALID` for a limit that is not more than 0.
 */
export function createHtnSearch(domain: Domain, problem: Problem, options: SearchOptions = {}): HtnSearch {
  const settled = settle(options);
  const run = searchProgram(domain, problem, settled);
  let outcome: SearchOutcome | null = null;
  return {
    step(sliceMs) {
      const endAt = settled.now() + sliceMs;
      while (outcome === null) {
        const next = run.next();
        if (next.done === true) outcome = next.value;
        else if (settled.now() >= endAt) return null;
      }
      return outcome;
    },
  };
}

/**
 * Plans in slices of `sliceMs` between turns of the event loop; a signal that aborts ends it with the outcome
 * `limit`, and with the best plan so far while it improves one.
 *
 * With the same seed, and no limit of time or memory met, the outcome is the same.
 *
 * @throws EngineError `INPUT_INVALID` when the domain or problem names what is not declared, or for a limit that is not
 * more than 0.
 *
 * @example
 * const outcome = await planHtn(domain, problem, { timeMs: 10_000, signal: AbortSignal.timeout(20_000) });
 * if (outcome.status === 'solved') console.log(outcome.plan.steps);
 */
export async function planHtn(
  domain: Domain,
  problem: Problem,
  options: SearchOptions = {},
): Promise<SearchOutcome> {
  const search = createHtnSearch(domain, problem, options);
  for (;;) {
    const outcome = search.step(options.sliceMs ?? defaultSliceMs);
    if (outcome !== null) return outcome;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** As {@link planHtn}, in one go: for problems and limits that are small. */
export function planHtnNow(domain: Domain, problem: Problem, options: SearchOptions = {}): SearchOutcome {
  const run = searchProgram(domain, problem, settle(options));
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

/** The options with their defaults, checked. */
function settle(options: SearchOptions): SearchOptions & { readonly now: () => number } {
  for (const name of ['nodes', 'depth', 'memoryMb', 'timeMs', 'sliceMs'] as const) {
    const value = options[name];
    if (value === undefined || value > 0) continue;
    throw new EngineError('INPUT_INVALID', `The limit '${name}' is to be more than 0, found ${value}.`);
  }
  const memory = options.memory === undefined ? readProcessMemory : options.memory;
  return { ...options, memory, now: options.now ?? createSystemClock().now };
}
