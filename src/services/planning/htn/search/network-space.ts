// The space of partly ordered networks: a node is a state and a network. What asks for no decision is done at once:
// checks of the program's own and operators that change nothing, as soon as they can be.
import type { GroundModel } from '../ground/model.js';
import { rowOf } from '../ground/ragged.js';
import { NetworkPool } from './network-pool.js';
import { widen } from './stack-pool.js';
import { StatePool } from './state-pool.js';

export class NetworkSpace {
  readonly model: GroundModel;
  readonly states: StatePool;
  readonly pool: NetworkPool;
  count = 0;
  /** Decisions on the longest path. */
  deepest = 0;
  level = new Int32Array(1 << 10);
  state = new Int32Array(1 << 10);
  parent = new Int32Array(1 << 10);
  /** What made the node of its parent: a method, or `~operator`. */
  via = new Int32Array(1 << 10);
  /** The step it was done to. */
  step = new Int32Array(1 << 10);
  /** First of the steps that were made; the count of the pool. */
  made = new Int32Array(1 << 10);
  steps = new Int32Array(1 << 10);
  hashA = new Int32Array(1 << 10);
  hashB = new Int32Array(1 << 10);
  private headStarts = new Int32Array((1 << 10) + 1);
  private heads = new Int32Array(1 << 12);
  private readonly isIdle: Uint8Array;

  constructor(model: GroundModel) {
    this.model = model;
    this.states = new StatePool(model);
    this.pool = new NetworkPool(model);
    this.isIdle = Uint8Array.from({ length: model.operatorCount }, (_, operator) =>
      rowOf(model.adds, operator).length === 0 &&
      rowOf(model.deletes, operator).length === 0 &&
      !model.conditional.has(operator) &&
      !model.numeric.has(operator)
        ? 1
        : 0,
    );
  }

  get bytes(): number {
    return this.states.bytes + this.pool.bytes + this.state.length * 36 + this.heads.byteLength;
  }

  addRoot(): number {
    const step = this.pool.make(this.model.root, 0, []);
    return this.add(0, -1, 0, step, 0, [step], this.pool.hashA[step]!, this.pool.hashB[step]!);
  }

  headsOf(node: number): Int32Array {
    return this.heads.subarray(this.headStarts[node], this.headStarts[node + 1]);
  }

  isEnd(node: number): boolean {
    return this.headStarts[node] === this.headStarts[node + 1];
  }

  /** The compound head that was made last; -1 when all heads are primitive. */
  compoundHead(node: number): number {
    let chosen = -1;
    for (const head of this.headsOf(node)) {
      if (this.pool.task[head]! >= this.model.operatorCount && head > chosen) chosen = head;
    }
    return chosen;
  }

  /** Applies a method to a head; the working state is to be that of the node. Gives the newest node. */
  applyMethod(node: number, step: number, method: number): number {
    const { pool } = this;
    const heads = this.otherHeads(node, step);
    const made = pool.count;
    const added = pool.expand(step, method, heads);
    if (added === 0) pool.uncover(step, heads);
    let hashA = this.hashA[node]! - pool.hashA[step]!;
    let hashB = this.hashB[node]! - pool.hashB[step]!;
    for (let each = made; each < pool.count; each += 1) {
      hashA += pool.hashA[each]!;
      hashB += pool.hashB[each]!;
    }
    const child = this.add(this.state[node]!, node, method, step, made, heads, hashA | 0, hashB | 0);
    return this.idle(child);
  }

  canDo(operator: number): boolean {
    return this.states.holds(this.model.preconditions, operator);
  }

  /** Does a primitive head; it must be possible in the working state, which changes. */
  applyOperator(node: number, step: number): number {
    return this.idle(this.perform(node, step));
  }

  /** Takes back nodes and steps made since. */
  forget(node: number, steps: number): void {
    this.count = node;
    this.pool.truncate(steps);
  }

  private perform(node: number, step: number): number {
    const { pool } = this;
    const operator = pool.task[step]!;
    this.states.apply(operator);
    const state = this.isIdle[operator] === 1 ? this.state[node]! : this.states.intern();
    const heads = this.otherHeads(node, step);
    pool.uncover(step, heads);
    const hashA = (this.hashA[node]! - pool.hashA[step]!) | 0;
    const hashB = (this.hashB[node]! - pool.hashB[step]!) | 0;
    return this.add(state, node, ~operator, step, pool.count, heads, hashA, hashB);
  }

  /** Does all heads that change nothing and can be done. */
  private idle(node: number): number {
    let at = node;
    for (let isDone = false; !isDone; ) {
      isDone = true;
      for (const head of this.headsOf(at)) {
        const task = this.pool.task[head]!;
        if (task >= this.model.operatorCount || this.isIdle[task] !== 1 || !this.canDo(task)) continue;
        at = this.perform(at, head);
        isDone = false;
        break;
      }
    }
    return at;
  }

  private otherHeads(node: number, step: number): number[] {
    const heads: number[] = [];
    for (const head of this.headsOf(node)) if (head !== step) heads.push(head);
    return heads;
  }

  private add(
    state: number,
    parent: number,
    via: number,
    step: number,
    made: number,
    heads: readonly number[],
    hashA: number,
    hashB: number,
  ): number {
    const node = this.count;
    if (node + 1 >= this.state.length) this.grow();
    let end = this.headStarts[node]!;
    for (const head of heads) {
      if (end === this.heads.length) this.heads = widen(this.heads);
      this.heads[end] = head;
      end += 1;
    }
    this.headStarts[node + 1] = end;
    this.state[node] = state;
    this.parent[node] = parent;
    this.via[node] = via;
    this.step[node] = step;
    this.made[node] = made;
    this.hashA[node] = hashA;
    this.hashB[node] = hashB;
    const isStep = parent >= 0 && via < 0 && this.model.isHidden[~via] !== 1;
    this.steps[node] = parent < 0 ? 0 : this.steps[parent]! + (isStep ? 1 : 0);
    this.level[node] = parent < 0 ? 0 : this.level[parent]! + 1;
    this.deepest = Math.max(this.deepest, this.level[node]!);
    this.count += 1;
    return node;
  }

  private grow(): void {
    this.state = widen(this.state);
    this.parent = widen(this.parent);
    this.via = widen(this.via);
    this.step = widen(this.step);
    this.level = widen(this.level);
    this.made = widen(this.made);
    this.steps = widen(this.steps);
    this.hashA = widen(this.hashA);
    this.hashB = widen(this.hashB);
    this.headStarts = widen(this.headStarts);
  }
}
