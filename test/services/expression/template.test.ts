// Templates: strings with `{{ … }}`.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#src/model/scalars.js';
import { ExpressionError } from '#src/services/expression/expression-error.js';
import { createExpressions } from '#src/services/expression/expressions.js';

const expressions = createExpressions();
const scope = { inputs: { n: 4, text: 'docs', list: [1, 2], none: null, map: { a: 1 } } };

describe('templates', () => {
  test.each<[string, Json]>([
    ['{{ inputs.n }}', 4], // P1
    ['{{inputs.list}}', [1, 2]],
    ['{{ inputs.none }}', null],
    [' {{ inputs.n }}', ' 4'], // P2
    ['{{ inputs.text }}/index.md', 'docs/index.md'],
    ['n={{ inputs.n }}, list={{ inputs.list }}, map={{ inputs.map }}', 'n=4, list=[1,2], map={"a":1}'],
    ['{{{{ not a reference }} {{ inputs.n }}', '{{ not a reference }} 4'], // P3
    ['a }} b', 'a }} b'],
    ['{{ {"a": {"b": inputs.n}} }}', { a: { b: 4 } }], // P4
    ['{{{"a": 1}}}', { a: 1 }],
    ['{{ "}}" + inputs.text }}', '}}docs'],
    ['{{ inputs.n }}{{ inputs.n }}', '44'],
    ['plain', 'plain'],
  ])('%s', (text, value) => {
    expect(expressions.resolve(text, scope)).toEqual(value);
  });

  test('are resolved in all strings of a value, but not in keys', () => {
    const value = { 'k {{ x }}': ['{{ inputs.n }}', { deep: '{{ inputs.text }}!' }], same: { a: [1] } };
    const resolved = expressions.resolve(value, scope);
    expect(resolved).toEqual({ 'k {{ x }}': [4, { deep: 'docs!' }], same: { a: [1] } });
    expect((resolved as typeof value).same).toBe(value.same);
    expect(value['k {{ x }}'][0]).toBe('{{ inputs.n }}');
  });

  test.each([
    ['{{ inputs.n', 0, 'is not closed'],
    ['abc {{ inputs.nn }}', 14, 'has no "nn"'],
    ['{{ 1 }} {{ 1 + }}', 15, 'expected a value'],
    ['{{ }}', 2, 'got nothing'],
    ["{{ 'abc }}", 0, 'is not closed'],
  ])('errors tell the place in the template: %s', (text, position, message) => {
    expect(() => expressions.resolve(text, scope)).toThrow(ExpressionError);
    try {
      expressions.resolve(text, scope);
    } catch (error) {
      expect(error).toMatchObject({ text, position });
      expect((error as Error).message).toContain(message);
    }
  });

  test('of another language get a hint', () => {
    const error = (text: string): unknown => {
      try {
        return expressions.resolve(text, scope);
      } catch (thrown) {
        return thrown;
      }
    };
    expect(error('docker ps --format {{.Names}}')).toMatchObject({
      hint: 'Write `{{{{` where a literal `{{` is meant.',
    });
    expect(error('{{ 1 + }}')).toMatchObject({ hint: undefined });
  });

  test('list what they refer to, with places in the template', () => {
    const text = 'a {{ tasks.make-index.output.path }} b {{ inputs.n }}';
    expect(expressions.templateReferences(text).map((one) => [one.root, one.path, one.position])).toEqual([
      ['tasks', ['make-index', 'output', 'path'], 5],
      ['inputs', ['n'], 42],
    ]);
    expect(expressions.template('plain')).toBeUndefined();
    expect(expressions.template('{{ inputs.n }}')?.whole).toBe(true);
    expect(expressions.template('{{ inputs.n }} ')?.whole).toBe(false);
  });

  test('a value without references is given back as it is', () => {
    const plain = fc
      .jsonValue()
      .filter((value) => !JSON.stringify(value).includes('{{')) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(plain, (value) => {
        expect(expressions.resolve(value, {})).toBe(value);
      }),
    );
  });

  test('any text survives when its braces are escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{{', '}}', 'a', ' ', '"', '\n')), (pieces) => {
        const text = pieces.join('');
        expect(
          expressions.resolve(pieces.map((piece) => (piece === '{{' ? '{{{{' : piece)).join(''), {}),
        ).toBe(text);
      }),
    );
  });
});
