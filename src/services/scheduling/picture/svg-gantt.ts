// Gantt as SVG: bars by task above, profiles of the resources below, one time axis for both. What a colour says, a
// glyph or a pattern says, too.
import type { ScheduleProblem } from '../problem.js';
import type { Schedule } from '../schedule.js';
import { type Bar, type BarKind, type Gantt, ganttOf, type GanttOptions } from './gantt.js';
import { profileParts } from './svg-profiles.js';
import { colours, escapeXml, fitText, type Frame, svgText } from './svg-parts.js';
import { instantLabel, marksOf, timeLabel, type TimeScale } from './time-axis.js';

export interface SvgOptions extends GanttOptions, TimeScale {
  /** [the problem's name, else `Schedule`] */
  readonly title?: string;
  /** In pixels [1100]. */
  readonly width?: number;
}

const rowHeight = 18;
const laneHeight = 12;
const headHeight = 68;
const legendHeight = 30;

const glyphs: Readonly<Record<BarKind, string>> = { critical: '◆', usual: '', fixed: '●' };
const words: Readonly<Record<BarKind, string>> = {
  critical: 'critical',
  usual: 'with slack',
  fixed: 'has begun',
};

/**
 * Draws a valid schedule.
 *
 * @returns the text of an SVG document with a white background. All names are escaped.
 */
export function scheduleSvg(problem: ScheduleProblem, schedule: Schedule, options: SvgOptions = {}): string {
  const gantt = ganttOf(problem, schedule, options);
  const frame = frameOf(gantt, options);
  const title = options.title ?? problem.name ?? 'Schedule';
  const height = gantt.isByTask ? rowHeight : laneHeight;
  const rowsEnd = headHeight + gantt.rows.length * height;
  const profiles = profileParts(gantt, frame, rowsEnd + 14);
  const legendAt = profiles.end + 18;
  const parts = [
    svgText(frame.left, 22, title, { size: 16, weight: 600 }),
    svgText(frame.left, 40, summaryOf(gantt, options), { fill: colours.pending }),
    ...axisParts(gantt, frame, profiles.end, options),
    ...gantt.rows.flatMap((row, index) =>
      row.flatMap((bar) =>
        barParts(bar, frame, headHeight + index * height, height, gantt.isByTask, options),
      ),
    ),
    ...profiles.parts,
    ...nowParts(gantt, frame, profiles.end),
    ...legendParts(gantt, frame, legendAt),
  ];
  return document(frame.width, legendAt + legendHeight, title, parts);
}

function frameOf({ rows, isByTask, profiles, makespan }: Gantt, options: SvgOptions): Frame {
  const width = Math.max(400, options.width ?? 1100);
  const names = [...(isByTask ? rows.flat().map(({ name }) => name) : []), ...profiles.map(({ id }) => id)];
  const longest = names.reduce((most, name) => Math.max(most, name.length), 4);
  const left = Math.max(90, Math.min(240, 24 + longest * 7));
  const right = width - 24;
  const scale = (right - left) / Math.max(1, makespan);
  return { width, left, right, x: (at) => left + Math.min(at, makespan) * scale };
}

function summaryOf({ rows, makespan, dropped }: Gantt, scale: TimeScale): string {
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  const left = dropped.length === 0 ? '' : `, left out: ${fitText(dropped.join(', '), 60)}`;
  return `${count} tasks, ends after ${timeLabel(makespan, scale)}${left}`;
}

function axisParts(
  { makespan }: Gantt,
  { x, left, right }: Frame,
  bottom: number,
  scale: TimeScale,
): string[] {
  const marks = marksOf(makespan, Math.max(2, Math.floor((right - left) / 90)), scale);
  return marks.flatMap(({ at, label }) => [
    `<line x1="${x(at).toFixed(1)}" y1="${headHeight - 6}" x2="${x(at).toFixed(1)}" y2="${bottom}" stroke="#e3e5e8"/>`,
    svgText(x(at), headHeight - 9, label, { anchor: 'middle', size: 10, fill: colours.pending }),
  ]);
}

function barParts(
  bar: Bar,
  frame: Frame,
  top: number,
  height: number,
  isByTask: boolean,
  scale: TimeScale,
): string[] {
  const { x } = frame;
  const from = x(bar.start);
  const length = Math.max(2, x(bar.end) - from);
  const middle = top + height / 2;
  const rect = `x="${from.toFixed(1)}" y="${top + 2}" width="${length.toFixed(1)}" height="${height - 4}" rx="2"`;
  const glyph = glyphs[bar.kind];
  const label = [glyph, isByTask ? (bar.mode ?? '') : bar.name].filter(Boolean).join(' ');
  const inside = fitText(label, Math.floor((length - 6) / 6));
  return [
    `<g><title>${escapeXml(tipOf(bar, scale))}</title>`,
    `<rect ${rect} fill="${colours[bar.kind]}"/>`,
    ...(bar.kind === 'critical' ? [`<rect ${rect} fill="url(#stripes)"/>`] : []),
    ...(inside === '' ? [] : [svgText(from + 4, middle + 3.5, inside, { size: 9, fill: '#ffffff' })]),
    '</g>',
    ...(isByTask
      ? [svgText(frame.left - 8, middle + 4, fitText(bar.name, 30), { anchor: 'end', size: 11 })]
      : []),
    ...(bar.due === undefined || !isByTask ? [] : [dueMark(x(bar.due), top, height, bar.end > bar.due)]),
    ...(bar.deadline === undefined || !isByTask ? [] : [deadlineMark(x(bar.deadline), top, height)]),
  ];
}

function tipOf({ name, mode, start, end, slack, due, deadline, kind }: Bar, scale: TimeScale): string {
  const at = (instant: number): string => instantLabel(instant, 1, scale);
  return [
    `${name}: ${at(start)} to ${at(end)}`,
    mode === undefined ? '' : `mode ${mode}`,
    kind === 'usual' ? `slack ${timeLabel(slack, scale)}` : words[kind],
    due === undefined ? '' : `due ${at(due)}${end > due ? ' (late)' : ''}`,
    deadline === undefined ? '' : `deadline ${at(deadline)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function dueMark(at: number, top: number, height: number, isLate: boolean): string {
  const colour = isLate ? colours.failed : colours.pending;
  return `<path d="M${(at - 4).toFixed(1)} ${top} h8 l-4 6 z" fill="${colour}" stroke="#ffffff"/><line x1="${at.toFixed(1)}" y1="${top}" x2="${at.toFixed(1)}" y2="${top + height}" stroke="${colour}" stroke-dasharray="2 2"/>`;
}

const deadlineMark = (at: number, top: number, height: number): string =>
  `<line x1="${at.toFixed(1)}" y1="${top}" x2="${at.toFixed(1)}" y2="${top + height}" stroke="${colours.failed}" stroke-width="2.5"/>`;

function nowParts({ now }: Gantt, { x }: Frame, bottom: number): string[] {
  if (now === undefined) return [];
  const at = x(now).toFixed(1);
  return [
    `<line x1="${at}" y1="${headHeight - 6}" x2="${at}" y2="${bottom}" stroke="${colours.blocked}" stroke-width="1.5"/>`,
    svgText(x(now), bottom + 11, 'now', { anchor: 'middle', size: 10, fill: colours.blocked }),
  ];
}

function legendParts({ rows, profiles, isByTask }: Gantt, { left }: Frame, top: number): string[] {
  const bars = rows.flat();
  const parts: string[] = [];
  let at = left;
  const entry = (mark: (x: number) => string, text: string): void => {
    parts.push(mark(at), svgText(at + 26, top + 10, text, { size: 11 }));
    at += 44 + text.length * 6.2;
  };
  for (const kind of ['critical', 'usual', 'fixed'] as const) {
    if (!bars.some((bar) => bar.kind === kind)) continue;
    entry((x) => {
      const rect = `x="${x.toFixed(1)}" y="${top}" width="20" height="12" rx="2"`;
      const stripes = kind === 'critical' ? `<rect ${rect} fill="url(#stripes)"/>` : '';
      const glyph = svgText(x + 6, top + 9.5, glyphs[kind], { size: 9, fill: '#ffffff' });
      return `<rect ${rect} fill="${colours[kind]}"/>${stripes}${glyph}`;
    }, words[kind]);
  }
  if (isByTask && bars.some(({ due }) => due !== undefined))
    entry((x) => dueMark(x + 10, top, 12, false), 'due');
  if (isByTask && bars.some(({ deadline }) => deadline !== undefined))
    entry((x) => deadlineMark(x + 10, top, 12), 'deadline');
  const line = (x: number, dash: string, colour: string): string =>
    `<line x1="${x.toFixed(1)}" y1="${top + 6}" x2="${(x + 20).toFixed(1)}" y2="${top + 6}" stroke="${colour}" stroke-width="1.5"${dash}/>`;
  if (profiles.some(({ kind }) => kind === 'held'))
    entry((x) => line(x, ' stroke-dasharray="5 3"', colours.failed), 'capacity');
  if (profiles.some(({ kind }) => kind === 'level'))
    entry((x) => line(x, '', colours.fixed), 'level of a stock');
  return parts;
}

function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escapeXml(title)}</title>`,
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="#ffffff" fill-opacity="0.28"/></pattern></defs>',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
