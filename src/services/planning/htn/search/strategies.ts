// Strategies: which searches there are, and which of them gets how much of the time. One process, one after the
// other in turns that grow: a search that is quick where it fits gets the first turn, the robust one the most.
import type { SearchOptions, SearchStrategy } from '../search-outcome.js';
import { createLiftedSearch } from '../lifted/lifted-search.js';
import { searchProgram } from './portfolio.js';
import { paused, type RunningSearch, type SearchTask } from './running-search.js';

/** A search, and its share. */
export interface StrategyEntry {
  readonly strategy: SearchStrategy;
  readonly create: (task: SearchTask) => RunningSearch;
  /** Milliseconds of its first turn, or that many times a hundred looks without a clock. */
  readonly firstTurn: number;
  /** Every turn after is so many times as long. */
  readonly growth: number;
}

/** All searches, in the order that measured best. */
export const strategies: readonly StrategyEntry[] = [
  { strategy: 'lifted', create: createLiftedSearch, firstTurn: 400, growth: 1.5 },
  { strategy: 'ground', create: createGroundSearch, firstTurn: 2000, growth: 2 },
];

/** The searches on the ground model, which take turns among themselves. */
function createGroundSearch(task: SearchTask): RunningSearch {
  const { now, signal } = task.options;
  const options: SearchOptions = {
    seed: task.seed,
    nodes: task.nodes,
    depth: task.depth,
    memoryMb: task.memoryMb,
    improve: task.improve,
    ...(now === undefined ? {} : { now }),
    ...(signal === undefined ? {} : { signal }),
  };
  const run = searchProgram(task.domain, task.problem, options);
  let statistics = unbegun;
  return {
    advance(pace) {
      for (;;) {
        const next = run.next();
        if (next.done === true) {
          const outcome = next.value;
          ({ statistics } = outcome);
          if (outcome.status === 'solved') return { kind: 'plan', plan: outcome.plan };
          if (outcome.status === 'limit') return { kind: 'limit', limit: outcome.limit };
          return { kind: 'exhausted', reason: outcome.reason, isOptimal: false };
        }
        if (pace.isOver()) return paused;
      }
    },
    bound: () => undefined,
    statistics: () => statistics,
  };
}

const unbegun = {
  nodes: 0,
  revisits: 0,
  depth: 0,
  facts: 0,
  operators: 0,
  tasks: 0,
  methods: 0,
  strategy: 'ground',
};
