// Precedence list: the tasks by priority, none before one that it waits for.
import type { Instance } from '../instance/instance.js';
import type { GeneralTables } from './general-tables.js';

export class PrecedenceLister {
  readonly #tables: GeneralTables;
  readonly #waits: Int32Array;
  readonly #heap: Int32Array;
  #count = 0;
  #keys: Float64Array;

  constructor(instance: Instance, tables: GeneralTables) {
    this.#tables = tables;
    this.#waits = new Int32Array(instance.size);
    this.#heap = new Int32Array(instance.size);
    this.#keys = new Float64Array(instance.size);
  }

  /** Writes all tasks into `list`: of those that wait for none, the one of the least key comes next. */
  write(keys: Float64Array, list: Int32Array): void {
    const { waits, waiterFirst, waiterTask } = this.#tables;
    this.#keys = keys;
    this.#waits.set(waits);
    this.#count = 0;
    for (let task = 0; task < list.length; task++) if (waits[task] === 0) this.#push(task);
    let at = 0;
    while (this.#count > 0) {
      const task = this.#pop();
      list[at] = task;
      at += 1;
      for (let k = waiterFirst[task] as number; k < (waiterFirst[task + 1] as number); k++) {
        const waiter = waiterTask[k] as number;
        const left = (this.#waits[waiter] as number) - 1;
        this.#waits[waiter] = left;
        if (left === 0) this.#push(waiter);
      }
    }
    // Tasks that wait for each other can only be optional or impossible: they come last.
    if (at < list.length)
      for (let task = 0; task < list.length; task++) {
        if ((this.#waits[task] as number) <= 0) continue;
        list[at] = task;
        at += 1;
      }
  }

  #isBefore(one: number, other: number): boolean {
    const difference = (this.#keys[one] as number) - (this.#keys[other] as number);
    return difference < 0 || (difference === 0 && one < other);
  }

  #push(task: number): void {
    let at = this.#count;
    this.#count += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (!this.#isBefore(task, above)) break;
      this.#heap[at] = above;
      at = parent;
    }
    this.#heap[at] = task;
  }

  #pop(): number {
    const top = this.#heap[0] as number;
    this.#count -= 1;
    const last = this.#heap[this.#count] as number;
    let at = 0;
    for (let child = 1; child < this.#count; child = 2 * at + 1) {
      const right = child + 1;
      if (right < this.#count && this.#isBefore(this.#heap[right] as number, this.#heap[child] as number))
        child = right;
      if (!this.#isBefore(this.#heap[child] as number, last)) break;
      this.#heap[at] = this.#heap[child] as number;
      at = child;
    }
    this.#heap[at] = last;
    return top;
  }
}
