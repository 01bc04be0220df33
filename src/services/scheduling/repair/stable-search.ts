// Stable search: a few schedules of what is left, near the one before: each task where it was unless something pushes
// it, then parts of it set free, to be better. What counts is the objective plus what it costs to move.
import { compileGeneral } from '../generation/general-tables.js';
import { type GeneralPlan, GeneralScheme } from '../generation/general-scheme.js';
import { compileProblem } from '../instance/compile.js';
import type { Instance } from '../instance/instance.js';
import { compileObjective, type Evaluate } from '../instance/objective.js';
import type { ScheduleProblem } from '../problem.js';
import { Random } from '../random.js';
import type { Schedule } from '../schedule.js';

/** What a schedule before has to say of a task of the problem that is left; arrays by task. */
interface Before {
  /** −1 where it was not done. */
  readonly starts: Int32Array;
  readonly modes: Int32Array;
  readonly wasLeftOut: Uint8Array;
}

interface Candidate extends GeneralPlan {
  /** Order of the tasks, by value. */
  readonly keys: Float64Array;
}

export interface Found {
  readonly starts: Int32Array;
  readonly modes: Int32Array;
  /** Objective plus the cost of moves. */
  readonly cost: number;
}

export interface StableOptions {
  readonly stability: number;
  readonly passes: number;
  readonly seed: number;
}

/** Looks for a schedule near another; undefined when no pass made one. Budgets are not looked at. */
export function searchNear(
  problem: ScheduleProblem,
  previous: Schedule,
  options: StableOptions,
): Found | undefined {
  const instance = compileProblem(problem);
  if (instance.impossible !== undefined || problem.tasks.length === 0) return undefined;
  return new StableSearch(problem, instance, previous, options).search();
}

class StableSearch {
  readonly #instance: Instance;
  readonly #scheme: GeneralScheme;
  readonly #evaluate: Evaluate;
  readonly #before: Before;
  readonly #options: StableOptions;
  readonly #random: Random;
  #best: (Found & { readonly candidate: Candidate }) | undefined;

  constructor(problem: ScheduleProblem, instance: Instance, previous: Schedule, options: StableOptions) {
    this.#instance = instance;
    this.#scheme = new GeneralScheme(instance, compileGeneral(instance));
    this.#evaluate = compileObjective(instance);
    this.#before = beforeOf(problem, previous);
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  search(): Found | undefined {
    // What is new goes into gaps when it comes last, and where it should be when it comes first.
    for (const isNewFirst of [false, true]) {
      for (const isKept of [true, false]) this.#try(this.#start(isKept, isNewFirst));
    }
    const { size } = this.#instance;
    for (let pass = 4; pass < this.#options.passes; pass += 1) {
      if (this.#best === undefined) {
        const candidate = this.#start(pass % 2 === 0, true);
        for (let task = 0; task < size; task += 1) {
          candidate.keys[task] = (candidate.keys[task] as number) * (0.7 + 0.6 * this.#random.unit());
        }
        this.#try(candidate);
      } else this.#try(this.#changed(this.#best.candidate));
    }
    return this.#best;
  }

  /** Each task where it was, or as early as it can be, in the order of before. */
  #start(isKept: boolean, isNewFirst: boolean): Candidate {
    const { size, earliest } = this.#instance;
    const { starts, modes, wasLeftOut } = this.#before;
    const wishes = new Int32Array(size);
    const keys = new Float64Array(size);
    const present = wasLeftOut.map((was) => (isKept ? 1 - was : 1));
    const wanted = new Int32Array(size).fill(-1);
    for (let task = 0; task < size; task += 1) {
      const start = starts[task] as number;
      keys[task] = start >= 0 ? start : isNewFirst ? (earliest[task] as number) : Number.MAX_SAFE_INTEGER;
      if (start < 0) continue;
      if (isKept) wishes[task] = start;
      wanted[task] = modes[task] as number;
    }
    return { keys, wishes, present, modes: wanted, list: new Int32Array(size) };
  }

  /** Sets the tasks of a window of time free (or ties them again), and shuffles a few of them. */
  #changed(from: Candidate): Candidate {
    const { size } = this.#instance;
    const random = this.#random;
    const candidate: Candidate = {
      keys: from.keys.slice(),
      wishes: from.wishes.slice(),
      present: from.present.slice(),
      modes: from.modes.slice(),
      list: new Int32Array(size),
    };
    const best = this.#best?.starts ?? new Int32Array(size);
    const middle = best[random.below(size)] as number;
    const reach = this.#reach() * random.unit() * 0.3;
    const isTied = random.unit() < 0.4;
    for (let task = 0; task < size; task += 1) {
      const start = best[task] as number;
      if (start < 0 || Math.abs(start - middle) > reach) continue;
      candidate.wishes[task] = isTied ? Math.max(0, this.#before.starts[task] as number) : 0;
      if (random.unit() < 0.3) candidate.keys[task] = start + reach * (random.unit() - 0.5);
      const { optional } = this.#instance;
      if (optional[task] === 1 && random.unit() < 0.2)
        candidate.present[task] = 1 - (candidate.present[task] as number);
      if (random.unit() < 0.1) candidate.modes[task] = -1;
    }
    return candidate;
  }

  #reach(): number {
    let latest = 1;
    for (const start of this.#best?.starts ?? this.#before.starts) latest = Math.max(latest, start);
    return latest;
  }

  #try(candidate: Candidate): void {
    const { size } = this.#instance;
    const order = Array.from({ length: size }, (_, task) => task);
    order.sort(
      (one, other) => (candidate.keys[one] as number) - (candidate.keys[other] as number) || one - other,
    );
    candidate.list.set(order);
    if (!this.#scheme.generate(candidate)) return;
    const { starts, modes } = this.#scheme;
    const cost = this.#evaluate(starts, modes) + this.#options.stability * this.#moved(starts, modes);
    if (cost > (this.#best?.cost ?? Number.POSITIVE_INFINITY)) return;
    this.#best = { starts: starts.slice(), modes: modes.slice(), cost, candidate };
  }

  /** The sum of shifts; a task that is left out, comes back or changes its mode counts its duration. */
  #moved(starts: Int32Array, modes: Int32Array): number {
    const { size, modeFirst, durations } = this.#instance;
    const { starts: were, modes: modesBefore } = this.#before;
    let sum = 0;
    for (let task = 0; task < size; task += 1) {
      const [start, was] = [starts[task] as number, were[task] as number];
      const duration = durations[(modeFirst[task] as number) + (modes[task] as number)] as number;
      if (was < 0 || start < 0) sum += was === start ? 0 : was < 0 ? 0 : duration;
      else sum += Math.abs(start - was) + (modes[task] === modesBefore[task] ? 0 : duration);
    }
    return sum;
  }
}

function beforeOf(problem: ScheduleProblem, previous: Schedule): Before {
  const places = new Map(previous.tasks.map((task) => [task.id, task]));
  const leftOut = new Set(previous.dropped);
  return {
    starts: Int32Array.from(problem.tasks, ({ id }) => places.get(id)?.start ?? -1),
    modes: Int32Array.from(problem.tasks, ({ id }) => places.get(id)?.mode ?? 0),
    wasLeftOut: Uint8Array.from(problem.tasks, ({ id }) => (leftOut.has(id) ? 1 : 0)),
  };
}
