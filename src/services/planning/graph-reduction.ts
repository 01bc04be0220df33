// Reduction of a graph for display: without the edges that follow from others.
import type { PlanGraph } from '../../model/graph.js';
import { forEachOrdering, neighbours, neighboursOf, orderGraph } from './graph-order.js';

/** Above this many tasks a graph is shown with all its edges: the reduction takes time by tasks × edges. */
const maxTasks = 2000;

/**
 * The edges of the transitive reduction (Alfred V. Aho, Michael R. Garey, Jeffrey D. Ullman, 1972), as pairs of
 * indices, ordered. Only for display: a data edge that follows from others still matters to execution.
 */
export function reduceForDisplay(graph: PlanGraph): [number, number][] {
  const edges = new Map<string, [number, number]>();
  forEachOrdering(graph, (from, to) => edges.set(`${from},${to}`, [from, to]));
  const all = [...edges.values()].sort(([a, b], [c, d]) => a - c || b - d);
  if (graph.ids.length > maxTasks) return all;
  const after = neighbours(graph, 'after');
  const { levelOf } = orderGraph(graph);
  const reachable = new Map<number, Set<number>>();
  return all.filter(([from, to]) => {
    let beyond = reachable.get(from);
    if (beyond === undefined) {
      beyond = reachedIndirectly(from, after);
      reachable.clear(); // edges come sorted by their first task: one set at a time is enough
      reachable.set(from, beyond);
    }
    return (levelOf[to] ?? 0) === (levelOf[from] ?? 0) + 1 || !beyond.has(to);
  });
}

/** What can be reached from a task in two steps or more. */
function reachedIndirectly(from: number, after: ReturnType<typeof neighbours>): Set<number> {
  const reached = new Set<number>();
  const waiting = [...neighboursOf(after, from)].flatMap((next) => [...neighboursOf(after, next)]);
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    for (const next of neighboursOf(after, index)) if (!reached.has(next)) waiting.push(next);
  }
  return reached;
}
