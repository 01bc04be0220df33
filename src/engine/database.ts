// Database: where a store lies, on disk or in memory; opens its database, and says who has it when it cannot.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type * as Memory from 'memory-level';
import { EngineError } from '../errors.js';
import type { Database } from '../persistence/ledger.js';
import { readLockFile } from '../persistence/lock-file.js';
import { createBallast, type Ballast } from './ballast.js';
import { createLevel } from './leveldb.js';

const require = createRequire(import.meta.url);

/** Where a store lies: on disk, in memory, or where a test says. */
export interface StorePort {
  /** Undefined for a store that leaves nothing behind. */
  readonly folder: string | undefined;
  /** Opens the database, also after its handle was closed because a write had failed. */
  readonly open: () => Promise<Database>;
  readonly ballast: Ballast | undefined;
}

/**
 * The port for what the host gives as the store, or as a database of its own in place of one.
 *
 * @throws EngineError `INPUT_INVALID` when it gives both.
 */
export function createStorePort(store: string, database?: () => Promise<Database>): StorePort {
  if (database !== undefined && store !== 'memory') {
    throw new EngineError(
      'INPUT_INVALID',
      `A database of one's own goes with store: 'memory'; got the store '${store}' too. Give one of the two.`,
    );
  }
  if (database !== undefined) return { folder: undefined, open: database, ballast: undefined };
  if (store === 'memory') {
    const { MemoryLevel } = require('memory-level') as typeof Memory;
    const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' }) as unknown as Database;
    return { folder: undefined, open: () => db.open().then(() => db), ballast: undefined };
  }
  const folder = resolve(store);
  return { folder, open: () => openDatabase(folder), ballast: createBallast(folder) };
}

/**
 * Opens the database of a store.
 *
 * @throws EngineError `STORE_IN_USE`, `STORE_DAMAGED` or `STORE_UNREADABLE`
 */
export async function openDatabase(folder: string): Promise<Database> {
  try {
    await mkdir(folder, { recursive: true });
    const db = createLevel(join(folder, 'db'));
    await db.open();
    return db;
  } catch (cause) {
    throw await openError(folder, cause as Error);
  }
}

async function openError(
  folder: string,
  cause: Error & { code?: string; cause?: unknown },
): Promise<EngineError> {
  const codes = [cause.code, (cause.cause as { code?: string } | undefined)?.code];
  if (codes.includes('LEVEL_LOCKED')) {
    const owner = await readLockFile(folder);
    const who =
      owner === undefined
        ? 'another process'
        : `process ${owner.pid}${owner.url === undefined ? '' : ` at ${owner.url}`}`;
    return new EngineError(
      'STORE_IN_USE',
      `The store ${folder} is in use by ${who}. Give commands to that engine, or stop it first.`,
      { cause },
    );
  }
  if (codes.includes('LEVEL_CORRUPTION')) {
    return new EngineError(
      'STORE_DAMAGED',
      `The store ${folder} cannot be opened: ${cause.cause ? String(cause.cause) : cause.message}.`,
      { cause },
    );
  }
  return new EngineError(
    'STORE_UNREADABLE',
    `The store ${folder} cannot be opened: ${String(cause.cause ?? cause.message)}. Check that the folder can be written.`,
    { cause },
  );
}
