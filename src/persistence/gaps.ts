// Gaps: which commits are missing in the journal, and which of them were deleted on purpose.
//
// G1 a batch whose journal record is neither there nor in a gap record was lost.
// G2 a gap record is written by the batch that deletes what it stands for; neighbours are one record.
import { damaged, decodeRecord } from './codec.js';
import { commitOfJournalKey, keys } from './keys.js';
import type { Database, Ledger, Turn } from './ledger.js';
import type { Loss } from './losses.js';
import { type GapRecord, parseRecord } from './records.js';

/** The last gap that begins at a commit or before it. */
async function gapBefore(db: Database, commit: number): Promise<GapRecord | undefined> {
  const [found] = await db.iterator({ ...keys.gapUpTo(commit), reverse: true, limit: 1 }).all();
  return found === undefined ? undefined : parseRecord('gap', found[0], decodeRecord(found[0], found[1]));
}

/** The commits of a range that were not deleted on purpose. */
async function lostIn(db: Database, from: number, to: number): Promise<[from: number, to: number][]> {
  const lost: [number, number][] = [];
  for (let end = to; end >= from; ) {
    const gap = await gapBefore(db, end);
    const known = gap === undefined ? 0 : gap.to;
    if (known < end) lost.push([Math.max(from, known + 1), end]);
    end = gap === undefined ? 0 : gap.from - 1;
  }
  return lost;
}

/** Looks for commits that were lost among the last `limit` journal records; the latest first. */
export async function findGaps(db: Database, limit: number): Promise<Loss[]> {
  const holes: Loss[] = [];
  const note = async (from: number, to: number): Promise<void> => {
    for (const [first, last] of await lostIn(db, from, to)) holes.push({ from: first, to: last, end: false });
  };
  let later: number | undefined;
  let seen = 0;
  for await (const key of db.keys({ ...keys.journalAll, reverse: true, limit })) {
    const commit = commitOfJournalKey(key);
    if (!Number.isInteger(commit)) throw damaged(key, 'it has no commit number');
    if (later !== undefined && commit !== later - 1) await note(commit + 1, later - 1);
    later = commit;
    seen += 1;
  }
  if (later !== undefined && later > 1 && seen < limit) await note(1, later - 1);
  return holes;
}

/** Prepares gap records for commits that are to be deleted; what it gives writes them. Nobody else may write gaps meanwhile. */
export async function prepareGaps(
  db: Database,
  ledger: Ledger,
  commits: readonly number[],
): Promise<(turn: Turn) => void> {
  const runs: GapRecord[] = [];
  for (const commit of [...commits].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && commit <= last.to + 1) runs[runs.length - 1] = { ...last, to: commit };
    else runs.push({ from: commit, to: commit });
  }
  const merged: GapRecord[] = [];
  const absorbed: number[] = [];
  for (const run of runs) {
    const own = merged.at(-1);
    const before = own?.to === run.from - 1 ? own : await gapBefore(db, run.from - 1);
    const after = ledger.read('gap', keys.gap(run.to + 1));
    const joins = before?.to === run.from - 1;
    if (joins && before === own) merged.pop();
    merged.push({ from: joins ? before.from : run.from, to: after?.to ?? run.to });
    if (after !== undefined) absorbed.push(after.from);
  }
  return (turn) => {
    for (const from of absorbed) turn.remove(keys.gap(from));
    for (const gap of merged) turn.put('gap', keys.gap(gap.from), gap);
  };
}
