// Scheduling: width, order, locks and resources: what runs when, and what is never out at once.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { factsOf, fail, held, note, once, openWorkbench, settle, until } from './workbench.js';

describe('width and order', () => {
  test('at most maxParallelTasks run at once; in sequential mode one', async () => {
    for (const [strategy, width] of [
      [{ maxParallelTasks: 3 }, 3],
      [{ mode: 'sequential', maxParallelTasks: 3 }, 1],
    ] as const) {
      const bench = await openWorkbench();
      const tasks = Object.fromEntries(
        Array.from({ length: 7 }, (_, i) => [`t${i}`, { action: held(`t${i}`) }]),
      );
      const goal = await bench.submit(tasks, { strategy });
      for (let i = 0; i < 7; i++) {
        const call = await bench.held.call(`t${i}`);
        await settle();
        expect(bench.held.open().length).toBeLessThanOrEqual(width);
        expect(bench.held.open().length).toBe(Math.min(width, 7 - i));
        call.finish();
      }
      expect((await goal.result()).status).toBe('succeeded');
    }
  });

  test('the longest way to the end goes first, then priority, then the order of becoming ready', async () => {
    const bench = await openWorkbench();
    await bench.run(
      {
        short: { action: note('short'), estimate: { expected: '1m' } },
        urgent: { action: note('urgent'), estimate: { expected: '1m' }, priority: 9 },
        later: { action: note('later'), estimate: { expected: '1m' } },
        head: { action: note('head'), estimate: { expected: '1s' } },
        tail: { action: note('tail'), after: ['head'], estimate: { expected: '5m' } },
      },
      { strategy: { mode: 'sequential' } },
    );
    expect(bench.notes).toEqual(['head', 'tail', 'urgent', 'short', 'later']);
  });

  test('tasks that were approved still share the width', async () => {
    const bench = await openWorkbench();
    const task = (name: string) => ({ action: held(name), approval: 'required' });
    const goal = await bench.submit(
      { a: task('a'), b: task('b'), c: task('c') },
      { strategy: { mode: 'sequential' } },
    );
    for (const id of ['a', 'b', 'c']) {
      await until(goal, 'task.blocked', id);
      await goal.approve(id);
    }
    await settle();
    expect(bench.held.open()).toEqual(['a']);
    for (const id of ['a', 'b', 'c']) {
      const call = await bench.held.call(id);
      await settle();
      expect(bench.held.open()).toEqual([id]);
      call.finish();
    }
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a retry that a person asked for shares the width too', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: once('a'), timeout: '1m' }, b: { action: held('b') } },
      { strategy: { mode: 'sequential' } },
    );
    await bench.held.call('a');
    await bench.clock.advance(60_000);
    await until(goal, 'attempt.interrupted', 'a');
    const b = await bench.held.call('b');
    await goal.retry('a');
    await settle();
    expect(bench.held.open()).toEqual(['b']);
    b.finish();
    (await bench.held.call('a')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('waiting takes no place in the width', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        wait: { action: { wait: { signal: 'go' } }, priority: 9 },
        ask: { action: note('asked'), approval: 'required', priority: 8 },
        work: { action: note('work') },
      },
      { strategy: { mode: 'sequential' } },
    );
    await until(goal, 'task.succeeded', 'work');
    await goal.signal('go');
    await goal.approve('ask');
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['work', 'asked']);
  });
});

test('F2 R3 random plans with locks, resources and failures never have too much out, and end', async () => {
  const task = fc.record({
    lock: fc.constantFrom(undefined, 'shared', 'exclusive'),
    amount: fc.integer({ min: 0, max: 2 }),
    fails: fc.integer({ min: 0, max: 2 }),
    after: fc.array(fc.nat(11), { maxLength: 2 }),
    approval: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(task, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (given, width) => {
        const bench = await openWorkbench();
        const out = { all: 0, shared: 0, exclusive: 0, amount: 0 };
        const tasks = Object.fromEntries(
          given.map((one, i) => [
            `t${i}`,
            {
              action: held(`t${i}`, { ...one, after: null, lock: one.lock ?? null }),
              after: one.after.filter((j) => j < i).map((j) => `t${j}`),
              approval: one.approval ? 'required' : 'none',
              requires: {
                ...(one.lock === undefined ? {} : { locks: [{ name: 'l', mode: one.lock }] }),
                ...(one.amount === 0 ? {} : { resources: [{ name: 'r', amount: one.amount }] }),
              },
              retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1 } },
            },
          ]),
        );
        const goal = await bench.submit(tasks, {
          resources: { r: { kind: 'reusable', capacity: 2 } },
          strategy: { maxParallelTasks: width },
        });
        const wrong: string[] = [];
        const check = (holds: boolean, rule: string): void => void (holds || wrong.push(rule));
        const runTask = async (one: (typeof given)[number], i: number): Promise<void> => {
          for (let attempt = 1; attempt <= 2; attempt++) {
            const call = await bench.held.call(`t${i}`);
            out.all += 1;
            out.amount += one.amount;
            if (one.lock !== undefined) out[one.lock] += 1;
            check(out.all <= width, 'F2');
            check(out.amount <= 2 && out.exclusive * (out.exclusive + out.shared - 1) === 0, 'R3');
            await settle(1);
            out.all -= 1;
            out.amount -= one.amount;
            if (one.lock !== undefined) out[one.lock] -= 1;
            if (attempt > one.fails) return call.finish();
            call.fail({ class: 'transient' });
          }
        };
        for (const [i, one] of given.entries()) void runTask(one, i);
        for await (const fact of goal.events()) {
          const taskId = String(fact.data['taskId']);
          if (fact.type === 'task.blocked' && fact.data['kind'] === 'approval') await goal.approve(taskId);
          if (fact.type === 'task.retrying') void bench.clock.advance(1);
        }
        expect(wrong).toEqual([]);
        const facts = await factsOf(goal);
        expect(facts.filter(({ type }) => type === 'attempt.started').length).toBe(bench.held.log.length);
        await bench.engine.close({ graceMs: 0 });
      },
    ),
    { numRuns: 40, timeout: 10_000 },
  );
}, 60_000);

test('a goal that fails leaves nothing running or reserved', async () => {
  const bench = await openWorkbench();
  const goal = await bench.submit({
    a: { action: held('a'), requires: { locks: [{ name: 'l' }] } },
    b: { action: fail(), critical: true, retry: { maxRetries: 0 } },
  });
  const a = await bench.held.call('a');
  await until(goal, 'task.failed', 'b');
  a.finish();
  expect((await goal.result()).status).toBe('failed');
  const { result } = await bench.run({ c: { action: note('c'), requires: { locks: [{ name: 'l' }] } } });
  expect(result.status).toBe('succeeded');
});
