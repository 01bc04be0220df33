// Located text: what a plan document says, and where in its text each value stands.
import type { Json } from '../../../model/scalars.js';
import type { PlanPath, PlanProblem } from '../plan-problem.js';

/** A problem of the text itself, before there are paths. */
export interface TextProblem {
  readonly message: string;
  /** 0-based offset in the text. */
  readonly offset: number;
  readonly hint?: string | undefined;
}

/** A document that was read; with problems, `value` is what could be understood. */
export interface LocatedText {
  readonly value: Json;
  /** Whether the value is worth looking at: false when the text could not be understood as a whole. */
  readonly isReadable: boolean;
  readonly problems: readonly TextProblem[];
  /** The offset of what a problem is about: its own place or, when it is missing, what should hold it. */
  locate(path: PlanPath, at: PlanProblem['at'], offset: number | undefined): number;
}

/** How deep lists and maps may be nested in one another. */
export const maxNesting = 100;

/** 1-based line and column of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: end - start + 1 };
}

/**
 * The place of a part of a string in the text that writes it. Quotes and line breaks may set both apart, so
 * the part is looked for by its own words.
 *
 * @param source - The text that writes the value.
 * @param offset - Where the part begins in the value.
 * @returns The offset in `source`; 0 when the words are written otherwise, as with escapes.
 */
export function offsetOfPart(source: string, value: string, offset: number): number {
  if (offset >= value.length) return source.trimEnd().replace(/["']$/, '').length;
  const words = /^[^\n"'\\]{1,40}/.exec(value.slice(offset))?.[0].trimEnd() ?? '';
  if (words === '') return 0;
  let skipped = 0;
  for (let at = value.indexOf(words); at >= 0 && at < offset; at = value.indexOf(words, at + 1)) skipped += 1;
  let found = source.indexOf(words);
  for (; skipped > 0 && found >= 0; skipped -= 1) found = source.indexOf(words, found + 1);
  return Math.max(0, found);
}
