// List schedule: when each task would start if the free task with the least slack always went first
// (Ronald L. Graham, 1969). An estimate for people: locks, resources and exclusions are not looked at.
import type { PlanGraph } from '../../model/graph.js';
import { forEachOrdering, neighbours, neighboursOf } from './graph-order.js';
import { createHeap } from './heap.js';

export interface ListSchedule {
  readonly startMs: readonly number[];
  /** When the last task ends. */
  readonly lengthMs: number;
  /** The most tasks that run at once. */
  readonly widest: number;
}

/**
 * Schedules a graph without cycles.
 *
 * @param durationMs - How long each task takes, by index.
 * @param width - How many tasks may run at once, from 1.
 */
export function listSchedule(graph: PlanGraph, durationMs: readonly number[], width: number): ListSchedule {
  const size = graph.ids.length;
  const after = neighbours(graph, 'after');
  const waiting = new Int32Array(size);
  forEachOrdering(graph, (_, to) => {
    waiting[to] = (waiting[to] ?? 0) + 1;
  });
  const startMs = graph.ids.map(() => 0);
  const endMs = graph.ids.map(() => 0);
  const tail = (index: number): number => graph.tailMs[index] ?? 0;
  const priority = (index: number): number => graph.priority[index] ?? 0;
  const ready = createHeap((one, other) => {
    if (tail(one) !== tail(other)) return tail(one) > tail(other);
    return priority(one) === priority(other) ? one < other : priority(one) > priority(other);
  });
  const running = createHeap((one, other) => (endMs[one] ?? 0) < (endMs[other] ?? 0));
  for (let index = 0; index < size; index += 1) if (waiting[index] === 0) ready.push(index);
  let now = 0;
  let widest = 0;
  while (ready.size > 0 || running.size > 0) {
    while (ready.size > 0 && running.size < width) {
      const index = ready.pop() ?? 0;
      startMs[index] = now;
      endMs[index] = now + (durationMs[index] ?? 0);
      running.push(index);
    }
    widest = Math.max(widest, running.size);
    const ended = running.pop() ?? 0;
    now = endMs[ended] ?? now;
    for (const next of neighboursOf(after, ended)) {
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left === 0) ready.push(next);
    }
  }
  return { startMs, lengthMs: now, widest };
}
