// Partly ordered networks, sharing what they have in common: a step is a task and the steps right after it, made once
// and never changed; a network is its heads, the steps that nothing comes before. Steps are made after those that
// follow them, so that a step's number is higher than theirs.
import type { GroundModel } from '../ground/model.js';
import { rowOf } from '../ground/ragged.js';
import { widen } from './stack-pool.js';

/** A step's hash: two halves, from its task and what follows it, whatever the order of its followers. */
export class NetworkPool {
  count = 0;
  task = new Int32Array(1 << 10);
  /** Position in the row of the method it comes from. */
  position = new Int32Array(1 << 10);
  hashA = new Int32Array(1 << 10);
  hashB = new Int32Array(1 << 10);
  private starts = new Int32Array((1 << 10) + 1);
  private followers = new Int32Array(1 << 12);
  private mark = new Int32Array(1 << 10);
  private stamp = 0;
  private readonly model: GroundModel;
  private readonly orders = new Map<number, readonly number[]>();
  private stack = new Int32Array(1 << 8);
  private readonly stepAt: Int32Array;

  constructor(model: GroundModel) {
    this.model = model;
    let longest = 1;
    for (let method = 0; method < model.methodCount; method += 1) {
      longest = Math.max(longest, rowOf(model.methodSubtasks, method).length);
    }
    this.stepAt = new Int32Array(longest);
  }

  get bytes(): number {
    return this.task.length * 28 + this.followers.byteLength;
  }

  /** Takes back all steps from this one on. */
  truncate(count: number): void {
    this.count = count;
  }

  followersOf(step: number): Int32Array {
    return this.followers.subarray(this.starts[step], this.starts[step + 1]);
  }

  /**
   * Makes the steps of a method in place of a step. Those without one before them are added to `heads`.
   *
   * @returns how many heads were added.
   */
  expand(step: number, method: number, heads: number[]): number {
    const row = rowOf(this.model.methodSubtasks, method);
    const pairs = this.model.methodOrder?.[method] ?? null;
    const isLast = pairs === null ? null : new Uint8Array(row.length).fill(1);
    const isFirst = new Uint8Array(row.length).fill(1);
    if (pairs === null) isFirst.fill(0, 1);
    else {
      for (let at = 0; at < pairs.length; at += 2) {
        isLast![pairs[at]!] = 0;
        isFirst[pairs[at + 1]!] = 0;
      }
    }
    let added = 0;
    for (const position of this.reverseOrder(method, row.length, pairs)) {
      const after: number[] = [];
      if (pairs === null) {
        if (position + 1 < row.length) after.push(this.stepAt[position + 1]!);
      } else {
        for (let at = 0; at < pairs.length; at += 2) {
          if (pairs[at] === position) after.push(this.stepAt[pairs[at + 1]!]!);
        }
      }
      const isEnd = isLast === null ? position === row.length - 1 : isLast[position] === 1;
      const own = isEnd ? this.followersOf(step).slice() : after;
      const made = this.make(row[position]!, position, own);
      this.stepAt[position] = made;
      if (isFirst[position] !== 1) continue;
      heads.push(made);
      added += 1;
    }
    return added;
  }

  /** Makes a step. */
  make(task: number, position: number, followers: ArrayLike<number>): number {
    const step = this.count;
    if (step + 1 >= this.task.length) {
      this.task = widen(this.task);
      this.position = widen(this.position);
      this.hashA = widen(this.hashA);
      this.hashB = widen(this.hashB);
      this.mark = widen(this.mark);
      this.starts = widen(this.starts);
    }
    let end = this.starts[step]!;
    let sumA = 0;
    let sumB = 0;
    for (let index = 0; index < followers.length; index += 1) {
      const follower = followers[index]!;
      if (end === this.followers.length) this.followers = widen(this.followers);
      this.followers[end] = follower;
      end += 1;
      sumA = (sumA + scramble(this.hashA[follower]!, 0x85ebca6b)) | 0;
      sumB = (sumB + scramble(this.hashB[follower]!, 0xc2b2ae35)) | 0;
    }
    this.starts[step + 1] = end;
    this.task[step] = task;
    this.position[step] = position;
    this.hashA[step] = scramble(sumA ^ Math.imul(task + 1, 0x9e3779b1), 0x27d4eb2f);
    this.hashB[step] = scramble(sumB ^ Math.imul(task + 7, 0x165667b1), 0x9e3779b1);
    this.mark[step] = 0;
    this.count += 1;
    return step;
  }

  /** Adds to `heads` the followers of a step that has gone, where nothing else comes before them. */
  uncover(step: number, heads: number[]): void {
    const candidates = this.followersOf(step);
    if (candidates.length === 0) return;
    this.stamp += 1;
    let lowest = candidates[0]!;
    for (const candidate of candidates) if (candidate < lowest) lowest = candidate;
    let size = 0;
    for (const head of heads) size = this.pushFollowers(head, lowest, size);
    for (const candidate of candidates) size = this.pushFollowers(candidate, lowest, size);
    while (size > 0) {
      size -= 1;
      size = this.pushFollowers(this.stack[size]!, lowest, size);
    }
    for (const candidate of candidates) {
      if (this.mark[candidate] === this.stamp) continue;
      this.mark[candidate] = this.stamp;
      heads.push(candidate);
    }
  }

  /** All steps of a network, each once. */
  stepsOf(heads: ArrayLike<number>, into: Int32Array<ArrayBuffer>[]): number {
    this.stamp += 1;
    let list = into[0]!;
    let size = 0;
    const note = (step: number): void => {
      if (this.mark[step] === this.stamp) return;
      this.mark[step] = this.stamp;
      if (size === list.length) {
        list = widen(list);
        into[0] = list;
      }
      list[size] = step;
      size += 1;
    };
    for (let index = 0; index < heads.length; index += 1) note(heads[index]!);
    for (let at = 0; at < size; at += 1) for (const follower of this.followersOf(list[at]!)) note(follower);
    return size;
  }

  private pushFollowers(step: number, lowest: number, size: number): number {
    let end = size;
    for (let at = this.starts[step]!; at < this.starts[step + 1]!; at += 1) {
      const follower = this.followers[at]!;
      if (follower < lowest || this.mark[follower] === this.stamp) continue;
      this.mark[follower] = this.stamp;
      if (end === this.stack.length) this.stack = widen(this.stack);
      this.stack[end] = follower;
      end += 1;
    }
    return end;
  }

  /** Positions of a method's row, followers first. */
  private reverseOrder(method: number, length: number, pairs: Int32Array | null): readonly number[] {
    if (pairs === null) return Array.from({ length }, (_, index) => length - 1 - index);
    const of = this.model.methodOf(method).method;
    const known = this.orders.get(of);
    if (known !== undefined) return known;
    const waits = new Int32Array(length);
    for (let at = 0; at < pairs.length; at += 2) waits[pairs[at]!]! += 1;
    const order = [...waits.keys()].filter((position) => waits[position] === 0);
    for (const position of order) {
      for (let at = 0; at < pairs.length; at += 2) {
        if (pairs[at + 1] !== position) continue;
        waits[pairs[at]!]! -= 1;
        if (waits[pairs[at]!] === 0) order.push(pairs[at]!);
      }
    }
    this.orders.set(of, order);
    return order;
  }
}

function scramble(value: number, by: number): number {
  let hash = Math.imul(value ^ (value >>> 16), by);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x9e3779b1);
  return hash ^ (hash >>> 16);
}
