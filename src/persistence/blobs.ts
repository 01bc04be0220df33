// Blobs: large values lie apart, by the hash of their content, with a count of the task records that point to them.
//
// B1 in every batch the count of a blob is the number of task records that point to it.
// B2 a blob that no record points to is not in the store.
import type { StoredValue } from '../model/task.js';
import { keys } from './keys.js';
import type { Ledger, Turn } from './ledger.js';

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
