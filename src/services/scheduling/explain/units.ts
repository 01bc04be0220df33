// Units of a problem: its constraints one by one, each of which can be taken away.
//
// U1 A problem with fewer units has all schedules that it has with more.
import {
  largestNumber,
  type Lag,
  type ScheduleProblem,
  type ScheduleResource,
  type ScheduleTask,
} from '../problem.js';

/** A constraint of a problem. */
export interface Unit {
  /** Where it is in the problem; the least and the most of a lag have `.min` and `.max` after its path. */
  readonly path: string;
  readonly kind:
    | 'release'
    | 'deadline'
    | 'fixed'
    | 'requires'
    | 'lag'
    | 'capacity'
    | 'calendar'
    | 'stock'
    | 'room'
    | 'lock'
    | 'setup'
    | 'budget'
    | 'horizon'
    | 'now';
  /** What it says, in words. */
  readonly message: string;
  /** The task or the resource that it is about, where it is about one. */
  readonly of?: string;
}

/** All constraints of a problem. Durations, and what must be done, are none. */
export function unitsOf(problem: ScheduleProblem): Unit[] {
  const { horizon, now } = problem;
  return [
    ...problem.tasks.flatMap(taskUnits),
    ...problem.lags.flatMap(lagUnits),
    ...problem.resources.flatMap((resource) => resourceUnits(resource, problem)),
    ...lockNames(problem).map((name): Unit => {
      return { path: `locks.${name}`, kind: 'lock', message: `the lock '${name}' excludes`, of: name };
    }),
    ...problem.setups.map(({ id }): Unit => {
      const message = `'${id}' does one task after another, with the times of its changes`;
      return { path: `setups.${id}`, kind: 'setup', message, of: id };
    }),
    ...problem.budgets.map(({ name, limit }): Unit => {
      return {
        path: `budgets.${name}`,
        kind: 'budget',
        message: `at most ${limit} of '${name}' may be spent`,
        of: name,
      };
    }),
    ...(horizon === undefined
      ? []
      : [{ path: 'horizon', kind: 'horizon', message: `everything ends by ${horizon}` } satisfies Unit]),
    ...(now === 0
      ? []
      : [{ path: 'now', kind: 'now', message: `nothing new starts before ${now}` } satisfies Unit]),
  ];
}

function taskUnits({ id, release, deadline, fixed, requires }: ScheduleTask, index: number): Unit[] {
  const path = `tasks.${index}`;
  const units: Unit[] = [];
  if (release > 0) {
    units.push({
      path: `${path}.release`,
      kind: 'release',
      message: `'${id}' starts at ${release} or later`,
      of: id,
    });
  }
  if (deadline !== undefined) {
    units.push({
      path: `${path}.deadline`,
      kind: 'deadline',
      message: `'${id}' ends by ${deadline}`,
      of: id,
    });
  }
  if (fixed !== undefined) {
    const message = `'${id}' is fixed at ${fixed.start}`;
    units.push({ path: `${path}.fixed`, kind: 'fixed', message, of: id });
  }
  if (requires.length > 0) {
    const message = `'${id}' requires ${requires.map((other) => `'${other}'`).join(', ')}`;
    units.push({ path: `${path}.requires`, kind: 'requires', message, of: id });
  }
  return units;
}

function lagUnits({ from, to, anchor, min, max }: Lag, index: number): Unit[] {
  const [one, other] = anchor.split('-');
  const between = `from the ${one} of '${from}' to the ${other} of '${to}'`;
  const path = `lags.${index}`;
  const order = anchor === 'finish-start' && min === 0;
  const least = order ? `'${from}' ends before '${to}' starts` : `${between} pass at least ${min}`;
  return [
    { path: max === undefined ? path : `${path}.min`, kind: 'lag', message: least },
    ...(max === undefined
      ? []
      : [{ path: `${path}.max`, kind: 'lag', message: `${between} pass at most ${max}` } satisfies Unit]),
  ];
}

function resourceUnits(resource: ScheduleResource, problem: ScheduleProblem): Unit[] {
  const { id } = resource;
  const path = `resources.${id}`;
  if (resource.kind === 'reusable') {
    const isUsed = problem.tasks.some(({ modes }) =>
      modes.some(({ uses }) => uses.some((use) => use.resource === id && use.amount > 0)),
    );
    if (!isUsed) return [];
    return [
      { path, kind: 'capacity', message: `at most ${resource.capacity} of '${id}' are held at once`, of: id },
      ...resource.calendar.map(({ from, to, capacity }, index): Unit => {
        const message = `from ${from} to ${to} at most ${capacity} of '${id}' are held`;
        return { path: `${path}.calendar.${index}`, kind: 'calendar', message, of: id };
      }),
    ];
  }
  const room = resource.capacity;
  return [
    {
      path,
      kind: 'stock',
      message: `of '${id}' there are ${resource.initial} at first, and never less than 0`,
      of: id,
    },
    ...(room === undefined
      ? []
      : [
          {
            path: `${path}.capacity`,
            kind: 'room',
            message: `there is room for ${room} of '${id}'`,
            of: id,
          } satisfies Unit,
        ]),
  ];
}

function lockNames(problem: ScheduleProblem): string[] {
  const names = new Set<string>();
  for (const { modes } of problem.tasks)
    for (const { locks } of modes) for (const { name } of locks) names.add(name);
  return [...names];
}

/** The problem with only those of its constraints whose path is kept. */
export function withUnits(problem: ScheduleProblem, isKept: (path: string) => boolean): ScheduleProblem {
  const { horizon, now, ...rest } = problem;
  const stocks = new Set(
    problem.resources.flatMap(({ id, kind }) =>
      kind === 'reusable' || isKept(`resources.${id}`) ? [] : [id],
    ),
  );
  return {
    ...rest,
    ...(horizon !== undefined && isKept('horizon') ? { horizon } : {}),
    now: isKept('now') ? now : 0,
    tasks: problem.tasks.map((task, index) => keptTask(task, `tasks.${index}`, isKept, stocks)),
    lags: problem.lags.flatMap((lag, index) => keptLag(lag, `lags.${index}`, isKept)),
    resources: problem.resources.flatMap((resource) => keptResource(resource, isKept)),
    setups: problem.setups.filter(({ id }) => isKept(`setups.${id}`)),
    budgets: problem.budgets.filter(({ name }) => isKept(`budgets.${name}`)),
  };
}

function keptTask(
  task: ScheduleTask,
  path: string,
  isKept: (path: string) => boolean,
  goneStocks: ReadonlySet<string>,
): ScheduleTask {
  const { deadline, fixed, ...rest } = task;
  return {
    ...rest,
    release: isKept(`${path}.release`) ? task.release : 0,
    ...(deadline !== undefined && isKept(`${path}.deadline`) ? { deadline } : {}),
    ...(fixed !== undefined && isKept(`${path}.fixed`) ? { fixed } : {}),
    requires: isKept(`${path}.requires`) ? task.requires : [],
    modes: task.modes.map((mode) => ({
      ...mode,
      changes: mode.changes.filter(({ resource }) => !goneStocks.has(resource)),
      locks: mode.locks.filter(({ name }) => isKept(`locks.${name}`)),
    })),
  };
}

function keptLag(lag: Lag, path: string, isKept: (path: string) => boolean): Lag[] {
  const { max, ...least } = lag;
  if (max === undefined) return isKept(path) ? [lag] : [];
  const [hasMin, hasMax] = [isKept(`${path}.min`), isKept(`${path}.max`)];
  if (hasMin) return [hasMax ? lag : least];
  return hasMax ? [{ ...lag, min: -largestNumber }] : [];
}

function keptResource(resource: ScheduleResource, isKept: (path: string) => boolean): ScheduleResource[] {
  const path = `resources.${resource.id}`;
  if (resource.kind === 'reusable') {
    const hasCapacity = isKept(path);
    // A time in which there is more forbids nothing while the capacity holds: without it there would be less.
    const calendar = resource.calendar.filter(
      ({ capacity }, index) =>
        isKept(`${path}.calendar.${index}`) || (hasCapacity && capacity > resource.capacity),
    );
    return [{ ...resource, capacity: hasCapacity ? resource.capacity : largestNumber, calendar }];
  }
  if (!isKept(path)) return [];
  const { capacity, ...rest } = resource;
  return [capacity !== undefined && isKept(`${path}.capacity`) ? { ...rest, capacity } : rest];
}
