// Strong components of the arcs (Tarjan 1972), without recursion, numbered along the arcs.
import type { Building } from './building.js';
import type { ArcTables } from './instance.js';

/** Visits in a piece. */
const visitsInPiece = 512;

/** Component of each task: an arc never leads to a component of a smaller number. */
export function* strongComponents(
  size: number,
  arcs: ArcTables,
): Building<{ component: Int32Array; count: number }> {
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const next = Int32Array.from(arcs.outFirst.subarray(0, size));
  const component = new Int32Array(size).fill(-1);
  const path: number[] = [];
  const stack: number[] = [];
  let seen = 0;
  let count = 0;
  let visits = 0;
  const enter = (task: number): void => {
    index[task] = seen;
    low[task] = seen;
    seen += 1;
    path.push(task);
    stack.push(task);
  };
  const leave = (task: number): void => {
    path.pop();
    if (low[task] === index[task]) {
      for (let top = -1; top !== task; ) {
        top = stack.pop() ?? task;
        component[top] = count;
      }
      count += 1;
    }
    const above = path.at(-1);
    if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[task] ?? 0);
  };
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    enter(root);
    for (let task = path.at(-1); task !== undefined; task = path.at(-1)) {
      const at = next[task] ?? 0;
      visits += 1;
      if (visits % visitsInPiece === 0) yield;
      if (at === (arcs.outFirst[task + 1] ?? 0)) {
        leave(task);
        continue;
      }
      next[task] = at + 1;
      const to = arcs.arcTo[arcs.outArc[at] ?? 0] ?? 0;
      if (index[to] === -1) enter(to);
      else if (component[to] === -1) low[task] = Math.min(low[task] ?? 0, index[to] ?? 0);
    }
  }
  // Tarjan closes the components from the last to the first.
  for (let task = 0; task < size; task++) component[task] = count - 1 - (component[task] ?? 0);
  return { component, count };
}
