// Tables: lines of results → one row for each set and limit.
import type { Limit, Line } from './measure.js';

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? NaN : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** What the deviation of a set is measured from: its optima are known for J30. */
const isFromOptimum = (set: string): boolean => set === 'j30';

export const shownLimit = ({ schedules, seconds }: Limit): string =>
  schedules === undefined ? `${seconds} s` : `${schedules} schedules`;

/** Mean deviation in %, over the lines that have a schedule. */
export function deviationOf(lines: readonly Line[]): number {
  return mean(
    lines.flatMap(({ set, objective, bestKnown, criticalPath }) => {
      const from = isFromOptimum(set) && bestKnown !== undefined ? bestKnown : criticalPath;
      return objective === undefined || from === 0 ? [] : [(100 * (objective - from)) / from];
    }),
  );
}

const headings = [
  'set',
  'limit',
  'instances',
  'mean deviation %',
  'best known',
  'better',
  'optimal',
  'infeasible',
  'unknown',
  'wall s',
  'CPU s',
  'longest s',
];

/** A table in Markdown: a row for each set and limit, in the order of the lines. */
export function tableOf(lines: readonly Line[]): string {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = `${line.set} ${shownLimit(line.limit)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return table([headings, ...[...groups.values()].map(rowOf)]);
}

function rowOf(lines: readonly Line[]): string[] {
  const [first] = lines;
  const count = (holds: (line: Line) => boolean): string => String(lines.filter(holds).length);
  const isKnown = lines.some(({ bestKnown }) => bestKnown !== undefined);
  const best = ({ objective = Infinity, bestKnown = -1 }: Line): number => objective - bestKnown;
  const set = first?.set ?? '';
  return [
    set,
    first === undefined ? '' : shownLimit(first.limit),
    String(lines.length),
    `${deviationOf(lines).toFixed(3)} over ${isFromOptimum(set) ? 'optimum' : 'critical path'}`,
    isKnown ? count((line) => best(line) === 0) : '–',
    isKnown ? count((line) => best(line) < 0) : '–',
    count(({ status }) => status === 'optimal'),
    count(({ status }) => status === 'infeasible'),
    count(({ status }) => status === 'unknown'),
    (mean(lines.map(({ wallMs }) => wallMs)) / 1000).toFixed(2),
    (mean(lines.map((line) => line.cpuMs)) / 1000).toFixed(2),
    (Math.max(...lines.map(({ wallMs }) => wallMs)) / 1000).toFixed(1),
  ];
}

/** Rows as a table in Markdown, its columns aligned; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return lines.join('\n');
}
