// Moving so that it may be repeated: whatever an earlier attempt got done before it was cut off, another
// one finishes, and one more after that changes nothing.
//
//   R1 no byte is lost: the old name goes only once the new one is on the disk
//   R2 what is at the target is overwritten only with onConflict `replace`, and never when it is a folder
//   R3 repeating a finished move succeeds and says so (alreadyDone)
//
// How an earlier attempt is recognised: source and target are the same file (cut between link and unlink) →
// the old name goes. The source is gone and the target there → it was moved. With `rename` the target may
// be any of `name`, `name (2)` …: then `expect` tells which; without it, one candidate is taken for it and
// several are refused. Between file systems a marker beside the target remembers (cross-device.ts).
import { realpath, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuseIfAborted } from '../abort.js';
import type { ToolFailure } from '../tool.js';
import { isWithin } from './confinement.js';
import { moveAcross, resumeAcross } from './cross-device.js';
import { systemCodeOf } from './file-failure.js';
import { type Look, lookAt } from './look.js';
import {
  moveUnlessTaken,
  numberedPath,
  putUnderFreeName,
  renameLasting,
  syncFolder,
  takenNumbers,
} from './placement.js';
import {
  intoItself,
  isExpected,
  moveUnclear,
  nothingToMove,
  refuseReplacingFolder,
  type Relocated,
  type RelocationRequest,
  relocated,
  sourceChanged,
} from './relocation-request.js';

/** Moves; see the header for what it promises. The target's folder must exist. */
export async function relocate(request: RelocationRequest): Promise<Relocated> {
  const { from, to, signal } = request;
  refuseIfAborted(signal, `Moving '${from}'`, 'none');
  const source = await lookAt(from);
  const resumed = await resumeAcross(request, source);
  if (resumed !== undefined) return resumed;
  if (source === undefined) return recognise(request, nothingToMove(request));
  if (!(await isExpected(from, request.expect, signal, source))) {
    return recognise(request, sourceChanged(request, 'none'));
  }
  if (from === to) return relocated(to, { alreadyDone: true });
  if (source.kind === 'folder' && isWithin(from, to)) throw intoItself('move', from, to);
  try {
    return (await finishLinked(request, source)) ?? (await place(request, source));
  } catch (error) {
    if (systemCodeOf(error) === 'EXDEV') return moveAcross(request, source);
    throw error;
  }
}

/** The paths at which an earlier attempt may have put it, as far as something is there. */
async function candidates(request: RelocationRequest, kind: Look['kind']): Promise<string[]> {
  if (request.onConflict === 'rename') {
    try {
      return [...(await takenNumbers(request.to, kind))].map((number) =>
        numberedPath(request.to, number, kind),
      );
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
  return (await lookAt(request.to)) === undefined ? [] : [request.to];
}

/** The source is not (or no longer) what is to be moved: the move has happened, or it never can. */
async function recognise(request: RelocationRequest, otherwise: ToolFailure): Promise<Relocated> {
  // Whether it was a file or a folder is not known any more: names of both kinds are looked at.
  const paths = [
    ...new Set([...(await candidates(request, 'file')), ...(await candidates(request, 'folder'))]),
  ];
  const matching: string[] = [];
  for (const path of paths) {
    if (path !== request.from && (await isExpected(path, request.expect, request.signal)))
      matching.push(path);
  }
  if (matching.length > 1 && request.expect === undefined) throw moveUnclear(request, matching);
  const same = await findAsync(
    matching,
    async (path) => (await lookAt(path))?.fileId === request.expect?.fileId,
  );
  // Of several that hold the expected bytes, the last came last.
  const path = same ?? matching.at(-1);
  if (path === undefined || (request.expect === undefined && otherwise.failure.code !== 'not-found'))
    throw otherwise;
  return relocated(path, { alreadyDone: true });
}

async function findAsync(
  items: readonly string[],
  test: (item: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const item of items) if (await test(item)) return item;
  return undefined;
}

/** Source and target are one file already: an earlier attempt was cut off, or only the case of letters changes. */
async function finishLinked(request: RelocationRequest, source: Look): Promise<Relocated | undefined> {
  const { from, to } = request;
  const severalNames = source.kind === 'file' && source.names > 1;
  for (const path of severalNames ? await candidates(request, source.kind) : [to]) {
    if ((await lookAt(path))?.fileId !== source.fileId || path === from) continue;
    if (severalNames && (await realpath(from)) !== (await realpath(path))) {
      await syncFolder(dirname(path));
      await unlink(from);
      await syncFolder(dirname(from));
    } else {
      // One entry under two spellings (a file system that ignores case): rename changes the spelling.
      await rename(from, path);
      await syncFolder(dirname(path));
    }
    return relocated(path);
  }
  return undefined;
}

async function place(request: RelocationRequest, source: Look): Promise<Relocated> {
  const { from, to, onConflict } = request;
  if (onConflict !== 'replace') {
    const put = (path: string): Promise<'placed' | 'taken'> => moveUnlessTaken(from, path, source.kind);
    return relocated(await putUnderFreeName(to, source.kind, onConflict === 'rename', put));
  }
  const target = await lookAt(to);
  refuseReplacingFolder(to, source, target);
  await renameLasting(from, to);
  return relocated(to, { replaced: target !== undefined });
}
