// A level that fails as LevelDB does. Its content outlives its handles; a handle on which a write has failed takes
// later writes and loses them; a handle that was closed is of no use any more.
import { MemoryLevel } from 'memory-level';
import type { Database } from '#src/persistence/ledger.js';

/** What a write or an opening does: `lost` fails and leaves nothing, `landed` fails but is there. */
export type Fate = 'done' | 'lost' | 'landed';

export interface FaultyLevel {
  /** A new handle; there is one at a time, as LevelDB's lock has it. */
  open(): Promise<Database>;
  /** Decides on the next writes, in their order; those after them are done. */
  fates: Fate[];
  /** No write is done while it is full; a new handle can be opened all the same. */
  full: boolean;
  /** How many times opening fails from now on. */
  closedFor: number;
  /** What is really there. */
  entries(): Promise<[string, string][]>;
  readonly counts: { opened: number; written: number; failed: number; swallowed: number };
}

export async function createFaultyLevel(
  entries: readonly (readonly [string, string])[] = [],
): Promise<FaultyLevel> {
  const content = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await content.open();
  await content.batch(entries.map(([key, value]) => ({ type: 'put' as const, key, value })));
  const counts = { opened: 0, written: 0, failed: 0, swallowed: 0 };
  let current: object | undefined;

  const level: FaultyLevel = {
    fates: [],
    full: false,
    closedFor: 0,
    counts,
    entries: () => content.iterator().all(),
    async open() {
      if (current !== undefined) throw Object.assign(new Error('locked'), { code: 'LEVEL_LOCKED' });
      if (level.closedFor > 0) {
        level.closedFor -= 1;
        throw Object.assign(new Error('IO error: No space left on device'), { code: 'LEVEL_IO_ERROR' });
      }
      counts.opened += 1;
      return makeHandle();
    },
  };

  function makeHandle(): Database {
    let isClosed = false;
    let isPoisoned = false;
    const unusable = (): never => {
      throw Object.assign(new Error('Database is not open'), { code: 'LEVEL_DATABASE_NOT_OPEN' });
    };

    async function batch(operations: never): Promise<void> {
      await Promise.resolve();
      if (isClosed) unusable();
      if (isPoisoned) return void (counts.swallowed += 1);
      const fate = level.full ? 'lost' : (level.fates.shift() ?? 'done');
      if (fate !== 'lost') await content.batch(operations);
      if (fate === 'done') return void (counts.written += 1);
      counts.failed += 1;
      isPoisoned = true;
      const reason = level.full ? 'No space left on device' : 'Input/output error';
      throw Object.assign(new Error(`IO error: ${reason}`), { code: 'LEVEL_IO_ERROR' });
    }

    async function close(): Promise<void> {
      isClosed = true;
      if (current === handle) current = undefined;
    }

    const handle = new Proxy(content, {
      get(target, name) {
        if (name === 'batch') return batch;
        if (name === 'close') return close;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return isClosed ? unusable : (value as () => unknown).bind(target);
      },
    });
    current = handle;
    return handle as unknown as Database;
  }

  return level;
}
