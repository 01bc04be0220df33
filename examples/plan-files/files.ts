// Files: what is in a folder, as a planning problem; and a folder of sample files to try it on.
import { mkdir, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { HtnProblem, Json } from 'statewright';

/** A file of the folder. */
export interface FolderFile {
  readonly name: string;
  readonly size: number;
}

const kindOf: Readonly<Record<string, string>> = {
  '.txt': 'documents',
  '.md': 'documents',
  '.pdf': 'documents',
  '.png': 'images',
  '.jpg': 'images',
  '.mp3': 'music',
  '.zip': 'archives',
};
const kinds = [...new Set(Object.values(kindOf)), 'other'];

/** The problem of organising files, and what the tools need to know of its objects. */
export function problemOf(
  folder: string,
  files: readonly FolderFile[],
): { readonly problem: HtnProblem; readonly data: Record<string, Json> } {
  const objects = files.map((_, at) => `f${at + 1}`);
  const kind = (file: FolderFile): string => kindOf[extname(file.name).toLowerCase()] ?? 'other';
  const fact = (predicate: string, ...args: string[]) => ({ predicate, arguments: args });
  const data: Record<string, Json> = { inbox: { path: folder, index: indexOf(files, kind) } };
  for (const name of kinds) data[`to-${name}`] = { path: join(folder, name) };
  files.forEach(({ name }, at) => {
    data[objects[at] ?? ''] = { path: join(folder, name), name };
  });
  const problem: HtnProblem = {
    name: `Organise ${files.length} files`,
    domain: 'organise-files',
    objects: [
      ...objects.map((name) => ({ name, types: ['file'] })),
      { name: 'inbox', types: ['folder'] },
      ...kinds.flatMap((name) => [
        { name, types: ['kind'] },
        { name: `to-${name}`, types: ['folder'] },
      ]),
    ],
    facts: [
      fact('exists', 'inbox'),
      ...kinds.map((name) => fact('belongs', name, `to-${name}`)),
      ...files.flatMap((file, at) => [
        fact('at', objects[at] ?? '', 'inbox'),
        fact('is', objects[at] ?? '', kind(file)),
      ]),
      ...objects.slice(1).map((name, at) => fact('next', objects[at] ?? '', name)),
      fact('last', objects.at(-1) ?? ''),
    ],
    values: files.map(({ size }, at) => ({ function: 'size', arguments: [objects[at] ?? ''], value: size })),
    network: {
      parameters: [],
      subtasks: [{ id: 'all', kind: 'task', name: 'organise', terms: ['inbox', objects[0] ?? ''] }],
      ordering: [],
      constraints: [],
    },
    goal: { kind: 'atom', predicate: 'verified', terms: ['inbox'] },
  };
  return { problem, data };
}

function indexOf(files: readonly FolderFile[], kind: (file: FolderFile) => string): string {
  const lines = files.map((file) => `- ${kind(file)}/${file.name}`);
  return ['# What is where', '', ...lines.sort(), ''].join('\n');
}

/** The files of a folder, by name. */
export async function filesOf(folder: string): Promise<FolderFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, size: (await stat(join(folder, name))).size })),
  );
}

/** A temporary folder with so many small files of several kinds. */
export async function sampleFolder(count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plan-files-'));
  await mkdir(folder, { recursive: true });
  const endings = [...Object.keys(kindOf), '.dat'];
  for (let at = 0; at < count; at += 1) {
    const name = `file ${String(at + 1).padStart(3, '0')}${endings[at % endings.length] ?? ''}`;
    await writeFile(join(folder, name), `The content of ${name}.\n`);
  }
  return folder;
}

/** Files that are only imagined, to measure the planner with. */
export function imaginedFiles(count: number): FolderFile[] {
  const endings = [...Object.keys(kindOf), '.dat'];
  return Array.from({ length: count }, (_, at) => ({
    name: `file-${at + 1}${endings[at % endings.length] ?? ''}`,
    size: at * 100,
  }));
}
