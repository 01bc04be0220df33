// Greedy best-first search over totally ordered networks. A child is ordered by what its method costs under
// the relaxation of its parent, and given its own estimate when it comes up; where only one method can be
// applied, it is applied without estimate. Nodes seen before (state and stack) are left out.
import type { GroundModel } from '../ground/model.js';
import { OpenList } from './open-list.js';
import { Relaxation, unreachable } from './relaxation.js';
import { SequenceSpace } from './sequence-space.js';
import { PairCosts } from './stack-pool.js';

/** `open`: there is more to search. `cut`: there is not, but for what lies deeper than the limit. */
export type SearchStatus = 'open' | 'found' | 'exhausted' | 'cut';

/** Work of making a node, in the units of relaxations. */
export const nodeWork = 30;

export class SequenceSearch {
  readonly space: SequenceSpace;
  nodes = 0;
  revisits = 0;
  evaluations = 0;
  /** The node that ends the plan. */
  goal = -1;
  private readonly model: GroundModel;
  private readonly relaxation: Relaxation;
  private readonly open = new OpenList();
  private readonly seen = new PairCosts();
  private readonly costWeight: number;
  private readonly maxDepth: number;
  private isCut = false;
  private deepest = 0;
  private readonly isEstimated = new Set<number>();
  private readonly wanted: Int32Array;
  private readonly isListed: Uint8Array;
  private wantedCount = 0;

  /**
   * @param costWeight - What the cost so far counts beside what is left to do: 0 for the first plan there is; else a node is
   * searched again when it is met at less cost, and the search may go on after a plan for a cheaper one.
   */
  constructor(model: GroundModel, maxDepth: number, costWeight = 0) {
    this.model = model;
    this.maxDepth = maxDepth;
    this.costWeight = costWeight;
    this.space = new SequenceSpace(model);
    this.relaxation = new Relaxation(model);
    this.wanted = new Int32Array(model.taskCount);
    this.isListed = new Uint8Array(model.taskCount);
    const root = this.space.addRoot();
    this.seen.lower(this.space.state[root]!, this.space.stack[root]!, 0);
    this.open.push(root, 0);
  }

  get depth(): number {
    return this.deepest;
  }

  /** How much has been done, in units that all searches share. */
  get work(): number {
    return this.relaxation.work + this.nodes * nodeWork;
  }

  get bytes(): number {
    return this.space.bytes + this.open.bytes + this.seen.bytes + this.relaxation.bytes;
  }

  /** Expands a node. */
  step(): SearchStatus {
    let node = this.open.pop();
    if (node < 0) return this.isCut ? 'cut' : 'exhausted';
    for (let isForced = true; isForced; ) {
      isForced = false;
      if (this.space.cost[node]! >= this.space.bound) return 'open';
      if (this.space.isEnd(node)) {
        this.goal = node;
        return 'found';
      }
      const applicable = this.applicableMethods(node);
      if (applicable.length === 1) {
        const child = this.child(node, applicable[0]!);
        if (child < 0) return 'open';
        node = child;
        isForced = true;
        this.deepest = Math.max(this.deepest, this.space.level[node]!);
      } else if (applicable.length > 1) {
        this.expand(node, applicable);
      }
    }
    return 'open';
  }

  private applicableMethods(node: number): number[] {
    const { space, model } = this;
    space.states.load(space.state[node]!);
    const list: number[] = [];
    const task = space.topTask(node) - model.operatorCount;
    const { starts, items } = model.methodsOf;
    for (let at = starts[task]!; at < starts[task + 1]!; at += 1) {
      if (space.isApplicable(items[at]!)) list.push(items[at]!);
    }
    return list;
  }

  /** The node after a method; -1 when it cannot be, or has been seen. */
  private child(node: number, method: number): number {
    const { space } = this;
    this.nodes += 1;
    space.states.load(space.state[node]!);
    const child = space.applyMethod(node, method);
    if (child < 0) return -1;
    if (space.level[child]! > this.maxDepth) {
      this.isCut = true;
      space.forget(child);
      return -1;
    }
    const cost = this.costWeight === 0 ? 0 : space.cost[child]!;
    if (this.seen.lower(space.state[child]!, space.stack[child]!, cost)) return child;
    this.revisits += 1;
    space.forget(child);
    return -1;
  }

  private expand(node: number, applicable: readonly number[]): void {
    const left = this.estimate(node);
    if (left >= unreachable) return;
    const estimate = left + this.costWeight * this.space.cost[node]!;
    if (estimate > this.open.first && !this.isEstimated.has(node)) {
      this.isEstimated.add(node);
      this.open.push(node, estimate);
      return;
    }
    this.isEstimated.delete(node);
    const { relaxation } = this;
    const top = relaxation.cost[relaxation.factCount + this.space.topTask(node)]!;
    // The last pushed comes first among equals: the author's order is kept by going backwards.
    for (let index = applicable.length - 1; index >= 0; index -= 1) {
      const method = applicable[index]!;
      const cost = relaxation.methodCost(method);
      const child = this.child(node, method);
      if (child < 0) continue;
      const priority = cost >= unreachable ? estimate + top : estimate - top + cost - 1;
      this.open.push(child, priority);
    }
  }

  /** What is left to do from a node, relaxed: the sum over its tasks. */
  private estimate(node: number): number {
    const { space, relaxation, wanted, isListed } = this;
    this.evaluations += 1;
    const { task, tail } = space.stacks;
    this.wantedCount = 0;
    for (let at = space.stack[node]!; at !== 0; at = tail[at]!) {
      const each = task[at]!;
      if (isListed[each] === 1) continue;
      isListed[each] = 1;
      wanted[this.wantedCount] = each;
      this.wantedCount += 1;
    }
    for (let index = 0; index < this.wantedCount; index += 1) isListed[wanted[index]!] = 0;
    space.states.load(space.state[node]!);
    if (relaxation.explore(space.states.bits, wanted, this.wantedCount) > 0) return unreachable;
    let sum = 0;
    for (let at = space.stack[node]!; at !== 0; at = tail[at]!) {
      sum += relaxation.cost[relaxation.factCount + task[at]!]!;
    }
    return sum;
  }
}
