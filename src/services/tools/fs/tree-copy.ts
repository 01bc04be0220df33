// Copies files and folders with their times and permissions, and compares them. Owners, extended attributes
// and hard links between the copied files are not kept. Symbolic links are copied as links.
import { createHash } from 'node:crypto';
import {
  type FileHandle,
  chmod,
  mkdir,
  open,
  readdir,
  readlink,
  symlink,
  stat,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { refuseIfAborted } from '../abort.js';
import { ToolFailure } from '../tool.js';
import { digestFile, pieceBytes } from './digest.js';
import { notFound } from './file-failure.js';
import { lookAt, openFile } from './look.js';
import { syncFolder } from './placement.js';

/** How a tree is copied. */
export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Reads each copy again and compares it with what was read from the source. */
  readonly verify: boolean;
  /** Told after each piece how many bytes have been copied. */
  onBytes?(bytes: number): void;
}

/** What a copy came to. */
export interface CopyTotals {
  files: number;
  bytes: number;
}

/**
 * Copies what is at `from` to `to`, where nothing may be yet, and syncs it to the disk. A copy that fails or
 * is aborted is left unfinished: the caller removes it.
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<CopyTotals> {
  const totals: CopyTotals = { files: 0, bytes: 0 };
  await copyEntry(from, to, options, totals);
  return totals;
}

async function copyEntry(from: string, to: string, options: CopyOptions, totals: CopyTotals): Promise<void> {
  refuseIfAborted(options.signal, `Copying '${from}'`);
  const look = await lookAt(from);
  switch (look?.kind) {
    case 'file':
      return copyFile(from, to, options, totals);
    case 'folder':
      return copyFolder(from, to, options, totals);
    case 'link':
      return symlink(await readlink(from), to);
    case undefined:
      throw notFound('Could not copy', from);
    case 'other':
      throw new ToolFailure({
        code: 'not-a-file',
        class: 'logic',
        message: `Could not copy '${from}': it is a device, pipe or socket; files, folders and links can be copied.`,
        effect: 'none',
        details: { path: from },
      });
  }
}

async function copyFolder(from: string, to: string, options: CopyOptions, totals: CopyTotals): Promise<void> {
  const stats = await stat(from);
  await mkdir(to);
  for (const name of (await readdir(from)).sort()) {
    await copyEntry(join(from, name), join(to, name), options, totals);
  }
  await chmod(to, stats.mode & 0o777);
  await utimes(to, stats.atime, stats.mtime);
  await syncFolder(to);
}

async function copyFile(from: string, to: string, options: CopyOptions, totals: CopyTotals): Promise<void> {
  const source = await openFile(from);
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const hash = await copyBytes(source.handle, target, options, totals, from);
      await target.chmod(source.mode & 0o777);
      await target.utimes(source.accessedAt, source.modifiedAt);
      await target.sync();
      if (options.verify) await verifyCopy(from, to, hash, options.signal);
      totals.files += 1;
    } finally {
      await target.close();
    }
  } finally {
    await source.handle.close();
  }
}

async function copyBytes(
  source: FileHandle,
  target: FileHandle,
  options: CopyOptions,
  totals: CopyTotals,
  path: string,
): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceBytes);
  let position = 0;
  for (;;) {
    refuseIfAborted(options.signal, `Copying '${path}'`);
    const { bytesRead } = await source.read(piece, 0, pieceBytes, position);
    if (bytesRead === 0) return hash.digest('hex');
    if (options.verify) hash.update(piece.subarray(0, bytesRead));
    await writeAll(target, piece.subarray(0, bytesRead), position);
    position += bytesRead;
    totals.bytes += bytesRead;
    options.onBytes?.(totals.bytes);
  }
}

/** Writes all bytes at a position: one write call may write fewer. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const step = await handle.write(bytes, written, bytes.length - written, position + written);
    written += step.bytesWritten;
  }
}

async function verifyCopy(from: string, to: string, expected: string, signal: AbortSignal): Promise<void> {
  const got = await digestFile(to, 'sha256', signal);
  if (got.hash === expected) return;
  throw new ToolFailure({
    code: 'copy-differs',
    class: 'external',
    message: `The copy of '${from}' does not hold the bytes that were read: expected SHA-256 ${expected}, got ${got.hash}. The source was left alone; check the target's disk.`,
    retryable: true,
    effect: 'none',
    details: { path: from },
  });
}

/** Whether two paths hold the same: files by their bytes, links by their targets, folders by all in them. */
export function isSameTree(one: string, other: string, signal: AbortSignal): Promise<boolean> {
  return compare(one, other, true, signal);
}

/** As {@link isSameTree}, but folders at `other` may hold more: nothing is lost when `part` goes. */
export function isHeldIn(other: string, part: string, signal: AbortSignal): Promise<boolean> {
  return compare(part, other, false, signal);
}

async function compare(one: string, other: string, exact: boolean, signal: AbortSignal): Promise<boolean> {
  const [first, second] = await Promise.all([lookAt(one), lookAt(other)]);
  if (first === undefined || second === undefined || first.kind !== second.kind) return false;
  if (first.fileId === second.fileId) return true;
  switch (first.kind) {
    case 'file': {
      if (first.bytes !== second.bytes) return false;
      const a = await digestFile(one, 'sha256', signal);
      return a.hash === (await digestFile(other, 'sha256', signal)).hash;
    }
    case 'link':
      return (await readlink(one)) === (await readlink(other));
    case 'folder': {
      const [names, others] = await Promise.all([readdir(one), readdir(other)]);
      if (exact && names.length !== others.length) return false;
      const known = new Set(others);
      for (const name of names) {
        if (!known.has(name) || !(await compare(join(one, name), join(other, name), exact, signal)))
          return false;
      }
      return true;
    }
    case 'other':
      return false;
  }
}
