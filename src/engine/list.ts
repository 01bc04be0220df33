// List: the goals of a store.
import { didYouMean } from '../services/nearest.js';
import { goalEnds } from '../model/goal.js';
import { decodeRecord } from '../persistence/codec.js';
import { keys } from '../persistence/keys.js';
import { parseRecord } from '../persistence/records.js';
import type { GoalSummary } from './api.js';
import type { Runtime } from './runtime-types.js';
import { summarise } from './views.js';

/** Goals, the newest first. */
export async function listGoals(
  runtime: Runtime,
  query: { status?: string; limit?: number },
): Promise<GoalSummary[]> {
  const { db, ledger } = runtime.options;
  await ledger.settled();
  const found: GoalSummary[] = [];
  for await (const [key, value] of db.iterator(keys.goals)) {
    const record = parseRecord('goal', key, decodeRecord(key, value));
    const open = !goalEnds.has(record.status);
    if (query.status === 'open' ? !open : query.status !== undefined && query.status !== record.status)
      continue;
    found.push(summarise(runtime, record));
  }
  found.sort((a, b) => b.createdAt - a.createdAt || b.id.localeCompare(a.id));
  return query.limit === undefined ? found : found.slice(0, query.limit);
}

/** A hint at the goal that was probably meant. */
export async function nearestGoal(runtime: Runtime, id: string): Promise<string> {
  const known = await runtime.options.db.keys({ ...keys.goals, limit: 10_000 }).all();
  const ids = known.map((key) => key.slice(keys.goals.gte.length));
  return ` ${didYouMean(id, ids) ?? "'statewright list' shows those there are."}`;
}
