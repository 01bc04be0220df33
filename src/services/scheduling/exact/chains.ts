// Chains of a schedule: which task hands its resources over to which. Tasks that keep these precedences can be moved in
// time and never need more than there is (Policella, Smith, Cesta & Oddi, 2004).
import type { Instance } from '../instance/instance.js';

interface Block {
  task: number;
  amount: number;
}

/**
 * Pairs of tasks, the first of which ends before the second starts in the schedule.
 *
 * @param isKept - Tasks whose order is to be kept, by index; the others are not in any pair.
 */
export function chainsOf(
  instance: Instance,
  starts: Int32Array,
  modes: Int32Array,
  isKept: Uint8Array,
): [earlier: number, later: number][] {
  const { modeFirst, useFirst, useResource, useAmount, durations, peak, size } = instance;
  const order = Array.from({ length: size }, (_, task) => task).filter(
    (task) => isKept[task] === 1 && starts[task]! >= 0,
  );
  order.sort((one, other) => starts[one]! - starts[other]! || one - other);
  const modeOf = (task: number): number => modeFirst[task]! + modes[task]!;
  const endOf = (task: number): number => starts[task]! + durations[modeOf(task)]!;
  const blocks = Array.from(peak, (amount): Block[] => [{ task: -1, amount }]);
  const pairs = new Set<number>();
  for (const task of order) {
    const mode = modeOf(task);
    if (durations[mode] === 0) continue;
    for (let use = useFirst[mode]!; use < useFirst[mode + 1]!; use += 1) {
      const free = blocks[useResource[use]!]!;
      // Those that were handed over last come first, so that few tasks are linked and gaps stay whole.
      free.sort(
        (one, other) => (other.task < 0 ? -1 : endOf(other.task)) - (one.task < 0 ? -1 : endOf(one.task)),
      );
      let left = useAmount[use]!;
      for (const block of free) {
        if (left === 0) break;
        if (block.task >= 0 && endOf(block.task) > starts[task]!) continue;
        const taken = Math.min(left, block.amount);
        if (block.task >= 0) pairs.add(block.task * size + task);
        block.amount -= taken;
        left -= taken;
      }
      blocks[useResource[use]!] = [
        ...free.filter(({ amount }) => amount > 0),
        { task, amount: useAmount[use]! - left },
      ];
    }
  }
  return Array.from(pairs, (key) => [Math.floor(key / size), key % size]);
}
