// LevelDB: the database of a store on disk. A list of operations is handed over one by one, as a chained batch:
// that is as atomic as `batch` with a list, and spares the copy of each operation that abstract-level makes, which
// costs several times what LevelDB itself does (measured: 12 to 16 µs an operation against 2 to 3).
import { Level } from 'level';
import type { Database } from '../persistence/ledger.js';

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/** Makes the database at a path; it opens at its first use. Keys and values are text. */
export function createLevel(path: string): Database {
  const db = new Level<string, string>(path, { valueEncoding: 'utf8' });
  const chained = db.batch.bind(db) as unknown as () => ReturnType<typeof db.batch>;

  async function batch(operations: readonly Operation[], options: object): Promise<void> {
    const chain = chained();
    for (const one of operations) {
      if (one.type === 'put') chain.put(one.key, one.value);
      else chain.del(one.key);
    }
    await chain.write(options as never);
  }

  const either = (operations?: readonly Operation[], options: object = {}): unknown =>
    operations === undefined ? chained() : batch(operations, options);
  return Object.assign(db, { batch: either }) as unknown as Database;
}

/** Makes LevelDB build a database at a path anew from the tables and logs that are there. */
export function repairLevel(path: string): Promise<void> {
  // The types of `level` are those of browsers too, which cannot repair.
  return (Level as unknown as { repair(location: string): Promise<void> }).repair(path);
}
