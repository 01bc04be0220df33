// Lock file: `<store>/engine.json` says which process has the store and where other processes reach its engine.
// LevelDB's own lock keeps a second process out; this file only tells it whom to talk to.
//
// A lock file that is missing, cut short or not ours to read counts as none: it is never more than a hint, and
// whoever answers at its address must know its token.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const LockFile = z.object({
  pid: z.number().int().positive(),
  /** Where the engine listens; missing when it serves nobody else. */
  url: z.string().optional(),
  token: z.string().optional(),
  /** Epoch milliseconds. */
  startedAt: z.number().int().nonnegative(),
});
export type LockFile = z.infer<typeof LockFile>;

/** The path of a store's lock file. */
export const lockFilePath = (storeFolder: string): string => join(storeFolder, 'engine.json');

/** Writes the lock file in one step, readable for its owner only. Call it once the store is open. */
export async function writeLockFile(storeFolder: string, lock: LockFile): Promise<void> {
  const path = lockFilePath(storeFolder);
  const draft = `${path}.${lock.pid}.new`;
  // A draft that a killed process with the same pid left behind keeps its mode, so it goes first.
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(lock)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}

/** Reads a store's lock file; undefined when there is none that can be understood. */
export async function readLockFile(storeFolder: string): Promise<LockFile | undefined> {
  try {
    const parsed = LockFile.safeParse(JSON.parse(await readFile(lockFilePath(storeFolder), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock file, unless it is another process's by now. */
export async function removeLockFile(storeFolder: string, pid: number): Promise<void> {
  const lock = await readLockFile(storeFolder);
  if (lock === undefined || lock.pid === pid) await rm(lockFilePath(storeFolder), { force: true });
}
