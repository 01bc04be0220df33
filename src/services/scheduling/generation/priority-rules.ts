// Priority rules by the names of the literature (surveys: Davis & Patterson 1975; Alvarez-Valdés & Tamarit 1989; Kolisch
// 1996), and a schedule made by one of them in a single pass.
import { compileProblem } from '../instance/compile.js';
import { type Instance, longestDuration, shortestDuration } from '../instance/instance.js';
import { toSchedule } from '../incumbent.js';
import type { ScheduleProblem } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { GeneralScheme } from './general-scheme.js';
import { compileGeneral } from './general-tables.js';
import { PrecedenceLister } from './precedence-list.js';

/**
 * LST: latest start time first (Kolisch 1995). LFT: latest finish time (Davis & Patterson 1975). MSLK: least slack (same).
 * MTS: most total successors (Alvarez-Valdés & Tamarit 1989). GRPW: greatest rank positional weight, the duration with those
 * of the direct successors (same). GRD: greatest resource demand (Davis & Patterson 1975). SPT: shortest processing time.
 * EST: earliest start time.
 */
export type PriorityRule = 'LST' | 'LFT' | 'MSLK' | 'MTS' | 'GRPW' | 'GRD' | 'SPT' | 'EST';

/** The key of each task by a rule: the least comes first. With several modes, the shortest counts. */
export function priorityKeys(instance: Instance, rule: PriorityRule): Float64Array {
  const { size, tail, earliest, criticalPath } = instance;
  const keys = (key: (task: number) => number): Float64Array =>
    Float64Array.from({ length: size }, (_, task) => key(task));
  const latestStart = (task: number): number => criticalPath - (tail[task] as number);
  switch (rule) {
    case 'LST':
      return keys(latestStart);
    case 'LFT':
      return keys((task) => latestStart(task) + shortestDuration(instance, task));
    case 'MSLK':
      return keys((task) => latestStart(task) - (earliest[task] as number));
    case 'MTS':
      return successorCounts(instance).map((count) => 0 - count);
    case 'GRPW':
      return keys((task) => -positionalWeight(instance, task));
    case 'GRD':
      return keys((task) => -demand(instance, task));
    case 'SPT':
      return keys((task) => shortestDuration(instance, task));
    case 'EST':
      return keys((task) => earliest[task] as number);
  }
}

/**
 * One pass of the serial scheme with the tasks by a priority rule: for a first schedule at once.
 *
 * @param problem - As {@link readProblem} gives it. Budgets are not looked at; each task is done in the mode that ends first.
 * @returns undefined when the pass finds none, which proves nothing.
 */
export function scheduleByRule(problem: ScheduleProblem, rule: PriorityRule): Schedule | undefined {
  const instance = compileProblem(problem);
  if (instance.impossible !== undefined) return undefined;
  const tables = compileGeneral(instance);
  const list = new Int32Array(instance.size);
  new PrecedenceLister(instance, tables).write(priorityKeys(instance, rule), list);
  const scheme = new GeneralScheme(instance, tables);
  const isDone = scheme.generate({
    list,
    modes: new Int32Array(instance.size).fill(-1),
    present: new Uint8Array(instance.size).fill(1),
    wishes: new Int32Array(instance.size),
  });
  return isDone ? toSchedule(problem, scheme.starts, scheme.modes) : undefined;
}

function positionalWeight(instance: Instance, task: number): number {
  const { outFirst, outArc, arcTo, arcIsMax } = instance;
  const after = new Set<number>();
  for (let k = outFirst[task] as number; k < (outFirst[task + 1] as number); k++) {
    const arc = outArc[k] as number;
    if (arcIsMax[arc] === 0 && arcTo[arc] !== task) after.add(arcTo[arc] as number);
  }
  let sum = shortestDuration(instance, task);
  for (const other of after) sum += shortestDuration(instance, other);
  return sum;
}

/** Share of the capacities, over the resources, times the duration. */
function demand(instance: Instance, task: number): number {
  const { modeFirst, useFirst, useResource, useAmount, peak } = instance;
  const mode = modeFirst[task] as number;
  let share = 0;
  for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++)
    share += (useAmount[use] as number) / Math.max(1, peak[useResource[use] as number] as number);
  return share * longestDuration(instance, task);
}

/** How many tasks come after each one, however far: 32 of them at a time, as bits handed backwards. */
function successorCounts(instance: Instance): Float64Array {
  const { size, order, component, outFirst, outArc, arcTo } = instance;
  const counts = new Float64Array(size);
  const bits = new Int32Array(size);
  for (let block = 0; block < size; block += 32) {
    bits.fill(0);
    for (let at = size - 1; at >= 0; at--) {
      const task = order[at] as number;
      let own = 0;
      for (let k = outFirst[task] as number; k < (outFirst[task + 1] as number); k++) {
        const other = arcTo[outArc[k] as number] as number;
        if (component[other] === component[task]) continue;
        own |= bits[other] as number;
        if (other >= block && other < block + 32) own |= 1 << (other - block);
      }
      bits[task] = own;
      counts[task] = (counts[task] as number) + ones(own);
    }
  }
  return counts;
}

function ones(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
