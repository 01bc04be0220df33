// fs.write: gives a file a new content, whole: whoever reads it meanwhile sees the old content or the new,
// never a part. The bytes are on the disk when the tool has ended.
import { type FileHandle, chmod, open, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Json } from '../../../model/scalars.js';
import { refuseIfAborted } from '../abort.js';
import { defineTool, type ToolCallContext, ToolFailure } from '../tool.js';
import type { Confinement } from './confinement.js';
import { type FileToolSettings, ParentsField, PathField } from './fields.js';
import { fileFailure, withFileFailures } from './file-failure.js';
import { type Look, lookAt } from './look.js';
import { clearStages, moveUnlessTaken, prepareFolderOf, renameLasting, stagePath } from './placement.js';

const WriteInput = z
  .strictObject({
    path: PathField,
    text: z.string().optional().describe('The content as text; written as UTF-8.'),
    base64: z.base64().optional().describe('The content in base64.'),
    json: Json.optional().describe('The content as a JSON value; written with an indent of two.'),
    overwrite: z
      .enum(['replace', 'refuse'])
      .default('replace')
      .describe('What happens when a file with another content is there.'),
    parents: ParentsField,
  })
  .refine(
    (input) => [input.text, input.base64, input.json].filter((value) => value !== undefined).length === 1,
    {
      error: 'expected exactly one of text, base64 and json',
    },
  );
type WriteInput = z.output<typeof WriteInput>;

const WriteOutput = z.object({
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().describe('Of the content, in lower-case hexadecimal.'),
  replaced: z.boolean().describe('A file was there before.'),
  alreadyDone: z.boolean().describe('With overwrite refuse: the file was there with this content.'),
});

/** Makes `fs.write`. A symbolic link is followed; the permissions of a file that is replaced are kept. */
export function createWriteTool(confinement: Confinement, settings: FileToolSettings) {
  return defineTool({
    name: 'fs.write',
    description:
      'Writes a whole file from text, base64 or a JSON value, in one step that readers cannot see half of.',
    input: WriteInput,
    output: WriteOutput,
    effect: 'idempotent',
    safety: 'write',
    run: async (input, context) => {
      const { path } = await confinement.target(input.path);
      const bytes = bytesOf(input);
      if (bytes.length > settings.maxWriteBytes) throw tooLarge(path, bytes.length, settings.maxWriteBytes);
      refuseIfAborted(context.signal, `Writing '${path}'`, 'none');
      return withFileFailures('Could not write', path, async () => {
        // Also when all is done already: an earlier life may have been cut off between its last two steps.
        await clearStages(path, context.idempotencyKey, context.attempt);
        const existing = await lookAt(path);
        const facts = { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
        if (existing !== undefined) {
          refuseUnlessFile(path, existing);
          if (input.overwrite === 'refuse') {
            await refuseUnlessSame(path, bytes);
            return { ...facts, replaced: false, alreadyDone: true };
          }
        }
        await prepareFolderOf(path, input.parents);
        await writeWhole(path, bytes, input.overwrite, existing, context);
        return { ...facts, replaced: existing !== undefined, alreadyDone: false };
      });
    },
  });
}

function bytesOf(input: WriteInput): Buffer {
  if (input.text !== undefined) return Buffer.from(input.text, 'utf8');
  if (input.base64 !== undefined) return Buffer.from(input.base64, 'base64');
  return Buffer.from(`${JSON.stringify(input.json, null, 2)}\n`, 'utf8');
}

async function writeWhole(
  path: string,
  bytes: Buffer,
  overwrite: WriteInput['overwrite'],
  existing: Look | undefined,
  context: ToolCallContext,
): Promise<void> {
  const stage = stagePath(path, context.idempotencyKey, context.attempt);
  try {
    const handle: FileHandle = await open(stage, 'wx');
    try {
      await handle.writeFile(bytes, { signal: context.signal });
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (existing !== undefined) await chmod(stage, existing.mode & 0o777);
    if (overwrite === 'replace') return await renameLasting(stage, path);
    if ((await moveUnlessTaken(stage, path, 'file')) === 'taken') throw alreadyThere(path);
  } catch (error) {
    await rm(stage, { force: true });
    refuseIfAborted(context.signal, `Writing '${path}'`, 'none');
    throw fileFailure(error, 'Could not write', path);
  }
}

function refuseUnlessFile(path: string, look: Look): void {
  if (look.kind === 'file') return;
  throw new ToolFailure({
    code: look.kind === 'folder' ? 'is-a-folder' : 'not-a-file',
    class: 'logic',
    message: `Could not write '${path}': it is a ${look.kind}; a file or a free name was expected. Name a file.`,
    effect: 'none',
    details: { path },
  });
}

/** An earlier attempt may have written it: then all is well. */
async function refuseUnlessSame(path: string, bytes: Buffer): Promise<void> {
  const present = await readFile(path);
  if (!present.equals(bytes)) throw alreadyThere(path);
}

function alreadyThere(path: string): ToolFailure {
  return new ToolFailure({
    code: 'target-exists',
    class: 'logic',
    message: `Could not write '${path}': a file with another content is there. Choose another path, or overwrite 'replace'.`,
    effect: 'none',
    details: { path },
  });
}

function tooLarge(path: string, bytes: number, limit: number): ToolFailure {
  return new ToolFailure({
    code: 'too-large',
    class: 'resource',
    message: `Could not write '${path}': the content has ${bytes} bytes, at most ${limit} can be written at once. Write less, or raise maxWriteBytes.`,
    effect: 'none',
    details: { path, bytes, maxBytes: limit },
  });
}
