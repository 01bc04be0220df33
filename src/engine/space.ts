// Space: how much of the disk a store takes, and giving back what was deleted. LevelDB keeps deleted entries until it
// compacts the tables they lie in; it is told to where something was deleted.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keys, type KeyRange } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { recordsOf } from '../persistence/removal.js';

/** Collects where something was deleted, and compacts it. */
export interface Compaction {
  /** A goal that was deleted. */
  add(goalId: string): void;
  /** Compacts range by range, until it is told to stop. */
  run(): Promise<void>;
}

export interface Space {
  /** The bytes that the database takes on the disk; 0 in memory. */
  bytes(): Promise<number>;
  compaction(isStopped: () => boolean): Compaction;
}

/** Of so many goals next to each other one range is made: none takes long, so that closing does not. */
const goalsPerRange = 64;
const factsPerRange = 100_000;

/** The space of a ledger's database. `folder` is undefined for one in memory, where there is nothing to give back. */
export function createSpace(ledger: Pick<Ledger, 'disk' | 'lastSeq'>, folder: string | undefined): Space {
  const compact = async ({ gte, lt }: KeyRange): Promise<void> => {
    const level = ledger.disk.db() as unknown as {
      compactRange?: (start: string, end: string) => Promise<void>;
    };
    await level.compactRange?.(gte, lt);
  };
  return {
    bytes: async () => (folder === undefined ? 0 : folderBytes(join(folder, 'db'))),
    compaction(isStopped) {
      const goals = new Set<string>();
      return {
        add: (goalId) => void goals.add(goalId),
        async run() {
          if (folder === undefined) return;
          for (const range of rangesOf([...goals].sort(), ledger.lastSeq())) {
            if (isStopped()) return;
            await compact(range);
          }
        },
      };
    },
  };
}

/** Where goals lay. What they have said and their blobs lie among those of others: the whole of both, in parts. */
function* rangesOf(goals: readonly string[], lastSeq: number): Generator<KeyRange> {
  if (goals.length === 0) return;
  for (let i = 0; i < goals.length; i += goalsPerRange) {
    const first = [...recordsOf(goals[i] ?? ''), keys.goalJournalOf(goals[i] ?? '')];
    const end = goals[Math.min(i + goalsPerRange, goals.length) - 1] ?? '';
    const last = [...recordsOf(end), keys.goalJournalOf(end)];
    for (const [n, { gte }] of first.entries()) yield { gte, lt: last[n]?.lt ?? gte };
  }
  yield* keys.blobParts;
  yield* keys.journalParts(lastSeq, factsPerRange);
}

/** The bytes of a folder's files. One that goes meanwhile does not count. */
async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    bytes += await stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
