// Mutation of activity lists, within what the lags allow.
import type { Random } from '../random.js';
import type { ClassicDirection } from './classic-instance.js';

/** Exchanges neighbours of a list, each pair with a chance, where no lag forbids it. */
export function swapNeighbours(
  direction: ClassicDirection,
  list: Int32Array,
  chance: number,
  random: Random,
): void {
  for (let k = 0; k + 1 < list.length; k++) {
    if (random.unit() >= chance) continue;
    const [one, other] = [list[k] as number, list[k + 1] as number];
    if (isBefore(direction, one, other)) continue;
    list[k] = other;
    list[k + 1] = one;
  }
}

/** Moves a task of a list to another place, up to `reach` away, as far as no lag forbids it. */
export function shiftOne(direction: ClassicDirection, list: Int32Array, reach: number, random: Random): void {
  const from = random.below(list.length);
  const task = list[from] as number;
  const step = random.unit() < 0.5 ? -1 : 1;
  let at = from;
  for (let left = 1 + random.below(reach); left > 0; left--) {
    const next = at + step;
    if (next < 0 || next >= list.length) return;
    const other = list[next] as number;
    if (step < 0 ? isBefore(direction, other, task) : isBefore(direction, task, other)) return;
    list[at] = other;
    list[next] = task;
    at = next;
  }
}

function isBefore({ leaveFirst, leaveTask }: ClassicDirection, one: number, other: number): boolean {
  const last = leaveFirst[one + 1] as number;
  for (let at = leaveFirst[one] as number; at < last; at++) if (leaveTask[at] === other) return true;
  return false;
}
