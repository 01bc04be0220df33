// What the general scheme reads beside the instance: which arcs a task must wait for, what it does to stocks, which
// machines it takes part in.
import { atEnd, atRate, atStart, type Instance, shortestDuration } from '../instance/instance.js';
import { Rows } from '../instance/rows.js';
import type { StockDemand } from './stock-profile.js';

export interface GeneralTables {
  /** Tasks that wait for a task: successors over arcs between components, or of a length above 0, and requirers. */
  readonly waiterFirst: Int32Array;
  readonly waiterTask: Int32Array;
  /** For how many tasks a task waits at first. */
  readonly waits: Int32Array;
  /** Demands by mode: of which stock, and what. */
  readonly demandFirst: Int32Array;
  readonly demandStock: Int32Array;
  readonly demands: readonly StockDemand[];
  /** Machines by task. */
  readonly machineFirst: Int32Array;
  readonly machines: Int32Array;
  /** Tasks that require a task. */
  readonly requirerFirst: Int32Array;
  readonly requirers: Int32Array;
}

export function compileGeneral(instance: Instance): GeneralTables {
  const waiters = waiterRows(instance);
  const waits = new Int32Array(instance.size);
  const waiterTask = waiters.column(0);
  for (const task of waiterTask) waits[task] = (waits[task] as number) + 1;
  const machines = new Rows(1);
  for (let task = 0; task < instance.size; task++) {
    for (const [place, setup] of instance.setups.entries())
      if ((setup.state[task] as number) >= 0) machines.push(place);
    machines.endRow();
  }
  const requirers = new Rows(1);
  for (const list of requirersOf(instance)) {
    for (const task of list) requirers.push(task);
    requirers.endRow();
  }
  return {
    waiterFirst: waiters.first(),
    waiterTask,
    waits,
    ...demandTables(instance),
    machineFirst: machines.first(),
    machines: machines.column(0),
    requirerFirst: requirers.first(),
    requirers: requirers.column(0),
  };
}

function requirersOf(instance: Instance): number[][] {
  const lists = Array.from({ length: instance.size }, (): number[] => []);
  for (let task = 0; task < instance.size; task++)
    for (let k = instance.requireFirst[task] as number; k < (instance.requireFirst[task + 1] as number); k++)
      lists[instance.requireTask[k] as number]?.push(task);
  return lists;
}

function waiterRows(instance: Instance): Rows {
  const rows = new Rows(1);
  const { component, arcTo, arcFromEnd, arcToEnd, arcWeight } = instance;
  const requirers = requirersOf(instance);
  for (let task = 0; task < instance.size; task++) {
    const waiting = new Set<number>();
    for (let k = instance.outFirst[task] as number; k < (instance.outFirst[task + 1] as number); k++) {
      const arc = instance.outArc[k] as number;
      const to = arcTo[arc] as number;
      const length =
        (arcWeight[arc] as number) +
        (arcFromEnd[arc] === 1 ? shortestDuration(instance, task) : 0) -
        (arcToEnd[arc] === 1 ? shortestDuration(instance, to) : 0);
      const isBetween = component[task] !== component[to];
      if (isBetween || (length > 0 && to !== task && arcToEnd[arc] === 0)) waiting.add(to);
    }
    // A task that requires others is looked at after them, unless they wait for it.
    for (const other of requirers[task] ?? [])
      if ((component[other] as number) > (component[task] as number)) waiting.add(other);
    for (const other of waiting) rows.push(other);
    rows.endRow();
  }
  return rows;
}

function demandTables(instance: Instance): Pick<GeneralTables, 'demandFirst' | 'demandStock' | 'demands'> {
  const rows = new Rows(1);
  const demands: StockDemand[] = [];
  for (let mode = 0; mode < instance.durations.length; mode++) {
    const byStock = new Map<number, StockDemand>();
    for (let k = instance.changeFirst[mode] as number; k < (instance.changeFirst[mode + 1] as number); k++) {
      const stock = instance.changeStock[k] as number;
      const demand = byStock.get(stock) ?? { lowFirst: 0, lowAll: 0, highFirst: 0, highAll: 0 };
      byStock.set(stock, demand);
      const [amount, when] = [instance.changeAmount[k] as number, instance.changeWhen[k] as number];
      const total = when === atRate ? amount * (instance.durations[mode] as number) : amount;
      demand.lowAll += total;
      demand.highAll += total;
      if (when === atStart || (when === atRate && amount < 0)) demand.lowFirst += total;
      if (when === atStart || (when === atRate && amount > 0)) demand.highFirst += total;
      if (when === atEnd) continue;
    }
    for (const [stock, demand] of byStock) {
      rows.push(stock);
      demands.push(demand);
    }
    rows.endRow();
  }
  return { demandFirst: rows.first(), demandStock: rows.column(0), demands };
}
