// Domain documents: what they say is read, and what is wrong with them is told with line and column.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import type { Problem } from '#src/errors.js';
import {
  readDomainDocument,
  readProblemDocument,
} from '#src/services/planning/htn/language/domain-document.js';

const organise = readFileSync(
  new URL('../../../../../examples/plan-files/organise.domain.yaml', import.meta.url),
  'utf8',
);

function problemsOf(text: string): readonly Problem[] {
  try {
    readDomainDocument(text, { file: 'd.yaml' });
  } catch (error) {
    if (error instanceof EngineError) return error.problems;
    throw error;
  }
  return [];
}

const small = `version: 1
domain: lamps
types: { lamp: , switch: }
constants: { switch: main }
predicates:
  on: [lamp]
  wired: { l: lamp, s: switch }
  lit: []
functions: { watts: [lamp], used: [] }
operators:
  press:
    parameters: { s: switch, l: lamp }
    preconditions: [wired(?l, ?s), not on(?l), used() + watts(?l) <= 100]
    postconditions: [on(?l), used() += watts(?l), when wired(?l, main) then lit()]
    cost: watts(?l)
    duration: 2s
    tool: house.press
    input: { lamp: '{{ l }}' }
tasks: { light: [lamp], both: { a: lamp, b: lamp } }
methods:
  press-it:
    for: light(?l)
    parameters: { s: switch }
    preconditions: wired(?l, ?s)
    subtasks: [press(?s, ?l)]
  side-by-side:
    for: both(?x, ?y)
    constraints: ?x != ?y
    subtasks: [[light(?x), light(?y)], achieve bright()]
  look:
    achieves: bright()
axioms:
  - { fact: bright(), if: every lamp ?l (on(?l)) }
`.replace('  lit: []', '  lit: []\n  bright: []');

describe('a domain document', () => {
  test('the example is read with its problem and data', () => {
    const { domain, problem, data } = readDomainDocument(organise);
    expect(domain.operators.map(({ name }) => name)).toEqual([
      'scan',
      'analyse',
      'make-folder',
      'move',
      'write-index',
      'verify',
    ]);
    expect(domain.methods.find(({ name }) => name === 'place-by-kind')).toMatchObject({
      target: { kind: 'task', name: 'place', terms: ['?f'] },
      parameters: [
        { name: '?f', types: ['file'] },
        { name: '?k', types: ['kind'] },
        { name: '?from', types: ['folder'] },
        { name: '?to', types: ['folder'] },
      ],
      ordering: [['t1', 't2']],
    });
    expect(problem?.facts).toHaveLength(16);
    expect(problem?.values[1]).toEqual({ function: 'size', arguments: ['b.png'], value: 250_000 });
    expect(data['a.txt']).toEqual({ path: 'inbox/a.txt', name: 'a.txt' });
  });

  test('groups, goals, axioms, numbers, durations and tools', () => {
    const { domain } = readDomainDocument(small);
    const [press] = domain.operators;
    expect(press).toMatchObject({
      durationMs: { kind: 'number', value: 2000 },
      cost: { kind: 'fluent', function: 'watts' },
      tool: { tool: 'house.press', input: { lamp: '{{ l }}' } },
      position: { line: 12, column: 3 },
    });
    const both = domain.methods[1];
    expect(both?.subtasks.map(({ id, kind, name }) => [id, kind, name])).toEqual([
      ['t1', 'task', 'light'],
      ['t2', 'task', 'light'],
      ['t3', 'goal', 'bright'],
    ]);
    expect(both?.ordering).toEqual([
      ['t1', 't3'],
      ['t2', 't3'],
    ]);
    expect(both?.constraints).toMatchObject([{ kind: 'not', part: { kind: 'equal' } }]);
    expect(domain.methods[2]?.target).toMatchObject({ kind: 'goal', name: 'bright' });
  });

  test('a problem in a document of its own', () => {
    const { domain } = readDomainDocument(small);
    const text =
      'version: 1\ndomain: lamps\nobjects: { lamp: [a, b] }\nfacts: [wired(a, main)]\ntasks: [light(a)]\n';
    const { problem } = readProblemDocument(text, domain);
    expect(problem.network.subtasks).toMatchObject([{ name: 'light', terms: ['a'] }]);
    const wrong = text.replace('wired(a, main)', 'wired(main, a)').replace('light(a)', 'ligth(a)');
    expect(() => readProblemDocument(wrong, domain, { file: 'p.yaml' })).toThrow(
      'p.yaml has 3 problems; the first: line 4, column 9: facts[0]: wired takes a lamp as term 1, got main, a switch.',
    );
  });
});

describe('what is wrong is told with its place', () => {
  test.each([
    [
      'wired(?l, ?s), not',
      'wird(?l, ?s), not',
      "there is no predicate 'wird'",
      14,
      21,
      "Did you mean 'wired'?",
    ],
    ['not on(?l)', 'not on(?k)', 'the variable ?k is not declared here', 14, 40, undefined],
    ['not on(?l)', 'not on(?s)', 'on takes a lamp as term 1, got ?s, a switch', 14, 40, undefined],
    ['not on(?l)', 'not on(?l, ?s)', 'on takes 1 term, got 2', 14, 40, undefined],
    [
      'not on(?l)',
      'not on(l)',
      "there is no object or constant 'l'",
      14,
      40,
      'Did you mean the variable ?l?',
    ],
    ['not on(?l)', 'not on(?l', "expected ',' or ')', got '('", 14, 51, undefined],
    ['watts(?l) <= 100', 'wats(?l) <= 100', "there is no function 'wats'", 14, 57, "Did you mean 'watts'?"],
    ['subtasks: [press(?s, ?l)]', 'subtasks: [press(?s)]', undefined, 26, undefined, undefined],
    [
      '[press(?s, ?l)]',
      '[pres(?s, ?l)]',
      "there is no task or operator 'pres'",
      26,
      16,
      "Did you mean 'press'?",
    ],
    ['lamp: , switch:', 'lamp: swich, switch:', "there is no type 'swich'", 3, 10, "Did you mean 'switch'?"],
    [
      'lamp: , switch:',
      'lamp: switch, switch: lamp',
      'these types are kinds of each other in a circle: lamp → switch → lamp',
      undefined,
      undefined,
      undefined,
    ],
    ['    for: light(?l)', '    to: light(?l)', "the key 'to' is not known here", 23, 5, undefined],
    ['version: 1', 'version: 2', 'expected version: 1, got 2', 1, 10, undefined],
    [
      'tool: house.press',
      'tools: house.press',
      "the key 'tools' is not known here",
      18,
      5,
      "Did you mean 'tool'?",
    ],
    [
      'postconditions: [on(?l)',
      'postconditions: [bright()',
      "'bright' follows from axioms, so no operator can change it",
      12,
      3,
      undefined,
    ],
  ] as const)('%s → %s', (from, to, message, line, column, hint) => {
    const text = small.replace(from, to);
    expect(text).not.toBe(small);
    const found = problemsOf(text);
    const expected = {
      ...(message === undefined ? {} : { message }),
      ...(line === undefined ? {} : { line, file: 'd.yaml' }),
      ...(column === undefined ? {} : { column }),
      ...(hint === undefined ? {} : { hint }),
    };
    expect(found).toContainEqual(expect.objectContaining(expected));
  });

  test('texts that are no domains', () => {
    for (const text of [
      '',
      '[]',
      'a: [',
      '{}',
      'version: 1\ndomain: x\noperators: 3',
      'version: 1\ndomain: x\nmethods: { m: { for: x(), subtasks: 7 } }',
    ])
      expect(problemsOf(text).length, text).toBeGreaterThan(0);
  });

  test('orders with unknown subtasks and circles', () => {
    const named = small.replace(
      '[press(?s, ?l)]',
      "{ a: 'press(?s, ?l)', b: 'press(?s, ?l)', c: 'press(?s, ?l)' }\n    order: [a < b < c, c < a, a < d]",
    );
    const messages = problemsOf(named).map(({ message }) => message);
    expect(messages).toContain("there is no subtask 'd'");
    expect(messages.find((one) => one.includes('circle'))).toMatch(/: (\w) → \w → \w → \1$/);
  });
});
