// Ballast: a file beside the database that is given up when the disk is full, because LevelDB needs room to open:
// it writes its log, of up to 4 MiB, as a table before it frees it. While it is there, there is room to go on.
//
// B1 nothing fails because the ballast cannot be made; then there is none, and no file that is shorter than it says.
import { createCipheriv } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Twice LevelDB's write buffer: a log and the table that is made of it. */
export const ballastBytes = 8 * 1024 * 1024;

export interface Ballast {
  /** Makes it unless it is there; says whether it is now. */
  make(): Promise<boolean>;
  /** Gives it up; says whether that freed anything. */
  give(): Promise<boolean>;
}

/** The ballast of a store. */
export function createBallast(folder: string): Ballast {
  const path = join(folder, 'ballast');
  const draft = `${path}.new`;
  const isThere = async (): Promise<boolean> => {
    const found = await stat(path).catch(() => undefined);
    return found?.size === ballastBytes;
  };
  return {
    async make() {
      if (await isThere()) return true;
      try {
        await fill(draft);
        await rename(draft, path);
        return true;
      } catch {
        await rm(draft, { force: true }).catch(() => {});
        return false;
      }
    },
    async give() {
      const wasThere = await isThere();
      await rm(path, { force: true }).catch(() => {});
      return wasThere;
    },
  };
}

/** Writes bytes that no file system makes smaller: zeros under a cipher. The key is no secret. */
async function fill(path: string): Promise<void> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(ballastBytes / 32);
  const file = await open(path, 'w', 0o600);
  try {
    for (let written = 0; written < ballastBytes; written += zeros.length)
      await file.writeFile(cipher.update(zeros));
  } finally {
    await file.close();
  }
}
