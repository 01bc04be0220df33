// Blobs: large values lie apart, by the hash of their content, with a count of the task records that point to them.
//
// B1 in every batch the count of a blob is the number of task records that point to it.
// B2 a blob that no record points to is not in the store.
import { EngineError } from '../errors.js';
import type { StoredValue } from '../model/task.js';
import { decodeRecord } from './codec.js';
import { keys } from './keys.js';
import type { Database, Ledger, Turn } from './ledger.js';
import { parseRecord } from './records.js';

const hashOf = (stored: StoredValue | undefined): string | undefined =>
  stored !== undefined && 'blob' in stored ? stored.blob : undefined;

/** Counts for a record whose value changes from one to another, within the turn that writes the record. */
export function countBlobs(
  ledger: Ledger,
  turn: Turn,
  before: StoredValue | undefined,
  after: StoredValue | undefined,
): void {
  const old = hashOf(before);
  const hash = hashOf(after);
  if (old === hash) return;
  if (hash !== undefined && after !== undefined && 'blob' in after) {
    const known = ledger.read('blobCount', keys.blobCount(hash));
    turn.put('blobCount', keys.blobCount(hash), { bytes: after.bytes, count: (known?.count ?? 0) + 1 });
  }
  if (old !== undefined) release(ledger, turn, old);
}

/** Counts a blob down; the last one takes it along. Gives the bytes that this frees. */
function release(ledger: Ledger, turn: Turn, hash: string): number {
  const known = ledger.read('blobCount', keys.blobCount(hash));
  if (known === undefined) return 0;
  if (known.count > 1) {
    turn.put('blobCount', keys.blobCount(hash), { ...known, count: known.count - 1 });
    return 0;
  }
  turn.remove(keys.blobCount(hash));
  turn.remove(keys.blob(hash));
  return known.bytes;
}

/** Counts for a record that is deleted, within that turn. Gives the bytes that this frees. */
export function releaseBlob(ledger: Ledger, turn: Turn, stored: StoredValue | undefined): number {
  const hash = hashOf(stored);
  return hash === undefined ? 0 : release(ledger, turn, hash);
}

/** Compares all counts with what points to the blobs, and says where they differ. Records that are damaged count for nothing. */
export async function miscounted(db: Database): Promise<string[]> {
  const left = new Map<string, number>();
  const note = (hash: string, by: number): void => void left.set(hash, (left.get(hash) ?? 0) + by);
  const counts = keys.blobCount('');
  for await (const key of db.keys(keys.blobs)) note(key.slice(keys.blobs.gte.length), 0);
  for await (const [key, value] of db.iterator(keys.blobCounts)) {
    const count = attempt(() => parseRecord('blobCount', key, decodeRecord(key, value)).count);
    note(key.slice(counts.length), count ?? 0);
  }
  const unused = [...left].filter(([, count]) => count <= 0).map(([hash]) => hash);
  for await (const [key, value] of db.iterator(keys.tasks)) {
    const hash = attempt(() => hashOf(parseRecord('task', key, decodeRecord(key, value)).output));
    if (hash !== undefined) note(hash, -1);
  }
  const wrong = [...left].filter(([, over]) => over !== 0);
  return [
    ...wrong.map(
      ([hash, over]) => `blob ${hash} is counted ${Math.abs(over)} too ${over > 0 ? 'high' : 'low'}`,
    ),
    ...unused.filter((hash) => left.get(hash) === 0).map((hash) => `blob ${hash} is not counted`),
  ];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}
