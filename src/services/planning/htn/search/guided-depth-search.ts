// Depth-first search over totally ordered networks that goes where a relaxed plan goes: of the methods of the task that is
// next, first those that need no step beyond the plan (as helpful actions do, Hoffmann and Nebel, 2001). It does not go
// back to what looks cheaper elsewhere, which a best-first search does after each decomposition that shows a little more of
// the cost; so it is fast where most ways lead to a plan. Where they do not, it begins anew after a while, with some chance.
import type { GroundModel } from '../ground/model.js';
import { Numbers } from '../ground/ragged.js';
import { Relaxation, unreachable } from './relaxation.js';
import { longestForced, nodeWork, type SearchStatus } from './sequence-search.js';
import { SequenceSpace } from './sequence-space.js';
import { PairSet } from './stack-pool.js';
import { StackTasks } from './stack-tasks.js';

/** How long the search goes on before it begins anew, and how often it looks ahead. */
export interface Patience {
  /** Expansions until the search begins anew; each time twice as many. */
  readonly firstLimit: number;
  /** Expansions by what is next alone between two looks at whether all the rest can be done. */
  readonly checkEvery: number;
}

const usual: Patience = { firstLimit: 1 << 14, checkEvery: 16 };
/** How far chance moves a method in the order, in steps, after the first rounds. */
const spread = 2;

export class GuidedDepthSearch {
  space: SequenceSpace;
  nodes = 0;
  revisits = 0;
  evaluations = 0;
  goal = -1;
  depth = 0;
  private readonly model: GroundModel;
  private readonly relaxation: Relaxation;
  private readonly maxDepth: number;
  private readonly chance: () => number;
  private tasks: StackTasks;
  private seen = new PairSet();
  /** What is to be tried, the next last: pairs of node and method. */
  private readonly pending = new Numbers();
  private isBegun = false;
  private isCut = false;
  private round = 0;
  private limit: number;
  private endAt: number;
  private readonly checkEvery: number;
  private unchecked = 0;
  /** The newest node that was seen to have all its tasks still possible. */
  private alive = 0;
  private order = new Float64Array(64);

  /**
   * @param chance - Seeded; from the third round on it has a part in the order of methods.
   */
  constructor(model: GroundModel, maxDepth: number, chance: () => number, patience = usual) {
    this.limit = patience.firstLimit;
    this.endAt = patience.firstLimit;
    this.checkEvery = patience.checkEvery;
    this.model = model;
    this.maxDepth = maxDepth;
    this.chance = chance;
    this.relaxation = new Relaxation(model);
    this.space = new SequenceSpace(model);
    this.tasks = new StackTasks(this.space, this.relaxation);
  }

  get work(): number {
    return this.relaxation.work + this.nodes * nodeWork;
  }

  get bytes(): number {
    return this.space.bytes + this.seen.bytes + this.pending.data.byteLength + this.relaxation.bytes;
  }

  /** Tries what is next, and goes on from it while there is only one way. */
  step(): SearchStatus {
    if (this.isBegun && this.evaluations >= this.endAt) this.beginAnew();
    let node: number;
    if (this.isBegun) {
      const { pending } = this;
      if (pending.length === 0) return this.isCut ? 'cut' : 'exhausted';
      pending.length -= 2;
      node = this.child(pending.data[pending.length]!, pending.data[pending.length + 1]!);
    } else {
      this.isBegun = true;
      node = this.space.addRoot();
      this.seen.add(this.space.state[node]!, this.space.stack[node]!);
    }
    for (let forced = 0; node >= 0; forced += 1) {
      if (this.space.isEnd(node)) {
        this.goal = node;
        return 'found';
      }
      const applicable = this.space.applicableMethods(node);
      if (applicable.length !== 1 || forced >= longestForced) {
        if (applicable.length > 0) this.expand(node, applicable);
        break;
      }
      node = this.child(node, applicable[0]!);
    }
    return 'open';
  }

  private expand(node: number, applicable: readonly number[]): void {
    const { relaxation, tasks, pending } = this;
    this.evaluations += 1;
    // The plan for what is next alone is found sooner, and says more of the way to it than one in which all have a part.
    const isNarrow = this.round % 2 === 0;
    if (isNarrow && !this.mayEnd(node)) return;
    if (!tasks.explore(node, isNarrow ? 1 : Infinity)) return;
    tasks.planLength();
    if (applicable.length > this.order.length) this.order = new Float64Array(applicable.length * 2);
    const { order } = this;
    applicable.forEach((method, index) => {
      const isKnown = relaxation.methodCost(method) < unreachable;
      order[index] = isKnown ? relaxation.stepsBeyondPlan(method) : unreachable;
      if (this.round > 1) order[index]! += this.chance() * spread;
    });
    const indexes = [...applicable.keys()].sort((one, other) => order[other]! - order[one]! || other - one);
    for (const index of indexes) {
      pending.push(node);
      pending.push(applicable[index]!);
    }
  }

  /**
   * Looks, now and then, whether all tasks of a node can be done still; when not, leaves what lies below the first node of
   * the path where they no longer could.
   */
  private mayEnd(node: number): boolean {
    this.unchecked += 1;
    if (this.unchecked < this.checkEvery) return true;
    this.unchecked = 0;
    const { space, tasks, pending } = this;
    if (tasks.explore(node)) {
      this.alive = node;
      return true;
    }
    const path: number[] = [];
    for (let at = node; at > 0 && at !== this.alive; at = space.parent[at]!) path.push(at);
    let dead = 0;
    for (let alive = path.length; alive - dead > 1; ) {
      const middle = (dead + alive) >> 1;
      if (tasks.explore(path[middle]!)) alive = middle;
      else dead = middle;
    }
    while (pending.length > 0 && pending.data[pending.length - 2]! >= path[dead]!) pending.length -= 2;
    return false;
  }

  /** The node after a method; -1 when it cannot be, or has been seen. */
  private child(node: number, method: number): number {
    const { space } = this;
    this.nodes += 1;
    space.states.load(space.state[node]!);
    const child = space.applyMethod(node, method);
    if (child < 0) return -1;
    const level = space.level[child]!;
    if (level > this.maxDepth) this.isCut = true;
    else if (this.seen.add(space.state[child]!, space.stack[child]!)) {
      if (level > this.depth) this.depth = level;
      return child;
    } else this.revisits += 1;
    space.forget(child);
    return -1;
  }

  private beginAnew(): void {
    this.round += 1;
    this.limit *= 2;
    this.endAt = this.evaluations + this.limit;
    this.alive = 0;
    this.isCut = false;
    this.isBegun = false;
    this.pending.length = 0;
    this.seen = new PairSet();
    this.space = new SequenceSpace(this.model);
    this.tasks = new StackTasks(this.space, this.relaxation);
  }
}
