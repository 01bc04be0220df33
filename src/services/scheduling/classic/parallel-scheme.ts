// Parallel scheme for the classical problem (Bedworth & Bailey 1982; Kolisch 1996): at each instant at which something
// ends, all tasks that are ready and fit start, by priority. Its schedules never delay what could run.
import type { ClassicDirection } from './classic-instance.js';
import type { Timeline } from './timeline.js';

export class ParallelScheme {
  readonly #direction: ClassicDirection;
  readonly #timeline: Timeline;
  /** Tasks whose predecessors have started, by priority. */
  readonly #open: Int32Array;
  readonly #ready: Int32Array;
  readonly #waits: Int32Array;
  /** Instants at which something ends or becomes ready. */
  readonly #isEvent: Uint8Array;
  /** Makespan of the last pass. */
  makespan = 0;
  #count = 0;
  #placed = 0;
  #time = 0;

  constructor(direction: ClassicDirection, timeline: Timeline, horizon: number) {
    this.#direction = direction;
    this.#timeline = timeline;
    this.#open = new Int32Array(direction.size);
    this.#ready = new Int32Array(direction.size);
    this.#waits = new Int32Array(direction.size);
    this.#isEvent = new Uint8Array(horizon + 2);
  }

  /** Writes the start of each task, and gives the makespan. Of the tasks that fit, the least priority starts first. */
  generate(priorities: Float64Array, starts: Int32Array): number {
    this.begin();
    while (!this.advance(priorities, starts, Number.POSITIVE_INFINITY));
    return this.makespan;
  }

  /** Begins a pass that `advance` carries out, for problems that are too large for one piece of work. */
  begin(): void {
    const { enterFirst, order } = this.#direction;
    this.#timeline.reset();
    this.#isEvent.fill(0, 0, this.makespan + 1);
    this.#count = 0;
    this.#placed = 0;
    this.#time = 0;
    this.makespan = 0;
    this.#ready.fill(0);
    for (const task of order)
      this.#waits[task] = (enterFirst[task + 1] as number) - (enterFirst[task] as number);
  }

  /** Goes on for so many sweeps; says whether the pass is over. */
  advance(priorities: Float64Array, starts: Int32Array, sweeps: number): boolean {
    const { size, order } = this.#direction;
    if (this.#placed === 0)
      for (const task of order) if (this.#waits[task] === 0) this.#insert(task, priorities);
    for (let left = sweeps; this.#placed < size; left--) {
      if (left <= 0) return false;
      const count = this.#sweep(this.#time, priorities, starts);
      this.#placed += count;
      // Tasks without duration may have made others ready at the same instant.
      if (count > 0) continue;
      do this.#time += 1;
      while (this.#isEvent[this.#time] === 0 && this.#time < this.#isEvent.length);
    }
    return true;
  }

  /** Starts what is ready and fits; says how many. */
  #sweep(time: number, priorities: Float64Array, starts: Int32Array): number {
    const open = this.#open;
    let placed = 0;
    for (let k = 0; k < this.#count; ) {
      const task = open[k] as number;
      if ((this.#ready[task] as number) > time || !this.#timeline.tryPlace(task, time)) {
        k += 1;
        continue;
      }
      open.copyWithin(k, k + 1, this.#count);
      this.#count -= 1;
      placed += 1;
      starts[task] = time;
      const first = this.#start(task, time, priorities);
      if (first < k) k = first;
    }
    return placed;
  }

  /** Notes that a task has started; gives the place of the first task that became ready at once. */
  #start(task: number, time: number, priorities: Float64Array): number {
    const { durations, leaveFirst, leaveTask, leaveLag } = this.#direction;
    const end = time + (durations[task] as number);
    if (end > this.makespan) this.makespan = end;
    this.#isEvent[end] = 1;
    let first = this.#count;
    const last = leaveFirst[task + 1] as number;
    for (let at = leaveFirst[task] as number; at < last; at++) {
      const after = leaveTask[at] as number;
      const ready = time + (leaveLag[at] as number);
      if (ready > (this.#ready[after] as number)) this.#ready[after] = ready;
      const waits = (this.#waits[after] as number) - 1;
      this.#waits[after] = waits;
      if (waits > 0) continue;
      const place = this.#insert(after, priorities);
      this.#isEvent[this.#ready[after] as number] = 1;
      if (place < first) first = place;
    }
    return first;
  }

  #insert(task: number, priorities: Float64Array): number {
    const open = this.#open;
    const own = priorities[task] as number;
    let at = this.#count;
    while (at > 0 && (priorities[open[at - 1] as number] as number) > own) {
      open[at] = open[at - 1] as number;
      at -= 1;
    }
    open[at] = task;
    this.#count += 1;
    return at;
  }
}
