// fs.remove: takes something away, into a trash folder unless told otherwise. In the trash each task has a
// folder of its own, named after its idempotency key: so a repeated removal knows what it removed and never
// removes what came to the path since.
import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { refuseIfAborted } from '../abort.js';
import { defineTool, type ToolCallContext, ToolFailure } from '../tool.js';
import { type Confinement, isWithin, type Place } from './confinement.js';
import { type FileToolSettings, PathField } from './fields.js';
import { withFileFailures } from './file-failure.js';
import { lookAt } from './look.js';
import { keyName, makeFolder, syncFolder } from './placement.js';
import { relocate } from './relocation.js';

const RemoveInput = z.strictObject({
  path: PathField,
  permanent: z
    .boolean()
    .default(false)
    .describe('Remove it for good instead of moving it to the trash folder.'),
});

const RemoveOutput = z.object({
  path: z.string(),
  existed: z.boolean().describe('This task found something there, now or in an earlier attempt.'),
  trashPath: z.string().optional().describe('Where it is now; fs.move brings it back.'),
  alreadyDone: z.boolean().describe('An earlier attempt had removed it, or nothing was there.'),
});
type RemoveOutput = z.infer<typeof RemoveOutput>;

/** Makes `fs.remove`. A symbolic link is removed itself, not what it leads to. */
export function createRemoveTool(confinement: Confinement, settings: FileToolSettings) {
  return defineTool({
    name: 'fs.remove',
    description:
      'Removes a file or folder: into the trash folder of its root, or for good when permanent is true.',
    input: RemoveInput,
    output: RemoveOutput,
    effect: 'idempotent',
    safety: 'destroy',
    run: async (input, context) => {
      const place = await confinement.removable(input.path);
      refuseIfAborted(context.signal, `Removing '${place.path}'`, 'none');
      return withFileFailures(
        'Could not remove',
        place.path,
        () => (input.permanent ? removeForGood(place) : removeToTrash(confinement, settings, place, context)),
        'unknown',
      );
    },
  });
}

async function removeForGood({ path }: Place): Promise<RemoveOutput> {
  if ((await lookAt(path)) === undefined) return { path, existed: false, alreadyDone: true };
  await rm(path, { recursive: true, force: true });
  await syncFolder(dirname(path));
  return { path, existed: true, alreadyDone: false };
}

async function removeToTrash(
  confinement: Confinement,
  settings: FileToolSettings,
  place: Place,
  context: ToolCallContext,
): Promise<RemoveOutput> {
  const { path, root } = place;
  const trash = join(root, settings.trashFolder);
  if (isWithin(trash, path) || isWithin(path, trash)) throw isTrash(path);
  const own = join(trash, keyName(context.idempotencyKey));
  // The trash may be a link that someone made: it has to lead to a root as any path.
  const { path: to } = await confinement.target(join(own, relative(root, path)));
  const trashed = { path, existed: true, trashPath: to };
  const [there, kept] = [await lookAt(path), await lookAt(to)];
  if (there === undefined && kept === undefined) return { path, existed: false, alreadyDone: true };
  if (there === undefined) return { ...trashed, alreadyDone: true };
  await makeFolder(dirname(to));
  const { idempotencyKey: key, attempt, signal } = context;
  try {
    const moved = await relocate({ from: path, to, onConflict: 'fail', key, attempt, signal });
    return { ...trashed, alreadyDone: moved.alreadyDone };
  } catch (error) {
    // What this task removed is in the trash; what is at the path now came later and is not its business.
    if (error instanceof ToolFailure && error.failure.code === 'target-exists')
      return { ...trashed, alreadyDone: true };
    throw error;
  }
}

function isTrash(path: string): ToolFailure {
  return new ToolFailure({
    code: 'is-trash',
    class: 'logic',
    message: `Could not remove '${path}' to the trash: it is, holds or lies in the trash folder. Give permanent: true to remove it for good.`,
    effect: 'none',
    details: { path },
  });
}
