// Longest paths over arcs that may have cycles: label correcting in a good order, with the cycle found as soon as the
// parents close one (Bellman 1958; Cherkassky & Goldberg 1999).
import type { Building } from './building.js';

/** Nodes in a piece. */
const nodesInPiece = 512;

/** An arc list read in one direction: `enter` lists, for each node, the arcs whose value flows into it. */
export interface PathProblem {
  /** Nodes in the order in which they are relaxed. */
  readonly order: ArrayLike<number>;
  readonly first: Int32Array;
  readonly arcs: Int32Array;
  /** The node at the other end of an arc. */
  readonly other: Int32Array;
  /** Length of the arc; −Infinity when it does not count. */
  readonly length: Float64Array;
  /** Values to begin with; become the result. */
  readonly values: Float64Array;
}

export interface PathResult {
  /** The arc that gave each node its value, −1 when none did. */
  readonly parent: Int32Array;
  /** Arcs of a cycle of positive length, in reading order; undefined when there is none. */
  readonly cycle: readonly number[] | undefined;
}

/** Raises the values until `value(node) ≥ value(other) + length` for every arc into every node. */
export function* relaxLongest(problem: PathProblem): Building<PathResult> {
  const { order, first, arcs, other, length, values } = problem;
  const parent = new Int32Array(values.length).fill(-1);
  for (let pass = 0; ; pass++) {
    let isChanged = false;
    for (let k = 0; k < order.length; k++) {
      if (k > 0 && k % nodesInPiece === 0) yield;
      const node = order[k] ?? 0;
      for (let at = first[node] ?? 0; at < (first[node + 1] ?? 0); at++) {
        const arc = arcs[at] ?? 0;
        const value = (values[other[arc] ?? 0] ?? 0) + (length[arc] ?? 0);
        if (value <= (values[node] ?? 0)) continue;
        values[node] = value;
        parent[node] = arc;
        isChanged = true;
      }
    }
    if (!isChanged) return { parent, cycle: undefined };
    const cycle = pass === 0 ? undefined : cycleOfParents(parent, other);
    if (cycle !== undefined) return { parent, cycle };
  }
}

/** The arcs that gave a node its value, from the first to the last. */
export function pathTo(node: number, parent: Int32Array, other: Int32Array): number[] {
  const path: number[] = [];
  for (let at = node; path.length <= parent.length; ) {
    const arc = parent[at] ?? -1;
    if (arc < 0) break;
    path.push(arc);
    at = other[arc] ?? 0;
  }
  return path.reverse();
}

function cycleOfParents(parent: Int32Array, other: Int32Array): number[] | undefined {
  const mark = new Int32Array(parent.length).fill(-1);
  for (let root = 0; root < parent.length; root++) {
    let at = root;
    while (mark[at] === -1) {
      mark[at] = root;
      const arc = parent[at] ?? -1;
      if (arc < 0) break;
      at = other[arc] ?? 0;
    }
    if (mark[at] !== root || (parent[at] ?? -1) < 0) continue;
    const cycle: number[] = [];
    const end = at;
    do {
      const arc = parent[at] ?? 0;
      cycle.push(arc);
      at = other[arc] ?? 0;
    } while (at !== end);
    return cycle.reverse();
  }
  return undefined;
}
