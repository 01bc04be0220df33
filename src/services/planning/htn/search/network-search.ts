// Greedy best-first search over partly ordered networks, by progression (Höller, Bercher, Behnke and Biundo, 2018):
// while a head is compound, the newest is decomposed; else one of the primitive heads is done.
import type { GroundModel } from '../ground/model.js';
import { rowOf } from '../ground/ragged.js';
import { NetworkSpace } from './network-space.js';
import { PendingList } from './pending.js';
import { Relaxation, unreachable } from './relaxation.js';
import { longestForced, nodeWork, type SearchStatus } from './sequence-search.js';
import { PairSet } from './stack-pool.js';

export class NetworkSearch {
  readonly space: NetworkSpace;
  nodes = 0;
  revisits = 0;
  evaluations = 0;
  goal = -1;
  private readonly model: GroundModel;
  private readonly relaxation: Relaxation;
  private readonly pending = new PendingList();
  private isBegun = false;
  /** Networks by their hashes are numbered here, then paired with states. */
  private readonly networks = new Map<bigint, number>();
  private readonly seen = new PairSet();
  private readonly list: Int32Array<ArrayBuffer>[] = [new Int32Array(1 << 8)];
  private readonly wanted: Int32Array;
  private readonly isListed: Uint8Array;

  private readonly maxDepth: number;
  private isCut = false;

  constructor(model: GroundModel, maxDepth: number) {
    this.maxDepth = maxDepth;
    this.model = model;
    this.space = new NetworkSpace(model);
    this.relaxation = new Relaxation(model);
    this.wanted = new Int32Array(model.taskCount);
    this.isListed = new Uint8Array(model.taskCount);
    const root = this.space.addRoot();
    this.isNew(root);
  }

  get depth(): number {
    return this.space.deepest;
  }

  /** How much has been done, in units that all searches share. */
  get work(): number {
    return this.relaxation.work + this.nodes * nodeWork;
  }

  get bytes(): number {
    return (
      this.space.bytes +
      this.pending.bytes +
      this.seen.bytes +
      this.relaxation.bytes +
      this.networks.size * 64
    );
  }

  step(): SearchStatus {
    let node = 0;
    if (this.isBegun) {
      if (!this.pending.take()) return this.isCut ? 'cut' : 'exhausted';
      node = this.child(this.pending.takenNode, this.pending.takenStep, this.pending.takenVia);
    }
    this.isBegun = true;
    for (let forced = 0; node >= 0; forced += 1) {
      if (this.space.isEnd(node)) {
        this.goal = node;
        return 'found';
      }
      const head = this.space.compoundHead(node);
      const methods = head < 0 ? null : this.applicableMethods(node, head);
      if (methods?.length !== 1 || forced >= longestForced) {
        this.expand(node, head, methods);
        break;
      }
      node = this.child(node, head, methods[0]!);
    }
    return 'open';
  }

  private applicableMethods(node: number, head: number): number[] {
    const { space, model } = this;
    space.states.load(space.state[node]!);
    const methods: number[] = [];
    for (const method of rowOf(model.methodsOf, space.pool.task[head]! - model.operatorCount)) {
      if (space.states.holds(model.methodPreconditions, method)) methods.push(method);
    }
    return methods;
  }

  private isNew(node: number): boolean {
    const { space } = this;
    const key = (BigInt(space.hashA[node]!) << 32n) ^ BigInt(space.hashB[node]! >>> 0);
    let id = this.networks.get(key);
    if (id === undefined) {
      id = this.networks.size;
      this.networks.set(key, id);
    }
    return this.seen.add(space.state[node]!, id);
  }

  /** The node after a method (>= 0) or a primitive head; -1 when it lies too deep, or has been seen. */
  private child(node: number, step: number, via: number): number {
    const { space } = this;
    const { count } = space;
    const steps = space.pool.count;
    space.states.load(space.state[node]!);
    const child = via >= 0 ? space.applyMethod(node, step, via) : space.applyOperator(node, step);
    this.nodes += 1;
    if (space.level[child]! > this.maxDepth) this.isCut = true;
    else if (this.isNew(child)) return child;
    else this.revisits += 1;
    space.forget(count, steps);
    return -1;
  }

  private expand(node: number, head: number, methods: readonly number[] | null): void {
    const { space, relaxation, pending } = this;
    const estimate = this.estimate(node);
    if (estimate >= unreachable) return;
    if (methods === null) {
      for (const step of space.headsOf(node)) {
        const operator = space.pool.task[step]!;
        if (space.canDo(operator)) pending.push(node, step, ~operator, estimate - 1);
      }
      return;
    }
    const top = relaxation.cost[relaxation.factCount + space.pool.task[head]!]!;
    for (let index = methods.length - 1; index >= 0; index -= 1) {
      const method = methods[index]!;
      const cost = relaxation.methodCost(method);
      pending.push(node, head, method, cost >= unreachable ? estimate + top : estimate - top + cost - 1);
    }
  }

  private estimate(node: number): number {
    const { space, relaxation, wanted, isListed } = this;
    this.evaluations += 1;
    const size = space.pool.stepsOf(space.headsOf(node), this.list);
    const steps = this.list[0]!;
    const { task } = space.pool;
    let count = 0;
    for (let index = 0; index < size; index += 1) {
      const each = task[steps[index]!]!;
      if (isListed[each] === 1) continue;
      isListed[each] = 1;
      wanted[count] = each;
      count += 1;
    }
    for (let index = 0; index < count; index += 1) isListed[wanted[index]!] = 0;
    space.states.load(space.state[node]!);
    if (relaxation.explore(space.states.bits, wanted, count) > 0) return unreachable;
    let sum = 0;
    for (let index = 0; index < size; index += 1) {
      sum += relaxation.cost[relaxation.factCount + task[steps[index]!]!]!;
    }
    return sum;
  }
}
