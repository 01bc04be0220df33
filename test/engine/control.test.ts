// Control: pause, resume, abort, retry and skip; what is allowed where, and what is refused with a reason.
import { describe, expect, test } from 'vitest';
import {
  echo,
  expectRefused,
  factsOf,
  fail,
  held,
  note,
  once,
  openWorkbench,
  settle,
  statuses,
  until,
} from './workbench.js';

const noRetry = { retry: { maxRetries: 0 } };

describe('pause and resume', () => {
  test('what runs ends, nothing new starts, and resuming goes on where it was', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') }, b: { action: note('b'), after: ['a'] } });
    const a = await bench.held.call('a');
    await goal.pause({ by: 'eve', reason: 'lunch' });
    expect((await goal.snapshot()).status).toBe('blocked');
    expect((await goal.explain()).waits).toMatchObject([{ kind: 'paused', unblock: [`resume ${goal.id}`] }]);
    a.finish();
    await until(goal, 'task.succeeded', 'a');
    await settle();
    expect(bench.notes).toEqual([]);
    await goal.resume();
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['b']);
  });

  test('a pause when all has ended leads to the end after resuming', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    const a = await bench.held.call('a');
    await goal.pause();
    a.finish();
    await until(goal, 'task.succeeded', 'a');
    expect((await goal.snapshot()).status).toBe('blocked');
    await goal.resume();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a retry that comes due while paused waits for the resumption', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: held('a'), retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1000 } } },
    });
    (await bench.held.call('a')).fail({ class: 'transient' });
    await until(goal, 'task.retrying', 'a');
    await goal.pause();
    await bench.clock.advance(2000);
    expect(bench.held.log).toEqual(['a']);
    await goal.resume();
    (await bench.held.call('a')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('an approval given while paused starts nothing until it is resumed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('a'), approval: 'required' } });
    await until(goal, 'task.blocked', 'a');
    await goal.pause();
    await goal.approve('a');
    await settle();
    expect(bench.notes).toEqual([]);
    await goal.resume();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('while it waits for somebody, and back to the waiting', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: { wait: { signal: 'go' } } } });
    await until(goal, 'goal.blocked');
    await goal.pause();
    await goal.signal('go');
    await goal.resume();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('pausing twice, resuming what runs: refused with the reason', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    await expectRefused(goal.resume(), /executing.running and does not take goal.resume/);
    await goal.pause();
    await expectRefused(goal.pause(), /paused/);
    await goal.resume();
    (await bench.held.call('a')).finish();
    await goal.result();
    for (const command of [goal.pause(), goal.resume(), goal.abort(), goal.approve()]) {
      await expectRefused(command, /ended succeeded/);
    }
  });

  test('a paused goal can be aborted', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') }, b: { action: note('b'), after: ['a'] } });
    await bench.held.call('a');
    await goal.pause();
    await goal.abort();
    expect((await goal.result()).status).toBe('aborted');
  });
});

describe('abort', () => {
  test('stops what runs, starts nothing, and says why', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: held('a') },
      ask: { action: note('x'), approval: 'required' },
      wait: { action: { wait: '1h' } },
      later: { action: note('later'), after: ['a'] },
    });
    const a = await bench.held.call('a');
    await goal.abort({ by: 'eve', reason: 'wrong folder' });
    expect(a.context.signal.aborted).toBe(true);
    const result = await goal.result();
    expect(result).toMatchObject({ status: 'aborted', reason: 'wrong folder' });
    expect(statuses(result)).toEqual({ a: 'aborted', ask: 'aborted', wait: 'aborted', later: 'skipped' });
    expect(bench.notes).toEqual([]);
    expect(bench.clock.waits().length).toBeLessThanOrEqual(1);
  });

  test('a goal that waits to start, or for approval of its plan', async () => {
    const bench = await openWorkbench();
    const waiting = await bench.submit(
      { a: { action: note('a') } },
      { goal: { name: 'Later', constraints: { time: { minStartDelay: '1h' } } } },
    );
    await waiting.abort();
    expect((await waiting.result()).status).toBe('aborted');
    const asked = await bench.submit({ a: { action: note('a') } }, {}, { approval: true });
    await until(asked, 'goal.blocked');
    await asked.abort({ compensate: true });
    expect((await asked.result()).status).toBe('aborted');
    expect(bench.notes).toEqual([]);
  });

  test('in the same moment as the last task ends: one of the two ends is final', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    (await bench.held.call('a')).finish();
    await goal.abort().catch(() => {});
    const result = await goal.result();
    expect(['succeeded', 'aborted']).toContain(result.status);
    const ends = (await factsOf(goal)).filter(({ type }) =>
      /^goal\.(succeeded|failed|partial|aborted)$/.test(type),
    );
    expect(ends.map(({ type }) => type)).toEqual([`goal.${result.status}`]);
  });
});

describe('retry of a task that has ended', () => {
  test('makes a new version of the plan with a new task; what has succeeded stays', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      first: { action: note('first') },
      bad: { action: held('bad', '{{ tasks.first.output }}'), ...noRetry },
      next: { action: note('next {{ tasks.bad.output }}') },
      keep: { action: held('keep') },
    });
    (await bench.held.call('bad')).fail();
    await until(goal, 'task.failed', 'bad');
    const keep = await bench.held.call('keep');
    await goal.retry('bad', { by: 'eve' });
    const again = await bench.held.call('bad');
    expect(again.value).toBe('first');
    expect(again.context.taskId).toBe('bad.2');
    again.finish('good');
    keep.finish();
    const result = await goal.result();
    expect(result).toMatchObject({ status: 'succeeded', planVersion: 2, counts: { total: 4, succeeded: 4 } });
    expect(statuses(result)).toEqual({
      first: 'succeeded',
      'bad.2': 'succeeded',
      next: 'succeeded',
      keep: 'succeeded',
    });
    expect(bench.notes).toEqual(['first', 'next good']);
    expect(keep.context.signal.aborted).toBe(false);
    const versions = (await factsOf(goal)).filter(
      ({ type }) => type === 'plan.created' || type === 'plan.superseded',
    );
    expect(versions.map(({ type, data }) => [type, data['version']])).toEqual([
      ['plan.created', 1],
      ['plan.created', 2],
      ['plan.superseded', 1],
    ]);
  });

  test('twice, and with another failing in between', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      bad: { action: held('bad'), ...noRetry },
      keep: { action: held('keep') },
    });
    const keep = await bench.held.call('keep');
    for (const id of ['bad', 'bad.2']) {
      (await bench.held.call('bad')).fail();
      await until(goal, 'task.failed', id);
      await goal.retry(id);
    }
    (await bench.held.call('bad')).finish();
    keep.finish();
    const result = await goal.result();
    expect(result.planVersion).toBe(3);
    expect(statuses(result)).toEqual({ 'bad.3': 'succeeded', keep: 'succeeded' });
  });

  test('is there after a restart of the goal, and is refused where it makes no sense', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: note('a') },
      keep: { action: held('keep') },
      c: { action: note('c'), after: ['keep'] },
    });
    const keep = await bench.held.call('keep');
    await until(goal, 'task.succeeded', 'a');
    await expectRefused(goal.retry('a'), /completed task never runs again/);
    await expectRefused(goal.retry('c'), /not run yet/);
    await expectRefused(goal.retry('nobody'), /not in its plan/);
    await expectRefused(goal.retry('keep'), /executing and does not take task.retry/);
    keep.finish();
    await goal.result();
    await expectRefused(goal.retry('keep'), /succeeded/);
  });

  test('a `once` task that has failed gets a new key: it is another task', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      bad: { action: once('bad'), ...noRetry },
      keep: { action: held('keep') },
    });
    const first = await bench.held.call('bad');
    first.fail();
    await until(goal, 'task.failed', 'bad');
    await goal.retry('bad');
    const second = await bench.held.call('bad');
    expect(second.context.idempotencyKey).not.toBe(first.context.idempotencyKey);
    second.finish();
    (await bench.held.call('keep')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });
});

describe('skip', () => {
  test('what waits or backs off can be skipped; what runs or has ended cannot', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      waits: { action: { wait: { signal: 'never' } } },
      backs: {
        action: fail({ class: 'transient' }),
        retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 60_000 } },
      },
      runs: { action: held('runs') },
      after: { action: echo('after'), after: ['waits', 'backs'] },
    });
    await until(goal, 'task.blocked', 'waits');
    await until(goal, 'task.retrying', 'backs');
    await goal.skip('waits');
    await goal.skip('backs');
    await expectRefused(goal.skip('runs'), /executing/);
    (await bench.held.call('runs')).finish();
    expect(statuses(await goal.result())).toEqual({
      waits: 'skipped',
      backs: 'skipped',
      runs: 'succeeded',
      after: 'succeeded',
    });
  });
});

test('commands are journaled with who and why before they act', async () => {
  const bench = await openWorkbench();
  const goal = await bench.submit({ a: { action: held('a') } });
  await goal.pause({ by: 'eve', reason: 'lunch' });
  await goal.resume({ by: 'eve' });
  await goal.abort({ by: 'bob', reason: 'done' });
  const commands = (await factsOf(goal)).filter(({ type }) => type.endsWith('.commanded'));
  expect(commands.map(({ data }) => data)).toMatchObject([
    { command: 'goal.pause', by: 'eve', reason: 'lunch' },
    { command: 'goal.resume', by: 'eve' },
    { command: 'goal.abort', by: 'bob', reason: 'done', compensate: false },
  ]);
});
