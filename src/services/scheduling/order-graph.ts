// Order graph: why each task of a schedule is where it is: the lags of the problem, and the order in which tasks get
// units of resources, locks, machines and stocks from each other (a partial order schedule: Policella, Smith, Cesta &
// Oddi, 2004; resource flows: Artigues, Michelon & Reusser, 2003).
//
// O1 Whoever keeps all arcs and all bounds of time (and does not move what is pinned) has a valid schedule, whatever
//    the starts are.
// O2 The schedule from which it was made keeps all arcs.
// O3 A time in which there is less of a resource than at most is a wall: it takes units like a task that cannot move.
import type { ScheduleProblem } from './problem.js';
import type { Schedule } from './schedule.js';
import type { OrderArc, Wall } from './order-arc.js';
import { flowArcs } from './order-flows.js';
import { createFindings, placeTasks, type PlacedTask } from './validate-placing.js';

export interface OrderGraph {
  readonly placed: ReadonlyMap<string, PlacedTask>;
  /** By names that no task can have, such as `resources.crane@8`. */
  readonly walls: ReadonlyMap<string, Wall>;
  readonly arcs: readonly OrderArc[];
  /** Tasks that change a stock which some task changes by a rate: no arc can say how far they may move. */
  readonly pinned: ReadonlySet<string>;
}

/** Finds the order in a valid schedule. */
export function orderGraphOf(problem: ScheduleProblem, schedule: Schedule): OrderGraph {
  const placed = placeTasks(problem, schedule, createFindings(0));
  const arcs: OrderArc[] = [];
  problem.lags.forEach(({ from, to, anchor, min, max }, index) => {
    if (!placed.has(from) || !placed.has(to)) return;
    const [one, other] = anchor.split('-');
    const arc = { from, fromEnd: one === 'finish', to, toEnd: other === 'finish', path: `lags.${index}` };
    arcs.push({ ...arc, weight: min });
    if (max === undefined) return;
    arcs.push({
      ...arc,
      from: to,
      fromEnd: arc.toEnd,
      to: from,
      toEnd: arc.fromEnd,
      weight: -max,
      isMax: true,
    });
  });
  const walls = new Map<string, Wall>();
  for (const arc of flowArcs(problem, placed, walls)) arcs.push(arc);
  for (const arc of lockArcs(placed)) arcs.push(arc);
  for (const arc of setupArcs(problem, placed)) arcs.push(arc);
  return { placed, walls, arcs, pinned: pinnedOf(placed) };
}

/** Tasks that change a stock which some task changes by a rate. */
function pinnedOf(placed: ReadonlyMap<string, PlacedTask>): Set<string> {
  const flowing = new Set<string>();
  for (const { way } of placed.values()) {
    for (const { resource, when, amount } of way.changes)
      if (when === 'rate' && amount !== 0) flowing.add(resource);
  }
  const pinned = new Set<string>();
  for (const { task, way } of placed.values()) {
    if (way.changes.some(({ resource, amount }) => amount !== 0 && flowing.has(resource)))
      pinned.add(task.id);
  }
  return pinned;
}

const byStart = (one: PlacedTask, other: PlacedTask): number =>
  one.start - other.start || one.end - other.end;

const after = (from: PlacedTask, to: PlacedTask, weight: number, path: string): OrderArc => {
  return { from: from.task.id, fromEnd: true, to: to.task.id, toEnd: false, weight, path };
};

/** A holder follows those that exclude it: a shared one the last exclusive one, an exclusive one all since then. */
function lockArcs(placed: ReadonlyMap<string, PlacedTask>): OrderArc[] {
  const holders = new Map<string, { holder: PlacedTask; isExclusive: boolean }[]>();
  for (const holder of placed.values()) {
    if (holder.end === holder.start) continue;
    for (const name of new Set(holder.way.locks.map((lock) => lock.name))) {
      const isExclusive = holder.way.locks.some((lock) => lock.name === name && lock.mode === 'exclusive');
      const list = holders.get(name);
      if (list === undefined) holders.set(name, [{ holder, isExclusive }]);
      else list.push({ holder, isExclusive });
    }
  }
  const arcs: OrderArc[] = [];
  for (const [name, list] of holders) {
    list.sort((one, other) => byStart(one.holder, other.holder));
    let exclusive: PlacedTask | undefined;
    let shared: PlacedTask[] = [];
    for (const { holder, isExclusive } of list) {
      const before = isExclusive && shared.length > 0 ? shared : exclusive === undefined ? [] : [exclusive];
      for (const one of before) arcs.push(after(one, holder, 0, `locks.${name}`));
      if (isExclusive) {
        exclusive = holder;
        shared = [];
      } else shared.push(holder);
    }
  }
  return arcs;
}

function setupArcs(problem: ScheduleProblem, placed: ReadonlyMap<string, PlacedTask>): OrderArc[] {
  return problem.setups.flatMap((setup) => {
    const times = new Map(setup.times.map(({ from, to, time }) => [`${from} ${to}`, time]));
    const turns = Object.keys(setup.states)
      .flatMap((id) => placed.get(id) ?? [])
      .sort(byStart);
    return turns.slice(1).map((turn, index) => {
      const before = turns[index] as PlacedTask;
      const [from, to] = [before, turn].map(({ task }) => setup.states[task.id] ?? '');
      return after(before, turn, from === to ? 0 : (times.get(`${from} ${to}`) ?? 0), `setups.${setup.id}`);
    });
  });
}
