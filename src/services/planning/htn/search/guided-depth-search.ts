// Depth-first search over totally ordered networks that goes where a relaxed plan goes: of the methods of the task that is
// next, first those that need no step beyond the plan (as helpful actions do, Hoffmann and Nebel, 2001). It does not go
// back to what looks cheaper elsewhere, which a best-first search does after each decomposition that shows a little more of
// the cost; so it is fast where most ways lead to a plan. Where they do not, it begins anew after a while, with some chance.
import type { GroundModel } from '../ground/model.js';
import { Numbers } from '../ground/ragged.js';
import { Lineage } from './lineage.js';
import { Relaxation, unreachable } from './relaxation.js';
import { longestForced, nodeWork, type SearchStatus } from './sequence-search.js';
import { SequenceSpace } from './sequence-space.js';
import { PairSet } from './stack-pool.js';
import { StackTasks } from './stack-tasks.js';

/** How long the search goes on before it begins anew, and how often it looks ahead. */
export interface Patience {
  /** Expansions until the search begins anew; twice as many after all habits had their turn. */
  readonly firstLimit: number;
  /** Expansions by what is next alone between two looks at whether all the rest can be done. */
  readonly checkEvery: number;
}

const usual: Patience = { firstLimit: 1 << 14, checkEvery: 16 };
/** How far chance moves a method in the order, in steps, after the first rounds. */
const spread = 2;
/** Dead ends until the search begins anew, in the shortest rounds. */
const firstFailures = 512;
/** Decompositions below each other without a step done, in the first round; then twice as many in each. */
const firstStillness = 32;

/** What a round looks at, and what it passes over. */
interface Habit {
  /** Orders methods by a plan for what is next alone, which says more of the way to it than one in which all have a part. */
  readonly isNarrow: boolean;
  /** Tries only methods that cost little more than the cheapest. */
  readonly onlyHelpful: boolean;
}

/** Passes over nothing, so that it may find that there is no plan. */
const thorough: Habit = { isNarrow: false, onlyHelpful: false };
const habits: readonly Habit[] = [
  { isNarrow: true, onlyHelpful: true },
  { isNarrow: true, onlyHelpful: false },
  { isNarrow: false, onlyHelpful: true },
  { isNarrow: false, onlyHelpful: false },
  thorough,
];

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
  private lineage: Lineage;
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
  /** Dead ends of this round. */
  private failures = 0;
  /** Whether loops are passed over; and whether any were, in this round. */
  private habit = habits[0]!;
  private hasPassed = false;
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
    this.lineage = new Lineage(this.space);
  }

  get work(): number {
    return this.relaxation.work + this.nodes * nodeWork;
  }

  get bytes(): number {
    return (
      this.space.bytes +
      this.lineage.bytes +
      this.seen.bytes +
      this.pending.data.byteLength +
      this.relaxation.bytes
    );
  }

  /** Tries what is next, and goes on from it while there is only one way. */
  step(): SearchStatus {
    if (this.isBegun && (this.evaluations >= this.endAt || this.failures >= this.failureLimit()))
      this.beginAnew();
    let node: number;
    if (this.isBegun) {
      const { pending } = this;
      if (pending.length === 0) {
        if (!this.hasPassed) return this.isCut ? 'cut' : 'exhausted';
        this.beginAnew();
        return 'open';
      }
      pending.length -= 2;
      node = this.child(pending.data[pending.length]!, pending.data[pending.length + 1]!);
    } else {
      this.isBegun = true;
      node = this.space.addRoot();
      this.seen.add(this.space.state[node]!, this.space.stack[node]!);
      this.lineage.enter(node);
    }
    if (node < 0) this.failures += 1;
    for (let forced = 0; node >= 0; forced += 1) {
      if (this.space.isEnd(node)) {
        this.goal = node;
        return 'found';
      }
      const applicable = this.space.applicableMethods(node);
      if (applicable.length !== 1 || forced >= longestForced) {
        if (applicable.length === 0 || !this.expand(node, applicable)) this.failures += 1;
        break;
      }
      node = this.child(node, applicable[0]!);
    }
    return 'open';
  }

  private expand(node: number, applicable: readonly number[]): boolean {
    const { relaxation, tasks, pending } = this;
    this.evaluations += 1;
    // The plan for what is next alone is found sooner, and says more of the way to it than one in which all have a part.
    const { isNarrow } = this.habit;
    if (isNarrow && !this.mayEnd(node)) return false;
    if (!tasks.explore(node, isNarrow ? 1 : Infinity, applicable)) return false;
    tasks.planLength();
    if (applicable.length > this.order.length) this.order = new Float64Array(applicable.length * 2);
    const { order } = this;
    applicable.forEach((method, index) => {
      const isKnown = relaxation.methodCost(method) < unreachable;
      order[index] = isKnown ? relaxation.stepsBeyondPlan(method) : unreachable;
      if (this.round > 1) order[index]! += this.chance() * spread;
    });
    const indexes = [...applicable.keys()].sort((one, other) => order[other]! - order[one]! || other - one);
    const onlyHelpful = this.habit.onlyHelpful && order[indexes.at(-1)!]! < unreachable;
    for (const index of indexes) {
      if (onlyHelpful && order[index]! >= unreachable) {
        this.hasPassed = true;
        continue;
      }
      pending.push(node);
      pending.push(applicable[index]!);
    }
    return true;
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
      if (space.isEnd(child) || !this.passes(child)) return child;
    } else this.revisits += 1;
    space.forget(child);
    return -1;
  }

  /** Whether a node is passed over as one that leads round, or away from anything that could be done. */
  private passes(node: number): boolean {
    const { lineage } = this;
    lineage.enter(node);
    if (this.habit === thorough) return false;
    if (
      lineage.stillness(node) <= firstStillness * 2 ** this.round &&
      !lineage.isLoop(node, this.habit.onlyHelpful)
    )
      return false;
    this.hasPassed = true;
    return true;
  }

  private failureLimit(): number {
    return this.habit === thorough ? Infinity : firstFailures * luby(this.round);
  }

  private beginAnew(): void {
    this.failures = 0;
    this.hasPassed = false;
    this.round += 1;
    const turn = this.round % habits.length;
    this.habit = habits[turn]!;
    if (turn === 0) this.limit *= 2;
    this.endAt = this.evaluations + this.limit;
    this.alive = 0;
    this.isCut = false;
    this.isBegun = false;
    this.pending.length = 0;
    this.seen = new PairSet();
    this.space = new SequenceSpace(this.model);
    this.tasks = new StackTasks(this.space, this.relaxation);
    this.lineage = new Lineage(this.space);
  }
}

/** 1 1 2 1 1 2 4 …: how long to try where nothing is known of how long it takes (Luby, Sinclair and Zuckerman, 1993). */
function luby(index: number): number {
  let size = 1;
  while (size < index + 1) size = size * 2 + 1;
  let left = index;
  while (size - 1 !== left) {
    size = (size - 1) / 2;
    left %= size;
  }
  return (size + 1) / 2;
}
