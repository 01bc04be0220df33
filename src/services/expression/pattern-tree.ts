// Pattern tree: what a regular expression means, between its parser and its automaton.

/** Code points, both ends included. */
export type Range = readonly [number, number];

/** A set of characters: code point ranges and Unicode classes, possibly the opposite of them. */
export interface CharacterSet {
  readonly ranges: readonly Range[];
  /** Each matches one character; for `\p{…}`. */
  readonly classes: readonly RegExp[];
  readonly negated: boolean;
}

export type Assertion = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'word' | 'notWord';

export type PatternNode =
  | { readonly type: 'set'; readonly set: CharacterSet }
  | { readonly type: 'assert'; readonly assertion: Assertion }
  | { readonly type: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly type: 'choice'; readonly nodes: readonly PatternNode[] }
  | { readonly type: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number };

export interface ParsedPattern {
  readonly node: PatternNode;
  readonly ignoreCase: boolean;
}

/** Why a pattern cannot be used; `position` is a 0-based offset in it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

const digits: readonly Range[] = [[48, 57]];
const wordRanges: readonly Range[] = [...digits, [65, 90], [95, 95], [97, 122]];
const spaceRanges: readonly Range[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** What `.` does not match, unless the flag `s` is set. */
export const lineEnds: readonly Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
/** The escapes of control characters. */
export const controls = new Map<string, number>([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

/** The classes that an escape names; the capital letter means all others. */
export const classEscapes: ReadonlyMap<string, readonly Range[]> = new Map([
  ['d', digits],
  ['w', wordRanges],
  ['s', spaceRanges],
]);
