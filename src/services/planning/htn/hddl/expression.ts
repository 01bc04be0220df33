// HDDL text → nested lists of symbols, each with its place. Iterative; nesting is limited, so that the readers
// above it, which descend into it, never run out of stack.
import { EngineError } from '../../../../errors.js';
import type { SourcePosition } from '../formula.js';

export interface HddlSymbol {
  readonly kind: 'symbol';
  readonly text: string;
  readonly position: SourcePosition;
}

export interface HddlList {
  readonly kind: 'list';
  readonly items: readonly HddlExpression[];
  readonly position: SourcePosition;
}

export type HddlExpression = HddlSymbol | HddlList;

const maxNesting = 500;

/** An error at a place in HDDL text. */
export function hddlError(position: SourcePosition, message: string, hint?: string): EngineError {
  const file = position.file ?? 'HDDL';
  const text = `${file}:${position.line}:${position.column}: ${message}${hint === undefined ? '' : ` ${hint}`}`;
  return new EngineError('INPUT_INVALID', text, {
    problems: [
      {
        path: file,
        message,
        line: position.line,
        column: position.column,
        ...(position.file === undefined ? {} : { file: position.file }),
        ...(hint === undefined ? {} : { hint }),
      },
    ],
  });
}

const word = /[^\s();]+/y;

/**
 * The expressions of a text. Comments (`;` to the end of the line) are left out.
 *
 * @throws EngineError `INPUT_INVALID` with line and column for a parenthesis without its other half.
 */
export function parseExpressions(text: string, file?: string): HddlExpression[] {
  const top: HddlExpression[] = [];
  const open: { items: HddlExpression[]; position: SourcePosition }[] = [];
  let line = 1;
  let lineStart = 0;
  const place = (index: number): SourcePosition => ({
    line,
    column: index - lineStart + 1,
    ...(file === undefined ? {} : { file }),
  });
  let index = 0;
  while (index < text.length) {
    const letter = text[index]!;
    if (letter === '\n') {
      line += 1;
      lineStart = index + 1;
      index += 1;
    } else if (letter === ';') {
      while (index < text.length && text[index] !== '\n') index += 1;
    } else if (letter === '(') {
      if (open.length >= maxNesting) {
        throw hddlError(place(index), `lists are nested more than ${maxNesting} deep.`);
      }
      open.push({ items: [], position: place(index) });
      index += 1;
    } else if (letter === ')') {
      const done = open.pop();
      if (done === undefined) throw hddlError(place(index), "')' closes nothing.", 'Remove it.');
      (open.at(-1)?.items ?? top).push({ kind: 'list', ...done });
      index += 1;
    } else if (/\s/.test(letter)) {
      index += 1;
    } else {
      word.lastIndex = index;
      const found = word.exec(text)![0];
      (open.at(-1)?.items ?? top).push({ kind: 'symbol', text: found, position: place(index) });
      index += found.length;
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw hddlError(left.position, "'(' is never closed.", "Add the missing ')'.");
  return top;
}

/** How an expression looks in a message. */
export function showExpression(expression: HddlExpression | undefined): string {
  if (expression === undefined) return 'nothing';
  if (expression.kind === 'symbol') return `'${expression.text}'`;
  const [head] = expression.items;
  if (head === undefined) return "'()'";
  return head.kind === 'symbol' ? `'(${head.text} …)'` : "'((…'";
}

/** The symbol, or an error that says what was expected. */
export function expectSymbol(
  expression: HddlExpression | undefined,
  what: string,
  within: HddlExpression,
): HddlSymbol {
  if (expression?.kind === 'symbol') return expression;
  throw hddlError((expression ?? within).position, `expected ${what}, found ${showExpression(expression)}.`);
}

/** The list, or an error that says what was expected. */
export function expectList(
  expression: HddlExpression | undefined,
  what: string,
  within: HddlExpression,
): HddlList {
  if (expression?.kind === 'list') return expression;
  throw hddlError((expression ?? within).position, `expected ${what}, found ${showExpression(expression)}.`);
}

/** The keyword a list begins with, in small letters; '' when it begins with none. */
export function headOf(list: HddlList): string {
  const [head] = list.items;
  return head?.kind === 'symbol' ? head.text.toLowerCase() : '';
}

/**
 * The values of `:keyword value` pairs.
 *
 * @param from - Index of the first keyword in the list.
 * @param known - The keywords that may come.
 */
export function keywordValues(
  list: HddlList,
  from: number,
  known: readonly string[],
): Map<string, HddlExpression> {
  const values = new Map<string, HddlExpression>();
  for (let index = from; index < list.items.length; index += 2) {
    const keyword = expectSymbol(list.items[index], `one of ${known.join(', ')}`, list);
    const name = keyword.text.toLowerCase();
    if (!known.includes(name)) {
      throw hddlError(keyword.position, `expected one of ${known.join(', ')}, found '${keyword.text}'.`);
    }
    if (values.has(name)) throw hddlError(keyword.position, `'${name}' is given twice.`, 'Keep one.');
    const value = list.items[index + 1];
    if (value === undefined) throw hddlError(keyword.position, `'${name}' has no value.`);
    values.set(name, value);
  }
  return values;
}
