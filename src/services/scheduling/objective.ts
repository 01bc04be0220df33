// Objective: what a schedule is worth, from the plain data of its problem. Less is better.
import type { ScheduleProblem, SingleObjective } from './problem.js';
import type { Schedule } from './schedule.js';
import { costOf } from './validate-budgets.js';
import { createFindings, placeTasks, type PlacedTask } from './validate-placing.js';
import { usageOfResource } from './validate-resources.js';

/** What a schedule comes to. */
export interface ScheduleWorth {
  /** Value of the problem's objective, with the values of what is left out. */
  readonly objective: number;
  /** The latest end; 0 without tasks. */
  readonly makespan: number;
  /** Sum of weight × time after the due instant. */
  readonly tardiness: number;
  /** By the name of the cost. */
  readonly costs: Readonly<Record<string, number>>;
  /** Sum of the values of the tasks that are left out. */
  readonly valueLost: number;
}

/** Computes what a schedule is worth. Tasks that cannot be placed count for nothing: validate it first. */
export function worthOf(problem: ScheduleProblem, schedule: Schedule): ScheduleWorth {
  const placed = placeTasks(problem, schedule, createFindings(0));
  const value = (single: SingleObjective): number => singleValue(problem, placed, single);
  const { objective } = problem;
  const valueLost = problem.tasks.reduce((sum, { id, value: own }) => sum + (placed.has(id) ? 0 : own), 0);
  const wished =
    objective.kind === 'weighted'
      ? objective.parts.reduce((sum, part) => sum + part.weight * value(part.objective), 0)
      : value(objective);
  const names = new Set(
    problem.tasks.flatMap(({ modes }) => modes.flatMap(({ costs }) => Object.keys(costs))),
  );
  return {
    objective: wished + valueLost,
    makespan: value({ kind: 'makespan' }),
    tardiness: value({ kind: 'tardiness' }),
    costs: Object.fromEntries([...names].map((name) => [name, costOf(placed, name)])),
    valueLost,
  };
}

function singleValue(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  objective: SingleObjective,
): number {
  let sum = 0;
  switch (objective.kind) {
    case 'makespan':
      for (const { end } of placed.values()) sum = Math.max(sum, end);
      return sum;
    case 'cost':
      return costOf(placed, objective.of);
    case 'tardiness':
      for (const { task, end } of placed.values()) {
        if (task.due !== undefined) sum += task.weight * Math.max(0, end - task.due);
      }
      return sum;
    case 'levelling': {
      const reusable = problem.resources.flatMap((one) => (one.kind === 'reusable' ? [one.id] : []));
      for (const id of new Set(objective.resources ?? reusable)) {
        for (const { from, to, amount } of usageOfResource(id, placed)) sum += amount * amount * (to - from);
      }
      return sum;
    }
  }
}
