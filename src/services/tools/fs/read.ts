// fs.read: the content of a file, whole or in part, as text or base64.
import { z } from 'zod';
import { refuseIfAborted } from '../abort.js';
import { defineTool, ToolFailure } from '../tool.js';
import type { Confinement } from './confinement.js';
import { type FileToolSettings, PathField } from './fields.js';
import { withFileFailures } from './file-failure.js';
import { openFile } from './look.js';

const ReadInput = z.strictObject({
  path: PathField,
  encoding: z.enum(['utf8', 'base64']).default('utf8').describe('How the bytes become text.'),
  offset: z.number().int().nonnegative().default(0).describe('The first byte to read.'),
  limit: z.number().int().positive().optional().describe('At most so many bytes; without it, all.'),
});

const ReadOutput = z.object({
  path: z.string(),
  content: z.string(),
  bytes: z.number().int().nonnegative().describe('Bytes of the file that the content stands for.'),
  size: z.number().int().nonnegative().describe('Bytes of the whole file.'),
  nextOffset: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Where to go on reading, when there is more.'),
});

/** Makes `fs.read`. A part of a text ends at a whole character; the rest of it comes with the next part. */
export function createReadTool(confinement: Confinement, settings: FileToolSettings) {
  return defineTool({
    name: 'fs.read',
    description: 'Reads a file, whole or a part of it, as UTF-8 text or base64.',
    input: ReadInput,
    output: ReadOutput,
    effect: 'idempotent',
    safety: 'read',
    run: async (input, context) => {
      const { path } = await confinement.target(input.path);
      refuseIfAborted(context.signal, `Reading '${path}'`, 'none');
      const { handle, bytes: size } = await openFile(path);
      try {
        const rest = Math.max(0, size - input.offset);
        const wanted = Math.min(rest, input.limit ?? rest);
        if (wanted > settings.maxReadBytes) throw tooLarge(path, wanted, settings.maxReadBytes);
        const buffer = Buffer.alloc(wanted);
        const { bytesRead } = await withFileFailures('Could not read', path, () =>
          handle.read(buffer, 0, wanted, input.offset),
        );
        const isEnd = input.offset + bytesRead >= size;
        const read = buffer.subarray(0, bytesRead);
        const part = input.encoding === 'base64' || isEnd ? read : wholeCharacters(read);
        const content = input.encoding === 'base64' ? part.toString('base64') : textOf(path, part);
        const next = input.offset + part.length;
        return { path, content, bytes: part.length, size, ...(next < size ? { nextOffset: next } : {}) };
      } finally {
        await handle.close();
      }
    },
  });
}

/** Without a character that is cut at the end; if that leaves nothing, the bytes as they are. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      const isCut = length > back && bytes.length > back;
      return isCut ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ToolFailure({
      code: 'not-text',
      class: 'logic',
      message: `Could not read '${path}' as text: expected UTF-8, got bytes that are not. Read it with encoding 'base64', or begin at an offset where a character begins.`,
      effect: 'none',
      details: { path },
      cause: error,
    });
  }
}

function tooLarge(path: string, bytes: number, limit: number): ToolFailure {
  return new ToolFailure({
    code: 'too-large',
    class: 'resource',
    message: `Could not read '${path}': ${bytes} bytes were asked for, at most ${limit} can be read at once. Give offset and limit, or raise maxReadBytes.`,
    effect: 'none',
    details: { path, bytes, maxBytes: limit },
  });
}
