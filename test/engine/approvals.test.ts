// Approvals: bound to a digest of exactly what is shown, counted by person, void when something else is shown.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '#src/model/approval.js';
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
import { asked, dataOf } from './asking.js';

const day = 86_400_000;

describe('what is shown', () => {
  test('is the action with its values, and its digest is SHA-256 over its canonical JSON', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        a: { action: echo('there') },
        b: {
          name: 'Send it',
          action: note({ to: '{{ tasks.a.output }}', who: '{{ inputs.who }}' }),
          effect: 'once',
          approval: 'required',
        },
      },
      { inputs: { who: { type: 'string', default: 'eve' } } },
    );
    const { data } = await until(goal, 'task.blocked', 'b');
    const pending = await asked(goal, 'b');
    expect(pending).toMatchObject({
      subject: 'b',
      asks: 'start',
      quorum: 1,
      approvers: [],
      votes: [],
      deadlineAt: bench.clock.now() + day,
      shown: {
        asks: 'start',
        goal: goal.id,
        task: 'b',
        name: 'Send it',
        effect: 'once',
        planVersion: 1,
        action: { kind: 'tool_call', tool: 'do.note', input: { value: { to: 'there', who: 'eve' } } },
      },
    });
    const text = canonicalText(pending.shown);
    expect(pending.digest).toBe(createHash('sha256').update(text).digest('hex'));
    expect(data).toMatchObject({ asks: 'start', digest: pending.digest, quorum: 1 });
    const [wait] = (await goal.explain()).waits;
    expect(wait?.approval).toEqual({ digest: pending.digest, quorum: 1, approvers: [], votes: [] });
    await goal.approve('b', { by: 'eve', digest: pending.digest });
    expect((await goal.result()).status).toBe('succeeded');
    expect(await dataOf(goal, 'task.approved')).toEqual([
      { taskId: 'b', asks: 'start', by: 'eve', digest: pending.digest, approvals: 1, quorum: 1 },
    ]);
  });

  test('canonical JSON does not depend on the order of keys', () => {
    expect(canonicalText({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      canonicalText({ a: true, b: [1, { c: 'x', d: null }] }),
    );
    expect(canonicalText({ a: 1 })).not.toBe(canonicalText({ a: '1' }));
  });

  test('of a loop: its items; of what cannot be resolved: the problem, and approving lets it fail', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      list: { action: echo([1, 2]) },
      loop: {
        action: { forEach: '{{ tasks.list.output }}', do: note('{{ item }}') },
        approval: 'required',
      },
      broken: { action: note('{{ tasks.list.output.nothing }}'), approval: 'required', optional: true },
    });
    await until(goal, 'task.blocked', 'loop');
    await until(goal, 'task.blocked', 'broken');
    expect((await asked(goal, 'loop')).shown['action']).toMatchObject({ items: [1, 2] });
    expect((await asked(goal, 'broken')).shown['action']).toMatchObject({
      problem: expect.stringMatching(/nothing/) as string,
    });
    await goal.approve('loop', { digest: (await asked(goal, 'loop')).digest });
    await goal.approve('broken', { digest: (await asked(goal, 'broken')).digest });
    expect(statuses(await goal.result())).toEqual({ list: 'succeeded', loop: 'succeeded', broken: 'failed' });
    expect(bench.notes).toEqual([1, 2]);
  });

  test('nothing is shown of what asks for nothing', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    await bench.held.call('a');
    expect(await goal.approval('a')).toBeUndefined();
    expect(await goal.approval()).toBeUndefined();
    expect(await goal.approval('contingency:x/a')).toBeUndefined();
  });
});

describe('a digest', () => {
  test('of something else is refused, with what is asked for now', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('ran'), approval: 'required' } });
    await until(goal, 'task.blocked', 'a');
    const { digest } = await asked(goal, 'a');
    const other = 'f'.repeat(64);
    await expectRefused(goal.approve('a', { digest: other }), new RegExp(`ffff.*${digest.slice(0, 12)}`));
    await expectRefused(goal.reject('a', { digest: other }), /look at it again/);
    expect(bench.notes).toEqual([]);
    await goal.approve('a', { digest });
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('does not answer an interruption, nor a task that has failed', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      {
        cut: { action: once('cut'), approval: 'required', timeoutMs: 1000 },
        broken: { action: fail(), approval: 'required' },
      },
      { strategy: { onFailure: 'ask' } },
    );
    await until(goal, 'task.blocked', 'broken');
    const [cut, broken] = [await asked(goal, 'cut'), await asked(goal, 'broken')];
    await goal.approve('cut', { digest: cut.digest });
    await goal.approve('broken', { digest: broken.digest });
    await bench.held.call('cut');
    await bench.clock.advance(7000);
    await expectRefused(goal.approve('cut', { digest: cut.digest }), /blocked\.interrupted/);
    await expectRefused(goal.reject('cut', { digest: cut.digest }), /blocked\.interrupted/);
    await expectRefused(goal.reject('broken', { digest: broken.digest }), /blocked\.error/);
    await goal.approve('cut');
    await goal.reject('broken');
    expect(statuses(await goal.result())).toEqual({ cut: 'succeeded', broken: 'failed' });
  });
});

describe('a change voids', () => {
  const failing = { broken: { action: fail(), retry: { maxRetries: 0 } } };
  const two = { quorum: 2 };

  test('votes, when the plan is modified while they are collected', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      ...failing,
      a: { action: note('ran'), approval: two },
      long: { action: { wait: { signal: 'end' } } },
    });
    await until(goal, 'task.blocked', 'a');
    await until(goal, 'task.failed', 'broken');
    const before = await asked(goal, 'a');
    await goal.approve('a', { by: 'ann', digest: before.digest });
    await goal.retry('broken');
    await until(goal, 'goal.replanned');
    await settle();
    expect(await dataOf(goal, 'task.approvalVoided')).toMatchObject([
      { taskId: 'a', was: before.digest, changed: ['planVersion'], votes: ['ann'] },
    ]);
    await expectRefused(goal.approve('a', { by: 'bob', digest: before.digest }), /changed.*planVersion/);
    expect((await asked(goal, 'a')).votes).toEqual([]);
    expect(bench.notes).toEqual([]);
    const { digest } = await asked(goal, 'a');
    expect(digest).not.toBe(before.digest);
    for (const by of ['bob', 'ann']) await goal.approve('a', { by, digest });
    await until(goal, 'task.succeeded', 'a');
    expect(bench.notes).toEqual(['ran']);
    await goal.abort();
  });

  test('leave that was given, when the plan is modified before the start or between two attempts', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      ...failing,
      holder: { action: held('holder'), requires: { locks: [{ name: 'l' }] } },
      a: { action: held('a'), approval: 'required', requires: { locks: [{ name: 'l' }] } },
    });
    await until(goal, 'task.failed', 'broken');
    await until(goal, 'task.blocked', 'a');
    const next = (await factsOf(goal)).length + 1;
    await goal.approve('a', { by: 'ann' });
    await until(goal, 'task.blocked', 'a', next);
    await goal.retry('broken');
    await until(goal, 'goal.replanned');
    (await bench.held.call('holder')).finish();
    await until(goal, 'task.approvalVoided', 'a');
    await settle();
    expect(bench.held.log).toEqual(['holder']);
    await goal.approve('a', { by: 'bob' });
    (await bench.held.call('a')).fail({ retryable: true, class: 'transient', effect: 'none' });
    await until(goal, 'task.retrying', 'a');
    await goal.retry('broken.2');
    await bench.clock.advance(60_000);
    expect(await dataOf(goal, 'task.approvalVoided')).toHaveLength(2);
    expect(bench.held.log).toEqual(['holder', 'a']);
    await goal.approve('a', { by: 'cid' });
    (await bench.held.call('a')).finish();
    expect((await goal.result()).tasks['a']?.status).toBe('succeeded');
  });

  test('leave that still holds is not asked for again when an attempt is repeated', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: fail({ times: 2, retryable: true }), approval: 'required' },
    });
    await until(goal, 'task.blocked', 'a');
    await goal.approve('a');
    await until(goal, 'task.retrying', 'a');
    await bench.clock.advance(600_000);
    expect((await goal.result()).tasks['a']).toMatchObject({ status: 'succeeded', attempts: 3 });
    expect(await dataOf(goal, 'task.approved')).toHaveLength(1);
  });
});
