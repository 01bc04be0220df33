// Resume: reads what an unfinished goal needs to go on: its actors, and how its tasks stand.
import { EngineError } from '../errors.js';
import type { TaskStatus } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { piecesOf } from './bulk.js';
import { addressOfActorKey, keys, taskIdOfKey } from './keys.js';
import type { Database } from './ledger.js';
import { type ChartHistories, migrateActor } from './migrate.js';
import { outlineOfTask } from './outline.js';
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

/** Ids of the goals that have not ended and are not passive; see wakes.ts. */
export async function activeGoals(db: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const piece of piecesOf(db, keys.goalIndexGroup('open'))) {
    for (const [key, wake] of piece) if (wake === '') found.push(key.slice(key.lastIndexOf('/') + 1));
  }
  return found;
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
  let endOrder = 0;
  for await (const piece of piecesOf(db, keys.tasksOf(goalId)))
    for (const [key, value] of piece) {
      const task = outlineOfTask(key, decodeRecord(key, value));
      if (ends.has(task.status)) ended.set(taskIdOfKey(goalId, key), task.status);
      endOrder = Math.max(endOrder, (task.endOrder ?? -1) + 1);
      if (task.used === undefined) continue;
      for (const [name, amount] of Object.entries(task.used)) used[name] = (used[name] ?? 0) + amount;
    }

  const effects = await db.keys(keys.effectsOf(goalId)).all();
  const signals: StoredGoal['signals'] = [];
  for await (const [key, value] of db.iterator(keys.signalsOf(goalId))) {
    signals.push({ key, signal: parseRecord('signal', key, decodeRecord(key, value)) });
  }
  return { record, actors, ended, endOrder, used, effects, signals };
}
