// Budgets, for the validator: what the chosen modes cost.
import type { ScheduleProblem } from './problem.js';
import type { Findings, PlacedTask } from './validate-placing.js';

/** Sums of money carry rounding errors of doubles; so much of the limit is forgiven. */
const rounding = 1e-9;

export function budgetViolations(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  for (const { name, limit } of problem.budgets) {
    const cost = costOf(placed, name);
    if (cost <= limit + rounding * Math.max(1, limit)) continue;
    const tasks = [...placed.values()]
      .filter(({ way }) => costIn(way.costs, name) > 0)
      .map(({ task }) => task.id);
    const message = `the tasks cost ${cost} of '${name}', but the limit is ${limit}`;
    findings.add({ kind: 'budget', path: `budgets.${name}`, message, tasks });
  }
}

/** The sum of the costs of a name over the modes chosen. */
export function costOf(placed: ReadonlyMap<string, PlacedTask>, name: string): number {
  let sum = 0;
  for (const { way } of placed.values()) sum += costIn(way.costs, name);
  return sum;
}

const costIn = (costs: Readonly<Record<string, number>>, name: string): number =>
  Object.hasOwn(costs, name) ? (costs[name] ?? 0) : 0;
