// Inputs: declared, given, read as their type.
import { describe, expect, test } from 'vitest';
import type { Json } from '#src/model/scalars.js';
import { resolveInputs } from '#src/services/planning/document/inputs.js';

const declarations = {
  out: { type: 'string', default: './out' },
  count: { type: 'integer' },
  'dry-run': { type: 'boolean', default: false },
  files: { type: 'list', default: [] },
  any: { default: null },
} as const;

describe('resolveInputs', () => {
  test('takes what is given, else the default', () => {
    expect(
      resolveInputs({ ...declarations, files: { type: 'list', default: [] } }, { count: 3, any: 'x' }),
    ).toEqual({
      values: { out: './out', count: 3, 'dry-run': false, files: [], any: 'x' },
      problems: [],
    });
  });

  test.each<[string, Json, Json]>([
    ['number', '1.5', 1.5],
    ['integer', ' 3 ', 3],
    ['boolean', 'true', true],
    ['list', '[1, "a"]', [1, 'a']],
    ['object', '{"a": 1}', { a: 1 }],
    ['string', '3', '3'],
    ['any', '3', '3'],
    ['object', { a: 1 }, { a: 1 }],
  ])('reads %s from %j', (type, given, value) => {
    expect(resolveInputs({ x: { type: type as 'any' } }, { x: given }).values).toEqual({ x: value });
  });

  test.each<[string, Json, string]>([
    ['number', 'many', 'expected a number, got "many"'],
    ['integer', '1.5', 'expected a whole number, got "1.5"'],
    ['integer', 1.5, 'expected a whole number, got 1.5'],
    ['boolean', 'yes', 'expected true or false, got "yes"'],
    ['list', '{"a": 1}', 'expected a list, got "{\\"a\\": 1}"'],
    ['object', '[', 'expected a map, got "["'],
    ['string', 3, 'expected a string, got 3'],
  ])('refuses for %s: %j', (type, given, message) => {
    expect(resolveInputs({ x: { type: type as 'any' } }, { x: given }).problems).toEqual([
      { path: 'inputs.x', message },
    ]);
  });

  test('names what is unknown and what is missing', () => {
    expect(resolveInputs({ count: { type: 'integer' } }, { cuont: 1 }).problems).toEqual([
      {
        path: 'inputs.cuont',
        message: "there is no input 'cuont'; declared: count",
        hint: "Did you mean 'count'?",
      },
      {
        path: 'inputs.count',
        message: 'expected a value (a whole number), but it is missing',
        hint: 'Give it with --input count=…, or give it a default.',
      },
    ]);
    expect(resolveInputs({}, { constructor: 1 }).problems[0]?.message).toContain('the plan declares none');
  });
});
