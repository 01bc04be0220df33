// fs.list: what is in a folder. In the order of the walk: names by their code units, a folder before what is
// in it. So the same tree gives the same list, also when it is cut off at the limit.
//
//   L1 symbolic links are reported and never followed
//   L2 what cannot be read is reported under `unreadable` and does not stop the walk
import { readdir, readlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createRequire } from 'node:module';
import type Picomatch from 'picomatch';
import { z } from 'zod';
import { refuseIfAborted } from '../abort.js';
import { mapBounded } from '../bounded-map.js';
import { defineTool, type ToolCallContext, ToolFailure } from '../tool.js';
import type { Confinement } from './confinement.js';
import { type FileToolSettings, PathField } from './fields.js';
import { fileFailure, systemCodeOf, withFileFailures } from './file-failure.js';
import { typeByContent, typeByName, TypeDetection } from './file-type.js';
import { EntryKind, factsOf, lookAt } from './look.js';
import { ownPrefix } from './placement.js';
import { FileType } from './type-tables.js';

const require = createRequire(import.meta.url);

const Globs = z.array(z.string().min(1).max(1024)).max(100);

const ListInput = z.strictObject({
  path: PathField,
  recursive: z.boolean().default(false).describe('Also what is in the folders in it.'),
  maxDepth: z.number().int().min(1).max(1000).optional().describe('With recursive: 1 is the folder itself.'),
  include: Globs.default([]).describe(
    "Only entries that match one of these globs, such as '*.pdf' (any folder) or 'photos/**'.",
  ),
  exclude: Globs.default([]).describe(
    'No entries that match one of these; folders that match are not entered.',
  ),
  hidden: z.boolean().default(false).describe('Also names that begin with a dot.'),
  kinds: z.array(EntryKind).min(1).default(['file', 'folder', 'link', 'other']).describe('Only these kinds.'),
  types: TypeDetection.default('content').describe(
    "How types are found out: 'content' opens each file, 'name' goes by extensions.",
  ),
  limit: z.number().int().min(1).max(100_000).default(10_000).describe('At most so many entries.'),
});
type ListInput = z.output<typeof ListInput>;

/** One thing in a folder, as fs.list gives it. */
export const ListEntry = z.object({
  path: z.string().describe('Absolute.'),
  relativePath: z.string().describe('From the listed folder, with forward slashes.'),
  name: z.string(),
  extension: z.string().describe('In lower case, without the dot; empty when there is none.'),
  kind: EntryKind,
  size: z.number().int().nonnegative().describe('Bytes.'),
  modifiedAt: z.number().int().nonnegative().describe('Epoch milliseconds.'),
  createdAt: z.number().int().nonnegative().describe('Epoch milliseconds, where the system knows.'),
  fileId: z.string().describe('Stays the same when the entry is renamed on its file system.'),
  type: FileType.optional().describe('Of files.'),
  linkTarget: z.string().optional().describe('What a symbolic link says.'),
  protected: z.literal(true).optional().describe('Tools leave it alone.'),
});
export type ListEntry = z.infer<typeof ListEntry>;

const Unreadable = z.object({ path: z.string(), reason: z.string() });
type Unreadable = z.infer<typeof Unreadable>;

const ListOutput = z.object({
  path: z.string(),
  entries: z.array(ListEntry),
  count: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative().describe('Of the files listed.'),
  truncated: z.boolean().describe('There is more than the limit.'),
  unreadable: z.array(Unreadable).describe('What could not be looked at, and why.'),
});

interface Walk {
  readonly input: ListInput;
  readonly context: ToolCallContext;
  readonly settings: FileToolSettings;
  readonly isProtected: (path: string) => boolean;
  readonly isIncluded: (relativePath: string) => boolean;
  readonly isExcluded: (relativePath: string) => boolean;
  readonly entries: ListEntry[];
  readonly unreadable: Unreadable[];
  truncated: boolean;
}

/** Makes `fs.list`. The tools' own files and the trash are not listed, unless the trash itself is asked for. */
export function createListTool(confinement: Confinement, settings: FileToolSettings) {
  return defineTool({
    name: 'fs.list',
    description:
      'Lists a folder, on request with all folders in it: names, kinds, sizes, times and types by content.',
    input: ListInput,
    output: ListOutput,
    effect: 'idempotent',
    safety: 'read',
    run: async (input, context) => {
      const { path } = await confinement.target(input.path);
      await refuseUnlessFolder(path);
      const walk: Walk = {
        input,
        context,
        settings,
        isProtected: await confinement.protection(),
        isIncluded: input.include.length === 0 ? () => true : globs(input.include),
        isExcluded: globs(input.exclude),
        entries: [],
        unreadable: [],
        truncated: false,
      };
      const names = await withFileFailures('Could not list', path, () => readdir(path));
      await walkFolder(walk, path, '', names, 1);
      await addTypes(walk);
      const { entries, unreadable, truncated } = walk;
      const totalBytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
      return { path, entries, count: entries.length, totalBytes, truncated, unreadable };
    },
  });
}

/** A pattern without a slash is about names, in whichever folder; one with a slash about relative paths. */
function globs(patterns: readonly string[]): (relativePath: string) => boolean {
  const picomatch = require('picomatch') as typeof Picomatch;
  const options = { dot: true, nocase: process.platform === 'win32' };
  const tests = patterns.map((pattern) =>
    picomatch(pattern, { ...options, basename: !pattern.includes('/') }),
  );
  return (relativePath) => tests.some((test) => test(relativePath));
}

async function refuseUnlessFolder(path: string): Promise<void> {
  const look = await withFileFailures('Could not list', path, () => lookAt(path));
  if (look === undefined || look.kind === 'folder') return;
  throw new ToolFailure({
    code: 'not-a-folder',
    class: 'logic',
    message: `Could not list '${path}': it is a ${look.kind}; a folder was expected. Use fs.stat for it, or name its folder.`,
    effect: 'none',
    details: { path },
  });
}

/** How many names are looked at together: what lies beyond the limit is hardly looked at in vain. */
const sliceNames = 64;

async function walkFolder(
  walk: Walk,
  folder: string,
  prefix: string,
  unsorted: readonly string[],
  depth: number,
): Promise<void> {
  const names = unsorted.filter((name) => isWanted(walk, name, `${prefix}${name}`)).sort();
  for (let start = 0; start < names.length && !walk.truncated; start += sliceNames) {
    refuseIfAborted(walk.context.signal, `Listing '${folder}'`, 'none');
    const seen = await mapBounded(names.slice(start, start + sliceNames), 8, (name) =>
      lookAtEntry(walk, folder, `${prefix}${name}`, name),
    );
    for (const entry of seen) {
      if (entry === undefined) continue;
      if (!addEntry(walk, entry)) return;
      const enter =
        entry.kind === 'folder' && walk.input.recursive && depth < (walk.input.maxDepth ?? Infinity);
      if (!enter || entry.protected === true) continue;
      const inside = await namesIn(walk, entry.path);
      await walkFolder(walk, entry.path, `${entry.relativePath}/`, inside, depth + 1);
      if (walk.truncated) return;
    }
  }
}

function isWanted(walk: Walk, name: string, relativePath: string): boolean {
  if (name.startsWith(ownPrefix) || name === walk.settings.trashFolder) return false;
  if (!walk.input.hidden && name.startsWith('.')) return false;
  return !walk.isExcluded(relativePath);
}

/** Adds an entry that was asked for; false when the limit is reached and there would be one more. */
function addEntry(walk: Walk, entry: ListEntry): boolean {
  if (!walk.input.kinds.includes(entry.kind) || !walk.isIncluded(entry.relativePath)) return true;
  if (walk.entries.length >= walk.input.limit) {
    walk.truncated = true;
    return false;
  }
  walk.entries.push(entry);
  return true;
}

async function lookAtEntry(
  walk: Walk,
  folder: string,
  relativePath: string,
  name: string,
): Promise<ListEntry | undefined> {
  const path = join(folder, name);
  try {
    const look = await lookAt(path);
    // Gone since its folder was read; or a name that is not valid Unicode, which Node cannot address.
    if (look === undefined) {
      if (name.includes('\uFFFD')) walk.unreadable.push({ path, reason: 'its name is not valid Unicode' });
      return undefined;
    }
    return {
      path,
      relativePath,
      name,
      extension: extname(name).slice(1).toLowerCase(),
      ...factsOf(look),
      ...(look.kind === 'link' ? { linkTarget: await readlink(path) } : {}),
      ...(walk.isProtected(path) ? { protected: true as const } : {}),
    };
  } catch (error) {
    walk.unreadable.push({ path, reason: reasonOf(error, path) });
    return undefined;
  }
}

async function namesIn(walk: Walk, folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    walk.unreadable.push({ path: folder, reason: reasonOf(error, folder) });
    return [];
  }
}

async function addTypes(walk: Walk): Promise<void> {
  const { input, context, entries } = walk;
  if (input.types === 'none') return;
  let done = 0;
  await mapBounded(entries, 4, async (entry) => {
    refuseIfAborted(context.signal, `Listing '${input.path}'`, 'none');
    if (entry.kind === 'file') {
      const byName = input.types === 'name' || entry.protected === true;
      try {
        entry.type = byName ? typeByName(entry.path) : await typeByContent(entry.path);
      } catch (error) {
        entry.type = typeByName(entry.path);
        walk.unreadable.push({ path: entry.path, reason: reasonOf(error, entry.path) });
      }
    }
    done += 1;
    if (done % 256 === 0)
      context.progress(done / entries.length, `${done} of ${entries.length} files looked at`);
  });
  walk.unreadable.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Trouble with one entry in words; what is not the file system's trouble is thrown on. */
function reasonOf(error: unknown, path: string): string {
  const failure = fileFailure(error, 'Could not read', path);
  if (!(failure instanceof ToolFailure)) throw error;
  return `${failure.failure.message} (${systemCodeOf(error) ?? failure.failure.code})`;
}
