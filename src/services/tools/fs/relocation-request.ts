// What a relocation is asked for, what it answers, and how a thing that was moved is known again.
import { z } from 'zod';
import { ToolFailure } from '../tool.js';
import { digestFile } from './digest.js';
import { deviceOf, type Look, lookAt } from './look.js';
import { type OnConflict, targetExists } from './placement.js';

/** What is known of the thing to be moved, as fs.list, fs.stat or fs.hash told it. */
export const Expectation = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
    .optional()
    .describe('SHA-256 of the content of a file.'),
  size: z.number().int().nonnegative().optional().describe('Size of a file in bytes.'),
  fileId: z.string().optional().describe("The entry's fileId, as fs.list and fs.stat tell it."),
});
export type Expectation = z.infer<typeof Expectation>;

/** Paths are real and have been admitted. */
export interface RelocationRequest {
  readonly from: string;
  readonly to: string;
  readonly onConflict: OnConflict;
  readonly expect?: Expectation | undefined;
  readonly key: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  onBytes?(bytes: number): void;
}

/** What a relocation came to. */
export interface Relocated {
  /** Where it is now. */
  readonly path: string;
  /** An earlier attempt had moved it. */
  readonly alreadyDone: boolean;
  /** It was copied, verified and removed, because the file systems differ. */
  readonly crossDevice: boolean;
  /** Something else was overwritten. */
  readonly replaced: boolean;
}

/** The usual answer, with what is different this time. */
export function relocated(path: string, difference: Partial<Relocated> = {}): Relocated {
  return { path, alreadyDone: false, crossDevice: false, replaced: false, ...difference };
}

/**
 * Whether what is at a path is what was expected. The bytes prove it when their digest is given; else the
 * file id, where it can be compared (on the same device); else the size.
 */
export async function isExpected(
  path: string,
  expect: Expectation | undefined,
  signal: AbortSignal,
  look?: Look,
): Promise<boolean> {
  if (expect === undefined) return true;
  const seen = look ?? (await lookAt(path));
  if (seen === undefined) return false;
  if (expect.size !== undefined && seen.kind === 'file' && seen.bytes !== expect.size) return false;
  if (expect.sha256 !== undefined) {
    if (seen.kind !== 'file') return false;
    return (await digestFile(path, 'sha256', signal)).hash === expect.sha256;
  }
  if (expect.fileId !== undefined && deviceOf(expect.fileId) === deviceOf(seen.fileId)) {
    return seen.fileId === expect.fileId;
  }
  return expect.size === undefined ? expect.fileId !== undefined : seen.kind === 'file';
}

/** Nothing to move, and nothing that looks as if it had been moved. */
export function nothingToMove(request: RelocationRequest): ToolFailure {
  const hint =
    request.expect === undefined
      ? 'Check the path.'
      : 'Nothing at the target is what was expected either. Check the path and the expectation.';
  return new ToolFailure({
    code: 'not-found',
    class: 'external',
    message: `Could not move '${request.from}' to '${request.to}': there is nothing at the first path. ${hint}`,
    effect: 'none',
    details: { path: request.from, target: request.to },
  });
}

/** What is at the source is not what was expected there. */
export function sourceChanged(request: RelocationRequest, effect: 'none' | 'unknown'): ToolFailure {
  return new ToolFailure({
    code: 'source-changed',
    class: 'logic',
    message: `Could not move '${request.from}' to '${request.to}': what is there is not what was expected (its size, content or file id differs). Look at it again and plan anew.`,
    effect,
    details: { path: request.from, target: request.to },
  });
}

/** The source is gone and several things may be what it became. */
export function moveUnclear(request: RelocationRequest, candidates: readonly string[]): ToolFailure {
  return new ToolFailure({
    code: 'move-unclear',
    class: 'logic',
    message: `'${request.from}' is gone and ${candidates.length} entries may be what it became: ${candidates
      .slice(0, 5)
      .map((path) => `'${path}'`)
      .join(', ')}. Give expect (fileId, or sha256) so that a repeated move can tell.`,
    effect: 'unknown',
    details: { path: request.from, candidates: candidates.slice(0, 50) },
  });
}

/** Replacing is for files and links: a folder is never overwritten, and never overwrites. */
export function refuseReplacingFolder(to: string, source: Look, target: Look | undefined): void {
  if (target === undefined || (target.kind !== 'folder' && source.kind !== 'folder')) return;
  throw targetExists(to, 'a folder is never replaced and never replaces a file');
}

/** A folder cannot go into itself. */
export function intoItself(verb: 'move' | 'copy', from: string, to: string): ToolFailure {
  return new ToolFailure({
    code: 'into-itself',
    class: 'logic',
    message: `Could not ${verb} folder '${from}' to '${to}', which lies in it. Choose a target outside of the folder.`,
    effect: 'none',
    details: { path: from, target: to },
  });
}
