// Store: opening a database as a store: its format, and where its journal ends.
import { EngineError } from '../errors.js';
import { damaged, decodeRecord, encodeRecord } from './codec.js';
import { keys } from './keys.js';
import type { Database } from './ledger.js';
import { parseRecord } from './records.js';

/** The format of the store that this version writes; see `docs/disk-format.md`. */
export const storeFormat = 1;

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
 * Reads where a store ends, or begins a new one.
 *
 * @throws EngineError `STORE_NEWER` for a later format, `STORE_DAMAGED` when the end of the journal cannot be read.
 */
export async function openStore(db: Database, now: number): Promise<OpenedStore> {
  const stored = await db.get(keys.format);
  if (stored === undefined) {
    await db.put(keys.format, encodeRecord(keys.format, { format: storeFormat, createdAt: now }), {
      sync: true,
    } as object);
    return { lastCommit: 0, lastSeq: 0, createdAt: now, gaps: [] };
  }
  const format = parseRecord('format', keys.format, decodeRecord(keys.format, stored));
  if (format.format > storeFormat) {
    throw new EngineError(
      'STORE_NEWER',
      `The store has format ${format.format}, this version reads up to ${storeFormat}. Use a newer statewright.`,
    );
  }
  const [last] = await db.iterator({ ...keys.journalAll, reverse: true, limit: 1 }).all();
  if (last === undefined) return { lastCommit: 0, lastSeq: 0, createdAt: format.createdAt, gaps: [] };
  const [key, value] = last;
  const record = parseRecord('journal', key, decodeRecord(key, value));
  const gaps = await findGaps(db, checkedCommits);
  return {
    lastCommit: record.commit,
    lastSeq: record.seq + record.facts.length - 1,
    createdAt: format.createdAt,
    gaps,
  };
}

/** Looks for missing commit numbers among the last `limit` journal records. */
export async function findGaps(db: Database, limit: number): Promise<string[]> {
  const gaps: string[] = [];
  let later: number | undefined;
  for await (const key of db.keys({ ...keys.journalAll, reverse: true, limit })) {
    const commit = Number(key.slice(key.lastIndexOf('/') + 1));
    if (!Number.isInteger(commit)) throw damaged(key, 'it has no commit number');
    if (later !== undefined && commit !== later - 1)
      gaps.push(`commits ${commit + 1} to ${later - 1} are missing`);
    later = commit;
  }
  return gaps;
}
