// Confinement: which paths the file tools may touch.
//
//   C1 every path that is handed out lies in a root, after all symbolic links on the way are resolved
//   C2 what does not exist yet is judged by its nearest existing parent, and a dangling link by its target
//   C3 a protected path, and all below it, is neither read nor changed; nor is a folder that holds it moved or removed
//
// It guards against mistakes and crafted paths. It cannot guard against another process that swaps a folder
// for a link between the check and the use, and it does not see that a hard link has a second name elsewhere.
import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { ToolFailure } from '../tool.js';
import { fileFailure, saysMissing } from './file-failure.js';

/** A path that may be touched. */
export interface Place {
  /** Absolute, with all links resolved (except the last part, when it was asked not to be followed). */
  readonly path: string;
  /** The root that holds it, with all links resolved. */
  readonly root: string;
}

/** The judge of paths. Refusals are ToolFailures with effect `none`. */
export interface Confinement {
  /** The target of a path: a symbolic link in the last part is followed. For reading, writing, listing. */
  target(path: string): Promise<Place>;
  /** The entry itself: a symbolic link in the last part is not followed. For moving, removing, looking. */
  entry(path: string): Promise<Place>;
  /** As `entry`, and refuses a root and any folder that holds a protected path. */
  removable(path: string): Promise<Place>;
  /** Refuses a folder that holds a protected path; `real` is a path that was handed out. */
  refuseHoldingProtected(asked: string, real: string): Promise<void>;
  /** Tells protected paths from others, for a walk that begins now. */
  protection(): Promise<(realPath: string) => boolean>;
}

/** What a confinement is made of. */
export interface ConfinementOptions {
  /** Absolute paths; at least one. Relative paths of tools are taken from the first. */
  readonly roots: readonly string[];
  /** Absolute, or relative to the first root. */
  readonly protectedPaths: readonly string[];
}

const mostLinks = 40;

/** Whether `path` is `folder` or lies in it. Both are absolute. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Resolves all links of a path of which the end may not exist yet (C2). */
export async function resolveLinks(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!saysMissing(error)) throw error;
  }
  const parent = dirname(path);
  if (parent === path) return path;
  const realParent = await resolveLinks(parent, links);
  const linked = await readlink(join(realParent, basename(path))).catch(() => undefined);
  if (linked === undefined) return join(realParent, basename(path));
  if (links >= mostLinks) {
    throw new ToolFailure({
      code: 'link-loop',
      class: 'logic',
      message: `The symbolic links of '${path}' lead in a circle or are more than ${mostLinks}. Name the real path.`,
      effect: 'none',
    });
  }
  return resolveLinks(resolve(realParent, linked), links + 1);
}

/** Where the fences stand now: roots and protected paths with their links resolved. */
function createFences(options: ConfinementOptions, base: string) {
  const lexicalProtected = options.protectedPaths.map((path) => resolve(base, path));
  const known = new Map<string, string>();
  return {
    // A root is resolved once it exists and then stays: replacing it by a link does not move the fence.
    realRoots: (): Promise<string[]> =>
      Promise.all(
        options.roots.map(async (root) => {
          const seen = known.get(root);
          if (seen !== undefined) return seen;
          const real = await resolveLinks(resolve(root));
          if ((await realpath(root).catch(() => undefined)) === real) known.set(root, real);
          return real;
        }),
      ),
    protectedNow: async (): Promise<string[]> => {
      const real = await Promise.all(lexicalProtected.map((path) => resolveLinks(path)));
      return [...new Set([...lexicalProtected, ...real])];
    },
  };
}

/** Makes the judge of paths. Roots and protected paths need not exist yet. */
export function createConfinement(options: ConfinementOptions): Confinement {
  const [base] = options.roots;
  if (base === undefined) throw new RangeError('expected at least one root, got none');
  const { realRoots, protectedNow } = createFences(options, base);

  const admit = async (asked: string, path: string): Promise<Place> => {
    const roots = await realRoots();
    const root = roots.filter((each) => isWithin(each, path)).sort((a, b) => b.length - a.length)[0];
    if (root === undefined) throw outside(asked, path, roots);
    if ((await protectedNow()).some((each) => isWithin(each, path))) throw isProtected(asked);
    return { path, root };
  };

  const target = async (asked: string): Promise<Place> => {
    const lexical = lexicalPath(base, asked);
    try {
      return await admit(asked, await resolveLinks(lexical));
    } catch (error) {
      throw fileFailure(error, 'Could not look at', asked);
    }
  };

  const entry = async (asked: string): Promise<Place> => {
    const lexical = lexicalPath(base, asked);
    const parent = dirname(lexical);
    if (parent === lexical) return target(asked);
    try {
      return await admit(asked, join(await resolveLinks(parent), basename(lexical)));
    } catch (error) {
      // A root may itself be reached by a link: then the link is outside and what it leads to is the root.
      const root = await target(asked).catch(() => undefined);
      if (root !== undefined && root.path === root.root) return root;
      throw fileFailure(error, 'Could not look at', asked);
    }
  };

  const refuseHoldingProtected = async (asked: string, real: string): Promise<void> => {
    const held = (await protectedNow()).find((each) => isWithin(real, each));
    if (held !== undefined) throw isProtected(asked, held);
  };

  const removable = async (asked: string): Promise<Place> => {
    const place = await entry(asked);
    if (place.path === place.root) throw rootItself(asked);
    await refuseHoldingProtected(asked, place.path);
    return place;
  };

  const protection = async (): Promise<(realPath: string) => boolean> => {
    const now = await protectedNow();
    return (path) => now.some((each) => isWithin(each, path));
  };

  return { target, entry, removable, refuseHoldingProtected, protection };
}

function lexicalPath(base: string, asked: string): string {
  const named = asked.slice(parse(asked).root.length);
  const flaw =
    asked === ''
      ? 'it is empty'
      : asked.includes('\0')
        ? 'it holds a zero character'
        : process.platform === 'win32' && named.includes(':')
          ? 'a colon after the drive names a hidden stream'
          : undefined;
  if (flaw === undefined) return resolve(base, asked);
  throw new ToolFailure({
    code: 'bad-path',
    class: 'logic',
    message: `Path '${asked}' cannot be used: ${flaw}. Give a path of a file or folder.`,
    effect: 'none',
  });
}

function outside(asked: string, real: string, roots: readonly string[]): ToolFailure {
  const where = real === asked ? '' : ` (really '${real}')`;
  return new ToolFailure({
    code: 'outside-roots',
    class: 'logic',
    message: `Path '${asked}'${where} is outside the folders that tools may touch: ${roots.map((root) => `'${root}'`).join(', ')}. Use a path in one of them, or add its folder to the engine's roots.`,
    effect: 'none',
    details: { path: asked, roots: [...roots] },
  });
}

function isProtected(asked: string, held?: string): ToolFailure {
  const why = held === undefined || held === asked ? 'is protected' : `holds the protected path '${held}'`;
  return new ToolFailure({
    code: 'protected-path',
    class: 'logic',
    message: `Path '${asked}' ${why}: tools leave it alone. Choose another path, or take it from the engine's protectedPaths.`,
    effect: 'none',
    details: { path: asked },
  });
}

function rootItself(asked: string): ToolFailure {
  return new ToolFailure({
    code: 'root-itself',
    class: 'logic',
    message: `Path '${asked}' is one of the engine's root folders, which tools do not move or remove. Name something in it.`,
    effect: 'none',
    details: { path: asked },
  });
}
