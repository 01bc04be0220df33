// Positions: each problem of a text points at the very token that it is about.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#src/model/scalars.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import { defineTool } from '#src/services/tools/tool.js';
import { parsePlanDocument } from '#src/services/planning/document/plan-document.js';
import { z } from 'zod';
import { planDocument, refusalOf } from '../sample-plans.js';

/** Reads a text in which `«` marks the place of its only problem. */
function check(
  marked: string,
  format?: 'json' | 'yaml',
): { message: string; found: string; expected: string } {
  const offset = marked.indexOf('«');
  const text = marked.replace('«', '');
  const { problems } = refusalOf(() =>
    parsePlanDocument(text, { file: 'plan.x', tools, ...(format === undefined ? {} : { format }) }),
  );
  const lines = text.slice(0, offset).split('\n');
  const [problem] = problems;
  expect(problems.map((one) => one.message)).toHaveLength(1);
  return {
    message: `${problem?.message} ${problem?.hint ?? ''}`,
    found: `${problem?.file}:${problem?.line}:${problem?.column}`,
    expected: `plan.x:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
  };
}

const tools = createToolRegistry([
  defineTool({
    name: 'fs.stat',
    description: 'x',
    input: z.strictObject({ path: z.string(), depth: z.number().optional() }),
    output: z.unknown(),
    run: () => null,
  }),
  defineTool({
    name: 'http.request',
    description: 'x',
    input: z.strictObject({ url: z.string() }),
    output: z.unknown(),
    run: () => null,
  }),
]);
const action = 'action: { tool: fs.stat, input: { path: x } }';

describe('YAML', () => {
  test.each([
    ['an unknown key', `version: 1\n«goall: x\ntasks: { a: { ${action} } }\n`, "Did you mean 'goal'?"],
    [
      'an unknown key in a task',
      `version: 1\ntasks:\n  a:\n    ${action}\n    «prioritty: 3\n`,
      "Did you mean 'priority'?",
    ],
    [
      'a wrong type',
      `version: 1\ntasks:\n  a:\n    ${action}\n    priority: «high\n`,
      'expected a number, got "high"',
    ],
    ['a missing action', 'version: 1\ntasks:\n  a: «{ priority: 3 }\n', 'but it is missing'],
    ['a missing version', `«tasks: { a: { ${action} } }\n`, 'expected version: 1'],
    [
      'a bad duration in a short form',
      `version: 1\ntasks:\n  a: { ${action}, timeout: «soon }\n`,
      'expected a duration',
    ],
    [
      'an unknown task in a list',
      `version: 1\ntasks:\n  a: { ${action} }\n  b: { ${action}, after: [a, «aa] }\n`,
      "there is no task 'aa'",
    ],
    [
      'an unknown tool',
      'version: 1\ntasks:\n  a: { action: { tool: «fs.stats, input: { path: x } } }\n',
      "Did you mean 'fs.stat'?",
    ],
    [
      'an unknown key of a tool',
      'version: 1\ntasks:\n  a: { action: { tool: fs.stat, input: { path: x, «dpth: 1 } } }\n',
      "Did you mean 'depth'?",
    ],
    [
      'a wrong type for a tool',
      'version: 1\ntasks:\n  a: { action: { tool: fs.stat, input: { path: «5 } } }\n',
      'expected a string, got 5',
    ],
    [
      'a missing key of a tool',
      'version: 1\ntasks:\n  a: { action: { tool: fs.stat, input: «{ depth: 1 } } }\n',
      'expected a string, but it is missing',
    ],
    [
      'a missing input of a tool',
      'version: 1\ntasks:\n  a: { action: «{ tool: fs.stat } }\n',
      'expected a string, but it is missing',
    ],
    [
      'a reference in plain text',
      'version: 1\ntasks:\n  a:\n    action:\n      command: echo\n      args:\n        - a-{{ «tasks.zz.output }}\n',
      "there is no task 'zz'",
    ],
    [
      'a reference in quotes',
      "version: 1\ntasks:\n  a: { action: { command: echo, args: ['a {{ «foo.bar }}'] } }\n",
      'there is no `foo` here',
    ],
    [
      'a reference in a block',
      'version: 1\ntasks:\n  a:\n    action:\n      command: echo\n      stdin: |\n        first {{ 1 }}\n        second {{ «inputs.x }}\n',
      "there is no input 'x'",
    ],
    [
      'a syntax error in a condition',
      `version: 1\ntasks:\n  a:\n    ${action}\n    when: 1 +« \n`,
      'expected a value',
    ],
    [
      'a field of a request',
      'version: 1\ntasks:\n  a: { action: { request: { url: "{{ «tasks.q.output }}" } } }\n',
      "there is no task 'q'",
    ],
    [
      'the items of a loop',
      `version: 1\ntasks:\n  a: { action: { forEach: "«tasks.q.output", do: { tool: fs.stat, input: { path: x } } } }\n`,
      "there is no task 'q'",
    ],
    [
      'a later action',
      'version: 1\ntasks:\n  a: { action: { «prompt: hello } }\n',
      'does not have the action',
    ],
    [
      'a key that is there twice',
      `version: 1\ntasks:\n  a: { ${action} }\n  «a: { ${action} }\n`,
      'this key is there twice',
    ],
    [
      'an unknown resource',
      `version: 1\nresources: { seat: {} }\ntasks:\n  a: { ${action}, requires: { resources: [{ name: «seats }] } }\n`,
      "Did you mean 'seat'?",
    ],
    [
      'a dependency',
      `version: 1\ntasks: { a: { ${action} } }\ndependencies:\n  - { from: a, to: «b }\n`,
      "there is no task 'b'",
    ],
    [
      'a cycle',
      `version: 1\ntasks:\n  a: { ${action}, after: [«b] }\n  b: { ${action}, when: tasks.a.output.ok }\n`,
      'in a circle',
    ],
    ['a broken text', 'version: 1\ntasks: [a\n«', 'this is not YAML'],
    ['an unknown tag', `version: 1\ntasks: { a: { ${action}, name: «!foo x } }\n`, 'nresolved tag'],
    [
      'a second document',
      `version: 1\ntasks: { a: { ${action} } }\n«---\nversion: 1\n`,
      'expected one document',
    ],
    [
      'what an alias stands for',
      `version: 1\ntasks:\n  a: { ${action}, retry: &r { maxRetries: «many } }\n`,
      'expected a number',
    ],
  ])('%s', (_, marked, message) => {
    const { message: said, found, expected } = check(marked);
    expect(said).toContain(message);
    expect(found).toBe(expected);
  });
});

describe('JSON', () => {
  test.each([
    [
      'an unknown key',
      '{"version": 1, «"taskz": {}, "tasks": {"a": {"action": {"tool": "fs.stat", "input": {"path": "x"}}}}}',
      "Did you mean 'tasks'?",
    ],
    [
      'a value deep inside',
      '{"version": 1,\n "tasks": {"a": {"x\\"y": 1, "action": {"tool": "fs.stat", "input": {"path": "}{][,"}}, "priority": «"high"}}}'.replace(
        '"x\\"y": 1, ',
        '',
      ),
      'expected a number',
    ],
    [
      'an entry of a list',
      '{"version": 1, "tasks": {"a": {"action": {"command": "x", "args": [1, "a,]", «{}]}}}}',
      'expected a string or a number',
    ],
    [
      'a reference',
      '{"version": 1, "tasks": {"a": {"action": {"command": "x", "args": ["a {{ «foo.bar }}"]}}}}',
      'there is no `foo` here',
    ],
    [
      'a key that is there twice',
      '{"version": 1, "tasks": {"a": {"action": {"tool": "fs.stat", "input": {"path": "x"}}, «"action": {"tool": "fs.stat", "input": {"path": "y"}}}}}',
      "the key 'action' is there twice",
    ],
    ['a broken text', '{"version": 1, "tasks": «}', 'this is not JSON'],
    ['an end too early', '{"version": 1, "tasks": {«', 'this is not JSON'],
  ])('%s', (_, marked, message) => {
    const { message: said, found, expected } = check(marked, 'json');
    expect(said).toContain(message);
    expect(found).toBe(expected);
  });

  test('is told from YAML by its look', () => {
    const { problems } = refusalOf(() =>
      parsePlanDocument('{version: 1, tasks: {a: {action: {tool: nope}}}}'),
    );
    expect(problems[0]).toMatchObject({ line: 1, column: 41 });
  });
});

describe('properties', () => {
  test('E3: an unknown key anywhere is found at its place, in YAML and JSON', () => {
    fc.assert(
      fc.property(planDocument, fc.nat(), fc.constantFrom('yaml', 'json'), (short, chance, format) => {
        const tasks = short['tasks'] as { [key: string]: { [key: string]: Json } };
        const ids = Object.keys(tasks);
        const task = tasks[ids[chance % ids.length] ?? ''];
        if (task !== undefined) task['zzUnknownZz'] = 1;
        const text = format === 'json' ? JSON.stringify(short, null, 2) : toYaml(short);
        const { problems } = refusalOf(() => parsePlanDocument(text, { format: format as 'json' }));
        expect(problems).toHaveLength(1);
        const line = text.split('\n')[(problems[0]?.line ?? 0) - 1] ?? '';
        expect(line.slice((problems[0]?.column ?? 0) - 1).replace('"', '')).toMatch(/^zzUnknownZz/);
      }),
    );
  });
});

/** A small writer of block style, apart from the library that reads. */
function toYaml(value: Json, indent = ''): string {
  if (typeof value !== 'object' || value === null) return `${JSON.stringify(value)}\n`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]\n';
    return `\n${value.map((item) => `${indent}- ${JSON.stringify(item)}\n`).join('')}`;
  }
  if (Object.keys(value).length === 0) return '{}\n';
  const lines = Object.entries(value).map(
    ([key, item]) => `${indent}${JSON.stringify(key)}: ${toYaml(item, `${indent}  `)}`,
  );
  return indent === '' ? lines.join('') : `\n${lines.join('')}`;
}
