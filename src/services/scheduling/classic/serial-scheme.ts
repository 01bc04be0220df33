// Serial scheme for the classical problem (Kelley 1963): each task of a list at its earliest instant. One direction of
// time; the other direction is another scheme over the same instance.
import type { ClassicDirection } from './classic-instance.js';
import type { Timeline } from './timeline.js';

export class SerialScheme {
  readonly #direction: ClassicDirection;
  readonly #timeline: Timeline;

  constructor(direction: ClassicDirection, timeline: Timeline) {
    this.#direction = direction;
    this.#timeline = timeline;
  }

  /**
   * Writes the start of each task, and gives the makespan.
   *
   * @param list - All tasks, none before one that has a lag to it.
   */
  generate(list: Int32Array, starts: Int32Array): number {
    const { enterFirst, enterTask, enterLag, durations } = this.#direction;
    const timeline = this.#timeline;
    timeline.reset();
    let makespan = 0;
    for (let k = 0; k < list.length; k++) {
      const task = list[k] as number;
      let time = 0;
      const last = enterFirst[task + 1] as number;
      for (let at = enterFirst[task] as number; at < last; at++) {
        const ready = (starts[enterTask[at] as number] as number) + (enterLag[at] as number);
        if (ready > time) time = ready;
      }
      const start = timeline.place(task, time);
      starts[task] = start;
      const end = start + (durations[task] as number);
      if (end > makespan) makespan = end;
    }
    return makespan;
  }
}
