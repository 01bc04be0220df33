// Store: opening a database as a store: its format, and where its journal ends.
import { EngineError } from '../errors.js';
import { decodeRecord, encodeRecord } from './codec.js';
import { describeHole, findGaps } from './gaps.js';
import { widthOf } from './journal.js';
import { keys } from './keys.js';
import type { Database } from './ledger.js';
import { formats, migrateFormat } from './migrate.js';
import { parseRecord } from './records.js';

/** The format of the store that this version writes; see `docs/disk-format.md`. */
export const storeFormat = formats.format;

/** How many of the last commits are checked for gaps when a store is opened. */
export const checkedCommits = 4096;

export interface OpenedStore {
  readonly lastCommit: number;
  readonly lastSeq: number;
  readonly createdAt: number;
  /** Commits that are missing among the last ones. */
  readonly gaps: readonly string[];
}

/**
 * Reads where a store ends, or begins a new one. An older format is migrated first.
 *
 * @throws EngineError `STORE_NEWER` for a later format, `STORE_OLDER` for one that nothing leads away from, `STORE_DAMAGED` when the format cannot be read.
 */
export async function openStore(db: Database, now: number): Promise<OpenedStore> {
  const stored = await db.get(keys.format);
  if (stored === undefined) {
    await db.put(keys.format, encodeRecord(keys.format, { format: storeFormat, createdAt: now }), {
      sync: true,
    } as object);
    return { lastCommit: 0, lastSeq: 0, createdAt: now, gaps: [] };
  }
  await migrateFormat(db, formats);
  const format = parseRecord(
    'format',
    keys.format,
    decodeRecord(keys.format, (await db.get(keys.format)) ?? ''),
  );
  const [last] = await db.iterator({ ...keys.journalAll, reverse: true, limit: 1 }).all();
  if (last === undefined) return { lastCommit: 0, lastSeq: 0, createdAt: format.createdAt, gaps: [] };
  const [key, value] = last;
  const end = endOfJournal(key, value);
  const gaps = (await findGaps(db, checkedCommits)).map(describeHole);
  return {
    lastCommit: end.commit,
    lastSeq: end.seq,
    createdAt: format.createdAt,
    gaps: end.damage === undefined ? gaps : [end.damage, ...gaps],
  };
}

/**
 * Where the journal ends by its last record. One that is damaged costs its own facts only: its key says where it
 * began, and its text as good as it can be read how many there were, so that their numbers are not used again.
 */
function endOfJournal(key: string, value: string): { commit: number; seq: number; damage?: string } {
  try {
    const record = parseRecord('journal', key, decodeRecord(key, value));
    return { commit: record.commit, seq: record.seq + widthOf(record) - 1 };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'STORE_DAMAGED') throw error;
    const [seq = '', commit = ''] = key.slice(keys.journalAll.gte.length).split('/');
    if (!Number.isInteger(Number(seq)) || !Number.isInteger(Number(commit))) throw error;
    // Each fact begins with a bracket, so there are at most so many.
    const most = value.split('[').length;
    return { commit: Number(commit), seq: Number(seq) + most, damage: error.message };
  }
}
