// Store: opening a database as a store: its format, and where its journal ends.
import { EngineError } from '../errors.js';
import { damaged, decodeRecord, encodeRecord } from './codec.js';
import { findGaps } from './gaps.js';
import { widthOf } from './journal.js';
import { keys } from './keys.js';
import type { CommitNumbers } from './last-commit.js';
import type { Database } from './ledger.js';
import { describeLoss, isKnown, type Loss, readLosses } from './losses.js';
import { formats, migrateFormat } from './migrate.js';
import { parseRecord } from './records.js';

/** The format of the store that this version writes; see `docs/disk-format.md`. */
export const storeFormat = formats.format;

/** How many of the last commits are checked for gaps when a store is opened. */
export const checkedCommits = 4096;

export interface OpenedStore {
  readonly lastCommit: number;
  readonly lastSeq: number;
  /** The commit that the journal ends with: behind the last one when the end of the log is lost. */
  readonly storedCommit: number;
  readonly createdAt: number;
  /** What is lost, and was not known to be. */
  readonly losses: readonly Loss[];
  /** What is wrong with the journal, in words. */
  readonly gaps: readonly string[];
}

/**
 * Reads where a store ends, or begins a new one. An older format is migrated first.
 *
 * @param mark - The last batch that was acknowledged, when that is known from beside the database.
 * @throws EngineError `STORE_NEWER` for a later format, `STORE_OLDER` for one that nothing leads away from, `STORE_DAMAGED`
 *   when the format cannot be read.
 */
export async function openStore(db: Database, now: number, mark?: CommitNumbers): Promise<OpenedStore> {
  const createdAt = await readFormat(db, now, mark);
  const [last] = await db.iterator({ ...keys.journalAll, reverse: true, limit: 1 }).all();
  const end = last === undefined ? { commit: 0, seq: 0 } : endOfJournal(...last);
  const known = await readLosses(db);
  const losses = (await findGaps(db, checkedCommits)).filter((gap) => !isKnown(gap, known));
  if (mark !== undefined && mark.commit > end.commit)
    losses.unshift({ from: end.commit + 1, to: mark.commit, end: true });
  const gaps = losses.map(describeLoss);
  return {
    // Numbers that were told are not used again.
    lastCommit: Math.max(end.commit, mark?.commit ?? 0),
    lastSeq: Math.max(end.seq, mark?.seq ?? 0),
    storedCommit: end.commit,
    createdAt,
    losses,
    gaps: end.damage === undefined ? gaps : [end.damage, ...gaps],
  };
}

/** Reads when the store was made, or makes it. */
async function readFormat(db: Database, now: number, mark: CommitNumbers | undefined): Promise<number> {
  const stored = await db.get(keys.format);
  if (stored === undefined) {
    const [first] = await db.keys({ limit: 1 }).all();
    if (first !== undefined || mark !== undefined) throw damaged(keys.format, 'it is missing');
    await db.put(keys.format, encodeRecord(keys.format, { format: storeFormat, createdAt: now }), {
      sync: true,
    } as object);
    return now;
  }
  await migrateFormat(db, formats);
  const migrated = (await db.get(keys.format)) ?? stored;
  return parseRecord('format', keys.format, decodeRecord(keys.format, migrated)).createdAt;
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
