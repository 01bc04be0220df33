// Expressions: values in, values out, and errors that say what is wrong where.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#src/model/scalars.js';
import type { Scope } from '#src/services/expression/compilation.js';
import { ExpressionError } from '#src/services/expression/expression-error.js';
import { createExpressions } from '#src/services/expression/expressions.js';

const expressions = createExpressions();
const scope: Scope = {
  inputs: { out: 'docs', 'out-dir': 'site', n: 4 },
  tasks: {
    fetch: {
      status: 'succeeded',
      attempts: 2,
      output: { status: 200, items: [1, 'a', null, { x: 1.5 }], none: null },
    },
    'make-index': { output: { path: 'a/b.tar.md', 'content-type': 'text/html' } },
    'v1.2': { output: { n: 7 } },
  },
  item: { name: 'x' },
  index: 3,
};
const evaluate = (text: string): Json => expressions.evaluate(text, scope);
const failure = (work: () => unknown): ExpressionError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('expected an ExpressionError');
};

describe('values', () => {
  test.each<[string, Json]>([
    ['tasks.fetch.output.status == 200', true],
    ['tasks.fetch.output.status == 200.0', true],
    ['1 + tasks.fetch.output.status', 201],
    ['size(tasks.fetch.output.items) > 3', true],
    ['size(tasks.fetch.output.items) / 8', 0.5],
    ['7 / 2', 3.5],
    ['7 % 4 + 0x10 - 1u', 18],
    ['-inputs.n * 2', -8],
    ['tasks.fetch.output.items[3].x + 1', 2.5],
    ['tasks.fetch.output.items[index]', { x: 1.5 }],
    ['tasks["fetch"]["attempts"]', 2],
    ['"a" in tasks.fetch.output.items && {"x": 1.5} in tasks.fetch.output.items', true],
    ['"status" in tasks.fetch.output', true],
    ['tasks.fetch.output.none == null', true],
    ['null == 0 || "" == false || "1" == 1', false],
    ['[1, "a", [true]] == [1.0, "a", [true]]', true],
    ['{"a": 1, "b": 2} == {"b": 2, "a": 1}', true],
    ['{"a": {"b": [5]}}.a.b[0]', 5],
    ['"b" > "a" ? "yes" : "no"', 'yes'],
    ['!false && !(1 > 2)', true],
    ['true || missing.path', true],
    ['false && missing.path', false],
    ['[1, 2] + ["x"]', [1, 2, 'x']],
    ["'it''s'.size() == 0 ? 1 : 2".replace("''", "\\'"), 2],
    ['[3, 1, 2].map(x, x * 2).filter(y, y > 2)', [6, 4]],
    ['[3, 1].map(x, x > 1, x + inputs.n)', [7]],
    ['[1, 2].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x == 1)', true],
    ['{"a": 1, "b": 2}.map(key, key + "!")', ['a!', 'b!']],
    [
      'range(3).map(i, range(2).map(j, i * 2 + j))',
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
    ['item.name + string(index)', 'x3'],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });
});

describe('references that may be missing', () => {
  test.each<[string, Json]>([
    ['has(tasks.fetch.output.items)', true],
    ['has(tasks.fetch.output.none)', true],
    ['has(tasks.fetch.output.nothing)', false],
    ['has(tasks.unknown.output.x.y)', false],
    ['has(goal)', false],
    ['default(tasks.unknown.output.x, 7)', 7],
    ['default(tasks.fetch.output.none, 7)', 7],
    ['tasks.fetch.output.status.default(7)', 200],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  test('are told apart from those that must be there', () => {
    const guarded = expressions
      .references('default(tasks.a.output, tasks.b.output)')
      .map((one) => one.guarded);
    expect(guarded).toEqual([true, false]);
  });
});

describe('names with hyphens and dots', () => {
  test.each<[string, Json]>([
    ['tasks.make-index.output.path', 'a/b.tar.md'],
    ['tasks.v1.2.output.n - tasks.fetch.attempts', 5],
    ['tasks.v1.2.output.n-tasks.fetch.attempts', 5],
    ['inputs.out-dir + "/" + inputs.out', 'site/docs'],
    ['inputs.n-1', 3],
    ['inputs.n-inputs.n', 0],
    ['"tasks.make-index.output.path"', 'tasks.make-index.output.path'],
    ["tasks.make-index.output['content-type']", 'text/html'],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  test('keep their positions in errors and references (N4)', () => {
    const text = '1 + tasks.make-index.output.size + inputs.out-dir';
    const error = failure(() => evaluate(text));
    expect(error.position).toBe(text.indexOf('size'));
    expect(expressions.references(text).map((one) => [one.text, one.position])).toEqual([
      ["tasks['make-index'].output.size", 4],
      ["inputs['out-dir']", text.indexOf('inputs')],
    ]);
  });
});

describe('errors', () => {
  test.each([
    [
      'tasks.fetch.output.itms',
      'reference-missing',
      '`tasks.fetch.output` has no "itms"; it has status, items, none',
      19,
    ],
    [
      'tasks.fetch.output.items[9]',
      'reference-missing',
      '`tasks.fetch.output.items` is a list of 4, which has no 9',
      25,
    ],
    ['tasks.fetch.output.status.x', 'reference-missing', '`tasks.fetch.output.status` is number 200', 26],
    ['task.fetch', 'reference-missing', 'there is no `task` here; there is inputs, tasks, item, index', 0],
    [
      '1 + "a"',
      'type-mismatch',
      '+ needs two numbers, two strings or two lists, got the number 1 and the string "a"',
      0,
    ],
    ['1 < "a"', 'type-mismatch', '< needs two numbers or two strings', 0],
    ['!1', 'type-mismatch', 'what stands after `!` must be true or false, got the number 1', 0],
    ['true && 1', 'type-mismatch', 'each side of `&&` must be true or false', 8],
    ['1 ? 2 : 3', 'type-mismatch', 'the condition before `?` must be true or false', 0],
    ['1 / 0', 'value-invalid', 'there is no division by zero', 0],
    ['1e308 * 10', 'value-invalid', 'too large to be a number', 0],
    ['9007199254740993', 'value-invalid', 'too large to be exact', 0],
    ['b"abc"', 'value-invalid', 'bytes are none', 0],
    ['1 +', 'expression-syntax', 'expected a value, got the end', 3],
    ['a b', 'expression-syntax', "did not expect 'b' here", 2],
    ['(1', 'expression-syntax', 'expected `)`, got the end', 2],
    ['  ', 'expression-syntax', 'expected an expression, got nothing', 0],
    ['"abc', 'expression-syntax', 'unterminated string', 0],
    ['sizee(1)', 'function-unknown', 'there is no function sizee()', 0],
    ['size(1, 2)', 'expression-syntax', 'size() is called as size(value), got 2 arguments', 0],
    ['[1].map(1, 2)', 'expression-syntax', 'invalid predicate', 8],
    ['range(1001).map(a, range(1001).map(b, 1))', 'limit-exceeded', 'more than 1000000 rounds', 19],
    ['('.repeat(200) + '1', 'expression-syntax', 'exceeded maxDepth', 100],
  ])('%s', (text, code, message, position) => {
    const error = failure(() => evaluate(text));
    expect(error.message).toContain(message);
    expect([error.code, error.position]).toEqual([code, position]);
  });

  test('name the next step', () => {
    expect(failure(() => evaluate('tasks.fetch.output.itms')).hint).toBe(
      'Did you mean `tasks.fetch.output.items`?',
    );
    expect(failure(() => evaluate('tasks.make-index.output.content-type')).hint).toContain(
      "output['content-type']",
    );
    expect(failure(() => evaluate('sizee(1)')).hint).toBe('Did you mean size()?');
    expect(failure(() => evaluate('1 + "a"')).hint).toContain('string(x)');
  });

  test('are given by check() without being thrown', () => {
    expect(expressions.check('1 + 1')).toBeUndefined();
    expect(expressions.check('1 +')).toMatchObject({ code: 'expression-syntax', text: '1 +', position: 3 });
  });

  test('a condition must be true or false', () => {
    expect(expressions.holds('1 < 2', {})).toBe(true);
    expect(failure(() => expressions.holds('1 + 1', {})).code).toBe('type-mismatch');
  });
});

describe('references', () => {
  test('are the paths as far as they are known before', () => {
    const found = expressions.references(
      "tasks.a.output.b[0].c + inputs.x[inputs.y].z + [1].map(t, t.q)[0] + goal['k']",
    );
    expect(found.map(({ root, path }) => [root, ...path])).toEqual([
      ['tasks', 'a', 'output', 'b', 0, 'c'],
      ['inputs', 'y'],
      ['inputs', 'x'],
      ['goal', 'k'],
    ]);
  });
});

describe('bounds', () => {
  test('X2: the rounds of loops are counted, however they are nested', () => {
    const list = fc.integer({ min: 0, max: 1500 });
    fc.assert(
      fc.property(list, list, (outer, inner) => {
        const text = 'range(inputs.outer).map(a, range(inputs.inner).map(b, 1)).size()';
        const run = (): Json => expressions.evaluate(text, { inputs: { outer, inner } });
        if (outer + outer * inner <= 1_000_000) expect(run()).toBe(outer);
        else expect(failure(run).code).toBe('limit-exceeded');
      }),
      { numRuns: 30 },
    );
  });

  test('X3: what is not needed is not evaluated', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (a, b) => {
        const bad = 'missing.path';
        const values = { inputs: { a, b } };
        const and = `inputs.a && (inputs.b ? true : ${bad})`;
        if (!a || b) expect(expressions.evaluate(and, values)).toBe(a && b);
        else expect(failure(() => expressions.evaluate(and, values)).code).toBe('reference-missing');
        expect(expressions.evaluate(`inputs.a || !inputs.a || ${bad}`, values)).toBe(true);
      }),
    );
  });
});

describe('properties', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

  test('a pure reference gives back the very value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(expressions.evaluate('inputs.value', { inputs: { value } })).toBe(value);
      }),
    );
  });

  test('X1, V2: every value equals its own copy, and nothing is changed by looking at it', () => {
    fc.assert(
      fc.property(json, (value) => {
        const copy = JSON.parse(JSON.stringify(value)) as Json;
        const text = 'inputs.a == inputs.b && !(inputs.a != inputs.b) && inputs.a in [inputs.b]';
        const before = JSON.stringify(value);
        expect(expressions.evaluate(text, { inputs: { a: value, b: copy } })).toBe(
          before === JSON.stringify(copy),
        );
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  test('V1: arithmetic is that of JSON numbers', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(expressions.evaluate('[x + y, x - y, x * y, x < y, x == y]', { x: a, y: b })).toEqual([
          a + b,
          a - b,
          a * b,
          a < b,
          a === b,
        ]);
      }),
    );
  });

  test('V3: garbage is refused with an ExpressionError inside of the text, never otherwise', () => {
    const piece = fc.constantFrom(
      ...'abctasks.output[](){}"\'+-*/%<>=!&|?:, 019\\\n'.split(''),
      'tasks.',
      '.map(',
      'has(',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          try {
            expressions.evaluate(text, scope);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
            const { position } = error as ExpressionError;
            expect(position).toBeGreaterThanOrEqual(0);
            expect(position).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('N1: any valid task id can be read by its name', () => {
    const id = fc
      .stringMatching(/^[A-Za-z0-9._-]{1,12}$/)
      .filter(
        (name) =>
          name !== '__proto__' &&
          !/(^|\.)(output|status|attempts|failure)(\.|$)/.test(name) &&
          !/^\.|\.$|\.\./.test(name),
      );
    fc.assert(
      fc.property(id, (name) => {
        const tasks = { [name]: { output: 1 } };
        expect(expressions.evaluate(`tasks.${name}.output`, { tasks })).toBe(1);
        expect(expressions.references(`tasks.${name}.output`)[0]?.path).toEqual([name, 'output']);
      }),
    );
  });
});
