// Salvage: mends a store that nobody has open, as far as that can be done without guessing. What cannot be read is written
// to a file before it goes; what lacks something is set aside, not continued; what can be derived is derived anew.
//
// V1 nothing that can be read is lost: it stays in the store, or lies in the file.
// V2 a goal that lacks something does not go on by itself.
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError } from '../errors.js';
import { goalEnds } from '../model/goal.js';
import { decodeRecord, encodeRecord } from '../persistence/codec.js';
import type { Operation } from '../persistence/disk.js';
import { examineStore } from '../persistence/examination.js';
import { factsOf } from '../persistence/journal.js';
import { keys, type KeyRange } from '../persistence/keys.js';
import { createCommitMark } from '../persistence/last-commit.js';
import type { Database } from '../persistence/ledger.js';
import { describeLoss, type Loss, readLosses } from '../persistence/losses.js';
import { findOpenGoals } from '../persistence/open-goals.js';
import { parseRecord, type GoalRecord } from '../persistence/records.js';
import { findGaps } from '../persistence/gaps.js';
import { storeFormat } from '../persistence/store.js';
import type { Wrong } from '../persistence/tally.js';
import { createSystemClock } from '../services/clock.js';
import { openDatabase, rebuildDatabase } from './database.js';
import { lossFor, lossMessage } from './lost-batches.js';

/** What a repair did. */
export interface RepairReport {
  readonly folder: string;
  /** What was done and what was lost, in order; empty when all was well. */
  readonly steps: readonly string[];
  /** What is still wrong: goals that were set aside, and what cannot be mended. */
  readonly left: readonly string[];
  /** The file with what was taken out of the store, when there is any. */
  readonly salvaged: string | undefined;
}

interface Work {
  readonly db: Database;
  readonly now: number;
  readonly steps: string[];
  readonly changes: Operation[];
  /** Lines of the file with what is taken out. */
  readonly salvage: string[];
}

/**
 * Mends a store that no engine has open.
 *
 * @throws EngineError `STORE_IN_USE` when a process has it.
 */
export async function repairStore(store: string): Promise<RepairReport> {
  const folder = resolve(store);
  const now = createSystemClock().now();
  const steps: string[] = [];
  const db = await openReadable(folder, steps);
  const work: Work = { db, now, steps, changes: [], salvage: [] };
  try {
    const { wrongs } = await examineStore(db);
    takeOutDamaged(work, wrongs);
    await setAsideOrDrop(work, wrongs);
    await mendFormat(work);
    await nameLosses(work, createCommitMark(folder).read()?.commit ?? 0);
    const salvaged = await carryOut(work, folder);
    await deriveAnew(work);
    await carryOut(work, folder);
    const left = (await examineStore(db)).wrongs.filter(({ severity }) => severity === 'error');
    return { folder, steps, left: left.map(inWords), salvaged };
  } finally {
    await db.close();
  }
}

const inWords = ({ goal, message }: Wrong): string => (goal === undefined ? message : `${goal}: ${message}`);

/** Opens a database, which LevelDB builds anew when it cannot open it or cannot read all of it. */
async function openReadable(folder: string, steps: string[]): Promise<Database> {
  let why: string;
  try {
    const db = await openDatabase(folder);
    const { wrongs, isReadable } = await examineStore(db);
    if (isReadable) return db;
    why = wrongs.map(({ message }) => message).join(' ');
    await db.close();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'STORE_DAMAGED') throw error;
    why = error.message;
  }
  const kept = await rebuildDatabase(folder);
  steps.push(`${why} The database was built anew from what is there; its files as they were are in ${kept}.`);
  return openDatabase(folder);
}

/** What cannot be read goes into the file. A batch of the journal leaves an empty one, so that the numbers go on. */
function takeOutDamaged({ changes, salvage, steps }: Work, wrongs: readonly Wrong[]): void {
  for (const { damaged, message } of wrongs) {
    if (damaged === undefined) continue;
    const { key, text } = damaged;
    salvage.push(JSON.stringify({ why: message, key, text }));
    const [, seq, commit] = /^!journal!(\d{16})\/(\d{16})$/.exec(key) ?? [];
    if (seq === undefined || commit === undefined) changes.push({ type: 'del', key });
    else {
      const empty = encodeRecord(key, { commit: Number(commit), seq: Number(seq), facts: [] });
      changes.push({ type: 'put', key, value: empty });
    }
    steps.push(`taken out: ${message}`);
  }
}

/** Goals that lack something are set aside; those whose own record is gone leave the store. */
async function setAsideOrDrop(work: Work, wrongs: readonly Wrong[]): Promise<void> {
  const first = new Map<string, string>();
  for (const { goal, message, severity } of wrongs)
    if (goal !== undefined && severity === 'error' && !first.has(goal)) first.set(goal, message);
  for (const [goalId, message] of first) {
    const record = await readGoal(work.db, goalId);
    if (record === undefined) {
      await drop(work, goalId);
    } else if (record.fault === undefined && !isIndexOnly(goalId, message)) {
      const fault = { at: work.now, message: `repaired: ${message}` };
      const key = keys.goal(goalId);
      work.changes.push({ type: 'put', key, value: encodeRecord(key, { ...record, fault }) });
      work.steps.push(`goal ${goalId} was set aside: ${message}`);
    }
  }
}

/** What is derived anew hurts nobody. */
const isIndexOnly = (goalId: string, message: string): boolean =>
  message.startsWith('the journal has') ||
  message.includes(`!goalIndex!`) ||
  message.includes(`!journalByGoal!${goalId}/`);

async function readGoal(db: Database, goalId: string): Promise<GoalRecord | undefined> {
  const key = keys.goal(goalId);
  const text = await db.get(key);
  try {
    return text === undefined ? undefined : parseRecord('goal', key, decodeRecord(key, text));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

async function drop({ db, changes, salvage, steps }: Work, goalId: string): Promise<void> {
  const ranges: KeyRange[] = [
    keys.plansOf(goalId),
    keys.tasksOf(goalId),
    keys.actorsOf(goalId),
    keys.effectsOf(goalId),
    keys.signalsOf(goalId),
    keys.goalJournalOf(goalId),
  ];
  let count = 0;
  for (const range of ranges) {
    for await (const [key, text] of db.iterator(range)) {
      if (text !== '') salvage.push(JSON.stringify({ why: `goal ${goalId} has no record`, key, text }));
      changes.push({ type: 'del', key });
      count += 1;
    }
  }
  changes.push({ type: 'del', key: keys.goal(goalId) });
  steps.push(
    `goal ${goalId} has left the store: its own record is gone; ${count} records of it are in the file`,
  );
}

async function mendFormat({ db, now, changes, steps }: Work): Promise<void> {
  const text = await db.get(keys.format);
  try {
    if (text !== undefined) return void parseRecord('format', keys.format, decodeRecord(keys.format, text));
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'STORE_DAMAGED') throw error;
  }
  const value = encodeRecord(keys.format, { format: storeFormat, createdAt: now });
  changes.push({ type: 'put', key: keys.format, value });
  steps.push('the format record was written anew');
}

/** Batches that are missing are written down as lost. */
async function nameLosses({ db, now, changes, steps }: Work, marked: number): Promise<void> {
  const known = await readLosses(db);
  const [end] = await db.keys({ ...keys.journalAll, reverse: true, limit: 1 }).all();
  const last = end === undefined ? 0 : Number(end.slice(end.lastIndexOf('/') + 1));
  const all: Loss[] = await findGaps(db, Number.MAX_SAFE_INTEGER);
  if (marked > last) all.push({ from: last + 1, to: marked, end: true });
  const news = all.filter(({ from, to }) => !known.some((one) => one.from <= from && to <= one.to));
  if (news.length === 0) return;
  // The end is told by the engine that opens the store next: it numbers its batches after it.
  const gaps = news.filter((loss) => !loss.end);
  const losses = [...known, ...gaps.map((loss) => ({ ...loss, at: now }))];
  if (gaps.length > 0)
    changes.push({ type: 'put', key: keys.losses, value: encodeRecord(keys.losses, { losses }) });
  for (const loss of news) steps.push(`lost: ${describeLoss(loss)}`);
  for (const id of gaps.length === 0 ? [] : (await findOpenGoals(db)).all) {
    const record = await readGoal(db, id);
    const loss = await lossFor(db, id, gaps);
    if (record === undefined || record.fault !== undefined || loss === undefined) continue;
    const fault = { at: now, message: lossMessage(loss) };
    changes.push({
      type: 'put',
      key: keys.goal(id),
      value: encodeRecord(keys.goal(id), { ...record, fault }),
    });
    steps.push(`goal ${id} was set aside: ${fault.message}`);
  }
}

/** Writes the file first, then the store. */
async function carryOut({ db, now, changes, salvage }: Work, folder: string): Promise<string | undefined> {
  const file = `salvaged-${now}.jsonl`;
  const lines = salvage.splice(0);
  if (lines.length > 0)
    await appendFile(join(folder, file), `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  const all = changes.splice(0);
  if (all.length > 0) await db.batch(all, { sync: true } as object);
  return lines.length > 0 ? file : undefined;
}

/** Makes the index of goals, the index of the journal and the counts of blobs again from the records. */
async function deriveAnew({ db, changes, steps }: Work): Promise<void> {
  const wanted = new Map<string, string>();
  // The engine's own facts are listed under no goal.
  const known = new Set<string>(['']);
  for await (const key of db.keys(keys.goals)) {
    const id = key.slice(keys.goals.gte.length);
    const record = await readGoal(db, id);
    if (record === undefined) continue;
    known.add(id);
    const group = goalEnds.has(record.status) ? record.status : 'open';
    wanted.set(keys.goalIndex(group, record.createdAt, id), '');
  }
  const batches = new Map<string, string[]>();
  for await (const [key, text] of db.iterator(keys.journalAll)) {
    const [seq = '', commit = ''] = key.slice(keys.journalAll.gte.length).split('/');
    const facts = factsOf(parseRecord('journal', key, decodeRecord(key, text)));
    // An earlier goal may have had the same id and be gone.
    for (const { goal, type } of facts) if (type === 'goal.submitted') batches.delete(goal);
    for (const goal of new Set(facts.map((fact) => fact.goal))) {
      const entries = batches.get(goal) ?? [];
      if (known.has(goal)) batches.set(goal, entries);
      entries.push(keys.goalJournal(goal, Number(seq), Number(commit)));
    }
  }
  for (const entries of batches.values()) for (const entry of entries) wanted.set(entry, '');
  const counts = new Map<string, { bytes: number; count: number }>();
  for await (const [key, text] of db.iterator({ gte: '!tasks!', lt: '!tasks!\uffff' })) {
    const { output } = parseRecord('task', key, decodeRecord(key, text));
    if (output === undefined || !('blob' in output)) continue;
    const { count } = counts.get(output.blob) ?? { count: 0 };
    counts.set(output.blob, { bytes: output.bytes, count: count + 1 });
  }
  for (const [hash, count] of counts) {
    const key = keys.blobCount(hash);
    wanted.set(key, encodeRecord(key, count));
  }
  const open = [...wanted.keys()].filter((key) => key.startsWith(keys.goalIndexGroup('open').gte)).length;
  wanted.set(keys.openCount, encodeRecord(keys.openCount, { count: open }));
  const before = changes.length;
  const wakes = new Set<string>();
  for (const prefix of ['!goalIndex!', '!journalByGoal!', '!blobCounts!', keys.openCount]) {
    for await (const [key, text] of db.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
      const wake = wanted.has(key) ? await wakeOf(db, key, text) : undefined;
      if (wake !== undefined) wakes.add(wake);
      if (wanted.get(key) === text || wake !== undefined) wanted.delete(key);
      // What nobody points to any more is no harm; it may be what is left of a record in the file.
      else if (!wanted.has(key) && prefix !== '!blobCounts!') changes.push({ type: 'del', key });
    }
  }
  for await (const key of db.keys(keys.wakes)) if (!wakes.has(key)) changes.push({ type: 'del', key });
  for (const [key, value] of wanted) changes.push({ type: 'put', key, value });
  const changed = changes.length - before;
  if (changed > 0) steps.push(`${changed} entries of the indexes and counts were made anew`);
}

/** The wake entry of a goal whose index entry says that it is passive; undefined when it is not, or there is none. */
async function wakeOf(db: Database, key: string, text: string): Promise<string | undefined> {
  const wake = keys.wake(Number(text), key.slice(key.lastIndexOf('/') + 1));
  return /^\d+$/.test(text) && (await db.get(wake)) !== undefined ? wake : undefined;
}
