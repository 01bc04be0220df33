// Open goals: which goals have not ended. An index lists them, so that opening a store takes no longer for those that have;
// a count beside it tells when an entry was lost, for then all goals are looked through.
import { goalEnds } from '../model/goal.js';
import { piecesOf } from './bulk.js';
import { decodeRecord } from './codec.js';
import type { Database } from './disk.js';
import { EngineError } from '../errors.js';
import { goalRecords } from './goal-records.js';
import { keys } from './keys.js';
import type { Ledger, Turn } from './ledger.js';
import { parseRecord } from './records.js';

export interface OpenGoals {
  readonly all: readonly string[];
  /** Of these, those that are not passive; see wakes.ts. */
  readonly active: readonly string[];
  /** With their index entries, those that were not listed. */
  readonly unlisted: readonly { readonly id: string; readonly entry: string }[];
  /** How many are said to be open and are not there. */
  readonly missing: number;
  /** Whether the count is as it should be. */
  readonly isCounted: boolean;
}

/** Finds the goals that have not ended. */
export async function findOpenGoals(db: Database): Promise<OpenGoals> {
  const listed = new Set<string>();
  const active: string[] = [];
  for await (const piece of piecesOf(db, keys.goalIndexGroup('open')))
    for (const [key, wake] of piece) {
      const id = key.slice(key.lastIndexOf('/') + 1);
      listed.add(id);
      if (wake === '') active.push(id);
    }
  const count = await readCount(db);
  if (count === listed.size) return { all: [...listed], active, unlisted: [], missing: 0, isCounted: true };
  const unlisted: { id: string; entry: string }[] = [];
  let total = 0;
  for await (const { id, record } of goalRecords(db)) {
    total += 1;
    if (record === undefined || goalEnds.has(record.status) || listed.has(id)) continue;
    unlisted.push({ id, entry: keys.goalIndex('open', record.createdAt, id) });
  }
  const found = unlisted.map(({ id }) => id);
  const all = [...listed, ...found];
  const missing = Math.max(0, (count ?? 0) - all.length);
  const isCounted = total === 0 && count === undefined;
  return { all, active: [...active, ...found], unlisted, missing, isCounted };
}

async function readCount(db: Database): Promise<number | undefined> {
  const text = await db.get(keys.openCount);
  try {
    if (text === undefined) return undefined;
    return parseRecord('openCount', keys.openCount, decodeRecord(keys.openCount, text)).count;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'STORE_DAMAGED') throw error;
    return undefined;
  }
}

/** Counts a goal in or out, in the turn in which it is submitted or ends. */
export function countOpenGoal(ledger: Ledger, turn: Turn, change: 1 | -1): void {
  const count = ledger.read('openCount', keys.openCount)?.count ?? 0;
  turn.put('openCount', keys.openCount, { count: Math.max(0, count + change) });
}
