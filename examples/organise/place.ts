// Place: which folders the job may organise. It moves files, so it refuses where that would break something.
import { lstat, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { isWithin } from './decide.js';
import { UsageError } from './options.js';

/** A folder that may be organised, and where its files go. */
export interface Place {
  readonly folder: string;
  readonly out: string;
}

const systemFolders: readonly string[] =
  process.platform === 'win32'
    ? ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData']
    : [
        '/bin',
        '/boot',
        '/dev',
        '/etc',
        '/lib',
        '/lib64',
        '/proc',
        '/run',
        '/sbin',
        '/sys',
        '/usr',
        '/System',
        '/Library',
      ];
/** How many folders are looked into for a repository. */
const mostFolders = 20_000;

/**
 * Checks a person's folder and target.
 *
 * @throws UsageError that says why it is refused and what to do.
 */
export async function checkPlace(
  asked: string,
  askedOut: string | undefined,
  force: boolean,
): Promise<Place> {
  const folder = await realFolder(asked);
  await refuseDangerous(folder);
  const out = askedOut === undefined ? join(folder, 'organised') : await realTarget(fromHere(askedOut));
  await refuseTarget(folder, out);
  if (!force) await refuseRepository(folder);
  return { folder, out };
}

/** npm runs scripts in the package's folder and tells where it was called. */
function fromHere(path: string): string {
  const isByNpm = process.env['npm_lifecycle_event'] === 'start';
  return resolve((isByNpm ? process.env['INIT_CWD'] : undefined) ?? process.cwd(), path);
}

async function realFolder(asked: string): Promise<string> {
  const path = fromHere(asked);
  try {
    const real = await realpath(path);
    if ((await lstat(real)).isDirectory()) return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new UsageError(`'${path}' cannot be looked at: ${(error as Error).message}.`);
    }
    throw new UsageError(`There is no folder '${path}'. Check its spelling.`);
  }
  throw new UsageError(`'${path}' is a file; a folder was expected.`);
}

/** The real path of something that may not exist yet. */
async function realTarget(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = dirname(path);
  return parent === path
    ? path
    : join(await realTarget(parent), path.slice(parent.length).replace(/^[\\/]+/, ''));
}

async function refuseDangerous(folder: string): Promise<void> {
  const home = await realpath(homedir()).catch(() => homedir());
  const why =
    folder === parse(folder).root
      ? 'it is the root of a file system'
      : folder === home
        ? 'it is your home folder, in which programs keep their files'
        : isWithin(folder, home)
          ? `it holds your home folder '${home}'`
          : systemFolders.some((system) => isWithin(system, folder))
            ? 'it belongs to the system'
            : undefined;
  if (why === undefined) return;
  throw new UsageError(
    `'${folder}' is not organised: ${why}. Name a folder with files of yours, such as Downloads.`,
  );
}

async function refuseTarget(folder: string, out: string): Promise<void> {
  if (isWithin(out, folder)) {
    throw new UsageError(
      `--out '${out}' is or holds the folder to organise. Name a folder in it or beside it.`,
    );
  }
  if (!isWithin(folder, out)) await refuseDangerous(out);
  const there = await lstat(out).catch(() => undefined);
  if (there === undefined || there.isDirectory()) return;
  throw new UsageError(`'${out}' is there already and is no folder. Name another with --out.`);
}

/** Files of a repository belong where they are. */
async function refuseRepository(folder: string): Promise<void> {
  const found = (await repositoryAbove(folder)) ?? (await repositoryIn(folder));
  if (found === undefined) return;
  throw new UsageError(
    `'${folder}' is not organised: '${found}' is a git repository, which would break. Name another folder, or add --force.`,
  );
}

/** A home folder under version control holds settings; what else lies in it is not part of it. */
async function repositoryAbove(folder: string): Promise<string | undefined> {
  const home = await realpath(homedir()).catch(() => homedir());
  for (let at = folder; at !== home; at = dirname(at)) {
    if ((await lstat(join(at, '.git')).catch(() => undefined)) !== undefined) return at;
    if (at === dirname(at)) return undefined;
  }
  return undefined;
}

async function repositoryIn(folder: string): Promise<string | undefined> {
  const waiting = [folder];
  for (let looked = 0; looked < mostFolders; looked += 1) {
    const at = waiting.shift();
    if (at === undefined) return undefined;
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      if (entry.name === '.git') return at;
      if (entry.isDirectory() && !entry.name.startsWith('.')) waiting.push(join(at, entry.name));
    }
  }
  return undefined;
}
