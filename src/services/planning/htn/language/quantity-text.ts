// Quantity text: the parts of the grammar in condition-text.ts that conditions, changes and tasks share:
// quantities, terms and variables.
import type { Token } from './condition-tokens.js';
import type { Quantity, SourcePosition, Term, TypedName } from '../formula.js';
import type { TokenReader } from './token-reader.js';

/** Where an offset of the text is in its document. */
export type Placing = (offset: number) => SourcePosition | undefined;

/** The place of a token, when it is known. */
export function positionOf(token: Token, place: Placing): { position?: SourcePosition } {
  const position = place(token.at);
  return position === undefined ? {} : { position };
}

/** `a + b * c`. */
export function quantity(reader: TokenReader, place: Placing): Quantity {
  return chain(reader, ['+', '-'], () => chain(reader, ['*', '/'], () => factor(reader, place)));
}

type Arithmetic = '+' | '-' | '*' | '/';

function chain(reader: TokenReader, signs: readonly Arithmetic[], part: () => Quantity): Quantity {
  let left = part();
  for (;;) {
    const token = reader.peek();
    const operator = token.kind === 'sign' ? signs.find((sign) => sign === token.text) : undefined;
    if (operator === undefined) return left;
    reader.next();
    left = { kind: 'arithmetic', operator, parts: [left, part()] };
  }
}

function factor(reader: TokenReader, place: Placing): Quantity {
  const token = reader.next();
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
  if (token.kind === 'name')
    return { kind: 'fluent', function: token.text, terms: terms(reader), ...positionOf(token, place) };
  if (token.text === '(' && token.kind === 'sign') {
    const inner = reader.nested(() => quantity(reader, place));
    reader.expect(')', "')'");
    return inner;
  }
  if (token.text === '-' && token.kind === 'sign') {
    const inner = reader.nested(() => factor(reader, place));
    if (inner.kind === 'number') return { kind: 'number', value: -inner.value };
    return { kind: 'arithmetic', operator: '-', parts: [inner] };
  }
  reader.fail(token, 'a fact, a number, or a variable with a comparison');
  return { kind: 'number', value: 0 };
}

/** The terms of a call in brackets; none without brackets. */
export function terms(reader: TokenReader): Term[] {
  if (!reader.take('(')) return [];
  const list: Term[] = [];
  if (reader.take(')')) return list;
  do {
    const token = reader.next();
    if (token.kind === 'variable' || token.kind === 'name' || token.kind === 'number') list.push(token.text);
    else return reader.fail(token, 'a variable such as ?x, or the name of an object') ?? list;
  } while (reader.take(','));
  reader.expect(')', "',' or ')'");
  return list;
}

/** Variables with their types: `file ?f, folder or drive ?d`, or `?f: file`. */
export function variables(reader: TokenReader, place: Placing): TypedName[] {
  const list: TypedName[] = [];
  do {
    const types = reader.peek().kind === 'name' ? typeNames(reader) : [];
    const token = reader.next();
    if (token.kind !== 'variable') return reader.fail(token, 'a variable such as ?x') ?? list;
    if (reader.take(':')) types.push(...typeNames(reader));
    list.push({ name: token.text, types, ...positionOf(token, place) });
  } while (reader.take(','));
  return list;
}

function typeNames(reader: TokenReader): string[] {
  const types: string[] = [];
  do types.push(reader.name('the name of a type').text);
  while (reader.takeWord('or'));
  return types;
}
