// Resume: reads what an unfinished goal needs to go on: its actors, and how its tasks stand.
import { EngineError } from '../errors.js';
import type { TaskStatus } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { piecesOf } from './bulk.js';
import { addressOfActorKey, keys, taskIdOfKey } from './keys.js';
import type { Database } from './ledger.js';
import { type ChartHistories, migrateActor } from './migrate.js';
import { outlineOfTask } from './outline.js';
import { checkSoundness } from './soundness.js';
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

const ends: ReadonlySet<TaskStatus> = new Set(['succeeded', 'failed', 'skipped', 'aborted']);

/**
 * Reads the actors of a goal, by address.
 *
 * @throws EngineError as {@link loadGoal} does.
 */
export async function readActors(
  db: Database,
  goalId: string,
  charts: ChartHistories,
): Promise<Map<string, ActorRecord>> {
  const actors = new Map<string, ActorRecord>();
  for await (const piece of piecesOf(db, keys.actorsOf(goalId)))
    for (const [key, value] of piece) {
      const address = addressOfActorKey(key);
      actors.set(address, migrateActor(parseRecord('actor', key, decodeRecord(key, value)), address, charts));
    }
  return actors;
}

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

  const actors = await readActors(db, goalId, charts);
  const ended = new Map<string, TaskStatus>();
  const used: Record<string, number> = {};
  const endOrders: number[] = [];
  for await (const piece of piecesOf(db, keys.tasksOf(goalId)))
    for (const [key, value] of piece) {
      const task = outlineOfTask(key, decodeRecord(key, value));
      if (ends.has(task.status)) ended.set(taskIdOfKey(goalId, key), task.status);
      if (task.endOrder !== undefined) endOrders.push(task.endOrder);
      if (task.used === undefined) continue;
      for (const [name, amount] of Object.entries(task.used)) used[name] = (used[name] ?? 0) + amount;
    }

  const effects: string[] = [];
  const owners: string[] = [];
  for await (const [key, value] of db.iterator(keys.effectsOf(goalId))) {
    owners.push(parseRecord('effect', key, decodeRecord(key, value)).address);
    effects.push(key);
  }
  const signals: StoredGoal['signals'] = [];
  for await (const [key, value] of db.iterator(keys.signalsOf(goalId))) {
    signals.push({ key, signal: parseRecord('signal', key, decodeRecord(key, value)) });
  }
  const endOrder = endOrders.reduce((next, order) => Math.max(next, order + 1), 0);
  await checkSoundness(db, goalId, { record, actors, ended, owners, endOrders });
  return { record, actors, ended, endOrder, used, effects, signals };
}
