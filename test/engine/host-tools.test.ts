// Host tools: what they are told and may do, and outputs that are large.
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { defineTool } from '#src/index.js';
import { echo, expectRefused, freshFolder, held, note, openWorkbench } from './workbench.js';

describe('host tools', () => {
  test('get a parsed input, a context, and report progress that is telemetry and not stored', async () => {
    const seen: unknown[] = [];
    const tool = defineTool({
      name: 'host.add',
      description: 'Adds.',
      input: z.object({ a: z.number(), b: z.number().default(2) }),
      output: z.object({ sum: z.number() }),
      effect: 'idempotent',
      run: ({ a, b }, context) => {
        context.progress(0.5, 'half');
        context.log('adding', { a });
        seen.push({ goalId: context.goalId, taskId: context.taskId, attempt: context.attempt });
        return { sum: a + b };
      },
    });
    const bench = await openWorkbench({ tools: [tool] });
    const progress: unknown[] = [];
    bench.engine.telemetry$.subscribe((one) => {
      if (one.kind === 'progress') progress.push(one);
    });
    const { result, facts } = await bench.run(
      { add: { action: { tool: 'host.add', input: { a: 40 } } } },
      {},
      { goalId: 'sum' },
    );
    expect(result.tasks['add']?.output).toEqual({ sum: 42 });
    expect(seen).toEqual([{ goalId: 'sum', taskId: 'add', attempt: 1 }]);
    expect(progress).toMatchObject([{ goal: 'sum', taskId: 'add', share: 0.5, message: 'half' }]);
    expect(facts.some(({ type }) => type.includes('progress'))).toBe(false);
  });

  test('an error that a tool throws is a failure of the task, not of the engine', async () => {
    const broken = defineTool({
      name: 'host.broken',
      description: 'Throws.',
      input: z.object({ how: z.string() }),
      output: z.any(),
      effect: 'idempotent',
      run: ({ how }) => {
        if (how === 'error') throw new TypeError('cannot read');
        // oxlint-disable-next-line only-throw-error -- tools of others throw what they like
        if (how === 'text') throw 'just text';
        return Promise.reject(new Error('rejected'));
      },
    });
    const bench = await openWorkbench({ tools: [broken] });
    const tasks = Object.fromEntries(
      ['error', 'text', 'promise'].map((how) => [
        how,
        { action: { tool: 'host.broken', input: { how } }, optional: true },
      ]),
    );
    const { result } = await bench.run({ ...tasks, good: { action: echo(1) } });
    expect(result.status).toBe('succeeded');
    expect(result.tasks['error']?.failure).toMatchObject({ class: 'logic', message: 'cannot read' });
    expect(result.tasks['text']?.failure?.message).toBe('just text');
    expect(result.tasks['promise']?.failure?.message).toBe('rejected');
  });

  test('outputs become plain JSON: what JSON leaves out is left out, what it cannot hold fails the task', async () => {
    const odd: Record<string, () => unknown> = {
      nothing: () => undefined,
      partly: () => ({ here: 1, gone: undefined }),
      date: () => ({ at: new Date(0) }),
      big: () => 1n,
      circle: () => {
        const one: Record<string, unknown> = {};
        one['self'] = one;
        return one;
      },
      notANumber: () => ({ n: Number.NaN }),
    };
    const tool = defineTool({
      name: 'host.odd',
      description: 'Gives odd things.',
      input: z.object({ kind: z.string() }),
      output: z.any(),
      effect: 'idempotent',
      run: ({ kind }) => odd[kind]?.() as never,
    });
    const bench = await openWorkbench({ tools: [tool] });
    const { result } = await bench.run(
      Object.fromEntries(
        Object.keys(odd).map((kind) => [
          kind,
          { action: { tool: 'host.odd', input: { kind } }, optional: true },
        ]),
      ),
    );
    expect(result.tasks['nothing']).toMatchObject({ status: 'succeeded', output: null });
    expect(result.tasks['partly']?.output).toEqual({ here: 1 });
    expect(result.tasks['date']?.output).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(result.tasks['notANumber']?.output).toEqual({ n: null });
    for (const kind of ['big', 'circle']) {
      expect(result.tasks[kind]).toMatchObject({ status: 'failed', failure: { code: 'output-invalid' } });
      expect(result.tasks[kind]?.failure?.message).not.toMatch(/bug/);
    }
  });

  test('an input that the schema refuses fails the task before it is called', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run({
      a: { action: echo({ name: 42 }) },
      b: { action: { tool: 'held.work', input: '{{ tasks.a.output }}' } },
    });
    expect(result.tasks['b']).toMatchObject({
      status: 'failed',
      failure: { code: 'input-invalid', effect: 'none' },
    });
    expect(bench.held.log).toEqual([]);
  });

  test('a tool whose own declaration throws stops its goal only, which then gives back what it held', async () => {
    const bad = defineTool({
      name: 'host.bad',
      description: 'Cannot say how it may be repeated.',
      input: z.object({}),
      output: z.any(),
      effect: (): 'once' => {
        throw new Error('no idea');
      },
      run: () => null,
    });
    const bench = await openWorkbench({ tools: [bad] });
    const lock = { locks: [{ name: 'shared' }] };
    const sick = await bench.submit({
      holder: { action: held('holder'), requires: lock },
      first: { action: held('first') },
      bad: { action: { tool: 'host.bad' }, after: ['first'] },
    });
    const well = await bench.submit({ a: { action: note('a'), requires: lock } });
    (await bench.held.call('first')).finish();
    await expect(sick.result()).rejects.toMatchObject({ code: 'GOAL_FAULTED' });
    expect((await well.result()).status).toBe('succeeded');
    expect((await sick.explain()).summary).toMatch(/set aside/);
    await expectRefused(sick.abort(), /set aside/);
    const { healthy, findings } = await bench.engine.diagnose();
    expect(healthy).toBe(false);
    expect(findings).toMatchObject([{ goal: sick.id, severity: 'error' }]);
  });
});

describe('large outputs', () => {
  test('over 64 KiB they lie apart, once for equal content, and can be referred to', async () => {
    const bench = await openWorkbench({ store: await freshFolder(), durability: 'relaxed' });
    const text = 'x'.repeat(200_000);
    const { result, goal } = await bench.run({
      a: { action: echo(text) },
      same: { action: echo(text) },
      size: { action: echo('{{ size(tasks.a.output) }}') },
    });
    expect(result.tasks['size']?.output).toBe(200_000);
    expect(result.tasks['a']?.outputBlob).toBeDefined();
    expect(result.tasks['a']?.outputBlob).toBe(result.tasks['same']?.outputBlob);
    expect((await bench.engine.diagnose()).healthy).toBe(true);
    const { bytes } = await bench.engine.collect({ keep: 0 });
    expect(bytes).toBeGreaterThan(200_000);
    void goal;
  });

  test('over 16 MiB they are refused with what to do', async () => {
    const bench = await openWorkbench();
    const { result } = await bench
      .run({ a: { action: { tool: 'do.big', input: {} } } }, {}, {})
      .catch(() => ({
        result: undefined,
      }));
    expect(result).toBeUndefined();
    const big = defineTool({
      name: 'do.big',
      description: 'Gives too much.',
      input: z.object({}),
      output: z.any(),
      effect: 'idempotent',
      run: () => 'x'.repeat(17 * 1024 * 1024),
    });
    const other = await openWorkbench({ tools: [big] });
    const refused = (await other.run({ a: { action: { tool: 'do.big' } } })).result;
    expect(refused.tasks['a']).toMatchObject({ status: 'failed', failure: { code: 'output-too-large' } });
    expect(refused.tasks['a']?.failure?.message).toMatch(/limit.*file/s);
  });
});
