// Report: groups of repetitions become tables: this engine beside raw LevelDB, the targets, and the peers.
import type { Figures } from './measures.js';
import { groupOf, groupsOf, ours, shown, spreadOf, type Group, type Result } from './results.js';
import { targetRows } from './targets.js';

const notMeasured = [
  'Tasks that do something: here each gives a text of 200 bytes at once. Most real plans wait for their tools.',
  'Language models, programs, files, networks, large outputs, approvals, retries and compensation.',
  'More than one machine, and more than one process that works on the same plan.',
  'Loss of power: a flush is as durable as the disk and the file system make it.',
  'LevelDB alone writes batches of the same number and length, with other keys and values.',
  "Bytes on disk leave out the 200 bytes of each result, but count the stored plan, which is the host's too.",
  'CPU time and memory are those of the process with the tasks; the servers of peers have theirs besides.',
] as const;

const columns: readonly (readonly [title: string, figure: string])[] = [
  ['tasks/s', 'tasksPerS'],
  ['µs/task', 'usPerTask'],
  ['CPU µs/task', 'cpuUsPerTask'],
  ['submit ms', 'submitMs'],
  ['LevelDB tasks/s', 'rawTasksPerS'],
  ['batches', 'batches'],
  ['written B/task', 'writtenBytesPerTask'],
  ['disk B/task', 'diskBytesPerTask'],
  ['compacted', 'compactedBytesPerTask'],
  ['peak MB', 'peakMb'],
];

/** The table of plans and goals, with the ratio of each to LevelDB alone. */
function throughput(groups: readonly Group[]): string[] {
  const rows = groups.filter(
    (group) => group.engine === ours && group.figures[0]?.['tasksPerS'] !== undefined,
  );
  if (rows.length === 0) return [];
  return align([
    ['workload', ...columns.map(([title]) => title), '× LevelDB'],
    ...rows.map((group) => [
      group.workload,
      ...columns.map(([, figure]) => shown(spreadOf(group, figure))),
      shown(spreadOf(group, overRaw), 3),
    ]),
  ]);
}

const overRaw = ({ tasksPerS = 0, rawTasksPerS }: Figures): number | undefined =>
  rawTasksPerS === undefined ? undefined : tasksPerS / rawTasksPerS;

const others = [
  ['livesPerS', 'task lives/s with bare XState'],
  ['snapshotBytes', 'bytes of the plan actor on disk in mid-plan'],
  ['resumeMs', 'ms from the start of the process to the first new task'],
  ['startMs', 'ms from the start of the process until the engine is ready'],
  ['readyRssMb', 'MB of memory then'],
  ['wakeMs', 'ms from an approval to the end of a goal that it wakes'],
] as const;

function otherLines(groups: readonly Group[]): string[] {
  return others.flatMap(([figure, title]) =>
    groups.flatMap((group) => {
      const found = group.engine === ours ? spreadOf(group, figure) : undefined;
      return found === undefined ? [] : [`${group.workload}: ${shown(found)} ${title}`];
    }),
  );
}

function targetTable(groups: readonly Group[]): string[] {
  const rows = targetRows(groups);
  if (rows.length === 0) return [];
  return [
    '',
    'Targets, on a quiet machine:',
    ...align([['workload', 'figure', 'measured', 'must be', ''], ...rows]),
  ];
}

/** A workload with the figure by which engines are compared, and whether more of it is better. */
export interface Compared {
  readonly workload: string;
  readonly figure: 'tasksPerS' | 'resumeMs';
  readonly engines: readonly Group[];
}

/** The workloads that more than one engine was measured with. */
export function comparedOf(groups: readonly Group[]): Compared[] {
  const workloads = [...new Set(groups.map(({ workload }) => workload))];
  return workloads.flatMap((workload) => {
    const engines = groups.filter((group) => group.workload === workload);
    if (engines.length < 2) return [];
    const resumed = engines[0]?.figures[0]?.['resumeMs'] !== undefined;
    return [{ workload, figure: resumed ? 'resumeMs' : 'tasksPerS', engines } as const];
  });
}

/** Engines side by side, and how many times better this one is by medians; less than 1 is worse. */
function peerTable(groups: readonly Group[]): string[] {
  const compared = comparedOf(groups);
  if (compared.length === 0) return [];
  const names = [...new Set(compared.flatMap(({ engines }) => engines.map(({ engine }) => engine)))];
  const cellOf = ({ workload, figure }: Compared, engine: string): string => {
    const theirs = spreadOf(groupOf(groups, engine, workload), figure);
    const own = spreadOf(groupOf(groups, ours, workload), figure);
    if (theirs === undefined) return '–';
    if (engine === ours || own === undefined) return shown(theirs);
    const [better, worse] = figure === 'resumeMs' ? [theirs, own] : [own, theirs];
    return `${shown(theirs)} ${(better.median / worse.median).toFixed(1)}×`;
  };
  const cpuOf = ({ workload }: Compared, engine: string): string =>
    shown(spreadOf(groupOf(groups, engine, workload), 'cpuUsPerTask'));
  const rows = compared.flatMap((one) => [
    [
      `${one.workload}, ${one.figure === 'resumeMs' ? 'ms' : 'tasks/s'}`,
      ...names.map((engine) => cellOf(one, engine)),
    ],
    ...(one.figure === 'resumeMs'
      ? []
      : [[`${one.workload}, CPU µs/task`, ...names.map((engine) => cpuOf(one, engine))]]),
  ]);
  return ['', `Peers, and how many times better ${ours} is:`, ...align([['workload', ...names], ...rows])];
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

/** The whole report. `missing` says which peers were left out and why. */
export function reportOf(results: readonly Result[], missing: readonly string[] = []): string {
  const groups = groupsOf(results);
  return [
    ...throughput(groups),
    '',
    ...otherLines(groups),
    ...targetTable(groups),
    ...peerTable(groups),
    ...(missing.length === 0 ? [] : ['', 'Peers left out:', ...missing.map((one) => `- ${one}`)]),
    '',
    'Not measured:',
    ...notMeasured.map((one) => `- ${one}`),
  ].join('\n');
}
