// Worth in an exact model: budgets, and the objective as a sum whose limit falls.
import type { SingleObjective } from '../problem.js';
import { always } from './arcs.js';
import { type Draft, never, pointOf } from './draft.js';
import { type LinearInput, LinearSums } from './linear.js';

const mostDecimals = 6;

/** The objective as a sum of terms. */
export interface Worth {
  readonly sums: LinearSums | undefined;
  /** Index of the objective in the sums. */
  readonly index: number;
  /** Part of the objective that no choice changes. */
  readonly constant: number;
  /** Values of the objective differ by at least this; 0 when that is not known. */
  readonly step: number;
  /** First half of the makespan when the objective is it and nothing else, −1 otherwise. */
  readonly makespan: number;
  /** Whether all of the objective is in the sum; otherwise it is not looked at. */
  readonly isWhole: boolean;
}

class Sum {
  readonly terms = new Map<number, number>();
  constant = 0;

  add(coefficient: number, half: number): void {
    if (coefficient === 0 || half === never) return;
    if (half === always) this.constant += coefficient;
    else this.terms.set(half, (this.terms.get(half) ?? 0) + coefficient);
  }

  /** Multiplied so that coefficients are whole numbers, where that is possible. */
  input(limit: number): LinearInput {
    const step = this.step();
    const scale = step > 0 ? Math.round(1 / step) : 1;
    return {
      halves: [...this.terms.keys()],
      coefficients: Array.from(this.terms.values(), (one) => (step > 0 ? Math.round(one * scale) : one)),
      limit: (limit - this.constant) * scale + (step > 0 ? 1e-6 : 0),
      isWhole: step > 0,
    };
  }

  /** Largest power of ten, from 1 down, of which all numbers are multiples; 0 when there is none. */
  step(): number {
    const numbers = [...this.terms.values(), this.constant];
    for (let decimals = 0; decimals <= mostDecimals; decimals += 1) {
      const scale = 10 ** decimals;
      const isMultiple = (value: number): boolean =>
        Math.abs(value * scale - Math.round(value * scale)) < 1e-9 && Math.abs(value * scale) < 2 ** 40;
      if (numbers.every(isMultiple)) return 1 / scale;
    }
    return 0;
  }
}

export function addWorth(draft: Draft): Worth {
  const { instance, solver } = draft;
  const { objective } = instance.problem;
  const parts = objective.kind === 'weighted' ? objective.parts : [{ objective, weight: 1 }];
  const inputs: LinearInput[] = [];
  instance.costNames.forEach((_, name) => {
    const limit = instance.costLimits[name]!;
    if (limit === Infinity) return;
    const sum = new Sum();
    addCost(draft, sum, name, 1);
    if (sum.constant > limit * (1 + 1e-9)) solver.isInfeasible = true;
    else if (sum.terms.size > 0) inputs.push(sum.input(limit));
  });
  const whole = new Sum();
  let makespan = -1;
  let isWhole = true;
  for (const { objective: single, weight } of parts) {
    if (weight === 0) continue;
    if (single.kind === 'makespan') {
      makespan = makespan < 0 ? makespanOf(draft) : makespan;
      whole.add(weight, makespan);
    } else isWhole = addPart(draft, whole, single, weight) && isWhole;
  }
  for (let task = 0; task < instance.size; task += 1) addLoss(draft, whole, task);
  const step = whole.step();
  const isMakespan =
    isWhole && whole.terms.size === 1 && whole.terms.get(makespan) === 1 && whole.constant === 0;
  const index = inputs.length;
  if (isWhole) inputs.push(whole.input(Infinity));
  else draft.missing.push('levelling');
  const sums =
    inputs.length === 0 ? undefined : new LinearSums(solver.trail, inputs, solver.propagators.length);
  if (sums !== undefined) solver.propagators.push(sums);
  return { sums, index, constant: whole.constant, step, makespan: isMakespan ? makespan : -1, isWhole };
}

/** Value of a task that may be left out: all of it, less what it is worth when it is done. */
function addLoss({ instance, presence }: Draft, sum: Sum, task: number): void {
  const value = instance.value[task]!;
  if (instance.optional[task] === 0 || value === 0) return;
  sum.constant += value;
  if (presence[task]! >= 0) sum.add(value, presence[task]! + 1);
}

/** False when the objective cannot be said as a sum. */
function addPart(draft: Draft, sum: Sum, single: SingleObjective, weight: number): boolean {
  const { instance } = draft;
  if (single.kind === 'cost') addCost(draft, sum, instance.costNames.indexOf(single.of), weight);
  else if (single.kind === 'tardiness') {
    for (let task = 0; task < instance.size; task += 1) {
      if (draft.presence[task] !== never) addTardiness(draft, sum, task, weight);
    }
  }
  return single.kind !== 'levelling';
}

function addCost({ instance, mode }: Draft, sum: Sum, name: number, weight: number): void {
  const { costs, costNames, modeTask } = instance;
  for (let index = 0; index < modeTask.length; index += 1) {
    sum.add(weight * costs[index * costNames.length + name]!, mode[index]!);
  }
}

function makespanOf(draft: Draft): number {
  const { instance, solver, horizon } = draft;
  const half = solver.variable(0, horizon);
  for (let task = 0; task < instance.size; task += 1) {
    if (draft.presence[task] === never) continue;
    const { half: end, offset } = pointOf(draft, task, true);
    solver.arcs.add(end, half, offset, draft.presence[task]!, 1);
  }
  return half;
}

function addTardiness(draft: Draft, sum: Sum, task: number, weight: number): void {
  const { instance, solver, horizon } = draft;
  const due = instance.due[task]!;
  const coefficient = weight * instance.weight[task]!;
  if (due < 0 || coefficient === 0 || due >= horizon) return;
  const half = solver.variable(0, horizon - due);
  const { half: end, offset } = pointOf(draft, task, true);
  solver.arcs.add(end, half, offset - due, draft.presence[task]!, 1);
  sum.add(coefficient, half);
}
