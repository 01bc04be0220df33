// Verification: a tool's word is not proof. Tasks, plans and goals are judged by their criteria.
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { createEngine, defineTool } from '#src/index.js';
import {
  afterThis,
  createHeld,
  echo,
  fail,
  freshFolder,
  handClock,
  held,
  note,
  openWorkbench,
  settle,
  statuses,
  story,
  until,
} from './workbench.js';

const criteria = (...checks: unknown[]) => ({
  successCriteria: checks.map((check, i) => ({ id: `c${i}`, ...(check as object) })),
});

describe('a task', () => {
  test('level 1: the tool’s own schema rejects, and is not retried', async () => {
    const liar = defineTool({
      name: 'host.liar',
      description: 'Gives what it does not promise.',
      input: z.object({}),
      output: z.object({ n: z.number() }),
      effect: 'idempotent',
      run: () => ({ n: 'one' }) as never,
    });
    const bench = await openWorkbench({ tools: [liar] });
    const { result, facts } = await bench.run({ a: { action: { tool: 'host.liar' } } });
    expect(result.tasks['a']).toMatchObject({
      status: 'failed',
      attempts: 1,
      failure: { code: 'schema-rejected', class: 'quality', retryable: false },
    });
    expect(story(facts, 'a')).toEqual([
      'attempt.started',
      'attempt.completed',
      'attempt.failed',
      'task.failed',
    ]);
  });

  test('level 1 and 2: JSON Schemas and expressions over the output', async () => {
    const { run } = await openWorkbench();
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 3 } }, required: ['n'] };
    const { result } = await run({
      good: { action: echo({ n: 4 }), ...criteria({ check: { schema } }, { check: 'output.n > 3' }) },
      schema: { action: echo({ n: 1 }), optional: true, ...criteria({ check: { schema } }) },
      bounds: {
        action: echo({ n: 4 }),
        optional: true,
        retry: { maxRetries: 0 },
        ...criteria({ check: 'output.n > 4' }),
      },
      undecided: {
        action: echo({ n: 4 }),
        optional: true,
        retry: { maxRetries: 0 },
        ...criteria({ check: 'output.m > 4' }),
      },
      other: { action: echo(3), ...criteria({ check: 'tasks.good.output.n == output + 1' }) },
    });
    expect(statuses(result)).toEqual({
      good: 'succeeded',
      schema: 'failed',
      bounds: 'failed',
      undecided: 'failed',
      other: 'succeeded',
    });
    expect(result.tasks['bounds']?.failure).toMatchObject({ code: 'constraint-rejected', retryable: true });
    expect(result.tasks['bounds']?.failure?.message).toContain('output.n is 4');
  });

  test('a constraint that fails is retried, and can hold later', async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const goal = await bench.submit({
      a: {
        action: held('a'),
        retry: { maxRetries: 2, backoff: { kind: 'fixed', baseMs: 10 } },
        ...criteria({ check: 'output >= 2' }),
      },
    });
    for (let n = 1; n <= 2; n++) {
      (await bench.held.call('a')).finish(n);
      await settle();
      await clock.advance(10);
    }
    expect((await goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 2, output: 2 });
  });

  test('level 3: what the goal prohibits is in no output, and what it is is not said', async () => {
    const { run } = await openWorkbench();
    const goal = {
      name: 'Careful',
      constraints: {
        safety: [{ id: 'no-keys', kind: 'secret', description: 'No keys', prohibit: 'sk-[a-z]+' }],
      },
    };
    const { result } = await run(
      {
        leak: { action: echo({ deep: ['here: sk-verysecret'] }), optional: true },
        clean: { action: echo('nothing') },
        byKey: { action: echo({ 'sk-key': 1 }), optional: true },
      },
      { goal },
    );
    expect(statuses(result)).toEqual({ leak: 'failed', clean: 'succeeded', byKey: 'failed' });
    expect(result.tasks['leak']?.failure).toMatchObject({ code: 'safety-rejected', retryable: false });
    expect(JSON.stringify(result.tasks['leak']?.failure)).not.toContain('verysecret');
  });

  test('level 5: tools look at the world; only after the cheaper levels have passed', async () => {
    const calls = createHeld();
    const bench = await openWorkbench({ held: calls });
    const tool = (name: string, expects: string) => ({
      check: { tool: 'held.work', input: { name, value: '{{ output }}' }, expect: expects },
    });
    const goal = await bench.submit({
      good: { action: echo(1), ...criteria(tool('look', 'result == output')) },
      bad: {
        action: echo(2),
        optional: true,
        retry: { maxRetries: 0 },
        ...criteria(tool('look2', 'result == 3')),
      },
      broken: {
        action: echo(3),
        optional: true,
        retry: { maxRetries: 0 },
        ...criteria({ check: { tool: 'do.fail' } }),
      },
      cheap: {
        action: echo(4),
        optional: true,
        retry: { maxRetries: 0 },
        ...criteria({ check: 'output == 5' }, tool('never', 'true')),
      },
    });
    const look = await calls.call('look');
    expect(look.value).toBe(1);
    expect((await goal.snapshot()).tasks['good']?.status).toBe('verifying');
    look.finish(1);
    (await calls.call('look2')).finish(2);
    const result = await goal.result();
    expect(statuses(result)).toEqual({ good: 'succeeded', bad: 'failed', broken: 'failed', cheap: 'failed' });
    expect(calls.log).not.toContain('never');
    expect(result.tasks['broken']?.failure?.message).toMatch(/do.fail has failed/);
  });

  test('criteria that are not required are noted, and harm nothing', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      a: { action: echo(1), ...criteria({ required: false, check: 'output == 2' }) },
    });
    expect(result.tasks['a']?.status).toBe('succeeded');
  });

  test('a check that takes too long counts as failed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: {
        action: echo(1),
        retry: { maxRetries: 0 },
        ...criteria({ check: { tool: 'held.work', input: { name: 'slow' } } }),
      },
    });
    const call = await bench.held.call('slow');
    await bench.clock.advance(60_000);
    expect(call.context.signal.aborted).toBe(true);
    expect((await goal.result()).tasks['a']?.status).toBe('failed');
  });

  test('a check that is under way when the engine stops is made again by the next', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const options = { store, durability: 'relaxed' as const, clock: handClock(), held: calls };
    const first = await openWorkbench(options);
    const goal = await first.submit({
      a: { action: held('work'), ...criteria({ check: { tool: 'held.work', input: { name: 'look' } } }) },
    });
    (await calls.call('work')).finish('done');
    const look = await calls.call('look');
    await first.engine.close({ graceMs: 0 });
    expect(look.context.signal.aborted).toBe(true);
    const second = await openWorkbench(options);
    (await calls.call('look')).finish();
    const result = await (await second.engine.goal(goal.id)).result();
    expect(result.tasks['a']).toMatchObject({ status: 'succeeded', attempts: 1, output: 'done' });
    expect(calls.log).toEqual(['work', 'look', 'look']);
  });
});

describe('a plan', () => {
  test('with criteria of its own that do not hold is partial', async () => {
    const { run } = await openWorkbench();
    const { result } = await run(
      { a: { action: echo(1) } },
      { planCriteria: [{ id: 'enough', check: 'tasks.a.output > 1' }] },
    );
    expect(result.status).toBe('partial');
    expect(result.reason).toMatch(/'enough' does not hold/);
  });
});

describe('a goal', () => {
  test('succeeds when its required criteria hold, else it is partial', async () => {
    const { run } = await openWorkbench();
    const goal = (check: unknown, required = true) => ({
      goal: { name: 'Judged', successCriteria: [{ id: 'it-is-so', required, check }] },
    });
    const tasks = { a: { action: echo(1) } };
    const good = (await run(tasks, goal('tasks.a.output == 1'))).result;
    expect(good).toMatchObject({ status: 'succeeded', findings: [{ id: 'it-is-so', passed: true }] });
    const bad = (await run(tasks, goal('tasks.a.output == 2'))).result;
    expect(bad).toMatchObject({ status: 'partial', findings: [{ id: 'it-is-so', passed: false }] });
    expect(bad.reason).toMatch(/it-is-so/);
    expect((await run(tasks, goal('tasks.a.output == 2', false))).result.status).toBe('succeeded');
    const byTool = (await run(tasks, goal({ tool: 'do.echo', input: { value: 5 }, expect: 'result == 5' })))
      .result;
    expect(byTool.status).toBe('succeeded');
  });

  test('fails when a failure condition holds', async () => {
    const { run } = await openWorkbench();
    const { result } = await run(
      { a: { action: echo({ errors: 3 }) } },
      {
        goal: {
          name: 'Judged',
          failureConditions: [{ id: 'too-many', expression: 'tasks.a.output.errors > 2' }],
        },
      },
    );
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringMatching(/too-many/) as string });
  });

  test('criteria see a failed task by its status; one that cannot be decided does not hold', async () => {
    const { run } = await openWorkbench();
    const tasks = { a: { action: echo(1) }, b: { action: fail(), optional: true, retry: { maxRetries: 0 } } };
    const { result } = await run(tasks, {
      goal: {
        name: 'Judged',
        successCriteria: [
          { id: 'x', check: "tasks.b.status == 'failed'" },
          { id: 'y', check: 'tasks.b.output == 1' },
        ],
      },
    });
    expect(result.status).toBe('partial');
    expect(result.findings.map(({ id, passed }) => [id, passed])).toEqual([
      ['x', true],
      ['y', false],
    ]);
  });

  test('judging goes on after a restart', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const options = { store, durability: 'relaxed' as const, clock: handClock(), held: calls };
    const first = await openWorkbench(options);
    const goal = await first.submit(
      { a: { action: note('a') } },
      {
        goal: {
          name: 'Judged',
          successCriteria: [
            {
              id: 'look',
              check: { tool: 'held.work', input: { name: 'look', value: '{{ tasks.a.output }}' } },
            },
          ],
        },
      },
    );
    await calls.call('look');
    expect((await goal.snapshot()).status).toBe('verifying');
    await first.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    const look = await calls.call('look');
    expect(look.value).toBe('a');
    look.finish();
    const result = await (await second.engine.goal(goal.id)).result();
    expect(result).toMatchObject({ status: 'succeeded', completion: 1 });
  });

  test('what is still being checked when the engine closes harms nobody', async () => {
    const calls = createHeld();
    const engine = await createEngine({
      store: 'memory',
      tools: calls.tools,
      endpoint: false,
      clock: handClock(),
    });
    afterThis(() => engine.close());
    await engine.submit({
      version: 1,
      goal: {
        name: 'x',
        successCriteria: [{ id: 'look', check: { tool: 'held.work', input: { name: 'look', deaf: true } } }],
      },
      tasks: { a: { action: { wait: 0 } } },
    });
    const look = await calls.call('look');
    await engine.close({ graceMs: 0 });
    look.finish();
    await settle(20);
  });
});

test('verification of a task that was aborted is stopped', async () => {
  const bench = await openWorkbench();
  const goal = await bench.submit({
    a: { action: echo(1), ...criteria({ check: { tool: 'held.work', input: { name: 'look' } } }) },
  });
  const look = await bench.held.call('look');
  await goal.abort();
  expect(look.context.signal.aborted).toBe(true);
  expect((await goal.result()).status).toBe('aborted');
  await expect(until(goal, 'task.succeeded', 'a')).rejects.toThrow(/ended without/);
});
