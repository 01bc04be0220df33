// Task book: the record of each task, and the values that tasks give. Values that are large lie apart, by the
// hash of their content, counted by how many records point to them.
import { EngineError } from '../errors.js';
import type { Json } from '../model/scalars.js';
import type { StoredValue, TaskRecord } from '../model/task.js';
import { contentHash, damaged } from '../persistence/codec.js';
import { countBlobs } from '../persistence/blobs.js';
import { keys } from '../persistence/keys.js';
import type { Ledger, Turn } from '../persistence/ledger.js';

/** Values whose text is longer lie apart, in bytes. */
export const inlineBytes = 64 * 1024;

export interface TaskBook {
  /** Says that a task is about to begin its life: it has no record yet. */
  begin(goalId: string, taskId: string): void;
  /** Forgets what is kept of a goal's living tasks: its turns were dropped, or it has ended. */
  forget(goalId: string): void;
  record(goalId: string, taskId: string): TaskRecord | undefined;
  /** Changes a task's record within a turn; blobs are counted by what records point to them. */
  note(turn: Turn, goalId: string, taskId: string, change: Partial<TaskRecord>): TaskRecord;
  /**
   * Prepares a value for a record, which is to be noted in the same turn.
   *
   * @throws EngineError `INPUT_INVALID` when its text is longer than the limit.
   */
  store(turn: Turn, value: Json): StoredValue;
  /** The value behind a record's field. @throws EngineError `STORE_DAMAGED` when its blob does not fit. */
  value(stored: StoredValue): Json;
  /** The output of a task, or undefined when it has none. */
  output(goalId: string, taskId: string): Json | undefined;
}

/** Makes a task book on a ledger. `maxValueBytes` bounds a single value [16 MiB]. */
export function createTaskBook(ledger: Ledger, options: { maxValueBytes?: number } = {}): TaskBook {
  const limit = options.maxValueBytes ?? 16 * 1024 * 1024;
  /** Records of tasks that live, by goal and key, so that each change need not read the last one back; null for none yet. */
  const living = new Map<string, Map<string, TaskRecord | null>>();
  const livingOf = (goalId: string): Map<string, TaskRecord | null> => {
    const known = living.get(goalId) ?? new Map<string, TaskRecord | null>();
    living.set(goalId, known);
    return known;
  };
  const record = (goalId: string, taskId: string): TaskRecord | undefined => {
    const key = keys.task(goalId, taskId);
    const known = living.get(goalId)?.get(key);
    return known === undefined ? ledger.read('task', key) : (known ?? undefined);
  };
  const cache = new Map<string, Json>();

  function blob(hash: string): Json {
    const known = cache.get(hash);
    if (known !== undefined) return known;
    const text = ledger.readText(keys.blob(hash));
    if (text === undefined) throw damaged(keys.blob(hash), 'it is missing');
    if (contentHash(text) !== hash) throw damaged(keys.blob(hash), 'its content does not fit its hash');
    const value = JSON.parse(text) as Json;
    if (cache.size > 16) cache.clear();
    cache.set(hash, value);
    return value;
  }

  const value = (stored: StoredValue): Json => ('value' in stored ? stored.value : blob(stored.blob));
  return {
    begin: (goalId, taskId) => void livingOf(goalId).set(keys.task(goalId, taskId), null),
    forget: (goalId) => void living.delete(goalId),
    record,
    note(turn, goalId, taskId, change) {
      const key = keys.task(goalId, taskId);
      const before = record(goalId, taskId);
      const now = { status: 'pending' as const, attempts: 0, ...before, ...change };
      turn.put('task', key, now);
      if (change.output !== undefined) countBlobs(ledger, turn, before?.output, change.output);
      if (now.endedAt !== undefined && now.endOrder !== undefined) living.get(goalId)?.delete(key);
      else livingOf(goalId).set(key, now);
      return now;
    },
    store(turn, value) {
      const text = JSON.stringify(value);
      if (text.length <= inlineBytes / 4) return { value };
      const bytes = Buffer.byteLength(text);
      if (bytes <= inlineBytes) return { value };
      if (bytes > limit) {
        throw new EngineError(
          'INPUT_INVALID',
          `A value of ${bytes} bytes is over the limit of ${limit}. Write it to a file and pass its path.`,
        );
      }
      const hash = contentHash(text);
      if (ledger.read('blobCount', keys.blobCount(hash)) === undefined) turn.putText(keys.blob(hash), text);
      return { blob: hash, bytes };
    },
    value,
    output(goalId, taskId) {
      const stored = record(goalId, taskId)?.output;
      return stored === undefined ? undefined : value(stored);
    },
  };
}
