// Report: repetitions become medians and ranges, and these a table.
import type { Figures } from './measures.js';

/** One line of the results file. */
export interface Result {
  readonly at: string;
  readonly workload: string;
  readonly repetition: number;
  readonly node: string;
  readonly cpu: string;
  readonly figures: Figures;
}

export const notMeasured = [
  'Tasks that do something: here each gives a text of 200 bytes at once. Most real plans wait for their tools.',
  'Language models, programs, files, networks, large outputs, approvals, retries and compensation.',
  'Other engines. Figures of another machine, disk or day are not comparable with these.',
  'Loss of power: a flush is as durable as the disk and the file system make it.',
  'LevelDB alone writes batches of the same number and length, with other keys and values.',
  "Bytes on disk leave out the 200 bytes of each result, but count the stored plan, which is the host's too.",
] as const;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Figure → median of a workload's repetitions. */
export function mediansOf(results: readonly Result[]): Figures {
  const names = Object.keys(results[0]?.figures ?? {});
  return Object.fromEntries(names.map((name) => [name, median(valuesOf(results, name))]));
}

function valuesOf(results: readonly Result[], name: string): number[] {
  return results.flatMap(({ figures }) => (figures[name] === undefined ? [] : [figures[name]]));
}

/** `median (least–most)`, or the figure alone when it was taken once; empty when there is none. */
function cell(results: readonly Result[], name: string): string {
  const values = valuesOf(results, name);
  if (values.length === 0) return '';
  const shown = (value: number): string =>
    String(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
  const middle = shown(median(values));
  if (values.length === 1) return middle;
  return `${middle} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

const columns: readonly (readonly [title: string, figure: string])[] = [
  ['tasks/s', 'tasksPerS'],
  ['µs/task', 'usPerTask'],
  ['submit ms', 'submitMs'],
  ['LevelDB tasks/s', 'rawTasksPerS'],
  ['batches', 'batches'],
  ['written B/task', 'writtenBytesPerTask'],
  ['disk B/task', 'diskBytesPerTask'],
  ['compacted', 'compactedBytesPerTask'],
  ['peak MB', 'peakMb'],
];

/** The table of plans and goals, with the ratio of each to LevelDB alone. */
function throughput(groups: ReadonlyMap<string, readonly Result[]>): string[] {
  const rows = [...groups].filter(([, results]) => results[0]?.figures['tasksPerS'] !== undefined);
  const ratio = (results: readonly Result[]): string => {
    const { tasksPerS = 0, rawTasksPerS = 0 } = mediansOf(results);
    return rawTasksPerS === 0 ? '' : (tasksPerS / rawTasksPerS).toFixed(3);
  };
  return align([
    ['workload', ...columns.map(([title]) => title), '× LevelDB'],
    ...rows.map(([name, results]) => [
      name,
      ...columns.map(([, figure]) => cell(results, figure)),
      ratio(results),
    ]),
  ]);
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** The whole report. */
export function reportOf(results: readonly Result[]): string {
  const groups = new Map<string, Result[]>();
  for (const one of results) groups.set(one.workload, [...(groups.get(one.workload) ?? []), one]);
  const others = [
    ['livesPerS', 'task lives/s with bare XState'],
    ['snapshotBytes', 'bytes of the plan actor on disk in mid-plan'],
    ['resumeMs', 'ms from the start of the process to the first new task'],
    ['startMs', 'ms from the start of the process until the engine is ready'],
    ['readyRssMb', 'MB of memory then'],
    ['wakeMs', 'ms from an approval to the end of a goal that it wakes'],
  ] as const;
  const lines = [...throughput(groups), ''];
  for (const [figure, title] of others) {
    for (const [name, all] of groups)
      if (all[0]?.figures[figure] !== undefined) lines.push(`${name}: ${cell(all, figure)} ${title}`);
  }
  return [...lines, ...growthOf(groups), '', 'Not measured:', ...notMeasured.map((one) => `- ${one}`)].join(
    '\n',
  );
}

/** How the time per task of the largest plan stands to that of the one of 10,000. */
function growthOf(groups: ReadonlyMap<string, readonly Result[]>): string[] {
  const small = mediansOf(groups.get('10 layers of 1,000') ?? [])['usPerTask'];
  const large = mediansOf(groups.get('10 layers of 10,000') ?? [])['usPerTask'];
  if (small === undefined || large === undefined) return [];
  return [`time per task at 100,000 tasks: ${(large / small).toFixed(2)} × that at 10,000`];
}
