// Which kind of text a text is: JSON, lines of JSON, a table, Markdown, a web page, source code, or plain.
import { type FileType, type KnownType, typeOfExtension } from './type-tables.js';

/** Whether bytes are text: UTF-16 with its mark, UTF-8, or one byte a letter without control characters. */
export function looksLikeText(head: Buffer): boolean {
  if (isUtf16(head)) return true;
  let high = 0;
  for (const byte of head) {
    if (isControl(byte)) return false;
    if (byte > 127) high += 1;
  }
  return high === 0 || isUtf8(head) || high / head.length < 0.3;
}

const isControl = (code: number): boolean =>
  code === 127 || (code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27);

/** Whether bytes are text in UTF-16 with its mark: some of it looks like the frames of an MPEG. */
export function isUtf16(head: Buffer): boolean {
  if (!startsWithUtf16Mark(head)) return false;
  const text = textOf(head.subarray(0, head.length - (head.length % 2)));
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isControl(code) || code === 0xfffd) return false;
  }
  return true;
}

const startsWithUtf16Mark = (head: Buffer): boolean =>
  head.length >= 2 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff));

/** Valid UTF-8, of which the last character may be cut. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function textOf(head: Buffer): string {
  const utf16 = head[0] === 0xfe ? 'utf-16be' : 'utf-16le';
  return new TextDecoder(startsWithUtf16Mark(head) ? utf16 : 'utf-8').decode(head);
}

/**
 * The type of a text. The name is believed where the content allows it: only its name makes a text TypeScript.
 *
 * @param whole - Whether `head` is the whole file.
 */
export function typeOfText(path: string, head: Buffer, whole: boolean): FileType {
  const text = textOf(head);
  const named = typeOfExtension(path);
  const byName: FileType | undefined = named === undefined ? undefined : { ...named, by: 'name' };
  if (byName?.category === 'code') return byName;
  const marked = typeOfMarkup(text) ?? typeOfShebang(text);
  if (marked !== undefined) {
    const narrower = named?.mime === marked.mime || named?.mime.endsWith('+xml') === true;
    return byName !== undefined && narrower ? byName : { ...marked, by: 'content' };
  }
  if (byName !== undefined && isTextual(byName)) return byName;
  return { ...typeOfUnnamed(text, completeLines(text, whole), whole), by: 'content' };
}

function typeOfUnnamed(text: string, lines: readonly string[], whole: boolean): KnownType {
  if (isJson(text, whole)) return { category: 'data', mime: 'application/json' };
  if (isJsonLines(lines)) return { category: 'data', mime: 'application/x-ndjson' };
  const table = tableMime(lines);
  if (table !== undefined) return { category: 'data', mime: table };
  if (isMarkdown(lines)) return { category: 'text', mime: 'text/markdown' };
  return { category: 'text', mime: 'text/plain' };
}

/** Types that are text although their MIME type does not begin with `text/`, and are not `plain`. */
const isTextual = (type: KnownType): boolean =>
  (type.mime.startsWith('text/') && type.mime !== 'text/plain') ||
  type.mime === 'message/rfc822' ||
  /^application\/(json|x-ndjson|yaml|toml|xml|x-tex|x-subrip|.*\+(json|xml))$/.test(type.mime) ||
  type.mime === 'image/svg+xml';

function completeLines(text: string, whole: boolean): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (!whole || lines.at(-1) === '') lines.pop();
  return lines.slice(0, 50);
}

function typeOfMarkup(text: string): KnownType | undefined {
  const start = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .slice(0, 1024);
  if (/^(<!--[\s\S]*?-->\s*)*<!doctype html|^<html[\s>]/i.test(start))
    return { category: 'document', mime: 'text/html' };
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/i.test(start)) {
    return { category: 'image', mime: 'image/svg+xml' };
  }
  if (start.startsWith('<?xml')) return { category: 'data', mime: 'application/xml' };
  return undefined;
}

function typeOfShebang(text: string): KnownType | undefined {
  const program = /^#!\s*(?:\S*\/)?([a-z]+)[\d.]*(?:\s+(?:-S\s+)?([a-z]+)[\d.]*)?/.exec(text);
  if (program === null) return undefined;
  const name = program[1] === 'env' ? program[2] : program[1];
  const mimes: Readonly<Record<string, string>> = {
    node: 'text/javascript',
    deno: 'text/typescript',
    bun: 'text/typescript',
    python: 'text/x-python',
    ruby: 'text/x-ruby',
    perl: 'text/x-perl',
    php: 'text/x-php',
  };
  return { category: 'code', mime: mimes[name ?? ''] ?? 'text/x-shellscript' };
}

function isJson(text: string, whole: boolean): boolean {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (!/^[[{]/.test(start)) return false;
  if (!whole) return /^(\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*(?:[[{"\d-]|true|false|null))/.test(start);
  return parses(start);
}

function isJsonLines(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  return filled.length >= 2 && filled.every((line) => /^\s*[[{]/.test(line) && parses(line));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A table: lines in which the same separator occurs equally often, outside of quotes, and not as people write. */
function tableMime(lines: readonly string[]): string | undefined {
  const filled = lines.filter((line) => line !== '');
  if (filled.length < 2) return undefined;
  for (const [separator, mime] of [
    ['\t', 'text/tab-separated-values'],
    [',', 'text/csv'],
    [';', 'text/csv'],
    ['|', 'text/csv'],
  ] as const) {
    const counts = filled.map((line) => separatorsIn(line, separator));
    const first = counts[0] ?? 0;
    const prose =
      separator !== '\t' &&
      filled.every((line) => line.includes(`${separator} `) || line.endsWith(separator));
    if (first >= 1 && counts.every((count) => count === first) && !prose) return mime;
  }
  return undefined;
}

function separatorsIn(line: string, separator: string): number {
  let quoted = false;
  let count = 0;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) count += 1;
  }
  return count;
}

/** At least two different signs of Markdown: one alone is also a comment, a list or a quotation. */
function isMarkdown(lines: readonly string[]): boolean {
  const signs = [
    /^#{1,6} \S/,
    /^```/,
    /^[-*+] \S/,
    /^\d+\. \S/,
    /^> \S/,
    /\[[^\]]+\]\([^)]+\)/,
    /^(={3,}|-{3,})$/,
    /\*\*\S[^*]*\*\*/,
  ];
  return signs.filter((sign) => lines.some((line) => sign.test(line))).length >= 2;
}
