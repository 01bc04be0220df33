// Mistakes of a problem that its schema cannot see: names that nobody has, doubles, calendars that overlap.
import type { PlanProblem } from '../planning/plan-problem.js';
import { didYouMean } from '../nearest.js';
import { largestNumber, type ScheduleProblem, type ScheduleTask, type SingleObjective } from './problem.js';

type Path = readonly (string | number)[];

interface Names {
  readonly tasks: ReadonlySet<string>;
  readonly reusable: ReadonlySet<string>;
  readonly stocks: ReadonlySet<string>;
}

/** A collector of the first so many mistakes. */
interface Mistakes {
  readonly list: PlanProblem[];
  add(path: Path, message: string, hint?: () => string | undefined): void;
}

/** Finds what a well-formed problem says without meaning, up to `most` findings. */
export function findMistakes(problem: ScheduleProblem, most: number): readonly PlanProblem[] {
  const mistakes = createMistakes(most);
  const names: Names = {
    tasks: uniqueNames(problem.tasks, 'tasks', mistakes),
    reusable: new Set(problem.resources.filter(({ kind }) => kind === 'reusable').map(({ id }) => id)),
    stocks: new Set(problem.resources.filter(({ kind }) => kind !== 'reusable').map(({ id }) => id)),
  };
  uniqueNames(problem.resources, 'resources', mistakes);
  uniqueNames(problem.setups, 'setups', mistakes);
  problem.tasks.forEach((task, index) => checkTask(task, index, names, mistakes));
  checkLags(problem, names, mistakes);
  checkCalendars(problem, mistakes);
  checkSetups(problem, names, mistakes);
  checkObjective(problem, names, mistakes);
  const budgets = new Set<string>();
  problem.budgets.forEach(({ name }, index) => {
    if (budgets.has(name)) mistakes.add(['budgets', index, 'name'], `the budget '${name}' is given twice`);
    budgets.add(name);
  });
  return mistakes.list;
}

function createMistakes(most: number): Mistakes {
  const list: PlanProblem[] = [];
  const add: Mistakes['add'] = (path, message, hint) => {
    if (list.length >= most) return;
    const text = hint?.();
    list.push({ path, message, ...(text === undefined ? {} : { hint: text }) });
  };
  return { list, add };
}

function uniqueNames(items: readonly { id: string }[], place: string, mistakes: Mistakes): Set<string> {
  const seen = new Map<string, number>();
  items.forEach(({ id }, index) => {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, index);
    else
      mistakes.add(
        [place, index, 'id'],
        `expected an id of its own, got '${id}', which ${place}[${before}] has`,
      );
  });
  return new Set(seen.keys());
}

function mustBeKnown(name: string, known: ReadonlySet<string>, what: string, path: Path, to: Mistakes): void {
  if (!known.has(name)) {
    to.add(path, `expected the id of a ${what}, got '${name}', which there is not`, () =>
      didYouMean(name, known),
    );
  }
}

function checkTask(task: ScheduleTask, index: number, names: Names, mistakes: Mistakes): void {
  const at = (...rest: Path): Path => ['tasks', index, ...rest];
  task.requires.forEach((id, nth) => mustBeKnown(id, names.tasks, 'task', at('requires', nth), mistakes));
  task.modes.forEach((mode, nth) => {
    mode.uses.forEach(({ resource }, use) => {
      const path = at('modes', nth, 'uses', use, 'resource');
      if (names.stocks.has(resource)) {
        mistakes.add(path, `expected a reusable resource, got '${resource}', which is a stock`, () => {
          return "Write it under 'changes', with a negative amount for what is consumed.";
        });
      } else mustBeKnown(resource, names.reusable, 'reusable resource', path, mistakes);
    });
    mode.changes.forEach(({ resource }, change) => {
      const path = at('modes', nth, 'changes', change, 'resource');
      if (names.reusable.has(resource)) {
        mistakes.add(path, `expected a stock, got '${resource}', which is reusable`, () => {
          return "Write it under 'uses', or give the resource the kind 'consumable'.";
        });
      } else mustBeKnown(resource, names.stocks, 'stock', path, mistakes);
    });
  });
  if (task.fixed === undefined) return;
  const mode = task.modes[task.fixed.mode];
  if (mode === undefined) {
    const most = task.modes.length - 1;
    mistakes.add(at('fixed', 'mode'), `expected the index of a mode, 0 to ${most}, got ${task.fixed.mode}`);
  } else if (task.fixed.start + mode.duration > largestNumber) {
    mistakes.add(at('fixed', 'start'), `expected an end of at most ${largestNumber}, got a later one`);
  }
}

function checkLags(problem: ScheduleProblem, names: Names, mistakes: Mistakes): void {
  problem.lags.forEach((lag, index) => {
    mustBeKnown(lag.from, names.tasks, 'task', ['lags', index, 'from'], mistakes);
    mustBeKnown(lag.to, names.tasks, 'task', ['lags', index, 'to'], mistakes);
    if (lag.from === lag.to) {
      mistakes.add(['lags', index, 'to'], `expected another task than 'from', got '${lag.to}'`);
    }
    if (lag.max !== undefined && lag.max < lag.min) {
      mistakes.add(['lags', index, 'max'], `expected at least min (${lag.min}), got ${lag.max}`);
    }
  });
}

function checkCalendars(problem: ScheduleProblem, mistakes: Mistakes): void {
  problem.resources.forEach((resource, index) => {
    if (resource.kind !== 'reusable') {
      if (resource.capacity !== undefined && resource.initial > resource.capacity) {
        const path = ['resources', index, 'initial'];
        mistakes.add(path, `expected at most the capacity (${resource.capacity}), got ${resource.initial}`);
      }
      return;
    }
    const sorted = resource.calendar.map((entry, nth) => ({ ...entry, nth })).sort((a, b) => a.from - b.from);
    sorted.forEach(({ from, to, nth }, place) => {
      const path = ['resources', index, 'calendar', nth];
      if (to <= from) mistakes.add([...path, 'to'], `expected more than 'from' (${from}), got ${to}`);
      const before = sorted[place - 1];
      if (before !== undefined && before.to > from) {
        const other = `calendar[${before.nth}] (${before.from} to ${before.to})`;
        mistakes.add(path, `expected no overlap, but ${from} to ${to} overlaps ${other}`);
      }
    });
  });
}

function checkSetups(problem: ScheduleProblem, names: Names, mistakes: Mistakes): void {
  problem.setups.forEach((setup, index) => {
    for (const id of Object.keys(setup.states)) {
      mustBeKnown(id, names.tasks, 'task', ['setups', index, 'states', id], mistakes);
    }
    const seen = new Set<string>();
    setup.times.forEach(({ from, to }, nth) => {
      const pair = `${from} → ${to}`;
      if (seen.has(pair)) mistakes.add(['setups', index, 'times', nth], `the change ${pair} is given twice`);
      seen.add(pair);
    });
  });
}

function checkObjective(problem: ScheduleProblem, names: Names, mistakes: Mistakes): void {
  const check = (single: SingleObjective, path: Path): void => {
    if (single.kind !== 'levelling') return;
    single.resources?.forEach((id, nth) => {
      mustBeKnown(id, names.reusable, 'reusable resource', [...path, 'resources', nth], mistakes);
    });
  };
  const { objective } = problem;
  if (objective.kind !== 'weighted') check(objective, ['objective']);
  else
    objective.parts.forEach((part, nth) => check(part.objective, ['objective', 'parts', nth, 'objective']));
}
