// Database: where a store lies, on disk or in memory; opens its database, and says who has it when it cannot.
import { copyFile, link, mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type * as Memory from 'memory-level';
import { EngineError } from '../errors.js';
import type { Database } from '../persistence/ledger.js';
import { createCommitMark, type CommitMark } from '../persistence/last-commit.js';
import { readLockFile } from '../persistence/lock-file.js';
import { createBallast, type Ballast } from './ballast.js';
import { createLevel, repairLevel } from './leveldb.js';

const require = createRequire(import.meta.url);

/** Where a store lies: on disk, in memory, or where a test says. */
export interface StorePort {
  /** Undefined for a store that leaves nothing behind. */
  readonly folder: string | undefined;
  /** Opens the database, also after its handle was closed because a write had failed. */
  readonly open: () => Promise<Database>;
  readonly ballast: Ballast | undefined;
  /** Where the last acknowledged batch is noted, beside the database. */
  readonly mark: CommitMark | undefined;
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
  if (database !== undefined)
    return { folder: undefined, open: database, ballast: undefined, mark: undefined };
  if (store === 'memory') {
    const { MemoryLevel } = require('memory-level') as typeof Memory;
    const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' }) as unknown as Database;
    return { folder: undefined, open: () => db.open().then(() => db), ballast: undefined, mark: undefined };
  }
  const folder = resolve(store);
  return {
    folder,
    open: () => openDatabase(folder),
    ballast: createBallast(folder),
    mark: createCommitMark(folder),
  };
}

/**
 * Opens the database of a store.
 *
 * @throws EngineError `STORE_IN_USE`, `STORE_DAMAGED` or `STORE_UNREADABLE`
 */
export async function openDatabase(folder: string): Promise<Database> {
  const place = join(folder, 'db');
  const missing = await missingFile(place);
  if (missing !== undefined) {
    throw new EngineError(
      'STORE_DAMAGED',
      `The store ${folder} cannot be opened: ${missing} is missing. ${repairHint}`,
    );
  }
  try {
    await mkdir(folder, { recursive: true });
    const db = createLevel(place);
    await db.open();
    return db;
  } catch (cause) {
    throw await openError(folder, cause as Error);
  }
}

const repairHint = "'statewright doctor --repair' saves what can be saved.";

/**
 * What LevelDB would not notice or name: without CURRENT it takes its tables for rubbish, deletes them and begins anew.
 */
async function missingFile(place: string): Promise<string | undefined> {
  const files: string[] = await readdir(place).catch(() => []);
  if (!files.some((file) => /^MANIFEST-|^\d+\.(ldb|sst|log)$/.test(file))) return undefined;
  if (!files.includes('CURRENT')) return 'db/CURRENT';
  const manifest = (await readFile(join(place, 'CURRENT'), 'utf8')).trim();
  return files.includes(manifest) ? undefined : `db/${manifest || 'MANIFEST'}, which db/CURRENT names,`;
}

/**
 * Makes LevelDB build a database anew from the tables and logs that are there. Its files as they were are kept beside it,
 * under the name that is given back.
 */
export async function rebuildDatabase(folder: string): Promise<string> {
  const place = join(folder, 'db');
  const files = await readdir(place);
  const kept = await freeName(folder);
  await mkdir(join(folder, kept));
  for (const file of files)
    await link(join(place, file), join(folder, kept, file)).catch(() =>
      copyFile(join(place, file), join(folder, kept, file)),
    );
  await repairLevel(place);
  return kept;
}

async function freeName(folder: string): Promise<string> {
  const taken = await readdir(folder);
  for (let n = 1; ; n++) if (!taken.includes(`db.damaged-${n}`)) return `db.damaged-${n}`;
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
      `The store ${folder} cannot be opened: ${cause.cause ? String(cause.cause) : cause.message}. ${repairHint}`,
      { cause },
    );
  }
  return new EngineError(
    'STORE_UNREADABLE',
    `The store ${folder} cannot be opened: ${String(cause.cause ?? cause.message)}. Check that the folder can be written.`,
    { cause },
  );
}
