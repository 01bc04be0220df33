// Visited: which pairs of state and remaining network a search has been at, by their hashes (64 bits: that two
// different ones meet is not to be expected before billions). A table that would outgrow its memory takes no more.

export interface Visited {
  size: number;
  slots: Int32Array;
  readonly mostBytes: number;
}

export function createVisited(mostBytes: number): Visited {
  return { size: 0, slots: new Int32Array(2048), mostBytes };
}

/** 1 for a pair that is new, 0 for one that is known, -1 when it is new and there is no room for it. */
export function visit(visited: Visited, oneLane: number, otherLane: number): number {
  const low = oneLane | 0;
  const high = otherLane | 0;
  // 0, 0 is the empty slot.
  const first = (low | high) === 0 ? 1 : low;
  let { slots } = visited;
  const mask = slots.length / 2 - 1;
  for (let slot = (first ^ (high >>> 7)) & mask; ; slot = (slot + 1) & mask) {
    const known = slots[slot * 2]!;
    const other = slots[slot * 2 + 1]!;
    if (known === first && other === high) return 0;
    if (known !== 0 || other !== 0) continue;
    if (visited.size * 10 > mask * 7) {
      if (slots.byteLength * 3 > visited.mostBytes) return -1;
      slots = grow(visited);
      return visit(visited, low, high);
    }
    slots[slot * 2] = first;
    slots[slot * 2 + 1] = high;
    visited.size += 1;
    return 1;
  }
}

function grow(visited: Visited): Int32Array {
  const before = visited.slots;
  const slots = new Int32Array(before.length * 2);
  const mask = slots.length / 2 - 1;
  for (let at = 0; at < before.length; at += 2) {
    const low = before[at]!;
    const high = before[at + 1]!;
    if (low === 0 && high === 0) continue;
    let slot = (low ^ (high >>> 7)) & mask;
    while (slots[slot * 2] !== 0 || slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    slots[slot * 2] = low;
    slots[slot * 2 + 1] = high;
  }
  visited.slots = slots;
  return slots;
}

/** Forgets everything, and keeps the room. */
export function clearVisited(visited: Visited): void {
  if (visited.size > 0) visited.slots.fill(0);
  visited.size = 0;
}
