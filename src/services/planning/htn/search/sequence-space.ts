// The space of totally ordered networks: a node is a state and a stack of tasks, the top of which is compound.
// Primitive tasks on top are done at once; a node where one cannot be done does not come into being.
import type { GroundModel } from '../ground/model.js';
import { StackPool, widen } from './stack-pool.js';
import { StatePool, stepCost } from './state-pool.js';

export class SequenceSpace {
  readonly model: GroundModel;
  readonly states: StatePool;
  readonly stacks = new StackPool();
  count = 0;
  state = new Int32Array(1 << 10);
  stack = new Int32Array(1 << 10);
  parent = new Int32Array(1 << 10);
  /** Method applied to the parent's top task. */
  method = new Int32Array(1 << 10);
  /** Methods applied from the root on. */
  level = new Int32Array(1 << 10);
  /** Cost of the steps done so far. */
  cost = new Float64Array(1 << 10);
  /** Nodes that cost as much or more do not come into being. */
  bound = Infinity;
  /** The stack, and the cost of what was done, after the last call of `advance`. */
  private rest = 0;
  private done = 0;

  constructor(model: GroundModel) {
    this.model = model;
    this.states = new StatePool(model);
  }

  get bytes(): number {
    return this.states.bytes + this.stacks.bytes + this.state.length * 28;
  }

  /** Number of the node for the problem itself. */
  addRoot(): number {
    return this.add(0, this.stacks.push(this.model.root, 0), -1, -1, 0);
  }

  topTask(node: number): number {
    return this.stacks.task[this.stack[node]!]!;
  }

  isEnd(node: number): boolean {
    return this.stack[node] === 0;
  }

  /** Whether the precondition of a method holds in the working state. */
  isApplicable(method: number): boolean {
    return this.states.holds(this.model.methodPreconditions, method);
  }

  /** Methods that can be applied to a node's top task, in the author's order. Its state becomes the working state. */
  applicableMethods(node: number): number[] {
    this.states.load(this.state[node]!);
    const list: number[] = [];
    const task = this.topTask(node) - this.model.operatorCount;
    const { starts, items } = this.model.methodsOf;
    for (let at = starts[task]!; at < starts[task + 1]!; at += 1) {
      if (this.isApplicable(items[at]!)) list.push(items[at]!);
    }
    return list;
  }

  /**
   * Applies a method to a node, whose state must be the working state, and does the primitive tasks that come to
   * the top. Gives the number of the new node, -1 when a step cannot be done. The working state changes.
   */
  applyMethod(node: number, method: number): number {
    const { starts, items } = this.model.methodSubtasks;
    const { operatorCount } = this.model;
    const end = starts[method + 1]!;
    let at = starts[method]!;
    this.done = this.cost[node]!;
    // Leading primitive tasks are done before anything is kept.
    for (; at < end && items[at]! < operatorCount; at += 1) if (!this.step(items[at]!)) return -1;
    this.rest = this.stacks.tail[this.stack[node]!]!;
    if (at === end) {
      if (!this.advance()) return -1;
    } else {
      for (let index = end - 1; index >= at; index -= 1)
        this.rest = this.stacks.push(items[index]!, this.rest);
    }
    return this.add(this.states.intern(), this.rest, node, method, this.done);
  }

  /** Takes back the newest node. */
  forget(node: number): void {
    this.count = node;
  }

  private step(operator: number): boolean {
    if (!this.states.holds(this.model.preconditions, operator)) return false;
    this.done += stepCost(this.model, this.states, operator);
    if (this.done >= this.bound) return false;
    this.states.apply(operator);
    return true;
  }

  private advance(): boolean {
    const { task, tail } = this.stacks;
    while (this.rest !== 0 && task[this.rest]! < this.model.operatorCount) {
      if (!this.step(task[this.rest]!)) return false;
      this.rest = tail[this.rest]!;
    }
    return true;
  }

  private add(state: number, stack: number, parent: number, method: number, cost: number): number {
    const node = this.count;
    if (node === this.state.length) {
      this.state = widen(this.state);
      this.stack = widen(this.stack);
      this.parent = widen(this.parent);
      this.method = widen(this.method);
      this.level = widen(this.level);
      const cost = new Float64Array(this.cost.length * 2);
      cost.set(this.cost);
      this.cost = cost;
    }
    this.state[node] = state;
    this.stack[node] = stack;
    this.parent[node] = parent;
    this.method[node] = method;
    this.level[node] = parent < 0 ? 0 : this.level[parent]! + 1;
    this.cost[node] = cost;
    this.count += 1;
    return node;
  }
}
