// Portfolio: what is tried in which order. The problem is grounded, then searched by heuristic.
import type { Domain, Problem } from '../domain.js';
import { groundProgram } from '../ground/ground.js';
import type { GroundModel } from '../ground/model.js';
import { cutMethods } from '../program/cut.js';
import { lowerProgram } from '../program/lower.js';
import type { SearchOptions, SearchOutcome } from '../search-outcome.js';
import type { HtnPlan } from '../solution.js';
import { asWritten, linearise } from './linearise.js';
import { Meter } from './meter.js';
import { planOfSequence } from './plan-tree.js';
import { SequenceSearch } from './sequence-search.js';

/** Searches with rests in which a caller may do something else. */
export function* searchProgram(
  domain: Domain,
  problem: Problem,
  options: SearchOptions,
): Generator<void, SearchOutcome> {
  const meter = new Meter(options);
  const linear = linearise(domain, problem, asWritten);
  const program = cutMethods(lowerProgram(linear.domain, linear.problem));
  const ground = yield* groundProgram(program, (bytes) => meter.goOn(bytes));
  if (ground.kind === 'unsolvable') {
    const reason = 'Even if nothing were ever undone, the tasks could not all be done.';
    return { status: 'unsolvable', reason, statistics: meter.statistics('relaxation') };
  }
  if (ground.kind === 'stopped') return limited(meter, 'grounding');
  const { model } = ground;
  meter.facts = model.factCount;
  meter.operators = model.operatorCount;
  meter.tasks = model.taskCount - model.operatorCount;
  meter.methods = model.methodCount;
  return yield* searchSequence(domain, problem, model, options, meter);
}

function limited(meter: Meter, strategy: string): SearchOutcome {
  return { status: 'limit', limit: meter.limit ?? 'stopped', statistics: meter.statistics(strategy) };
}

function* searchSequence(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  options: SearchOptions,
  meter: Meter,
): Generator<void, SearchOutcome> {
  const search = new SequenceSearch(model);
  for (;;) {
    const status = search.step();
    meter.nodes = search.nodes;
    meter.revisits = search.revisits;
    if (status === 'found') {
      const methods: number[] = [];
      const { space } = search;
      for (let node = search.goal; space.parent[node]! >= 0; node = space.parent[node]!)
        methods.push(space.method[node]!);
      const plan: HtnPlan = planOfSequence(domain, problem, model, methods.reverse());
      options.onImprovement?.(plan);
      return { status: 'solved', plan, optimal: false, statistics: meter.statistics('ground') };
    }
    if (status === 'exhausted') {
      const reason = 'Every decomposition was tried.';
      return { status: 'unsolvable', reason, statistics: meter.statistics('ground') };
    }
    if (!meter.goOn(search.bytes)) return limited(meter, 'ground');
    yield;
  }
}
