// Feasibility of a scheduling problem, asked by those who take constraints away and look what is left.
import { compileProblem } from '../instance/compile.js';
import type { ScheduleProblem } from '../problem.js';
import { horizonOf } from './horizon.js';
import { isValid } from './judgement.js';
import { createModel } from './model.js';

/** yes: here is a schedule. no: proved that there is none. unknown: the limits were too small, or the problem too large. */
export type Feasibility =
  | { readonly answer: 'yes'; readonly starts: Int32Array; readonly modes: Int32Array }
  | { readonly answer: 'no' }
  | { readonly answer: 'unknown' };

export interface FeasibilityLimits {
  /** [20,000] Conflicts: some 5,000 to 30,000 take a second. */
  readonly conflicts?: number;
  /** Asked about once a millisecond; the answer is `unknown` once it is true. */
  readonly isDue?: () => boolean;
}

/** Tasks at most. */
const mostTasks = 3000;
const defaultConflicts = 20_000;

/**
 * Says whether a problem has any schedule, whatever it is worth; the objective is not looked at.
 *
 * Deterministic when it is limited by conflicts. It works in one go: problems of some hundred tasks take some
 * milliseconds when they are easy. Rates of stocks are taken for single events in its model, so a problem with them may
 * be `unknown`.
 *
 * @param problem - As `readProblem` gives it.
 */
export function feasible(problem: ScheduleProblem, limits: FeasibilityLimits = {}): Feasibility {
  if (problem.tasks.length > mostTasks) return { answer: 'unknown' };
  const instance = compileProblem({ ...problem, objective: { kind: 'makespan' } });
  if (instance.impossible !== undefined) return { answer: 'no' };
  const model = createModel(instance, horizonOf(instance, Infinity));
  let left = limits.conflicts ?? defaultConflicts;
  const isDue = limits.isDue ?? never;
  // Task by task first, then by what the conflicts were about.
  for (const share of [Math.min(left, 500), left]) {
    const outcome = model.solver.run(model.brancher, { isDue, conflicts: Math.min(share, left) });
    if (outcome === 'infeasible') return { answer: 'no' };
    if (outcome === 'due') return { answer: 'unknown' };
    if (outcome === 'solved') {
      model.read();
      const { starts, modes } = model;
      return isValid(model, problem) ? { answer: 'yes', starts, modes } : { answer: 'unknown' };
    }
    left -= share;
    model.brancher.isActive = true;
  }
  return { answer: 'unknown' };
}

const never = (): boolean => false;
