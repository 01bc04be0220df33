// Resume: reads what an unfinished goal needs to go on: its actors, and how its tasks stand.
import { EngineError } from '../errors.js';
import type { TaskStatus } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { piecesOf } from './bulk.js';
import { keys, taskIdOfKey } from './keys.js';
import type { Database } from './ledger.js';
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

type Versions = Readonly<Record<ActorRecord['machine'], number>>;

/**
 * Reads the actors of a goal, by address.
 *
 * @throws EngineError as {@link loadGoal} does.
 */
export async function readActors(
  db: Database,
  goalId: string,
  versions: Versions,
): Promise<Map<string, ActorRecord>> {
  const actors = new Map<string, ActorRecord>();
  const prefix = keys.actorsOf(goalId).gte;
  for await (const piece of piecesOf(db, keys.actorsOf(goalId)))
    for (const [key, value] of piece) {
      const actor = parseRecord('actor', key, decodeRecord(key, value));
      const [kind = '', ...name] = key.slice(prefix.length).split('/');
      const address = name.join('/') === '' ? `${kind}/${goalId}` : `${kind}/${goalId}/${name.join('/')}`;
      const known = versions[actor.machine];
      if (actor.version !== known) {
        throw new EngineError(
          'STORE_NEWER',
          `${address} was stored by version ${actor.version} of the ${actor.machine} chart; this engine has version ${known}.`,
        );
      }
      actors.set(address, actor);
    }
  return actors;
}

/**
 * Reads a goal whole.
 *
 * @param versions - The version of each statechart that this engine runs.
 * @throws EngineError `STORE_DAMAGED` naming the record, `STORE_NEWER` for an actor of another chart version.
 */
export async function loadGoal(db: Database, goalId: string, versions: Versions): Promise<StoredGoal> {
  const goalKey = keys.goal(goalId);
  const stored = await db.get(goalKey);
  if (stored === undefined)
    throw new EngineError('GOAL_UNKNOWN', `There is no goal '${goalId}' in the store.`);
  const record = parseRecord('goal', goalKey, decodeRecord(goalKey, stored));

  const actors = await readActors(db, goalId, versions);
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
