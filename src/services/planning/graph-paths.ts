// Paths through a graph by time: tails, the critical path and the slack of each task.
// Critical path method: James E. Kelley and Morgan R. Walker, 1959.
import type { PlanGraph } from '../../model/graph.js';
import { neighbours, neighboursOf, orderGraph } from './graph-order.js';

/** The longest way through a plan by estimated time, were there no bounds on width and resources. */
export interface CriticalPath {
  /** Tasks on one longest path, first to last. */
  readonly path: readonly number[];
  readonly lengthMs: number;
  /** For each task, the earliest start. */
  readonly startMs: readonly number[];
  /** For each task, how much later it may start without moving the end of the plan. */
  readonly slackMs: readonly number[];
}

/**
 * For each task, the longest time from its start to the end of the plan.
 *
 * @param order - A topological order of all tasks.
 */
export function tailsOf(graph: PlanGraph, order: Int32Array): number[] {
  const after = neighbours(graph, 'after');
  const tails = graph.ids.map(() => 0);
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const index = order[at] ?? 0;
    let longest = 0;
    for (const next of neighboursOf(after, index)) longest = Math.max(longest, tails[next] ?? 0);
    tails[index] = longest + (graph.estimateMs[index] ?? 0);
  }
  return tails;
}

/** Finds the critical path of a graph without cycles. */
export function criticalPath(graph: PlanGraph): CriticalPath {
  const { order } = orderGraph(graph);
  const after = neighbours(graph, 'after');
  const startMs = graph.ids.map(() => 0);
  for (const index of order) {
    const end = (startMs[index] ?? 0) + (graph.estimateMs[index] ?? 0);
    for (const next of neighboursOf(after, index)) startMs[next] = Math.max(startMs[next] ?? 0, end);
  }
  const tails = graph.tailMs;
  const lengthMs = tails.reduce((longest, tail) => Math.max(longest, tail), 0);
  const slackMs = tails.map((tail, index) => lengthMs - tail - (startMs[index] ?? 0));
  const path: number[] = [];
  let at: number | undefined = order.find((index) => startMs[index] === 0 && tails[index] === lengthMs);
  while (at !== undefined) {
    path.push(at);
    const end: number = (startMs[at] ?? 0) + (graph.estimateMs[at] ?? 0);
    // What follows on the longest path starts when this one ends and has all the rest as its tail.
    at = neighboursOf(after, at).find(
      (next) => startMs[next] === end && (tails[next] ?? 0) === lengthMs - end && end < lengthMs,
    );
  }
  return { path, lengthMs, startMs, slackMs };
}

/** Tasks that could start together, by level: those of one group wait for none of each other. */
export function parallelGroups(graph: PlanGraph): number[][] {
  const { order, levelOf } = orderGraph(graph);
  const groups: number[][] = [];
  for (const index of order) {
    const level = levelOf[index] ?? 0;
    const group = groups[level];
    if (group === undefined) groups[level] = [index];
    else group.push(index);
  }
  return groups;
}
