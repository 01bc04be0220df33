// Loops: forEach, each round a task of its own.
import { describe, expect, test } from 'vitest';
import {
  echo,
  fail,
  factsOf,
  freshFolder,
  handClock,
  createHeld,
  held,
  note,
  openWorkbench,
  settle,
  statuses,
  until,
} from './workbench.js';

const each = (items: unknown, action: unknown, more: Record<string, unknown> = {}) => ({
  forEach: items,
  do: action,
  ...more,
});

describe('rounds', () => {
  test('see their item and index, in nested values too, and their outputs are the loop’s', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run({
      list: { action: echo([{ n: 1 }, { n: 2 }, { n: 3 }]) },
      loop: {
        action: each(
          'tasks.list.output',
          echo({ deep: [{ of: '{{ item.n }}' }], at: '{{ index }}', twice: '{{ item.n * 2 }}' }),
        ),
      },
      sum: { action: echo('{{ tasks.loop.output.items[1].deep[0].of }} of {{ tasks.loop.output.total }}') },
    });
    expect(result.tasks['loop']?.output).toEqual({
      total: 3,
      succeeded: 3,
      failed: 0,
      items: [
        { deep: [{ of: 1 }], at: 0, twice: 2 },
        { deep: [{ of: 2 }], at: 1, twice: 4 },
        { deep: [{ of: 3 }], at: 2, twice: 6 },
      ],
    });
    expect(result.tasks['sum']?.output).toBe('2 of 3');
    expect(Object.keys(result.tasks)).toEqual(['list', 'loop', 'sum']);
  });

  test('the loop variable can have a name, the list can be written out, with references in it', async () => {
    const { run } = await openWorkbench();
    const { result } = await run(
      { loop: { action: each(['{{ inputs.a }}', 'b'], echo('{{ file }}!'), { as: 'file' }) } },
      { inputs: { a: { type: 'string', default: 'A' } } },
    );
    expect((result.tasks['loop']?.output as { items: unknown } | undefined)?.items).toEqual(['A!', 'b!']);
  });

  test('run within the width of the loop and of the plan', async () => {
    for (const [width, maxParallelTasks, most] of [
      [2, 5, 2],
      [8, 3, 3],
    ] as const) {
      const bench = await openWorkbench();
      const goal = await bench.submit(
        {
          loop: {
            action: each(
              [0, 1, 2, 3, 4, 5],
              { tool: 'held.work', input: { name: 'r{{ item }}' } },
              { width },
            ),
          },
        },
        { strategy: { maxParallelTasks } },
      );
      for (let i = 0; i < 6; i++) {
        const call = await bench.held.call(`r${i}`);
        await settle();
        expect(bench.held.open().length).toBe(Math.min(most, 6 - i));
        call.finish();
      }
      expect((await goal.result()).status).toBe('succeeded');
    }
  });

  test('an empty list is over at once', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run({
      loop: { action: each([], note('x')) },
      after: { action: note('after'), after: ['loop'] },
    });
    expect(result.tasks['loop']).toMatchObject({ status: 'succeeded', output: { total: 0, items: [] } });
    expect(notes).toEqual(['after']);
  });

  test('what is no list fails the loop with what was given', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      a: { action: echo({ no: 'list' }) },
      loop: { action: each('tasks.a.output', note('x')) },
    });
    expect(result.tasks['loop']).toMatchObject({
      status: 'failed',
      failure: { retryable: false, effect: 'none' },
    });
    expect(result.tasks['loop']?.failure?.message).toMatch(/expects a list/);
  });

  test('are retried one by one; a loop with failed rounds fails unless it is optional', async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const retry = { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 10 } };
    const action = each([1, 5, 1], fail({ class: 'transient', times: '{{ item }}' }));
    const goal = await bench.submit({ strict: { action, retry }, lax: { action, retry, optional: true } });
    for (let i = 0; i < 4; i++) await clock.advance(10);
    const result = await goal.result();
    expect(result.tasks['strict']).toMatchObject({
      status: 'failed',
      failure: { code: 'rounds-failed', message: '1 of 3 rounds failed' },
    });
    expect(result.tasks['lax']).toMatchObject({
      status: 'succeeded',
      output: { succeeded: 2, failed: 1, items: [2, null, 2] },
    });
    const attempts = (await factsOf(goal)).filter(({ type }) => type === 'attempt.started');
    expect(attempts.filter(({ data }) => data['taskId'] === 'strict[1]').length).toBe(2);
  });

  test('a reference of one round that cannot be resolved fails that round only', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      loop: { action: each([{ n: 1 }, {}, { n: 3 }], echo('{{ item.n }}')), optional: true },
    });
    expect(result.tasks['loop']?.output).toMatchObject({ succeeded: 2, failed: 1, items: [1, null, 3] });
  });

  test('two loops share the width, and tasks after one do not wait for the other', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run(
      {
        a: { action: each([1, 2, 3, 4], note('{{ "a" + string(item) }}')) },
        b: { action: each([1, 2, 3, 4], note('{{ "b" + string(item) }}')) },
        afterA: { action: note('afterA'), after: ['a'] },
      },
      { strategy: { maxParallelTasks: 2 } },
    );
    expect(result.status).toBe('succeeded');
    expect(notes.length).toBe(9);
  });

  test('tasks() counts rounds, and lists them on demand', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      loop: { action: each([0, 1, 2], { tool: 'held.work', input: { name: 'r{{ item }}' } }, { width: 2 }) },
    });
    (await bench.held.call('r0')).finish();
    await bench.held.call('r2');
    await bench.engine.settled();
    const [loop] = await goal.tasks();
    expect(loop).toMatchObject({
      id: 'loop',
      status: 'executing',
      rounds: { total: 3, succeeded: 1, failed: 0, active: 2 },
    });
    const all = await goal.tasks({ rounds: true });
    expect(all.map(({ id, status }) => [id, status])).toEqual([
      ['loop', 'executing'],
      ['loop[0]', 'succeeded'],
      ['loop[1]', 'executing'],
      ['loop[2]', 'executing'],
    ]);
    (await bench.held.call('r1')).finish();
    await goal.abort();
  });

  test('1,000 rounds', async () => {
    const bench = await openWorkbench();
    const { result, goal } = await bench.run(
      {
        loop: {
          action: each(
            Array.from({ length: 1000 }, (_, i) => i),
            note('{{ item }}'),
            { width: 50 },
          ),
        },
      },
      { strategy: { maxParallelTasks: 50 } },
    );
    expect(result.tasks['loop']?.output).toMatchObject({ total: 1000, succeeded: 1000, failed: 0 });
    expect(new Set(bench.notes).size).toBe(1000);
    expect(bench.notes.length).toBe(1000);
    expect((await goal.tasks())[0]?.rounds).toMatchObject({ total: 1000, succeeded: 1000 });
  });
});

describe('a loop and the rest of its plan', () => {
  test('goes on in the middle after a restart; rounds that had ended do not run again', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const options = { store, durability: 'relaxed' as const, clock: handClock(), held: calls };
    const first = await openWorkbench(options);
    const items = Array.from({ length: 12 }, (_, i) => i);
    const goal = await first.submit({
      loop: {
        action: each(
          items,
          { tool: 'held.work', input: { name: 'r{{ item }}', value: '{{ item }}' } },
          { width: 3 },
        ),
      },
    });
    for (const i of [0, 2, 1, 4]) (await calls.call(`r${i}`)).finish(i);
    await calls.call('r6');
    await first.engine.close({ graceMs: 0 });
    const before = [...calls.log];

    const second = await openWorkbench(options);
    const again = await second.engine.goal(goal.id);
    const rest = items.filter((i) => ![0, 1, 2, 4].includes(i));
    for (const i of rest) (await calls.call(`r${i}`)).finish(i);
    const result = await again.result();
    expect(result.tasks['loop']?.output).toEqual({ total: 12, succeeded: 12, failed: 0, items });
    const after = calls.log.slice(before.length);
    expect(after.filter((name) => ['r0', 'r1', 'r2', 'r4'].includes(name))).toEqual([]);
    expect(new Set(after).size).toBe(after.length);
  });

  test('a paused plan starts no round, also after a restart', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const options = { store, durability: 'relaxed' as const, clock: handClock(), held: calls };
    const first = await openWorkbench(options);
    const goal = await first.submit({
      loop: { action: each([0, 1, 2], { tool: 'held.work', input: { name: 'r{{ item }}' } }, { width: 1 }) },
    });
    const r0 = await calls.call('r0');
    await goal.pause();
    r0.finish();
    await until(goal, 'task.succeeded', 'loop[0]');
    await settle();
    expect(calls.log).toEqual(['r0']);
    await first.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    await settle(20);
    expect(calls.log).toEqual(['r0']);
    const again = await second.engine.goal(goal.id);
    expect((await again.explain()).waits).toMatchObject([{ kind: 'paused' }]);
    await again.resume();
    for (const name of ['r1', 'r2']) (await calls.call(name)).finish();
    expect((await again.result()).status).toBe('succeeded');
  });

  test('an open loop goes on when another task is retried in a new version of the plan', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      loop: { action: each([0, 1, 2], { tool: 'held.work', input: { name: 'r{{ item }}' } }, { width: 1 }) },
      bad: { action: held('bad'), retry: { maxRetries: 0 } },
      after: { action: note('{{ tasks.bad.output }}') },
    });
    const r0 = await bench.held.call('r0');
    (await bench.held.call('bad')).fail();
    await until(goal, 'task.failed', 'bad');
    await goal.retry('bad');
    (await bench.held.call('bad')).finish('good');
    r0.finish();
    for (const name of ['r1', 'r2']) (await bench.held.call(name)).finish();
    const result = await goal.result();
    expect(result.status).toBe('succeeded');
    expect(statuses(result)).toEqual({ loop: 'succeeded', 'bad.2': 'succeeded', after: 'succeeded' });
    expect(bench.notes).toEqual(['good']);
    expect(bench.held.log.filter((name) => name.startsWith('r'))).toEqual(['r0', 'r1', 'r2']);
  });

  test('a critical failure elsewhere starts no more rounds, and the loop is aborted', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      loop: { action: each([0, 1, 2], { tool: 'held.work', input: { name: 'r{{ item }}' } }, { width: 1 }) },
      bad: { action: held('bad'), critical: true, retry: { maxRetries: 0 } },
    });
    const r0 = await bench.held.call('r0');
    (await bench.held.call('bad')).fail();
    await until(goal, 'task.failed', 'bad');
    r0.finish();
    const result = await goal.result();
    expect(result.status).toBe('failed');
    expect(statuses(result)).toEqual({ loop: 'aborted', bad: 'failed' });
    expect(bench.held.log.filter((name) => name.startsWith('r'))).toEqual(['r0']);
  });

  test('aborting aborts the rounds', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      loop: { action: each([0, 1, 2], { tool: 'held.work', input: { name: 'r{{ item }}' } }, { width: 2 }) },
    });
    const r0 = await bench.held.call('r0');
    const r1 = await bench.held.call('r1');
    await goal.abort();
    expect([r0, r1].map(({ context }) => context.signal.aborted)).toEqual([true, true]);
    expect((await goal.result()).status).toBe('aborted');
    expect((await goal.tasks({ rounds: true })).map(({ status }) => status)).toEqual([
      'aborted',
      'aborted',
      'aborted',
    ]);
  });
});
