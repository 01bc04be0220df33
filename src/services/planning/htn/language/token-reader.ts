// Token reader: goes through the tokens of a text for a grammar, and remembers the first thing that is wrong.
import { showToken, tokensOf } from './condition-tokens.js';
import type { TextFault, Token } from './condition-tokens.js';

/** What was read, and what is wrong with the text; with a fault the value means nothing. */
export interface Reading<Value> {
  readonly value: Value;
  readonly fault: TextFault | undefined;
}

export interface TokenReader {
  /** The next token, or one further on. */
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes a sign if it is next. */
  take(sign: string): boolean;
  /** Takes a word of the language if it is next; a name in quotes is none. */
  takeWord(word: string): boolean;
  expect(sign: string, expected: string): void;
  name(expected: string): Token;
  /** Notes that something else was expected; reading goes on to the end without sense. */
  fail(token: Token, expected: string): undefined;
  /** Goes one level deeper; too many levels are a fault. */
  nested<Value>(read: () => Value): Value;
  /** Reads the text as a whole. */
  whole<Value>(empty: Value, read: (reader: TokenReader) => Value): Reading<Value>;
}

/** Brackets, negations and quantifiers within one another at most. */
const deepest = 200;

const words: ReadonlySet<string> = new Set('and or not implies true false when then achieve'.split(' '));

/** Makes a reader of a text. */
export function createTokenReader(text: string): TokenReader {
  const { tokens, fault: unknown } = tokensOf(text);
  const end = tokens.at(-1) ?? { kind: 'end', text: '', quoted: false, at: 0 };
  let fault: TextFault | undefined = unknown;
  let at = 0;
  let depth = 0;
  const isWord = (token: Token, word: string): boolean =>
    token.kind === 'name' && !token.quoted && token.text === word;
  const reader: TokenReader = {
    peek: (ahead = 0) => tokens[at + ahead] ?? end,
    next() {
      const token = tokens[at] ?? end;
      at += 1;
      return token;
    },
    take(sign) {
      const token = reader.peek();
      if (token.kind !== 'sign' || token.text !== sign) return false;
      at += 1;
      return true;
    },
    takeWord(word) {
      if (!isWord(reader.peek(), word)) return false;
      at += 1;
      return true;
    },
    expect(sign, expected) {
      if (!reader.take(sign)) reader.fail(reader.peek(), expected);
    },
    name(expected) {
      const token = reader.next();
      if (token.kind !== 'name' || (!token.quoted && words.has(token.text))) reader.fail(token, expected);
      return token;
    },
    fail(token, expected) {
      fault ??= { message: `expected ${expected}, got ${showToken(token)}`, at: token.at };
      // What follows is read as the end: the first fault is the one that helps.
      at = tokens.length;
    },
    nested(read) {
      depth += 1;
      if (depth > deepest) {
        fault ??= { message: `conditions may be nested ${deepest} deep`, at: reader.peek().at };
        at = tokens.length;
      }
      const value = read();
      depth -= 1;
      return value;
    },
    whole(empty, read) {
      if (fault !== undefined) return { value: empty, fault };
      if (reader.peek().kind === 'end')
        return { value: empty, fault: { message: 'expected a condition, got an empty text', at: 0 } };
      const value = read(reader);
      const rest = reader.peek();
      if (fault === undefined && rest.kind !== 'end') {
        const hint = rest.kind === 'name' ? "Join parts with 'and', 'or' or 'implies'." : undefined;
        const message = `expected the end, got ${showToken(rest)}`;
        fault = { message, at: rest.at, ...(hint === undefined ? {} : { hint }) };
      }
      return fault === undefined ? { value, fault } : { value: empty, fault };
    },
  };
  return reader;
}
