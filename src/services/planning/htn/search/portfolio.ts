// Portfolio: several searches of one problem, each in its turn for a slice that doubles from round to round. What
// a slice is, is counted in work and not in time, so that the same seed searches the same.
import type { Domain, Problem } from '../domain.js';
import { groundProgram } from '../ground/ground.js';
import type { GroundModel } from '../ground/model.js';
import { cutMethods } from '../program/cut.js';
import { lowerProgram } from '../program/lower.js';
import type { SearchOptions, SearchOutcome } from '../search-outcome.js';
import type { HtnPlan } from '../solution.js';
import { createChance } from './chance.js';
import { DepthSearch } from './depth-search.js';
import { asWritten, linearise } from './linearise.js';
import { Meter } from './meter.js';
import { NetworkSearch } from './network-search.js';
import { planOfNetwork, planOfSequence } from './plan-tree.js';
import { SequenceSearch, type SearchStatus } from './sequence-search.js';

/** A search that takes part. */
interface Entrant {
  readonly name: string;
  /** Its end without a plan proves that there is none. */
  readonly isComplete: boolean;
  step(): SearchStatus;
  readonly work: number;
  readonly bytes: number;
  readonly nodes: number;
  readonly revisits: number;
  plan(): HtnPlan;
}

const firstSlice = 1 << 20;
/** Steps of a search between two looks at the limits. */
const stepsPerLook = 64;

/** Searches with rests in which a caller may do something else. */
export function* searchProgram(
  domain: Domain,
  problem: Problem,
  options: SearchOptions,
): Generator<void, SearchOutcome> {
  const meter = new Meter(options);
  const chance = createChance(options.seed ?? 1);
  const entrants: Entrant[] = [];
  const program = cutMethods(lowerProgram(domain, problem));
  const linear = program.isTotalOrder ? { domain, problem } : linearise(domain, problem, asWritten);
  const sequences = program.isTotalOrder ? program : cutMethods(lowerProgram(linear.domain, linear.problem));
  const ground = yield* groundProgram(sequences, (bytes) => meter.goOn(bytes));
  if (ground.kind === 'stopped') return limited(meter, 'grounding');
  if (ground.kind === 'model') {
    note(meter, ground.model);
    const { isTotalOrder } = program;
    entrants.push(
      bestFirst(domain, problem, ground.model, isTotalOrder),
      depthFirst(domain, problem, ground.model, isTotalOrder, chance),
    );
  }
  if (program.isTotalOrder && ground.kind === 'unsolvable') return relaxedAway(meter);
  if (!program.isTotalOrder) {
    const first = yield* race(entrants, meter, options, firstSlice * 4);
    if (first !== null) return first;
    const partial = yield* groundProgram(program, (bytes) => meter.goOn(bytes));
    if (partial.kind === 'stopped') return limited(meter, 'grounding');
    if (partial.kind === 'unsolvable') return relaxedAway(meter);
    note(meter, partial.model);
    entrants.push(progression(domain, problem, partial.model));
  }
  return (yield* race(entrants, meter, options, Infinity))!;
}

function note(meter: Meter, model: GroundModel): void {
  meter.facts = model.factCount;
  meter.operators = model.operatorCount;
  meter.tasks = model.taskCount - model.operatorCount;
  meter.methods = model.methodCount;
}

function limited(meter: Meter, strategy: string): SearchOutcome {
  return { status: 'limit', limit: meter.limit ?? 'stopped', statistics: meter.statistics(strategy) };
}

function relaxedAway(meter: Meter): SearchOutcome {
  const reason = 'Even if nothing were ever undone, the tasks could not all be done.';
  return { status: 'unsolvable', reason, statistics: meter.statistics('relaxation') };
}

/**
 * Lets the entrants search in turn. Those that end without a plan leave the list.
 *
 * @param work - Slice with which to end; null is given then.
 */
function* race(
  entrants: Entrant[],
  meter: Meter,
  options: SearchOptions,
  work: number,
): Generator<void, SearchOutcome | null> {
  for (let slice = firstSlice; slice <= work && entrants.length > 0; slice *= 2) {
    for (const entrant of entrants.slice()) {
      const endAt = entrant.work + slice;
      let status: SearchStatus = 'open';
      while (status === 'open' && entrant.work < endAt) {
        for (let step = 0; step < stepsPerLook && status === 'open'; step += 1) status = entrant.step();
        meter.nodes = sum(entrants, (each) => each.nodes);
        meter.revisits = sum(entrants, (each) => each.revisits);
        if (status === 'open' && !meter.goOn(sum(entrants, (each) => each.bytes))) {
          return limited(meter, entrant.name);
        }
        yield;
      }
      if (status === 'found') {
        const plan = entrant.plan();
        options.onImprovement?.(plan);
        return { status: 'solved', plan, optimal: false, statistics: meter.statistics(entrant.name) };
      }
      if (status === 'exhausted') {
        if (entrant.isComplete) {
          const reason = 'Every decomposition was tried.';
          return { status: 'unsolvable', reason, statistics: meter.statistics(entrant.name) };
        }
        entrants.splice(entrants.indexOf(entrant), 1);
      }
    }
  }
  return null;
}

function sum(entrants: readonly Entrant[], of: (entrant: Entrant) => number): number {
  return entrants.reduce((total, entrant) => total + of(entrant), 0);
}

function bestFirst(domain: Domain, problem: Problem, model: GroundModel, isComplete: boolean): Entrant {
  return sequenceEntrant('best first', domain, problem, model, isComplete, new SequenceSearch(model));
}

function depthFirst(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  isComplete: boolean,
  chance: () => number,
): Entrant {
  return sequenceEntrant('depth first', domain, problem, model, isComplete, new DepthSearch(model, chance));
}

function sequenceEntrant(
  name: string,
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  isComplete: boolean,
  search: SequenceSearch | DepthSearch,
): Entrant {
  return Object.assign(search, {
    name,
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

function progression(domain: Domain, problem: Problem, model: GroundModel): Entrant {
  const search = new NetworkSearch(model);
  return Object.assign(search, {
    name: 'progression',
    isComplete: true,
    plan: (): HtnPlan => planOfNetwork(domain, problem, search.space, search.goal),
  });
}
