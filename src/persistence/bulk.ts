// Bulk: reads ranges in large pieces. An iterator that is asked entry by entry spends its time on asking.
import type { KeyRange } from './keys.js';
import type { Database } from './ledger.js';

const pieceEntries = 4_096;
/** How much LevelDB reads ahead for one piece, in bytes. */
const pieceBytes = 1024 * 1024;

/** The entries of a range in their order, in pieces; the next piece is read while one is looked at. */
export async function* piecesOf(db: Database, range: KeyRange): AsyncGenerator<[string, string][]> {
  const iterator = db.iterator({ ...range, highWaterMarkBytes: pieceBytes } as KeyRange);
  try {
    for (let next = iterator.nextv(pieceEntries); ; ) {
      const piece = await next;
      if (piece.length === 0) return;
      next = iterator.nextv(pieceEntries);
      // Whoever stops early does not wait for it.
      next.catch(() => {});
      yield piece;
    }
  } finally {
    await iterator.close();
  }
}
