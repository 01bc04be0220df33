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
  /**
   * Pieces of a turn after many turns without a better schedule (`patienceOf`): then the work goes to the searches that
   * prove. `pieces`, when there are none.
   */
  readonly piecesWhenIdle?: number;
}

/** Turns without a better schedule after which a search has fewer pieces: 30 for 30 tasks, and 480 for 120. */
export const patienceOf = (tasks: number): number => Math.ceil((tasks * tasks) / 30);

/** The searches of `solve`, in the order in which they take turns. */
export const portfolio: readonly Share[] = [
  { kind: 'heuristic', make: makeHeuristicSearch, pieces: 20, piecesWhenIdle: 4 },
  { kind: 'exact', make: makeExactSearch, pieces: 20 },
  { kind: 'exact', make: makeNeighbourhoodSearch, pieces: 20, piecesWhenIdle: 4 },
];
