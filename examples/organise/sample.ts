// Sample: a messy folder of real files, the same for the same seed. What will be made is worked out first
// (planSample), then written (makeSample) beside its place and put there in one step: a sample that was cut
// off while it was made is never taken for a whole one.
import { chmod, mkdir, open, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { folders, kinds } from './sample/kinds.js';
import { createRandom, type Random } from './sample/random.js';
import { specials } from './sample/specials.js';

/** A file of a sample. */
export interface SampleFile {
  /** From the sample's folder, with forward slashes. */
  readonly path: string;
  /** Where it belongs by its content. An exact copy belongs to `duplicates`, unless it is the copy that is kept. */
  readonly category: string;
  readonly content: Buffer;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** What is particular about it. */
  readonly why?: string;
  readonly mode?: number;
  /** The file that it is an exact copy of. */
  readonly copyOf?: string;
}

export interface SampleOptions {
  /** How many files [300]; never fewer than the particular ones, of which there are about 50. */
  readonly files?: number;
  /** [1] */
  readonly seed?: number;
}

/** What could not be made as planned, and why. */
export interface MadeSample {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly notes: readonly string[];
}

const link = { path: 'shortcut to readme', target: join('Desktop', 'readme.md') };
/** Bytes that are no Unicode; only Linux takes such a name, and Node cannot address the file by it. */
const brokenName = Buffer.from('not unicode \xff\xfe.txt', 'latin1');

/** Works out the files of a sample. */
export function planSample(options: SampleOptions = {}): SampleFile[] {
  const { files = 300, seed = 1 } = options;
  const random = createRandom(seed);
  const planned: SampleFile[] = [];
  const taken = new Set<string>();
  const add = (file: Omit<SampleFile, 'modifiedAt'>): void => {
    taken.add(file.path);
    planned.push({ ...file, modifiedAt: instant(random) });
  };
  for (const { path, category, why, make, posixOnly, mode } of specials) {
    if (posixOnly === true && process.platform === 'win32') continue;
    const content = make(random);
    add({ path, category, why, content, ...(mode === undefined ? {} : { mode }) });
  }
  const copies = Math.floor(files / 10);
  while (planned.length < files - copies) {
    const kind = random.pick(kinds);
    const path = freePath(random.pick(folders), random.pick(kind.names), `.${kind.extension}`, taken);
    add({ path, category: kind.category, content: kind.make(random) });
  }
  const originals = planned.filter(({ content, mode }) => content.length > 0 && mode === undefined);
  while (planned.length < files) {
    const original = random.pick(originals);
    const path = copyPath(original.path, random, taken);
    add({ path, category: original.category, content: original.content, copyOf: original.path });
  }
  return planned;
}

/** Some moment from 2012 to 2024, in whole seconds. */
const instant = (random: Random): number =>
  Date.UTC(2012, 0, 1) + random.between(0, 4_700) * 86_400_000 + 36_000_000;

function freePath(folder: string, stem: string, extension: string, taken: ReadonlySet<string>): string {
  const at = folder === '' ? '' : `${folder}/`;
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${at}${stem}${extension}` : `${at}${stem} ${number}${extension}`;
    if (!taken.has(path)) return path;
  }
}

function copyPath(original: string, random: Random, taken: ReadonlySet<string>): string {
  const extension = extname(original);
  const stem = basename(original, extension).slice(0, 60);
  const name = random.pick([`Copy of ${stem}`, `${stem} (1)`, `${stem} copy`, 'untitled', stem]);
  return freePath(random.pick(folders), name, extension, taken);
}

/**
 * Makes a sample at a folder that is not there yet.
 *
 * @throws the file system's error when it cannot be made.
 */
export async function makeSample(folder: string, options: SampleOptions = {}): Promise<MadeSample> {
  const stage = `${folder}.making`;
  await rm(stage, { recursive: true, force: true });
  const notes: string[] = [];
  let files = 0;
  let bytes = 0;
  for (const file of planSample(options)) {
    const path = join(stage, ...file.path.split('/'));
    await mkdir(dirname(path), { recursive: true });
    if (!(await writeNew(path, file.content))) {
      notes.push(
        `'${file.path}' could not be made beside its twin: this file system takes both names for one`,
      );
      continue;
    }
    files += 1;
    bytes += file.content.length;
    const at = new Date(file.modifiedAt);
    await utimes(path, at, at);
    if (file.mode !== undefined) await chmod(path, file.mode);
  }
  notes.push(...(await addUnreadable(stage)), ...(await addLink(stage)));
  await rename(stage, folder);
  return { folder, files, bytes, notes };
}

/** False when the name is taken, by the same letters written in another way or in another case. */
async function writeNew(path: string, content: Buffer): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Adds a file that not even the superuser's Node can read, where that is possible; tells what is not. */
async function addUnreadable(stage: string): Promise<string[]> {
  const notes: string[] = [];
  if (await canRead(join(stage, 'private diary.txt'))) {
    notes.push("'private diary.txt' has no read permission, but this user may read it all the same");
  }
  if (process.platform !== 'linux') return notes;
  const path = Buffer.concat([Buffer.from(`${stage}/`, 'utf8'), brokenName]);
  await writeFile(path, 'Its name is not Unicode.\n');
  const at = new Date(Date.UTC(2015, 5, 1));
  await utimes(path, at, at);
  return notes;
}

async function canRead(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return true;
  } catch {
    return false;
  }
}

async function addLink(stage: string): Promise<string[]> {
  try {
    await symlink(link.target, join(stage, link.path));
    return [];
  } catch (error) {
    // Windows lets only some users make links.
    return [`the symbolic link '${link.path}' could not be made: ${(error as Error).message}`];
  }
}

/** Whether a sample is there. */
export async function hasSample(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
