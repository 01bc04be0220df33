// Plan documents: short forms to the long form, there and back, and what is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { GoalSpec } from '#src/model/goal.js';
import { PlanSpec } from '#src/model/plan.js';
import type { Json } from '#src/model/scalars.js';
import {
  expandPlanDocument,
  parsePlanDocument,
  planFromValue,
  printPlanDocument,
} from '#src/services/planning/document/plan-document.js';
import { planDocument, refusalOf } from '../sample-plans.js';

const actionOf = (action: Json): unknown =>
  planFromValue({ version: 1, tasks: { a: { action } } }).document.plan.tasks['a']?.action;
const problemsOf = (value: unknown): string[] =>
  refusalOf(() => planFromValue(value)).problems.map((one) => `${one.path}: ${one.message}`);
const withTask = (task: Json): Json => ({ version: 1, tasks: { a: task } });

describe('short forms of actions', () => {
  test.each<[Json, Json]>([
    [
      { tool: 'fs.stat', input: { path: 'x' } },
      { kind: 'tool_call', tool: 'fs.stat', input: { path: 'x' } },
    ],
    [{ tool: 'fs.stat' }, { kind: 'tool_call', tool: 'fs.stat' }],
    [
      { command: 'node', args: ['x', 1], cwd: 'd', env: { PORT: 1, ON: true }, stdin: 'in', expectExit: 2 },
      {
        kind: 'system_cmd',
        command: 'node',
        args: ['x', 1],
        cwd: 'd',
        env: { PORT: '1', ON: 'true' },
        stdin: 'in',
        expectExit: [2],
      },
    ],
    [{ wait: '30s' }, { kind: 'wait', for: { durationMs: 30_000 } }],
    [{ wait: 250 }, { kind: 'wait', for: { durationMs: 250 } }],
    [{ wait: '{{ 1 + 1 }}' }, { kind: 'wait', for: { durationMs: '{{ 1 + 1 }}' } }],
    [{ wait: { duration: '2m' } }, { kind: 'wait', for: { durationMs: 120_000 } }],
    [{ wait: { until: '1970-01-02T00:00:00Z' } }, { kind: 'wait', for: { until: 86_400_000 } }],
    [
      { wait: { signal: 'go' }, timeout: '1h' },
      { kind: 'wait', for: { signal: 'go' }, timeoutMs: 3_600_000 },
    ],
    [
      { wait: { approval: 'sure?', timeout: '1h' } },
      { kind: 'wait', for: { approval: 'sure?' }, timeoutMs: 3_600_000 },
    ],
    [
      { request: { method: 'POST', url: 'http://x', headers: { a: 'b' }, body: { n: 1 }, expect: 201 } },
      {
        kind: 'tool_call',
        tool: 'http.request',
        input: { method: 'POST', url: 'http://x', headers: { a: 'b' }, json: { n: 1 }, expectStatus: [201] },
      },
    ],
    [
      { request: { url: 'http://x', body: 'text', expect: [200, 204] } },
      {
        kind: 'tool_call',
        tool: 'http.request',
        input: { url: 'http://x', body: 'text', expectStatus: [200, 204] },
      },
    ],
    [
      { forEach: '{{ range(3) }}', as: 'n', width: 2, do: { tool: 'data.echo', input: '{{ n }}' } },
      {
        kind: 'for_each',
        items: 'range(3)',
        as: 'n',
        width: 2,
        do: { kind: 'tool_call', tool: 'data.echo', input: '{{ n }}' },
      },
    ],
    [
      { forEach: [1, 2], do: { command: 'x' } },
      { kind: 'for_each', items: [1, 2], do: { kind: 'system_cmd', command: 'x' } },
    ],
    [
      { kind: 'wait', for: { durationMs: '30s' }, timeout: '1s' },
      { kind: 'wait', for: { durationMs: 30_000 }, timeoutMs: 1000 },
    ],
    [
      { kind: 'for_each', items: 'range(2)', do: { tool: 'a.b' } },
      { kind: 'for_each', items: 'range(2)', do: { kind: 'tool_call', tool: 'a.b' } },
    ],
  ])('%j', (short, long) => {
    expect(actionOf(short)).toEqual(long);
    expect(actionOf(actionOf(short) as Json)).toEqual(long);
  });

  test.each<[Json, string]>([
    [{ prompt: 'hi' }, "this version does not have the action 'prompt' yet"],
    [{ if: 'true', else: [] }, "this version does not have the action 'if' yet"],
    [{ repeat: {} }, "this version does not have the action 'repeat' yet"],
    [{ plan: 'x.yaml' }, "this version does not have the action 'plan' yet"],
    [{ work: 'dig' }, "this version does not have the action 'work' yet"],
    [{ kind: 'llm_prompt' }, "this version does not have the action 'llm_prompt' yet"],
    [{ kind: 'tool_cal' }, "expected one of tool_call, system_cmd, wait, for_each, got 'tool_cal'"],
    [
      { tol: 'a.b' },
      'expected an action with one of the keys tool, command, request, wait, forEach, got tol',
    ],
    [{}, 'got an empty map'],
    ['fs.stat', 'expected an action with one of the keys'],
    [{ tool: 'a.b', command: 'x' }, 'got tool and command'],
    [{ tool: 'nodot' }, 'expected a tool name of the form domain.tool, got "nodot"'],
    [{ command: 'x', args: [{}] }, 'expected a string or a number or true or false'],
    [{ wait: 'soon' }, 'expected a duration such as 250ms, 30s, 5m or 2h, got "soon"'],
    [{ wait: { until: 'noon' } }, 'expected an instant such as'],
    [{ wait: { sginal: 'x' } }, "the key 'sginal' is not known here"],
    [{ wait: '1s', widht: 1 }, "the key 'widht' is not known here"],
    [
      { forEach: 'range(2)', do: { wait: '1s' } },
      'expected an action with one of the keys tool, command, request, got wait',
    ],
    [{ forEach: 5, do: { tool: 'a.b' } }, 'expected a string or a list, got 5'],
    [{ forEach: [], do: { tool: 'a.b' }, as: 'in-valid' }, 'got "in-valid"'],
    [{ forEach: [], do: { tool: 'a.b' }, as: 'tasks' }, "the loop variable cannot be called 'tasks'"],
  ])('%j is refused', (action, message) => {
    expect(problemsOf(withTask({ action })).join('\n')).toContain(message);
  });
});

describe('short forms elsewhere', () => {
  test('E1: durations, instants, checks and conditions', () => {
    const { plan, goal } = planFromValue({
      version: 1,
      goal: {
        name: 'x',
        deadline: '1970-01-02',
        constraints: { time: { maxDuration: '1h' } },
        successCriteria: [{ id: 'c', check: 'true' }],
      },
      strategy: { retry: { backoff: { base: '1s', cap: 5000 } }, estimatedDuration: '1m' },
      resources: { calls: { kind: 'rate', capacity: 3, interval: '1m' } },
      tasks: {
        a: {
          action: { tool: 'a.b' },
          timeout: '30s',
          heartbeat: '5s',
          approvalTimeout: '1d',
          when: true,
          estimate: { expected: '2m', p50: '1m' },
          probe: { command: 'probe' },
          compensate: { request: { url: 'http://x' } },
          successCriteria: [
            { id: 'c', check: { expression: '{{ output.ok }}' } },
            { id: 'd', check: { schema: { type: 'object' } } },
          ],
          contingencies: ['again'],
        },
        b: { action: { tool: 'a.b' }, timeoutMs: 5 },
      },
      dependencies: [{ from: 'a', to: 'b', type: 'temporal', minLag: '1s', maxLag: '2s' }],
      contingencies: [
        {
          id: 'again',
          maxDuration: '1m',
          actions: [
            { id: 'r', do: { retry: { delay: '2s' } }, onFailure: 's' },
            { id: 's', do: { command: 'x' } },
            { id: 't', do: { skip: true } },
          ],
        },
      ],
    }).document;
    expect(goal).toMatchObject({
      deadlineAt: 86_400_000,
      constraints: { time: { maxDurationMs: 3_600_000 } },
    });
    expect(goal.successCriteria).toEqual([{ id: 'c', check: { expression: 'true' } }]);
    expect(plan.strategy).toEqual({
      retry: { backoff: { baseMs: 1000, capMs: 5000 } },
      estimatedDurationMs: 60_000,
    });
    expect(plan.resources).toEqual({ calls: { kind: 'rate', capacity: 3, intervalMs: 60_000 } });
    expect(plan.tasks['a']).toMatchObject({
      timeoutMs: 30_000,
      heartbeatMs: 5000,
      approvalTimeoutMs: 86_400_000,
      when: 'true',
      estimate: { expectedMs: 120_000, p50Ms: 60_000 },
      probe: { kind: 'system_cmd', command: 'probe' },
      compensate: { kind: 'tool_call', tool: 'http.request', input: { url: 'http://x' } },
      successCriteria: [{ check: { expression: 'output.ok' } }, { check: { schema: { type: 'object' } } }],
    });
    expect(plan.dependencies).toEqual([
      { from: 'a', to: 'b', type: 'temporal', minLagMs: 1000, maxLagMs: 2000 },
    ]);
    expect(plan.contingencies?.[0]).toMatchObject({
      maxDurationMs: 60_000,
      actions: [
        { do: { retry: { delayMs: 2000 } } },
        { do: { action: { kind: 'system_cmd', command: 'x' } } },
        { do: { skip: true } },
      ],
    });
  });

  test('the goal can be its name, or be left out', () => {
    const tasks = { a: { action: { tool: 'a.b' } } };
    expect(planFromValue({ version: 1, goal: 'Do it', tasks }).document.goal).toEqual({ name: 'Do it' });
    expect(planFromValue({ version: 1, tasks }, { name: 'nightly' }).document.goal).toEqual({
      name: 'nightly',
    });
    const text = 'version: 1\ntasks: { a: { action: { tool: a.b } } }\n';
    expect(parsePlanDocument(text, { file: '/x/publish.report.yaml' }).document.goal.name).toBe(
      'publish.report',
    );
    expect(parsePlanDocument(text).document.goal.name).toBe('plan');
  });

  test('undefined members are as if they were not there', () => {
    const { plan } = planFromValue({
      version: 1,
      goal: undefined,
      tasks: { a: { action: { tool: 'a.b', input: { x: undefined } }, when: undefined } },
    }).document;
    expect(plan.tasks['a']).toEqual({ action: { kind: 'tool_call', tool: 'a.b', input: {} } });
  });
});

describe('refusals', () => {
  test.each<[unknown, string[]]>([
    [5, [': expected a map with version, goal and tasks, got 5']],
    [{ tasks: { a: { action: { tool: 'a.b' } } } }, ['version: expected version: 1, but it is missing']],
    [
      { version: 2, tasks: { a: { action: { tool: 'a.b' } } } },
      ['version: this version reads plan documents of version 1, got version 2'],
    ],
    [{ version: '1', tasks: { a: { action: { tool: 'a.b' } } } }, ['version: expected version: 1, got "1"']],
    [{ version: 1 }, ['tasks: expected a map of tasks by id, but it is missing']],
    [{ version: 1, tasks: {} }, ['tasks: expected a map of tasks by id, got an empty one']],
    [{ version: 1, tasks: [] }, ['tasks: expected a map of tasks by id, got a list: []']],
    [
      withTask({ action: { tool: 'a.b' }, prioritty: 3, priority: 30 }),
      [
        "tasks.a.prioritty: the key 'prioritty' is not known here",
        'tasks.a.priority: expected at most 10, got 30',
      ],
    ],
    [
      withTask({ action: { tool: 'a.b' }, timeout: '1s', timeoutMs: 2 }),
      ["tasks.a.timeoutMs: 'timeoutMs' is there twice: as timeoutMs and in its short form"],
    ],
    [
      withTask({ action: { tool: 'a.b' }, effect: 'twice' }),
      ['tasks.a.effect: expected one of idempotent, keyed, once, got "twice"'],
    ],
    [
      withTask({ action: { tool: 'a.b' }, successCriteria: [{ id: 'c', check: { tol: 'x' } }] }),
      [
        'tasks.a.successCriteria[0].check.tol: expected a check with one of the keys expression, schema, tool, ask, got tol',
      ],
    ],
    [
      { version: 1, tasks: { 'a b': { action: { tool: 'a.b' } } } },
      ["tasks['a b']: expected 1 to 128 letters, digits, dots, underscores or hyphens, got 'a b'"],
    ],
    [
      {
        version: 1,
        inputs: { n: { type: 'integer', default: 'x' } },
        tasks: { a: { action: { tool: 'a.b' } } },
      },
      ['inputs.n.default: expected a whole number as the type says, got "x"'],
    ],
    [
      { version: 1, tasks: { a: { action: { tool: 'a.b', input: { n: Number.NaN } } } } },
      ['tasks.a.action.input.n: expected a number that JSON can hold, got NaN'],
    ],
    [
      { version: 1, tasks: { a: { action: { tool: 'a.b', input: { at: new Date(0) } } } } },
      ['tasks.a.action.input.at: expected a JSON value, got an instance of Date'],
    ],
    [
      JSON.parse('{"version": 1, "tasks": {"__proto__": {"action": {"tool": "a.b"}}}}'),
      ["tasks.__proto__: the key '__proto__' is not allowed"],
    ],
  ])('%j', (value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  test('values that hold themselves are too deep, not endless', () => {
    const endless: { [key: string]: unknown } = { version: 1 };
    endless['tasks'] = endless;
    expect(problemsOf(endless)[0]).toContain('nested 100 deep');
  });

  test('E2: all problems come at once, also next to what is broken', () => {
    const problems = problemsOf({
      version: 1,
      taks: {},
      tasks: {
        a: { action: { tool: 'a.b' }, after: ['zz', 'b'], priority: 'high' },
        b: { after: ['a'], action: { tool: 'a.b', input: '{{ tasks.q.output }}' }, colour: 'red' },
      },
      dependencies: [{ from: 'a', to: 'a' }],
    });
    expect(problems).toEqual([
      "taks: the key 'taks' is not known here",
      'tasks.a.priority: expected a number, got "high"',
      "tasks.b.colour: the key 'colour' is not known here",
      "tasks.a.after[0]: there is no task 'zz'",
      "tasks.b.action.input: there is no task 'q'",
      "dependencies[0]: task 'a' depends on itself",
      expect.stringContaining('wait for each other in a circle'),
    ]);
  });

  test('the message names the first problem and the number of them', () => {
    const one = refusalOf(() =>
      planFromValue({ version: 1, tasks: { a: { action: { tool: 'a.b' }, after: ['aa'] } } }),
    );
    expect(one.code).toBe('INPUT_INVALID');
    expect(one.message).toBe("The plan has a problem: tasks.a.after[0]: there is no task 'aa'.");
    const many = refusalOf(() => parsePlanDocument('tasks: {}', { file: 'p.yaml' }));
    expect(many.message).toMatch(/^p\.yaml has 2 problems; the first: line 1, column 1: version: /);
  });
});

describe('there and back', () => {
  test('the long form reads as the same document, as value, JSON and YAML', () => {
    fc.assert(
      fc.property(planDocument, (short) => {
        const { document, graph } = planFromValue(short);
        const long = expandPlanDocument(document);
        expect(planFromValue(long)).toEqual({ document, graph });
        expect(expandPlanDocument(planFromValue(long).document)).toEqual(long);
        expect(parsePlanDocument(printPlanDocument(document, 'json'), { format: 'json' }).document).toEqual(
          document,
        );
        expect(parsePlanDocument(printPlanDocument(document, 'yaml')).document).toEqual(document);
      }),
    );
  });

  test('what was read is what the model takes', () => {
    fc.assert(
      fc.property(planDocument, (short) => {
        const { document } = planFromValue(short);
        expect(GoalSpec.safeParse(document.goal).success).toBe(true);
        expect(PlanSpec.safeParse(document.plan).success).toBe(true);
        expect(Object.keys(document.plan.tasks)).toEqual(Object.keys(short['tasks'] as object));
      }),
    );
  });

  test('reading changes nothing in the value that is read', () => {
    fc.assert(
      fc.property(planDocument, (short) => {
        const before = JSON.stringify(short);
        planFromValue(short);
        expect(JSON.stringify(short)).toBe(before);
      }),
    );
  });
});

describe('garbage', () => {
  const isRefused = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      expect((error as EngineError).code).toBe('INPUT_INVALID');
      expect((error as EngineError).problems.length).toBeGreaterThan(0);
    }
  };

  test('values end in a document or in an EngineError', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => isRefused(() => planFromValue(value))),
      { numRuns: 500 },
    );
  });

  test('documents with any value in any place end in a document or in an EngineError', () => {
    fc.assert(
      fc.property(planDocument, fc.jsonValue(), fc.infiniteStream(fc.nat(100)), (short, junk, chances) => {
        let place: unknown = short;
        let parent: { [key: string]: unknown } | undefined;
        let key = '';
        while (
          typeof place === 'object' &&
          place !== null &&
          Object.keys(place).length > 0 &&
          ((chances.next().value ?? 0) > 20 || parent === undefined)
        ) {
          const keys = Object.keys(place);
          parent = place as { [key: string]: unknown };
          key = keys[(chances.next().value ?? 0) % keys.length] ?? '';
          place = parent[key];
        }
        if (parent !== undefined) parent[key] = junk;
        isRefused(() => planFromValue(short));
      }),
      { numRuns: 1000 },
    );
  });

  test('texts end in a document or in an EngineError', () => {
    const piece = fc.constantFrom(
      'version: 1\n',
      'tasks:\n',
      '  a:\n',
      '    action: ',
      '{ tool: a.b }',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      ': ',
      '&x ',
      '*x',
      '!!binary ',
      '? ',
      '|\n',
      '# ',
      '\t',
      '{{ ',
      ' }}',
      '%YAML 1.1\n',
      '---\n',
      '\u0000',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        fc.constantFrom('yaml', 'json', undefined),
        (text, format) => isRefused(() => parsePlanDocument(text, format === undefined ? {} : { format })),
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    '['.repeat(50_000),
    '{a: '.repeat(50_000),
    '- '.repeat(50_000),
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  ])('deep nesting is refused, not the end of the process', (text) => {
    isRefused(() => parsePlanDocument(text));
    isRefused(() => parsePlanDocument(text, { format: 'json' }));
  });

  test('aliases that multiply are refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...['b', 'c', 'd', 'e', 'f'].map(
        (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcde'[index]}`).join(',')}]`,
      ),
    ].join('\n');
    expect(refusalOf(() => parsePlanDocument(bomb)).problems[0]?.message).toContain('aliases multiply');
  });

  test('anchors and aliases are understood', () => {
    const text = 'version: 1\ntasks:\n  a: { action: &go { tool: a.b } }\n  b: { action: *go, after: [a] }\n';
    expect(parsePlanDocument(text).document.plan.tasks['b']?.action).toEqual({
      kind: 'tool_call',
      tool: 'a.b',
    });
  });
});
