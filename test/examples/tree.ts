// Tree: everything in a folder, bit for bit, looked at without the engine's help. Names are bytes, since some
// are no Unicode.
import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands at one path. */
export interface Leaf {
  /** SHA-256 of a file's bytes, or where a link leads. */
  readonly content: string;
  readonly modifiedAt: number;
  readonly mode: number;
  /** Stays the same when a file is moved, and not when it is copied. */
  readonly inode: number;
}

/** All files and links of a folder by relative path (in hexadecimal where it is no Unicode). Stores are left out. */
export async function readTree(folder: string): Promise<Map<string, Leaf>> {
  const leaves = new Map<string, Leaf>();
  const walk = async (at: Buffer, prefix: Buffer): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true, encoding: 'buffer' })) {
      const { name } = entry;
      if (name.toString() === '.statewright') continue;
      const path = Buffer.concat([at, Buffer.from('/'), name]);
      const relative = prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
      if (entry.isDirectory()) await walk(path, relative);
      else leaves.set(keyOf(relative), await leafOf(path));
    }
  };
  await walk(Buffer.from(folder), Buffer.alloc(0));
  return leaves;
}

function keyOf(path: Buffer): string {
  const text = path.toString('utf8');
  return Buffer.from(text, 'utf8').equals(path) ? text : path.toString('hex');
}

async function leafOf(path: Buffer): Promise<Leaf> {
  const stats = await lstat(path);
  const content = stats.isSymbolicLink()
    ? await readlink(path)
    : createHash('sha256')
        .update(await readFile(path).catch(() => Buffer.from('unreadable')))
        .digest('hex');
  const modifiedAt = stats.isSymbolicLink() ? 0 : stats.mtimeMs;
  return { content, modifiedAt, mode: stats.mode, inode: stats.ino };
}

/** The contents of a tree, each as often as it is there. */
export function contentsOf(tree: ReadonlyMap<string, Leaf>): string[] {
  return [...tree.values()].map(({ content }) => content).sort();
}

/** Makes an empty folder that goes when it is disposed of. Its name has a space. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'organise test ')));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
