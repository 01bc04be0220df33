// What a goal is asked for with: words, documents, bad input, and a look at the plan before.
import { describe, expect, test } from 'vitest';
import { createEngine, EngineError } from '#src/index.js';
import { createQuick, echo, factsOf, note, openWorkbench, plan, settle } from './workbench.js';

describe('goals in words', () => {
  const planner = (make: (words: string) => unknown) => ({
    name: 'tester',
    plan: (goal: { rawInput: string }) => Promise.resolve(make(goal.rawInput) as never),
  });

  test('are planned by the host’s planner, checked like a document', async () => {
    const bench = await openWorkbench({
      planner: planner((words) => ({ tasks: { say: { action: note(words) } } })),
    });
    const goal = await bench.engine.submit('say hello');
    expect(await goal.result()).toMatchObject({ status: 'succeeded', counts: { total: 1, succeeded: 1 } });
    expect(bench.notes).toEqual(['say hello']);
    const created = (await factsOf(goal)).find(({ type }) => type === 'plan.created');
    expect(created?.data).toMatchObject({ version: 1, tasks: 1, method: 'tester' });
  });

  test('fail with what is wrong when the plan is refused, the planner throws, or there is none', async () => {
    for (const [make, reason] of [
      [() => ({ tasks: { say: { action: { tool: 'no.tool' } } } }), /no\.tool/],
      [
        () => {
          throw new Error('no idea');
        },
        /no idea/,
      ],
    ] as const) {
      const bench = await openWorkbench({ planner: { name: 'bad', plan: async () => make() as never } });
      const goal = await bench.engine.submit('do it');
      expect(await goal.result()).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(reason) as string,
      });
    }
    const bench = await openWorkbench();
    const goal = await bench.engine.submit('do it');
    expect(await goal.result()).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/planner/) as string,
    });
  });
});

describe('bad input', () => {
  test.each([
    ['an unknown key', plan({ a: { action: echo(1), afterwards: ['b'] } }), /afterwards/],
    ['an unknown tool', plan({ a: { action: { tool: 'do.ecko' } } }), /do\.ecko/],
    ['an unknown task', plan({ a: { action: echo(1), after: ['b'] } }), /'b'/],
    [
      'a cycle',
      plan({ a: { action: echo(1), after: ['b'] }, b: { action: echo(1), after: ['a'] } }),
      /a → b → a|b → a → b/,
    ],
    ['a wrong type', plan({ a: { action: echo(1), priority: 'high' } }), /priority/],
    ['a reference to nothing', plan({ a: { action: echo('{{ tasks.b.output }}') } }), /'b'/],
    ['no tasks', plan({}), /tasks/],
    ['no words', '   ', /empty/],
  ])('%s is refused with its place, and nothing is stored', async (_, request, message) => {
    const bench = await openWorkbench();
    const error = await bench.engine.submit(request).catch((one: unknown) => one as EngineError);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('INPUT_INVALID');
    expect((error as EngineError).message).toMatch(message);
    expect(await bench.engine.goals()).toEqual([]);
    expect((await bench.engine.diagnose()).store.facts).toBe(0);
  });

  test('inputs that do not fit, and ids that are none', async () => {
    const bench = await openWorkbench();
    const inputs = { n: { type: 'integer' }, text: { type: 'string', default: 'x' } };
    const given = (values: Record<string, unknown>) =>
      bench.engine.submit(plan({ a: { action: echo('{{ inputs.n }}') } }, { inputs }), {
        inputs: values as never,
      });
    await expect(given({})).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/n/) as string,
    });
    await expect(given({ n: 'many' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(given({ n: 1, m: 2 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await (await given({ n: '7' })).result()).tasks['a']?.output).toBe(7);
    await expect(bench.submit({ a: { action: echo(1) } }, {}, { goalId: 'not an id' })).rejects.toMatchObject(
      {
        code: 'INPUT_INVALID',
      },
    );
  });

  test('an input of any type that is no plain JSON harms nobody', async () => {
    const bench = await openWorkbench();
    const goal = await bench.engine
      .submit(plan({ a: { action: echo('{{ inputs.x }}') } }, { inputs: { x: {} } }), {
        inputs: { x: { at: new Date(0), gone: undefined } as never },
      })
      .catch((error: unknown) => error as EngineError);
    if (goal instanceof EngineError) expect(goal.code).toBe('INPUT_INVALID');
    else expect((await goal.result()).status).toBe('succeeded');
    expect((await bench.engine.diagnose()).healthy).toBe(true);
  });

  test('bad options of the engine', async () => {
    const bad = (options: object) => createEngine({ store: 'memory', ...options });
    await expect(bad({ config: { patienceMs: -1 } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(bad({ config: { patience: 1 } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const [tool] = createQuick().tools;
    await expect(bad({ tools: [tool, tool] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('plan()', () => {
  test('looks without running: levels, critical path, problems', async () => {
    const bench = await openWorkbench();
    const preview = await bench.engine.plan(
      plan({
        a: { action: note('a'), estimate: { expected: '1m' } },
        b: { action: note('b'), after: ['a'], estimate: { expected: '2m' } },
        c: { action: note('c') },
      }),
    );
    expect(preview).toMatchObject({ name: 'Test', levels: [['a', 'c'], ['b']], criticalPath: ['a', 'b'] });
    expect(bench.notes).toEqual([]);
    await expect(bench.engine.plan(plan({}))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await settle();
    expect(await bench.engine.goals()).toEqual([]);
  });
});
