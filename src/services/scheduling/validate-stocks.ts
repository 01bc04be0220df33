// Stocks, for the validator: the level of each over time.
import type { StockResource } from './problem.js';
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
  resource: StockResource,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  const most = resource.capacity ?? Infinity;
  const steps = stepsOf(resource.id, placed);
  let isOut = false;
  for (const { at, before, after } of levels(resource.initial, steps)) {
    for (const level of before === after ? [after] : [before, after]) {
      const wasOut = isOut;
      isOut = level < 0 || level > most;
      if (wasOut || !isOut) continue;
      const tasks = steps.filter((step) => step.at === at).map(({ id }) => id);
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

/** The level of a stock over time: the points at which something happens to it. */
export function stockLevels(
  { id, initial }: StockResource,
  placed: ReadonlyMap<string, PlacedTask>,
): LevelPoint[] {
  return levels(initial, stepsOf(id, placed));
}

function stepsOf(stock: string, placed: ReadonlyMap<string, PlacedTask>): Step[] {
  const steps: Step[] = [];
  for (const { task, way, start, end } of placed.values()) {
    for (const { resource, amount, when } of way.changes) {
      if (resource !== stock) continue;
      if (when === 'start') steps.push({ id: task.id, at: start, by: amount, rate: 0 });
      else if (when === 'end') steps.push({ id: task.id, at: end, by: amount, rate: 0 });
      else {
        steps.push({ id: task.id, at: start, by: 0, rate: amount });
        steps.push({ id: task.id, at: end, by: 0, rate: -amount });
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
