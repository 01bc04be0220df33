// Depth-first search over totally ordered networks in the order in which the domain's author wrote the methods, as in
// SHOP2 (Nau et al., 2003), on the ground model and without going twice through the same state and stack.
import type { GroundModel } from '../ground/model.js';
import { SequenceSpace } from './sequence-space.js';
import type { SearchStatus } from './sequence-search.js';
import { PairSet, widen } from './stack-pool.js';

export class DepthSearch {
  readonly space: SequenceSpace;
  nodes = 0;
  revisits = 0;
  goal = -1;
  private readonly model: GroundModel;
  private readonly seen = new PairSet();
  /** The path: node, and the next of its task's methods. */
  private path = new Int32Array(1 << 10);
  private next = new Int32Array(1 << 10);
  private length = 0;
  private readonly offset: (node: number, count: number) => number;

  /**
   * @param offset - With which of a task's methods to begin at a node [0]; the others follow in turn.
   */
  constructor(model: GroundModel, offset: (node: number, count: number) => number = () => 0) {
    this.model = model;
    this.offset = offset;
    this.space = new SequenceSpace(model);
    this.enter(this.space.addRoot());
  }

  get bytes(): number {
    return this.space.bytes + this.seen.bytes + this.path.length * 8;
  }

  get depth(): number {
    return this.length;
  }

  /** Tries one method. */
  step(): SearchStatus {
    if (this.length === 0) return 'exhausted';
    const { space, model } = this;
    const at = this.length - 1;
    const node = this.path[at]!;
    const task = space.topTask(node) - model.operatorCount;
    const { starts, items } = model.methodsOf;
    const first = starts[task]!;
    const count = starts[task + 1]! - first;
    const index = this.next[at]!;
    if (index >= count) {
      this.length -= 1;
      return 'open';
    }
    this.next[at] = index + 1;
    const method = items[first + ((index + this.offset(node, count)) % count)]!;
    space.states.load(space.state[node]!);
    if (!space.isApplicable(method)) return 'open';
    this.nodes += 1;
    const child = space.applyMethod(node, method);
    if (child < 0) return 'open';
    if (space.isEnd(child)) {
      this.goal = child;
      return 'found';
    }
    if (this.seen.add(space.state[child]!, space.stack[child]!)) {
      this.enter(child);
      return 'open';
    }
    this.revisits += 1;
    space.forget(child);
    return 'open';
  }

  private enter(node: number): void {
    if (this.length === this.path.length) {
      this.path = widen(this.path);
      this.next = widen(this.next);
    }
    this.path[this.length] = node;
    this.next[this.length] = 0;
    this.length += 1;
  }
}
