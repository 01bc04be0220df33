// Organised: what must be true of a folder that the main job has organised, checked without its help.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { contentsOf, type Leaf, readTree } from './tree.js';

/** A JSON index as it lies on the disk. */
interface Index {
  readonly files: readonly {
    path: string;
    from: string;
    category: string;
    bytes: number;
    sha256: string;
    duplicateOf?: string;
  }[];
  readonly left: readonly { path: string; reason: string }[];
}

export async function readIndex(folder: string): Promise<Index> {
  return JSON.parse(await readFile(join(folder, 'organised', 'index.json'), 'utf8')) as Index;
}

/**
 * Expects that all of `before` is there with the same bytes, times, permissions and inodes, that the JSON index
 * tells of each file truly, that the Markdown index links to it, and that nothing half-made lies about.
 */
export async function expectOrganised(folder: string, before: ReadonlyMap<string, Leaf>): Promise<void> {
  const after = await readTree(folder);
  const page = await readFile(join(folder, 'organised', 'index.md'), 'utf8');
  const index = await readIndex(folder);
  after.delete('organised/index.json');
  after.delete('organised/index.md');
  const known = new Set([...before.values()].map(({ content }) => content));
  const foreign = [...after].filter(([, { content }]) => !known.has(content)).map(([path]) => path);
  expect(foreign, 'what nobody had before').toEqual([]);
  expect(contentsOf(after)).toEqual(contentsOf(before));
  const links = new Set(
    [...page.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => decodeURIComponent(match[1] ?? '')),
  );
  const stillThere = new Map(after);
  const unseen = new Map(before);
  for (const file of index.files) {
    const was = before.get(file.from);
    const is = after.get(`organised/${file.path}`);
    expect(is, `${file.path} is where the index says`).toBeDefined();
    expect(is, `${file.from} was moved and nothing else`).toEqual(was);
    expect(is?.content).toBe(file.sha256);
    expect(dirname(file.path)).toBe(file.category);
    expect(links.has(file.path), `${file.path} is linked`).toBe(true);
    stillThere.delete(`organised/${file.path}`);
    unseen.delete(file.from);
  }
  expect(links.size).toBe(index.files.length);
  expect(stillThere, 'what was not moved is where it was').toEqual(unseen);
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => /\.(part|moving|removed)$/.test(name) && !name.includes('store'))).toEqual(
    [],
  );
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
