// Pending children: what could be done to a node, by priority. A child is made only when its turn comes, for of many
// children few ever do.
import { OpenList } from './open-list.js';
import { widen } from './stack-pool.js';

export class PendingList {
  private readonly open = new OpenList();
  private node = new Int32Array(1 << 10);
  private step = new Int32Array(1 << 10);
  private via = new Int32Array(1 << 10);
  private count = 0;
  /** Numbers of entries that have been taken, to be used again. */
  private free = new Int32Array(1 << 10);
  private freeCount = 0;
  private taken = -1;

  get bytes(): number {
    return this.open.bytes + this.node.length * 16;
  }

  /** Adds what can be done to a node: `via`, to a step of it where that matters. */
  push(node: number, step: number, via: number, priority: number): void {
    let entry = this.count;
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      entry = this.free[this.freeCount]!;
    } else {
      if (entry === this.node.length) {
        this.node = widen(this.node);
        this.step = widen(this.step);
        this.via = widen(this.via);
        this.free = widen(this.free);
      }
      this.count += 1;
    }
    this.node[entry] = node;
    this.step[entry] = step;
    this.via[entry] = via;
    this.open.push(entry, priority);
  }

  /**
   * Takes the entry with the lowest priority, the newest among equals; or with `chance` (0 to 1) any. False when there is
   * none.
   */
  take(chance: number | null = null): boolean {
    if (this.taken >= 0) {
      this.free[this.freeCount] = this.taken;
      this.freeCount += 1;
    }
    this.taken = chance === null ? this.open.pop() : this.open.take(Math.floor(chance * this.open.length));
    return this.taken >= 0;
  }

  get takenNode(): number {
    return this.node[this.taken]!;
  }

  get takenStep(): number {
    return this.step[this.taken]!;
  }

  get takenVia(): number {
    return this.via[this.taken]!;
  }
}
