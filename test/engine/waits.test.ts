// Waits and approvals: what a goal waits for, who answers, and what happens when nobody does.
import { describe, expect, test } from 'vitest';
import { keptSignals } from '#src/actors/signals.js';
import {
  echo,
  expectRefused,
  factsOf,
  held,
  note,
  openWorkbench,
  settle,
  statuses,
  story,
  until,
} from './workbench.js';

const day = 86_400_000;

describe('time', () => {
  test('a duration, an instant, and both from values of the plan', async () => {
    const bench = await openWorkbench();
    const at = bench.clock.now();
    const goal = await bench.submit(
      {
        short: { action: { wait: '30s' } },
        until: { action: { wait: { until: new Date(at + 45_000).toISOString() } } },
        given: { action: { wait: { duration: '{{ inputs.delay }}' } } },
        past: { action: { wait: { until: at - 1000 } } },
        after: { action: note('after'), after: ['short'] },
      },
      { inputs: { delay: { type: 'string', default: '1m' } } },
    );
    await settle();
    expect(statuses(await goal.snapshot())).toMatchObject({
      short: 'blocked',
      until: 'blocked',
      past: 'succeeded',
    });
    expect((await goal.snapshot()).status).toBe('blocked');
    await bench.clock.advance(30_000);
    expect(bench.notes).toEqual(['after']);
    expect(statuses(await goal.snapshot())).toMatchObject({ short: 'succeeded', until: 'blocked' });
    await bench.clock.advance(15_000);
    expect(statuses(await goal.snapshot())).toMatchObject({ until: 'succeeded', given: 'blocked' });
    await bench.clock.advance(15_000);
    const result = await goal.result();
    expect(result.status).toBe('succeeded');
    expect(result.tasks['until']?.output).toEqual({ until: new Date(at + 45_000).toISOString() });
  });

  test('may be longer than the patience with people', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      long: { action: { wait: '48h' } },
      after: { action: note('after'), after: ['long'] },
    });
    await bench.clock.advance(day + 1);
    expect((await goal.snapshot()).status).toBe('blocked');
    await bench.clock.advance(day);
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a duration that makes no sense fails the task', async () => {
    const { run } = await openWorkbench();
    const { result } = await run({
      a: { action: echo('soon') },
      b: { action: { wait: { duration: '{{ tasks.a.output }}' } } },
    });
    expect(result.tasks['b']).toMatchObject({ status: 'failed', failure: { effect: 'none' } });
    expect(result.tasks['b']?.failure?.message).toMatch(/30s.*soon/);
  });

  test('what is waited for a long time has one timer, and none when the goal is aborted', async () => {
    const bench = await openWorkbench();
    const waits = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`w${i}`, { action: { wait: `${i + 1}h` } }]),
    );
    const goal = await bench.submit(waits);
    await settle();
    // Beside it stands the timer that deletes old goals.
    expect(bench.clock.waits().length).toBeLessThanOrEqual(2);
    await goal.abort();
    await goal.result();
    // What is left looks after goals at rest and old ones: nothing of the waits.
    expect(bench.clock.waits().filter((at) => at > bench.clock.now() + 60_000)).toEqual([]);
  });
});

describe('signals', () => {
  test('after the wait has begun', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: { wait: { signal: 'go' } } },
      b: { action: echo('{{ tasks.a.output.who }}') },
    });
    await until(goal, 'task.blocked', 'a');
    expect((await goal.explain()).waits).toMatchObject([
      {
        subject: 'a',
        kind: 'external',
        unblock: [`signal ${goal.id} go`],
        deadlineAt: bench.clock.now() + day,
      },
    ]);
    await goal.signal('other', 1);
    await goal.signal('go', { who: 'eve' }, { by: 'eve' });
    const result = await goal.result();
    expect(result.tasks['b']?.output).toBe('eve');
    const facts = await factsOf(goal);
    expect(facts.filter(({ type }) => type === 'goal.signalled').map(({ data }) => data['name'])).toEqual([
      'other',
      'go',
    ]);
  });

  test('before the wait begins: kept, first in, first out', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      hold: { action: held('hold') },
      one: { action: { wait: { signal: 'go' } }, after: ['hold'] },
      two: { action: { wait: { signal: 'go' } }, after: ['one'] },
    });
    await goal.signal('go', 'first');
    await goal.signal('go', 'second');
    (await bench.held.call('hold')).finish();
    const { tasks } = await goal.result();
    expect([tasks['one']?.output, tasks['two']?.output]).toEqual(['first', 'second']);
    expect(story(await factsOf(goal), 'one')).toEqual([
      'attempt.started',
      'attempt.completed',
      'task.succeeded',
    ]);
  });

  test('two tasks that wait for one name get one signal each', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      one: { action: { wait: { signal: 'go' } } },
      two: { action: { wait: { signal: 'go' } } },
    });
    await until(goal, 'task.blocked', 'two');
    await Promise.all([goal.signal('go', 1), goal.signal('go', 2)]);
    const { tasks } = await goal.result();
    expect([tasks['one']?.output, tasks['two']?.output]).toEqual([1, 2]);
  });

  test('at most so many are kept; names have limits; an ended goal takes none', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    for (let i = 0; i < keptSignals; i++) await goal.signal('later', i);
    await expectRefused(goal.signal('later', 'one more'), new RegExp(`${keptSignals} signals`));
    await expectRefused(goal.signal('', 1), /1 to 128/);
    (await bench.held.call('a')).finish();
    await goal.result();
    await expectRefused(goal.signal('later'), /ended/);
  });

  test('a payload that is no plain JSON harms nobody', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: { wait: { signal: 'go' } } } });
    await until(goal, 'task.blocked', 'a');
    await goal.signal('go', { at: new Date(0), gone: undefined } as never);
    expect((await goal.result()).tasks['a']?.output).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  test('no signal in time fails closed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: { wait: { signal: 'go' }, timeout: '1h' } } });
    await until(goal, 'task.blocked', 'a');
    await bench.clock.advance(3_600_000);
    const result = await goal.result();
    expect(result.tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'expired', message: expect.stringMatching(/go/) as string },
    });
  });
});

describe('approval waits', () => {
  const ask = { action: { wait: { approval: 'May it go out?' } } };
  test('approve, and say who', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: ask, b: { action: note('b'), after: ['a'] } });
    const fact = await until(goal, 'task.blocked', 'a');
    expect(fact.data).toMatchObject({ kind: 'approval', detail: 'May it go out?' });
    await goal.approve('a', { by: 'eve', reason: 'fine' });
    expect((await goal.result()).status).toBe('succeeded');
    const command = (await factsOf(goal)).find(({ type }) => type === 'task.commanded');
    expect(command?.data).toMatchObject({ command: 'task.approve', by: 'eve', reason: 'fine' });
    expect(bench.notes).toEqual(['b']);
  });
  test('reject', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: ask });
    await until(goal, 'task.blocked', 'a');
    await goal.reject();
    expect((await goal.result()).tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'rejected' },
    });
  });
  test('no answer within the patience fails closed, also when that is longer than the default', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { ...ask, approvalTimeoutMs: 3 * day } });
    await until(goal, 'task.blocked', 'a');
    await bench.clock.advance(2 * day);
    expect((await goal.snapshot()).status).toBe('blocked');
    await bench.clock.advance(day);
    expect((await goal.result()).tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'expired' },
    });
  });
});

describe('approval: required', () => {
  const task = { action: note('ran'), approval: 'required' };

  test('T3 nothing begins before it is approved', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: task });
    await until(goal, 'task.blocked', 'a');
    expect(bench.notes).toEqual([]);
    expect(story(await factsOf(goal), 'a')).toEqual(['task.blocked']);
    await goal.approve('a');
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual(['ran']);
  });
  test('rejected, skipped and expired tasks never run', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      rejected: task,
      skipped: task,
      expired: { ...task, approvalTimeoutMs: 1000 },
    });
    await until(goal, 'task.blocked', 'expired');
    await goal.reject('rejected');
    await goal.skip('skipped');
    await bench.clock.advance(1000);
    expect(statuses(await goal.result())).toEqual({
      rejected: 'failed',
      skipped: 'skipped',
      expired: 'failed',
    });
    expect(bench.notes).toEqual([]);
  });
  test('with several open decisions one has to be named; with one it need not be', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: task, b: task });
    await until(goal, 'task.blocked', 'b');
    await expectRefused(goal.approve(), /name one of a, b/);
    await goal.approve('a');
    await goal.approve();
    expect((await goal.result()).status).toBe('succeeded');
  });
  test('approving twice is refused the second time', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a'), approval: 'required' } });
    await until(goal, 'task.blocked', 'a');
    const answers = await Promise.allSettled([goal.approve('a'), goal.approve('a')]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    (await bench.held.call('a')).finish();
    expect((await goal.result()).tasks['a']?.attempts).toBe(1);
  });
});

describe('approval of the whole plan', () => {
  test('asked for with the goal, answered by approve or reject without a subject, fails closed', async () => {
    for (const answer of ['approve', 'reject', 'nothing'] as const) {
      const bench = await openWorkbench();
      const goal = await bench.submit({ a: { action: note('ran') } }, {}, { approval: true });
      await until(goal, 'goal.blocked');
      expect((await goal.explain()).waits[0]).toMatchObject({ kind: 'approval', subject: '' });
      expect(bench.notes).toEqual([]);
      if (answer === 'approve') await goal.approve();
      else if (answer === 'reject') await goal.reject(undefined, { by: 'eve', reason: 'no' });
      else await bench.clock.advance(day);
      const result = await goal.result();
      expect(result.status).toBe(answer === 'approve' ? 'succeeded' : 'failed');
      expect(bench.notes).toEqual(answer === 'approve' ? ['ran'] : []);
      if (answer === 'reject') expect(result.reason).toMatch(/rejected by eve: no/);
    }
  });

  test('as the goal says', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: note('ran') } },
      { goal: { name: 'Careful', constraints: { quality: { humanApprovalRequired: true } } } },
    );
    await until(goal, 'goal.blocked');
    await goal.approve();
    expect((await goal.result()).status).toBe('succeeded');
  });
});
