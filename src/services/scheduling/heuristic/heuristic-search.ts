// Heuristic search of a problem: compiles it, proves what the compiled form shows, and chooses the search that suits it.
import { compileProblem } from '../instance/compile.js';
import type { ScheduleProblem } from '../problem.js';
import type { Incumbent, Search } from '../search.js';
import { createGeneralSearch } from './general-search.js';

/** The heuristic search of a problem. */
export function makeHeuristicSearch(problem: ScheduleProblem, incumbent: Incumbent, seed: number): Search {
  const instance = compileProblem(problem);
  if (instance.impossible !== undefined)
    return {
      name: 'windows',
      run() {
        incumbent.close();
        return false;
      },
    };
  if (problem.objective.kind === 'makespan') incumbent.raiseBound(instance.criticalPath);
  return createGeneralSearch(instance, incumbent, seed);
}
