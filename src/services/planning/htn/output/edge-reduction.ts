// Edge reduction: the edges of an order that do not follow from others (transitive reduction, Alfred V. Aho,
// Michael R. Garey, Jeffrey D. Ullman, 1972), by bit sets in blocks, so that memory stays small for long plans.

/** Predecessors that are looked at in one pass. */
const blockSize = 4096;

/**
 * Drops edges that follow from others. Nodes are numbered along the order: every edge goes from a smaller to a
 * larger number. Memory: nodes × 512 bytes.
 *
 * @param before - For each node those that come before it, without doubles.
 */
export function reduceEdges(before: readonly (readonly number[])[]): number[][] {
  const count = before.length;
  const words = blockSize >>> 5;
  const kept = before.map((): number[] => []);
  const reach = new Uint32Array(count * words);
  for (let first = 0; first < count; first += blockSize) {
    reach.fill(0);
    const last = Math.min(count, first + blockSize);
    // Nodes before the block have nothing of the block before them.
    for (let node = first; node < count; node += 1) {
      const own = node * words;
      const list = before[node] ?? [];
      for (const other of list) {
        if (other < first) continue;
        const theirs = other * words;
        for (let word = 0; word < words; word += 1)
          reach[own + word] = (reach[own + word] ?? 0) | (reach[theirs + word] ?? 0);
      }
      // What is reached by way of another predecessor is not needed as an edge of its own.
      for (const other of list) {
        if (other < first || other >= last) continue;
        const bit = other - first;
        if ((((reach[own + (bit >>> 5)] ?? 0) >>> (bit & 31)) & 1) === 0) kept[node]?.push(other);
      }
      for (const other of list) {
        if (other < first || other >= last) continue;
        const bit = other - first;
        const at = own + (bit >>> 5);
        reach[at] = (reach[at] ?? 0) | (1 << (bit & 31));
      }
    }
  }
  return kept;
}
