// List: the goals of a store.
import { didYouMean } from '../services/nearest.js';
import { goalEnds } from '../model/goal.js';
import { goalRecords } from '../persistence/goal-records.js';
import { keys } from '../persistence/keys.js';
import type { GoalSummary } from './api.js';
import type { Runtime } from './runtime-types.js';
import { summarise } from './views.js';

/** Goals, the newest first. */
export async function listGoals(
  runtime: Runtime,
  query: { status?: string; limit?: number },
): Promise<GoalSummary[]> {
  const { ledger } = runtime.options;
  await ledger.quiet();
  const found = await ledger.disk.reading(async (db) => {
    const all: GoalSummary[] = [];
    for await (const goal of goalRecords(db)) {
      const summary =
        goal.record === undefined ? unreadable(goal.id, goal.damage) : summarise(runtime, goal.record);
      const open = !goalEnds.has(summary.status);
      if (query.status === 'open' ? !open : query.status !== undefined && query.status !== summary.status)
        continue;
      all.push(summary);
    }
    return all;
  });
  found.sort((a, b) => b.createdAt - a.createdAt || b.id.localeCompare(a.id));
  return query.limit === undefined ? found : found.slice(0, query.limit);
}

/** A goal of which only the id can still be read. */
function unreadable(id: string, fault: string): GoalSummary {
  const counts = { total: 0, succeeded: 0, failed: 0, skipped: 0, aborted: 0 };
  return { id, name: id, status: 'blocked', completion: 0, createdAt: 0, fault, counts };
}

/** A hint at the goal that was probably meant. */
export async function nearestGoal(runtime: Runtime, id: string): Promise<string> {
  const { disk } = runtime.options.ledger;
  const known = await disk.reading((db) => db.keys({ ...keys.goals, limit: 10_000 }).all());
  const ids = known.map((key) => key.slice(keys.goals.gte.length));
  return ` ${didYouMean(id, ids) ?? "'statewright list' shows those there are."}`;
}
