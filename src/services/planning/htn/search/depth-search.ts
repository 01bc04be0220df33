// Depth-first search over totally ordered networks in the order in which the domain's author wrote the methods, as in
// SHOP2 (Nau et al., 2003), on the ground model and without going twice through the same state and stack. It begins
// anew with a larger limit of depth when it reaches the limit too often, for one wrong turn may lead ever deeper.
import type { GroundModel } from '../ground/model.js';
import { SequenceSpace } from './sequence-space.js';
import { nodeWork, type SearchStatus } from './sequence-search.js';
import { PairSet, widen } from './stack-pool.js';

const firstLimit = 4000;
const nodesPerLimit = 20;

export class DepthSearch {
  space: SequenceSpace;
  nodes = 0;
  revisits = 0;
  goal = -1;
  private readonly model: GroundModel;
  private readonly chance: () => number;
  private seen = new PairSet();
  /** The path: node, and the next of its task's methods. */
  private path = new Int32Array(1 << 10);
  private next = new Int32Array(1 << 10);
  private length = 0;
  private readonly maxDepth: number;
  private limit: number;
  private isCut = false;
  private nodesLeft = firstLimit * nodesPerLimit;
  private round = 0;

  /**
   * @param chance - Seeded; says from the second round on with which method to begin.
   */
  constructor(model: GroundModel, maxDepth: number, chance: () => number) {
    this.model = model;
    this.maxDepth = maxDepth;
    this.limit = Math.min(firstLimit, maxDepth);
    this.chance = chance;
    this.space = new SequenceSpace(model);
    this.enter(this.space.addRoot());
  }

  get work(): number {
    return this.nodes * nodeWork * 2;
  }

  get bytes(): number {
    return this.space.bytes + this.seen.bytes + this.path.length * 8;
  }

  get depth(): number {
    return this.length;
  }

  /** Tries one method. */
  step(): SearchStatus {
    if (this.length === 0 && !this.isCut) return 'exhausted';
    if (this.length === 0 && this.limit >= this.maxDepth) return 'cut';
    if (this.length === 0 || this.nodesLeft <= 0) this.begin();
    const { space, model } = this;
    const at = this.length - 1;
    const node = this.path[at]!;
    const task = space.topTask(node) - model.operatorCount;
    const { starts, items } = model.methodsOf;
    const first = starts[task]!;
    const count = starts[task + 1]! - first;
    const index = this.next[at]!;
    if ((index & 0xffff) >= count) {
      this.length -= 1;
      return 'open';
    }
    this.next[at] = index + 1;
    const method = items[first + (((index & 0xffff) + (index >>> 16)) % count)]!;
    space.states.load(space.state[node]!);
    if (!space.isApplicable(method)) return 'open';
    return this.tryMethod(node, method);
  }

  private tryMethod(node: number, method: number): SearchStatus {
    const { space } = this;
    this.nodes += 1;
    this.nodesLeft -= 1;
    const child = space.applyMethod(node, method);
    if (child < 0) return 'open';
    if (space.isEnd(child)) {
      this.goal = child;
      return 'found';
    }
    if (this.length >= this.limit) {
      this.isCut = true;
      space.forget(child);
    } else if (this.seen.add(space.state[child]!, space.stack[child]!)) {
      this.enter(child);
    } else {
      this.revisits += 1;
      space.forget(child);
    }
    return 'open';
  }

  /** Begins anew, deeper. */
  private begin(): void {
    this.round += 1;
    this.limit = Math.min(this.limit * 2, this.maxDepth);
    this.nodesLeft = this.limit * nodesPerLimit;
    this.isCut = false;
    this.length = 0;
    this.seen = new PairSet();
    this.space = new SequenceSpace(this.model);
    this.enter(this.space.addRoot());
  }

  private enter(node: number): void {
    if (this.length === this.path.length) {
      this.path = widen(this.path);
      this.next = widen(this.next);
    }
    this.path[this.length] = node;
    // Low half: how many methods were tried; high half: with which to begin.
    this.next[this.length] = this.round % 2 === 0 ? 0 : Math.floor(this.chance() * 0x7fff) << 16;
    this.length += 1;
  }
}
