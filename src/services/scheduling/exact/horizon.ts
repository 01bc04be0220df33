// Horizon of the exact search: an instant by which everything has ended in some best schedule, if there is any schedule.
import { largestNumber, type SingleObjective } from '../problem.js';
import { type Instance, longestDuration } from '../instance/instance.js';

/**
 * After the last instant that the problem names (releases, calendars, what is fixed), a gap in which nothing runs and that
 * is longer than every lag and setup can be closed by moving all that comes later, which breaks nothing and makes no
 * objective worse. So there is a best schedule without such gaps.
 *
 * @param objective - Value of a schedule that is known; only better ones are looked for. Infinity when there is none.
 */
export function horizonOf(instance: Instance, objective: number): number {
  const { size, release, fixedStart, stepTime, arcWeight, setups, due } = instance;
  let begin = 0;
  let work = 0;
  for (let task = 0; task < size; task += 1) {
    const duration = longestDuration(instance, task);
    begin = Math.max(
      begin,
      release[task]!,
      due[task]!,
      fixedStart[task]! < 0 ? 0 : fixedStart[task]! + duration,
    );
    work += duration;
  }
  for (const time of stepTime) begin = Math.max(begin, time);
  let gap = 0;
  for (const weight of arcWeight) gap = Math.max(gap, weight);
  for (const { times, first } of setups) {
    for (const time of times) gap = Math.max(gap, time);
    for (const time of first) begin = Math.max(begin, time);
  }
  const enough = begin + work + (size + 1) * gap;
  return Math.min(enough, instance.horizon, limitOf(instance, objective), largestNumber);
}

/** Latest end of a schedule that is better than one of this value. */
function limitOf(instance: Instance, objective: number): number {
  const wished = instance.problem.objective;
  const parts = wished.kind === 'weighted' ? wished.parts : [{ objective: wished, weight: 1 }];
  const weight = parts.reduce((sum, part) => sum + (isMakespan(part.objective) ? part.weight : 0), 0);
  return weight === 0 || objective === Infinity ? Infinity : Math.ceil(objective / weight);
}

const isMakespan = (objective: SingleObjective): boolean => objective.kind === 'makespan';
