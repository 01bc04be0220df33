// Judgement of solutions of an exact model that leaves something out of the problem.
import { toSchedule } from '../incumbent.js';
import type { ScheduleProblem } from '../problem.js';
import { validateSchedule } from '../validate.js';
import type { ExactModel } from './model.js';

/** Whether what the model has read is a schedule of the problem: always, where nothing was left out. */
export function isValid({ missing, starts, modes }: ExactModel, problem: ScheduleProblem): boolean {
  if (missing.every((part) => part === 'levelling')) return true;
  return validateSchedule(problem, toSchedule(problem, starts, modes), { most: 1 }).length === 0;
}
