// Examination: reads every record of a store, says what cannot be trusted and, from what the records say of each other,
// what is missing. It changes nothing.
import { EngineError } from '../errors.js';
import { contentHash, damaged, damageOf, decodeRecord } from './codec.js';
import type { Database } from './disk.js';
import { factsOf } from './journal.js';
import { goalIdOfKey, keys } from './keys.js';
import { findGaps } from './gaps.js';
import { describeLoss, isKnown, readLosses } from './losses.js';
import { kindOfKey, parseRecord, type RecordKind, type RecordOf } from './records.js';
import { isTaskEnd } from './soundness.js';
import { createTally, type Tally, type Wrong } from './tally.js';

export interface Examination {
  readonly wrongs: readonly Wrong[];
  /** How many goals stand how. */
  readonly goals: Readonly<Record<string, number>>;
  /** Whether LevelDB could read all of its tables. */
  readonly isReadable: boolean;
}

/** The store in parts, each read by itself: a table that cannot be read ends the reading of its part only. */
const parts = [
  '',
  '!awaits!',
  '!blobCounts!',
  '!blobs!',
  '!effects!',
  '!goalIndex!',
  '!goals!',
  '!journal!',
  '!journalByGoal!',
  '!journalGaps!',
  '!meta!',
  '!plans!',
  '!removals!',
  '!signals!',
  '!tasks!',
  '!wakes!',
] as const;

/** Reads a whole store. */
export async function examineStore(db: Database): Promise<Examination> {
  const wrongs: Wrong[] = [];
  const tally = createTally();
  let isReadable = true;
  for (const [i, gte] of parts.entries()) {
    const lt = parts[i + 1];
    try {
      for await (const [key, text] of db.iterator({ gte, ...(lt === undefined ? {} : { lt }) }))
        take(key, text, tally, wrongs);
    } catch (error) {
      const damage = damageOf(error);
      if (!(damage instanceof EngineError)) throw error;
      isReadable = false;
      wrongs.push({ severity: 'error', message: `${gte || 'the beginning'} and after: ${damage.message}` });
    }
  }
  // What could not be read is not called missing besides.
  if (isReadable) wrongs.push(...tally.missing(), ...(await lostBatches(db)));
  return { wrongs, goals: tally.goals(), isReadable };
}

/** Takes in one entry, or says what is wrong with it. */
function take(key: string, text: string, tally: Tally, wrongs: Wrong[]): void {
  try {
    look(key, text, tally);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const goal = goalIdOfKey(key);
    tally.spoil(key);
    const damage = { severity: 'error', message: error.message, damaged: { key, text } } as const;
    wrongs.push(goal === undefined ? damage : { ...damage, goal });
  }
}

/** Takes in one entry. @throws EngineError when it cannot be trusted */
function look(key: string, text: string, tally: Tally): void {
  const kind = kindOfKey(key);
  if (kind === undefined) return lookAtRest(key, text, tally);
  const record = parseRecord(kind, key, decodeRecord(key, text));
  const goal = goalIdOfKey(key) ?? '';
  const read = record as RecordOf<RecordKind> as never;
  if (kind === 'goal') return tally.goal(read);
  if (kind === 'journal') {
    const { facts, goals } = { facts: factsOf(read), goals: new Set<string>() };
    for (const { goal: id, type, data } of facts) {
      goals.add(id);
      // An earlier goal may have had the same id and be gone.
      if (type === 'goal.submitted') tally.begun(id);
      if (isTaskEnd(type)) tally.ended(id, String(data['taskId']));
      else if (type === 'attempt.started') tally.started(id, String(data['taskId']));
    }
    for (const id of goals) tally.journaled(id, key.slice(keys.journalAll.gte.length));
  } else if (kind === 'task') tally.task(goal, key.slice(keys.tasksOf(goal).gte.length), read);
  else if (kind === 'actor') tally.actor(goal, key);
  else if (kind === 'effect') tally.effect(goal, keys.actor((read as { address: string }).address));
  else if (kind === 'plan') tally.plan(goal, read);
  else if (kind === 'planGraph' || kind === 'planPart') tally.planPiece(goal, key);
  else if (kind === 'blobCount') tally.blobCount(key.slice(keys.blobCount('').length), read);
  else if (kind === 'openCount') tally.openCount(read);
  else if (kind === 'format') tally.format();
  else if (kind === 'removal') tally.removing(key.slice(keys.removals.gte.length));
}

/** Index entries and blobs, which have no header. */
function lookAtRest(key: string, text: string, tally: Tally): void {
  const blob = keys.blob('');
  if (key.startsWith(blob)) {
    const hash = key.slice(blob.length);
    if (contentHash(text) !== hash) throw damaged(key, 'its content does not fit its hash');
    return tally.blob(hash);
  }
  const [, index, group, tail] = /^!(awaits|goalIndex|journalByGoal|wakes)!([^/]*)\/(.+)$/.exec(key) ?? [];
  // The entry of a passive goal says when it is to be woken.
  const isText = text === '' || (index === 'goalIndex' && /^\d+$/.test(text));
  if (!isText || group === undefined || tail === undefined) throw damaged(key, 'it is no key of a store');
  if (index === 'journalByGoal') tally.indexed(group, tail);
  else if (index === 'goalIndex') tally.listed(key);
}

async function lostBatches(db: Database): Promise<Wrong[]> {
  const known = await readLosses(db);
  const gaps = (await findGaps(db, Number.MAX_SAFE_INTEGER)).filter((gap) => !isKnown(gap, known));
  return [
    ...gaps.map((gap) => ({ severity: 'error' as const, message: `journal: ${describeLoss(gap)}` })),
    ...known.map((loss) => ({
      severity: 'warning' as const,
      message: `journal: ${describeLoss(loss)} (noticed ${new Date(loss.at).toISOString()})`,
    })),
  ];
}
