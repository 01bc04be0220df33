// Flows: which task gets units of a resource or a stock from which. Units that came free last are taken first, so that
// those that have been free for long stay for others.
import { capacitySteps } from './calendar.js';
import type { OrderArc, Wall } from './order-arc.js';
import type { ReusableResource, ScheduleProblem, StockResource } from './problem.js';
import type { PlacedTask } from './validate-placing.js';

/** Units that some task set free, or that were there at first. */
interface Free {
  readonly by: Point | undefined;
  units: number;
}

interface Point {
  readonly task: string;
  readonly isEnd: boolean;
}

/** The arcs of all resources; what is found of walls is added to `walls`. */
export function flowArcs(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  walls: Map<string, Wall>,
): OrderArc[] {
  return problem.resources.flatMap((resource) =>
    resource.kind === 'reusable' ? reusableArcs(resource, placed, walls) : stockArcs(resource, placed),
  );
}

/** An event: units are taken (negative) or set free at a point of a task. */
interface Event extends Point {
  readonly at: number;
  readonly units: number;
}

function reusableArcs(
  resource: ReusableResource,
  placed: ReadonlyMap<string, PlacedTask>,
  walls: Map<string, Wall>,
): OrderArc[] {
  const events: Event[] = [];
  const peak = resource.calendar.reduce((most, { capacity }) => Math.max(most, capacity), resource.capacity);
  for (const { from, to, capacity } of capacitySteps(resource)) {
    if (capacity === peak) continue;
    const task = `resources.${resource.id}@${from}`;
    walls.set(task, { start: from, end: to });
    events.push({ task, isEnd: false, at: from, units: capacity - peak });
    if (to < Infinity) events.push({ task, isEnd: true, at: to, units: peak - capacity });
  }
  for (const { task, way, start, end } of placed.values()) {
    if (start === end) continue;
    let units = 0;
    for (const use of way.uses) if (use.resource === resource.id) units += use.amount;
    if (units === 0) continue;
    events.push({ task: task.id, isEnd: false, at: start, units: -units });
    events.push({ task: task.id, isEnd: true, at: end, units });
  }
  return arcsOf(events, peak, `resources.${resource.id}`);
}

/** What is consumed was produced before; where room is bounded, what is produced needs room that was made before. */
function stockArcs(stock: StockResource, placed: ReadonlyMap<string, PlacedTask>): OrderArc[] {
  const events: Event[] = [];
  for (const { task, way, start, end } of placed.values()) {
    for (const isEnd of [false, true]) {
      let units = 0;
      for (const { resource, amount, when } of way.changes) {
        if (resource === stock.id && when === (isEnd ? 'end' : 'start')) units += amount;
      }
      if (units !== 0) events.push({ task: task.id, isEnd, at: isEnd ? end : start, units });
    }
  }
  const path = `resources.${stock.id}`;
  const arcs = arcsOf(events, stock.initial, path);
  if (stock.capacity === undefined) return arcs;
  const room = events.map((event) => ({ ...event, units: -event.units }));
  return [...arcs, ...arcsOf(room, stock.capacity - stock.initial, path)];
}

function arcsOf(events: Event[], initial: number, path: string): OrderArc[] {
  // What happens at one instant happens together: what is set free then can be taken then.
  events.sort((one, other) => one.at - other.at || other.units - one.units);
  const free: Free[] = [{ by: undefined, units: initial }];
  const arcs: OrderArc[] = [];
  for (const { task, isEnd, units } of events) {
    if (units > 0) {
      free.push({ by: { task, isEnd }, units });
      continue;
    }
    for (let wanted = -units; wanted > 0 && free.length > 0; ) {
      const last = free.at(-1) as Free;
      const taken = Math.min(wanted, last.units);
      wanted -= taken;
      last.units -= taken;
      if (last.units === 0) free.pop();
      if (last.by === undefined || last.by.task === task) continue;
      arcs.push({ from: last.by.task, fromEnd: last.by.isEnd, to: task, toEnd: isEnd, weight: 0, path });
    }
  }
  return arcs;
}
