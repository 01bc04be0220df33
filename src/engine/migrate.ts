// Migrate: what this version would do with a store that another version has written, and doing it.
import { formats, migrateStore, type Migration } from '../persistence/migrate.js';
import { charts } from './charts.js';
import { createStorePort } from './database.js';

/**
 * Migrates a store to this version at once, or with `check` only says what would be done and what would be refused.
 * Without it, `createEngine` migrates the format when it opens the store, and each goal as it is carried on.
 *
 * @param folder - The folder of the store. No engine may have it.
 * @throws EngineError `STORE_IN_USE`, and `STORE_NEWER` or `STORE_OLDER` when nothing leads from its format to this
 * one; nothing was changed then.
 *
 * @example
 * ```ts
 * const { records, actors, refused } = await migrate('.statewright', { check: true });
 * ```
 */
export async function migrate(
  folder: string,
  options: { check?: boolean; onProgress?: (recordsSeen: number) => void } = {},
): Promise<Migration> {
  const db = await createStorePort(folder).open();
  try {
    return await migrateStore(db, { charts, formats, ...options, check: options.check === true });
  } finally {
    await db.close();
  }
}
