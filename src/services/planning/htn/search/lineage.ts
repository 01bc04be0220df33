// Lineage: which tasks of a path through totally ordered networks are still open, each begun below the one before. A path
// shows that by the depths of its stacks alone: a task is open as long as no stack after it is less deep than its own.
import type { SequenceSpace } from './sequence-space.js';
import { widen } from './stack-pool.js';

/** How many of the open tasks are looked at for a loop. */
const farthestAbove = 128;

export class Lineage {
  private readonly space: SequenceSpace;
  /** By node: the nearest before it whose top task is still open; -1 for none. */
  private above = new Int32Array(1 << 10);
  /** By node: how many open tasks stand above its own without a change of state between them. */
  private still = new Int32Array(1 << 10);

  constructor(space: SequenceSpace) {
    this.space = space;
  }

  get bytes(): number {
    return this.above.byteLength * 2;
  }

  /** Enters a node, after all those before it on its path. */
  enter(node: number): void {
    while (node >= this.above.length) {
      this.above = widen(this.above);
      this.still = widen(this.still);
    }
    const { state, stack, parent, stacks } = this.space;
    const depth = stacks.depth[stack[node]!]!;
    let above = parent[node]!;
    while (above >= 0 && stacks.depth[stack[above]!]! > depth) above = this.above[above]!;
    this.above[node] = above;
    this.still[node] = above >= 0 && state[above] === state[node] ? this.still[above]! + 1 : 0;
  }

  /** How many tasks were decomposed, each below the one before, since something was done. */
  stillness(node: number): number {
    return this.still[node]!;
  }

  /**
   * Whether the top task of a node stands above itself in the same state, or in any with something left to do after it:
   * most often a loop, but not always.
   */
  isLoop(node: number, inAnyState: boolean): boolean {
    const { space, above } = this;
    const { state, stack, stacks } = space;
    const task = space.topTask(node);
    const depth = stacks.depth[stack[node]!]!;
    for (let at = above[node]!, left = farthestAbove; at >= 0 && left > 0; at = above[at]!, left -= 1) {
      if (space.topTask(at) !== task) continue;
      if (state[at] === state[node] || (inAnyState && stacks.depth[stack[at]!]! < depth)) return true;
    }
    return false;
  }
}
