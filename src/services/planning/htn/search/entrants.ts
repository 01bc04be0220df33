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

/** What searches of a ground model are made from. */
export interface GroundTask {
  readonly domain: Domain;
  readonly problem: Problem;
  readonly model: GroundModel;
  readonly maxDepth: number;
}

/**
 * The searches of a ground model by sequences, each made when it is called, in the order in which they enter: best first;
 * depth first along relaxed plans; best first by the lengths of relaxed plans, with some chance; depth first.
 *
 * @param isComplete - Whether the end of one without a plan is a proof: not where networks were made into sequences.
 */
export function groundSearches(
  task: GroundTask,
  isComplete: boolean,
  chance: () => number,
): (() => Entrant)[] {
  const { model, maxDepth } = task;
  const entrant = (name: string, share: number, search: SequenceBased): Entrant =>
    sequenceEntrant(task, { name, share, isComplete }, search);
  return [
    () => entrant('best first', 4, new SequenceSearch(model, maxDepth)),
    () => entrant('guided depth first', 4, new GuidedDepthSearch(model, maxDepth, chance)),
    () => entrant('best first by chance', 2, new SequenceSearch(model, maxDepth, 0, chance)),
    () => entrant('depth first', 1, new DepthSearch(model, maxDepth, chance)),
  ];
}

/** How much the cost so far counts, in the search for cheaper plans, beside what is left to do. */
const improverWeight = 0.5;

/** A search that goes on after a plan, for one of less cost than its bound. */
export function improver(task: GroundTask): Entrant & { bound(cost: number): void } {
  const search = new SequenceSearch(task.model, task.maxDepth, improverWeight);
  const entrant = sequenceEntrant(task, { name: 'improvement', share: 1, isComplete: true }, search);
  return Object.assign(entrant, {
    bound: (cost: number): void => {
      search.space.bound = cost;
    },
  });
}

type SequenceBased = SequenceSearch | DepthSearch | GuidedDepthSearch;

function sequenceEntrant(
  { domain, problem, model }: GroundTask,
  part: Pick<Entrant, 'name' | 'share' | 'isComplete'>,
  search: SequenceBased,
): Entrant {
  return Object.assign(search, {
    ...part,
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
export function progression({ domain, problem, model, maxDepth }: GroundTask): Entrant {
  const search = new NetworkSearch(model, maxDepth);
  return Object.assign(search, {
    name: 'progression',
    share: 2,
    isComplete: true,
    plan: (): HtnPlan => planOfNetwork(domain, problem, search.space, search.goal),
  });
}
