// Report: what is told of a run before and after, in plain lines.
import { relative } from 'node:path';
import { z } from 'zod';
import type { Result, TaskView } from 'statewright';
import { CheckOutput } from './check.js';
import { Decision } from './decide.js';
import { sizeOf } from './describe.js';
import { goalOf, type Run, storeOf } from './runs.js';

const Preview = z.object({
  result: z.object({
    summary: Decision.shape.summary,
    present: z.number(),
    index: Decision.shape.index,
    left: Decision.shape.left,
    leftCount: z.number(),
    examples: z.array(z.object({ from: z.string(), to: z.string() })),
    copies: z.array(z.object({ from: z.string(), original: z.string() })),
  }),
});

/** What was decided, as the task `preview` gives it; undefined when it has not got so far. */
export function previewOf(result: Result): z.infer<typeof Preview>['result'] | undefined {
  const parsed = Preview.safeParse(result.tasks['preview']?.output);
  return parsed.success ? parsed.data.result : undefined;
}

const filesOf = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** A path as a person reads it: without control characters. */
export const shown = (path: string): string => path.replaceAll(/\p{Cc}/gu, '�');

/** What will happen, for a person to say yes or no to. */
export function previewLines(run: Run, result: Result): string[] {
  const preview = previewOf(result);
  if (preview === undefined) return [];
  const { summary, left, leftCount, examples, copies, present } = preview;
  const within = (path: string): string => shown(relative(run.folder, path) || '.');
  return [
    `In ${shown(run.folder)}`,
    `${filesOf(summary.files)} (${sizeOf(summary.bytes)}) will be moved to ${shown(run.out)}:`,
    ...categoryLines(summary.categories),
    ...(present > 0 ? [`${present} files that are there already stay as they are.`] : []),
    'For example:',
    ...examples.map(({ from, to }) => `  ${within(from)}  →  ${within(to)}`),
    ...(examples.length < summary.files ? [`  … and ${summary.files - examples.length} more`] : []),
    ...(summary.duplicates > 0
      ? [`${summary.duplicates} exact copies go to 'duplicates' (none is deleted):`]
      : []),
    ...copies.map(({ from, original }) => `  ${within(from)}  is the same as  ${within(original)}`),
    ...leftLines(run, left, leftCount),
    'Nothing is deleted or overwritten. Hidden files are left alone. --undo puts everything back.',
  ];
}

function categoryLines(categories: readonly { name: string; files: number; bytes: number }[]): string[] {
  const width = Math.max(...categories.map(({ name }) => name.length), 0);
  return categories.map(
    ({ name, files, bytes }) =>
      `  ${name.padEnd(width)}  ${files.toString().padStart(6)}  ${sizeOf(bytes).padStart(8)}`,
  );
}

function leftLines(run: Run, left: readonly { path: string; reason: string }[], count: number): string[] {
  if (count === 0) return [];
  return [
    `${count} left where ${count === 1 ? 'it is' : 'they are'}:`,
    ...left.map(({ path, reason }) => `  ${shown(relative(run.folder, path))}: ${shown(reason)}`),
    ...(left.length < count ? [`  … and ${count - left.length} more (all are in the index)`] : []),
  ];
}

/** How a run ended. */
export function resultLines(run: Run, work: string, result: Result, tasks: readonly TaskView[]): string[] {
  const preview = previewOf(result);
  const verified = CheckOutput.safeParse(result.tasks['verify']?.output).data;
  const rounds = tasks.find(({ id }) => id === 'move')?.rounds;
  const moved = rounds?.succeeded ?? 0;
  const seconds = ((result.endedAt ?? 0) - (result.startedAt ?? 0)) / 1000;
  const isGood = result.status === 'succeeded';
  if (moved === 0 && isGood)
    return [`Nothing to organise in ${shown(run.folder)}: it holds no file that is not in its place.`];
  if (moved === 0 && result.status === 'aborted') return [`Nothing was moved: ${result.reason}.`];
  return [
    isGood
      ? `Done: ${filesOf(moved)} moved in ${seconds.toFixed(1)} s.`
      : `${result.status.toUpperCase()}: ${result.reason} (${filesOf(moved)} moved).`,
    ...(preview === undefined ? [] : categoryLines(preview.summary.categories)),
    ...(verified === undefined
      ? []
      : [verdict(verified), ...verified.problems.map((one) => `  ${shown(one)}`)]),
    ...(preview === undefined
      ? []
      : [
          `Exact copies: ${preview.summary.duplicates}. Files whose name says otherwise: ${preview.summary.misnamed}.`,
          ...leftLines(run, preview.left, preview.leftCount),
        ]),
    ...(rounds !== undefined && rounds.failed > 0
      ? [
          `${filesOf(rounds.failed)} could not be moved; the index names ${rounds.failed === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
    '',
    ...lookLines(run, work, preview?.index.markdown),
  ];
}

function verdict({ lost, untrue, files, bytes, added }: CheckOutput): string {
  const fresh = added > 0 ? ` ${added} files were added by somebody meanwhile.` : '';
  if (lost === 0 && untrue === 0) {
    return `No byte was lost: ${files} files (${sizeOf(bytes)}) were hashed before and after. The index is true.${fresh}`;
  }
  return `NOT ALL IS WELL: ${lost} contents are gone, ${untrue} statements of the index are not true.${fresh}`;
}

/** How to look at a run. */
export function lookLines(run: Run, work: string, index: string | undefined): string[] {
  const store = relative(process.cwd(), storeOf(work));
  const quoted = (text: string): string => (/[^\w./\\:-]/.test(text) ? `"${text}"` : text);
  const again = run.sample === undefined ? `--folder ${quoted(run.folder)} --undo` : '--undo';
  return [
    `Result   ${run.out}`,
    ...(index === undefined ? [] : [`Index    ${index}`]),
    `Details  node dist/interfaces/cli/main.js show ${goalOf(run)} --store ${quoted(store)}`,
    `Undo     npm start -- ${again}`,
  ];
}

/** The exit code of a status. */
export function exitCodeOf(status: Result['status']): number {
  const codes: Partial<Record<Result['status'], number>> = {
    succeeded: 0,
    failed: 1,
    partial: 3,
    aborted: 4,
  };
  return codes[status] ?? 5;
}
