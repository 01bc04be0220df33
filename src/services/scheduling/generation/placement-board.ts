// Placement board: the tasks placed so far and what they leave of every resource, stock and machine.
import type { Instance } from '../instance/instance.js';
import { CapacityProfile } from './capacity-profile.js';
import type { GeneralTables } from './general-tables.js';
import { MachineSequence } from './machine-sequence.js';
import { PlacementWindow } from './placement-window.js';
import { type StockDemand, StockProfile } from './stock-profile.js';

/** Later than every window: what {@link PlacementBoard.earliest} gives when it will never be possible. */
export const never = 2 ** 31 - 1;

/** What {@link PlacementBoard.earliest} gives when the stocks do not allow a start yet. */
export const notYet = -1;

export class PlacementBoard {
  /** Start of each placed task. */
  readonly starts: Int32Array;
  /** Mode of each placed task, in the task. */
  readonly modes: Int32Array;
  readonly isPlaced: Uint8Array;
  readonly window: PlacementWindow;
  readonly #instance: Instance;
  readonly #tables: GeneralTables;
  readonly #profiles: CapacityProfile[];
  readonly #stocks: StockProfile[];
  readonly #machines: MachineSequence[];

  constructor(instance: Instance, tables: GeneralTables) {
    this.#instance = instance;
    this.#tables = tables;
    this.starts = new Int32Array(instance.size);
    this.modes = new Int32Array(instance.size);
    this.isPlaced = new Uint8Array(instance.size);
    this.window = new PlacementWindow(instance, this.starts, this.modes, this.isPlaced);
    this.#profiles = instance.resourceIds.map((_, place) => new CapacityProfile(instance, place));
    this.#stocks = instance.stockIds.map(
      (_, place) =>
        new StockProfile(instance.stockInitial[place] as number, instance.stockCapacity[place] as number),
    );
    this.#machines = instance.setups.map((setup) => new MachineSequence(setup));
  }

  /** No task is placed. */
  reset(): void {
    for (const profile of this.#profiles) profile.reset();
    for (const stock of this.#stocks) stock.reset();
    for (const machine of this.#machines) machine.reset();
    this.starts.fill(-1);
    this.isPlaced.fill(0);
  }

  /**
   * Earliest start from an instant, in a mode (its index over all modes), that suits resources, stocks and machines;
   * {@link notYet} or {@link never} when there is none.
   */
  earliest(task: number, mode: number, from: number): number {
    const { durations, useFirst, useResource, useAmount } = this.#instance;
    const { demandFirst, demandStock, demands, machineFirst, machines } = this.#tables;
    const duration = durations[mode] as number;
    let start = from;
    for (let before = -1; before !== start; ) {
      before = start;
      if (duration > 0)
        for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++) {
          const profile = this.#profiles[useResource[use] as number] as CapacityProfile;
          start = profile.earliest(start, duration, useAmount[use] as number);
          if (start < 0) return never;
        }
      for (let k = demandFirst[mode] as number; k < (demandFirst[mode + 1] as number); k++) {
        const stock = this.#stocks[demandStock[k] as number] as StockProfile;
        start = stock.earliest(start, duration, demands[k] as StockDemand);
        if (start < 0) return notYet;
      }
      for (let k = machineFirst[task] as number; k < (machineFirst[task + 1] as number); k++)
        start = (this.#machines[machines[k] as number] as MachineSequence).earliest(task, start, duration);
    }
    return start;
  }

  place(task: number, mode: number, start: number): void {
    this.starts[task] = start;
    this.modes[task] = mode - (this.#instance.modeFirst[task] as number);
    this.isPlaced[task] = 1;
    this.#apply(task, mode, start, 1);
  }

  remove(task: number): void {
    const mode = (this.#instance.modeFirst[task] as number) + (this.modes[task] as number);
    this.#apply(task, mode, this.starts[task] as number, -1);
    this.isPlaced[task] = 0;
    this.starts[task] = -1;
  }

  #apply(task: number, mode: number, start: number, sign: 1 | -1): void {
    const { durations, useFirst, useResource, useAmount } = this.#instance;
    const { demandFirst, demandStock, demands, machineFirst, machines } = this.#tables;
    const duration = durations[mode] as number;
    if (duration > 0)
      for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++) {
        const profile = this.#profiles[useResource[use] as number] as CapacityProfile;
        profile.add(start, start + duration, -sign * (useAmount[use] as number));
      }
    for (let k = demandFirst[mode] as number; k < (demandFirst[mode + 1] as number); k++)
      (this.#stocks[demandStock[k] as number] as StockProfile).add(
        start,
        duration,
        demands[k] as StockDemand,
        sign,
      );
    for (let k = machineFirst[task] as number; k < (machineFirst[task + 1] as number); k++) {
      const machine = this.#machines[machines[k] as number] as MachineSequence;
      if (sign === 1) machine.insert(task, start, duration);
      else machine.remove(task);
    }
  }

  /** Whether the capacities suffice while a placed task runs: for tasks that were placed without asking. */
  holds(task: number): boolean {
    const { durations, useFirst, useResource, modeFirst } = this.#instance;
    const mode = (modeFirst[task] as number) + (this.modes[task] as number);
    const [start, duration] = [this.starts[task] as number, durations[mode] as number];
    if (duration > 0)
      for (let use = useFirst[mode] as number; use < (useFirst[mode + 1] as number); use++) {
        const profile = this.#profiles[useResource[use] as number] as CapacityProfile;
        if (profile.least(start, start + duration) < 0) return false;
      }
    this.window.find(task, mode);
    return start >= this.window.from && start <= this.window.to;
  }

  /** Whether all stocks are within their limits. */
  stocksHold(): boolean {
    return this.#stocks.every((stock) => stock.isSound());
  }

  /** Whether the machines of a placed task have time for every change to and from it. */
  machinesHold(task: number): boolean {
    const { durations, modeFirst } = this.#instance;
    const { machineFirst, machines } = this.#tables;
    const start = this.starts[task] as number;
    const duration = durations[(modeFirst[task] as number) + (this.modes[task] as number)] as number;
    for (let k = machineFirst[task] as number; k < (machineFirst[task + 1] as number); k++) {
      const machine = this.#machines[machines[k] as number] as MachineSequence;
      machine.remove(task);
      const isFree = machine.earliest(task, start, duration) === start;
      machine.insert(task, start, duration);
      if (!isFree) return false;
    }
    return true;
  }
}
