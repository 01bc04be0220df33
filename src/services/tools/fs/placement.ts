// Putting something at a path: names for what is not finished yet, names for what would collide, and the
// steps that make a change last.
//
//   P1 nothing is overwritten unless the caller asked for it
//   P2 a new name is on the disk before the old one goes
import { createHash } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { ToolFailure } from '../tool.js';
import { notFound, systemCodeOf, withFileFailures } from './file-failure.js';
import { type EntryKind, lookAt } from './look.js';

/** All names that the tools make for themselves begin so; fs.list does not show them. */
export const ownPrefix = '.statewright-';

/** What happens when something else is at the target. */
export const OnConflict = z.enum(['fail', 'rename', 'replace']);
export type OnConflict = z.infer<typeof OnConflict>;

/** A short name from an idempotency key: the same after a crash, different for each task and target. */
export function keyName(key: string, ...more: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([key, ...more]))
    .digest('hex')
    .slice(0, 20);
}

/**
 * Where a target is made before it is put in place: beside it, so on the same file system. Each attempt has
 * its own, because an attempt that was aborted may still be in its last write.
 */
export function stagePath(target: string, key: string, attempt: number): string {
  return join(dirname(target), `${ownPrefix}${keyName(key, target)}-${attempt}.part`);
}

/** Removes what earlier attempts (the last twenty) and an earlier life of this one left unfinished. */
export async function clearStages(target: string, key: string, attempt: number): Promise<void> {
  for (let each = attempt; each > 0 && each > attempt - 20; each--) {
    await rm(stagePath(target, key, each), { recursive: true, force: true });
  }
}

/** Makes the entries of a folder last. Where the system does not offer it (Windows), nothing is done. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network and fuse file systems do not sync folders; their renames are as lasting as they can be.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EBADF'].includes(systemCodeOf(error) ?? ''))
      throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and its parents. True when it was not there before.
 *
 * @throws ToolFailure `not-a-folder` when a file is in the way; else the system's error.
 */
export async function makeFolder(path: string): Promise<boolean> {
  let first: string | undefined;
  try {
    first = await mkdir(path, { recursive: true });
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST' || systemCodeOf(error) === 'ENOTDIR') throw inTheWay(path);
    throw error;
  }
  if (first === undefined) return false;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  return true;
}

/** Makes the folder that a target goes into, or makes sure that it is there. */
export async function prepareFolderOf(target: string, parents: boolean): Promise<void> {
  const folder = dirname(target);
  if (parents)
    return withFileFailures('Could not make folder', folder, async () => void (await makeFolder(folder)));
  const look = await withFileFailures('Could not look at', folder, () => lookAt(folder));
  if (look === undefined) throw notFound(`Could not put '${basename(target)}' into folder`, folder);
  if (look.kind !== 'folder') throw inTheWay(folder);
}

function inTheWay(path: string): ToolFailure {
  return new ToolFailure({
    code: 'not-a-folder',
    class: 'logic',
    message: `Could not make folder '${path}': it, or a part of its path, is there and is not a folder. Choose another path.`,
    effect: 'none',
    details: { path },
  });
}

/** Says that a file system has no hard links, or not for this file. */
const noLinks = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EISDIR',
  'EINVAL',
  'UNKNOWN',
]);

/**
 * Moves an entry to a name on the same file system if the name is free; otherwise changes nothing.
 *
 * A file gets its new name by a hard link, which cannot overwrite; then the old name goes. Where there are
 * no hard links, and for folders and symbolic links, it looks first and then renames: another process that
 * makes the name in between is overwritten if it made a file (or an empty folder).
 *
 * @throws the system's error; `EXDEV` when the file systems differ.
 */
export async function moveUnlessTaken(
  from: string,
  to: string,
  kind: EntryKind,
): Promise<'placed' | 'taken'> {
  if (kind === 'file') {
    const linked = await linkUnlessTaken(from, to);
    if (linked === 'taken') return 'taken';
    if (linked === 'linked') {
      await dropOldName(from, to);
      return 'placed';
    }
  }
  if ((await lookAt(to)) !== undefined) return 'taken';
  await renameLasting(from, to);
  return 'placed';
}

async function linkUnlessTaken(from: string, to: string): Promise<'linked' | 'taken' | 'unsupported'> {
  try {
    await link(from, to);
    return 'linked';
  } catch (error) {
    const code = systemCodeOf(error) ?? '';
    if (code === 'EEXIST') return 'taken';
    if (noLinks.has(code)) return 'unsupported';
    throw error;
  }
}

async function dropOldName(from: string, to: string): Promise<void> {
  await syncFolder(dirname(to));
  try {
    await unlink(from);
  } catch (error) {
    // The old name may not go (a read-only folder): then the new one must not stay.
    await unlink(to);
    throw error;
  }
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

/** Renames, overwriting what is there as the system's rename does, and makes it last. */
export async function renameLasting(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

function splitName(path: string, kind: EntryKind): { stem: string; extension: string } {
  const name = basename(path);
  const extension = kind === 'folder' ? '' : (/\.tar\.[A-Za-z0-9]+$/.exec(name)?.[0] ?? extname(name));
  return { stem: name.slice(0, name.length - extension.length), extension };
}

/** The n-th name for a target: itself, `name (2).ext`, `name (3).ext` … */
export function numberedPath(target: string, number: number, kind: EntryKind): string {
  if (number <= 1) return target;
  const { stem, extension } = splitName(target, kind);
  return join(dirname(target), `${stem} (${number})${extension}`);
}

/** Which of the names of {@link numberedPath} are taken, by number in rising order. */
export async function takenNumbers(target: string, kind: EntryKind): Promise<Set<number>> {
  const { stem, extension } = splitName(target, kind);
  const whole = basename(target);
  const numbers: number[] = [];
  for (const name of await readdir(dirname(target))) {
    if (name === whole) numbers.push(1);
    if (!name.startsWith(`${stem} (`) || !name.endsWith(`)${extension}`)) continue;
    const digits = name.slice(stem.length + 2, name.length - extension.length - 1);
    if (/^[1-9]\d{0,8}$/.test(digits) && digits !== '1') numbers.push(Number(digits));
  }
  return new Set(numbers.sort((a, b) => a - b));
}

const mostNames = 100_000;

/**
 * Calls `put` with the target and, when numbering is allowed, with its next free names, until one is not taken.
 *
 * @returns the path that was not taken.
 * @throws ToolFailure `target-exists` when the name is taken and numbering is not allowed.
 */
export async function putUnderFreeName(
  target: string,
  kind: EntryKind,
  numbering: boolean,
  put: (path: string) => Promise<'placed' | 'taken'>,
): Promise<string> {
  if ((await put(target)) === 'placed') return target;
  if (!numbering) throw targetExists(target);
  const taken = await takenNumbers(target, kind);
  for (let number = 2; number <= mostNames; number++) {
    const path = numberedPath(target, number, kind);
    if (!taken.has(number) && (await put(path)) === 'placed') return path;
  }
  throw new ToolFailure({
    code: 'too-many-names',
    class: 'logic',
    message: `All names from '${target}' to '${numberedPath(target, mostNames, kind)}' are taken. Choose another name.`,
    effect: 'none',
    details: { path: target },
  });
}

/** The failure when something else is at the target. */
export function targetExists(path: string, because?: string): ToolFailure {
  return new ToolFailure({
    code: 'target-exists',
    class: 'logic',
    message: `'${path}' is already there${because === undefined ? '' : `: ${because}`}. Choose another path, or onConflict 'rename' to keep both${because === undefined ? " or 'replace' to overwrite it" : ''}.`,
    effect: 'none',
    details: { path },
  });
}
