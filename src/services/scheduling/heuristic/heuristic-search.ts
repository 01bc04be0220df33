// Heuristic search of a problem: compiles it, proves what the compiled form shows, and chooses the search that suits it.
import { toClassic } from '../classic/classic-instance.js';
import { createGeneticSearch } from '../classic/genetic-search.js';
import { compileProblem } from '../instance/compile.js';
import type { Instance } from '../instance/instance.js';
import type { ScheduleProblem } from '../problem.js';
import type { Incumbent, Search } from '../search.js';
import { createGeneralSearch } from './general-search.js';

/** Beyond it, a pass of a fast scheme is too long a piece of work. */
const largestGenetic = 20_000;

/** The heuristic search of a problem. */
export function makeHeuristicSearch(
  problem: ScheduleProblem,
  incumbent: Incumbent,
  seed: number,
  instance: Instance = compileProblem(problem),
): Search {
  if (instance.impossible !== undefined)
    return {
      name: 'windows',
      run() {
        incumbent.close();
        return false;
      },
    };
  if (problem.objective.kind === 'makespan') incumbent.raiseBound(instance.criticalPath);
  const classic = instance.size <= largestGenetic ? toClassic(instance) : undefined;
  if (classic !== undefined) return createGeneticSearch(classic, incumbent, seed);
  return createGeneralSearch(instance, incumbent, seed);
}
