// Moving between file systems: copy beside the target, verify, put in place, remove the source. A marker
// beside the target says that the copy is complete and where it goes, so that an attempt that was cut off
// after that point is finished and not begun anew.
//
//   D1 the source is removed only after the bytes at the target were compared with it
//   D2 no half-made copy ever stands under the target's name
import { open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ToolFailure } from '../tool.js';
import { saysMissing } from './file-failure.js';
import { type Look, lookAt } from './look.js';
import {
  clearStages,
  keyName,
  moveUnlessTaken,
  ownPrefix,
  putUnderFreeName,
  renameLasting,
  stagePath,
  syncFolder,
  targetExists,
} from './placement.js';
import {
  refuseReplacingFolder,
  type Relocated,
  type RelocationRequest,
  relocated,
} from './relocation-request.js';
import { copyTree, isHeldIn, isSameTree } from './tree-copy.js';

/** Names in the target's folder. */
const Marker = z.object({ target: z.string().min(1), stage: z.string().min(1) });
type Marker = z.infer<typeof Marker>;

const markerPath = (request: RelocationRequest): string =>
  join(dirname(request.to), `${ownPrefix}${keyName(request.key, request.to)}.moving`);
/** A folder's name goes at once, by renaming it to this; then its content is removed. */
const tombPath = (request: RelocationRequest): string =>
  join(dirname(request.from), `${ownPrefix}${keyName(request.key, request.from)}.removed`);

/** Copies, verifies, puts in place and removes the source. */
export async function moveAcross(request: RelocationRequest, source: Look): Promise<Relocated> {
  const { from, to, key, attempt, signal } = request;
  const before = await lookAt(to);
  refuseEarly(request, source, before);
  await clearStages(to, key, attempt);
  const stage = stagePath(to, key, attempt);
  let path: string;
  try {
    await copyTree(from, stage, {
      signal,
      // A folder is compared as a whole before it is removed.
      verify: source.kind !== 'folder',
      ...(request.onBytes === undefined ? {} : { onBytes: request.onBytes.bind(request) }),
    });
    path = await placeStage(request, source, stage);
  } catch (error) {
    await rm(markerPath(request), { force: true });
    await rm(stage, { recursive: true, force: true });
    throw error;
  }
  await dropSource(request, source, path);
  await rm(markerPath(request), { force: true });
  return relocated(path, { crossDevice: true, replaced: before !== undefined && path === to });
}

/** What would be refused after the copy is refused before it. */
function refuseEarly(request: RelocationRequest, source: Look, target: Look | undefined): void {
  if (target === undefined || request.onConflict === 'rename') return;
  if (request.onConflict === 'fail') throw targetExists(request.to);
  refuseReplacingFolder(request.to, source, target);
}

async function placeStage(request: RelocationRequest, source: Look, stage: string): Promise<string> {
  const put = async (path: string): Promise<'placed' | 'taken'> => {
    await writeMarker(request, { target: basename(path), stage: basename(stage) });
    if (request.onConflict !== 'replace') return moveUnlessTaken(stage, path, source.kind);
    await renameLasting(stage, path);
    return 'placed';
  };
  return putUnderFreeName(request.to, source.kind, request.onConflict === 'rename', put);
}

/** Finishes a move that was cut off after its copy was complete. Gives nothing when there is none. */
export async function resumeAcross(
  request: RelocationRequest,
  source: Look | undefined,
): Promise<Relocated | undefined> {
  const marker = await readMarker(request);
  if (marker === undefined) return undefined;
  const path = join(dirname(request.to), marker.target);
  const stage = join(dirname(request.to), marker.stage);
  const [placed, staged] = [await lookAt(path), await lookAt(stage)];
  const isOneFile = placed !== undefined && placed.fileId === staged?.fileId;
  if (placed === undefined || (staged !== undefined && !isOneFile)) {
    await rm(markerPath(request), { force: true });
    await rm(stage, { recursive: true, force: true });
    return undefined;
  }
  if (isOneFile) await unlink(stage);
  if (source !== undefined) {
    if (!(await isSameTree(request.from, path, request.signal))) throw bothDiffer(request, path);
    await dropSource(request, source, path);
  }
  await emptyTomb(request, path);
  await rm(markerPath(request), { force: true });
  return relocated(path, { alreadyDone: true, crossDevice: true });
}

/** Removes the source if it still is what was copied (D1). */
async function dropSource(request: RelocationRequest, source: Look, placed: string): Promise<void> {
  const { from } = request;
  const [now, target] = [await lookAt(from), await lookAt(placed)];
  // A folder that is mounted twice: the source is the target under another path, and must stay.
  if (now === undefined || now.fileId === target?.fileId) return;
  const isAsCopied =
    now.fileId === source.fileId && now.bytes === source.bytes && now.modifiedAt === source.modifiedAt;
  if (!isAsCopied) throw bothDiffer(request, placed);
  if (source.kind === 'folder') await dropFolder(request, placed);
  else await unlink(from);
  await syncFolder(dirname(from));
}

async function dropFolder(request: RelocationRequest, placed: string): Promise<void> {
  await rename(request.from, tombPath(request));
  await syncFolder(dirname(request.from));
  await emptyTomb(request, placed);
}

/** Removes what is left of the source folder, if all of it is at the target; else gives it its name back. */
async function emptyTomb(request: RelocationRequest, placed: string): Promise<void> {
  const tomb = tombPath(request);
  if ((await lookAt(tomb)) === undefined) return;
  if (!(await isHeldIn(placed, tomb, request.signal))) {
    await rename(tomb, request.from);
    throw bothDiffer(request, placed);
  }
  await rm(tomb, { recursive: true, force: true });
}

async function writeMarker(request: RelocationRequest, marker: Marker): Promise<void> {
  const handle = await open(markerPath(request), 'w');
  try {
    await handle.writeFile(JSON.stringify(marker));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(request.to));
}

async function readMarker(request: RelocationRequest): Promise<Marker | undefined> {
  try {
    const marker = Marker.parse(JSON.parse(await readFile(markerPath(request), 'utf8')));
    // Only plain names: a forged marker must not lead to another folder.
    return marker.target === basename(marker.target) && marker.stage === basename(marker.stage)
      ? marker
      : undefined;
  } catch (error) {
    // A marker that was cut off while it was written says nothing: the stage is made anew.
    if (saysMissing(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function bothDiffer(request: RelocationRequest, path: string): ToolFailure {
  return new ToolFailure({
    code: 'source-changed',
    class: 'logic',
    message: `'${request.from}' was copied to '${path}' and then changed before it could be removed: both were kept. Compare them and remove the one that is not wanted.`,
    effect: 'unknown',
    details: { path: request.from, target: path },
  });
}
