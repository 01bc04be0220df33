// Attempts: retries with backoff, timeouts, effects that must not happen twice, and what a person answers.
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { defineTool } from '#src/index.js';
import {
  echo,
  expectRefused,
  factsOf,
  fail,
  freshFolder,
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

describe('probes', () => {
  const task = (probe: unknown) => ({ a: { action: once('a'), timeout: '1s', probe } });
  const timeOut = async (probe: unknown) => {
    const bench = await openWorkbench();
    const goal = await bench.submit(task(probe));
    await bench.held.call('a');
    await bench.clock.advance(1000);
    return { bench, goal };
  };

  test('yes: the task has succeeded, its output says that it was probed', async () => {
    for (const answer of [true, 'yes', { happened: true }, { exists: true }]) {
      const { goal, bench } = await timeOut(echo(answer));
      const result = await goal.result();
      expect(result.tasks['a']).toMatchObject({
        status: 'succeeded',
        attempts: 1,
        output: { probed: answer },
      });
      expect(bench.held.log).toEqual(['a']);
    }
  });

  test('no: the task is done again', async () => {
    for (const answer of [false, { happened: false }, { exists: false }]) {
      const { goal, bench } = await timeOut(echo(answer));
      await until(goal, 'task.retrying', 'a');
      await bench.clock.advance(500);
      (await bench.held.call('a')).finish('again');
      expect((await goal.result()).tasks['a']).toMatchObject({
        status: 'succeeded',
        attempts: 2,
        output: 'again',
      });
    }
  });

  test('unknown, or a probe that fails: a person is asked', async () => {
    for (const probe of [echo('perhaps'), echo(null), fail()]) {
      const { goal, bench } = await timeOut(probe);
      await settle();
      expect((await goal.explain()).waits).toMatchObject([{ subject: 'a', kind: 'interrupted' }]);
      expect(bench.held.log).toEqual(['a']);
      await goal.reject('a', { by: 'eve' });
      expect((await goal.result()).tasks['a']).toMatchObject({
        status: 'failed',
        failure: { code: 'rejected' },
      });
    }
  });

  test("a command's exit code: 0 yes, 1 no, else unknown; a program that is missing: unknown", async () => {
    const exit = (code: number) => ({ command: process.execPath, args: ['-e', `process.exit(${code})`] });
    const yes = await timeOut(exit(0));
    expect((await yes.goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 1 });
    const no = await timeOut(exit(1));
    await until(no.goal, 'task.retrying', 'a');
    await no.bench.clock.advance(500);
    (await no.bench.held.call('a')).finish();
    expect((await no.goal.result()).tasks['a']).toMatchObject({ attempts: 2 });
    for (const probe of [exit(7), { command: './no-such-program' }]) {
      const unknown = await timeOut(probe);
      await until(unknown.goal, 'attempt.interrupted', 'a');
      const asked = (): Promise<unknown> => unknown.goal.approve('a').catch(() => settle().then(asked));
      await asked();
      expect((await unknown.goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 1 });
    }
  });
});

describe('what a person answers for an interrupted task', () => {
  const interrupted = async () => {
    const bench = await openWorkbench({ config: { patienceMs: 60_000 } });
    const goal = await bench.submit({
      a: { action: once('a'), timeout: '1s' },
      b: { action: note('b'), after: ['a'] },
    });
    await bench.held.call('a');
    await bench.clock.advance(1000);
    await until(goal, 'attempt.interrupted', 'a');
    return { bench, goal };
  };

  test('approve: it happened', async () => {
    const { goal, bench } = await interrupted();
    await goal.approve();
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.held.log).toEqual(['a']);
  });
  test('retry: do it again', async () => {
    const { goal, bench } = await interrupted();
    await goal.retry('a');
    (await bench.held.call('a')).finish();
    expect((await goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 2 });
  });
  test('reject: give it up', async () => {
    const { goal } = await interrupted();
    await goal.reject('a', { by: 'eve', reason: 'broken' });
    const result = await goal.result();
    expect(result.status).toBe('failed');
    expect(result.tasks['a']?.failure?.message).toBe('Rejected by eve: broken');
  });
  test('skip: go on without it', async () => {
    const { goal } = await interrupted();
    await goal.skip('a', { reason: 'not needed' });
    const result = await goal.result();
    expect(result.status).toBe('succeeded');
    expect(result.tasks['a']).toMatchObject({ status: 'skipped', reason: 'not needed' });
  });
  test('nothing: it fails closed when the patience is over', async () => {
    const { goal, bench } = await interrupted();
    await bench.clock.advance(60_000);
    expect((await goal.result()).tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'expired' },
    });
  });
  test('what is not allowed there is refused with a reason', async () => {
    const { goal, bench } = await interrupted();
    await expectRefused(goal.retry('b'), /has not run yet/);
    await expectRefused(goal.approve('b'), /task/i);
    await expectRefused(goal.approve('nobody'), /nobody/);
    await goal.approve('a');
    await goal.result();
    await expectRefused(goal.retry('a'), /succeeded/);
    await expectRefused(goal.approve('a'), /ended/);
    void bench;
  });
});

describe('asking before giving up (strategy.onFailure ask)', () => {
  const stuck = async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        a: { action: held('a'), retry: { maxRetries: 0 } },
        b: { action: note('b'), after: ['a'] },
        optional: { action: fail(), optional: true, retry: { maxRetries: 0 } },
      },
      { strategy: { onFailure: 'ask' } },
    );
    (await bench.held.call('a')).fail({ message: 'no luck' });
    const fact = await until(goal, 'task.blocked', 'a');
    expect(fact.data).toMatchObject({ kind: 'error', detail: 'no luck' });
    return { bench, goal };
  };
  test('retry', async () => {
    const { bench, goal } = await stuck();
    expect((await goal.explain()).waits[0]?.unblock.join()).toMatch(/retry.*skip.*reject/);
    await goal.retry('a');
    (await bench.held.call('a')).finish();
    expect(await goal.result()).toMatchObject({
      status: 'succeeded',
      tasks: { a: { attempts: 2 }, optional: { status: 'failed' } },
    });
  });
  test('skip', async () => {
    const { bench, goal } = await stuck();
    await goal.skip('a');
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['b']);
  });
  test('reject', async () => {
    const { goal } = await stuck();
    await goal.reject('a');
    expect((await goal.result()).tasks['b']?.status).toBe('skipped');
  });
  test('no answer fails closed', async () => {
    const { bench, goal } = await stuck();
    await bench.clock.advance(86_400_000);
    expect((await goal.result()).status).toBe('failed');
  });
});

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
