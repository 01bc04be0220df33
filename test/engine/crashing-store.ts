// Crashing store: a test level that is open, and dies at one of its next writes.
import type { Database } from '#src/persistence/ledger.js';
import { createTestLevel, type TestLevel } from '#src/testing/test-level.js';

export interface CrashingStore {
  readonly db: Database;
  /** Dies at so many writes from now [1: the next]: with that write on the disk, or without. */
  dieAt(writes: number, written: boolean): void;
  /** Dies between two writes. */
  die(): void;
  /** Resolves when the process has died. */
  readonly death: Promise<'dead'>;
  /** What a process that starts now finds; the present one is dead then. */
  next(): Promise<CrashingStore>;
}

/** Makes a store with some entries [none]. */
export const createCrashingStore = (
  entries: readonly (readonly [string, string])[] = [],
): Promise<CrashingStore> => open(createTestLevel({ entries }));

async function open(level: TestLevel): Promise<CrashingStore> {
  const db = await level.open();
  return {
    db,
    dieAt: (writes, written) =>
      level.at(level.writes + writes, { kind: 'stop', when: written ? 'after' : 'before' }),
    die: () => level.stop(),
    death: level.stopped.then(() => 'dead'),
    next: async () => open(await level.next()),
  };
}
