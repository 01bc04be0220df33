// The planner's entry: domain and problem → a plan, a proof that there is none, or the limit that ended the search.
// Works in slices, so that a host can plan in its event loop. The searches and their shares of time are those of
// the portfolio.
//
// PL1 every plan told is one that the searches found valid; a later one is cheaper than those before.
// PL2 `unsolvable` is said only by a search that has searched everything.
import { EngineError } from '../../../errors.js';
import type { Domain, Problem } from './domain.js';
import { lowerProgram } from './program/lower.js';
import { createPace } from './search/pace.js';
import { portfolio, type PortfolioEntry } from './search/portfolio.js';
import type { RunningSearch, SearchEvent, SearchTask } from './search/running-search.js';
import type { SearchLimit, SearchOptions, SearchOutcome, SearchStatistics } from './search-outcome.js';
import type { HtnPlan } from './solution.js';

/** A search that the host drives. */
export interface TaskNetworkPlanner {
  /** Works for one slice, of about 10 ms. The outcome once there is one, and from then on; else null. */
  advance(): SearchOutcome | null;
}

interface Runner {
  readonly entry: PortfolioEntry;
  readonly search: RunningSearch;
  turn: number;
  limit: SearchLimit | null;
}

const defaultMemoryMb = 2048;

/**
 * Begins to plan.
 *
 * @throws EngineError `INPUT_INVALID` for limits that are no positive numbers, names that are not declared,
 * terms that are too many or too few.
 */
export function createTaskNetworkPlanner(
  domain: Domain,
  problem: Problem,
  options: SearchOptions = {},
): TaskNetworkPlanner {
  checkOptions(options);
  const pace = createPace(options.now);
  const startedAt = options.now?.() ?? 0;
  const runners = createRunners(domain, problem, options);
  let current = 0;
  let sliceOfTurn = 0;
  let best: { plan: HtnPlan; statistics: SearchStatistics } | null = null;
  let outcome: SearchOutcome | null = null;

  const settle = (isOptimal: boolean, limit: SearchLimit, statistics: SearchStatistics): SearchOutcome => {
    if (best === null) return { status: 'limit', limit, statistics };
    return { status: 'solved', plan: best.plan, optimal: isOptimal, statistics: best.statistics };
  };
  const hear = (runner: Runner, event: SearchEvent): SearchOutcome | null => {
    const statistics = runner.search.statistics();
    if (event.kind === 'paused') return null;
    if (event.kind === 'limit') {
      runner.limit = event.limit;
      return runners.every((each) => each.limit !== null) ? settle(false, event.limit, statistics) : null;
    }
    if (event.kind === 'exhausted') {
      if (best === null) return { status: 'unsolvable', reason: event.reason, statistics };
      return settle(event.isOptimal, 'stopped', statistics);
    }
    if (best !== null && event.plan.cost >= best.plan.cost) return null;
    best = { plan: event.plan, statistics };
    for (const each of runners) each.search.bound(event.plan.cost);
    options.onImprovement?.(event.plan);
    return options.improve === true ? null : settle(false, 'stopped', statistics);
  };
  const limitReached = (): SearchLimit | null => {
    if (options.signal?.aborted === true) return 'stopped';
    if (options.now !== undefined && options.now() - startedAt >= (options.timeMs ?? Infinity)) return 'time';
    const nodes = runners.reduce((sum, each) => sum + each.search.statistics().nodes, 0);
    return nodes >= (options.nodes ?? Infinity) ? 'nodes' : null;
  };
  const nextRunner = (): void => {
    sliceOfTurn = 0;
    do current = (current + 1) % runners.length;
    while (runners[current]!.limit !== null);
  };

  return {
    advance() {
      if (outcome !== null) return outcome;
      const runner = runners[current]!;
      const limit = limitReached();
      if (limit !== null) {
        outcome = settle(false, limit, runner.search.statistics());
        return outcome;
      }
      pace.begin();
      outcome = hear(runner, runner.search.advance(pace));
      if (outcome !== null) return outcome;
      sliceOfTurn += 1;
      if (runner.limit !== null || sliceOfTurn >= runner.turn) {
        runner.turn *= runner.entry.growth;
        nextRunner();
      }
      return null;
    },
  };
}

/**
 * Plans, giving way to the event loop after every slice.
 *
 * @throws EngineError as {@link createTaskNetworkPlanner}.
 */
export async function planTaskNetwork(
  domain: Domain,
  problem: Problem,
  options: SearchOptions = {},
): Promise<SearchOutcome> {
  const planner = createTaskNetworkPlanner(domain, problem, options);
  for (;;) {
    const outcome = planner.advance();
    if (outcome !== null) return outcome;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function createRunners(domain: Domain, problem: Problem, options: SearchOptions): Runner[] {
  const entries = (options.strategies ?? portfolio.map((each) => each.strategy)).map((strategy) => {
    const entry = portfolio.find((each) => each.strategy === strategy);
    if (entry !== undefined) return entry;
    const known = portfolio.map((each) => `'${each.strategy}'`).join(', ');
    throw refusal('strategies', `strategies: expected ${known}, got '${String(strategy)}'.`);
  });
  const task: SearchTask = {
    domain,
    problem,
    program: lowerProgram(domain, problem),
    seed: options.seed ?? 1,
    nodes: options.nodes ?? Infinity,
    depth: options.depth ?? Infinity,
    memoryMb: (options.memoryMb ?? defaultMemoryMb) / Math.max(1, entries.length),
    improve: options.improve ?? false,
  };
  return entries.map((entry) => ({ entry, search: entry.create(task), turn: entry.firstTurn, limit: null }));
}

function refusal(path: string, message: string): EngineError {
  return new EngineError('INPUT_INVALID', message, { problems: [{ path, message }] });
}

function checkOptions(options: SearchOptions): void {
  for (const name of ['nodes', 'depth', 'memoryMb', 'timeMs'] as const) {
    const value = options[name];
    if (value === undefined || value > 0) continue;
    throw refusal(name, `${name}: expected a number greater than 0, got ${value}.`);
  }
  if (options.timeMs !== undefined && options.now === undefined) {
    throw refusal('timeMs', 'timeMs: expected a clock with it, got none. Give `now`, such as Date.now.');
  }
  if (options.strategies?.length === 0) {
    throw refusal('strategies', 'strategies: expected at least one, got none. Leave it out for all.');
  }
}
