// Functions of the expression language.
import { describe, expect, test } from 'vitest';
import type { Json } from '#src/model/scalars.js';
import { ExpressionError } from '#src/services/expression/expression-error.js';
import { createExpressions } from '#src/services/expression/expressions.js';

const expressions = createExpressions();

describe('functions', () => {
  test.each<[string, Json]>([
    ['size("aé😀")', 3],
    ['size({"a": 1})', 1],
    ['contains("abc", "b") && contains([1, 2], 2) && contains({"k": 1}, "k")', true],
    ['"abc".startsWith("ab") && "abc".endsWith("bc")', true],
    ['lower("ABC") + upper("abc") + "X".lowerAscii() + "x".upperAscii()', 'abcABCxX'],
    ['trim("  a ")', 'a'],
    ['"a-b-c".replace("-", "+")', 'a+b+c'],
    ['split("a,b", ",")', ['a', 'b']],
    ['["a", 1, null].join("/")', 'a/1/null'],
    ['join(["a", "b"])', 'ab'],
    ['"hello".substring(1, 3) + "hello".substring(4)', 'elo'],
    ['"hello".indexOf("l")', 2],
    ['keys({"a": 1, "b": 2})', ['a', 'b']],
    ['values({"a": 1, "b": 2})', [1, 2]],
    ['flatten([[1], [2, [3]], 4])', [1, 2, [3], 4]],
    ['range(3)', [0, 1, 2]],
    ['[abs(-1), floor(1.7), ceil(1.2), round(1.5)]', [1, 1, 2, 2]],
    ['[min(2, 1), max([1, 3, 2]), sum([1, 2, 3]), sum([])]', [1, 3, 6, 0]],
    ['json({"a": [1]})', '{"a":[1]}'],
    ['fromJson("{\\"a\\": [1]}").a[0]', 1],
    ['string(1.5) + string(true) + string("x")', '1.5truex'],
    ['[int("42"), int(3.9), int(-3.9), double("1e3"), int(true)]', [42, 3, -3, 1000, 1]],
    ['bool("true") && !bool("false")', true],
    [
      '[type(1), type("a"), type(true), type(null), type([]), type({})]',
      ['number', 'string', 'bool', 'null', 'list', 'map'],
    ],
    ['[basename("/a/b.tar.gz"), dirname("/a/b.txt"), extname("/a/b.tar.gz")]', ['b.tar.gz', '/a', '.gz']],
    ["basename('C:\\\\a\\\\b.txt')", 'b.txt'],
    ['matches("release-1.2", "^release-\\\\d+\\\\.\\\\d+$")', true],
    ['"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")', false],
  ])('%s', (text, value) => {
    expect(expressions.evaluate(text, {})).toEqual(value);
  });

  test.each([
    ['size(1)', 'size() needs a string, a list or a map, got the number 1'],
    ['split("a", 1)', 'split() needs a string as argument 2, got the number 1'],
    ['min([])', 'min() needs at least one number'],
    ['max(["a"])', 'max() needs a number'],
    ['int("x")', 'int() cannot make a number of "x"'],
    ['bool(1)', 'bool() needs true, false or their names'],
    ['fromJson("{")', 'fromJson() needs JSON'],
    ['range(-1)', 'range needs a whole number'],
    ['range(1e9)', 'range needs a whole number'],
    ['matches("a", "(a")', 'cannot be used: the group is not closed'],
    ['matches("a", "(?=a)")', 'look-around is not supported'],
    ['range(1000000).map(x, "0123456789abcdefghij").join("")', 'would have 20000000 characters'],
  ])('%s is refused', (text, message) => {
    expect(() => expressions.evaluate(text, {})).toThrow(ExpressionError);
    expect(() => expressions.evaluate(text, {})).toThrow(message);
  });
});
