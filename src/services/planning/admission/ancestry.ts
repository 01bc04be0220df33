// Ancestry: does one task come before another, by whatever way?
import type { PlanGraph } from '../../../model/graph.js';
import { neighbours, neighboursOf, orderGraph } from '../graph-order.js';
import type { GraphOrder, Neighbours } from '../graph-order.js';

/** Steps back through all graphs of one check; beyond it a question is answered with yes, as unknown. */
const maxSteps = 5_000_000;

/** Answers whether a task surely comes before another. The graph is only prepared when something is asked. */
export function createAncestry(graph: PlanGraph): (earlier: number, later: number) => boolean {
  let prepared: { readonly before: Neighbours; readonly order: GraphOrder } | undefined;
  let steps = 0;
  return (earlier, later) => {
    prepared ??= { before: neighbours(graph, 'before'), order: orderGraph(graph) };
    const { before, order } = prepared;
    const floor = order.levelOf[earlier] ?? 0;
    const seen = new Set<number>([later]);
    const waiting = [later];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const previous of neighboursOf(before, at)) {
        if (previous === earlier) return true;
        steps += 1;
        if (steps > maxSteps) return true;
        // What is not deeper than the earlier task cannot come after it.
        if (seen.has(previous) || (order.levelOf[previous] ?? 0) <= floor) continue;
        seen.add(previous);
        waiting.push(previous);
      }
    }
    return false;
  };
}
