// Admission: what a plan asks for must exist, fit, come before, and be possible.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GoalSpecInput } from '#src/model/goal.js';
import type { PlanSpecInput } from '#src/model/plan.js';
import type { Json } from '#src/model/scalars.js';
import { createExpressions } from '#src/services/expression/expressions.js';
import { admit } from '#src/services/planning/admission/admission.js';
import type { AdmissionOptions } from '#src/services/planning/admission/admission.js';
import { buildGraph } from '#src/services/planning/graph.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import { defineTool } from '#src/services/tools/tool.js';
import { acyclicPlan, call } from '../sample-plans.js';

const expressions = createExpressions();
const tools = createToolRegistry([
  defineTool({
    name: 'data.echo',
    description: 'x',
    input: z.unknown(),
    output: z.unknown(),
    run: (input) => input,
  }),
  defineTool({
    name: 'mail.send',
    description: 'x',
    input: z
      .object({
        to: z.email(),
        count: z.number().int().max(9).default(1),
        tags: z.array(z.string()).optional(),
        options: z.object({ urgent: z.boolean() }).optional(),
        headers: z.record(z.string(), z.object({ value: z.string() })).optional(),
        free: z.looseObject({}).optional(),
      })
      .refine((input) => input.to !== 'nobody@example.org', { error: 'nobody reads it' }),
    output: z.unknown(),
    run: () => null,
  }),
  defineTool({
    name: 'slow.check',
    description: 'x',
    input: z.string().refine(async () => false),
    output: z.unknown(),
    run: () => null,
  }),
]);
const machine = { cpus: 2, memoryMb: 8000 };

function problemsOf(plan: PlanSpecInput, options: Partial<AdmissionOptions> = {}): string[] {
  const { graph, problems } = buildGraph(plan, expressions);
  expect(problems).toEqual([]);
  return admit(plan, graph, { expressions, tools, machine, ...options }).map(
    (one) => `${one.path}: ${one.message}${one.hint === undefined ? '' : ` ${one.hint}`}`,
  );
}
const goal = (more: Partial<GoalSpecInput>): GoalSpecInput => ({ name: 'x', ...more });
const mail = (input: Json): PlanSpecInput => ({
  inputs: { x: {} },
  tasks: { a: { action: { kind: 'tool_call', tool: 'mail.send', input } } },
});

describe('tools', () => {
  test('are known wherever they are named', () => {
    const step = { kind: 'tool_call' as const, tool: 'data.ecko', input: {} };
    const hint = "Did you mean 'data.echo'?";
    const plan: PlanSpecInput = {
      tasks: {
        a: {
          action: step,
          probe: step,
          compensate: step,
          successCriteria: [{ id: 'c', check: { tool: 'data.ecko' } }],
          requires: { tools: ['data.ecko'] },
        },
        b: { action: { kind: 'for_each', items: [1], do: step } },
      },
      contingencies: [{ id: 'c', actions: [{ id: 's', do: { action: step } }] }],
      planCriteria: [{ id: 'c', check: { tool: 'data.ecko' } }],
    };
    const wanted = goal({
      successCriteria: [{ id: 'c', check: { tool: 'data.ecko' } }],
      constraints: { resource: { requiredTools: ['data.ecko'] } },
    });
    expect(problemsOf(plan, { goal: wanted })).toEqual(
      [
        'tasks.a.action.tool',
        'tasks.a.probe.tool',
        'tasks.a.compensate.tool',
        'tasks.a.successCriteria[0].check.tool',
        'tasks.a.requires.tools[0]',
        'tasks.b.action.do.tool',
        'contingencies[0].actions[0].do.action.tool',
        'planCriteria[0].check.tool',
        'goal.successCriteria[0].check.tool',
        'goal.constraints.resource.requiredTools[0]',
      ].map((path) => `${path}: there is no tool 'data.ecko' ${hint}`),
    );
    expect(problemsOf(plan, { tools: undefined })).toEqual([]);
  });

  test.each<[Json, string[]]>([
    [{ to: 'a@example.org' }, []],
    [
      {
        to: '{{ inputs.x }}',
        count: '{{ inputs.x }}',
        tags: '{{ inputs.x }}',
        options: { urgent: '{{ inputs.x }}' },
      },
      [],
    ],
    ['{{ inputs.x }}', []],
    [{ to: 'someone-{{ inputs.x }}' }, []],
    [{ to: 'a@example.org', headers: { any: { value: 'x' } }, free: { any: 1 } }, []],
    [{}, ['tasks.a.action.input.to: expected a string, but it is missing']],
    [{ to: 5 }, ['tasks.a.action.input.to: expected a string, got 5']],
    [{ to: 'x' }, ['tasks.a.action.input.to: expected a valid email, got "x"']],
    [{ to: 'a@example.org', count: 10 }, ['tasks.a.action.input.count: expected at most 9, got 10']],
    [{ to: 'a@example.org', tags: ['x', 1] }, ['tasks.a.action.input.tags[1]: expected a string, got 1']],
    [
      { to: 'a@example.org', cout: 1 },
      [
        "tasks.a.action.input.cout: the input has no 'cout'; it has to, count, tags, options, headers, free Did you mean 'count'?",
      ],
    ],
    [
      { to: '{{ inputs.x }}', options: { urgnt: true } },
      [
        "tasks.a.action.input.options.urgnt: the input has no 'urgnt'; it has urgent Did you mean 'urgent'?",
        'tasks.a.action.input.options.urgent: expected true or false, but it is missing',
      ],
    ],
    [
      { to: 'a@example.org', headers: { any: { vale: 'x', value: 'y' } } },
      ["tasks.a.action.input.headers.any.vale: the input has no 'vale'; it has value Did you mean 'value'?"],
    ],
    [
      { to: 'a@example.org', count: 'n={{ inputs.x }}' },
      [
        "tasks.a.action.input.count: expected number, got text that is put together: 'n={{ inputs.x }}' A value that is one `{{ … }}` and nothing else keeps its type.",
      ],
    ],
    [
      { to: 'nobody@example.org' },
      ['tasks.a.action.input: nobody reads it, got a map: {"to":"nobody@example.org"}'],
    ],
    [[1], ['tasks.a.action.input: expected a map, got a list: [1]']],
  ])('I1, I2: get an input that fits: %j', (input, problems) => {
    expect(problemsOf(mail(input))).toEqual(problems);
  });

  test('with checks that take time are not asked before the run', () => {
    expect(
      problemsOf({ tasks: { a: { action: { kind: 'tool_call', tool: 'slow.check', input: 'x' } } } }),
    ).toEqual([]);
  });

  test('programs are on the list when there is one', () => {
    const plan: PlanSpecInput = {
      inputs: { x: {} },
      tasks: {
        a: { action: { kind: 'system_cmd', command: 'nod' } },
        b: { action: { kind: 'system_cmd', command: '{{ inputs.x }}' } },
        c: { action: { kind: 'system_cmd', command: 'node' } },
      },
    };
    expect(problemsOf(plan)).toEqual([]);
    expect(problemsOf(plan, { commands: { allowed: ['node', 'git'] } })).toEqual([
      "tasks.a.action.command: the program 'nod' is not allowed; allowed: node, git Did you mean 'node'?",
    ]);
  });
});

describe('references outside of the order', () => {
  const undo = (input: Json) => ({ kind: 'tool_call' as const, tool: 'data.echo', input });

  test('O1: a compensation reads its own task and those before it', () => {
    const plan: PlanSpecInput = {
      tasks: {
        a: call(),
        b: call({}, { after: ['a'] }),
        c: call(
          {},
          {
            after: ['b'],
            compensate: undo(
              '{{ [output, tasks.c.output, tasks.a.output, default(tasks.d.output, 1), tasks.d.output] }}',
            ),
          },
        ),
        d: call(),
      },
    };
    expect(problemsOf(plan)).toEqual([
      "tasks.c.compensate.input: `tasks.d.output` may not be there: nothing makes 'c' come after 'd' Add 'd' to `after` of 'c'.",
    ]);
  });

  test('O2: the condition of a dependency reads tasks before the task that it guards', () => {
    const tasks = { a: call(), b: call(), c: call(), d: call() };
    const on = (when: string): PlanSpecInput => ({
      tasks,
      dependencies: [{ from: 'a', to: 'b', type: 'on_condition', when }],
    });
    expect(problemsOf(on('tasks.a.output.ok'))).toEqual([]);
    expect(problemsOf(on('tasks.c.output.ok'))[0]).toContain("nothing makes 'b' come after 'c'");
    expect(problemsOf(on('tasks.zz.output.ok'))).toEqual(["dependencies[0].when: there is no task 'zz'"]);
    expect(problemsOf(on('tasks.a.output.ok =='))).toEqual([
      'dependencies[0].when: expected a value, got the end',
    ]);
  });

  test('O3: a contingency reads tasks before every task that uses it', () => {
    const plan: PlanSpecInput = {
      tasks: {
        a: call(),
        b: call({}, { after: ['a'], contingencies: ['c'] }),
        d: call({}, { contingencies: ['c'] }),
      },
      contingencies: [{ id: 'c', actions: [{ id: 's', do: { action: undo('{{ tasks.a.output }}') } }] }],
    };
    expect(problemsOf(plan)).toEqual([
      "contingencies[0].actions[0].do.action.input: `tasks.a.output` may not be there: nothing makes 'd' come after 'a' Add 'a' to `after` of 'd'.",
    ]);
  });

  test('O4: the goal may read any task', () => {
    const wanted = goal({
      successCriteria: [
        {
          id: 'c',
          check: { tool: 'data.echo', input: '{{ tasks.a.output }}', expect: 'result == tasks.b.output' },
        },
      ],
      failureConditions: [{ id: 'f', expression: "tasks.zz.status == 'failed'" }],
    });
    expect(problemsOf({ tasks: { a: call(), b: call() } }, { goal: wanted })).toEqual([
      "goal.failureConditions[0].expression: there is no task 'zz'",
    ]);
  });
});

describe('capacity', () => {
  test('what could never be given is refused', () => {
    const wanted = goal({ constraints: { resource: { maxMemoryMb: 500, maxDiskMb: 10 } } });
    const plan: PlanSpecInput = {
      tasks: {
        a: call({}, { requires: { memoryMb: 9000, cpuPercent: 90, diskMb: 11 } }),
        b: call({}, { requires: { memoryMb: 100, cpuPercent: 50 } }),
      },
    };
    expect(problemsOf(plan, { goal: wanted, machine: { ...machine, cpuPercent: 80 } })).toEqual([
      "tasks.a.requires.memoryMb: task 'a' asks for 9000 MB, this machine gives at most 8000 MB: it could never be satisfied Ask for less, or split the task.",
      "tasks.a.requires.cpuPercent: task 'a' asks for 90 %, this machine gives at most 80 %: it could never be satisfied Ask for less, or split the task.",
      "tasks.a.requires.memoryMb: task 'a' asks for 9000 MB, the goal's constraint is 500 MB: it could never be satisfied Ask for less, or split the task.",
      "tasks.a.requires.diskMb: task 'a' asks for 11 MB, the goal's constraint is 10 MB: it could never be satisfied Ask for less, or split the task.",
    ]);
  });

  test('named resources exist and are large enough', () => {
    const plan: PlanSpecInput = {
      resources: { seat: { capacity: 2 }, odd: { capacity: 1, initial: 2 } },
      tasks: {
        a: call({}, { requires: { resources: [{ name: 'seat', amount: 3 }] } }),
        b: call({}, { requires: { resources: [{ name: 'seat' }, { name: 'seat', amount: 2 }] } }),
        c: call({}, { requires: { resources: [{ name: 'seats' }] } }),
      },
    };
    expect(problemsOf(plan)).toEqual([
      "tasks.a.requires.resources[0].amount: task 'a' asks for 3 of 'seat', whose capacity is 2: it could never be satisfied",
      "tasks.b.requires.resources[1].amount: task 'b' asks for 3 of 'seat', whose capacity is 2: it could never be satisfied",
      "tasks.c.requires.resources[0].name: there is no resource 'seats' Did you mean 'seat'?",
      "resources.odd.initial: 'odd' begins with 2, more than its capacity of 1",
    ]);
  });

  test('what is used up is there, counting what is sure to run', () => {
    const use = (amount: number, more = {}) =>
      call({}, { requires: { resources: [{ name: 'dollars', amount, when: 'start' }] }, ...more });
    const plan = (tasks: PlanSpecInput['tasks']): PlanSpecInput => ({
      resources: { dollars: { kind: 'consumable', initial: 5 } },
      tasks,
    });
    expect(
      problemsOf(plan({ a: use(3), b: use(2), c: use(9, { optional: true }), d: use(9, { when: 'true' }) })),
    ).toEqual([]);
    expect(problemsOf(plan({ a: use(3), b: use(3) }))[0]).toContain(
      "the tasks use 6 of 'dollars', but there are only 5 at the start",
    );
    const loop: PlanSpecInput['tasks'] = {
      a: {
        ...use(2),
        action: { kind: 'for_each', items: [1, 2, 3], do: { kind: 'tool_call', tool: 'data.echo' } },
      },
    };
    expect(problemsOf(plan(loop))[0]).toContain('the tasks use 6');
  });

  test('what is made comes in time', () => {
    const make = call({}, { requires: { resources: [{ name: 'parts', amount: 2, when: 'end' }] } });
    const use = (after: string[]) =>
      call({}, { after, requires: { resources: [{ name: 'parts', amount: 2, when: 'start' }] } });
    const plan = (tasks: PlanSpecInput['tasks']): PlanSpecInput => ({
      resources: { parts: { kind: 'producible' } },
      tasks,
    });
    expect(problemsOf(plan({ make, use: use(['make']) }))).toEqual([]);
    expect(problemsOf(plan({ make, use: use([]) }))).toEqual([]);
    expect(problemsOf(plan({ use: use([]), make: { ...make, after: ['use'] } }))[0]).toContain(
      "task 'use' needs 2 of 'parts', but there are only 0 before it: it would wait for ever",
    );
    expect(problemsOf(plan({ use: use([]) }))[0]).toContain("the tasks use 2 of 'parts'");
  });

  test('a lock is asked for once', () => {
    const plan: PlanSpecInput = {
      tasks: { a: call({}, { requires: { locks: [{ name: 'l' }, { name: 'l', mode: 'shared' }] } }) },
    };
    expect(problemsOf(plan)).toEqual([
      "tasks.a.requires.locks[1].name: task 'a' asks for the lock 'l' twice: it would wait for itself",
    ]);
  });
});

describe('names', () => {
  test('dependencies make sense', () => {
    const tasks = { a: call(), b: call() };
    const plan: PlanSpecInput = {
      tasks,
      dependencies: [
        { from: 'a', to: 'b', type: 'on_condition' },
        { from: 'a', to: 'b', when: 'true' },
        { from: 'a', to: 'b', maxLagMs: 5 },
        { from: 'a', to: 'b', type: 'temporal', minLagMs: 5, maxLagMs: 4 },
      ],
    };
    expect(problemsOf(plan).map((one) => one.split(' ', 4).join(' '))).toHaveLength(4);
    expect(problemsOf(plan)[0]).toContain('on_condition needs `when`');
    expect(problemsOf(plan)[1]).toContain('`when` belongs to the type on_condition, got the type sequential');
    expect(problemsOf(plan)[2]).toContain('a lag belongs to the type temporal');
    expect(problemsOf(plan)[3]).toContain('the shortest lag (5 ms) is longer than the longest (4 ms)');
  });

  test('contingencies, their steps and fallbacks exist, once, and end', () => {
    const skip = { skip: true } as const;
    const plan: PlanSpecInput = {
      tasks: { a: call({}, { contingencies: ['agian', 'one'], parentTaskId: 'b' }) },
      contingencies: [
        {
          id: 'again',
          fallback: 'one',
          actions: [
            { id: 's', do: skip, onFailure: 'tt' },
            { id: 's', do: skip },
          ],
        },
        { id: 'one', fallback: 'again', actions: [{ id: 's', do: skip }] },
        { id: 'one', fallback: 'zero', actions: [{ id: 's', do: skip }] },
      ],
    };
    expect(problemsOf(plan)).toEqual([
      "contingencies[2].id: the contingency 'one' is there twice",
      "contingencies[0].actions[1].id: the step 's' is there twice",
      "contingencies[0].actions[0].onFailure: there is no step 'tt'",
      "contingencies[2].fallback: there is no contingency 'zero'",
      "tasks.a.contingencies[0]: there is no contingency 'agian' Did you mean 'again'?",
      "tasks.a.parentTaskId: there is no task 'b'",
    ]);
    const circle: PlanSpecInput = {
      tasks: { a: call() },
      contingencies: ['x', 'y'].map((id) => ({
        id,
        fallback: id === 'x' ? 'y' : 'x',
        actions: [{ id: 's', do: skip }],
      })),
    };
    expect(problemsOf(circle)[0]).toBe(
      'contingencies[0].fallback: the contingencies fall back in a circle: x → y → x',
    );
  });

  test('criteria can be checked', () => {
    const plan: PlanSpecInput = {
      tasks: {
        a: call(
          {},
          {
            successCriteria: [
              { id: 'c', check: { ask: 'Is it good?' } },
              { id: 'c', check: { schema: { type: 'object' } } },
              { id: 'd', check: { schema: { $ref: '#/nowhere' } } },
            ],
          },
        ),
      },
    };
    const wanted = goal({
      constraints: { safety: [{ id: 's', kind: 'x', description: 'x', prohibit: '(a' }] },
    });
    const problems = problemsOf(plan, { goal: wanted });
    expect(problems[0]).toBe("tasks.a.successCriteria[1].id: the criterion 'c' is there twice");
    expect(problems[1]).toContain("the criterion 'c' asks a language model, and there is none");
    expect(problems[2]).toMatch(/^tasks\.a\.successCriteria\[2\]\.check\.schema: expected a JSON Schema: /);
    expect(problems[3]).toContain('goal.constraints.safety[0].prohibit: the pattern cannot be used');
    expect(problems).toHaveLength(4);
    expect(
      problemsOf(
        { tasks: { a: call({}, { successCriteria: [{ id: 'c', check: { ask: 'x' } }] }) } },
        { hasModel: true },
      ),
    ).toEqual([]);
  });
});

describe('properties', () => {
  test('plans without cycles and with known tools are admitted', () => {
    fc.assert(
      fc.property(acyclicPlan, (plan) => {
        expect(problemsOf(plan)).toEqual([]);
      }),
    );
  });

  test('every task whose tool is not there is named', () => {
    fc.assert(
      fc.property(acyclicPlan, (plan) => {
        const { graph } = buildGraph(plan, expressions);
        const found = admit(plan, graph, { expressions, tools: createToolRegistry([]) });
        expect(found.map((one) => one.path)).toEqual(graph.ids.map((id) => `tasks.${id}.action.tool`));
      }),
    );
  });
});
