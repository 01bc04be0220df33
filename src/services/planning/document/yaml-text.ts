// YAML text: reads a plan document in YAML 1.2, with the place of each value.
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { CST, Document, Node } from 'yaml';
import type { Json } from '../../../model/scalars.js';
import type { PlanPath } from '../plan-problem.js';
import { maxNesting, offsetOfPart } from './located.js';
import type { LocatedText, TextProblem } from './located.js';

const require = createRequire(import.meta.url);
/** Loaded with the first text: an engine that only goes on reads no YAML. */
const yaml = (): typeof Yaml => require('yaml') as typeof Yaml;

/** How often aliases may multiply what they stand for. */
const maxAliasCount = 100;

/** Reads YAML. It never throws; what is wrong is in the problems. */
export function readYaml(text: string): LocatedText {
  const { Composer, LineCounter, Parser } = yaml();
  const tokens = [...new Parser(new LineCounter().addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  // The composer is recursive: a text that is nested without bound would end the process.
  if (deep !== undefined)
    return unreadable({ message: `lists and maps may be nested ${maxNesting} deep`, offset: deep });
  const documents = [...new Composer({ stringKeys: true }).compose(tokens, true, text.length)];
  const [document, second] = documents;
  if (document === undefined) return unreadable({ message: 'expected a plan, got an empty text', offset: 0 });
  const problems: TextProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    message: messageOf(error.code, error.message),
    offset: error.pos[0],
  }));
  if (second !== undefined) {
    const hint = 'Write each plan to a file of its own.';
    problems.push({ message: 'expected one document, got several', offset: second.range[0], hint });
  }
  const value = valueOf(document, problems);
  return {
    value: value ?? null,
    isReadable: value !== undefined,
    problems,
    locate: (path, at, offset) => locate(document, text, path, at, offset),
  };
}

function unreadable(problem: TextProblem): LocatedText {
  return { value: null, isReadable: false, problems: [problem], locate: () => 0 };
}

/** The offset of what is nested too deeply. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({
    token,
    depth: 0,
  }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > maxNesting + 1) return token.offset;
    const inner: (CST.Token | null | undefined)[] = [];
    if (token.type === 'document') inner.push(token.value);
    else if ('items' in token) for (const item of token.items) inner.push(item.key, item.value);
    for (const one of inner)
      if (one !== null && one !== undefined) waiting.push({ token: one, depth: depth + 1 });
  }
  return undefined;
}

function messageOf(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key is there twice';
  if (code === 'NON_STRING_KEY') return 'expected a string as key';
  return `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function valueOf(document: Document.Parsed, problems: TextProblem[]): Json | undefined {
  // Of keys that are there twice one is as good as the other, to find out what else is wrong.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return undefined;
  try {
    return document.toJS({ maxAliasCount }) as Json;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    problems.push({
      message: `the aliases multiply to more than ${maxAliasCount} times what is written`,
      offset: 0,
    });
    return null;
  }
}

function locate(
  document: Document.Parsed,
  text: string,
  path: PlanPath,
  at: 'key' | 'value' | undefined,
  offset: number | undefined,
): number {
  const { isAlias, isScalar } = yaml();
  let place = document.range[0];
  let node: unknown = document.contents;
  if (isNode(node)) place = node.range?.[0] ?? place;
  for (const [depth, key] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    const found = memberOf(holder, key);
    if (found === undefined) return place;
    const isLast = depth === path.length - 1;
    // A value that is missing altogether is shown by its key.
    place = (isLast && at === 'key' ? found.key : (found.value ?? found.key)) ?? place;
    node = found.node;
  }
  if (offset === undefined || !isScalar(node) || typeof node.value !== 'string') return place;
  const [start, end] = node.range ?? [place, place];
  return place + offsetOfPart(text.slice(start, end), node.value, offset);
}

interface Member {
  readonly key: number | undefined;
  readonly value: number | undefined;
  readonly node: unknown;
}

function memberOf(holder: unknown, key: string | number): Member | undefined {
  const { isMap, isScalar, isSeq } = yaml();
  if (isSeq(holder) && typeof key === 'number') {
    const item: unknown = holder.items[key];
    return isNode(item) ? { key: item.range?.[0], value: item.range?.[0], node: item } : undefined;
  }
  if (!isMap(holder)) return undefined;
  const pair = holder.items.find((one) => isScalar(one.key) && String(one.key.value) === String(key));
  if (pair === undefined || !isScalar(pair.key)) return undefined;
  const value = isNode(pair.value) ? pair.value.range?.[0] : undefined;
  return { key: pair.key.range?.[0], value, node: pair.value };
}

function isNode(value: unknown): value is Node {
  const { isAlias, isMap, isScalar, isSeq } = yaml();
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
