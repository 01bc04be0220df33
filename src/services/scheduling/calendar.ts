// Calendar: how much of a reusable resource there is, and when that changes.
import type { ReusableResource } from './problem.js';

/** A stretch of time with one capacity; the last one has no end. */
export interface CapacityStretch {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** The capacity over time, from 0 on, without gaps; neighbours differ. */
export function capacitySteps({ capacity, calendar }: ReusableResource): CapacityStretch[] {
  const steps: CapacityStretch[] = [];
  const add = (from: number, to: number, amount: number): void => {
    const last = steps.at(-1);
    if (to <= from) return;
    if (last?.capacity === amount) steps[steps.length - 1] = { ...last, to };
    else steps.push({ from, to, capacity: amount });
  };
  let at = 0;
  for (const entry of [...calendar].sort((one, other) => one.from - other.from)) {
    add(at, entry.from, capacity);
    add(entry.from, entry.to, entry.capacity);
    at = entry.to;
  }
  add(at, Infinity, capacity);
  return steps;
}
