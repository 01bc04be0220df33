// Gantt as terminal text: a line for each task, and for each resource how much of it is held in each column.
import type { ScheduleProblem } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { type Bar, type Gantt, ganttOf, type Profile, valueAt } from './gantt.js';
import { marksOf, timeLabel, type TimeScale } from './time-axis.js';

export interface TextOptions extends TimeScale {
  /** Columns [80]. */
  readonly width?: number;
  /** Only characters of ASCII [false]. */
  readonly ascii?: boolean;
  /** Tasks that are shown [60]. */
  readonly mostRows?: number;
}

interface Glyphs {
  readonly critical: string;
  readonly usual: string;
  readonly fixed: string;
  readonly due: string;
  readonly deadline: string;
  readonly tick: string;
  readonly cut: string;
  /** From nothing to all. */
  readonly levels: readonly string[];
}

const unicode: Glyphs = {
  critical: '█',
  usual: '▒',
  fixed: '▓',
  due: '▽',
  deadline: '┃',
  tick: '│',
  cut: '…',
  levels: Array.from(' ▁▂▃▄▅▆▇█'),
};
const ascii: Glyphs = {
  critical: '#',
  usual: '=',
  fixed: '%',
  due: 'v',
  deadline: '!',
  tick: '|',
  cut: '~',
  levels: Array.from(' .:-=+*%#'),
};

/** Where time lies in a line. */
interface Columns {
  readonly labels: number;
  readonly count: number;
  /** The column of an instant. */
  readonly of: (at: number) => number;
  readonly unit: number;
}

/**
 * Draws a valid schedule with characters: tasks by their start, then resources, then what the glyphs mean.
 *
 * @returns lines without colours, none longer than the width.
 */
export function scheduleText(
  problem: ScheduleProblem,
  schedule: Schedule,
  options: TextOptions = {},
): string {
  const gantt = ganttOf(problem, schedule, { mostRows: Infinity });
  const glyphs = options.ascii === true ? ascii : unicode;
  const width = Math.max(30, options.width ?? 80);
  const bars = gantt.rows.flat();
  const shown = bars.slice(0, options.mostRows ?? 60);
  const columns = columnsOf(gantt, shown, width);
  const more = bars.length - shown.length;
  const lines = [
    axisLine(gantt, columns, glyphs, options),
    ...shown.map((bar) => barLine(bar, columns, glyphs)),
    ...(more > 0 ? [`${' '.repeat(columns.labels)} ${glyphs.cut} ${more} more tasks`] : []),
    ...gantt.profiles.map((profile) => profileLine(profile, columns, glyphs)),
    ...legendLines(gantt, shown, glyphs, options),
  ];
  return `${lines.map((line) => cut(line.trimEnd(), width, glyphs)).join('\n')}\n`;
}

function columnsOf({ profiles, makespan }: Gantt, bars: readonly Bar[], width: number): Columns {
  const names = [...bars.map(({ name }) => name), ...profiles.map(({ id }) => id)];
  const longest = names.reduce((most, name) => Math.max(most, Array.from(name).length), 4);
  const labels = Math.min(longest, Math.floor(width / 3));
  const count = width - labels - 1;
  const unit = Math.max(1, makespan) / count;
  return { labels, count, unit, of: (at) => Math.min(count - 1, Math.floor(at / unit)) };
}

/** Text that is printed safely: control characters are left out. */
function plain(text: string, { cut: mark }: Glyphs): string {
  const printable = text.replace(/\p{C}/gu, ' ');
  return mark === '~' ? printable.replace(/[^\u0020-\u007e]/g, '?') : printable;
}

function cut(text: string, most: number, glyphs: Glyphs): string {
  const letters = Array.from(text);
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}${glyphs.cut}`;
}

const label = (name: string, { labels }: Columns, glyphs: Glyphs): string =>
  `${cut(plain(name, glyphs), labels, glyphs).padEnd(labels)} `;

function axisLine({ makespan }: Gantt, columns: Columns, glyphs: Glyphs, scale: TimeScale): string {
  const cells = Array.from({ length: columns.count + 12 }, () => ' ');
  let free = 0;
  for (const { at, label: text } of marksOf(makespan, Math.max(2, Math.floor(columns.count / 14)), scale)) {
    const column = columns.of(at);
    if (column < free) continue;
    Array.from(`${glyphs.tick}${text}`).forEach((letter, index) => {
      cells[column + index] = letter;
    });
    free = column + text.length + 2;
  }
  return `${label('', columns, glyphs)}${cells.join('')}`;
}

function barLine(bar: Bar, columns: Columns, glyphs: Glyphs): string {
  const cells = Array.from({ length: columns.count }, () => ' ');
  const from = columns.of(bar.start);
  const to = bar.end === bar.start ? from : Math.max(from, columns.of(bar.end - columns.unit / 2));
  if (bar.due !== undefined) cells[columns.of(bar.due)] = glyphs.due;
  if (bar.deadline !== undefined) cells[columns.of(bar.deadline)] = glyphs.deadline;
  for (let column = from; column <= to; column += 1) cells[column] = glyphs[bar.kind];
  return `${label(bar.name, columns, glyphs)}${cells.join('')}`;
}

/** Each column shows the most that is held in it, as a share of the largest capacity (or level). */
function profileLine(profile: Profile, columns: Columns, glyphs: Glyphs): string {
  const most = glyphs.levels.length - 1;
  let place = 0;
  let line = '';
  for (let column = 0; column < columns.count; column += 1) {
    const until = (column + 1) * columns.unit;
    let largest = valueAt(profile.used, column * columns.unit);
    while ((profile.used[place]?.at ?? Infinity) < until) {
      const step = profile.used[place];
      if (step !== undefined && step.at >= column * columns.unit) largest = Math.max(largest, step.value);
      place += 1;
    }
    line += glyphs.levels[Math.ceil((Math.max(0, largest) / profile.top) * most)] ?? ' ';
  }
  return `${label(profile.id, columns, glyphs)}${line}`;
}

function legendLines(
  { dropped, makespan, profiles }: Gantt,
  bars: readonly Bar[],
  glyphs: Glyphs,
  scale: TimeScale,
): string[] {
  const has = (kind: Bar['kind']): boolean => bars.some((bar) => bar.kind === kind);
  const entries = [
    has('critical') ? `${glyphs.critical} critical` : '',
    has('usual') ? `${glyphs.usual} with slack` : '',
    has('fixed') ? `${glyphs.fixed} has begun` : '',
    bars.some(({ due }) => due !== undefined) ? `${glyphs.due} due` : '',
    bars.some(({ deadline }) => deadline !== undefined) ? `${glyphs.deadline} deadline` : '',
  ];
  const peaks = profiles.map(({ id, peak, top, limit }) => {
    return limit.length === 0
      ? `${plain(id, glyphs)} at most ${peak}`
      : `${plain(id, glyphs)} ${peak} of ${top}`;
  });
  return [
    `ends after ${timeLabel(makespan, scale)}   ${entries.filter(Boolean).join('  ')}`,
    ...(peaks.length === 0 ? [] : [`peaks: ${peaks.join(', ')}`]),
    ...(dropped.length === 0 ? [] : [`left out: ${dropped.map((id) => plain(id, glyphs)).join(', ')}`]),
  ];
}
