// Portfolio: which searches there are, and which of them gets how much of the time. One process, one after the
// other in turns that grow: a search that is quick where it fits gets the first turn, the robust one the most.
import type { SearchStrategy } from '../search-outcome.js';
import { createLiftedSearch } from '../lifted/lifted-search.js';
import type { RunningSearch, SearchTask } from './running-search.js';

/** A search of the portfolio. */
export interface PortfolioEntry {
  readonly strategy: SearchStrategy;
  readonly create: (task: SearchTask) => RunningSearch;
  /** Slices of its first turn. Every turn after is `growth` times as long. */
  readonly firstTurn: number;
  readonly growth: number;
}

/** All searches, in the order that measured best. */
export const portfolio: readonly PortfolioEntry[] = [
  { strategy: 'lifted', create: createLiftedSearch, firstTurn: 100, growth: 1.5 },
];
