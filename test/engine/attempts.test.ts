// Attempts of tasks: retries and timeouts.
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { defineTool } from '#src/index.js';
import {
  echo,
  factsOf,
  fail,
  handClock,
  held,
  note,
  once,
  openWorkbench,
  settle,
  story,
  until,
} from './workbench.js';

describe('retries', () => {
  test('maxRetries 3 means four attempts; the key stays, the delays are recorded with their jitter', async () => {
    const clock = handClock();
    const randoms = [0, 0.25, 0.5, 0.999];
    let drawn = 0;
    const bench = await openWorkbench({
      clock,
      ids: { next: () => `id${drawn}`, random: () => randoms[drawn++ % randoms.length] ?? 0 },
    });
    const goal = await bench.submit({
      a: {
        action: fail({ class: 'transient' }),
        retry: { maxRetries: 3, backoff: { kind: 'exponential', baseMs: 1000, capMs: 3000 } },
      },
    });
    for (let i = 0; i < 3; i++) {
      await settle();
      await clock.advance(3000);
    }
    const result = await goal.result();
    const facts = await factsOf(goal);
    expect(result.tasks['a']).toMatchObject({
      status: 'failed',
      attempts: 4,
      failure: { code: 'refused', attempt: 4 },
    });
    expect(story(facts, 'a')).toEqual([
      ...Array.from({ length: 3 }, () => ['attempt.started', 'attempt.failed', 'task.retrying']).flat(),
      'attempt.started',
      'attempt.failed',
      'task.failed',
    ]);
    const keys = facts.filter(({ type }) => type === 'attempt.started').map(({ data }) => data['key']);
    expect(new Set(keys).size).toBe(1);
    const delays = facts.filter(({ type }) => type === 'task.retrying');
    expect(delays.map(({ data }) => data['retry'])).toEqual([1, 2, 3]);
    for (const [i, { data, at }] of delays.entries()) {
      const delay = Number(data['delayMs']);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(Math.min(3000, 1000 * 2 ** i));
      const next = facts.filter(({ type }) => type === 'attempt.started')[i + 1];
      expect(next?.at).toBe(at + delay);
    }
  });

  test('fixed backoff; a failure that is not retryable is not retried; `on` decides by class', async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const backoff = { kind: 'fixed', baseMs: 500 };
    const goal = await bench.submit({
      fixed: { action: fail({ class: 'transient', times: 1 }), retry: { maxRetries: 2, backoff } },
      final: { action: fail({ class: 'logic' }), retry: { maxRetries: 2, backoff }, optional: true },
      byClass: {
        action: fail({ class: 'logic', times: 1 }),
        retry: { maxRetries: 2, backoff, on: ['logic'] },
      },
      notByClass: {
        action: fail({ class: 'transient' }),
        retry: { maxRetries: 2, backoff, on: ['logic'] },
        optional: true,
      },
    });
    await settle();
    await clock.advance(499);
    expect((await goal.snapshot()).tasks['fixed']?.attempts).toBe(1);
    await clock.advance(1);
    const result = await goal.result();
    expect(
      Object.fromEntries(Object.entries(result.tasks).map(([id, { attempts }]) => [id, attempts])),
    ).toEqual({
      fixed: 2,
      final: 1,
      byClass: 2,
      notByClass: 1,
    });
    expect(result.tasks['fixed']?.output).toBe(2);
  });

  test("the strategy's policy holds where the task has none", async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const goal = await bench.submit(
      {
        a: { action: fail({ class: 'transient' }) },
        b: { action: fail({ class: 'transient' }), retry: { maxRetries: 0 } },
      },
      { strategy: { retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 10 } } } },
    );
    await settle();
    await clock.advance(10);
    const result = await goal.result();
    expect(result.tasks['a']?.attempts).toBe(2);
    expect(result.tasks['b']?.attempts).toBe(1);
  });

  test('a `once` task is retried only when nothing can have happened, or when it says so itself', async () => {
    const clock = handClock();
    const bench = await openWorkbench({ clock });
    const backoff = { kind: 'fixed', baseMs: 10 };
    const goal = await bench.submit({
      maybe: { action: once('maybe'), optional: true },
      surely: { action: once('surely'), optional: true, retry: { backoff } },
      willing: { action: once('willing'), optional: true, retry: { maxRetries: 1, backoff } },
    });
    for (const [name, effect] of [
      ['maybe', 'unknown'],
      ['surely', 'none'],
      ['willing', 'unknown'],
    ] as const) {
      (await bench.held.call(name)).fail({ class: 'transient', effect });
    }
    await settle();
    await clock.advance(10);
    (await bench.held.call('surely')).finish();
    (await bench.held.call('willing')).finish();
    const { tasks } = await goal.result();
    expect(tasks['maybe']).toMatchObject({ status: 'failed', attempts: 1 });
    expect(tasks['surely']).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(tasks['willing']).toMatchObject({ status: 'succeeded', attempts: 2 });
  });

  test('a reference that cannot be resolved fails the attempt before anything is done', async () => {
    const { run, notes } = await openWorkbench();
    const { result } = await run({
      a: { action: echo({ n: 1 }) },
      b: { action: note('{{ tasks.a.output.n.deep }}') },
    });
    expect(result.tasks['b']).toMatchObject({
      status: 'failed',
      failure: { effect: 'none', retryable: false },
    });
    expect(notes).toEqual([]);
  });
});

describe('timeouts', () => {
  test('an idempotent attempt that takes too long is aborted and tried again', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: {
        action: held('a'),
        timeout: '10s',
        retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1 } },
      },
    });
    const first = await bench.held.call('a');
    expect(first.context.deadlineAt).toBe(bench.clock.now() + 10_000);
    await bench.clock.advance(10_000);
    expect(first.context.signal.aborted).toBe(true);
    await bench.clock.advance(1);
    const second = await bench.held.call('a');
    expect(second.context.attempt).toBe(2);
    expect(second.context.idempotencyKey).toBe(first.context.idempotencyKey);
    second.finish('late but good');
    const result = await goal.result();
    expect(result.tasks['a']).toMatchObject({ status: 'succeeded', attempts: 2, output: 'late but good' });
    const failed = (await factsOf(goal)).find(({ type }) => type === 'attempt.failed');
    expect(failed?.data['failure']).toMatchObject({
      code: 'timed-out',
      class: 'transient',
      effect: 'unknown',
    });
  });

  test('a tool says how long its attempts may take, unless the task does', async () => {
    const deadlines = new Map<string, number>();
    const slow = defineTool({
      name: 'slow.work',
      description: 'Tells its deadline.',
      input: z.object({}),
      output: z.null(),
      timeoutMs: 7_000,
      run: (_, { taskId, deadlineAt }) => {
        deadlines.set(taskId, deadlineAt);
        return null;
      },
    });
    const bench = await openWorkbench({ tools: [slow] });
    const now = bench.clock.now();
    await bench.run({
      a: { action: { tool: 'slow.work' } },
      b: { action: { tool: 'slow.work' }, timeout: '3s' },
    });
    expect([deadlines.get('a'), deadlines.get('b')]).toEqual([now + 7_000, now + 3_000]);
  });

  test('a `once` attempt that takes too long is interrupted, not failed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: once('a'), timeout: '10s' } });
    await bench.held.call('a');
    await bench.clock.advance(10_000);
    const blocked = await until(goal, 'task.blocked', 'a');
    expect(blocked.data['kind']).toBe('interrupted');
    await goal.approve('a', { by: 'eve', reason: 'it is there' });
    expect((await goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  test('what does not heed the abort is given up after the grace, and what it says later is ignored', async () => {
    const bench = await openWorkbench({ config: { stopGraceMs: 2_000 } });
    const goal = await bench.submit({
      a: {
        action: { tool: 'held.work', input: { name: 'a', deaf: true } },
        timeout: '10s',
        retry: { maxRetries: 0 },
      },
    });
    const call = await bench.held.call('a');
    await bench.clock.advance(11_999);
    expect((await goal.snapshot()).tasks['a']?.status).toBe('executing');
    await bench.clock.advance(1);
    expect((await goal.result()).tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'timed-out' },
    });
    call.finish('too late');
    await settle();
    expect((await goal.snapshot()).tasks['a']).toMatchObject({ status: 'failed' });
  });

  test('an aborted task stops its effect; what comes late is recorded and ignored', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: { tool: 'held.work', input: { name: 'a', deaf: true } } },
    });
    const call = await bench.held.call('a');
    await goal.abort({ reason: 'enough' });
    expect(call.context.signal.aborted).toBe(true);
    const result = await goal.result();
    expect(result).toMatchObject({ status: 'aborted', reason: 'enough' });
    expect(result.tasks['a']?.status).toBe('aborted');
    call.finish('late');
    await settle();
    await bench.engine.settled();
    expect(story(await factsOf(goal), 'a')).toEqual(['attempt.started', 'task.aborted', 'attempt.late']);
    expect((await goal.snapshot()).tasks['a']).not.toHaveProperty('output');
  });
});
