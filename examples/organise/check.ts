// Check: is every byte still there, and is the index true? Compares what was hashed before anything was moved
// with what is there now, and both indexes with the files themselves.
//
//   C1 every content that was there before is there at least as often after; but for files that could not be
//      moved, because somebody else changed or removed them meanwhile
//   C2 the JSON index names each moved file once, where it is, with its hash and size, and nothing else
//   C3 the Markdown index links to the same files
//   C4 what was left is where it was
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Decision, Hashed } from './decide.js';
import { Index, linkTo } from './describe.js';

export const CheckInput = z.strictObject({
  out: z.string(),
  decision: Decision,
  /** What each move gave, in the order of the decision; null for one that failed. */
  moved: z.array(z.object({ path: z.string() }).nullable()),
  before: z.array(Hashed),
  after: z.array(Hashed),
  /** All that is in the folder now, whether it can be read or not. */
  remaining: z.array(z.string()),
  /** The indexes as they are on the disk. */
  json: z.string(),
  markdown: z.string(),
});
export type CheckInput = z.infer<typeof CheckInput>;

export const CheckOutput = z.object({
  files: z.number(),
  bytes: z.number(),
  /** Contents that are gone, counted; 0 is what must be. */
  lost: z.number(),
  /** Statements of the indexes that are not true, counted; 0 is what must be. */
  untrue: z.number(),
  /** Files that somebody added meanwhile. */
  added: z.number(),
  /** The first of what is lost or untrue, in words. */
  problems: z.array(z.string()),
});
export type CheckOutput = z.infer<typeof CheckOutput>;

const mostProblems = 20;

/** Checks. */
export function check(input: CheckInput): CheckOutput {
  const own = new Set([resolve(input.decision.index.json), resolve(input.decision.index.markdown)]);
  const after = input.after.filter(({ path }) => !own.has(resolve(path)));
  const unmoved = new Set(
    input.decision.moves.filter((_, at) => input.moved[at] === null).map(({ from }) => from),
  );
  const before = input.before.filter(({ path }) => !unmoved.has(path));
  const lost = missing(before, after);
  const untrue = [...falseFiles(input, after), ...falseLinks(input), ...gone(input)];
  return {
    files: input.before.length,
    bytes: input.before.reduce((sum, { bytes }) => sum + bytes, 0),
    lost: lost.length,
    untrue: untrue.length,
    added: missing(after, input.before).length,
    problems: [...lost.map(({ path }) => `the bytes of '${path}' are gone`), ...untrue].slice(
      0,
      mostProblems,
    ),
  };
}

/** Of `these`, what is not in `those`, each content as often as it is missing. */
function missing(these: readonly Hashed[], those: readonly Hashed[]): Hashed[] {
  const counts = new Map<string, number>();
  for (const { hash } of those) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return these.filter(({ hash }) => {
    const count = counts.get(hash) ?? 0;
    counts.set(hash, count - 1);
    return count <= 0;
  });
}

function gone({ decision, remaining }: CheckInput): string[] {
  const there = new Set(remaining);
  return decision.left
    .filter(({ path }) => !there.has(path))
    .map(({ path }) => `'${path}' was left and is gone`);
}

function readIndex(text: string): Index | string {
  try {
    return Index.parse(JSON.parse(text));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function falseFiles(input: CheckInput, after: readonly Hashed[]): string[] {
  const index = readIndex(input.json);
  if (typeof index === 'string') return [`the JSON index cannot be read: ${index}`];
  const there = new Map(after.map((file) => [file.path, file]));
  const named = new Set<string>();
  const problems = index.files.flatMap(({ path, sha256, bytes }) => {
    const file = there.get(join(input.out, ...path.split('/')));
    const isDouble = named.has(path);
    named.add(path);
    if (isDouble) return [`the index names '${path}' twice`];
    if (file === undefined) return [`the index names '${path}', where nothing is`];
    return file.hash === sha256 && file.bytes === bytes ? [] : [`'${path}' is not what the index says`];
  });
  const unnamed = input.decision.moves.length - index.files.length;
  const leftThere = index.left.length - input.decision.left.length;
  if (unnamed !== leftThere)
    problems.push(`${unnamed} files were not moved, the index tells of ${leftThere}`);
  return problems;
}

function falseLinks({ json, markdown }: CheckInput): string[] {
  const index = readIndex(json);
  if (typeof index === 'string') return [];
  const links = [...markdown.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1] ?? '');
  const wanted = index.files.map(({ path }) => linkTo(path));
  const linked = new Set(links);
  const problems = wanted
    .filter((link) => !linked.has(link))
    .map((link) => `index.md has no link to ${link}`);
  if (links.length !== wanted.length) {
    problems.push(`index.md has ${links.length} links, expected ${wanted.length}`);
  }
  return problems;
}
