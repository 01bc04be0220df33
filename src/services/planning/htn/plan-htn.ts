// The hierarchical planner: from a domain and a problem to a plan, the proof that there is none, or a limit. Works in
// slices, so that a host can plan in its event loop. The searches and their shares of time are in
// search/strategies.ts.
//
// PL1 a plan that is told is cheaper than those told before.
// PL2 `unsolvable` is said only when a search has searched everything.
import { EngineError } from '../../../errors.js';
import type { Domain, Problem } from './domain.js';
import { lowerProgram } from './program/lower.js';
import { createPace } from './search/pace.js';
import type { RunningSearch, SearchEvent, SearchTask } from './search/running-search.js';
import { strategies, type StrategyEntry } from './search/strategies.js';
import type { SearchLimit, SearchOptions, SearchOutcome, SearchStatistics } from './search-outcome.js';
import type { HtnPlan } from './solution.js';

/** A search that is done in slices. */
export interface HtnSearch {
  /**
   * Searches on for about this long; without a clock, for a number of nodes.
   *
   * @returns the outcome, or null when there is more to do.
   */
  step(sliceMs: number): SearchOutcome | null;
}

interface Runner {
  readonly entry: StrategyEntry;
  readonly search: RunningSearch;
  /** Of the turn it has. */
  turn: number;
  limit: SearchLimit | null;
}

const defaultMemoryMb = 2048;
const looksPerTurnUnit = 100;

/**
 * Begins a search. Nothing is searched before the first step.
 *
 * @throws EngineError `INPUT_INVALID` when the domain or problem names what is not declared, a limit is no positive
 * number, or a time limit comes without a clock.
 */
export function createHtnSearch(domain: Domain, problem: Problem, options: SearchOptions = {}): HtnSearch {
  checkOptions(options);
  const pace = createPace(options.now);
  const startedAt = options.now?.() ?? 0;
  const runners = createRunners(domain, problem, options);
  const position = (): number => options.now?.() ?? pace.looks / looksPerTurnUnit;
  let current = 0;
  let turnEndsAt = position() + runners[0]!.turn;
  let best: { plan: HtnPlan; statistics: SearchStatistics } | null = null;
  let outcome: SearchOutcome | null = null;
  const isMaximised = problem.metric?.direction === 'maximise';

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
    // What found a plan and cannot go on is done.
    if (runner.entry.strategy === 'ground') runner.limit = 'stopped';
    const { cost } = event.plan;
    const isBetter = best === null || (isMaximised ? cost > best.plan.cost : cost < best.plan.cost);
    if (isBetter) {
      best = { plan: event.plan, statistics };
      for (const each of runners) each.search.bound(cost);
      options.onImprovement?.(event.plan);
    }
    const isOver = options.improve !== true || runners.every((each) => each.limit !== null);
    return isOver ? settle(false, 'stopped', statistics) : null;
  };
  const limitReached = (): SearchLimit | null => {
    if (options.signal?.aborted === true) return 'stopped';
    if (options.now !== undefined && options.now() - startedAt >= (options.timeMs ?? Infinity)) return 'time';
    const nodes = runners.reduce((sum, each) => sum + each.search.statistics().nodes, 0);
    return nodes >= (options.nodes ?? Infinity) ? 'nodes' : null;
  };
  const nextTurn = (runner: Runner): void => {
    runner.turn *= runner.entry.growth;
    do current = (current + 1) % runners.length;
    while (runners[current]!.limit !== null);
    turnEndsAt = position() + runners[current]!.turn;
  };

  return {
    step(sliceMs) {
      if (outcome !== null) return outcome;
      const runner = runners[current]!;
      const limit = limitReached();
      if (limit !== null) {
        outcome = settle(false, limit, runner.search.statistics());
        return outcome;
      }
      pace.begin(sliceMs);
      outcome = hear(runner, runner.search.advance(pace));
      if (outcome === null && (runner.limit !== null || position() >= turnEndsAt)) nextTurn(runner);
      return outcome;
    },
  };
}

const sliceMs = 10;

/**
 * Plans in one go. Nothing else happens meanwhile: see {@link planHtnInSlices}.
 *
 * @throws EngineError as {@link createHtnSearch}.
 *
 * @example
 * const outcome = planHtn(domain, problem, { now: () => Date.now(), timeMs: 10_000 });
 * if (outcome.status === 'solved') console.log(outcome.plan.steps);
 */
export function planHtn(domain: Domain, problem: Problem, options: SearchOptions = {}): SearchOutcome {
  const search = createHtnSearch(domain, problem, options);
  for (;;) {
    const outcome = search.step(sliceMs);
    if (outcome !== null) return outcome;
  }
}

/**
 * Plans, giving way to the event loop after every slice of about 10 ms.
 *
 * @throws EngineError as {@link createHtnSearch}.
 */
export async function planHtnInSlices(
  domain: Domain,
  problem: Problem,
  options: SearchOptions = {},
): Promise<SearchOutcome> {
  const search = createHtnSearch(domain, problem, options);
  for (;;) {
    const outcome = search.step(sliceMs);
    if (outcome !== null) return outcome;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function createRunners(domain: Domain, problem: Problem, options: SearchOptions): Runner[] {
  const entries = (options.strategies ?? strategies.map((each) => each.strategy)).map((strategy) => {
    const entry = strategies.find((each) => each.strategy === strategy);
    if (entry !== undefined) return entry;
    const known = strategies.map((each) => `'${each.strategy}'`).join(', ');
    throw refusal('strategies', `strategies: expected ${known}, got '${String(strategy)}'.`);
  });
  const task: SearchTask = {
    domain,
    problem,
    program: lowerProgram(domain, problem),
    options,
    seed: options.seed ?? 1,
    nodes: options.nodes ?? Infinity,
    depth: options.depth ?? Infinity,
    memoryMb: options.memoryMb ?? defaultMemoryMb,
    improve: options.improve ?? false,
  };
  // What finds a plan at once or not at all gets by with less than what keeps all it has seen.
  const shareOf = (entry: StrategyEntry): number =>
    entries.length === 1 ? 1 : entry.strategy === 'lifted' ? 0.2 : 0.8;
  return entries.map((entry) => ({
    entry,
    search: entry.create({ ...task, memoryMb: task.memoryMb * shareOf(entry) }),
    turn: entry.firstTurn,
    limit: null,
  }));
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
