// Giving way: by how much a schedule breaks a constraint, and the problem in which the constraint gives way by so much.
import type { Lag, ReusableResource, ScheduleProblem, StockResource } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { createFindings, placeTasks, type PlacedTask } from '../validate-placing.js';
import { costOf } from '../validate-budgets.js';
import { usageOfResource } from '../validate-resources.js';
import { stockLevels } from '../validate-stocks.js';
import type { Unit } from './units.js';

/**
 * By how much a constraint must give way for a schedule; undefined for one that is kept or broken, without a measure
 * (a lock, a setup).
 */
export function excessOf(problem: ScheduleProblem, unit: Unit, schedule: Schedule): number | undefined {
  const placed = placeTasks(problem, schedule, createFindings(0));
  const own = unit.of === undefined ? undefined : placed.get(unit.of);
  switch (unit.kind) {
    case 'release':
      return own === undefined ? 0 : Math.max(0, own.task.release - own.start);
    case 'deadline':
      return own === undefined ? 0 : Math.max(0, own.end - (own.task.deadline ?? Infinity));
    case 'horizon':
      return [...placed.values()].reduce(
        (most, { end }) => Math.max(most, end - (problem.horizon ?? Infinity)),
        0,
      );
    case 'now':
      return [...placed.values()].reduce(
        (most, { start, task }) => (task.fixed === undefined ? Math.max(most, problem.now - start) : most),
        0,
      );
    case 'lag':
      return lagExcess(problem, unit, placed);
    case 'capacity':
    case 'calendar':
      return capacityExcess(problem, unit, placed);
    case 'stock':
    case 'room':
      return stockExcess(problem, unit, placed);
    case 'budget': {
      const limit = problem.budgets.find(({ name }) => name === unit.of)?.limit ?? 0;
      return Math.max(0, costOf(placed, unit.of ?? '') - limit);
    }
    case 'fixed':
    case 'requires':
    case 'lock':
    case 'setup':
      return undefined;
  }
}

const lagIndex = ({ path }: Unit): number => Number(path.split('.')[1]);

function lagExcess(problem: ScheduleProblem, unit: Unit, placed: ReadonlyMap<string, PlacedTask>): number {
  const lag = problem.lags[lagIndex(unit)];
  const [one, other] = lag === undefined ? [] : [placed.get(lag.from), placed.get(lag.to)];
  if (lag === undefined || one === undefined || other === undefined) return 0;
  const [from, to] = lag.anchor.split('-');
  const passed = (to === 'start' ? other.start : other.end) - (from === 'start' ? one.start : one.end);
  return Math.max(0, unit.path.endsWith('.max') ? passed - (lag.max ?? Infinity) : lag.min - passed);
}

function reusable(problem: ScheduleProblem, id: string | undefined): ReusableResource | undefined {
  const found = problem.resources.find((resource) => resource.id === id);
  return found?.kind === 'reusable' ? found : undefined;
}

const entryIndex = ({ path }: Unit): number => Number(path.split('.').at(-1));

function capacityExcess(
  problem: ScheduleProblem,
  unit: Unit,
  placed: ReadonlyMap<string, PlacedTask>,
): number {
  const resource = reusable(problem, unit.of);
  if (resource === undefined) return 0;
  const usage = usageOfResource(resource.id, placed);
  if (unit.kind === 'calendar') {
    const entry = resource.calendar[entryIndex(unit)];
    if (entry === undefined) return 0;
    return usage.reduce(
      (most, { from, to, amount }) =>
        from < entry.to && to > entry.from ? Math.max(most, amount - entry.capacity) : most,
      0,
    );
  }
  const { calendar, capacity } = resource;
  return usage.reduce((most, { from, to, amount }) => {
    const covered = calendar.reduce(
      (sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)),
      0,
    );
    return covered < to - from ? Math.max(most, amount - capacity) : most;
  }, 0);
}

function stockExcess(problem: ScheduleProblem, unit: Unit, placed: ReadonlyMap<string, PlacedTask>): number {
  const stock = problem.resources.find(
    (one): one is StockResource => one.id === unit.of && one.kind !== 'reusable',
  );
  if (stock === undefined) return 0;
  const all = stockLevels(stock, placed).flatMap(({ before, after }) => [before, after]);
  return all.reduce(
    (most, level) => Math.max(most, unit.kind === 'stock' ? -level : level - (stock.capacity ?? Infinity)),
    0,
  );
}

/** The problem in which a constraint gives way by so much. */
export function relaxed(problem: ScheduleProblem, unit: Unit, by: number): ScheduleProblem {
  switch (unit.kind) {
    case 'release':
      return withTask(problem, unit, (task) => ({ ...task, release: Math.max(0, task.release - by) }));
    case 'deadline':
      return withTask(problem, unit, (task) =>
        task.deadline === undefined ? task : { ...task, deadline: task.deadline + by },
      );
    case 'horizon':
      return problem.horizon === undefined ? problem : { ...problem, horizon: problem.horizon + by };
    case 'now':
      return { ...problem, now: Math.max(0, problem.now - by) };
    case 'lag':
      return withLag(problem, unit, by);
    case 'capacity':
    case 'calendar':
    case 'stock':
    case 'room':
      return withResource(problem, unit, by);
    case 'budget':
      return {
        ...problem,
        budgets: problem.budgets.map((one) =>
          one.name === unit.of ? { ...one, limit: one.limit + by } : one,
        ),
      };
    case 'fixed':
    case 'requires':
    case 'lock':
    case 'setup':
      return problem;
  }
}

function withTask(
  problem: ScheduleProblem,
  { of }: Unit,
  change: (task: ScheduleProblem['tasks'][number]) => ScheduleProblem['tasks'][number],
): ScheduleProblem {
  return { ...problem, tasks: problem.tasks.map((task) => (task.id === of ? change(task) : task)) };
}

function withLag(problem: ScheduleProblem, unit: Unit, by: number): ScheduleProblem {
  const isMax = unit.path.endsWith('.max');
  const changed = (lag: Lag): Lag => {
    if (!isMax) return { ...lag, min: lag.min - by };
    return lag.max === undefined ? lag : { ...lag, max: lag.max + by };
  };
  const own = lagIndex(unit);
  return { ...problem, lags: problem.lags.map((lag, index) => (index === own ? changed(lag) : lag)) };
}

function withResource(problem: ScheduleProblem, unit: Unit, by: number): ScheduleProblem {
  const own = entryIndex(unit);
  const resources = problem.resources.map((resource) => {
    if (resource.id !== unit.of) return resource;
    if (resource.kind === 'reusable') {
      if (unit.kind === 'capacity') return { ...resource, capacity: resource.capacity + by };
      const calendar = resource.calendar.map((entry, index) =>
        index === own ? { ...entry, capacity: entry.capacity + by } : entry,
      );
      return { ...resource, calendar };
    }
    const room = resource.capacity;
    if (unit.kind === 'room') return room === undefined ? resource : { ...resource, capacity: room + by };
    return { ...resource, initial: resource.initial + by };
  });
  return { ...problem, resources };
}
