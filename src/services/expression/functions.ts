// Functions of the expression language. Each can be called as `f(x, y)` and as `x.f(y)`. All are pure.
import { posix, win32 } from 'node:path';
import type { Json } from '../../model/scalars.js';
import { createBoundedCache } from './bounded-cache.js';
import { compilePattern } from './pattern.js';
import type { Pattern } from './pattern.js';
import { PatternError } from './pattern-tree.js';
import {
  aKind,
  checkedNumber,
  checkedText,
  fail,
  kindOf,
  maxListLength,
  maxTextLength,
  sameValue,
  showValue,
} from './values.js';
import type { Site } from './values.js';

/** A function with the numbers of arguments that it takes. */
export interface ExpressionFunction {
  readonly min: number;
  readonly max: number;
  /** How it is called, for messages. */
  readonly form: string;
  apply(args: readonly Json[], site: Site): Json;
}

type Definition = readonly [form: string, min: number, max: number, apply: ExpressionFunction['apply']];

/** The functions by name, with a cache of compiled patterns of their own. */
export function createFunctions(): ReadonlyMap<string, ExpressionFunction> {
  const patterns = createBoundedCache<string, Pattern>(200);
  const matches: Definition = [
    'matches(text, pattern)',
    2,
    2,
    (args, site) => {
      const source = textAt(args, 1, 'matches', site);
      try {
        return patterns.get(source, compilePattern).test(textAt(args, 0, 'matches', site));
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        return fail(
          site,
          'value-invalid',
          `the pattern ${showValue(source)} cannot be used: ${error.message}`,
        );
      }
    },
  ];
  const functions = new Map<string, ExpressionFunction>();
  const all = [...textFunctions, ...collectionFunctions, ...numberFunctions, ...conversions, matches];
  for (const [form, min, max, apply] of all) {
    functions.set(form.slice(0, form.indexOf('(')), { form, min, max, apply });
  }
  return functions;
}

const textFunctions: readonly Definition[] = [
  ['startsWith(text, part)', 2, 2, (args, site) => pair(args, 'startsWith', site, (a, b) => a.startsWith(b))],
  ['endsWith(text, part)', 2, 2, (args, site) => pair(args, 'endsWith', site, (a, b) => a.endsWith(b))],
  ['indexOf(text, part)', 2, 2, (args, site) => pair(args, 'indexOf', site, (a, b) => a.indexOf(b))],
  ['lower(text)', 1, 1, (args, site) => textAt(args, 0, 'lower', site).toLowerCase()],
  ['upper(text)', 1, 1, (args, site) => textAt(args, 0, 'upper', site).toUpperCase()],
  ['lowerAscii(text)', 1, 1, (args, site) => textAt(args, 0, 'lowerAscii', site).toLowerCase()],
  ['upperAscii(text)', 1, 1, (args, site) => textAt(args, 0, 'upperAscii', site).toUpperCase()],
  ['trim(text)', 1, 1, (args, site) => textAt(args, 0, 'trim', site).trim()],
  ['basename(path)', 1, 1, (args, site) => onPath(args, 'basename', site)],
  ['dirname(path)', 1, 1, (args, site) => onPath(args, 'dirname', site)],
  ['extname(path)', 1, 1, (args, site) => onPath(args, 'extname', site)],
  [
    'replace(text, part, by)',
    3,
    3,
    (args, site) => {
      const parts = textAt(args, 0, 'replace', site).split(textAt(args, 1, 'replace', site));
      return joinTexts(parts, textAt(args, 2, 'replace', site), site);
    },
  ],
  [
    'split(text, separator)',
    2,
    2,
    (args, site) => {
      const text = textAt(args, 0, 'split', site);
      const parts = text.split(textAt(args, 1, 'split', site), maxListLength + 1);
      return checkedList(parts, site);
    },
  ],
  [
    'substring(text, start, end?)',
    2,
    3,
    (args, site) => {
      const text = textAt(args, 0, 'substring', site);
      const end = args.length > 2 ? numberAt(args, 2, 'substring', site) : text.length;
      return text.slice(numberAt(args, 1, 'substring', site), end);
    },
  ],
  [
    'join(list, separator?)',
    1,
    2,
    (args, site) => {
      const parts = listAt(args, 0, 'join', site).map((item) => asText(item));
      return joinTexts(parts, args.length > 1 ? textAt(args, 1, 'join', site) : '', site);
    },
  ],
];

const collectionFunctions: readonly Definition[] = [
  ['size(value)', 1, 1, (args, site) => sizeOf(args[0] ?? null, site)],
  ['contains(value, part)', 2, 2, (args, site) => containsPart(args[0] ?? null, args[1] ?? null, site)],
  ['keys(map)', 1, 1, (args, site) => Object.keys(mapAt(args, 0, 'keys', site))],
  ['values(map)', 1, 1, (args, site) => Object.values(mapAt(args, 0, 'values', site))],
  ['flatten(list)', 1, 1, (args, site) => checkedList(listAt(args, 0, 'flatten', site).flat(1), site)],
  [
    'range(count)',
    1,
    1,
    (args, site) => {
      const count = numberAt(args, 0, 'range', site);
      if (!Number.isInteger(count) || count < 0 || count > maxListLength) {
        fail(site, 'value-invalid', `range needs a whole number from 0 to ${maxListLength}, got ${count}`);
      }
      return Array.from({ length: count }, (_, index) => index);
    },
  ],
];

const numberFunctions: readonly Definition[] = [
  ['abs(number)', 1, 1, (args, site) => Math.abs(numberAt(args, 0, 'abs', site))],
  ['floor(number)', 1, 1, (args, site) => Math.floor(numberAt(args, 0, 'floor', site))],
  ['ceil(number)', 1, 1, (args, site) => Math.ceil(numberAt(args, 0, 'ceil', site))],
  ['round(number)', 1, 1, (args, site) => Math.round(numberAt(args, 0, 'round', site))],
  ['min(numbers)', 1, 32, (args, site) => extreme('min', args, site, (a, b) => a < b)],
  ['max(numbers)', 1, 32, (args, site) => extreme('max', args, site, (a, b) => a > b)],
  [
    'sum(numbers)',
    1,
    32,
    (args, site) =>
      checkedNumber(
        site,
        numbersOf('sum', args, site).reduce((total, one) => total + one, 0),
      ),
  ],
];

const conversions: readonly Definition[] = [
  ['json(value)', 1, 1, (args, site) => checkedText(site, JSON.stringify(args[0] ?? null))],
  ['fromJson(text)', 1, 1, (args, site) => parseJson(textAt(args, 0, 'fromJson', site), site)],
  ['string(value)', 1, 1, (args, site) => checkedText(site, asText(args[0] ?? null))],
  ['int(value)', 1, 1, (args, site) => Math.trunc(toNumber(args[0] ?? null, 'int', site))],
  ['double(value)', 1, 1, (args, site) => toNumber(args[0] ?? null, 'double', site)],
  ['bool(value)', 1, 1, (args, site) => toBool(args[0] ?? null, site)],
  ['type(value)', 1, 1, (args) => kindOf(args[0] ?? null)],
  ['dyn(value)', 1, 1, (args) => args[0] ?? null],
];

/** A value as it stands in a text: strings as they are, all else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textAt(args: readonly Json[], index: number, name: string, site: Site): string {
  const value = args[index] ?? null;
  return typeof value === 'string' ? value : wrongKind('a string', value, index, name, site);
}

function numberAt(args: readonly Json[], index: number, name: string, site: Site): number {
  const value = args[index] ?? null;
  return typeof value === 'number' ? value : wrongKind('a number', value, index, name, site);
}

function listAt(args: readonly Json[], index: number, name: string, site: Site): Json[] {
  const value = args[index] ?? null;
  return Array.isArray(value) ? value : wrongKind('a list', value, index, name, site);
}

function mapAt(args: readonly Json[], index: number, name: string, site: Site): { [key: string]: Json } {
  const value = args[index] ?? null;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return wrongKind('a map', value, index, name, site);
}

function wrongKind(expected: string, value: Json, index: number, name: string, site: Site): never {
  const which = index === 0 ? '' : ` as argument ${index + 1}`;
  return fail(
    site,
    'type-mismatch',
    `${name}() needs ${expected}${which}, got ${aKind(value)} ${showValue(value)}`,
  );
}

function pair<Result extends Json>(
  args: readonly Json[],
  name: string,
  site: Site,
  apply: (first: string, second: string) => Result,
): Result {
  return apply(textAt(args, 0, name, site), textAt(args, 1, name, site));
}

function checkedList(list: Json[], site: Site): Json[] {
  if (list.length > maxListLength) {
    fail(site, 'limit-exceeded', `the list would have ${list.length} items; ${maxListLength} is the limit`);
  }
  return list;
}

function joinTexts(parts: readonly string[], separator: string, site: Site): string {
  const length = parts.reduce(
    (sum, part) => sum + part.length,
    separator.length * Math.max(0, parts.length - 1),
  );
  // Asked before the text is made: making it may take all memory.
  if (length > maxTextLength) {
    fail(site, 'limit-exceeded', `the text would have ${length} characters; ${maxTextLength} is the limit`);
  }
  return parts.join(separator);
}

function sizeOf(value: Json, site: Site): number {
  if (typeof value === 'string') {
    let count = 0;
    for (const _ of value) count += 1;
    return count;
  }
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return wrongKind('a string, a list or a map', value, 0, 'size', site);
}

function containsPart(value: Json, part: Json, site: Site): boolean {
  if (typeof value === 'string') return value.includes(textAt([part], 0, 'contains', site));
  if (Array.isArray(value)) return value.some((item) => sameValue(item, part));
  if (typeof value === 'object' && value !== null)
    return typeof part === 'string' && Object.hasOwn(value, part);
  return wrongKind('a string, a list or a map', value, 0, 'contains', site);
}

function numbersOf(name: string, args: readonly Json[], site: Site): number[] {
  const list = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  return list.map((_, index) => numberAt(list, index, name, site));
}

function extreme(
  name: string,
  args: readonly Json[],
  site: Site,
  better: (one: number, other: number) => boolean,
): number {
  const numbers = numbersOf(name, args, site);
  const [first] = numbers;
  if (first === undefined)
    return fail(site, 'value-invalid', `${name}() needs at least one number, got an empty list`);
  return numbers.reduce((best, one) => (better(one, best) ? one : best), first);
}

function parseJson(text: string, site: Site): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(site, 'value-invalid', `fromJson() needs JSON, got ${showValue(text)}: ${reason}`);
  }
}

function toNumber(value: Json, name: string, site: Site): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (
    typeof value === 'string' &&
    value.length < 100 &&
    /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)
  ) {
    return checkedNumber(site, Number(value));
  }
  return fail(site, 'value-invalid', `${name}() cannot make a number of ${showValue(value)}`);
}

function toBool(value: Json, site: Site): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return fail(site, 'value-invalid', `bool() needs true, false or their names, got ${showValue(value)}`);
}

/** Paths of Windows are told by their backslashes, so that a plan gives the same on every system. */
const pathsOf = (path: string): typeof posix => (path.includes('\\') && !path.includes('/') ? win32 : posix);

function onPath(args: readonly Json[], name: 'basename' | 'dirname' | 'extname', site: Site): string {
  const path = textAt(args, 0, name, site);
  return pathsOf(path)[name](path);
}
