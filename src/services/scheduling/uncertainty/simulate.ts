// Simulation: what becomes of a schedule when durations are uncertain. The schedule is taken as a policy: tasks are
// placed in the order of their starts, each as early as it can be, in its mode (an activity-based policy: Stork, 2001).
//
// M1 The same seed gives the same numbers.
// M2 Without uncertain durations, every round is the same, and no later than the schedule.
//
// Tasks are independent of each other; deadlines, the horizon and maximum lags do not hold anybody back: how often the
// deadlines are missed is told.
import { createSystemClock } from '../../clock.js';
import { compileGeneral } from '../generation/general-tables.js';
import { type GeneralPlan, GeneralScheme } from '../generation/general-scheme.js';
import { compileProblem } from '../instance/compile.js';
import { toSchedule } from '../incumbent.js';
import type { ScheduleProblem } from '../problem.js';
import { Random } from '../random.js';
import type { Schedule } from '../schedule.js';
import { slackOf } from '../slack.js';
import { checkDuration, sampleDuration, type UncertainDuration } from './durations.js';
import { spreadOf, type Spread } from './spread.js';

export interface SimulationOptions {
  /** By task id; what is not named takes as long as its mode says. */
  readonly durations: Readonly<Record<string, UncertainDuration>>;
  /** Rounds [1,000]. */
  readonly samples?: number;
  /** Rounds in which critical tasks are looked for [200]. */
  readonly criticalitySamples?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Longest piece of work between two turns of the event loop [8]. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

/** What is expected of a task. */
export interface TaskOutlook {
  readonly id: string;
  /** How much later it may start in the schedule as it is. */
  readonly slack: number;
  /** In which share of the rounds it had no slack. */
  readonly criticality: number;
  readonly start: Spread;
  readonly end: Spread;
  /** In which share of the rounds it ended after its due instant, or after its deadline. */
  readonly lateness?: number;
  readonly missed?: number;
}

export interface Simulation {
  /** Rounds that were made; fewer than wished when it was aborted. */
  readonly samples: number;
  /** Rounds in which the order could not be kept, because of a stock. */
  readonly failed: number;
  readonly makespan: Spread;
  /** In which share of the rounds no deadline and no horizon was missed. */
  readonly onTime: number;
  readonly tasks: readonly TaskOutlook[];
}

/**
 * Simulates a schedule.
 *
 * @param schedule - A valid one.
 * @throws EngineError `INPUT_INVALID` when quantiles are not in their order.
 */
export async function simulateSchedule(
  problem: ScheduleProblem,
  schedule: Schedule,
  options: SimulationOptions,
): Promise<Simulation> {
  for (const [id, duration] of Object.entries(options.durations)) checkDuration(id, duration);
  const {
    now = createSystemClock().now,
    sliceMs = 8,
    samples = 1000,
    criticalitySamples = 200,
    signal,
  } = options;
  const rounds = new Rounds(problem, schedule, options);
  let since = now();
  for (let sample = 0; sample < samples && signal?.aborted !== true; sample += 1) {
    rounds.next(sample < criticalitySamples);
    if (now() - since < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = now();
  }
  return rounds.result();
}

class Rounds {
  readonly #problem: ScheduleProblem;
  readonly #free: ScheduleProblem;
  readonly #schedule: Schedule;
  readonly #durations: Readonly<Record<string, UncertainDuration>>;
  readonly #random: Random;
  readonly #plan: GeneralPlan;
  /** Durations of the modes chosen, by task. */
  readonly #sampled: Int32Array;
  readonly #makespans: number[] = [];
  readonly #starts: number[][];
  readonly #ends: number[][];
  readonly #critical: Int32Array;
  #scheme: GeneralScheme;
  #looked = 0;
  #failed = 0;
  #onTime = 0;

  constructor(problem: ScheduleProblem, schedule: Schedule, options: SimulationOptions) {
    this.#problem = problem;
    this.#free = unbounded(problem);
    this.#schedule = schedule;
    this.#durations = options.durations;
    this.#random = new Random(options.seed ?? 1);
    this.#plan = policyOf(problem, schedule);
    this.#sampled = new Int32Array(problem.tasks.length);
    this.#starts = problem.tasks.map(() => []);
    this.#ends = problem.tasks.map(() => []);
    this.#critical = new Int32Array(problem.tasks.length);
    this.#scheme = schemeOf(shortest(this.#free, options.durations));
  }

  next(looksForCritical: boolean): void {
    this.#sample();
    if (this.#hasRates) this.#scheme = schemeOf(this.#withSampled());
    const { instance } = this.#scheme;
    for (let task = 0; task < instance.size; task += 1) {
      const mode = (instance.modeFirst[task] as number) + Math.max(0, this.#plan.modes[task] as number);
      instance.durations[mode] = this.#sampled[task] as number;
    }
    if (!this.#scheme.generate(this.#plan)) {
      this.#failed += 1;
      return;
    }
    this.#record();
    if (looksForCritical) this.#lookForCritical();
  }

  get #hasRates(): boolean {
    return this.#problem.tasks.some(({ modes }) =>
      modes.some(({ changes }) => changes.some(({ when }) => when === 'rate')),
    );
  }

  /** What has ended is certain; what runs takes at least until now. */
  #sample(): void {
    this.#problem.tasks.forEach(({ id, modes, fixed }, task) => {
      const mode = modes[Math.max(0, this.#plan.modes[task] as number)];
      const planned = mode?.duration ?? 0;
      const uncertain = Object.hasOwn(this.#durations, id) ? this.#durations[id] : undefined;
      const hasEnded = fixed !== undefined && fixed.start + planned <= this.#problem.now;
      // What takes no time is a mark in the plan, and goes on taking none.
      if (uncertain === undefined || hasEnded || planned === 0) {
        this.#sampled[task] = planned;
        return;
      }
      const least = fixed === undefined ? 1 : Math.max(1, this.#problem.now - fixed.start);
      this.#sampled[task] = Math.max(least, sampleDuration(uncertain, this.#random));
    });
  }

  #withSampled(): ScheduleProblem {
    const tasks = this.#free.tasks.map((task, index) => ({
      ...task,
      modes: task.modes.map((mode, nth) =>
        nth === this.#plan.modes[index] ? { ...mode, duration: this.#sampled[index] as number } : mode,
      ),
    }));
    return { ...this.#free, tasks };
  }

  #record(): void {
    const { starts } = this.#scheme;
    let makespan = 0;
    let isOnTime = true;
    this.#problem.tasks.forEach(({ deadline = Infinity }, task) => {
      const start = starts[task] as number;
      if (start < 0) return;
      const end = start + (this.#sampled[task] as number);
      this.#starts[task]?.push(start);
      this.#ends[task]?.push(end);
      makespan = Math.max(makespan, end);
      if (end > deadline) isOnTime = false;
    });
    this.#makespans.push(makespan);
    if (isOnTime && makespan <= (this.#problem.horizon ?? Infinity)) this.#onTime += 1;
  }

  #lookForCritical(): void {
    this.#looked += 1;
    const round = this.#withSampled();
    const slacks = slackOf(round, toSchedule(round, this.#scheme.starts, this.#scheme.modes));
    round.tasks.forEach(({ id }, task) => {
      if (slacks.get(id) === 0) this.#critical[task] = (this.#critical[task] as number) + 1;
    });
  }

  result(): Simulation {
    const slacks = slackOf(this.#problem, this.#schedule);
    const share = (times: readonly number[], bound: number): number =>
      times.length === 0 ? 0 : times.filter((time) => time > bound).length / times.length;
    const tasks = this.#problem.tasks.flatMap(({ id, due, deadline }, task): TaskOutlook[] => {
      const [starts = [], ends = []] = [this.#starts[task], this.#ends[task]];
      if (ends.length === 0) return [];
      return [
        {
          id,
          slack: slacks.get(id) ?? 0,
          criticality: this.#looked === 0 ? 0 : (this.#critical[task] as number) / this.#looked,
          start: spreadOf(starts),
          end: spreadOf(ends),
          ...(due === undefined ? {} : { lateness: share(ends, due) }),
          ...(deadline === undefined ? {} : { missed: share(ends, deadline) }),
        },
      ];
    });
    const made = this.#makespans.length;
    return {
      samples: made + this.#failed,
      failed: this.#failed,
      makespan: spreadOf(this.#makespans),
      onTime: made === 0 ? 0 : this.#onTime / made,
      tasks,
    };
  }
}

const schemeOf = (problem: ScheduleProblem): GeneralScheme => {
  const instance = compileProblem(problem);
  return new GeneralScheme(instance, compileGeneral(instance));
};

/** With the shortest durations that may come: what is compiled of earliest starts must hold for all. */
function shortest(
  problem: ScheduleProblem,
  durations: Readonly<Record<string, UncertainDuration>>,
): ScheduleProblem {
  const tasks = problem.tasks.map((task) => {
    if (!Object.hasOwn(durations, task.id)) return task;
    return { ...task, modes: task.modes.map((mode) => ({ ...mode, duration: Math.min(1, mode.duration) })) };
  });
  return { ...problem, tasks };
}

/** The problem without what would make a late task impossible. */
function unbounded(problem: ScheduleProblem): ScheduleProblem {
  const { horizon: _, ...rest } = problem;
  return {
    ...rest,
    budgets: [],
    tasks: problem.tasks.map(({ deadline: __, ...task }) => task),
    lags: problem.lags.map(({ max: __, ...lag }) => lag),
  };
}

function policyOf(problem: ScheduleProblem, schedule: Schedule): GeneralPlan {
  const places = new Map(schedule.tasks.map((task) => [task.id, task]));
  const starts = problem.tasks.map(({ id }) => places.get(id)?.start ?? Infinity);
  const order = problem.tasks.map((_, task) => task);
  // Infinity minus itself is no number: what is left out keeps its order.
  order.sort((one, other) =>
    (starts[one] ?? 0) === (starts[other] ?? 0) ? one - other : (starts[one] ?? 0) - (starts[other] ?? 0),
  );
  return {
    list: Int32Array.from(order),
    modes: Int32Array.from(problem.tasks, ({ id }) => places.get(id)?.mode ?? 0),
    present: Uint8Array.from(problem.tasks, ({ id }) => (places.has(id) ? 1 : 0)),
    wishes: new Int32Array(problem.tasks.length),
  };
}
