// fs.move: moves or renames a file or folder so that it may be repeated (see relocation.ts).
import { z } from 'zod';
import { defineTool } from '../tool.js';
import type { Confinement } from './confinement.js';
import { bytesProgress, ParentsField, PathField } from './fields.js';
import { withFileFailures } from './file-failure.js';
import { lookAt } from './look.js';
import { OnConflict, prepareFolderOf } from './placement.js';
import { relocate } from './relocation.js';
import { Expectation } from './relocation-request.js';

const MoveInput = z.strictObject({
  from: PathField,
  to: PathField.describe('The full new path, including the name; not the folder to put it in.'),
  onConflict: OnConflict.default('fail').describe(
    "When something else is at the target: fail, take the next free name ('name (2).ext'), or replace a file.",
  ),
  parents: ParentsField,
  expect: Expectation.optional().describe(
    'What is to be moved, as it was listed. Guards against moving something else, and tells a repeated move with onConflict rename which of several is the one that was moved.',
  ),
});

const MoveOutput = z.object({
  from: z.string(),
  path: z.string().describe('Where it is now.'),
  alreadyDone: z.boolean().describe('An earlier attempt had moved it.'),
  renamed: z.boolean().describe('It has another name than was asked for, because that was taken.'),
  replaced: z.boolean().describe('Something else was overwritten.'),
  crossDevice: z.boolean().describe('It was copied, verified and removed, because the file systems differ.'),
});

/** Makes `fs.move`. A symbolic link is moved itself; a relative one then leads elsewhere. */
export function createMoveTool(confinement: Confinement) {
  return defineTool({
    name: 'fs.move',
    description:
      'Moves or renames a file or folder without losing a byte; can be repeated after an interruption. Never overwrites unless told to.',
    input: MoveInput,
    output: MoveOutput,
    effect: 'idempotent',
    safety: 'write',
    run: async (input, context) => {
      const from = await confinement.removable(input.from);
      const to = await confinement.removable(input.to);
      const doing = `Could not move to '${to.path}' the entry`;
      const source = await withFileFailures(doing, from.path, () => lookAt(from.path));
      if (source !== undefined) await prepareFolderOf(to.path, input.parents);
      const done = await withFileFailures(
        doing,
        from.path,
        () =>
          relocate({
            from: from.path,
            to: to.path,
            onConflict: input.onConflict,
            expect: input.expect,
            key: context.idempotencyKey,
            attempt: context.attempt,
            signal: context.signal,
            ...(source?.kind === 'file' ? { onBytes: bytesProgress(context, source.bytes) } : {}),
          }),
        'unknown',
      );
      return { from: from.path, ...done, renamed: done.path !== to.path };
    },
  });
}
