// fs.stat: what stands at a path, which may be nothing.
import { readlink } from 'node:fs/promises';
import { z } from 'zod';
import { defineTool } from '../tool.js';
import type { Confinement } from './confinement.js';
import { digestFile, HashAlgorithm } from './digest.js';
import { PathField } from './fields.js';
import { withFileFailures } from './file-failure.js';
import { typeByContent, typeByName, TypeDetection } from './file-type.js';
import { EntryKind, factsOf, lookAt } from './look.js';
import { FileType } from './type-tables.js';

const StatInput = z.strictObject({
  path: PathField,
  type: TypeDetection.default('content').describe('How the type of a file is found out.'),
  hash: HashAlgorithm.optional().describe('Also hash the content of a file.'),
});

const StatOutput = z.object({
  path: z.string(),
  exists: z.boolean(),
  kind: EntryKind.optional(),
  size: z.number().int().nonnegative().optional().describe('Bytes.'),
  modifiedAt: z.number().int().nonnegative().optional().describe('Epoch milliseconds.'),
  createdAt: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Epoch milliseconds, where the system knows.'),
  fileId: z.string().optional().describe('Stays the same when the entry is renamed on its file system.'),
  type: FileType.optional(),
  linkTarget: z.string().optional().describe('What a symbolic link says; it is not followed.'),
  hash: z.string().optional().describe('Lower-case hexadecimal.'),
});

/** Makes `fs.stat`. A symbolic link at the end of the path is not followed. */
export function createStatTool(confinement: Confinement) {
  return defineTool({
    name: 'fs.stat',
    description: 'Tells whether something is at a path and what: kind, size, times, type, hash.',
    input: StatInput,
    output: StatOutput,
    effect: 'idempotent',
    safety: 'read',
    run: async (input, context) => {
      const { path } = await confinement.entry(input.path);
      const look = await withFileFailures('Could not look at', path, () => lookAt(path));
      if (look === undefined) return { path, exists: false };
      const isFile = look.kind === 'file';
      return {
        path,
        exists: true,
        ...factsOf(look),
        ...(isFile && input.type !== 'none'
          ? { type: input.type === 'name' ? typeByName(path) : await typeByContent(path) }
          : {}),
        ...(look.kind === 'link' ? { linkTarget: await readlink(path) } : {}),
        ...(isFile && input.hash !== undefined
          ? { hash: (await digestFile(path, input.hash, context.signal)).hash }
          : {}),
      };
    },
  });
}
