// Gantt: what a picture of a schedule shows, as plain data: bars by row, profiles of resources, levels of stocks.
import { capacitySteps } from '../calendar.js';
import type { ScheduleProblem } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { slackOf } from '../slack.js';
import { createFindings, placeTasks, type PlacedTask } from '../validate-placing.js';
import { usageOfResource } from '../validate-resources.js';
import { stockLevels } from '../validate-stocks.js';

/** How a bar is drawn: `fixed` has begun, `critical` has no slack. */
export type BarKind = 'critical' | 'usual' | 'fixed';

export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly mode: string | undefined;
  readonly kind: BarKind;
  readonly start: number;
  readonly end: number;
  readonly slack: number;
  readonly due: number | undefined;
  readonly deadline: number | undefined;
}

/** A value that holds from an instant until the next one. */
export interface Step {
  readonly at: number;
  readonly value: number;
}

/** A resource over time: what is held against the capacity, or the level of a stock. */
export interface Profile {
  readonly id: string;
  readonly kind: 'held' | 'level';
  readonly used: readonly Step[];
  /** The capacity over time; of a stock, its limit when it has one. */
  readonly limit: readonly Step[];
  readonly peak: number;
  /** Largest value of either. */
  readonly top: number;
}

export interface Gantt {
  /** Each row holds bars that do not overlap, by their start. */
  readonly rows: readonly (readonly Bar[])[];
  /** Whether every bar has a row of its own. */
  readonly isByTask: boolean;
  readonly profiles: readonly Profile[];
  readonly dropped: readonly string[];
  readonly makespan: number;
  /** The instant that is called the present, when it is not the beginning. */
  readonly now: number | undefined;
}

export interface GanttOptions {
  /** Tasks up to which each has a row of its own; more share rows [120]. */
  readonly mostRows?: number;
}

/** Gathers what a picture of a valid schedule shows. */
export function ganttOf(problem: ScheduleProblem, schedule: Schedule, options: GanttOptions = {}): Gantt {
  const placed = placeTasks(problem, schedule, createFindings(0));
  const slacks = slackOf(problem, schedule);
  const bars = [...placed.values()]
    .map((one) => barOf(one, slacks.get(one.task.id) ?? 0))
    .sort((one, other) => one.start - other.start || one.end - other.end);
  const isByTask = bars.length <= (options.mostRows ?? 120);
  const makespan = bars.reduce((latest, { end }) => Math.max(latest, end), 0);
  return {
    rows: isByTask ? bars.map((bar) => [bar]) : lanes(bars),
    isByTask,
    profiles: profilesOf(problem, placed),
    dropped: schedule.dropped,
    makespan,
    now: problem.now > 0 ? problem.now : undefined,
  };
}

function barOf({ task, way, mode, start, end }: PlacedTask, slack: number): Bar {
  const kind = task.fixed !== undefined ? 'fixed' : slack === 0 ? 'critical' : 'usual';
  const { id, name = id, due, deadline } = task;
  const modeName = task.modes.length > 1 ? (way.id ?? `mode ${mode}`) : undefined;
  return { id, name, mode: modeName, kind, start, end, slack, due, deadline };
}

/** Puts bars, sorted by start, into as few rows as their overlaps allow: each goes into the first row that is free. */
function lanes(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = [];
  for (const bar of bars) {
    const row = rows.find((one) => (one.at(-1)?.end ?? 0) <= bar.start);
    if (row === undefined) rows.push([bar]);
    else row.push(bar);
  }
  return rows;
}

function profilesOf(problem: ScheduleProblem, placed: ReadonlyMap<string, PlacedTask>): Profile[] {
  return problem.resources.map((resource): Profile => {
    if (resource.kind === 'reusable') {
      const used = held(usageOfResource(resource.id, placed));
      const limit = capacitySteps(resource).map(({ from, capacity }) => ({ at: from, value: capacity }));
      return profile(resource.id, 'held', used, limit);
    }
    const points = stockLevels(resource, placed).flatMap(({ at, before, after }) => [
      { at, value: before },
      { at, value: after },
    ]);
    const limit = resource.capacity === undefined ? [] : [{ at: 0, value: resource.capacity }];
    return profile(resource.id, 'level', [{ at: 0, value: resource.initial }, ...points], limit);
  });
}

function profile(id: string, kind: Profile['kind'], used: readonly Step[], limit: readonly Step[]): Profile {
  const largest = (steps: readonly Step[]): number =>
    steps.reduce((most, { value }) => Math.max(most, value), 0);
  const peak = largest(used);
  return { id, kind, used, limit, peak, top: Math.max(1, peak, largest(limit)) };
}

function held(stretches: readonly { from: number; to: number; amount: number }[]): Step[] {
  const steps: Step[] = [];
  for (const { from, to, amount } of stretches) {
    if (steps.at(-1)?.at === from) steps.pop();
    steps.push({ at: from, value: amount }, { at: to, value: 0 });
  }
  return steps;
}

/** The value of steps at an instant; 0 before the first. */
export function valueAt(steps: readonly Step[], instant: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.at ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.value ?? 0;
}
