// Machine sequence: the tasks placed on a machine with setups, by start, and the earliest place for one more.
import type { SetupTable } from '../instance/instance.js';

export class MachineSequence {
  readonly #setup: SetupTable;
  /** The longest time of a change: tasks further away are no matter. */
  readonly #longest: number;
  #task: Int32Array;
  #start: Int32Array;
  #end: Int32Array;
  #count = 0;
  /** Longest duration placed so far, to know where to begin looking. */
  #longestTask = 0;

  constructor(setup: SetupTable) {
    this.#setup = setup;
    this.#longest = setup.times.reduce((most, time) => Math.max(most, time), 0);
    this.#task = new Int32Array(setup.tasks.length + 1);
    this.#start = new Int32Array(setup.tasks.length + 1);
    this.#end = new Int32Array(setup.tasks.length + 1);
  }

  reset(): void {
    this.#count = 0;
    this.#longestTask = 0;
  }

  /** Earliest start from `time` that leaves the time of the change to every task placed. There always is one. */
  earliest(task: number, time: number, duration: number): number {
    const { state, stateCount, times, first } = this.#setup;
    const own = state[task] as number;
    let start = Math.max(time, first[own] as number);
    for (let k = this.#firstFrom(start - this.#longest - this.#longestTask); k < this.#count; k++) {
      if (
        (this.#start[k] as number) >= start + duration + this.#longest &&
        (this.#start[k] as number) > start
      )
        break;
      const other = state[this.#task[k] as number] as number;
      const after = (this.#end[k] as number) + (times[other * stateCount + own] as number);
      const before = (this.#start[k] as number) - (times[own * stateCount + other] as number);
      if (start >= after || start + duration <= before) continue;
      // Those before it in this walk end earlier, but their change may take longer: they are looked at again.
      start = after;
      k = this.#firstFrom(start - this.#longest - this.#longestTask) - 1;
    }
    return start;
  }

  insert(task: number, start: number, duration: number): void {
    let at = this.#count;
    while (at > 0 && (this.#start[at - 1] as number) > start) at -= 1;
    for (const column of [this.#task, this.#start, this.#end]) column.copyWithin(at + 1, at, this.#count);
    this.#task[at] = task;
    this.#start[at] = start;
    this.#end[at] = start + duration;
    this.#count += 1;
    this.#longestTask = Math.max(this.#longestTask, duration);
  }

  remove(task: number): void {
    const at = this.#task.subarray(0, this.#count).indexOf(task);
    if (at < 0) return;
    for (const column of [this.#task, this.#start, this.#end]) column.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  #firstFrom(time: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#start[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
