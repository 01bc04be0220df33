// fs.hash: digests of one file or of many.
import { z } from 'zod';
import { refuseIfAborted } from '../abort.js';
import { mapBounded } from '../bounded-map.js';
import { defineTool, type ToolCallContext, ToolFailure } from '../tool.js';
import type { Confinement } from './confinement.js';
import { digestFile, HashAlgorithm } from './digest.js';
import { PathField } from './fields.js';

const HashInput = z
  .strictObject({
    path: PathField.optional().describe('One file; it fails when the file cannot be read.'),
    paths: z
      .array(PathField)
      .max(100_000)
      .optional()
      .describe('Many files; those that cannot be read are reported.'),
    algorithm: HashAlgorithm.default('sha256'),
    width: z.number().int().min(1).max(16).default(4).describe('How many files are read at once.'),
  })
  .refine((input) => (input.path === undefined) !== (input.paths === undefined), {
    error: 'expected either path or paths',
  });

const HashedFile = z.object({
  path: z.string(),
  hash: z.string().describe('Lower-case hexadecimal.'),
  bytes: z.number().int().nonnegative(),
});

const HashOutput = z.object({
  algorithm: HashAlgorithm,
  hash: z.string().optional().describe('Of the one file, when path was given.'),
  files: z.array(HashedFile).describe('In the order asked for.'),
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
});
type HashedFile = z.infer<typeof HashedFile>;

/** Makes `fs.hash`. */
export function createHashTool(confinement: Confinement) {
  return defineTool({
    name: 'fs.hash',
    description: 'Computes digests (SHA-256 by default) of the content of one file or many.',
    input: HashInput,
    output: HashOutput,
    effect: 'idempotent',
    safety: 'read',
    run: async (input, context) => {
      const { algorithm } = input;
      if (input.path !== undefined) {
        const file = await hashOne(confinement, input.path, algorithm, context);
        return { algorithm, hash: file.hash, files: [file], unreadable: [] };
      }
      const paths = input.paths ?? [];
      let done = 0;
      const results = await mapBounded(paths, input.width, async (path) => {
        refuseIfAborted(context.signal, 'Hashing', 'none');
        const result = await hashOrReason(confinement, path, algorithm, context);
        done += 1;
        if (done % 64 === 0) context.progress(done / paths.length, `${done} of ${paths.length} files hashed`);
        return result;
      });
      return {
        algorithm,
        files: results.filter((result) => 'hash' in result),
        unreadable: results.filter((result) => 'reason' in result),
      };
    },
  });
}

async function hashOne(
  confinement: Confinement,
  asked: string,
  algorithm: HashAlgorithm,
  context: ToolCallContext,
): Promise<HashedFile> {
  const { path } = await confinement.target(asked);
  return { path, ...(await digestFile(path, algorithm, context.signal)) };
}

async function hashOrReason(
  confinement: Confinement,
  asked: string,
  algorithm: HashAlgorithm,
  context: ToolCallContext,
): Promise<HashedFile | { path: string; reason: string }> {
  try {
    return await hashOne(confinement, asked, algorithm, context);
  } catch (error) {
    if (!(error instanceof ToolFailure) || error.failure.code === 'aborted') throw error;
    return { path: asked, reason: error.failure.message };
  }
}
