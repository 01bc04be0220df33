// Removal: deletes a goal with all that belongs to it, in slices of bounded size, each one batch. Which goals are
// being deleted stands in removal records, so that it goes on after a crash.
//
// X1 a fact of a goal that stays, stays, with its number.
// X2 the index entry of a journal record goes with the goal's facts in it, so that no slice is done twice or left out.
import { EngineError } from '../errors.js';
import type { StoredValue } from '../model/task.js';
import { releaseBlob } from './blobs.js';
import { decodeRecord } from './codec.js';
import { prepareGaps } from './gaps.js';
import { placesOf, widthOf } from './journal.js';
import { commitOfJournalKey, journalKeyOfIndex, keys, type KeyRange } from './keys.js';
import type { Database, Ledger, Turn } from './ledger.js';
import { type JournalRecord, parseRecord } from './records.js';

/** What a slice holds at the most. */
export const sliceLimits = { entries: 1_000, bytes: 4 * 1024 * 1024 } as const;

/** One step of a removal. */
export interface RemovalSlice {
  /** Goals of which nothing is left after it. */
  readonly finished: readonly string[];
  readonly isEmpty: boolean;
  /** Goal id → what goes of it. */
  readonly removed: ReadonlyMap<string, { bytes: number; facts: number }>;
  /** Deletes within a turn that states a fact; gives the bytes of blobs that this frees, by goal. */
  apply(turn: Turn): Map<string, number>;
}

/** What belongs to a goal, but for its own record, its index entry, and its facts. */
export const recordsOf = (goalId: string): KeyRange[] => [
  keys.plansOf(goalId),
  keys.tasksOf(goalId),
  keys.actorsOf(goalId),
  keys.effectsOf(goalId),
  keys.signalsOf(goalId),
];

/** Ids of the goals that are being deleted. */
export async function removalsUnderWay(db: Database): Promise<string[]> {
  const found = await db.keys(keys.removals).all();
  return found.map((key) => key.slice(keys.removals.gte.length));
}

/** Reads the next slice of what goes with some goals. Nobody else may delete from the journal meanwhile. */
export async function readSlice(
  db: Database,
  ledger: Ledger,
  goals: readonly string[],
): Promise<RemovalSlice> {
  const doomed: string[] = [];
  const outputs: { goalId: string; output: StoredValue }[] = [];
  const entries: { goalId: string; index: string }[] = [];
  const removed = new Map<string, { bytes: number; facts: number }>();
  const finished: string[] = [];
  let bytes = 0;
  const isFull = (): boolean =>
    doomed.length + entries.length >= sliceLimits.entries || bytes >= sliceLimits.bytes;
  for (const goalId of goals) {
    if (isFull()) break;
    const mine = { bytes: 0, facts: 0 };
    removed.set(goalId, mine);
    for (const range of recordsOf(goalId)) {
      if (isFull()) break;
      for await (const [key, value] of db.iterator(range)) {
        doomed.push(key);
        mine.bytes += key.length + value.length;
        bytes += key.length + value.length;
        const output = key.startsWith('!tasks!') ? outputOf(key, value) : undefined;
        if (output !== undefined) outputs.push({ goalId, output });
        if (isFull()) break;
      }
    }
    if (isFull()) break;
    for await (const index of db.keys(keys.goalJournalOf(goalId))) {
      entries.push({ goalId, index });
      if (isFull()) break;
    }
    if (!isFull()) finished.push(goalId);
  }
  const journal = await prepareErasure(db, ledger, entries, removed);
  return {
    finished,
    removed,
    isEmpty: doomed.length + entries.length === 0,
    apply(turn) {
      const freed = new Map<string, number>();
      for (const key of doomed) turn.remove(key);
      for (const { goalId, output } of outputs)
        freed.set(goalId, (freed.get(goalId) ?? 0) + releaseBlob(ledger, turn, output));
      journal(turn);
      return freed;
    },
  };
}

/** The output of a task's record. The blob of a record that is damaged stays: nobody knows it. */
function outputOf(key: string, value: string): StoredValue | undefined {
  try {
    return parseRecord('task', key, decodeRecord(key, value)).output;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** The store's own facts that are older than an instant, as far as they come first; at most one slice. */
export async function oldStoreFacts(
  db: Database,
  ledger: Ledger,
  before: number,
): Promise<{ count: number; apply: (turn: Turn) => void }> {
  const entries: { goalId: string; index: string }[] = [];
  for await (const index of db.keys(keys.goalJournalOf(''))) {
    const key = journalKeyOfIndex(index);
    const record = readable(key, await db.get(key));
    if (record?.facts.some(([at, goal]) => goal === '' && at >= before) === true) break;
    entries.push({ goalId: '', index });
    if (entries.length >= sliceLimits.entries) break;
  }
  return { count: entries.length, apply: await prepareErasure(db, ledger, entries, new Map()) };
}

/** Prepares to take the facts of goals out of the journal, by their index entries. */
async function prepareErasure(
  db: Database,
  ledger: Ledger,
  entries: readonly { goalId: string; index: string }[],
  removed: ReadonlyMap<string, { bytes: number; facts: number }>,
): Promise<(turn: Turn) => void> {
  const goalsByKey = new Map<string, Set<string>>();
  for (const { goalId, index } of entries) {
    const key = journalKeyOfIndex(index);
    goalsByKey.set(key, (goalsByKey.get(key) ?? new Set()).add(goalId));
  }
  const kept = new Map<string, JournalRecord>();
  const gone = new Set<string>();
  const found = [...goalsByKey.keys()];
  const values = await db.getMany(found);
  for (const [i, key] of found.entries()) {
    const value = values[i];
    const record = readable(key, value);
    // A record that is lost or damaged stays so: the doctor has to see it.
    if (record === undefined || value === undefined) continue;
    const left = without(record, goalsByKey.get(key) ?? new Set(), removed, value.length);
    if (left.facts.length > 0) kept.set(key, left);
    else for (const each of [key, ...(await emptyAfter(db, key))]) gone.add(each);
  }
  const gaps = await prepareGaps(db, ledger, [...gone].map(commitOfJournalKey));
  return (turn) => {
    for (const { index } of entries) turn.remove(index);
    for (const key of gone) turn.remove(key);
    for (const [key, record] of kept) turn.put('journal', key, record);
    gaps(turn);
  };
}

function readable(key: string, value: string | undefined): JournalRecord | undefined {
  if (value === undefined) return undefined;
  try {
    return parseRecord('journal', key, decodeRecord(key, value));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** A journal record without the facts of some goals; the others keep their places. */
function without(
  record: JournalRecord,
  goals: ReadonlySet<string>,
  removed: ReadonlyMap<string, { bytes: number; facts: number }>,
  length: number,
): JournalRecord {
  const places = placesOf(record);
  const facts: JournalRecord['facts'] = [];
  const holes: [number, number][] = [];
  let next = 0;
  for (const [i, fact] of record.facts.entries()) {
    const mine = removed.get(fact[1]);
    if (goals.has(fact[1])) {
      if (mine !== undefined) {
        mine.facts += 1;
        mine.bytes += Math.round(length / record.facts.length);
      }
      continue;
    }
    const place = places[i] ?? i;
    if (place > next) holes.push([facts.length, place - next]);
    facts.push(fact);
    next = place + 1;
  }
  const width = widthOf(record);
  if (width > next) holes.push([facts.length, width - next]);
  return { commit: record.commit, seq: record.seq, facts, ...(holes.length === 0 ? {} : { removed: holes }) };
}

/** Journal records without facts that come right after one; they say nothing but their number. */
async function emptyAfter(db: Database, key: string): Promise<string[]> {
  const empty: string[] = [];
  for await (const [next, value] of db.iterator({ gt: key, lt: keys.journalAll.lt })) {
    if (readable(next, value)?.facts.length !== 0 || empty.length >= sliceLimits.entries) break;
    empty.push(next);
  }
  return empty;
}
