// Crashing database: a store in memory whose process can die at any commit. Once it is dead nothing is written any
// more and nobody is told of anything; the next life begins with a copy of what was written.
import { MemoryLevel } from 'memory-level';
import type { Database } from '#src/persistence/ledger.js';

export interface CrashingDatabase {
  readonly db: Database;
  /** Dies at so many commits from now [1: the next]: with that commit written, or without. */
  dieAt(commits: number, written: boolean): void;
  /** Dies between two commits. */
  die(): void;
  readonly isDead: boolean;
  /** Resolves when the process has died. */
  readonly death: Promise<'dead'>;
  /** What a process that starts now finds. */
  next(): Promise<CrashingDatabase>;
}

const never = new Promise<never>(() => {});

/** Makes a database with some entries [none]. */
export async function createCrashingDatabase(
  entries: readonly (readonly [string, string])[] = [],
): Promise<CrashingDatabase> {
  const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await level.open();
  await level.batch(entries.map(([key, value]) => ({ type: 'put' as const, key, value })));
  const db = level as unknown as Database;
  const write = db.batch.bind(db) as (operations: unknown, options: unknown) => Promise<void>;
  let left = Number.POSITIVE_INFINITY;
  let isWritten = false;
  let isDead = false;
  let tell = (_: 'dead'): void => {};
  const death = new Promise<'dead'>((resolve) => {
    tell = resolve;
  });
  const die = (): void => {
    isDead = true;
    tell('dead');
  };

  async function batch(operations: unknown, options: unknown): Promise<void> {
    if (isDead) return never;
    left -= 1;
    if (left > 0) return write(operations, options);
    if (isWritten) await write(operations, options);
    die();
    return never;
  }
  Object.assign(db, { batch });

  return {
    db,
    dieAt: (commits, written) => {
      left = commits;
      isWritten = written;
    },
    die,
    death,
    get isDead() {
      return isDead;
    },
    next: async () => createCrashingDatabase(await level.iterator().all()),
  };
}
