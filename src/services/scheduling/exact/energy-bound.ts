// Energy bound of the makespan: tasks that cannot start before an instant, and after which much remains to be done, must
// fit in between with all that they hold (the capacity bound with heads and tails).
import type { Building } from '../instance/building.js';
import { type Instance, shortestDuration } from '../instance/instance.js';

/** Tasks at most; beyond, only all tasks together are looked at. */
const mostTasks = 600;
const loadsInPiece = 100;

interface Load {
  readonly head: number;
  /** Least time from its end to the end of all. */
  readonly tail: number;
  /** Least amount times duration. */
  readonly energy: number;
}

/** No schedule ends before this instant, for any capacity of the calendars is at most their largest. */
export function* energySteps(instance: Instance): Building<number> {
  let bound = 0;
  for (const [resource, capacity] of instance.peak.entries()) {
    if (capacity === 0) continue;
    yield;
    const loads = loadsOf(instance, resource).toSorted((one, other) => other.tail - one.tail);
    const least = loads.reduce((lowest, { head }) => Math.min(lowest, head), Infinity);
    const heads = loads.length > mostTasks ? [least] : [...new Set(loads.map(({ head }) => head))];
    for (const from of heads) {
      let energy = 0;
      for (const load of loads) {
        if (load.head < from) continue;
        energy += load.energy;
        bound = Math.max(bound, from + Math.ceil(energy / capacity) + load.tail);
      }
      if (loads.length > loadsInPiece) yield;
    }
  }
  return bound;
}

function loadsOf(instance: Instance, resource: number): Load[] {
  const { size, optional, earliest, tail } = instance;
  const loads: Load[] = [];
  for (let task = 0; task < size; task += 1) {
    const energy = optional[task] === 1 ? 0 : leastEnergy(instance, task, resource);
    if (energy === 0) continue;
    loads.push({ head: earliest[task]!, tail: Math.max(0, tail[task]! - longest(instance, task)), energy });
  }
  return loads;
}

/** Its longest way: a tail that starts at the end must not count a part of the task twice. */
function longest(instance: Instance, task: number): number {
  const { modeFirst, durations } = instance;
  const isOne = modeFirst[task + 1]! - modeFirst[task]! === 1;
  if (isOne) return shortestDuration(instance, task);
  return durations
    .subarray(modeFirst[task], modeFirst[task + 1])
    .reduce((most, one) => Math.max(most, one), 0);
}

function leastEnergy(instance: Instance, task: number, resource: number): number {
  const { modeFirst, fixedStart, fixedMode, useFirst, useResource, useAmount, durations } = instance;
  let least = Infinity;
  for (let mode = modeFirst[task]!; mode < modeFirst[task + 1]!; mode += 1) {
    if (fixedStart[task]! >= 0 && mode !== fixedMode[task]) continue;
    let energy = 0;
    for (let use = useFirst[mode]!; use < useFirst[mode + 1]!; use += 1) {
      if (useResource[use] === resource) energy = durations[mode]! * useAmount[use]!;
    }
    least = Math.min(least, energy);
  }
  return least === Infinity ? 0 : least;
}
