// Resume: reads what an unfinished goal needs to go on: its actors, and how its tasks stand.
import { EngineError } from '../errors.js';
import type { TaskStatus } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { addressOfActorKey, keys, taskIdOfKey } from './keys.js';
import type { Database } from './ledger.js';
import { type ChartHistories, migrateActor } from './migrate.js';
import { type ActorRecord, type GoalRecord, parseRecord, type SignalRecord } from './records.js';

/** What is read of a goal. */
export interface StoredGoal {
  readonly record: GoalRecord;
  /** Address → actor. */
  readonly actors: Map<string, ActorRecord>;
  /** Tasks that have ended: id → how. */
  readonly ended: Map<string, TaskStatus>;
  readonly endOrder: number;
  /** What its tasks have used up, by resource. */
  readonly used: Record<string, number>;
  /** The keys of effects that were under way. */
  readonly effects: string[];
  readonly signals: { key: string; signal: SignalRecord }[];
}

/** Ids of the goals that have not ended. */
export async function openGoals(db: Database): Promise<string[]> {
  const found = await db.keys(keys.goalIndexGroup('open')).all();
  return found.map((key) => key.slice(key.lastIndexOf('/') + 1));
}

const ends: ReadonlySet<TaskStatus> = new Set(['succeeded', 'failed', 'skipped', 'aborted']);

/**
 * Reads a goal whole, and its actors as the charts of this engine read them.
 *
 * @throws EngineError `STORE_DAMAGED` naming the record, `STORE_NEWER` or `STORE_OLDER` naming the actor.
 */
export async function loadGoal(db: Database, goalId: string, charts: ChartHistories): Promise<StoredGoal> {
  const goalKey = keys.goal(goalId);
  const stored = await db.get(goalKey);
  if (stored === undefined)
    throw new EngineError('GOAL_UNKNOWN', `There is no goal '${goalId}' in the store.`);
  const record = parseRecord('goal', goalKey, decodeRecord(goalKey, stored));

  const actors = new Map<string, ActorRecord>();
  for await (const [key, value] of db.iterator(keys.actorsOf(goalId))) {
    const address = addressOfActorKey(key);
    const actor = migrateActor(parseRecord('actor', key, decodeRecord(key, value)), address, charts);
    actors.set(address, actor);
  }

  const ended = new Map<string, TaskStatus>();
  const used: Record<string, number> = {};
  let endOrder = 0;
  for await (const [key, value] of db.iterator(keys.tasksOf(goalId))) {
    const task = parseRecord('task', key, decodeRecord(key, value));
    if (ends.has(task.status)) ended.set(taskIdOfKey(goalId, key), task.status);
    endOrder = Math.max(endOrder, (task.endOrder ?? -1) + 1);
    for (const [name, amount] of Object.entries(task.used ?? {})) used[name] = (used[name] ?? 0) + amount;
  }

  const effects = await db.keys(keys.effectsOf(goalId)).all();
  const signals: StoredGoal['signals'] = [];
  for await (const [key, value] of db.iterator(keys.signalsOf(goalId))) {
    signals.push({ key, signal: parseRecord('signal', key, decodeRecord(key, value)) });
  }
  return { record, actors, ended, endOrder, used, effects, signals };
}
