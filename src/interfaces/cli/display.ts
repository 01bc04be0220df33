// Display: how text gets onto a terminal: cleaned of what could steer it, measured in columns, cut to fit; and
// the words and glyphs for states, durations and shares.
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Control characters, and those that turn the direction of text or cannot be seen. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069]/gu;

/** Text from outside on one line, without control characters: a file name must not move the cursor. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text).replace(/\s+/gu, ' ').replace(unprintable, '');

/** Letters that stand on others and take no column of their own. */
const marks = /\p{Mark}/u;
/** East Asian wide and emoji: two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

const columnsOf = (character: string): number => (marks.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** How many columns a text takes; colours take none. */
export function width(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) columns += columnsOf(character);
  return columns;
}

/** A text without colours, cut to at most so many columns. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** A text with spaces behind it, to so many columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - width(text)));

/** A duration in words: `840 ms`, `3.2 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`;
}

export const percent = (share: number): string => `${Math.floor(share * 100)} %`;

/** An instant as people read it, in local time; the day only when it is another one. */
export function clockTime(at: number, now = Date.now()): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  const when = new Date(at);
  const time = `${pad(when.getHours())}:${pad(when.getMinutes())}:${pad(when.getSeconds())}`;
  const day = `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`;
  return when.toDateString() === new Date(now).toDateString() ? time : `${day} ${time}`;
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

type Paint = (text: string) => string;

interface Look {
  readonly glyph: string;
  readonly ascii: string;
  readonly paint: Paint;
}

const looks: Readonly<Record<string, Look>> = {
  pending: { glyph: '·', ascii: '.', paint: pc.dim },
  ready: { glyph: '○', ascii: 'o', paint: pc.dim },
  executing: { glyph: '▶', ascii: '>', paint: pc.cyan },
  blocked: { glyph: '◆', ascii: '!', paint: pc.magenta },
  verifying: { glyph: '◎', ascii: '?', paint: pc.cyan },
  recovering: { glyph: '↻', ascii: '~', paint: pc.yellow },
  succeeded: { glyph: '✔', ascii: '+', paint: pc.green },
  partial: { glyph: '◐', ascii: '%', paint: pc.yellow },
  failed: { glyph: '✘', ascii: 'x', paint: pc.red },
  aborted: { glyph: '■', ascii: '#', paint: pc.yellow },
  skipped: { glyph: '–', ascii: '-', paint: pc.dim },
};
const unknownLook: Look = { glyph: ' ', ascii: ' ', paint: (text) => text };

/** Whether the terminal can be expected to show more than ASCII. */
export function isUnicode(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  if (process.platform === 'win32')
    return env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] !== undefined;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return env['TERM'] !== 'linux' && (locale === '' || /utf-?8/i.test(locale));
}

const unicode = isUnicode();

/** The glyph of a state, in its colour. */
export function glyph(status: string): string {
  const look = looks[status] ?? unknownLook;
  return look.paint(unicode ? look.glyph : look.ascii);
}

/** A text in the colour of a state. */
export const painted = (status: string, text: string): string => (looks[status] ?? unknownLook).paint(text);

/** A bar of so many columns for a share from 0 to 1; `bad` is the part of it that went wrong. */
export function bar(share: number, columns: number, bad = 0): string {
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  const done = Math.max(0, Math.min(columns, Math.floor(share * columns)));
  const red = Math.min(done, bad > 0 ? Math.max(1, Math.round(bad * columns)) : 0);
  return pc.green(full.repeat(done - red)) + pc.red(full.repeat(red)) + pc.dim(empty.repeat(columns - done));
}
