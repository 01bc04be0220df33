// Order of a graph: topological order and levels, and its cycles when it has any. Everything is iterative:
// a chain may be as long as a plan may be.
import type { PlanGraph, SpecialEdge } from '../../model/graph.js';

/** Neighbours by index, packed: those of task `i` are `items[starts[i]]` up to, not including, `items[starts[i + 1]]`. */
export interface Neighbours {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** A topological order. When there are cycles, it holds only the tasks that are in none and after none. */
export interface GraphOrder {
  readonly order: Int32Array;
  /** The longest chain of tasks before each task; -1 in and after a cycle. */
  readonly levelOf: Int32Array;
  /** Each begins at any of its tasks and ends before it comes to it again; one for each tangle. */
  readonly cycles: readonly (readonly number[])[];
}

/** Whether a special edge holds its second task back until the first has ended: all but the mere preference. */
export function isOrdering(edge: SpecialEdge): boolean {
  return edge.type !== 'preferred';
}

/** Calls `visit` for every edge that orders two tasks. */
export function forEachOrdering(graph: PlanGraph, visit: (from: number, to: number) => void): void {
  for (const { starts, items } of [graph.before, graph.data]) {
    for (let to = 0; to < graph.ids.length; to += 1) {
      for (let at = starts[to] ?? 0; at < (starts[to + 1] ?? 0); at += 1) visit(items[at] ?? 0, to);
    }
  }
  for (const edge of graph.special) if (isOrdering(edge)) visit(edge.from, edge.to);
}

/** The tasks directly after (or before) each task. */
export function neighbours(graph: PlanGraph, direction: 'after' | 'before'): Neighbours {
  const starts = new Int32Array(graph.ids.length + 1);
  const keyOf = (from: number, to: number): number => (direction === 'after' ? from : to);
  forEachOrdering(graph, (from, to) => {
    const slot = keyOf(from, to) + 1;
    starts[slot] = (starts[slot] ?? 0) + 1;
  });
  for (let index = 0; index < graph.ids.length; index += 1) {
    starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  }
  const next = starts.slice();
  const items = new Int32Array(starts[graph.ids.length] ?? 0);
  forEachOrdering(graph, (from, to) => {
    const key = keyOf(from, to);
    const slot = next[key] ?? 0;
    items[slot] = direction === 'after' ? to : from;
    next[key] = slot + 1;
  });
  return { starts, items };
}

/** The neighbours of one task. */
export function neighboursOf(all: Neighbours, index: number): Int32Array {
  return all.items.subarray(all.starts[index], all.starts[index + 1]);
}

/** Orders a graph (Arthur B. Kahn, 1962). Tasks that are free at the same time keep the document's order. */
export function orderGraph(graph: PlanGraph): GraphOrder {
  const size = graph.ids.length;
  const after = neighbours(graph, 'after');
  const waiting = new Int32Array(size);
  forEachOrdering(graph, (_, to) => {
    waiting[to] = (waiting[to] ?? 0) + 1;
  });
  const levelOf = new Int32Array(size).fill(-1);
  const order = new Int32Array(size);
  let count = 0;
  for (let index = 0; index < size; index += 1) {
    if (waiting[index] === 0) {
      order[count] = index;
      levelOf[index] = 0;
      count += 1;
    }
  }
  for (let at = 0; at < count; at += 1) {
    const index = order[at] ?? 0;
    const level = (levelOf[index] ?? 0) + 1;
    for (const next of neighboursOf(after, index)) {
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left > 0) continue;
      // The last of the predecessors to be reached has the highest level of them.
      levelOf[next] = level;
      order[count] = next;
      count += 1;
    }
  }
  const cycles = count === size ? [] : findCycles(graph, levelOf);
  return { order: order.subarray(0, count), levelOf, cycles };
}

/** From any task in or after a cycle, going back along unordered tasks must come round. */
function findCycles(graph: PlanGraph, levelOf: Int32Array): number[][] {
  const before = neighbours(graph, 'before');
  const walkOf = new Int32Array(levelOf.length);
  const cycles: number[][] = [];
  for (let start = 0; start < levelOf.length && cycles.length < 20; start += 1) {
    if (levelOf[start] !== -1 || walkOf[start] !== 0) continue;
    const walk = start + 1;
    const trail: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && walkOf[at] === 0) {
      walkOf[at] = walk;
      trail.push(at);
      at = neighboursOf(before, at).find((previous) => levelOf[previous] === -1);
    }
    // A walk that meets an earlier walk leads to a cycle that is known.
    if (at !== undefined && walkOf[at] === walk) cycles.push(trail.slice(trail.indexOf(at)).reverse());
  }
  return cycles;
}
