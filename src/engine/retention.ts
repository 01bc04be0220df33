// Retention: deletes ended goals that are over age or count, with all that belongs to them.
import { EngineError } from '../errors.js';
import { goalEnds } from '../model/goal.js';
import { decodeRecord } from '../persistence/codec.js';
import { goalRecords } from '../persistence/goal-records.js';
import { goalIdOfKey, keys, type KeyRange } from '../persistence/keys.js';
import { parseRecord, type GoalRecord } from '../persistence/records.js';
import type { Runtime } from './runtime-types.js';

export interface RetentionOptions {
  readonly olderThanMs?: number;
  readonly keep?: number;
  readonly dryRun?: boolean;
}

/** Deletes what may go; goals that have not ended are never touched. Gives the goals and the bytes freed. */
export async function collect(
  runtime: Runtime,
  options: RetentionOptions,
): Promise<{ goals: string[]; bytes: number }> {
  const { ledger, clock, config } = runtime.options;
  const trouble = ledger.disk.trouble();
  if (trouble !== undefined) throw trouble;
  await ledger.settled();
  const maxAgeMs = options.olderThanMs ?? config.retention.maxAgeMs;
  const keep = options.keep ?? config.retention.maxGoals;
  const ended: GoalRecord[] = [];
  for await (const { record } of goalRecords(ledger.disk.db())) {
    if (record !== undefined && goalEnds.has(record.status)) ended.push(record);
  }
  ended.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const old = clock.now() - maxAgeMs;
  const going = ended.filter((record, place) => place >= keep || (record.endedAt ?? 0) < old);
  let bytes = 0;
  for (const record of going) bytes += await remove(runtime, record, options.dryRun === true);
  return { goals: going.map(({ id }) => id), bytes };
}

async function remove(runtime: Runtime, record: GoalRecord, dryRun: boolean): Promise<number> {
  const db = runtime.options.ledger.disk.db();
  const { id } = record;
  const doomed: string[] = [keys.goal(id), keys.goalIndex(record.status, record.createdAt, id)];
  let bytes = 0;
  const blobs: string[] = [];
  const ranges: KeyRange[] = [
    keys.plansOf(id),
    keys.tasksOf(id),
    keys.actorsOf(id),
    keys.effectsOf(id),
    keys.signalsOf(id),
    keys.goalJournalOf(id),
  ];
  for (const range of ranges) {
    for await (const [key, value] of db.iterator(range)) {
      doomed.push(key);
      bytes += key.length + value.length;
      if (goalIdOfKey(key) !== id || !key.startsWith('!tasks!')) continue;
      const hash = blobOf(key, value);
      if (hash !== undefined) blobs.push(hash);
    }
  }
  if (dryRun) return bytes;
  await runtime.system.perform(id, (turn) => {
    for (const key of doomed) turn.changes.remove(key);
    for (const hash of blobs) bytes += release(runtime, hash, turn.changes);
    // A fact of no goal: a later goal may have the same id.
    const data = { goal: id, bytes };
    turn.changes.fact({ at: turn.at, goal: '', actor: `goal/${id}`, type: 'engine.collected', data });
  });
  return bytes;
}

/** The blob that a task's record points to. The blob of a record that is damaged stays: nobody knows it. */
function blobOf(key: string, value: string): string | undefined {
  try {
    const { output } = parseRecord('task', key, decodeRecord(key, value));
    return output !== undefined && 'blob' in output ? output.blob : undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** Counts a blob down; the last one takes it along. */
function release(
  runtime: Runtime,
  hash: string,
  changes: { put: typeof Put; remove: (key: string) => void },
): number {
  const count = runtime.options.ledger.read('blobCount', keys.blobCount(hash));
  if (count === undefined) return 0;
  if (count.count > 1) {
    changes.put('blobCount', keys.blobCount(hash), { ...count, count: count.count - 1 });
    return 0;
  }
  changes.remove(keys.blobCount(hash));
  changes.remove(keys.blob(hash));
  return count.bytes;
}
declare const Put: (kind: 'blobCount', key: string, value: { bytes: number; count: number }) => void;
