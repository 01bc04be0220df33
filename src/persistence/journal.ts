// Journal: reading what the ledger wrote, from any fact on, for the whole store or for one goal, and live.
import type { Fact } from '../model/fact.js';
import { damaged, damageOf, decodeRecord } from './codec.js';
import { journalKeyOfIndex, keys } from './keys.js';
import type { Database, Ledger } from './ledger.js';
import { type JournalRecord, parseRecord } from './records.js';

/** How many facts a journal record was written with. */
export const widthOf = ({ facts, removed = [] }: JournalRecord): number =>
  removed.reduce((sum, [, count]) => sum + count, facts.length);

/** The places that the facts of a record had when it was written. */
export function placesOf({ facts, removed = [] }: JournalRecord): number[] {
  const gone = new Map(removed);
  let place = 0;
  return facts.map((_, i) => {
    place += gone.get(i) ?? 0;
    return place++;
  });
}

/** The facts of a journal record, with their numbers. */
export function factsOf(record: JournalRecord): Fact[] {
  const places = record.removed === undefined ? undefined : placesOf(record);
  return record.facts.map(([at, goal, actor, type, data, from, to, cause], i) => ({
    seq: record.seq + (places?.[i] ?? i),
    at,
    goal,
    actor,
    type,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(cause === null ? {} : { cause }),
    data,
  }));
}

export interface FollowOptions {
  /** The first fact wanted [1]. */
  readonly from?: number;
  readonly goal?: string;
  /** Goes on when the end is reached [true]. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads one journal record. @throws EngineError `STORE_DAMAGED` */
function read(key: string, stored: string): JournalRecord {
  return parseRecord('journal', key, decodeRecord(key, stored));
}

/**
 * The facts of the journal record that a key or an index entry names; none when it was deleted meanwhile.
 *
 * @throws EngineError `STORE_DAMAGED` when it cannot be read, or is missing though it is named.
 */
export async function readJournal(db: Database, key: string, namedBy: string): Promise<Fact[]> {
  const value = await db.get(key);
  if (value !== undefined) return factsOf(read(key, value));
  // What goes with its goal goes together with its index entry; what was lost does not.
  if (namedBy === key || (await db.get(namedBy)) === undefined) return [];
  throw damaged(key, 'it is missing');
}

/** The facts of a goal, or all, from a number on, as they are on disk. */
export async function* storedFacts(
  db: Database,
  from: number,
  goal: string | undefined,
): AsyncGenerator<Fact> {
  if (goal === undefined) {
    // The record that holds `from` may begin before it.
    const [before] = await db.keys({ ...keys.journalUpTo(from), reverse: true, limit: 1 }).all();
    const range = before === undefined ? keys.journalFrom(from) : { ...keys.journalFrom(from), gte: before };
    for await (const [key, value] of db.iterator(range)) {
      for (const fact of factsOf(read(key, value))) if (fact.seq >= from) yield fact;
    }
    return;
  }
  const [before] = await db.keys({ ...keys.goalJournalUpTo(goal, from), reverse: true, limit: 1 }).all();
  const range =
    before === undefined ? keys.goalJournalFrom(goal, from) : { ...keys.goalJournalOf(goal), gte: before };
  for await (const index of db.keys(range)) {
    const key = journalKeyOfIndex(index);
    const facts = await readJournal(db, key, index);
    for (const fact of facts) if (fact.seq >= from && fact.goal === goal) yield fact;
  }
}

/**
 * Reads facts in their order, each once, and then follows. A reader that is slow is never behind in memory:
 * what it has not read yet stays on disk.
 */
export async function* followFacts(ledger: Ledger, options: FollowOptions): AsyncGenerator<Fact> {
  const { signal, goal } = options;
  const stopped = (): boolean => signal?.aborted === true;
  let next = options.from ?? 1;
  let wake = (): void => {};
  const stop = ledger.onFacts(() => wake());
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    while (!stopped()) {
      const until = ledger.lastSeq();
      await ledger.disk.back();
      if (ledger.disk.isAway()) continue;
      const db = ledger.disk.db();
      try {
        for await (const fact of storedFacts(db, next, goal)) {
          if (stopped()) return;
          next = fact.seq + 1;
          yield fact;
        }
      } catch (error) {
        // After a failed write the database is opened again under its readers: they go on where they were.
        if (!ledger.disk.isAway() && ledger.disk.db() === db) throw damageOf(error);
        continue;
      }
      next = Math.max(next, until + 1);
      if (options.follow === false) return;
      if (ledger.lastSeq() >= next) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (stopped() || ledger.lastSeq() >= next) resolve();
      });
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', onAbort);
  }
}
