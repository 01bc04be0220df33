// Neighbourhood search of a scheduling problem: takes the best schedule, keeps the order of most of its tasks, and lets
// lazy clause generation find something better in what is left free (large-neighbourhood search; Shaw, 1998; on partial
// orders: Godard, Laborie & Nuijten, 2005).
import type { Instance } from '../instance/instance.js';
import { compileProblem } from '../instance/compile.js';
import type { ScheduleProblem } from '../problem.js';
import { Random } from '../random.js';
import type { Incumbent, Search } from '../search.js';
import { chainsOf } from './chains.js';
import type { Building } from '../instance/building.js';
import { horizonOf } from './horizon.js';
import { isValid } from './judgement.js';
import { KeptOrder, mostNeighbourhoods } from './kept-order.js';
import { type ExactModel, modelSteps } from './model.js';
import type { Outcome } from './solver.js';

const mostTasks = 3000;
const leastFree = 6;
const conflictsEach = 300;
/** Turns that it waits for a first schedule. */
const mostWaits = 10_000;

/** The neighbourhood search of a problem; undefined when that is too large or cannot be improved step by step. */
export function makeNeighbourhoodSearch(
  problem: ScheduleProblem,
  incumbent: Incumbent,
  seed: number,
  compiled?: Instance,
): Search | undefined {
  if (problem.tasks.length > mostTasks || problem.tasks.length === 0) return undefined;
  const instance = compiled ?? compileProblem(problem);
  return instance.impossible === undefined ? new NeighbourhoodSearch(instance, incumbent, seed) : undefined;
}

class NeighbourhoodSearch implements Search {
  readonly name = 'neighbourhood';
  private model: ExactModel | undefined;
  private building: Building<ExactModel> | undefined;
  private order: KeptOrder | undefined;
  private readonly random: Random;
  private readonly isKept: Uint8Array;
  private below = Infinity;
  private end = 0;
  private isBegun = false;
  private isOver = false;
  /** Tasks that are let free. */
  private size = 12;
  private waits = 0;

  constructor(
    private readonly instance: Instance,
    private readonly incumbent: Incumbent,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.isKept = new Uint8Array(instance.size);
  }

  run(isDue: () => boolean): boolean {
    while (!this.isOver && !this.incumbent.isClosed) {
      if (isDue()) return true;
      // Without a schedule there is nothing to improve yet; others may find one.
      if (this.incumbent.starts === undefined) {
        this.waits += 1;
        return this.waits < mostWaits;
      }
      this.step(isDue);
    }
    return false;
  }

  private step(isDue: () => boolean): void {
    if (this.model === undefined || this.order === undefined) {
      this.building ??= modelSteps(
        this.instance,
        horizonOf(this.instance, this.incumbent.objective),
        (solver) => {
          this.order = new KeptOrder(solver.trail, solver.propagators.length);
          solver.propagators.push(this.order);
        },
      );
      const { done, value: model } = this.building.next();
      if (done !== true) return;
      this.model = model;
      this.isOver = !model.worth.isWhole;
      model.brancher.isActive = true;
      return;
    }
    const { solver, brancher } = this.model;
    if (!this.isBegun) this.begin(this.model, this.order);
    if (this.order.neighbourhood === mostNeighbourhoods) this.isOver = true;
    const outcome = solver.run(brancher, { isDue, conflicts: Math.max(0, this.end - solver.conflicts) });
    if (outcome !== 'due') this.conclude(this.model, outcome);
  }

  /** Begins a neighbourhood of the best schedule, at level 0. */
  private begin(model: ExactModel, order: KeptOrder): void {
    const { incumbent, instance } = this;
    const { starts, modes } = incumbent;
    if (starts === undefined || modes === undefined) return;
    if (incumbent.objective < this.below) {
      this.below = incumbent.objective;
      model.require(this.below);
      model.follow(starts, modes);
    }
    this.choose(starts, modes);
    order.exchange(
      chainsOf(instance, starts, modes, this.isKept).map(([earlier, later]) => {
        const duration = instance.durations[instance.modeFirst[earlier]! + modes[earlier]!]!;
        return [model.startOf(earlier), model.startOf(later), duration] as const;
      }),
    );
    // Clauses of the neighbourhoods before are true from now on, and go with the next clearing.
    model.solver.require(order.guard, order.neighbourhood);
    const { assumedHalves, assumedValues } = model.solver;
    assumedHalves.length = 0;
    assumedValues.length = 0;
    assumedHalves.push(order.guard, order.guard + 1);
    assumedValues.push(order.neighbourhood, -order.neighbourhood);
    for (const [half, value] of model.choicesOf(starts, modes, this.isKept)) {
      assumedHalves.push(half);
      assumedValues.push(value);
    }
    this.end = model.solver.conflicts + conflictsEach;
    this.isBegun = true;
  }

  private conclude(model: ExactModel, outcome: Exclude<Outcome, 'due'>): void {
    this.isBegun = false;
    const { incumbent } = this;
    // With all tasks free, nothing was assumed.
    const isAll = this.isKept.every((flag) => flag === 0);
    if (outcome === 'infeasible' || (outcome === 'refused' && isAll)) incumbent.close();
    else if (outcome === 'solved') {
      const value = model.read();
      model.solver.back(0);
      this.isOver = !isValid(model, this.instance.problem);
      if (this.isOver) return;
      incumbent.count(1);
      incumbent.offer(model.starts, model.modes, value, this.name);
    } else if (outcome === 'refused') this.size = Math.min(this.instance.size, this.size * 1.02);
    else this.size = Math.max(leastFree, this.size * 0.95);
  }

  /** Chooses the tasks to let free: those around an instant, or those around a task in the precedences, by turns. */
  private choose(starts: Int32Array, modes: Int32Array): void {
    const { instance, isKept, random } = this;
    const { size, modeFirst, durations } = instance;
    const count = Math.min(size, Math.round(this.size));
    const centre = random.below(size);
    const at = Math.max(0, starts[centre]!);
    const isByTime = random.below(3) > 0;
    const distance = Float64Array.from({ length: size }, (_, task) => {
      const start = starts[task]!;
      const end = start + durations[modeFirst[task]! + modes[task]!]!;
      const gap = start > at ? start - at : Math.max(0, at - end);
      return gap * (isByTime ? 1 : 0.3 + random.below(1000) / 500);
    });
    const order = Array.from({ length: size }, (_, task) => task);
    order.sort((one, other) => distance[one]! - distance[other]! || one - other);
    isKept.fill(1);
    for (const task of order.slice(0, count)) isKept[task] = 0;
  }
}
