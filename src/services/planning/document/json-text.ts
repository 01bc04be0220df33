// JSON text: reads a plan document in JSON, with the place of each value. JSON.parse does the reading; a
// scanner of our own goes through the text for what it leaves out: keys that are there twice, and places.
import type { Json } from '../../../model/scalars.js';
import type { PlanPath } from '../plan-problem.js';
import { offsetOfPart } from './located.js';
import type { LocatedText, TextProblem } from './located.js';

/** Reads JSON. It never throws; what is wrong is in the problems. */
export function readJson(text: string): LocatedText {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    // The message of JSON.parse changes with the version of Node, and mostly tells no place.
    const offset = offsetOfError(text);
    const found = offset >= text.length ? 'the end' : `'${text.slice(offset, offset + 1)}'`;
    const problem = { message: `this is not JSON: did not expect ${found} here`, offset };
    return { value: null, isReadable: false, problems: [problem], locate: () => offset };
  }
  return {
    value,
    isReadable: true,
    problems: doubledKeys(text),
    locate: (path, at, offset) => locate(text, value, path, at, offset),
  };
}

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'separator';

/** Where a text that is no JSON goes wrong. */
function offsetOfError(text: string): number {
  const holders: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  for (let at = valueStart(text, 0); at < text.length; at = valueStart(text, at)) {
    const found = text[at] ?? '';
    const holder = holders.at(-1);
    const isEnd = found === '}' ? holder === '{' : found === ']' && holder === '[';
    if (isEnd && (wanted === 'separator' || wanted === (found === '}' ? 'keyOrEnd' : 'valueOrEnd'))) {
      holders.pop();
      wanted = 'separator';
      at += 1;
    } else if (wanted === 'separator' && found === ',' && holder !== undefined) {
      wanted = holder === '{' ? 'key' : 'value';
      at += 1;
    } else if (wanted === 'colon' && found === ':') {
      wanted = 'value';
      at += 1;
    } else if ((wanted === 'value' || wanted === 'valueOrEnd') && (found === '{' || found === '[')) {
      holders.push(found);
      wanted = found === '{' ? 'keyOrEnd' : 'valueOrEnd';
      at += 1;
    } else {
      const isKeyWanted: boolean = wanted === 'key' || wanted === 'keyOrEnd';
      const end = wanted === 'separator' || wanted === 'colon' ? at : endOfScalar(text, at, isKeyWanted);
      if (end === at) return at;
      wanted = isKeyWanted ? 'colon' : 'separator';
      at = end;
    }
  }
  return text.length;
}

/** The end of a string, number or word; where it begins when it is none. */
function endOfScalar(text: string, start: number, isKey: boolean): number {
  const end = endOfValue(text, start);
  const scalar = text.slice(start, end);
  if (isKey && !scalar.startsWith('"')) return start;
  try {
    JSON.parse(scalar);
    return end;
  } catch {
    return start;
  }
}

interface Token {
  /** The first character: a quote, a bracket or a comma; empty at the end of the text. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** The next string, bracket or comma; between them is nothing that matters here. */
function nextToken(text: string, from: number): Token {
  for (let at = from; at < text.length; at += 1) {
    const kind = text[at] ?? '';
    if (kind === '"') return { kind, start: at, end: endOfString(text, at) };
    if ('{}[],'.includes(kind)) return { kind, start: at, end: at + 1 };
  }
  return { kind: '', start: text.length, end: text.length };
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Finds the keys that are there twice, of which JSON.parse keeps the last without a word. */
function doubledKeys(text: string): TextProblem[] {
  const problems: TextProblem[] = [];
  const holders: (Set<string> | undefined)[] = [];
  for (let one = nextToken(text, 0); one.kind !== ''; one = nextToken(text, one.end)) {
    if (one.kind === '{') holders.push(new Set());
    else if (one.kind === '[') holders.push(undefined);
    else if (one.kind === '}' || one.kind === ']') holders.pop();
    else if (one.kind === '"' && isKey(text, one.end)) {
      const keys = holders.at(-1);
      const key = JSON.parse(text.slice(one.start, one.end)) as string;
      if (keys?.has(key) === true)
        problems.push({ message: `the key '${key}' is there twice`, offset: one.start });
      keys?.add(key);
    }
  }
  return problems;
}

function isKey(text: string, end: number): boolean {
  return text[valueStart(text, end)] === ':';
}

function locate(
  text: string,
  root: Json,
  path: PlanPath,
  at: 'key' | 'value' | undefined,
  offset: number | undefined,
): number {
  let place = valueStart(text, 0);
  let value: Json | undefined = root;
  let key = place;
  for (const step of path) {
    const member = memberAt(text, place, step);
    if (member === undefined) return place;
    key = member.key;
    place = member.value;
    value = Array.isArray(value)
      ? value[Number(step)]
      : typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
  }
  if (at === 'key') return key;
  if (offset === undefined || typeof value !== 'string') return place;
  return place + offsetOfPart(text.slice(place, endOfValue(text, place)), value, offset);
}

/** The member of the list or map that begins at an offset. */
function memberAt(
  text: string,
  start: number,
  step: string | number,
): { key: number; value: number } | undefined {
  if (text[start] !== (typeof step === 'number' ? '[' : '{')) return undefined;
  let at = valueStart(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== ']' && text[at] !== '}'; index += 1) {
    const key = at;
    if (typeof step === 'string') at = valueStart(text, endOfValue(text, key), ':');
    const isFound =
      typeof step === 'number' ? index === step : JSON.parse(text.slice(key, endOfValue(text, key))) === step;
    if (isFound) return { key, value: at };
    at = valueStart(text, endOfValue(text, at), ',');
  }
  return undefined;
}

/** Skips white space, and one separator when there is one. */
function valueStart(text: string, from: number, separator?: string): number {
  let at = from;
  while (at < text.length && (text.charCodeAt(at) <= 32 || text[at] === separator)) at += 1;
  return at;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first !== '"' && first !== '{' && first !== '[') {
    const plain = /[^\s,\]}:]*/y;
    plain.lastIndex = start;
    return start + (plain.exec(text)?.[0].length ?? 0);
  }
  let depth = 0;
  for (let one = nextToken(text, start); one.kind !== ''; one = nextToken(text, one.end)) {
    if (one.kind === '{' || one.kind === '[') depth += 1;
    else if (one.kind === '}' || one.kind === ']') depth -= 1;
    if (depth === 0) return one.end;
  }
  return text.length;
}
