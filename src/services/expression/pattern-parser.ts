// Pattern parser: the text of a regular expression → a tree. Only what can be matched in linear time is
// there: no back-references and no look-around, as in RE2, whose syntax the expression language names.
import { classEscapes, controls, lineEnds, PatternError } from './pattern-tree.js';
import type { CharacterSet, ParsedPattern, PatternNode, Range } from './pattern-tree.js';

const maxDepth = 50;
const maxRepeat = 1000;

/**
 * Parses a regular expression: literals, `.`, classes, `\d \w \s \p{L}`, groups, `|`, `* + ? {n,m}`,
 * `^ $ \b \B`, and the flags `(?i)`, `(?s)`, `(?m)` at the start.
 *
 * @throws PatternError
 */
export function parsePattern(source: string): ParsedPattern {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const reader = new PatternReader(source, flags?.[0].length ?? 0, flags?.[1] ?? '');
  return { node: reader.readAll(), ignoreCase: (flags?.[1] ?? '').includes('i') };
}

/** Reads a pattern from left to right, once. */
class PatternReader {
  readonly #source: string;
  readonly #dotAll: boolean;
  readonly #multiline: boolean;
  #at: number;
  #depth = 0;

  constructor(source: string, at: number, flags: string) {
    this.#source = source;
    this.#at = at;
    this.#dotAll = flags.includes('s');
    this.#multiline = flags.includes('m');
  }

  readAll(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#error('there is a `)` without a `(` before it');
    return node;
  }

  #error(message: string, position = this.#at): PatternError {
    return new PatternError(message, position);
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): PatternNode {
    const nodes = [this.#sequence()];
    while (this.#takes('|')) nodes.push(this.#sequence());
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { type: 'choice', nodes };
  }

  #sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#at < this.#source.length) {
      const next = this.#source[this.#at];
      if (next === '|' || next === ')') break;
      nodes.push(this.#repeated(this.#atom()));
    }
    return { type: 'sequence', nodes };
  }

  #repeated(node: PatternNode): PatternNode {
    const start = this.#at;
    const bounds = this.#bounds();
    if (bounds === undefined) return node;
    if (node.type === 'assert') throw this.#error('there is nothing to repeat', start);
    if (bounds.max !== Number.POSITIVE_INFINITY && bounds.max < bounds.min) {
      throw this.#error('the bounds of a repetition are out of order', start);
    }
    if (bounds.min > maxRepeat || (bounds.max !== Number.POSITIVE_INFINITY && bounds.max > maxRepeat)) {
      throw this.#error(`a repetition may count to ${maxRepeat}`, start);
    }
    // A lazy repetition matches the same texts as a greedy one; only where it ends differs.
    this.#takes('?');
    if (this.#bounds() !== undefined) throw this.#error('there is nothing to repeat', start);
    return { type: 'repeat', node, ...bounds };
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#takes('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#takes('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#takes('?')) return { min: 0, max: 1 };
    const counted = /\{(\d{1,6})(,(\d{1,6})?)?\}/y;
    counted.lastIndex = this.#at;
    const match = counted.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    const min = Number(match[1]);
    if (match[2] === undefined) return { min, max: min };
    return { min, max: match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]) };
  }

  #atom(): PatternNode {
    const start = this.#at;
    if (this.#takes('(')) return this.#group(start);
    if (this.#takes('[')) return { type: 'set', set: this.#set(start) };
    if (this.#takes('\\')) return this.#escape(start);
    if (this.#takes('.')) return setOf(this.#dotAll ? [] : lineEnds, true);
    if (this.#takes('^')) return { type: 'assert', assertion: this.#multiline ? 'lineStart' : 'start' };
    if (this.#takes('$')) return { type: 'assert', assertion: this.#multiline ? 'lineEnd' : 'end' };
    if (this.#takes('*') || this.#takes('+') || this.#takes('?')) {
      throw this.#error('there is nothing to repeat', start);
    }
    const code = this.#character();
    return setOf([[code, code]]);
  }

  #group(start: number): PatternNode {
    for (const look of ['?=', '?!', '?<=', '?<!']) {
      if (this.#takes(look)) {
        throw this.#error('look-around is not supported: it cannot be matched in bounded time', start);
      }
    }
    if (!this.#takes('?:')) {
      const named = /\?P?<[A-Za-z_][A-Za-z0-9_]*>/y;
      named.lastIndex = this.#at;
      const match = named.exec(this.#source);
      if (match !== null) this.#at += match[0].length;
      else if (this.#source[this.#at] === '?') {
        throw this.#error('expected a group; flags are written once, at the start: `(?i)`', start);
      }
    }
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#error(`groups may be nested to ${maxDepth} levels`, start);
    const node = this.#choice();
    if (!this.#takes(')')) throw this.#error('the group is not closed by a `)`', start);
    this.#depth -= 1;
    return node;
  }

  #escape(start: number): PatternNode {
    if (this.#takes('b')) return { type: 'assert', assertion: 'word' };
    if (this.#takes('B')) return { type: 'assert', assertion: 'notWord' };
    const named = this.#classEscape(start);
    if (named !== undefined) return { type: 'set', set: named };
    const code = this.#escapedCharacter(start);
    return setOf([[code, code]]);
  }

  #set(start: number): CharacterSet {
    const negated = this.#takes('^');
    const ranges: Range[] = [];
    const classes: RegExp[] = [];
    while (!this.#takes(']')) {
      if (this.#at >= this.#source.length) throw this.#error('the class is not closed by a `]`', start);
      const from = this.#setMember(ranges, classes);
      const dash = this.#at;
      if (this.#source[dash] !== '-' || this.#source[dash + 1] === ']' || dash + 1 >= this.#source.length) {
        if (from !== undefined) ranges.push([from, from]);
        continue;
      }
      this.#at += 1;
      const to = this.#setMember(ranges, classes);
      if (from === undefined || to === undefined) {
        ranges.push([45, 45]);
        for (const one of [from, to]) if (one !== undefined) ranges.push([one, one]);
      } else if (to < from) throw this.#error('the range is out of order', dash);
      else ranges.push([from, to]);
    }
    return { ranges, classes, negated };
  }

  /** One member of a class: its code point, or undefined when it was a class of its own. */
  #setMember(ranges: Range[], classes: RegExp[]): number | undefined {
    const start = this.#at;
    if (!this.#takes('\\')) return this.#character();
    if (this.#takes('b')) return 8;
    const named = this.#classEscape(start);
    if (named === undefined) return this.#escapedCharacter(start);
    if (named.negated) ranges.push(...complement(named.ranges));
    else ranges.push(...named.ranges);
    classes.push(...named.classes);
    return undefined;
  }

  #classEscape(start: number): CharacterSet | undefined {
    const letter = this.#source[this.#at];
    const known = letter === undefined ? undefined : classEscapes.get(letter.toLowerCase());
    if (letter !== undefined && known !== undefined) {
      this.#at += 1;
      return { ranges: known, classes: [], negated: letter !== letter.toLowerCase() };
    }
    const property = /[pP]\{[A-Za-z0-9_=]+\}/y;
    property.lastIndex = this.#at;
    const match = property.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    try {
      return { ranges: [], classes: [new RegExp(`^\\${match[0]}$`, 'u')], negated: false };
    } catch {
      throw this.#error(`there is no Unicode class \\${match[0]}`, start);
    }
  }

  #escapedCharacter(start: number): number {
    const hex = /x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|[ux]\{([0-9A-Fa-f]{1,6})\}/y;
    hex.lastIndex = this.#at;
    const match = hex.exec(this.#source);
    if (match !== null) {
      this.#at += match[0].length;
      return Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '0', 16);
    }
    const next = this.#source[this.#at];
    if (next === undefined) throw this.#error('there is nothing after the `\\`', start);
    const control = controls.get(next);
    if (control !== undefined) {
      this.#at += 1;
      return control;
    }
    if (/[1-9]/.test(next)) {
      throw this.#error('back-references are not supported: they cannot be matched in bounded time', start);
    }
    if (/[A-Za-z0]/.test(next)) throw this.#error(`there is no escape \\${next}`, start);
    return this.#character();
  }

  #character(): number {
    const code = this.#source.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }
}

function setOf(ranges: readonly Range[], negated = false): PatternNode {
  return { type: 'set', set: { ranges, classes: [], negated } };
}

function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  result.push([next, 0x10ffff]);
  return result;
}
