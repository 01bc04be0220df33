// Progress: a problem and its schedule, and what has happened since → the problem that is left.
//
// P1 A task that has begun is fixed where it began, in its mode; a task that has ended has the duration that it took.
import { EngineError } from '../../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { ScheduleMode, ScheduleProblem, ScheduleProblemInput, ScheduleTask } from '../problem.js';
import { readProblem } from '../read-problem.js';
import type { Schedule, ScheduledTask } from '../schedule.js';

/** What has happened since a schedule was made. What is not told went as scheduled. */
export interface RepairChanges {
  /** Tasks that began at another instant, or in another mode, than scheduled. */
  readonly started?: readonly { readonly id: string; readonly start: number; readonly mode?: number }[];
  /** Tasks that ended at another instant than scheduled. */
  readonly finished?: readonly {
    readonly id: string;
    readonly end: number;
    readonly start?: number;
    readonly mode?: number;
  }[];
  /** Tasks that should have begun by now, but have not. */
  readonly notStarted?: readonly string[];
  /** Durations that are expected now, in all modes or in one. */
  readonly durations?: readonly { readonly id: string; readonly duration: number; readonly mode?: number }[];
  /** Capacities and calendars of reusable resources that hold from now on. */
  readonly capacities?: readonly {
    readonly resource: string;
    readonly capacity?: number;
    readonly calendar?: readonly { readonly from: number; readonly to: number; readonly capacity: number }[];
  }[];
  /** New tasks and lags. */
  readonly tasks?: ScheduleProblemInput['tasks'];
  readonly lags?: ScheduleProblemInput['lags'];
  /** Tasks that are not wanted any more. One that has begun stays. */
  readonly removed?: readonly string[];
}

/**
 * Makes the problem that is left at an instant.
 *
 * @throws EngineError `INPUT_INVALID` for names that nobody has, and for what readProblem refuses.
 */
export function problemLeft(
  problem: ScheduleProblem,
  previous: Schedule,
  now: number,
  changes: RepairChanges,
): ScheduleProblem {
  checkNames(problem, changes);
  const places = new Map(previous.tasks.map((task) => [task.id, task]));
  const removed = new Set(changes.removed);
  const tasks = problem.tasks.flatMap((task) => {
    const changed = changedTask(task, places.get(task.id), now, changes);
    return removed.has(task.id) && changed.fixed === undefined ? [] : [changed];
  });
  const isLeft = new Set(tasks.map(({ id }) => id));
  return readProblem({
    ...problem,
    now: Math.max(now, problem.now),
    tasks: [
      ...tasks.map((task) => ({ ...task, requires: task.requires.filter((id) => isLeft.has(id)) })),
      ...(changes.tasks ?? []),
    ],
    lags: [
      ...problem.lags.filter(({ from, to }) => isLeft.has(from) && isLeft.has(to)),
      ...(changes.lags ?? []),
    ],
    setups: problem.setups.map((setup) => ({
      ...setup,
      states: Object.fromEntries(Object.entries(setup.states).filter(([id]) => isLeft.has(id))),
    })),
    resources: problem.resources.map((resource) => changedResource(resource, now, changes)),
  });
}

function checkNames(problem: ScheduleProblem, changes: RepairChanges): void {
  const tasks = new Set(problem.tasks.map(({ id }) => id));
  const resources = new Set(problem.resources.flatMap(({ id, kind }) => (kind === 'reusable' ? [id] : [])));
  const known = (place: string, id: string, names: ReadonlySet<string>, what: string): void => {
    if (names.has(id)) return;
    const hint = didYouMean(id, names);
    const tail = hint === undefined ? '' : ` ${hint}`;
    throw new EngineError(
      'INPUT_INVALID',
      `changes.${place}: expected the id of a ${what}, got '${id}'.${tail}`,
    );
  };
  for (const place of ['started', 'finished', 'durations'] as const) {
    changes[place]?.forEach(({ id }, index) => known(`${place}[${index}].id`, id, tasks, 'task'));
  }
  for (const place of ['notStarted', 'removed'] as const) {
    changes[place]?.forEach((id, index) => known(`${place}[${index}]`, id, tasks, 'task'));
  }
  changes.capacities?.forEach(({ resource }, index) =>
    known(`capacities[${index}].resource`, resource, resources, 'reusable resource'),
  );
}

function changedTask(
  task: ScheduleTask,
  place: ScheduledTask | undefined,
  now: number,
  changes: RepairChanges,
): ScheduleTask {
  const durations = changes.durations?.filter(({ id }) => id === task.id) ?? [];
  const modes = task.modes.map((mode, index): ScheduleMode => {
    const changed = durations.findLast((one) => one.mode === undefined || one.mode === index);
    return changed === undefined ? mode : { ...mode, duration: changed.duration };
  });
  const finished = changes.finished?.find(({ id }) => id === task.id);
  const started = finished ?? changes.started?.find(({ id }) => id === task.id);
  const hasBegun = place !== undefined && place.start < now && changes.notStarted?.includes(task.id) !== true;
  const { fixed: before, ...rest } = task;
  if (before === undefined && started === undefined && !hasBegun) return { ...rest, modes };
  const start = started?.start ?? before?.start ?? place?.start ?? now;
  const mode = started?.mode ?? before?.mode ?? place?.mode ?? 0;
  const fixed = { start, mode };
  if (finished === undefined) return { ...rest, modes, fixed };
  const took = Math.max(0, finished.end - start);
  return {
    ...rest,
    modes: modes.map((one, index) => (index === mode ? { ...one, duration: took } : one)),
    fixed,
  };
}

/** A new capacity holds from now on: before, it was what it was. */
function changedResource(
  resource: ScheduleProblem['resources'][number],
  now: number,
  changes: RepairChanges,
): ScheduleProblem['resources'][number] {
  const change = changes.capacities?.findLast((one) => one.resource === resource.id);
  if (change === undefined || resource.kind !== 'reusable') return resource;
  const capacity = change.capacity ?? resource.capacity;
  const past = resource.calendar.flatMap((one) =>
    one.from < now ? [{ ...one, to: Math.min(one.to, now) }] : [],
  );
  const later = change.calendar ?? resource.calendar;
  const future = later.flatMap((one) => (one.to > now ? [{ ...one, from: Math.max(one.from, now) }] : []));
  if (capacity === resource.capacity || now === 0)
    return { ...resource, capacity, calendar: [...past, ...future] };
  // What had no entry in the past gets one with the capacity that it had.
  const gaps: { from: number; to: number; capacity: number }[] = [];
  let at = 0;
  for (const { from, to } of [...past.sort((one, other) => one.from - other.from), { from: now, to: now }]) {
    if (from > at) gaps.push({ from: at, to: from, capacity: resource.capacity });
    at = to;
  }
  return { ...resource, capacity, calendar: [...past, ...gaps, ...future] };
}
