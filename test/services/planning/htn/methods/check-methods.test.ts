// The check of methods from elsewhere: each rule is broken once, and told with its place, reason and remedy.
import { describe, expect, test } from 'vitest';
import { checkMethods, withMethods } from '#src/services/planning/htn/methods/check-methods.js';
import type { MethodFinding } from '#src/services/planning/htn/methods/check-methods.js';
import {
  readDomainDocument,
  readMethodsDocument,
} from '#src/services/planning/htn/language/domain-document.js';
import { parcels } from '../parcels.js';

const { domain, problem } = parcels();

const { domain: shop, problem: morning } = readDomainDocument(`version: 1
domain: shop
types: { thing: , tool: thing }
predicates: { here: [thing], clean: [thing], polished: [thing], broken: [thing], sold: [thing] }
operators:
  wash: { parameters: { x: thing }, preconditions: here(?x), postconditions: clean(?x), tool: shop.wash }
  polish: { parameters: { x: thing }, preconditions: clean(?x), postconditions: polished(?x), tool: shop.polsh }
  mend: { parameters: { x: tool }, preconditions: broken(?x), postconditions: not broken(?x) }
tasks: { care: [thing], rest: [thing], fix: [tool] }
problem: { objects: { thing: [vase], tool: [saw] }, facts: [here(vase)], tasks: [care(vase)] }
`);

function check(methods: string, options: Parameters<typeof checkMethods>[2] = {}): MethodFinding[] {
  const read = readMethodsDocument(`version: 1\nmethods:\n${methods}`, shop, { file: 'm.yaml' });
  return checkMethods(shop, read, { ...(morning === undefined ? {} : { problem: morning }), ...options });
}

describe('methods that are sound', () => {
  test('pass, and become part of the domain', () => {
    const own = '  care-1: { for: care(?x), subtasks: [wash(?x), polish(?x)] }\n';
    expect(check(own)).toEqual([]);
    const methods = readMethodsDocument(`version: 1\nmethods:\n${own}`, shop);
    expect(withMethods(shop, methods).methods.map(({ name }) => name)).toEqual(['care-1']);
  });

  test('the methods of a domain that was written with care pass', () => {
    const bare = { ...domain, methods: [] };
    expect(checkMethods(bare, domain.methods, { problem })).toEqual([]);
  });
});

describe('each rule, broken', () => {
  test.each([
    [
      'name',
      'a: { for: care(?x), subtasks: [wsh(?x)] }',
      "there is no task or operator 'wsh'",
      "Did you mean 'wash'?",
    ],
    ['name', 'a: { for: care(?x), subtasks: [wash(?x, ?x)] }', 'wash takes 1 term, got 2', undefined],
    [
      'name',
      'a: { for: fix(?x), parameters: { y: thing }, preconditions: here(?z) }',
      'the variable ?z is not declared here',
      undefined,
    ],
    ['name', 'a: { for: wash(?x) }', "'wash' is an operator, which needs no method", undefined],
    [
      'unused',
      'a: { for: care(?x), parameters: { y: tool }, subtasks: [wash(?x)] }',
      'the parameter ?y is not used, so any object will do',
      undefined,
    ],
    [
      'unreachable',
      'a: { for: care(?x), preconditions: sold(?x) }',
      'nothing can make sold(?x) true, which it needs',
      undefined,
    ],
    [
      'unreachable',
      'a: { for: fix(?x), subtasks: [mend(?x)] }',
      "'mend' can never be done: nothing makes broken(?x) true",
      undefined,
    ],
    ['unreachable', 'a: { for: care(?x), subtasks: [rest(?x)] }', "no method does 'rest'", undefined],
    [
      'recursion',
      'a: { for: care(?x), subtasks: [wash(?x), care(?x)] }',
      "every method of 'care' leads back to it: care → care",
      'Add a method for care that does not lead back to it.',
    ],
    [
      'recursion',
      'a: { for: care(?x), subtasks: [rest(?x)] }\n  b: { for: rest(?x), subtasks: [care(?x)] }\n  c: { for: rest(?x) }',
      'it leads back to the same task for the same objects before any step: care → rest → care (by a, b)',
      undefined,
    ],
  ] as const)('%s: %s', (rule, text, message, hint) => {
    const findings = check(`  ${text}\n`);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule,
        message,
        line: expect.any(Number) as number,
        file: 'm.yaml',
        ...(hint === undefined ? {} : { hint }),
      }),
    );
    // One cause, one rule: nothing else is blamed.
    expect([...new Set(findings.map((one) => one.rule))]).toEqual([rule]);
  });

  test('tools', () => {
    const own =
      '  a: { for: care(?x), subtasks: [wash(?x), polish(?x)] }\n  b: { for: fix(?x), subtasks: [mend(?x)] }\n';
    const read = readMethodsDocument(`version: 1\nmethods:\n${own}`, shop);
    const messages = (tools: ReadonlySet<string> | 'required'): string[] =>
      checkMethods(shop, read, { tools }).map(({ message, hint }) => `${message}; ${hint ?? ''}`);
    expect(messages('required')).toEqual([
      "the operator 'mend' has no tool, so nothing can carry it out; Add `tool:` to the operator mend.",
    ]);
    expect(messages(new Set(['shop.wash', 'shop.polish']))).toContain(
      "there is no tool 'shop.polsh', to which 'polish' is bound; Did you mean 'shop.polish'?",
    );
  });

  test('a step, or another object, before the recursion is progress', () => {
    const base = '  base: { for: care(?x), subtasks: [] }\n';
    expect(check(`${base}  a: { for: care(?x), subtasks: [wash(?x), care(?x)] }\n`)).toEqual([]);
    expect(
      check(
        `${base}  a: { for: care(?x), parameters: { y: thing }, preconditions: ?x != ?y, subtasks: [care(?y)] }\n`,
      ),
    ).toEqual([]);
    expect(check(`${base}  a: { for: care(?x), subtasks: [[wash(?x), care(?x)]] }\n`)).toMatchObject([
      { rule: 'recursion', subject: 'a' },
    ]);
  });

  test('a circle that preconditions may break is a warning, one without any an error', () => {
    const circle = (guard: string): string =>
      `  a: { for: care(?x), preconditions: ${guard}, subtasks: [rest(?x)] }\n  b: { for: rest(?x), subtasks: [care(?x)] }\n  c: { for: rest(?x) }\n`;
    expect(check(circle('here(?x)'))).toMatchObject([{ rule: 'recursion', severity: 'warning' }]);
    expect(check(circle('true'))).toMatchObject([{ rule: 'recursion', severity: 'error' }]);
  });

  test('names that are there twice', () => {
    const own = readMethodsDocument('version: 1\nmethods:\n  stay: { for: "go(?t, ?to)" }\n', domain);
    expect(checkMethods(domain, own)).toMatchObject([
      { rule: 'name', message: "there is another method 'stay'" },
    ]);
    expect(() => withMethods(domain, own)).toThrow(
      "These methods cannot be used: methods.stay: there is another method 'stay'.",
    );
  });
});
