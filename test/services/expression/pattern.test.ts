// Patterns: the same answers as JavaScript's regular expressions, in bounded time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '#src/services/expression/pattern.js';
import { PatternError } from '#src/services/expression/pattern-tree.js';

describe('patterns', () => {
  test.each([
    ['abc', 'xxabcxx', true],
    ['^abc$', 'xabc', false],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['(?i)secret', 'TOP SECRET', true],
    ['(?i)[^a]', 'A', false],
    ['\\bkey\\b', 'a key!', true],
    ['\\bkey\\b', 'monkey', false],
    ['\\Bkey', 'monkey', true],
    ['[\\w.-]+@[a-z]+\\.(com|org)', 'mail to jo.b-x@example.org now', true],
    ['^\\d{3}-\\d{2,4}$', '123-45678', false],
    ['[^\\d]', '12a', true],
    ['[^\\D]', 'ab', false],
    ['a{2}', 'ab', false],
    ['a{,2}', 'a{,2}', true],
    ['x*', '', true],
    ['(|a)b', 'b', true],
    ['\\p{Lu}\\p{Ll}', 'aBc', true],
    ['\\u{1F600}', '😀', true],
    ['^.$', '😀', true],
    ['[a-c-]x', '-x', true],
    ['(?:ab)+?c', 'ababc', true],
    ['(?<year>\\d+)', 'in 2026', true],
    ['AKIA[0-9A-Z]{16}', 'id AKIAABCDEFGHIJKLMNOP', true],
  ])('%s in %j: %s', (source, text, found) => {
    expect(compilePattern(source).test(text)).toBe(found);
  });

  test.each([
    ['(a', 'not closed'],
    ['a)', 'without a `(`'],
    ['[a', 'not closed'],
    ['*a', 'nothing to repeat'],
    ['a**', 'nothing to repeat'],
    ['(a)\\1', 'back-references'],
    ['(?=a)', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['a{3,2}', 'out of order'],
    ['[z-a]', 'out of order'],
    ['a{2000}', 'may count to 1000'],
    ['((a{1000}){1000}){1000}', 'too large'],
    ['((){1000}){1000}', 'too large'],
    ['(?x)a', 'expected a group'],
    ['\\q', 'no escape'],
    ['\\', 'nothing after'],
    ['\\p{Nonsense}', 'no Unicode class'],
    ['('.repeat(60), 'nested'],
    ['a'.repeat(1001), '1000 characters'],
  ])('%s is refused', (source, message) => {
    expect(() => compilePattern(source)).toThrow(PatternError);
    expect(() => compilePattern(source)).toThrow(message);
  });

  test('R1: patterns that blow up elsewhere take time by the length of the text', () => {
    const text = `${'a'.repeat(100_000)}!`;
    for (const source of ['^(a+)+$', '(a|a)*b', '(a*)*b', '(.*)*x(.*)*y', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      expect(compilePattern(source).test(text)).toBe(false);
    }
  });

  test('R2: a text of many different characters does not fill the memory', () => {
    const text = Array.from({ length: 60_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + (index % 20_000)),
    ).join('');
    expect(compilePattern('x[^y]{3}z').test(text)).toBe(false);
  });

  test('the answers are those of RegExp', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\d',
      '\\w',
      '\\s',
      '[ab]',
      '[^a]',
      '[a-c1]',
      '^',
      '$',
      '\\b',
      '\\B',
      '1',
      ' ',
    );
    const tree = fc.letrec<{ node: string; group: string; repeat: string }>((tie) => ({
      node: fc
        .array(fc.oneof({ weight: 4, arbitrary: atom }, tie('group'), tie('repeat')), { maxLength: 5 })
        .map((all) => all.join('')),
      group: fc.tuple(tie('node'), tie('node')).map(([one, other]) => `(${one}|${other})`),
      repeat: fc
        .tuple(
          fc.oneof(fc.constantFrom('a', 'b', '\\d', '[ab1]'), tie('group')),
          fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,}', '*?'),
        )
        .map(([one, count]) => one + count),
    })).node;
    // Without surrogate pairs: V8 finds \B in the middle of one, which is no place between characters.
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '1', ' ', '\n', '_', 'é'), { maxLength: 8 })
      .map((all) => all.join(''));
    const flags = fc.constantFrom('', 'i', 's', 'm', 'im');
    fc.assert(
      fc.property(tree, text, flags, (source, sample, flag) => {
        const known = new RegExp(source, `u${flag}`);
        const own = compilePattern(flag === '' ? source : `(?${flag})${source}`);
        expect(own.test(sample)).toBe(known.test(sample));
      }),
      { numRuns: 3000 },
    );
  });
});
