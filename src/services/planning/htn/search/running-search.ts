// Running search: what every search of the planner is to the portfolio that runs it. It works in slices, tells
// plans as it finds them, and ends by having searched everything or by giving up.
import type { Domain, Problem } from '../domain.js';
import type { Program } from '../program/program.js';
import type { SearchLimit, SearchOptions, SearchStatistics } from '../search-outcome.js';
import type { HtnPlan } from '../solution.js';
import type { Pace } from './pace.js';

/** What a search is to solve, and within which bounds. */
export interface SearchTask {
  readonly domain: Domain;
  readonly problem: Problem;
  /** The program of both, with its methods whole. */
  readonly program: Program;
  /** As the host gave them; where the fields below say otherwise, they count. */
  readonly options: SearchOptions;
  readonly seed: number;
  /** Nodes of this search. */
  readonly nodes: number;
  readonly depth: number;
  /** Memory of this search, in mebibytes. */
  readonly memoryMb: number;
  /** Whether plans cheaper than the one just told are of use: else the search is not asked again. */
  readonly improve: boolean;
}

/**
 * `paused`: the slice is over. `plan`: one was found; asked again, the search looks for a cheaper one.
 * `exhausted`: nothing is left to search; without a plan told, there is none, and with one, the last is optimal
 * if `isOptimal`. `limit`: the search gives up, and is not asked again.
 */
export type SearchEvent =
  | { readonly kind: 'paused' }
  | { readonly kind: 'plan'; readonly plan: HtnPlan }
  | { readonly kind: 'exhausted'; readonly reason: string; readonly isOptimal: boolean }
  | { readonly kind: 'limit'; readonly limit: SearchLimit };

/** A search under way. */
export interface RunningSearch {
  /** Works until the pace says that the slice is over, or there is something to tell. */
  advance(pace: Pace): SearchEvent;
  /** Tells of a plan that another search found: only cheaper ones are of use from here on. */
  bound(cost: number): void;
  statistics(): SearchStatistics;
}

export const paused: SearchEvent = { kind: 'paused' };
