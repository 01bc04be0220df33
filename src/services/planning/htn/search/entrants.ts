// Entrants: the searches that take part in a portfolio, under one interface.
import type { Domain, Problem } from '../domain.js';
import type { GroundModel } from '../ground/model.js';
import { createLiftedSearch, type LiftedTask } from '../lifted/lifted-search.js';
import type { HtnPlan } from '../solution.js';
import { DepthSearch } from './depth-search.js';
import { GuidedDepthSearch } from './guided-depth-search.js';
import { NetworkSearch } from './network-search.js';
import { planOfNetwork, planOfSequence } from './plan-tree.js';
import { SequenceSearch, type SearchStatus } from './sequence-search.js';

/** A search that takes part. */
export interface Entrant {
  readonly name: string;
  /** Its end without a plan proves that there is none. */
  readonly isComplete: boolean;
  /** How much longer its slices are than those of others. */
  readonly share: number;
  step(): SearchStatus;
  readonly work: number;
  readonly bytes: number;
  readonly nodes: number;
  readonly revisits: number;
  /** Methods applied one after the other on the longest path that is still open. */
  readonly depth: number;
  /** It ended for want of memory of its own. */
  readonly isFull?: boolean;
  plan(): HtnPlan;
}

function bestFirst(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
  isComplete: boolean,
): Entrant {
  return sequenceEntrant(
    'best first',
    domain,
    problem,
    model,
    isComplete,
    new SequenceSearch(model, maxDepth),
    4,
  );
}

function depthFirst(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
  isComplete: boolean,
  chance: () => number,
): Entrant {
  return sequenceEntrant(
    'depth first',
    domain,
    problem,
    model,
    isComplete,
    new DepthSearch(model, maxDepth, chance),
    1,
  );
}

/** Depth first along relaxed plans. */
function guidedDepthFirst(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
  isComplete: boolean,
  chance: () => number,
): Entrant {
  const search = new GuidedDepthSearch(model, maxDepth, chance);
  return sequenceEntrant('guided depth first', domain, problem, model, isComplete, search, 4);
}

/** Best first by the lengths of relaxed plans, with some chance. */
function bestFirstByChance(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
  isComplete: boolean,
  chance: () => number,
): Entrant {
  const search = new SequenceSearch(model, maxDepth, 0, chance);
  return sequenceEntrant('best first by chance', domain, problem, model, isComplete, search, 2);
}

/** The searches of a ground model, each made when it is called: the best first. */
export function groundSearches(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
  isComplete: boolean,
  chance: () => number,
): (() => Entrant)[] {
  return [
    () => bestFirst(domain, problem, model, maxDepth, isComplete),
    () => guidedDepthFirst(domain, problem, model, maxDepth, isComplete, chance),
    () => bestFirstByChance(domain, problem, model, maxDepth, isComplete, chance),
    () => depthFirst(domain, problem, model, maxDepth, isComplete, chance),
  ];
}

/** How much the cost so far counts, in the search for cheaper plans, beside what is left to do. */
const improverWeight = 0.5;

/** A search that goes on after a plan, for one of less cost than its bound. */
export function improver(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  maxDepth: number,
): Entrant & { bound(cost: number): void } {
  const search = new SequenceSearch(model, maxDepth, improverWeight);
  const entrant = sequenceEntrant('improvement', domain, problem, model, true, search, 1);
  return Object.assign(entrant, {
    bound: (cost: number): void => {
      search.space.bound = cost;
    },
  });
}

function sequenceEntrant(
  name: string,
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  isComplete: boolean,
  search: SequenceSearch | DepthSearch | GuidedDepthSearch,
  share: number,
): Entrant {
  return Object.assign(search, {
    name,
    share,
    isComplete,
    plan: (): HtnPlan => {
      const { space } = search;
      const methods: number[] = [];
      for (let node = search.goal; space.parent[node]! >= 0; node = space.parent[node]!) {
        methods.push(space.method[node]!);
      }
      return planOfSequence(domain, problem, model, methods.reverse());
    },
  });
}

/** Ends `exhausted` only when all has been tried, else `cut`. */
export function lifted(task: LiftedTask): Entrant {
  return Object.assign(createLiftedSearch(task), { name: 'lifted', isComplete: true });
}

/** Networks as they are. */
export function progression(domain: Domain, problem: Problem, model: GroundModel, maxDepth: number): Entrant {
  const search = new NetworkSearch(model, maxDepth);
  return Object.assign(search, {
    name: 'progression',
    share: 2,
    isComplete: true,
    plan: (): HtnPlan => planOfNetwork(domain, problem, search.space, search.goal),
  });
}
