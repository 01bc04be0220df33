// Facts: what has begun stays, also where it breaks a constraint. The constraints that facts alone break give way, just
// so far that the facts fit, and are told.
import { capacitySteps } from '../calendar.js';
import { withoutTasks } from '../explain/without-tasks.js';
import type { ReusableResource, ScheduleProblem, ScheduleResource, StockResource } from '../problem.js';
import type { Schedule, Violation } from '../schedule.js';
import { validateSchedule } from '../validate.js';
import { costOf } from '../validate-budgets.js';
import { createFindings, placeTasks, type PlacedTask } from '../validate-placing.js';
import { usageOfResource } from '../validate-resources.js';
import { stockLevels } from '../validate-stocks.js';

/** Rounds of giving way: each mends all that it finds, and little is hidden behind something else. */
const mostRounds = 4;

/** Lets constraints give way that what is fixed breaks by itself. */
export function acceptFacts(problem: ScheduleProblem): {
  problem: ScheduleProblem;
  broken: readonly Violation[];
} {
  const broken: Violation[] = [];
  let accepted = problem;
  for (let round = 0; round < mostRounds; round += 1) {
    const past = pastOf(accepted);
    if (past.schedule.tasks.length === 0) break;
    const found = validateSchedule(past.problem, past.schedule);
    if (found.length === 0) break;
    broken.push(...found);
    const placed = placeTasks(past.problem, past.schedule, createFindings(0));
    for (const violation of found) accepted = giveWay(accepted, past.problem, violation, placed);
  }
  return { problem: accepted, broken };
}

/** What is fixed, as a problem of its own with its schedule. */
function pastOf(problem: ScheduleProblem): { problem: ScheduleProblem; schedule: Schedule } {
  const free = { ...problem, tasks: problem.tasks.map((task) => ({ ...task, requires: [] })) };
  const fixed = new Map(
    problem.tasks.flatMap((task) => (task.fixed === undefined ? [] : [[task.id, task.fixed]])),
  );
  const past = withoutTasks(free, (id) => !fixed.has(id));
  const tasks = past.tasks.map(({ id, modes }) => {
    const { start = 0, mode = 0 } = fixed.get(id) ?? {};
    return { id, mode, start, end: start + (modes[mode]?.duration ?? 0) };
  });
  return { problem: past, schedule: { tasks, dropped: [] } };
}

function giveWay(
  problem: ScheduleProblem,
  past: ScheduleProblem,
  { kind, path, tasks: names }: Violation,
  placed: ReadonlyMap<string, PlacedTask>,
): ScheduleProblem {
  const last = names.at(-1) ?? '';
  const place = placed.get(last);
  const [, name = ''] = /^\w+\.(.*)$/.exec(path) ?? [];
  const resourceWith = (change: (resource: ScheduleResource) => ScheduleResource): ScheduleProblem => ({
    ...problem,
    resources: problem.resources.map((one) => (one.id === name ? change(one) : one)),
  });
  switch (kind) {
    case 'release':
    case 'deadline':
      return {
        ...problem,
        tasks: problem.tasks.map((task) => {
          if (task.id !== last || place === undefined) return task;
          if (kind === 'release') return { ...task, release: place.start };
          return { ...task, deadline: place.end };
        }),
      };
    case 'horizon':
      return { ...problem, horizon: Math.max(problem.horizon ?? 0, place?.end ?? 0) };
    case 'lag': {
      const lag = past.lags[Number(name)];
      return { ...problem, lags: problem.lags.filter((one) => one !== lag) };
    }
    case 'capacity':
      return resourceWith((one) => (one.kind === 'reusable' ? raised(one, placed) : one));
    case 'stock':
      return resourceWith((one) => (one.kind === 'reusable' ? one : filled(one, placed)));
    case 'lock':
      return {
        ...problem,
        tasks: problem.tasks.map((task) => {
          if (task.id !== last) return task;
          const modes = task.modes.map((mode) => ({
            ...mode,
            locks: mode.locks.filter((lock) => lock.name !== name),
          }));
          return { ...task, modes };
        }),
      };
    case 'setup':
      return {
        ...problem,
        setups: problem.setups.map((setup) => {
          if (setup.id !== name) return setup;
          const states = Object.entries(setup.states).filter(([id]) => id !== last);
          return { ...setup, states: Object.fromEntries(states) };
        }),
      };
    case 'budget':
      return {
        ...problem,
        budgets: problem.budgets.map((one) =>
          one.name === name ? { ...one, limit: costOf(placed, name) } : one,
        ),
      };
    case 'task':
    case 'requires':
    case 'fixed':
      return problem;
  }
}

/** As much as is held, wherever that is more than there is. */
function raised(resource: ReusableResource, placed: ReadonlyMap<string, PlacedTask>): ReusableResource {
  const usage = usageOfResource(resource.id, placed);
  const bounds = new Set<number>([0]);
  for (const { from } of capacitySteps(resource)) bounds.add(from);
  for (const { from, to } of usage) bounds.add(from).add(to);
  const instants = [...bounds].sort((one, other) => one - other);
  const steps = capacitySteps(resource);
  const calendar = instants.flatMap((from, index) => {
    const to = instants[index + 1];
    if (to === undefined) return [];
    const there = steps.findLast((step) => step.from <= from)?.capacity ?? resource.capacity;
    const held = usage.find((one) => one.from <= from && from < one.to)?.amount ?? 0;
    const capacity = Math.max(there, held);
    return capacity === resource.capacity ? [] : [{ from, to, capacity }];
  });
  return { ...resource, calendar };
}

function filled(stock: StockResource, placed: ReadonlyMap<string, PlacedTask>): StockResource {
  const all = stockLevels(stock, placed).flatMap(({ before, after }) => [before, after]);
  const least = all.reduce((lowest, level) => Math.min(lowest, level), 0);
  const most = all.reduce((highest, level) => Math.max(highest, level), 0) - least;
  const initial = stock.initial - least;
  if (stock.capacity === undefined) return { ...stock, initial };
  return { ...stock, initial, capacity: Math.max(stock.capacity, most, initial) };
}
