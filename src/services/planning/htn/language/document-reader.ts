// Document reader: a YAML domain document with its findings: every value can be asked for its place, and what is
// wrong is noted with line and column.
import { EngineError } from '../../../../errors.js';
import type { Problem as Finding } from '../../../../errors.js';
import type { Json } from '../../../../model/scalars.js';
import { didYouMean } from '../../../nearest.js';
import type { LocatedText } from '../../document/located.js';
import { readYaml } from '../../document/yaml-text.js';
import { formatPath } from '../../plan-problem.js';
import type { PlanPath } from '../../plan-problem.js';
import { got } from '../../schema-problem.js';
import type { SourcePosition } from '../formula.js';
import type { Placing } from './quantity-text.js';
import type { Reading } from './token-reader.js';

export type JsonMap = { [key: string]: Json };

/** A document while it is read. */
export interface DocumentReader {
  readonly top: JsonMap;
  /** Where a value, or its key, is written. */
  place(path: PlanPath, at?: 'key' | 'value', offset?: number): SourcePosition;
  report(path: PlanPath, message: string, more?: ReportOptions): void;
  /** The map at a place; what is none is reported and read as an empty one. Absent is empty too. */
  map(value: Json | undefined, path: PlanPath, what: string): JsonMap;
  /** Reports keys that are not known. */
  keys(map: JsonMap, known: readonly string[], path: PlanPath): void;
  /** Reads text with a grammar; faults are reported at their place in the text. */
  text<Value>(
    value: Json | undefined,
    path: PlanPath,
    what: string,
    read: (text: string, place: Placing) => Reading<Value>,
    pieces?: readonly Piece[],
  ): Value | undefined;
  /** The entries of a list, with texts that YAML has cut at their commas put together again. */
  entries(list: readonly Json[], path: PlanPath): Entry[];
  /** @throws EngineError `INPUT_INVALID` when anything was reported. */
  finish(more: readonly Finding[]): void;
}

/** A part of a text that is written as several values: where it is, and where it begins in the text. */
export interface Piece {
  readonly path: PlanPath;
  readonly start: number;
}

export interface Entry {
  readonly value: Json;
  readonly path: PlanPath;
  readonly pieces?: readonly Piece[];
}

interface ReportOptions {
  readonly hint?: string | undefined;
  readonly at?: 'key' | 'value';
  readonly offset?: number;
}

const mostFindings = 200;

/**
 * Opens a document.
 *
 * @throws EngineError `INPUT_INVALID` when the text is no YAML, or no map.
 */
export function openDocument(text: string, file: string | undefined): DocumentReader {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const located = readYaml(clean);
  const positionAt = createPositions(clean, file);
  const findings: Finding[] = located.problems.map(({ message, offset, hint }) => {
    return { path: '', message, ...positionAt(offset), ...(hint === undefined ? {} : { hint }) };
  });
  if (!located.isReadable) throw refusal(findings, file);
  const reader = createReader(located, positionAt, findings, file);
  if (!isMap(located.value)) {
    reader.report([], `expected a map with version and domain, ${got(located.value)}`);
    throw refusal(findings, file);
  }
  return reader;
}

function createReader(
  located: LocatedText,
  positionAt: (offset: number) => SourcePosition,
  findings: Finding[],
  file: string | undefined,
): DocumentReader {
  const place: DocumentReader['place'] = (path, at, offset) => positionAt(located.locate(path, at, offset));
  const reader: DocumentReader = {
    top: isMap(located.value) ? located.value : {},
    place,
    report(path, message, { hint, at, offset } = {}) {
      if (findings.length >= mostFindings) return;
      const position = place(path, at, offset);
      findings.push({
        path: formatPath(path),
        message,
        ...position,
        ...(hint === undefined ? {} : { hint }),
      });
    },
    map(value, path, what) {
      if (value === undefined || value === null) return {};
      if (isMap(value)) return value;
      reader.report(path, `expected ${what}, ${got(value)}`);
      return {};
    },
    keys(map, known, path) {
      for (const key of Object.keys(map)) {
        if (known.includes(key)) continue;
        const hint = didYouMean(key, known) ?? `Known keys: ${known.join(', ')}.`;
        reader.report([...path, key], `the key '${key}' is not known here`, { hint, at: 'key' });
      }
    },
    text(value, path, what, read, pieces = [{ path, start: 0 }]) {
      const at = (offset: number): [PlanPath, number] => {
        const piece = pieces.findLast(({ start }) => start <= offset);
        return [piece?.path ?? path, offset - (piece?.start ?? 0)];
      };
      const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
      if (typeof text !== 'string') {
        reader.report(path, `expected ${what} as text, ${got(value)}`);
        return undefined;
      }
      const { value: result, fault } = read(text, (offset) => {
        const [own, within] = at(offset);
        return place(own, 'value', within);
      });
      if (fault === undefined) return result;
      const hint = fault.hint ?? (pieces.length === 1 && isOpen(text) ? commaHint : undefined);
      const [own, within] = at(fault.at);
      reader.report(own, fault.message, { hint, offset: within });
      return undefined;
    },
    entries: joinEntries,
    finish(more) {
      const all = [...findings, ...more];
      if (all.length === 0) return;
      all.sort(
        (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
      );
      throw refusal(all, file);
    },
  };
  return reader;
}

const commaHint = 'Within { } a comma ends the text: put the text in quotes.';

/** Whether a bracket of a text is not closed. */
function isOpen(text: string): boolean {
  let depth = 0;
  for (const character of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
  }
  return depth > 0;
}

/** `[at(a, b), c]` is for YAML a list of `at(a`, `b)` and `c`: what belongs together is joined. */
function joinEntries(list: readonly Json[], path: PlanPath): Entry[] {
  const entries: Entry[] = [];
  let open: { text: string; readonly pieces: Piece[] } | undefined;
  list.forEach((value, index) => {
    const own = [...path, index];
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (open !== undefined && isText) {
      open.pieces.push({ path: own, start: open.text.length + 2 });
      open.text += `, ${value}`;
    } else if (typeof value === 'string' && isOpen(value)) {
      open = { text: value, pieces: [{ path: own, start: 0 }] };
    } else {
      entries.push({ value, path: own });
      return;
    }
    if (isOpen(open.text) && index < list.length - 1 && isScalar(list[index + 1])) return;
    entries.push({ value: open.text, path: open.pieces[0]?.path ?? own, pieces: open.pieces });
    open = undefined;
  });
  return entries;
}

const isScalar = (value: Json | undefined): boolean => value !== null && typeof value !== 'object';

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lines and columns of offsets, by bisection: documents with many facts ask for many places. */
function createPositions(text: string, file: string | undefined): (offset: number) => SourcePosition {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const column = Math.max(0, offset - (starts[low] ?? 0)) + 1;
    return { line: low + 1, column, ...(file === undefined ? {} : { file }) };
  };
}

/** The error for findings, with the first of them in its message. */
export function refusal(findings: readonly Finding[], file: string | undefined): EngineError {
  const [first] = findings;
  const place = first?.line === undefined ? '' : `line ${first.line}, column ${first.column ?? 1}: `;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const hint = first?.hint === undefined ? '' : ` ${first.hint}`;
  const subject = file ?? 'The domain';
  const count = findings.length;
  const opening =
    count === 1 ? `${subject} has a problem: ` : `${subject} has ${count} problems; the first: `;
  const message = `${opening}${place}${where}${first?.message ?? ''}.${hint}`;
  return new EngineError('INPUT_INVALID', message, { problems: findings });
}
