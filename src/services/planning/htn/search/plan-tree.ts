// From what a search on a ground model did — methods applied, primitive tasks done, in time — to the tree over the
// program, of which a plan is made.
import type { Domain, Problem } from '../domain.js';
import type { GroundModel } from '../ground/model.js';
import { rowOf } from '../ground/ragged.js';
import { planFromTree, type ProgramTree } from '../plan-from-tree.js';
import type { HtnPlan } from '../solution.js';
import type { NetworkSpace } from './network-space.js';
import { StatePool, stepCost } from './state-pool.js';

/** The tree as it grows. A task to come is a node too; nodes are numbers, the root is 0. */
class GrowingTree implements ProgramTree {
  readonly parent: number[] = [];
  readonly place: number[] = [];
  readonly task: number[] = [];
  readonly method: number[] = [];
  readonly stepsAt: number[] = [];
  /** Nodes of the steps, in order. */
  readonly steps: number[] = [];
  cost = 0;
  private readonly model: GroundModel;
  private readonly pool: StatePool;
  /** By node: the ground task, and the objects of the slots that its method binds. */
  private readonly groundTask: number[] = [];
  private readonly bound: ArrayLike<number>[] = [];

  constructor(model: GroundModel) {
    this.model = model;
    this.pool = new StatePool(model);
    this.add(-1, -1, model.root);
  }

  get nodes(): number {
    return this.parent.length;
  }

  isPrimitive(node: number): boolean {
    return this.task[node]! < this.model.program.operators.length;
  }

  /** Applies a ground method; the nodes of its subtasks, in the order of its row, begin at the one it gives. */
  apply(node: number, groundMethod: number): number {
    const { method, bound } = this.model.methodOf(groundMethod);
    this.method[node] = method;
    this.bound[node] = bound;
    this.stepsAt[node] = this.steps.length;
    const first = this.nodes;
    const row = rowOf(this.model.methodSubtasks, groundMethod);
    for (let place = 0; place < row.length; place += 1) this.add(node, place, row[place]!);
    return first;
  }

  /** Does the primitive task of a node. */
  perform(node: number): void {
    const task = this.groundTask[node]!;
    this.cost += stepCost(this.model, this.pool, task);
    this.pool.apply(task);
    this.stepsAt[node] = this.steps.length;
    if (this.model.program.operators[this.task[node]!]!.hidden === null) this.steps.push(node);
  }

  argument(node: number, index: number): number {
    return this.model.taskOf(this.groundTask[node]!).arguments[index]!;
  }

  slot(node: number, slot: number): number {
    const { matched } = this.model.program.methods[this.method[node]!]!;
    return this.bound[node]![matched.indexOf(slot)]!;
  }

  plan(domain: Domain, problem: Problem): HtnPlan {
    const { model, pool, steps, cost } = this;
    const total = model.metric?.(pool.values) ?? cost;
    return planFromTree(domain, problem, model.program, this, steps, total);
  }

  private add(parent: number, place: number, groundTask: number): void {
    this.parent.push(parent);
    this.place.push(place);
    this.task.push(this.model.taskOf(groundTask).task);
    this.method.push(-1);
    this.stepsAt.push(0);
    this.groundTask.push(groundTask);
    this.bound.push([]);
  }
}

/** The plan of a search over totally ordered networks: the methods from the root to the end, in order. */
export function planOfSequence(
  domain: Domain,
  problem: Problem,
  model: GroundModel,
  methods: ArrayLike<number>,
): HtnPlan {
  const tree = new GrowingTree(model);
  const stack = [0];
  for (let index = 0; stack.length > 0; ) {
    const node = stack.pop()!;
    if (tree.isPrimitive(node)) {
      tree.perform(node);
      continue;
    }
    const first = tree.apply(node, methods[index]!);
    index += 1;
    for (let child = tree.nodes - 1; child >= first; child -= 1) stack.push(child);
  }
  return tree.plan(domain, problem);
}

/** The plan of a search over partly ordered networks. */
export function planOfNetwork(domain: Domain, problem: Problem, space: NetworkSpace, goal: number): HtnPlan {
  const tree = new GrowingTree(space.model);
  const path: number[] = [];
  for (let node = goal; space.parent[node]! >= 0; node = space.parent[node]!) path.push(node);
  const treeOf = new Map<number, number>([[space.step[path.at(-1) ?? goal]!, 0]]);
  for (const node of path.reverse()) {
    const own = treeOf.get(space.step[node]!)!;
    const via = space.via[node]!;
    if (via < 0) {
      tree.perform(own);
      continue;
    }
    const first = tree.apply(own, via);
    const count = tree.nodes - first;
    for (let index = 0; index < count; index += 1) {
      const step = space.made[node]! + index;
      treeOf.set(step, first + space.pool.position[step]!);
    }
  }
  return tree.plan(domain, problem);
}
