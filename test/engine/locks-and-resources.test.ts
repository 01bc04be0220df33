// Locks and named resources: who has them, who waits for them, and that they come back.
import { describe, expect, test } from 'vitest';
import { handClock, held, note, openWorkbench, settle, statuses, until } from './workbench.js';

describe('locks', () => {
  const lock = (mode: string, name = 'disk') => ({ locks: [{ name, mode }] });

  test('exclusive keeps all others out, shared only the exclusive ones', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      w1: { action: held('w1'), requires: lock('exclusive'), priority: 9 },
      r1: { action: held('r1'), requires: lock('shared'), priority: 8 },
      r2: { action: held('r2'), requires: lock('shared'), priority: 7 },
      w2: { action: held('w2'), requires: lock('exclusive'), priority: 6 },
      free: { action: held('free'), requires: lock('exclusive', 'other') },
    });
    const w1 = await bench.held.call('w1');
    await settle();
    expect(bench.held.open()).toEqual(['w1', 'free']);
    w1.finish();
    const r1 = await bench.held.call('r1');
    const r2 = await bench.held.call('r2');
    await settle();
    expect(bench.held.open()).toEqual(['free', 'r1', 'r2']);
    r1.finish();
    await settle();
    expect(bench.held.open()).toEqual(['free', 'r2']);
    r2.finish();
    (await bench.held.call('w2')).finish();
    (await bench.held.call('free')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('locks are shared by all goals, and given back by a failure, an abort and a fault', async () => {
    const ends: readonly [string, (bench: Awaited<ReturnType<typeof openWorkbench>>) => Promise<void>][] = [
      ['finish', async ({ held: calls }) => (await calls.call('first')).finish()],
      ['fail', async ({ held: calls }) => (await calls.call('first')).fail()],
      ['abort', async ({ engine }) => (await engine.goal('one')).abort()],
    ];
    for (const [, end] of ends) {
      const bench = await openWorkbench();
      const task = (name: string) => ({
        action: held(name),
        requires: lock('exclusive'),
        retry: { maxRetries: 0 },
      });
      await bench.submit({ first: task('first') }, {}, { goalId: 'one' });
      const two = await bench.submit({ second: task('second') }, {}, { goalId: 'two' });
      await settle();
      expect(bench.held.open()).toEqual(['first']);
      await end(bench);
      (await bench.held.call('second')).finish();
      expect((await two.result()).status).toBe('succeeded');
    }
  });

  test('a task that backs off holds no lock', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: {
        action: held('a'),
        requires: lock('exclusive'),
        priority: 9,
        retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1000 } },
      },
      b: { action: held('b'), requires: lock('exclusive') },
    });
    (await bench.held.call('a')).fail({ class: 'transient' });
    const b = await bench.held.call('b');
    await bench.clock.advance(1000);
    await until(goal, 'task.blocked', 'a');
    expect(bench.held.open()).toEqual(['b']);
    expect((await goal.explain()).waits).toMatchObject([{ subject: 'a', kind: 'resource' }]);
    b.finish();
    (await bench.held.call('a')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a reservation that is waited for too long fails the task', async () => {
    const bench = await openWorkbench({ config: { resourceWaitMs: 5_000 } });
    const goal = await bench.submit({
      a: {
        action: held('a'),
        requires: lock('exclusive'),
        priority: 9,
        retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1000 } },
      },
      b: { action: held('b'), requires: lock('exclusive') },
    });
    (await bench.held.call('a')).fail({ class: 'transient' });
    const b = await bench.held.call('b');
    await bench.clock.advance(6_000);
    await until(goal, 'task.failed', 'a');
    b.finish();
    expect(statuses(await goal.result())).toEqual({ a: 'failed', b: 'succeeded' });
  });

  test('a loop with a lock runs its rounds one by one, also after an approval', async () => {
    for (const approval of ['none', 'required']) {
      const bench = await openWorkbench();
      const goal = await bench.submit({
        loop: {
          action: { forEach: [1, 2, 3], width: 3, do: { tool: 'held.work', input: { name: 'r{{ item }}' } } },
          requires: lock('exclusive'),
          approval,
        },
      });
      if (approval === 'required') {
        await until(goal, 'task.blocked', 'loop');
        await goal.approve('loop');
      }
      for (const name of ['r1', 'r2', 'r3']) {
        const call = await bench.held.call(name);
        await settle();
        expect(bench.held.open()).toEqual([name]);
        call.finish();
      }
      expect((await goal.result()).status).toBe('succeeded');
    }
  });

  test('many tasks that want one lock cost in proportion to their number', async () => {
    const bench = await openWorkbench();
    const count = 600;
    const tasks = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`t${i}`, { action: note(i), requires: lock('exclusive') }]),
    );
    const { result } = await bench.run(tasks);
    expect(result.counts.succeeded).toBe(count);
  });
});

describe('named resources', () => {
  const needs = (amount: number, when = 'duration', name = 'fuel') => ({
    resources: [{ name, amount, when }],
  });

  test('reusable: amounts are held and given back', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        a: { action: held('a'), requires: needs(2), priority: 9 },
        b: { action: held('b'), requires: needs(2), priority: 8 },
        c: { action: held('c'), requires: needs(1), priority: 7 },
      },
      { resources: { fuel: { kind: 'reusable', capacity: 3 } } },
    );
    const a = await bench.held.call('a');
    const c = await bench.held.call('c');
    await settle();
    expect(bench.held.open()).toEqual(['a', 'c']);
    a.finish();
    (await bench.held.call('b')).finish();
    c.finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('producible: a task waits until enough was made', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        use: { action: note('use'), requires: needs(3, 'start'), priority: 9 },
        make1: { action: held('make1'), requires: needs(2, 'end') },
        make2: { action: held('make2'), requires: needs(2, 'end') },
      },
      { resources: { fuel: { kind: 'producible', initial: 0 } } },
    );
    (await bench.held.call('make1')).finish();
    await until(goal, 'task.succeeded', 'make1');
    await settle();
    expect(bench.notes).toEqual([]);
    (await bench.held.call('make2')).finish();
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['use']);
  });

  test('consumable: what is used up is gone, what a failed attempt did not use is not', async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const goal = await bench.submit(
      {
        a: {
          action: held('a'),
          requires: needs(2),
          priority: 9,
          retry: { maxRetries: 2, backoff: { kind: 'fixed', baseMs: 1 } },
        },
        b: { action: held('b'), requires: needs(1), priority: 8 },
        c: { action: held('c'), requires: needs(1), optional: true },
      },
      { resources: { fuel: { kind: 'consumable', initial: 3 } }, strategy: { maxParallelTasks: 2 } },
    );
    (await bench.held.call('a')).fail({ class: 'transient' });
    await until(goal, 'task.retrying', 'a');
    await clock.advance(1);
    (await bench.held.call('a')).finish();
    (await bench.held.call('b')).finish();
    await until(goal, 'task.succeeded', 'b');
    await clock.advance(1);
    expect(bench.held.open()).toEqual([]);
    expect((await goal.snapshot()).status).toBe('blocked');
    expect((await goal.explain()).summary).toMatch(/resource/);
    await goal.abort();
  });

  test('what could never be granted is refused when the plan is given', async () => {
    const bench = await openWorkbench();
    const refused = bench.submit(
      { a: { action: note(1), requires: needs(4) } },
      { resources: { fuel: { kind: 'reusable', capacity: 3 } } },
    );
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(bench.submit({ a: { action: note(1), requires: { memoryMb: 1e9 } } })).rejects.toMatchObject(
      {
        code: 'INPUT_INVALID',
      },
    );
    expect(await bench.engine.goals()).toEqual([]);
  });
});
