// Times of a plan for the dry run: when each task would start. Plans up to a size are really scheduled, with their
// locks, resources and exclusions; larger ones by width alone (list-schedule.ts), and so are those without a schedule.
import type { PlanGraph } from '../../model/graph.js';
import type { PlanSpecInput } from '../../model/plan.js';
import { problemFromPlan } from '../scheduling/from-plan.js';
import type { Schedule } from '../scheduling/schedule.js';
import { solveNow } from '../scheduling/solve.js';
import { type ListSchedule, listSchedule } from './list-schedule.js';

/** Tasks up to which a plan is really scheduled. */
const mostTasks = 2000;
/** Placements that a schedule may cost: the number of schedules follows, so that the same plan has the same times. */
const placements = 20_000;

/**
 * Estimates when the tasks of a plan without cycles would start.
 *
 * @param durations - Which of the estimates counts.
 * @param durationMs - The same, by index, for a plan that is not really scheduled.
 * @param width - How many tasks may run at once, from 1.
 */
export function planTimes(
  plan: PlanSpecInput,
  graph: PlanGraph,
  durations: 'expected' | 'p95',
  durationMs: readonly number[],
  width: number,
): ListSchedule {
  const size = graph.ids.length;
  if (size === 0 || size > mostTasks) return listSchedule(graph, durationMs, width);
  const { problem, unitMs } = problemFromPlan(plan, { graph, width, durations });
  const scheduleLimit = Math.min(200, Math.max(5, Math.floor(placements / size)));
  const { schedule } = solveNow(problem, { scheduleLimit, searches: 'heuristic' });
  if (schedule === undefined) return listSchedule(graph, durationMs, width);
  return timesOf(schedule, unitMs);
}

function timesOf({ tasks }: Schedule, unitMs: number): ListSchedule {
  let end = 0;
  for (const task of tasks) end = Math.max(end, task.end);
  return {
    startMs: tasks.map(({ start }) => start * unitMs),
    lengthMs: end * unitMs,
    widest: widestOf(tasks),
  };
}

/** The most tasks that run at once; what ends makes room for what starts then. */
function widestOf(tasks: Schedule['tasks']): number {
  const steps = tasks.flatMap(({ start, end }) => [
    { at: start, by: 1 },
    { at: Math.max(end, start + 0.5), by: -1 },
  ]);
  steps.sort((one, other) => one.at - other.at || one.by - other.by);
  let running = 0;
  let widest = 0;
  for (const { by } of steps) {
    running += by;
    widest = Math.max(widest, running);
  }
  return widest;
}
