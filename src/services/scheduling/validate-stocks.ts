// Stocks, for the validator: the level of each over time.
import type { ScheduleProblem } from './problem.js';
import type { Findings, PlacedTask } from './validate-placing.js';

/** What happens to a stock at one instant: a change at once, and a change of its rate. */
interface Step {
  readonly id: string;
  readonly at: number;
  readonly by: number;
  readonly rate: number;
}

/** A point of a stock's level: before and after what happens there. Between points it is a straight line. */
export interface LevelPoint {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

export function stockViolations(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  const steps = stepsByStock(placed);
  for (const resource of problem.resources) {
    if (resource.kind === 'reusable') continue;
    const most = resource.capacity ?? Infinity;
    const own = steps.get(resource.id) ?? [];
    let isOut = false;
    for (const { at, before, after } of levels(resource.initial, own)) {
      for (const level of before === after ? [after] : [before, after]) {
        const wasOut = isOut;
        isOut = level < 0 || level > most;
        if (wasOut || !isOut) continue;
        const tasks = own.filter((step) => step.at === at).map(({ id }) => id);
        const what = level < 0 ? 'which is less than 0' : `but at most ${most} may be there`;
        const when = level === after ? 'at' : 'just before';
        const message = `${when} ${at} the level of '${resource.id}' is ${level}, ${what}`;
        findings.add({
          kind: 'stock',
          path: `resources.${resource.id}`,
          message,
          tasks: [...new Set(tasks)],
          at,
        });
      }
    }
  }
}

/** The level of each stock over time, by its id: the points at which something happens to it. */
export function stockLevels(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
): Map<string, LevelPoint[]> {
  const steps = stepsByStock(placed);
  const stocks = problem.resources.flatMap((one) => (one.kind === 'reusable' ? [] : [one]));
  return new Map(stocks.map(({ id, initial }) => [id, levels(initial, steps.get(id) ?? [])]));
}

function stepsByStock(placed: ReadonlyMap<string, PlacedTask>): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  const add = (resource: string, step: Step): void => {
    const list = steps.get(resource);
    if (list === undefined) steps.set(resource, [step]);
    else list.push(step);
  };
  for (const { task, way, start, end } of placed.values()) {
    for (const { resource, amount, when } of way.changes) {
      if (when === 'start') add(resource, { id: task.id, at: start, by: amount, rate: 0 });
      else if (when === 'end') add(resource, { id: task.id, at: end, by: amount, rate: 0 });
      else {
        add(resource, { id: task.id, at: start, by: 0, rate: amount });
        add(resource, { id: task.id, at: end, by: 0, rate: -amount });
      }
    }
  }
  return steps;
}

function levels(initial: number, steps: Step[]): LevelPoint[] {
  steps.sort((a, b) => a.at - b.at);
  const points: LevelPoint[] = [];
  let level = initial;
  let rate = 0;
  let since = 0;
  for (let place = 0; place < steps.length; ) {
    const at = steps[place]?.at ?? 0;
    const before = level + rate * (at - since);
    level = before;
    for (let step = steps[place]; step !== undefined && step.at === at; step = steps[place]) {
      level += step.by;
      rate += step.rate;
      place += 1;
    }
    points.push({ at, before, after: level });
    since = at;
  }
  return points;
}
