// What stands at a path: one look (never through a symbolic link in the last part), and opening for reading.
import { constants, type BigIntStats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { z } from 'zod';
import { ToolFailure } from '../tool.js';
import { fileFailure, saysMissing } from './file-failure.js';

/** What stands at a path; `other` is a device, pipe or socket. */
export const EntryKind = z.enum(['file', 'folder', 'link', 'other']);
export type EntryKind = z.infer<typeof EntryKind>;

/** What stands at a path at one moment. */
export interface Look {
  readonly kind: EntryKind;
  readonly bytes: number;
  /** Epoch milliseconds, without fractions. */
  readonly modifiedAt: number;
  readonly createdAt: number;
  /** `<device>:<inode>`: stays the same when a file is renamed on its file system. */
  readonly fileId: string;
  /** How many names the file has. */
  readonly names: number;
  /** Permission bits. */
  readonly mode: number;
}

/** Looks at a path; gives nothing when nothing is there. Other trouble is thrown as the system says it. */
export async function lookAt(path: string): Promise<Look | undefined> {
  try {
    return lookOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (saysMissing(error)) return undefined;
    throw error;
  }
}

function lookOf(stats: BigIntStats): Look {
  return {
    kind: stats.isFile()
      ? 'file'
      : stats.isDirectory()
        ? 'folder'
        : stats.isSymbolicLink()
          ? 'link'
          : 'other',
    bytes: Number(stats.size),
    modifiedAt: Math.max(0, Number(stats.mtimeMs)),
    createdAt: Math.max(0, Number(stats.birthtimeMs)),
    fileId: `${stats.dev}:${stats.ino}`,
    names: Number(stats.nlink),
    mode: Number(stats.mode & 0o7777n),
  };
}

/** What a look tells that goes into outputs. */
export function factsOf(look: Look) {
  const { kind, bytes, modifiedAt, createdAt, fileId } = look;
  return { kind, size: bytes, modifiedAt, createdAt, fileId };
}

/** The device part of a file id. */
export const deviceOf = (fileId: string): string => fileId.slice(0, fileId.indexOf(':'));

/** A regular file, open for reading, with its size when it was opened. */
export interface Opened {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly mode: number;
  readonly accessedAt: Date;
  readonly modifiedAt: Date;
}

/** Opens a regular file for reading. Never hangs on a pipe. The caller closes the handle. */
export async function openFile(path: string): Promise<Opened> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer and holds a thread of the pool.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw notAFile(path, stats.isDirectory());
    return {
      handle,
      bytes: stats.size,
      mode: stats.mode & 0o7777,
      accessedAt: stats.atime,
      modifiedAt: stats.mtime,
    };
  } catch (error) {
    await handle?.close();
    throw fileFailure(error, 'Could not read', path);
  }
}

function notAFile(path: string, isFolder: boolean): ToolFailure {
  return new ToolFailure({
    code: isFolder ? 'is-a-folder' : 'not-a-file',
    class: 'logic',
    message: isFolder
      ? `Could not read '${path}': it is a folder; a file was expected. List it with fs.list, or name a file in it.`
      : `Could not read '${path}': it is a device, pipe or socket; a regular file was expected. Name a file.`,
    effect: 'none',
    details: { path },
  });
}
