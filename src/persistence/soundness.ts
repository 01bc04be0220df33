// Soundness: what the records of one goal must have in common. A record that is damaged says so itself; one that is
// missing is noticed by what the others say.
//
// W1 a goal that has not ended has an actor, and while that says that the plan runs, the plan has one.
// W2 an effect that is under way belongs to an actor that is there.
// W3 the tasks that have ended are numbered in the order of their ends, without a gap.
// W4 what its last batches say of tasks is so: one that has ended has a record, one that was started an actor.
import { addressOf } from '../model/address.js';
import { goalEnds } from '../model/goal.js';
import { damaged, decodeRecord } from './codec.js';
import type { Database } from './disk.js';
import { factsOf } from './journal.js';
import { journalKeyOfIndex, keys } from './keys.js';
import { type ActorRecord, type GoalRecord, parseRecord } from './records.js';

/** How many of a goal's last batches are looked at. */
const lookedAt = 16;

/** What was read of a goal. */
export interface Found {
  readonly record: GoalRecord;
  /** Address → actor. */
  readonly actors: ReadonlyMap<string, ActorRecord>;
  /** The ids of tasks that have ended. */
  readonly ended: { has(taskId: string): boolean };
  /** The addresses of effects that are under way. */
  readonly owners: readonly string[];
  /** The places of the tasks that have ended, in any order. */
  readonly endOrders: readonly number[];
}

/** @throws EngineError `STORE_DAMAGED` naming what is missing. */
export async function checkSoundness(
  db: Database,
  goalId: string,
  { record, actors, ended, owners, endOrders }: Found,
): Promise<void> {
  if (goalEnds.has(record.status)) return;
  const actor = (address: string): string => keys.actor(address);
  const goal = actors.get(addressOf.goal(goalId));
  if (goal === undefined) throw damaged(actor(addressOf.goal(goalId)), 'it is missing');
  const { context } = goal.snapshot as { context: { planRuns?: boolean } };
  if (context.planRuns === true && !actors.has(addressOf.plan(goalId)))
    throw damaged(actor(addressOf.plan(goalId)), 'it is missing');
  for (const owner of owners)
    if (!actors.has(owner)) throw damaged(actor(owner), 'it is missing, but its effect is under way');
  const hole = endOrders.toSorted((a, b) => a - b).findIndex((order, place) => order !== place);
  if (hole >= 0) throw damaged(keys.tasksOf(goalId).gte, `the task that ended as number ${hole} is missing`);
  for (const [taskId, isEnd] of await lately(db, goalId)) {
    if (ended.has(taskId)) continue;
    const address = addressOf.task(goalId, taskId);
    if (isEnd)
      throw damaged(keys.task(goalId, taskId), 'it is missing, but the journal says that it has ended');
    if (!actors.has(address))
      throw damaged(actor(address), 'it is missing, but the journal says that an attempt was started');
  }
}

/** Tasks that lately began an attempt or, with true, have ended, by the journal. */
async function lately(db: Database, goalId: string): Promise<Map<string, boolean>> {
  const found = new Map<string, boolean>();
  const range = { ...keys.goalJournalOf(goalId), reverse: true, limit: lookedAt };
  for await (const index of db.keys(range)) {
    const key = journalKeyOfIndex(index);
    const text = await db.get(key);
    // A batch that is lost is told of when the store is opened.
    if (text === undefined) continue;
    for (const { goal, type, data } of factsOf(parseRecord('journal', key, decodeRecord(key, text)))) {
      const isEnd = isTaskEnd(type);
      if (goal !== goalId || !(isEnd || type === 'attempt.started')) continue;
      const taskId = String(data['taskId']);
      found.set(taskId, isEnd || found.get(taskId) === true);
    }
  }
  return found;
}

/** Whether a fact says that a task has ended. */
export const isTaskEnd = (type: string): boolean => /^task\.(succeeded|failed|skipped|aborted)$/.test(type);
