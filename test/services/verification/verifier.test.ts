// The verifier: levels, cheapest first, and messages that say what is wrong.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '#src/model/scalars.js';
import { createExpressions } from '#src/services/expression/expressions.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import { defineTool } from '#src/services/tools/tool.js';
import { createVerifier, isAccepted, levelOf } from '#src/services/verification/verifier.js';
import type { CheckCall, CriterionInput, Subject } from '#src/services/verification/verifier.js';

const tools = createToolRegistry([
  defineTool({
    name: 'a.typed',
    description: 'x',
    input: z.unknown(),
    output: z.strictObject({ n: z.number(), list: z.array(z.string()) }),
    run: () => ({ n: 1, list: [] }),
  }),
  defineTool({
    name: 'a.slow',
    description: 'x',
    input: z.unknown(),
    output: z.string().refine(async () => true),
    run: () => '',
  }),
]);
const verifier = createVerifier({ expressions: createExpressions(), tools });
const subject = (criteria: CriterionInput[], more: Partial<Subject> = {}): Subject => ({
  criteria,
  safety: [],
  ...more,
});
const now = (criteria: CriterionInput[], output: Json, more: Partial<Subject> = {}) =>
  verifier.verifyNow(subject(criteria, more), output, { inputs: { limit: 3 } });
const messageOf = (
  criteria: CriterionInput[],
  output: Json,
  more: Partial<Subject> = {},
): string | undefined => now(criteria, output, more).find((one) => !one.passed)?.message;

describe('levels without effects', () => {
  test('V1, V3: are gone through from schema to safety', () => {
    const criteria: CriterionInput[] = [
      { id: 'safe', level: 'safety', check: { expression: 'output.n < 100' } },
      { id: 'bound', check: { expression: 'output.n <= inputs.limit' } },
      {
        id: 'shape',
        check: { schema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } },
      },
      { id: 'late', check: { tool: 'a.typed' } },
      { id: 'later', level: 'functional', check: { expression: 'false' } },
    ];
    expect(now(criteria, { n: 2 }).map((one) => [one.id, one.level, one.passed])).toEqual([
      ['shape', 'schema', true],
      ['bound', 'constraint', true],
      ['output-size', 'safety', true],
      ['safe', 'safety', true],
    ]);
  });

  test('stop where something required has failed', () => {
    const criteria: CriterionInput[] = [
      { id: 'one', check: { schema: { type: 'string' } } },
      { id: 'two', check: { expression: 'false' } },
    ];
    expect(now(criteria, 1).map((one) => one.id)).toEqual(['one']);
    const optional = criteria.map((one) => ({ ...one, required: false }));
    expect(now(optional, 1).map((one) => [one.id, one.passed])).toEqual([
      ['one', false],
      ['two', false],
      ['output-size', true],
    ]);
    expect(isAccepted(now(optional, 1))).toBe(true);
  });

  test("a tool's output is of its own shape", () => {
    expect(now([], { n: 1, list: ['a'] }, { tool: 'a.typed' })[0]).toEqual({
      id: 'output-schema',
      level: 'schema',
      passed: true,
      required: true,
    });
    expect(messageOf([], { n: 'x', list: [1], more: true }, { tool: 'a.typed' })).toBe(
      'output.n: expected a number, got "x"; output.list[0]: expected a string, got 1; output.more: the key \'more\' is not known here',
    );
    expect(messageOf([], 'x', { tool: 'a.slow' })).toContain('asynchronous');
    expect(now([], 'x', { tool: 'not.there' }).map((one) => one.id)).toEqual(['output-size']);
  });
});

describe('messages', () => {
  test.each<[string, Json, string]>([
    [
      'output.n <= inputs.limit',
      { n: 7 },
      'expected `output.n <= inputs.limit` to be true; output.n is 7, inputs.limit is 3',
    ],
    ['size(output) > 3', [1, 2], 'expected `size(output) > 3` to be true; output is [1,2]'],
    ['has(output.x)', {}, 'expected `has(output.x)` to be true; output.x is missing'],
    ['output.m > 1', { n: 1 }, '`output.m > 1` cannot be decided: `output` has no "m"; it has n'],
    [
      'output.n',
      { n: 1 },
      '`output.n` cannot be decided: a condition must be true or false, got the number 1',
    ],
    ['output >', 1, '`output >` cannot be decided: expected a value, got the end'],
  ])('%s of %j', (expression, output, message) => {
    expect(messageOf([{ id: 'c', check: { expression } }], output)).toContain(message);
  });

  test('of a JSON Schema tell the place', () => {
    const schema = {
      type: 'object',
      properties: { items: { type: 'array', items: { type: 'string' } } },
      required: ['items'],
    };
    expect(messageOf([{ id: 'c', check: { schema } }], { items: ['a', 2] })).toBe(
      'output.items[1]: expected a string, got 2',
    );
    expect(messageOf([{ id: 'c', check: { schema: { $ref: '#/nowhere' } } }], {})).toContain(
      'the schema cannot be used',
    );
  });

  test('of a long list of troubles are cut', () => {
    const schema = { type: 'array', items: { type: 'string' } };
    expect(messageOf([{ id: 'c', check: { schema } }], [1, 2, 3, 4, 5, 6, 7])).toMatch(/; and 2 more$/);
  });
});

describe('safety', () => {
  const safety = [
    { id: 'no-keys', kind: 'data', description: 'No keys', prohibit: 'AKIA[0-9A-Z]{16}' },
    { id: 'words', kind: 'data', description: 'In words only' },
  ];

  test.each<[Json, string | undefined]>([
    [{ a: ['fine', { b: 'also' }] }, undefined],
    [{ a: ['fine', { b: 'key AKIAABCDEFGHIJKLMNOP!' }] }, 'output.a[1].b contains what is prohibited'],
    [{ AKIAABCDEFGHIJKLMNOP: 1 }, 'a key of output contains what is prohibited'],
    ['AKIAABCDEFGHIJKLMNOP', 'output contains what is prohibited'],
  ])('%j', (output, message) => {
    const finding = now([], output, { safety }).find((one) => one.id === 'no-keys');
    expect(finding).toMatchObject({ level: 'safety', required: true, passed: message === undefined });
    if (message !== undefined) expect(finding?.message).toContain(message);
    expect(finding?.message ?? '').not.toContain('AKIAABC');
  });

  test('a pattern that cannot be used fails closed', () => {
    expect(
      messageOf([], 'x', { safety: [{ id: 's', kind: 'x', description: 'x', prohibit: '(?=x)' }] }),
    ).toContain('cannot be used');
  });

  test('an output has a limit', () => {
    expect(messageOf([], 'x'.repeat(16_777_217))).toContain('16777216 is the limit');
  });
});

describe('levels with effects', () => {
  const calls: [string, string, Json][] = [];
  const callTool = (id: string, tool: string, input: Json): Promise<CheckCall> => {
    calls.push([id, tool, input]);
    return Promise.resolve(
      tool === 'a.broken'
        ? { ok: false, message: 'no disk' }
        : { ok: true, output: { exists: true, was: input } },
    );
  };
  const later = (criteria: CriterionInput[], output: Json = { path: 'x' }) =>
    verifier.verifyTools(subject(criteria), output, { inputs: { limit: 3 } }, callTool);

  test('are needed only when there are some', () => {
    expect(verifier.needsEffect(subject([{ id: 'a', check: { expression: 'true' } }]))).toBe(false);
    expect(verifier.needsEffect(subject([{ id: 'a', check: { tool: 'a.b' } }]))).toBe(true);
    expect(verifier.needsEffect(subject([{ id: 'a', check: { ask: 'x' } }]))).toBe(true);
    expect(levelOf({ id: 'a', check: { tool: 'a.b' } })).toBe('functional');
  });

  test('call tools with what the criterion refers to, and look at the result', async () => {
    calls.length = 0;
    const findings = await later([
      {
        id: 'there',
        check: {
          tool: 'fs.stat',
          input: { path: '{{ output.path }}/{{ inputs.limit }}' },
          expect: 'result.exists',
        },
      },
      { id: 'ends', check: { tool: 'fs.stat' } },
      {
        id: 'size',
        required: false,
        check: { tool: 'fs.stat', expect: 'result.exists && output.path == "y"' },
      },
      { id: 'pure', level: 'functional', check: { expression: 'output.path == "x"' } },
    ]);
    expect(calls).toEqual([
      ['there', 'fs.stat', { path: 'x/3' }],
      ['ends', 'fs.stat', {}],
      ['size', 'fs.stat', {}],
    ]);
    expect(findings.map((one) => [one.id, one.passed])).toEqual([
      ['there', true],
      ['ends', true],
      ['size', false],
      ['pure', true],
    ]);
    expect(findings[2]?.message).toContain('result.exists is true, output.path is "x"');
  });

  test('say why they have failed', async () => {
    expect((await later([{ id: 'a', check: { tool: 'a.broken' } }]))[0]?.message).toBe(
      'a.broken has failed: no disk',
    );
    expect(
      (await later([{ id: 'a', check: { tool: 'fs.stat', input: '{{ output.q }}' } }]))[0]?.message,
    ).toContain('the input of fs.stat cannot be made');
    expect((await later([{ id: 'a', check: { ask: 'Is it good?' } }]))[0]).toMatchObject({
      level: 'semantic',
      passed: false,
    });
  });

  test('functional ones are not run when a semantic one has failed', async () => {
    calls.length = 0;
    await later([
      { id: 'f', check: { tool: 'fs.stat' } },
      { id: 's', level: 'semantic', check: { tool: 'a.broken' } },
    ]);
    expect(calls.map(([id]) => id)).toEqual(['s']);
  });
});

test('V2: any output and any criterion give findings, never an error', () => {
  const criterion = fc.oneof(
    fc.string({ minLength: 1 }).map((expression): CriterionInput => ({ id: 'c', check: { expression } })),
    fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((schema): CriterionInput => ({ id: 'c', check: { schema: schema as Record<string, Json> } })),
    fc
      .constantFrom('string', 'object', 'array', 'number')
      .map((type): CriterionInput => ({ id: 'c', check: { schema: { type } } })),
  );
  fc.assert(
    fc.property(fc.array(criterion, { maxLength: 3 }), fc.jsonValue(), (criteria, output) => {
      const findings = now(criteria, output as Json);
      expect(findings.every((one) => one.passed || one.message !== undefined)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
