// Breeding ground: makes individuals of both directions by the schemes, counts every pass, and offers what is best.
//
// B1 Each pass of a scheme, forward or backward, is counted as one schedule.
import type { Random } from '../random.js';
import type { Incumbent } from '../search.js';
import type { ClassicDirection, ClassicInstance } from './classic-instance.js';
import {
  createIndividual,
  describeIndividual,
  type Individual,
  KeySorter,
  parallelReach,
  serialReach,
} from './individual.js';
import { LookAheadScheme } from './look-ahead-scheme.js';
import { ParallelScheme } from './parallel-scheme.js';
import { Sampler } from './sampling.js';
import { SerialScheme } from './serial-scheme.js';
import { createTimeline } from './timeline.js';

/** Sweeps of the parallel scheme that make a piece of work. */
const sweepsAPiece = 200;

export class BreedingGround {
  readonly size: number;
  /** Forward and backward. */
  readonly directions: readonly [ClassicDirection, ClassicDirection];
  readonly samplers: readonly [Sampler, Sampler];
  /** Mean share of the resources that a task uses. */
  readonly load: Float64Array;
  readonly list: Int32Array;
  readonly priorities: Float64Array;
  readonly #classic: ClassicInstance;
  readonly #incumbent: Incumbent;
  readonly #serial: readonly [SerialScheme, SerialScheme];
  readonly #lookAhead: readonly [LookAheadScheme, LookAheadScheme];
  readonly #parallel: readonly [ParallelScheme, ParallelScheme];
  readonly #sorter: KeySorter;
  readonly #starts: Int32Array;
  readonly #modes: Int32Array;
  readonly #endSpan: number;

  constructor(classic: ClassicInstance, incumbent: Incumbent, random: Random, endShare: number) {
    const { forward, backward, size, horizon } = classic;
    this.size = size;
    this.#classic = classic;
    this.#incumbent = incumbent;
    this.directions = [forward, backward];
    this.load = loads(classic);
    this.list = new Int32Array(size);
    this.priorities = new Float64Array(size);
    this.samplers = [
      new Sampler(classic, forward, backward, this.load, random),
      new Sampler(classic, backward, forward, this.load, random),
    ];
    const timeline = createTimeline(classic);
    this.#serial = [new SerialScheme(forward, timeline), new SerialScheme(backward, timeline)];
    this.#lookAhead = [new LookAheadScheme(forward, timeline), new LookAheadScheme(backward, timeline)];
    this.#parallel = [
      new ParallelScheme(forward, timeline, horizon),
      new ParallelScheme(backward, timeline, horizon),
    ];
    this.#sorter = new KeySorter(horizon + 1);
    this.#starts = new Int32Array(size);
    this.#modes = new Int32Array(size);
    this.#endSpan = Math.max(1, endShare * classic.criticalPath);
  }

  /** Whether another schedule may be made and could be of use. */
  get mayGoOn(): boolean {
    return this.#incumbent.schedulesLeft > 0 && !this.#incumbent.isClosed;
  }

  create(): Individual {
    return createIndividual(this.size);
  }

  /** Makes an individual of a direction (0 forward, 1 backward) from a list, by the scheme of this reach. */
  fromList(direction: 0 | 1, list: Int32Array, reach: number, one: Individual): void {
    if (reach === parallelReach) {
      for (let k = 0; k < list.length; k++) this.priorities[list[k] as number] = k;
      this.fromPriorities(direction, one);
      return;
    }
    one.reach = reach;
    one.makespan =
      reach === serialReach
        ? this.#serial[direction].generate(list, one.starts)
        : this.#lookAhead[direction].generate(list, reach, one.starts);
    this.#complete(direction, one);
  }

  /** Makes an individual of a direction from {@link priorities}, by the parallel scheme. */
  fromPriorities(direction: 0 | 1, one: Individual): void {
    one.reach = parallelReach;
    one.makespan = this.#parallel[direction].generate(this.priorities, one.starts);
    this.#complete(direction, one);
  }

  /** As {@link fromPriorities}, in steps: says whether the individual is made. `isFirst` begins it. */
  stepPriorities(direction: 0 | 1, one: Individual, isFirst: boolean): boolean {
    const scheme = this.#parallel[direction];
    if (isFirst) scheme.begin();
    if (!scheme.advance(this.priorities, one.starts, sweepsAPiece)) return false;
    one.reach = parallelReach;
    one.makespan = scheme.makespan;
    this.#complete(direction, one);
    return true;
  }

  /** The list of the best schedule on record, in a direction; undefined when it is not better than `makespan`. */
  recordList(direction: 0 | 1, makespan: number): Int32Array | undefined {
    const { starts, objective } = this.#incumbent;
    const { unit } = this.#classic;
    if (starts === undefined || objective >= makespan * unit) return undefined;
    const { durations, order } = this.directions[direction];
    const length = Math.ceil(objective / unit);
    const keys = starts.map((start, task) => {
      const from = Math.floor(start / unit);
      return direction === 0 ? from : length - from - (durations[task] as number);
    });
    this.#sorter.sort(keys, order, length, this.list);
    return this.list;
  }

  #complete(direction: 0 | 1, one: Individual): void {
    this.#incumbent.count(1);
    const { durations } = this.directions[direction];
    describeIndividual(one, durations, this.directions[1 - direction] as ClassicDirection, this.#sorter);
    one.fitness = one.makespan + 0.99 * this.#crowding(one, durations);
    if (one.makespan * this.#classic.unit < this.#incumbent.objective) this.#offer(direction, one);
  }

  /** Share of the resources that is used at the end of a schedule. */
  #crowding({ keys, starts }: Individual, durations: Int32Array): number {
    const span = this.#endSpan;
    let sum = 0;
    for (let task = 0; task < starts.length; task++) {
      const key = keys[task] as number;
      if (key < span) sum += (this.load[task] as number) * Math.min(durations[task] as number, span - key);
    }
    return Math.min(1, sum / span);
  }

  #offer(direction: 0 | 1, one: Individual): void {
    const { unit } = this.#classic;
    // Backwards, a key is how far the task lies from the end of time read backwards: its start.
    const source = direction === 0 ? one.starts : one.keys;
    for (let task = 0; task < this.size; task++) this.#starts[task] = (source[task] as number) * unit;
    this.#incumbent.offer(this.#starts, this.#modes, one.makespan * unit, 'genetic');
  }
}

function loads({ size, capacities, amounts }: ClassicInstance): Float64Array {
  const count = Math.max(1, capacities.length);
  return Float64Array.from({ length: size }, (_, task) => {
    let sum = 0;
    for (const [place, capacity] of capacities.entries())
      sum += (amounts[task * capacities.length + place] as number) / Math.max(1, capacity);
    return sum / count;
  });
}
