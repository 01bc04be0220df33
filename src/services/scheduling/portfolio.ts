// Portfolio: which searches work on a problem, and how much of the work each gets.
import { makeExactSearch } from './exact/exact-search.js';
import { makeNeighbourhoodSearch } from './exact/neighbourhood-search.js';
import { makeHeuristicSearch } from './heuristic/heuristic-search.js';
import type { Instance } from './instance/instance.js';
import type { ScheduleProblem } from './problem.js';
import type { Incumbent, Search } from './search.js';

/**
 * Makes a search of a problem; undefined when it has nothing to say about such a problem. It may be given the problem
 * compiled already.
 */
export type SearchMaker = (
  problem: ScheduleProblem,
  incumbent: Incumbent,
  seed: number,
  compiled?: Instance,
) => Search | undefined;

/** A search's part in the work. */
export interface Share {
  readonly kind: 'heuristic' | 'exact';
  readonly make: SearchMaker;
  /** How many pieces of work (see `Search.run`) it does before the next search has its turn. */
  readonly pieces: number;
}

/** The searches of `solve`, in the order in which they take turns. */
export const portfolio: readonly Share[] = [
  { kind: 'heuristic', make: makeHeuristicSearch, pieces: 20 },
  { kind: 'exact', make: makeExactSearch, pieces: 20 },
  { kind: 'exact', make: makeNeighbourhoodSearch, pieces: 20 },
];
