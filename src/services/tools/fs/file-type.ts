// The type of a file: by its content where that tells, by its name's extension where it does not.
import { z } from 'zod';
import { categoryOfMime, type FileType, typeOfExtension } from './type-tables.js';
import { openFile } from './look.js';
import { isUtf16, looksLikeText, typeOfText } from './text-type.js';

/** How types are found out: by opening each file, by its name only, or not at all. */
export const TypeDetection = z.enum(['content', 'name', 'none']);
export type TypeDetection = z.infer<typeof TypeDetection>;

const unknown: FileType = { category: 'unknown', mime: 'application/octet-stream', by: 'none' };
const headBytes = 16_384;
/** Containers that tell what they hold only further inside, or not at all. */
const containers = new Set([
  'application/zip',
  'application/x-cfb',
  'application/xml',
  'application/octet-stream',
]);

/** The type by the extension of the name alone. */
export function typeByName(path: string): FileType {
  const known = typeOfExtension(path);
  return known === undefined ? unknown : { ...known, by: 'name' };
}

/**
 * The type of a regular file by its content (its first 16 KiB; more only of zip containers).
 *
 * @throws ToolFailure when the file cannot be read.
 */
export async function typeByContent(path: string): Promise<FileType> {
  const { handle, bytes } = await openFile(path);
  let head: Buffer;
  try {
    const buffer = Buffer.alloc(Math.min(headBytes, bytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    head = buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
  if (head.length === 0) return typeByName(path);
  if (isUtf16(head)) return typeOfText(path, head, head.length === bytes);
  const found = await mimeOfHead(head);
  const mime = found === 'application/zip' ? ((await mimeOfFile(path)) ?? found) : found;
  if (mime !== undefined && !containers.has(mime)) {
    return { category: categoryOfMime(mime), mime, by: 'content' };
  }
  if (mime === undefined || mime === 'application/xml') {
    if (looksLikeText(head)) return typeOfText(path, head, head.length === bytes);
  }
  return typeOfContainer(path, mime);
}

/** A container that kept its secret: the name may say what kind of it, when the two fit together. */
function typeOfContainer(path: string, mime: string | undefined): FileType {
  const named = typeByName(path);
  if (mime === undefined) return named;
  const fits = named.by === 'name' && named.category !== 'text' && named.category !== 'code';
  return fits ? named : { category: categoryOfMime(mime), mime, by: 'content' };
}

// file-type throws on some cut or hostile files; then the content has told nothing.
async function mimeOfHead(head: Buffer): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime;
}

async function mimeOfFile(path: string): Promise<string | undefined> {
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(path).catch(() => undefined);
  return found?.mime;
}
