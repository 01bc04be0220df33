// Objective of a schedule in arrays: what searches compare. The validator computes it apart, from plain data.
import type { Instance } from './instance.js';
import type { SingleObjective } from '../problem.js';

/** Value of the problem's objective, values of dropped tasks included. */
export type Evaluate = (starts: Int32Array, modes: Int32Array) => number;

/**
 * Compiles the objective of the problem.
 *
 * @returns a function of starts (−1 for a dropped task) and modes (index in the task). Shapes: one value a task.
 */
export function compileObjective(instance: Instance): Evaluate {
  const { objective } = instance.problem;
  const parts = objective.kind === 'weighted' ? objective.parts : [{ objective, weight: 1 }];
  const compiled = parts.map((part) => ({
    weight: part.weight,
    value: compileSingle(instance, part.objective),
  }));
  return (starts, modes) => {
    let sum = droppedValue(instance, starts);
    for (const { weight, value } of compiled) if (weight > 0) sum += weight * value(starts, modes);
    return sum;
  };
}

/** Whether starting a task earlier, all else alike, never makes the objective worse (a regular objective). */
export function isRegular(instance: Instance): boolean {
  const { objective } = instance.problem;
  const parts = objective.kind === 'weighted' ? objective.parts : [{ objective, weight: 1 }];
  return parts.every((part) => part.objective.kind !== 'levelling' || part.weight === 0);
}

function droppedValue({ optional, value, size }: Instance, starts: Int32Array): number {
  let sum = 0;
  for (let task = 0; task < size; task++)
    if (optional[task] === 1 && (starts[task] as number) < 0) sum += value[task] as number;
  return sum;
}

function compileSingle(instance: Instance, objective: SingleObjective): Evaluate {
  switch (objective.kind) {
    case 'makespan':
      return (starts, modes) => makespanOf(instance, starts, modes);
    case 'tardiness':
      return (starts, modes) => tardinessOf(instance, starts, modes);
    case 'cost':
      return compileCost(instance, objective.of);
    case 'levelling':
      return compileLevelling(instance, objective.resources);
  }
}

/** Latest end of all tasks that are done. */
export function makespanOf(instance: Instance, starts: Int32Array, modes: Int32Array): number {
  const { durations, modeFirst, size } = instance;
  let latest = 0;
  for (let task = 0; task < size; task++) {
    const start = starts[task] as number;
    if (start < 0) continue;
    const end = start + (durations[(modeFirst[task] as number) + (modes[task] as number)] as number);
    if (end > latest) latest = end;
  }
  return latest;
}

function tardinessOf(instance: Instance, starts: Int32Array, modes: Int32Array): number {
  const { durations, modeFirst, due, weight, size } = instance;
  let sum = 0;
  for (let task = 0; task < size; task++) {
    const start = starts[task] as number;
    if (start < 0 || (due[task] as number) < 0) continue;
    const end = start + (durations[(modeFirst[task] as number) + (modes[task] as number)] as number);
    sum += (weight[task] as number) * Math.max(0, end - (due[task] as number));
  }
  return sum;
}

function compileCost(instance: Instance, of: string): Evaluate {
  const { costNames, costs, modeFirst, size } = instance;
  const place = costNames.indexOf(of);
  return (starts, modes) => {
    let sum = 0;
    for (let task = 0; task < size; task++)
      if ((starts[task] as number) >= 0)
        sum += costs[((modeFirst[task] as number) + (modes[task] as number)) * costNames.length + place] ?? 0;
    return sum;
  };
}

/** The sum of use² over instants and resources, by a sweep over starts and ends. */
function compileLevelling(instance: Instance, ids: readonly string[] | undefined): Evaluate {
  const { resourceIds, reusableCount, durations, modeFirst, useFirst, useResource, useAmount, size } =
    instance;
  const chosen = new Uint8Array(resourceIds.length);
  for (let place = 0; place < reusableCount; place++)
    chosen[place] = ids === undefined || ids.includes(resourceIds[place] as string) ? 1 : 0;
  return (starts, modes) => {
    const events = Array.from(resourceIds, (): [number, number][] => []);
    for (let task = 0; task < size; task++) {
      const start = starts[task] as number;
      if (start < 0) continue;
      const mode = (modeFirst[task] as number) + (modes[task] as number);
      for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++) {
        const list = events[useResource[use] as number];
        list?.push([start, useAmount[use] as number]);
        list?.push([start + (durations[mode] as number), -(useAmount[use] as number)]);
      }
    }
    let sum = 0;
    for (const [place, list] of events.entries()) if (chosen[place] === 1) sum += squares(list);
    return sum;
  };
}

function squares(events: [number, number][]): number {
  events.sort((a, b) => a[0] - b[0]);
  let [sum, level, last] = [0, 0, 0];
  for (const [at, change] of events) {
    sum += level * level * (at - last);
    level += change;
    last = at;
  }
  return sum;
}
