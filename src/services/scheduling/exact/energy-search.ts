// Energy search: what is proved of problems that are too large for the exact search: the energy bound of the makespan.
import type { Building } from '../instance/building.js';
import type { Instance } from '../instance/instance.js';
import type { Incumbent, Search } from '../search.js';
import { energySteps } from './energy-bound.js';

/** Tasks at most: beyond, to sort them is too long a piece of work. */
const mostTasks = 20_000;

/** The energy search of a problem; undefined when it is too large, or something else than the makespan counts. */
export function createEnergySearch(instance: Instance, incumbent: Incumbent): Search | undefined {
  if (instance.problem.objective.kind !== 'makespan' || instance.size > mostTasks) return undefined;
  let building: Building<number> | undefined;
  return {
    name: 'energy',
    run(isDue) {
      while (!incumbent.isClosed) {
        if (isDue()) return true;
        building ??= energySteps(instance);
        const { done, value } = building.next();
        if (done !== true) continue;
        incumbent.raiseBound(value);
        return false;
      }
      return false;
    },
  };
}
