// Greedy best-first search over totally ordered networks. A child is ordered by what its method costs under
// the relaxation of its parent, and made, and given its own estimate, when its turn comes; where only one method can
// be applied, it is applied without estimate. Nodes seen before (state and stack) are left out.
import type { GroundModel } from '../ground/model.js';
import { PendingList } from './pending.js';
import { Relaxation, unreachable } from './relaxation.js';
import { SequenceSpace } from './sequence-space.js';
import { PairCosts } from './stack-pool.js';
import { StackTasks } from './stack-tasks.js';

/** `open`: there is more to search. `cut`: there is not, but for what lies deeper than the limit. */
export type SearchStatus = 'open' | 'found' | 'exhausted' | 'cut';

/** Work of making a node, in the units of relaxations: about 5 ns each. */
export const nodeWork = 300;

/** How long a search goes on where there is only one way, before it rests. */
export const longestForced = 64;

/** Share of nodes taken by chance where there is one. */
const shareOfAny = 0.2;

export class SequenceSearch {
  readonly space: SequenceSpace;
  nodes = 0;
  revisits = 0;
  evaluations = 0;
  /** The node that ends the plan. */
  goal = -1;
  private readonly model: GroundModel;
  private readonly relaxation: Relaxation;
  private readonly pending = new PendingList();
  private isBegun = false;
  /** Nodes made without an estimate, and how many of them lead to one: each time twice as many. */
  private forced = 0;
  private lookAt = 1024;
  private readonly seen = new PairCosts();
  private readonly costWeight: number;
  private readonly countsPlan: boolean;
  private readonly chance: (() => number) | null;
  private readonly maxDepth: number;
  private isCut = false;
  private deepest = 0;
  private readonly tasks: StackTasks;

  /**
   * @param costWeight - What the cost so far counts beside what is left to do: 0 for the first plan there is; else a node is
   * searched again when it is met at less cost, and the search may go on after a plan for a cheaper one.
   * @param chance - For variety: estimates are lengths of relaxed plans, which count what several tasks share once, and
   * now and then any node is taken, to get away from plateaus (Valenzano, Sturtevant, Schaeffer and Xie, 2014).
   */
  constructor(model: GroundModel, maxDepth: number, costWeight = 0, chance: (() => number) | null = null) {
    this.chance = chance;
    this.countsPlan = chance !== null;
    this.model = model;
    this.maxDepth = maxDepth;
    this.costWeight = costWeight;
    this.space = new SequenceSpace(model);
    this.relaxation = new Relaxation(model);
    this.tasks = new StackTasks(this.space, this.relaxation);
    const root = this.space.addRoot();
    this.seen.lower(this.space.state[root]!, this.space.stack[root]!, 0);
  }

  get depth(): number {
    return this.deepest;
  }

  /** How much has been done, in units that all searches share. */
  get work(): number {
    return this.relaxation.work + this.nodes * nodeWork;
  }

  get bytes(): number {
    return this.space.bytes + this.pending.bytes + this.seen.bytes + this.relaxation.bytes;
  }

  /** Makes the child whose turn it is, and goes on from it while there is only one way. */
  step(): SearchStatus {
    let node = 0;
    if (this.isBegun) {
      const { chance } = this;
      const isAny = chance !== null && chance() < shareOfAny;
      if (!this.pending.take(isAny ? chance() : null)) return this.isCut ? 'cut' : 'exhausted';
      node = this.child(this.pending.takenNode, this.pending.takenVia);
    }
    this.isBegun = true;
    for (let forced = 0; node >= 0; forced += 1) {
      if (this.space.isEnd(node)) {
        this.goal = node;
        return 'found';
      }
      const applicable = this.space.applicableMethods(node);
      if (applicable.length === 1 && forced >= longestForced && this.forced < this.lookAt) {
        // Its turn comes at once, after a rest.
        this.forced += forced;
        this.pending.push(node, 0, applicable[0]!, -Infinity);
        break;
      }
      if (applicable.length !== 1 || forced >= longestForced) {
        if (applicable.length === 1) this.lookAt *= 2;
        this.forced = 0;
        if (applicable.length > 0) this.expand(node, applicable);
        break;
      }
      node = this.child(node, applicable[0]!);
    }
    return 'open';
  }

  /** The node after a method; -1 when it cannot be, or has been seen. */
  private child(node: number, method: number): number {
    const { space } = this;
    this.nodes += 1;
    space.states.load(space.state[node]!);
    if (space.cost[node]! >= space.bound) return -1;
    const child = space.applyMethod(node, method);
    if (child < 0) return -1;
    if (space.level[child]! > this.maxDepth) {
      this.isCut = true;
      space.forget(child);
      return -1;
    }
    const cost = this.costWeight === 0 ? 0 : space.cost[child]!;
    if (this.seen.lower(space.state[child]!, space.stack[child]!, cost)) {
      this.deepest = Math.max(this.deepest, space.level[child]!);
      return child;
    }
    this.revisits += 1;
    space.forget(child);
    return -1;
  }

  private expand(node: number, applicable: readonly number[]): void {
    const { relaxation, space } = this;
    const left = this.estimate(node);
    if (left >= unreachable) return;
    const estimate = left + this.costWeight * space.cost[node]!;
    const top = relaxation.cost[relaxation.factCount + space.topTask(node)]!;
    // The last pushed comes first among equals: the author's order is kept by going backwards.
    for (let index = applicable.length - 1; index >= 0; index -= 1) {
      const method = applicable[index]!;
      const cost = relaxation.methodCost(method);
      this.pending.push(node, 0, method, cost >= unreachable ? estimate + top : estimate - top + cost - 1);
    }
  }

  /** What is left to do from a node, relaxed. */
  private estimate(node: number): number {
    const { space, relaxation, tasks } = this;
    this.evaluations += 1;
    if (!tasks.explore(node)) return unreachable;
    if (this.countsPlan) {
      return tasks.planLength() + space.stacks.depth[space.stack[node]!]! - tasks.count;
    }
    const { task, tail } = space.stacks;
    let sum = 0;
    for (let at = space.stack[node]!; at !== 0; at = tail[at]!) {
      sum += relaxation.cost[relaxation.factCount + task[at]!]!;
    }
    return sum;
  }
}
