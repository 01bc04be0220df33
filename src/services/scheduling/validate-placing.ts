// Placing, for the validator: a schedule's tasks joined with what the problem says of them.
import type { ScheduleMode, ScheduleProblem, ScheduleTask } from './problem.js';
import type { Schedule, Violation } from './schedule.js';

/** A task as a schedule has it. */
export interface PlacedTask {
  readonly task: ScheduleTask;
  /** Path of the task in the problem. */
  readonly path: string;
  readonly mode: number;
  readonly way: ScheduleMode;
  readonly start: number;
  readonly end: number;
}

/** A collector of the first so many violations. */
export interface Findings {
  readonly list: readonly Violation[];
  add(violation: Violation): void;
}

export function createFindings(most: number): Findings {
  const list: Violation[] = [];
  return {
    list,
    add: (violation) => {
      if (list.length < most) list.push(violation);
    },
  };
}

/** The tasks of a schedule by id; what cannot be placed is found and left out. */
export function placeTasks(
  problem: ScheduleProblem,
  schedule: Schedule,
  findings: Findings,
): ReadonlyMap<string, PlacedTask> {
  const known = new Map(problem.tasks.map((task, index) => [task.id, { task, path: `tasks.${index}` }]));
  const placed = new Map<string, PlacedTask>();
  for (const { id, mode, start, end } of schedule.tasks) {
    const found = known.get(id);
    const wrong = (path: string, message: string): void => {
      findings.add({ kind: 'task', path, message, tasks: [id], at: start });
    };
    if (found === undefined) {
      wrong('tasks', `'${id}' is in the schedule, but there is no such task`);
      continue;
    }
    const { task, path } = found;
    if (placed.has(id)) {
      wrong(path, `'${id}' is in the schedule twice`);
      continue;
    }
    const way = task.modes[mode];
    if (way === undefined) {
      wrong(`${path}.modes`, `'${id}' is done in mode ${mode}, but has only ${task.modes.length}`);
      continue;
    }
    if (!Number.isInteger(start) || start < 0) {
      wrong(path, `'${id}' starts at ${start}, which is no whole number from 0`);
      continue;
    }
    if (end !== start + way.duration) {
      const message = `'${id}' goes from ${start} to ${end}, but takes ${way.duration} in mode ${mode}`;
      wrong(`${path}.modes.${mode}`, message);
    }
    placed.set(id, { task, path, mode, way, start, end: start + way.duration });
  }
  return placed;
}
