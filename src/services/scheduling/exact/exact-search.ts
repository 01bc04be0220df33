// Exact search of a scheduling problem: proofs, and the best schedules of what is small enough, by lazy clause generation
// (Schutt, Feydt, Stuckey & Wallace, 2011, 2013).
//
// X10 What it proves holds for the problem as it is: where the model leaves something out, it allows more than the problem,
//     and then only what does not exist is a proof. It leaves when it finds a solution that is no schedule.
import { compileProblem } from '../instance/compile.js';
import type { Instance } from '../instance/instance.js';
import type { ScheduleProblem } from '../problem.js';
import type { Incumbent, Search } from '../search.js';
import type { Building } from '../instance/building.js';
import { energySteps } from './energy-bound.js';
import { createEnergySearch } from './energy-search.js';
import { horizonOf } from './horizon.js';
import { isValid } from './judgement.js';
import { type ExactModel, modelSteps } from './model.js';
import type { Outcome } from './solver.js';

/** Tasks at most: beyond, a single step takes too long. */
const mostTasks = 3000;
/** Conflicts with which it looks for schedules task by task, before it follows its conflicts (Schutt et al., 2011). */
const firstConflicts = 500;
const boundConflicts = 500;
/** Conflicts that raising the bound may take in any case, and its part of all others. */
const freeBoundConflicts = 2000;
const boundPart = 0.12;
const searchConflicts = 5000;

type Episode = 'first' | 'bound' | 'search';

/** The exact search of a problem, or of a large one what is proved at once; undefined when that is nothing. */
export function makeExactSearch(
  problem: ScheduleProblem,
  incumbent: Incumbent,
  _seed: number,
  compiled?: Instance,
): Search | undefined {
  if (problem.tasks.length === 0) return undefined;
  const instance = compiled ?? compileProblem(problem);
  if (instance.impossible !== undefined) {
    return {
      name: 'exact',
      run() {
        incumbent.close();
        return false;
      },
    };
  }
  if (instance.size > mostTasks) return createEnergySearch(instance, incumbent);
  return new ExactSearch(instance, incumbent);
}

class ExactSearch implements Search {
  readonly name = 'exact';
  private model: ExactModel | undefined;
  private building: Building<ExactModel> | undefined;
  private episode: Episode = 'first';
  private isBegun = false;
  /** Count of conflicts at which the episode ends. */
  private end = 0;
  private begunAt = 0;
  /** Conflicts spent on raising the bound. */
  private boundSpent = 0;
  private rounds = 0;
  /** Value below which the model looks. */
  private below = Infinity;
  private isOver = false;
  /** How far above the bound the next attempt to raise it looks. */
  private stride = 1;

  constructor(
    private readonly instance: Instance,
    private readonly incumbent: Incumbent,
  ) {}

  run(isDue: () => boolean): boolean {
    while (!this.isOver && !this.incumbent.isClosed) {
      if (isDue()) return true;
      this.step(isDue);
    }
    return false;
  }

  private step(isDue: () => boolean): void {
    if (this.model === undefined) {
      this.building ??= this.build();
      const { done, value } = this.building.next();
      if (done === true) this.model = value;
      return;
    }
    const { solver, brancher } = this.model;
    if (!this.isBegun) this.begin(this.model);
    const outcome = solver.run(brancher, { isDue, conflicts: this.end - solver.conflicts });
    if (outcome !== 'due') this.conclude(this.model, outcome);
  }

  private *build(): Building<ExactModel> {
    const { instance, incumbent } = this;
    const model = yield* modelSteps(instance, horizonOf(instance, incumbent.objective));
    const { solver, worth } = model;
    if (worth.makespan >= 0) solver.require(worth.makespan, yield* energySteps(instance));
    return model;
  }

  /** Begins an episode, at level 0. */
  private begin(model: ExactModel): void {
    const { incumbent } = this;
    const { solver, brancher, worth } = model;
    if (incumbent.objective < this.below && incumbent.starts !== undefined && incumbent.modes !== undefined) {
      this.below = incumbent.objective;
      model.require(this.below);
      model.follow(incumbent.starts, incumbent.modes);
    }
    brancher.isActive = this.episode !== 'first';
    solver.assumedHalves.length = 0;
    solver.assumedValues.length = 0;
    let conflicts = searchConflicts * Math.min(10, 1 + this.rounds);
    if (this.episode === 'first') conflicts = firstConflicts;
    if (this.episode === 'bound') {
      conflicts = boundConflicts * (1 + this.rounds);
      solver.assumedHalves.push(worth.makespan + 1);
      // No schedule ends by then: proved, that is a bound (Klein & Scholl, 1999).
      const { trail } = solver;
      const [least, most] = [trail.least(worth.makespan), trail.most(worth.makespan)];
      solver.assumedValues.push(-Math.max(least, Math.min(least + this.stride - 1, most - 1)));
    }
    this.end = solver.conflicts + (this.episode === 'bound' && this.stride > 1 ? conflicts >> 2 : conflicts);
    this.begunAt = solver.conflicts;
    this.isBegun = true;
  }

  private conclude(model: ExactModel, outcome: Exclude<Outcome, 'due'>): void {
    const { solver, worth } = model;
    this.isBegun = false;
    if (this.episode === 'bound') this.boundSpent += solver.conflicts - this.begunAt;
    if (outcome === 'infeasible') {
      this.incumbent.close();
      return;
    }
    if (outcome === 'solved') this.offer(model);
    else if (outcome === 'refused') {
      const refused = -solver.assumedValues[0]!;
      solver.require(worth.makespan, refused + 1);
      this.stride *= 2;
      if (!this.mayRaise(solver.conflicts)) this.turn(false);
    } else if (this.episode === 'bound' && this.stride > 1) {
      this.stride = Math.max(1, this.stride >> 2);
    } else this.turn(worth.makespan >= 0);
    this.incumbent.raiseBound(Math.min(model.bound(), this.incumbent.objective));
  }

  private offer(model: ExactModel): void {
    const value = model.read();
    model.solver.back(0);
    const isSchedule = isValid(model, this.instance.problem);
    this.isOver = !isSchedule || !model.worth.isWhole;
    if (isSchedule) this.give(model, value);
    if (this.isOver) return;
    this.below = Math.min(this.below, value);
    model.require(this.below);
    model.follow(model.starts, model.modes);
  }

  private give(model: ExactModel, value: number): void {
    this.incumbent.count(1);
    this.incumbent.offer(model.starts, model.modes, value, this.name);
  }

  /** Most proofs come from looking for something better, so raising the bound gets a small part of the work. */
  private mayRaise(conflicts: number): boolean {
    return this.boundSpent <= freeBoundConflicts + conflicts * boundPart;
  }

  /** The episode after this one. */
  private turn(hasBound: boolean): void {
    if (this.episode === 'bound' || (this.episode === 'first' && !hasBound)) this.episode = 'search';
    else {
      this.rounds += 1;
      this.episode = hasBound && this.mayRaise(this.model?.solver.conflicts ?? 0) ? 'bound' : 'search';
    }
  }
}
