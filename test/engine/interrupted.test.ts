// Interrupted and stuck tasks: probes, what a person answers, and asking before giving up.
import { describe, expect, test } from 'vitest';
import { echo, expectRefused, fail, held, note, once, openWorkbench, settle, until } from './workbench.js';

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
