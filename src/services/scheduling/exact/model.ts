// Exact model of a scheduling problem: its tasks and constraints in the solver, and schedules read back from it.
import { compileObjective, type Evaluate } from '../instance/objective.js';
import type { Instance } from '../instance/instance.js';
import { ScheduleBrancher } from './branching.js';
import { addLags, addResources, addSetups, addStocks } from './constraints.js';
import { built, type Building } from '../instance/building.js';
import { type Draft, draftTasks, never } from './draft.js';
import type { Solver } from './solver.js';
import { addWorth, type Worth } from './worth.js';

export class ExactModel {
  readonly instance: Instance;
  readonly solver: Solver;
  readonly brancher: ScheduleBrancher;
  /**
   * What the model leaves out. It then allows more than the problem does: that there is no solution is still a proof,
   * but a solution need not be a schedule.
   */
  readonly missing: readonly string[];
  /** A schedule, after {@link read}. */
  readonly starts: Int32Array;
  readonly modes: Int32Array;
  private readonly evaluate: Evaluate;

  constructor(
    readonly draft: Draft,
    readonly worth: Worth,
  ) {
    const { instance } = draft;
    this.instance = instance;
    this.solver = draft.solver;
    this.missing = draft.missing;
    this.starts = new Int32Array(instance.size);
    this.modes = new Int32Array(instance.size);
    this.evaluate = compileObjective(instance);
    const choices = Array.from(draft.start, (start, task) => ({
      start,
      presence: draft.presence[task]!,
    })).filter(({ presence }) => presence !== never);
    const ends = Array.from(draft.end, (start, task) => ({ start, presence: draft.presence[task]! })).filter(
      ({ start }) => start >= 0,
    );
    const { trail, atoms } = this.solver;
    this.brancher = new ScheduleBrancher(trail, atoms, [...choices, ...ends], draft.booleans);
  }

  get horizon(): number {
    return this.draft.horizon;
  }

  /** Reads the solver's solution into `starts` and `modes`; returns what it is worth. */
  read(): number {
    const { instance, start, presence, mode } = this.draft;
    const { trail } = this.solver;
    for (let task = 0; task < instance.size; task += 1) {
      const isDone = presence[task] === -1 || (presence[task]! >= 0 && trail.isTrue(presence[task]!, 1));
      this.starts[task] = isDone ? trail.least(start[task]!) : -1;
      this.modes[task] = 0;
      for (let index = instance.modeFirst[task]!; index < instance.modeFirst[task + 1]!; index += 1) {
        const half = mode[index]!;
        if (half === -1 || (half >= 0 && trail.isTrue(half, 1)))
          this.modes[task] = index - instance.modeFirst[task]!;
      }
    }
    return this.evaluate(this.starts, this.modes);
  }

  /** Only schedules better than this from now on: at level 0. */
  require(objective: number): void {
    const { sums, index, constant, step, isWhole } = this.worth;
    if (!isWhole || sums === undefined) return;
    if (step > 0) sums.limit(index, Math.round((objective - constant) / step) - 0.5);
    else sums.limit(index, objective - constant - 1e-8 * Math.max(1, Math.abs(objective)));
  }

  /** No schedule is worth less, as far as level 0 knows. */
  bound(): number {
    const { sums, index, constant, step, isWhole } = this.worth;
    if (!isWhole || sums === undefined) return 0;
    const least = sums.leastOf(index);
    return step > 0 ? least * step + constant : least + constant - 1e-9 * Math.max(1, Math.abs(least));
  }

  /** Makes the search stay near a schedule. */
  follow(starts: Int32Array, modes: Int32Array): void {
    const { instance, start, end, presence, mode } = this.draft;
    const { guide } = this.brancher;
    for (let task = 0; task < instance.size; task += 1) {
      if (presence[task] === never) continue;
      const isDone = starts[task]! >= 0;
      const chosen = instance.modeFirst[task]! + modes[task]!;
      if (isDone) {
        guide[start[task]! >> 1] = starts[task]!;
        if (end[task]! >= 0) guide[end[task]! >> 1] = starts[task]! + instance.durations[chosen]!;
      }
      if (presence[task]! >= 0) guide[presence[task]! >> 1] = isDone ? 1 : 0;
      for (let index = instance.modeFirst[task]!; index < instance.modeFirst[task + 1]!; index += 1) {
        if (mode[index]! >= 0) guide[mode[index]! >> 1] = isDone && index === chosen ? 1 : 0;
      }
    }
  }

  /** Literals that say which modes the tasks with a flag are done in, and whether they are done. */
  choicesOf(starts: Int32Array, modes: Int32Array, hasFlag: Uint8Array): [half: number, value: number][] {
    const { instance, presence, mode } = this.draft;
    const found: [number, number][] = [];
    for (let task = 0; task < instance.size; task += 1) {
      if (hasFlag[task] === 0) continue;
      const chosen = mode[instance.modeFirst[task]! + modes[task]!]!;
      if (starts[task]! < 0) {
        if (presence[task]! >= 0) found.push([presence[task]! + 1, 0]);
      } else if (chosen >= 0) found.push([chosen, 1]);
    }
    return found;
  }

  /** First half of a task's start, −1 when it cannot be done. */
  startOf(task: number): number {
    return this.draft.start[task]!;
  }
}

/**
 * Makes the model of an instance, piece by piece.
 *
 * @param horizon - Everything ends by then.
 * @param extend - Adds to the solver before it is prepared.
 * @param isGuarded - Whether its constraints have guards.
 */
export function* modelSteps(
  instance: Instance,
  horizon: number,
  extend: (solver: Solver, draft: Draft) => void = () => undefined,
  isGuarded = false,
): Building<ExactModel> {
  const draft = yield* draftTasks(instance, horizon, isGuarded);
  yield* addLags(draft);
  yield* addSetups(draft);
  yield* addStocks(draft);
  const worth = addWorth(draft);
  yield* addResources(draft);
  yield;
  extend(draft.solver, draft);
  const model = new ExactModel(draft, worth);
  yield;
  yield* model.solver.prepareSteps();
  return model;
}

/** Makes the model of an instance in one go. */
export function createModel(instance: Instance, horizon: number): ExactModel {
  return built(modelSteps(instance, horizon));
}
