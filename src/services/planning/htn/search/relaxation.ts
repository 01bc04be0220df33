// Relaxed costs: what it costs to do each task when nothing is ever undone and costs of what is needed together
// are added (Bonet and Geffner, 2001, over the composition of tasks from their subtasks; Höller, Bercher, Behnke
// and Biundo, 2018). Exact numbers come in order of cost from a queue of buckets, and the search ends as soon
// as all tasks that matter have one. Only what the tasks to come can still be decomposed into takes part, so that a
// fact which nobody will make again is seen to be lost.
import type { GroundModel } from '../ground/model.js';
import { Numbers, type Rows } from '../ground/ragged.js';
import { Footing } from './footing.js';

export const unreachable = 0x3fffffff;
/** Costs of single tasks and facts end here; sums over tasks may be more. */
const maxCost = 1 << 15;
/** How much more than the cheapest a method may cost and still have its cost computed. */
const closeCost = 2;

/** Computes relaxed costs in one state after the other. */
export class Relaxation {
  /** By node: facts, then tasks. */
  readonly cost: Int32Array;
  readonly factCount: number;
  /** By clause: cost so far; those of methods come first. */
  readonly clauseCost: Int32Array;
  private readonly model: GroundModel;
  private readonly bodies: Rows;
  private readonly heads: Int32Array;
  private readonly uses: Rows;
  private readonly footing: Footing;
  private readonly base: Int32Array;
  private readonly missing: Int32Array;
  private readonly effects: Rows;
  private readonly isWanted: Uint8Array;
  private readonly buckets: Numbers[] = [];
  /** How much has been done so far, in uses of costs looked at. */
  work = 0;
  /** By node: the clause that gave its cost, or `~operator` for a fact that an operator adds. */
  private readonly support: Int32Array;
  private readonly counted: Int32Array;
  /** By node: the question after what lies beyond a plan in which it was met. */
  private readonly beyond: Int32Array;
  private asked = 0;
  private touched = 0;
  /** By task: the exploration in which it may still come up. */
  private readonly mark: Int32Array;
  private exploration = 0;
  /** By compound task: the tasks of all its methods. */
  private readonly below: Rows;
  private readonly marked = new Numbers();
  /** Clauses of methods and operators come before all others. */
  private readonly ownedClauses: number;

  constructor(model: GroundModel) {
    this.model = model;
    this.factCount = model.factCount;
    const { bodies, sizes, heads, base, uses, owned, below, nodes } = model.relaxed;
    this.bodies = bodies;
    this.heads = heads;
    this.base = base;
    this.uses = uses;
    this.ownedClauses = owned;
    this.below = below;
    this.effects = model.adds;
    this.footing = new Footing(uses, sizes, model.isOptimistic, unreachable);
    this.missing = new Int32Array(heads.length);
    this.clauseCost = new Int32Array(heads.length);
    this.cost = new Int32Array(nodes);
    this.support = new Int32Array(nodes);
    this.counted = new Int32Array(nodes);
    this.beyond = new Int32Array(nodes);
    this.isWanted = new Uint8Array(nodes);
    this.mark = new Int32Array(model.taskCount);
  }

  get bytes(): number {
    return Relaxation.bytesFor(this.model);
  }

  /** Bytes that a relaxation takes beside those of the model, whose clauses all share. */
  static bytesFor({ relaxed, taskCount }: GroundModel): number {
    return relaxed.sizes.length * 20 + relaxed.nodes * 21 + taskCount * 4;
  }

  /**
   * Computes costs in a state.
   *
   * @param bits - The state's facts.
   * @param wanted - Tasks whose costs are wanted (without repetition); those of others may be missing.
   * @param methods - Of these, costs are wanted of the cheapest and those that come close: a method that ends with its own
   * task again costs more than the task, and would not be reached.
   * @returns how many of the tasks are unreachable.
   */
  explore(
    bits: Int32Array,
    wanted: ArrayLike<number>,
    count: number,
    methods: readonly number[] | null = null,
  ): number {
    const { cost, factCount, footing, missing, isWanted } = this;
    this.work += footing.moveTo(bits) + footing.readyCount + (missing.length >> 4);
    missing.set(footing.missing);
    this.clauseCost.set(this.base);
    cost.set(footing.cost);
    let left = count;
    for (let index = 0; index < count; index += 1) isWanted[factCount + wanted[index]!] = 1;
    this.markBelow(wanted, count);
    for (let at = 0; at < footing.readyCount; at += 1) {
      const clause = footing.ready[at]!;
      if (this.takesPart(clause)) this.improve(this.heads[clause]!, this.base[clause]!, clause);
    }
    let last = methods === null ? -1 : maxCost;
    for (let level = 0; level <= this.touched && (left > 0 || level <= last); level += 1) {
      if (level >= this.buckets.length) break;
      if (left === 0 && last === maxCost && methods!.some((each) => missing[each] === 0))
        last = level + closeCost;
      const bucket = this.buckets[level]!;
      for (let at = 0; at < bucket.length && (left > 0 || level <= last); at += 1) {
        const node = bucket.data[at]!;
        if (cost[node] !== level) continue;
        if (isWanted[node] === 1) {
          isWanted[node] = 0;
          left -= 1;
        }
        this.spread(node, level);
      }
      bucket.length = 0;
    }
    for (let level = 0; level <= this.touched; level += 1) {
      if (level < this.buckets.length) this.buckets[level]!.length = 0;
    }
    this.touched = 0;
    for (let index = 0; index < count; index += 1) isWanted[factCount + wanted[index]!] = 0;
    return left;
  }

  /** How many methods and steps a relaxed plan for the wanted tasks has (Hoffmann and Nebel, 2001). */
  planLength(wanted: ArrayLike<number>, count: number): number {
    const { bodies, counted, support, marked, exploration } = this;
    const holds = this.footing.cost;
    let length = 0;
    marked.length = 0;
    const note = (node: number): void => {
      if (counted[node] === exploration || holds[node] === 0) return;
      counted[node] = exploration;
      marked.push(node);
    };
    for (let index = 0; index < count; index += 1) note(this.factCount + wanted[index]!);
    while (marked.length > 0) {
      marked.length -= 1;
      const clause = support[marked.data[marked.length]!]!;
      if (clause < 0) {
        note(this.factCount + ~clause);
        continue;
      }
      length += this.base[clause]!;
      for (let at = bodies.starts[clause]!; at < bodies.starts[clause + 1]!; at += 1) note(bodies.items[at]!);
    }
    return length;
  }

  /**
   * How many steps a method needs beyond those of the plan whose length was asked for last: of many ways that cost the
   * same, one that the plan goes needs least.
   */
  stepsBeyondPlan(method: number): number {
    const { bodies, counted, beyond, support, marked, exploration } = this;
    const holds = this.footing.cost;
    this.asked += 1;
    const { asked } = this;
    let steps = 0;
    let looked = 0;
    marked.length = 0;
    const note = (node: number): void => {
      if (counted[node] === exploration || beyond[node] === asked || holds[node] === 0) return;
      beyond[node] = asked;
      marked.push(node);
    };
    const noteBody = (clause: number): void => {
      const end = bodies.starts[clause + 1]!;
      for (let at = bodies.starts[clause]!; at < end; at += 1) note(bodies.items[at]!);
    };
    noteBody(method);
    while (marked.length > 0) {
      looked += 1;
      marked.length -= 1;
      const clause = support[marked.data[marked.length]!]!;
      if (clause < 0) {
        note(this.factCount + ~clause);
        continue;
      }
      if (clause >= this.model.methodCount) steps += this.base[clause]!;
      noteBody(clause);
    }
    this.work += looked + 2;
    return steps;
  }

  private takesPart(clause: number): boolean {
    return (
      clause >= this.ownedClauses || this.mark[this.heads[clause]! - this.factCount] === this.exploration
    );
  }

  /** Marks the tasks that those to come can be decomposed into. */
  private markBelow(wanted: ArrayLike<number>, count: number): void {
    const { mark, marked, below, model } = this;
    this.exploration += 1;
    const { exploration } = this;
    marked.length = 0;
    const note = (task: number): void => {
      if (mark[task] === exploration) return;
      mark[task] = exploration;
      if (task >= model.operatorCount) marked.push(task - model.operatorCount);
    };
    for (let index = 0; index < count; index += 1) note(wanted[index]!);
    while (marked.length > 0) {
      marked.length -= 1;
      const task = marked.data[marked.length]!;
      const end = below.starts[task + 1]!;
      for (let at = below.starts[task]!; at < end; at += 1) note(below.items[at]!);
    }
  }

  private improve(node: number, sum: number, support: number): void {
    const cost = sum < maxCost ? sum : maxCost;
    if (cost >= this.cost[node]!) return;
    this.cost[node] = cost;
    this.support[node] = support;
    if (cost > this.touched) this.touched = cost;
    while (this.buckets.length <= cost) this.buckets.push(new Numbers());
    this.buckets[cost]!.push(node);
  }

  private spread(node: number, level: number): void {
    const { uses, missing, clauseCost, factCount } = this;
    const end = uses.starts[node + 1]!;
    this.work += 2 + end - uses.starts[node]!;
    for (let at = uses.starts[node]!; at < end; at += 1) {
      const clause = uses.items[at]!;
      clauseCost[clause]! += level;
      missing[clause]! -= 1;
      if (missing[clause] === 0 && this.takesPart(clause)) {
        this.improve(this.heads[clause]!, clauseCost[clause]!, clause);
      }
    }
    const operator = node - factCount;
    if (operator >= 0 && operator < this.model.operatorCount) {
      const { starts, items } = this.effects;
      for (let at = starts[operator]!; at < starts[operator + 1]!; at += 1)
        this.improve(items[at]!, level, ~operator);
    }
  }

  /** The cost of doing a task by a method; `unreachable` when it was not found before the search ended. */
  methodCost(method: number): number {
    return this.missing[method] === 0 ? this.clauseCost[method]! : unreachable;
  }
}
