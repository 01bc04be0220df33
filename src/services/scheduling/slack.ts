// Slack: how much later a task of a schedule may start without moving the end of the whole.
import type { OrderArc } from './order-arc.js';
import { type OrderGraph, orderGraphOf } from './order-graph.js';
import type { ScheduleProblem } from './problem.js';
import type { Schedule } from './schedule.js';
import type { PlacedTask } from './validate-placing.js';

/**
 * The slack of each task that is done, by its id: it can start so much later, and all that comes after it in the order
 * of this schedule is pushed along, with no deadline missed and no later end of the whole. It may be larger than told
 * where stocks change by rates or lags have a maximum. A task without slack is critical.
 *
 * @param schedule - A valid one.
 */
export function slackOf(problem: ScheduleProblem, schedule: Schedule): ReadonlyMap<string, number> {
  const graph = orderGraphOf(problem, schedule);
  let makespan = 0;
  for (const { end } of graph.placed.values()) makespan = Math.max(makespan, end);
  const latest = new Map<string, number>();
  for (const [id, { start }] of graph.walls) latest.set(id, start);
  for (const [id, task] of graph.placed) latest.set(id, ownLatest(graph, task, makespan));
  const before = new Map<string, OrderArc[]>();
  for (const arc of graph.arcs) {
    const list = before.get(arc.to);
    if (list === undefined) before.set(arc.to, [arc]);
    else list.push(arc);
  }
  // Last tasks first, so that most are looked at once; what has become earlier is looked at again.
  const queue = [...graph.placed.values()]
    .sort((one, other) => other.start - one.start)
    .map(({ task }) => task.id);
  queue.push(...graph.walls.keys());
  const isWaiting = new Set(queue);
  for (let place = 0; place < queue.length; place += 1) {
    const id = queue[place] as string;
    isWaiting.delete(id);
    for (const arc of before.get(id) ?? []) {
      // Of a maximum lag, the task that comes first may stay where it is.
      const later = arc.isMax === true ? graph.placed.get(id)?.start : latest.get(id);
      const bound = boundOf(graph, arc, later ?? 0);
      if (bound >= (latest.get(arc.from) ?? 0)) continue;
      latest.set(arc.from, bound);
      if (isWaiting.has(arc.from)) continue;
      isWaiting.add(arc.from);
      queue.push(arc.from);
    }
  }
  return new Map(
    [...graph.placed].map(([id, { start }]) => [id, Math.max(0, (latest.get(id) ?? start) - start)]),
  );
}

/** Latest start of the arc's first task, given that of its second. */
function boundOf(
  { placed }: OrderGraph,
  { from, fromEnd, to, toEnd, weight }: OrderArc,
  latest: number,
): number {
  const length = (id: string): number => placed.get(id)?.way.duration ?? 0;
  return latest + (toEnd ? length(to) : 0) - weight - (fromEnd ? length(from) : 0);
}

/** Latest start by what concerns only the task itself. */
function ownLatest(graph: OrderGraph, placed: PlacedTask, makespan: number): number {
  const { task, way, start } = placed;
  if (task.fixed !== undefined || graph.pinned.has(task.id)) return start;
  return Math.min(makespan, task.deadline ?? makespan) - way.duration;
}
