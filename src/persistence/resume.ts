// Resume: reads what an unfinished goal needs to go on: its actors, and how its tasks stand.
import { EngineError } from '../errors.js';
import type { TaskStatus } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { keys, taskIdOfKey } from './keys.js';
import type { Database } from './ledger.js';
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
 * Reads a goal whole.
 *
 * @param versions - The version of each statechart that this engine runs.
 * @throws EngineError `STORE_DAMAGED` naming the record, `STORE_NEWER` for an actor of another chart version.
 */
export async function loadGoal(
  db: Database,
  goalId: string,
  versions: Readonly<Record<ActorRecord['machine'], number>>,
): Promise<StoredGoal> {
  const goalKey = keys.goal(goalId);
  const stored = await db.get(goalKey);
  if (stored === undefined)
    throw new EngineError('GOAL_UNKNOWN', `There is no goal '${goalId}' in the store.`);
  const record = parseRecord('goal', goalKey, decodeRecord(goalKey, stored));

  const actors = new Map<string, ActorRecord>();
  const prefix = keys.actorsOf(goalId).gte;
  for await (const [key, value] of db.iterator(keys.actorsOf(goalId))) {
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

  const ended = new Map<string, TaskStatus>();
  const used: Record<string, number> = {};
  const endOrders: number[] = [];
  for await (const [key, value] of db.iterator(keys.tasksOf(goalId))) {
    const task = parseRecord('task', key, decodeRecord(key, value));
    if (ends.has(task.status)) ended.set(taskIdOfKey(goalId, key), task.status);
    if (task.endOrder !== undefined) endOrders.push(task.endOrder);
    for (const [name, amount] of Object.entries(task.used ?? {})) used[name] = (used[name] ?? 0) + amount;
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
