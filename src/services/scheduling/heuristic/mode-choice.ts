// Mode choice: modes for all tasks that keep the budgets, whatever tasks are done.
import type { Instance } from '../instance/instance.js';
import type { Random } from '../random.js';

/** Passes over all tasks in search of modes within the budgets. */
const mostRepairPasses = 30;

export class ModeChoice {
  readonly #instance: Instance;
  readonly #spent: Float64Array;
  /** Places of the costs that have a limit. */
  readonly #limited: readonly number[];
  readonly #isAllowed: Uint8Array;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#spent = new Float64Array(instance.costNames.length);
    this.#limited = [...instance.costLimits.keys()].filter(
      (place) => (instance.costLimits[place] as number) !== Number.POSITIVE_INFINITY,
    );
    this.#isAllowed = Uint8Array.from(instance.durations, (_, mode) => (this.#isPossible(mode) ? 1 : 0));
  }

  /** Whether a mode can be left to the scheme, which then takes the one that ends first. */
  get isFree(): boolean {
    return this.#limited.length === 0;
  }

  /** The mode (in the task) with the least of a measure among those that the capacities allow. */
  least(task: number, measure: (mode: number) => number): number {
    const { modeFirst } = this.#instance;
    const first = modeFirst[task] as number;
    let best = first;
    for (let mode = first; mode < (modeFirst[task + 1] as number); mode++) {
      const isNew = this.#isAllowed[mode] === 1;
      if (this.#isAllowed[best] === 0 ? isNew : isNew && measure(mode) < measure(best)) best = mode;
    }
    return best - first;
  }

  /** How far the costs of the tasks present are over their limits, each relative to its limit; 0 when none is. */
  excess(modes: Int32Array, present: Uint8Array): number {
    if (this.#limited.length === 0) return 0;
    this.#sum(modes, present);
    return this.#excessOfSums();
  }

  /** Changes modes until the budgets are kept; false when it finds no such modes. */
  repair(modes: Int32Array, present: Uint8Array, random: Random): boolean {
    if (this.#limited.length === 0) return true;
    const { modeFirst, fixedStart, size } = this.#instance;
    this.#sum(modes, present);
    let excess = this.#excessOfSums();
    const offset = random.below(Math.max(1, size));
    for (let pass = 0; pass < mostRepairPasses && excess > 0; pass++) {
      const before = excess;
      for (let k = 0; k < size && excess > 0; k++) {
        const task = (k + offset) % size;
        if (present[task] === 0 || (fixedStart[task] as number) >= 0) continue;
        const first = modeFirst[task] as number;
        let best = first + (modes[task] as number);
        for (let mode = first; mode < (modeFirst[task + 1] as number); mode++) {
          if (this.#isAllowed[mode] === 0) continue;
          const current = best;
          this.#exchange(current, mode);
          const after = this.#excessOfSums();
          if (after < excess) {
            best = mode;
            excess = after;
          } else this.#exchange(mode, current);
        }
        modes[task] = best - first;
      }
      if (excess === before) break;
    }
    return excess <= 0;
  }

  #exchange(from: number, to: number): void {
    const { costs, costNames } = this.#instance;
    const count = costNames.length;
    for (const place of this.#limited)
      this.#spent[place] =
        (this.#spent[place] as number) -
        (costs[from * count + place] as number) +
        (costs[to * count + place] as number);
  }

  #sum(modes: Int32Array, present: Uint8Array): void {
    const { costs, costNames, modeFirst, optional, size } = this.#instance;
    const count = costNames.length;
    this.#spent.fill(0);
    for (let task = 0; task < size; task++) {
      if (optional[task] === 1 && present[task] === 0) continue;
      const mode = (modeFirst[task] as number) + (modes[task] as number);
      for (const place of this.#limited)
        this.#spent[place] = (this.#spent[place] as number) + (costs[mode * count + place] as number);
    }
  }

  #excessOfSums(): number {
    let excess = 0;
    for (const place of this.#limited) {
      const limit = this.#instance.costLimits[place] as number;
      const over = (this.#spent[place] as number) - limit;
      if (over > limit * 1e-12) excess += over / Math.max(1, limit);
    }
    return excess;
  }

  #isPossible(mode: number): boolean {
    const { durations, useFirst, useResource, useAmount, peak } = this.#instance;
    if (durations[mode] === 0) return true;
    for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++)
      if ((useAmount[use] as number) > (peak[useResource[use] as number] as number)) return false;
    return true;
  }
}
