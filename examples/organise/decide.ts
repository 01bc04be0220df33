// Decide: where each file of a folder will go. A pure function of what was listed and hashed, so the same
// folder gives the same decision; the engine records it before anything is moved, and never asks again.
//
//   D1 nothing is moved onto anything: each target is free, also where a file system takes `É` and `e + accent`,
//      or `A` and `a`, for the same letter
//   D2 of files with the same bytes one stays the original (one that is organised already, else the oldest,
//      else the one with the shortest path); the others go to `duplicates`. Empty files are nobody's copy
//   D3 what cannot be read, what is no file, and what tools must leave alone stays where it is, with the reason
//   D4 what is in the target folder already stays there
import { basename, extname, isAbsolute, join, relative, sep } from 'node:path';
import { z } from 'zod';

/** An entry as `fs.list` gives it. */
export const Entry = z.object({
  path: z.string(),
  relativePath: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size: z.number(),
  modifiedAt: z.number(),
  type: z.object({ category: z.string(), mime: z.string(), by: z.string() }).optional(),
  linkTarget: z.string().optional(),
  protected: z.literal(true).optional(),
});
export type Entry = z.infer<typeof Entry>;

/** A file as `fs.hash` gives it. */
export const Hashed = z.object({ path: z.string(), hash: z.string(), bytes: z.number() });
export type Hashed = z.infer<typeof Hashed>;

export const DecideInput = z.strictObject({
  folder: z.string(),
  out: z.string(),
  outExists: z.boolean(),
  truncated: z.boolean(),
  entries: z.array(Entry),
  /** The same files with their types by name only. */
  guesses: z.array(z.object({ path: z.string(), type: z.object({ mime: z.string() }).optional() })),
  files: z.array(Hashed),
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type DecideInput = z.infer<typeof DecideInput>;

const Move = z.object({
  from: z.string(),
  to: z.string(),
  category: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  mime: z.string(),
  /** The name promises another type than the content has. */
  misnamed: z.boolean(),
  /** The original that it is a copy of, by its present path. */
  duplicateOf: z.string().optional(),
});
export type Move = z.infer<typeof Move>;

const Left = z.object({ path: z.string(), reason: z.string() });
export type Left = z.infer<typeof Left>;

export const Decision = z.object({
  moves: z.array(Move),
  folders: z.array(z.object({ path: z.string(), existed: z.boolean() })),
  left: z.array(Left),
  /** Files that were in the target folder already. */
  present: z.number(),
  index: z.object({ markdown: z.string(), json: z.string() }),
  summary: z.object({
    files: z.number(),
    bytes: z.number(),
    duplicates: z.number(),
    misnamed: z.number(),
    categories: z.array(z.object({ name: z.string(), files: z.number(), bytes: z.number() })),
  }),
});
export type Decision = z.infer<typeof Decision>;

/** Folders by the categories that `fs.list` tells; what is not here goes by its own name. */
const folderOf: Readonly<Record<string, string>> = {
  document: 'documents',
  text: 'documents',
  image: 'images',
  archive: 'archives',
  font: 'fonts',
  program: 'programs',
  unknown: 'other',
};
const duplicates = 'duplicates';

/** Decides. */
export function decide(input: DecideInput): Decision {
  const isInside = (path: string): boolean => isWithin(input.out, path);
  const outside = input.entries.filter((entry) => !isInside(entry.path));
  const present = input.entries.filter((entry) => isInside(entry.path) && entry.kind === 'file');
  const left = leftAlone(input, outside);
  const leftPaths = new Set(left.map(({ path }) => path));
  const hashes = new Map(input.files.map(({ path, hash }) => [path, hash]));
  const guesses = new Map(input.guesses.map(({ path, type }) => [path, type?.mime]));
  const movable = outside.filter(({ kind, path }) => kind === 'file' && !leftPaths.has(path));
  const originals = originalsOf([...present, ...movable], hashes, isInside);
  const names = createNames(input.entries.filter((entry) => isInside(entry.path)).map(({ path }) => path));
  const index = indexPaths(input.out, names);
  const moves = movable.map((entry): Move => {
    const sha256 = hashes.get(entry.path) ?? '';
    const original = entry.size === 0 ? undefined : originals.get(sha256);
    const isCopy = original !== undefined && original !== entry.path;
    const ownCategory = entry.type?.category ?? 'unknown';
    const category = isCopy ? duplicates : (folderOf[ownCategory] ?? ownCategory);
    const guess = guesses.get(entry.path);
    return {
      from: entry.path,
      to: names.free(join(input.out, category), entry.name),
      category,
      bytes: entry.size,
      sha256,
      mime: entry.type?.mime ?? 'application/octet-stream',
      misnamed: entry.type?.by === 'content' && guess !== undefined && isOther(guess, entry.type.mime),
      ...(isCopy ? { duplicateOf: original } : {}),
    };
  });
  const categories = countByCategory(moves);
  return {
    moves,
    folders: categories.map(({ name }) => {
      const path = join(input.out, name);
      return { path, existed: input.entries.some((entry) => entry.path === path && entry.kind === 'folder') };
    }),
    left,
    present: present.length,
    index,
    summary: {
      files: moves.length,
      bytes: moves.reduce((sum, { bytes }) => sum + bytes, 0),
      duplicates: moves.filter(({ duplicateOf }) => duplicateOf !== undefined).length,
      misnamed: moves.filter(({ misnamed }) => misnamed).length,
      categories,
    },
  };
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A name without a known type promises nothing; XML and text come under many names. */
function isOther(guess: string, mime: string): boolean {
  return guess !== 'application/octet-stream' && guess !== mime && guess.split('/')[0] !== mime.split('/')[0];
}

function leftAlone(input: DecideInput, outside: readonly Entry[]): Left[] {
  const left = new Map(input.unreadable.map(({ path, reason }) => [path, reason]));
  for (const entry of outside) {
    if (entry.kind === 'link') left.set(entry.path, `a symbolic link to '${entry.linkTarget ?? '?'}'`);
    else if (entry.kind === 'other') left.set(entry.path, 'a device, pipe or socket');
    else if (entry.protected === true) left.set(entry.path, 'a protected path');
  }
  return [...left].map(([path, reason]) => ({ path, reason })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The original of each content, by hash. */
function originalsOf(
  files: readonly Entry[],
  hashes: ReadonlyMap<string, string>,
  isInside: (path: string) => boolean,
): Map<string, string> {
  const rank = (entry: Entry): readonly [number, number, number, string] => [
    isInside(entry.path) ? 0 : 1,
    entry.modifiedAt,
    entry.path.length,
    entry.path,
  ];
  const best = new Map<string, Entry>();
  for (const entry of files) {
    const hash = hashes.get(entry.path);
    const known = hash === undefined ? undefined : best.get(hash);
    if (hash !== undefined && (known === undefined || comesBefore(rank(entry), rank(known))))
      best.set(hash, entry);
  }
  return new Map([...best].map(([hash, { path }]) => [hash, path]));
}

function comesBefore(one: readonly (string | number)[], other: readonly (string | number)[]): boolean {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? '';
    if (value !== against) return value < against;
  }
  return false;
}

interface Names {
  /** Takes a free name in a folder: the wanted one, or `name (2).ext`, `name (3).ext` … */
  free(folder: string, wanted: string): string;
}

const mostBytes = 255;

function createNames(taken: readonly string[]): Names {
  const key = (path: string): string => path.normalize('NFC').toLowerCase();
  const used = new Set(taken.map(key));
  const next = new Map<string, number>();
  return {
    free(folder, wanted) {
      const extension = /\.tar\.[A-Za-z0-9]+$/.exec(wanted)?.[0] ?? extname(wanted);
      const stem = wanted.slice(0, wanted.length - extension.length);
      const family = key(join(folder, wanted));
      for (let number = next.get(family) ?? 1; ; number += 1) {
        const path = join(folder, number === 1 ? wanted : numbered(stem, number, extension));
        if (used.has(key(path))) continue;
        used.add(key(path));
        next.set(family, number + 1);
        return path;
      }
    },
  };
}

/** File systems take 255 bytes (or UTF-16 units) for a name: a long stem is cut to make room for its number. */
function numbered(stem: string, number: number, extension: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(stem), ({ segment }) => segment);
  for (;;) {
    const name = `${letters.join('')} (${number})${extension}`;
    if (Buffer.byteLength(name) <= mostBytes || letters.length <= 1) return name;
    letters.pop();
  }
}

/** Names for the two indexes that are free and have one number. */
function indexPaths(out: string, names: Names): Decision['index'] {
  const markdown = names.free(out, 'index.md');
  return { markdown, json: names.free(out, `${basename(markdown, '.md')}.json`) };
}

function countByCategory(moves: readonly Move[]): Decision['summary']['categories'] {
  const found = new Map<string, { name: string; files: number; bytes: number }>();
  for (const { category, bytes } of moves) {
    const one = found.get(category) ?? { name: category, files: 0, bytes: 0 };
    found.set(category, { name: category, files: one.files + 1, bytes: one.bytes + bytes });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
