// Describe: what the index will say. The JSON index is the full account; the Markdown index is made from the
// same account by a template, for which names are made safe here.
import { relative, sep } from 'node:path';
import { z } from 'zod';
import { Decision } from './decide.js';

export const DescribeInput = z.strictObject({
  folder: z.string(),
  out: z.string(),
  decision: Decision,
  /** What each move gave, in the order of the decision; null for one that failed. */
  moved: z.array(z.object({ path: z.string() }).nullable()),
});
export type DescribeInput = z.infer<typeof DescribeInput>;

const IndexFile = z.object({
  /** Where it is, from the index's folder, with forward slashes. */
  path: z.string(),
  /** Where it was, from the organised folder. */
  from: z.string(),
  category: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  type: z.string(),
  misnamed: z.boolean().optional(),
  /** Where the original is, from the index's folder. */
  duplicateOf: z.string().optional(),
});

/** The JSON index. */
export const Index = z.object({
  version: z.literal(1),
  folder: z.string(),
  out: z.string(),
  files: z.array(IndexFile),
  /** What was left where it was, and why. Paths are from the organised folder. */
  left: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type Index = z.infer<typeof Index>;

const Row = z.object({
  name: z.string(),
  link: z.string(),
  size: z.string(),
  type: z.string(),
  from: z.string(),
  note: z.string(),
});

export const Description = z.object({
  index: Index,
  /** The same for the template. */
  page: z.object({
    files: z.number(),
    size: z.string(),
    folder: z.string(),
    duplicates: z.number(),
    present: z.number(),
    categories: z.array(
      z.object({ name: z.string(), files: z.number(), size: z.string(), rows: z.array(Row) }),
    ),
    left: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
});
export type Description = z.infer<typeof Description>;

/** A path as the index writes it. */
export const indexPath = (base: string, path: string): string => relative(base, path).split(sep).join('/');

/** Describes. */
export function describe({ folder, out, decision, moved }: DescribeInput): Description {
  const done = decision.moves.map((move, at) => ({ ...move, to: moved[at]?.path, wanted: move.to }));
  const places = new Map(done.map(({ from, to }) => [from, to ?? from]));
  const files = done.flatMap(({ to, from, category, bytes, sha256, mime, misnamed, duplicateOf }) => {
    if (to === undefined) return [];
    const original =
      duplicateOf === undefined ? undefined : indexPath(out, places.get(duplicateOf) ?? duplicateOf);
    return [
      {
        path: indexPath(out, to),
        from: indexPath(folder, from),
        category,
        bytes,
        sha256,
        type: mime,
        ...(misnamed ? { misnamed } : {}),
        ...(original === undefined ? {} : { duplicateOf: original }),
      },
    ];
  });
  const failed = done.flatMap(({ to, from, wanted }) =>
    to === undefined
      ? [{ path: indexPath(folder, from), reason: `it could not be moved to '${indexPath(out, wanted)}'` }]
      : [],
  );
  const left = [
    ...decision.left.map(({ path, reason }) => ({ path: indexPath(folder, path), reason })),
    ...failed,
  ];
  const index: Index = { version: 1, folder, out, files, left };
  return { index, page: pageOf(index, decision.present) };
}

function pageOf({ files, folder, left }: Index, present: number): Description['page'] {
  const names = [...new Set(files.map(({ category }) => category))].sort();
  return {
    files: files.length,
    size: sizeOf(files.reduce((sum, { bytes }) => sum + bytes, 0)),
    folder: markdown(folder),
    duplicates: files.filter(({ duplicateOf }) => duplicateOf !== undefined).length,
    present,
    categories: names.map((name) => {
      const own = files
        .filter(({ category }) => category === name)
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      return {
        name,
        files: own.length,
        size: sizeOf(own.reduce((sum, { bytes }) => sum + bytes, 0)),
        rows: own.map(rowOf),
      };
    }),
    left: left.map(({ path, reason }) => ({ name: markdown(path), reason: markdown(reason) })),
  };
}

function rowOf(file: Index['files'][number]): z.infer<typeof Row> {
  const notes = [
    ...(file.duplicateOf === undefined ? [] : [`same bytes as ${markdown(file.duplicateOf)}`]),
    ...(file.misnamed === true ? ['its name says otherwise'] : []),
    ...(file.bytes === 0 ? ['empty'] : []),
  ];
  return {
    name: markdown(file.path.slice(file.path.lastIndexOf('/') + 1)),
    link: linkTo(file.path),
    size: sizeOf(file.bytes),
    type: markdown(file.type),
    from: markdown(file.from),
    note: notes.join('; '),
  };
}

/** The target of a Markdown link. */
export function linkTo(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('(', '%28').replaceAll(')', '%29'))
    .join('/');
}

/** Text that Markdown shows as it is, on one line. */
export function markdown(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>()#|~&]/g, (sign) => `\\${sign}`)
    .replaceAll(/\p{Cc}/gu, (sign) => `\\\\x${(sign.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}

/** Bytes for people: `1.2 MB`. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const shown = unit === 0 || amount >= 100 ? Math.round(amount).toString() : amount.toFixed(1);
  return `${shown} ${units[unit] ?? ''}`;
}
