// Plot: the medians of a run as bars in an SVG, with a line from the least to the most of the repetitions. A panel
// for each workload has a scale of its own, which starts at nought.
import { groupsOf, ours, spreadOf, type Group, type Result, type Spread } from './results.js';

interface Bar {
  readonly label: string;
  readonly colour: string;
  readonly spread: Spread;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const colours: Readonly<Record<string, string>> = { [ours]: '#0072B2', 'raw LevelDB': '#6B7280' };
const width = 760;
const labelWidth = 170;
const valueWidth = 150;
const barHeight = 20;
const titleHeight = 34;
const margin = 16;

/** Draws the plot of some results. */
export function plotOf(results: readonly Result[], caption: string): string {
  const panels = panelsOf(groupsOf(results));
  let top = margin + 24;
  const drawn = panels.map((panel) => {
    const text = drawPanel(panel, top);
    top += titleHeight + panel.bars.length * barHeight;
    return text;
  });
  const height = top + margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    textAt(margin, margin + 8, caption, { size: 11, colour: '#444' }),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function panelsOf(groups: readonly Group[]): Panel[] {
  const workloads = [...new Set(groups.map(({ workload }) => workload))];
  return workloads.flatMap((workload) => {
    const engines = groups.filter((group) => group.workload === workload);
    const speed = engines.flatMap((group) => barsOf(group, group.engine, 'tasksPerS'));
    const raw = engines.flatMap((group) => barsOf(group, 'raw LevelDB', 'rawTasksPerS'));
    const resumed = engines.flatMap((group) => barsOf(group, group.engine, 'resumeMs'));
    return [
      { title: `${workload}: tasks/s, more is better`, bars: [...speed, ...raw] },
      { title: `${workload}: ms to the first new task, less is better`, bars: resumed },
    ].filter(({ bars }) => bars.length > 0);
  });
}

function barsOf(group: Group, label: string, figure: string): Bar[] {
  const spread = spreadOf(group, figure);
  return spread === undefined ? [] : [{ label, colour: colours[label] ?? '#B84A00', spread }];
}

function drawPanel({ title, bars }: Panel, top: number): string {
  const most = Math.max(...bars.map(({ spread }) => spread.most), 1);
  const scale = (width - labelWidth - valueWidth - 2 * margin) / most;
  const left = margin + labelWidth;
  const rows = bars.map(({ label, colour, spread }, row) => {
    const y = top + titleHeight - 8 + row * barHeight;
    const middle = y + barHeight / 2 - 2;
    const at = (value: number): string => (left + value * scale).toFixed(1);
    return [
      textAt(left - 8, middle + 4, label, { anchor: 'end' }),
      `<rect x="${left}" y="${y}" width="${(spread.median * scale).toFixed(1)}" height="${barHeight - 4}" fill="${colour}"/>`,
      `<line x1="${at(spread.least)}" x2="${at(spread.most)}" y1="${middle}" y2="${middle}" stroke="#111" stroke-width="1.5"/>`,
      textAt(left + spread.most * scale + 8, middle + 4, valueOf(spread)),
    ].join('\n');
  });
  return [textAt(margin, top + 16, title, { weight: 'bold' }), ...rows].join('\n');
}

function valueOf({ median, least, most }: Spread): string {
  const whole = (value: number): string => Math.round(value).toLocaleString('en');
  return least === most ? whole(median) : `${whole(median)} (${whole(least)}–${whole(most)})`;
}

interface Look {
  readonly anchor?: 'end';
  readonly weight?: 'bold';
  readonly size?: number;
  readonly colour?: string;
}

function textAt(x: number, y: number, words: string, look: Look = {}): string {
  const { anchor = 'start', weight = 'normal', size = 12, colour = '#111' } = look;
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-weight="${weight}" font-size="${size}" fill="${colour}">${safe}</text>`;
}
