// Look-ahead scheme for the classical problem: between the serial and the parallel one. Of the next few tasks of a list
// that may be placed, the one that can start first is; a reach of 1 is the serial scheme, an endless one nearly the
// parallel one (in the spirit of parameterised active schedules: Gonçalves, Mendes & Resende 2008).
import type { ClassicDirection } from './classic-instance.js';
import type { Timeline } from './timeline.js';

export class LookAheadScheme {
  readonly #direction: ClassicDirection;
  readonly #timeline: Timeline;
  /** The task that follows in what is left of the list, by task; the last place has the first one, and ends it. */
  readonly #next: Int32Array;
  /** Predecessors that have no start yet. */
  readonly #waits: Int32Array;
  /** Earliest start by the predecessors that have one. */
  readonly #ready: Int32Array;

  constructor(direction: ClassicDirection, timeline: Timeline) {
    this.#direction = direction;
    this.#timeline = timeline;
    this.#next = new Int32Array(direction.size + 1);
    this.#waits = new Int32Array(direction.size);
    this.#ready = new Int32Array(direction.size);
  }

  /**
   * Writes the start of each task, and gives the makespan.
   *
   * @param list - All tasks, none before one that has a lag to it.
   * @param reach - How many of the tasks that may be placed are looked at, from 1.
   */
  generate(list: Int32Array, reach: number, starts: Int32Array): number {
    const { size, durations } = this.#direction;
    const next = this.#next;
    this.#begin(list);
    let makespan = 0;
    for (let left = size; left > 0; left--) {
      const before = this.#first(reach);
      const task = next[before] as number;
      const start = this.#timeline.place(task, this.#ready[task] as number);
      next[before] = next[task] as number;
      starts[task] = start;
      this.#release(task, start);
      const end = start + (durations[task] as number);
      if (end > makespan) makespan = end;
    }
    return makespan;
  }

  #begin(list: Int32Array): void {
    const { size, enterFirst } = this.#direction;
    this.#timeline.reset();
    this.#ready.fill(0);
    let last = size;
    for (let k = 0; k < size; k++) {
      const task = list[k] as number;
      this.#waits[task] = (enterFirst[task + 1] as number) - (enterFirst[task] as number);
      this.#next[last] = task;
      last = task;
    }
    this.#next[last] = size;
  }

  /** What is before the task that can start first in what is left of the list. */
  #first(reach: number): number {
    const { size } = this.#direction;
    const next = this.#next;
    let best = size;
    let earliest = -1;
    let before = size;
    for (let left = reach; left > 0; ) {
      const task = next[before] as number;
      if (task === size) break;
      if (this.#waits[task] === 0) {
        left -= 1;
        const ready = this.#ready[task] as number;
        if (earliest < 0 || ready < earliest) {
          const start = this.#timeline.earliest(task, ready);
          if (earliest < 0 || start < earliest) {
            earliest = start;
            best = before;
          }
        }
      }
      before = task;
    }
    return best;
  }

  #release(task: number, start: number): void {
    const { leaveFirst, leaveTask, leaveLag } = this.#direction;
    const last = leaveFirst[task + 1] as number;
    for (let at = leaveFirst[task] as number; at < last; at++) {
      const after = leaveTask[at] as number;
      this.#waits[after] = (this.#waits[after] as number) - 1;
      const ready = start + (leaveLag[at] as number);
      if (ready > (this.#ready[after] as number)) this.#ready[after] = ready;
    }
  }
}
