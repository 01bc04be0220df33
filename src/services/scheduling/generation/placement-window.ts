// Placement window: the instants at which a task may start, given the tasks that are placed.
import type { Instance } from '../instance/instance.js';

export class PlacementWindow {
  /** Earliest start. */
  from = 0;
  /** Latest start. */
  to = 0;
  /** The placed task that limits the latest start; −1 when the task's own window does. */
  limiter = -1;
  readonly #instance: Instance;
  readonly #starts: Int32Array;
  readonly #modes: Int32Array;
  readonly #isPlaced: Uint8Array;

  constructor(instance: Instance, starts: Int32Array, modes: Int32Array, isPlaced: Uint8Array) {
    this.#instance = instance;
    this.#starts = starts;
    this.#modes = modes;
    this.#isPlaced = isPlaced;
  }

  /** Finds the window of a task in a mode (its index over all modes). */
  find(task: number, mode: number): void {
    const { durations, release, deadline, inFirst, inArc, outFirst, outArc } = this.#instance;
    const { arcFrom, arcTo, arcFromEnd, arcToEnd, arcWeight, latest, earliest } = this.#instance;
    const duration = durations[mode] as number;
    this.from = Math.max(release[task] as number, earliest[task] as number);
    this.to = Math.min(latest[task] as number, (deadline[task] as number) - duration);
    this.limiter = -1;
    for (let k = inFirst[task] as number; k < (inFirst[task + 1] as number); k++) {
      const arc = inArc[k] as number;
      const other = arcFrom[arc] as number;
      if (other === task) this.#findOwn(arc, duration);
      if (this.#isPlaced[other] === 0) continue;
      const lead = arcFromEnd[arc] === 1 ? this.#durationOf(other) : 0;
      const lag = (arcWeight[arc] as number) + lead - (arcToEnd[arc] === 1 ? duration : 0);
      this.from = Math.max(this.from, (this.#starts[other] as number) + lag);
    }
    for (let k = outFirst[task] as number; k < (outFirst[task + 1] as number); k++) {
      const arc = outArc[k] as number;
      const other = arcTo[arc] as number;
      if (this.#isPlaced[other] === 0 || other === task) continue;
      const lead = arcFromEnd[arc] === 1 ? duration : 0;
      const lag = (arcWeight[arc] as number) + lead - (arcToEnd[arc] === 1 ? this.#durationOf(other) : 0);
      const limit = (this.#starts[other] as number) - lag;
      if (limit >= this.to) continue;
      this.to = limit;
      this.limiter = other;
    }
  }

  /** An arc of a task with itself says something about its duration: broken, the window is empty. */
  #findOwn(arc: number, duration: number): void {
    const { arcFromEnd, arcToEnd, arcWeight } = this.#instance;
    const own = ((arcToEnd[arc] as number) - (arcFromEnd[arc] as number)) * duration;
    if (own < (arcWeight[arc] as number)) this.to = -1;
  }

  #durationOf(task: number): number {
    const { durations, modeFirst } = this.#instance;
    return durations[(modeFirst[task] as number) + (this.#modes[task] as number)] as number;
  }
}
