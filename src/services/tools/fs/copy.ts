// fs.copy: copies a file or folder. The copy is made beside the target and then gets its name, so nobody
// sees half of it. A target that already holds the same counts as the copy: that makes it repeatable.
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { defineTool, type ToolCallContext } from '../tool.js';
import { type Confinement, isWithin } from './confinement.js';
import { bytesProgress, ParentsField, PathField } from './fields.js';
import { fileFailure, notFound, withFileFailures } from './file-failure.js';
import { type Look, lookAt } from './look.js';
import {
  clearStages,
  moveUnlessTaken,
  numberedPath,
  OnConflict,
  prepareFolderOf,
  putUnderFreeName,
  renameLasting,
  stagePath,
  takenNumbers,
  targetExists,
} from './placement.js';
import { intoItself, refuseReplacingFolder } from './relocation-request.js';
import { type CopyTotals, copyTree, isSameTree } from './tree-copy.js';

const CopyInput = z.strictObject({
  from: PathField,
  to: PathField.describe('The full path of the copy, including the name.'),
  onConflict: OnConflict.default('fail').describe(
    "When something different is at the target: fail, take the next free name ('name (2).ext'), or replace a file.",
  ),
  parents: ParentsField,
  verify: z.boolean().default(false).describe('Read the copy again and compare it with the source.'),
});

const CopyOutput = z.object({
  from: z.string(),
  path: z.string().describe('Where the copy is.'),
  alreadyDone: z.boolean().describe('The same bytes were already there.'),
  renamed: z.boolean().describe('It has another name than was asked for, because that was taken.'),
  replaced: z.boolean().describe('Something else was overwritten.'),
  files: z.number().int().nonnegative().describe('Files copied.'),
  bytes: z.number().int().nonnegative().describe('Bytes copied.'),
});
type CopyOutput = z.infer<typeof CopyOutput>;

interface CopyJob {
  readonly from: string;
  readonly to: string;
  readonly source: Look;
  readonly input: z.output<typeof CopyInput>;
  readonly context: ToolCallContext;
}

/** Makes `fs.copy`. Times and permissions are kept; owners are not. */
export function createCopyTool(confinement: Confinement) {
  return defineTool({
    name: 'fs.copy',
    description: 'Copies a file or folder with its times; never overwrites unless told to.',
    input: CopyInput,
    output: CopyOutput,
    effect: 'idempotent',
    safety: 'write',
    run: async (input, context) => {
      const from = (await confinement.target(input.from)).path;
      const to = (await confinement.removable(input.to)).path;
      await confinement.refuseHoldingProtected(input.from, from);
      return withFileFailures(`Could not copy to '${to}' the entry`, from, async () => {
        const source = await lookAt(from);
        if (source === undefined) throw notFound('Could not copy', from);
        if (source.kind === 'folder' && from !== to && isWithin(from, to)) throw intoItself('copy', from, to);
        await prepareFolderOf(to, input.parents);
        return copy({ from, to, source, input, context });
      });
    },
  });
}

async function copy(job: CopyJob): Promise<CopyOutput> {
  const { from, to, source, input, context } = job;
  // Also when all is done already: an earlier life may have been cut off between its last two steps.
  await clearStages(to, context.idempotencyKey, context.attempt);
  const existing = await findSame(job);
  if (existing !== undefined) return answer(job, existing, { files: 0, bytes: 0 }, { alreadyDone: true });
  const target = await lookAt(to);
  if (target !== undefined && input.onConflict === 'fail') throw targetExists(to);
  if (input.onConflict === 'replace') refuseReplacingFolder(to, source, target);
  const { stage, totals } = await makeStage(job);
  const put = async (path: string): Promise<'placed' | 'taken'> => {
    if (input.onConflict !== 'replace') return moveUnlessTaken(stage, path, source.kind);
    await renameLasting(stage, path);
    return 'placed';
  };
  try {
    const path = await putUnderFreeName(to, source.kind, input.onConflict === 'rename', put);
    return answer(job, path, totals, { replaced: target !== undefined && path === to });
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw fileFailure(error, 'Could not put the copy in place of', from);
  }
}

/** A target that holds the same already: an earlier attempt's copy, or one that makes ours needless. */
async function findSame({ from, to, source, input, context }: CopyJob): Promise<string | undefined> {
  const paths =
    input.onConflict === 'rename'
      ? [...(await takenNumbers(to, source.kind))].map((number) => numberedPath(to, number, source.kind))
      : [to];
  for (const path of paths) {
    if (await isSameTree(from, path, context.signal)) return path;
  }
  return undefined;
}

async function makeStage(job: CopyJob): Promise<{ stage: string; totals: CopyTotals }> {
  const { from, to, source, input, context } = job;
  const stage = stagePath(to, context.idempotencyKey, context.attempt);
  try {
    const totals = await copyTree(from, stage, {
      signal: context.signal,
      verify: input.verify,
      ...(source.kind === 'file' ? { onBytes: bytesProgress(context, source.bytes) } : {}),
    });
    return { stage, totals };
  } catch (error) {
    await rm(stage, { recursive: true, force: true });
    throw fileFailure(error, 'Could not copy', from);
  }
}

function answer(job: CopyJob, path: string, totals: CopyTotals, difference: Partial<CopyOutput>): CopyOutput {
  const { from, to } = job;
  return { from, path, alreadyDone: false, renamed: path !== to, replaced: false, ...totals, ...difference };
}
