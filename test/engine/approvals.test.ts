// Approvals: bound to a digest of exactly what is shown, counted by person, void when something else is shown.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '#src/model/approval.js';
import type { GoalHandle, PendingApproval } from '#src/index.js';
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
  statuses,
  story,
  until,
} from './workbench.js';

const day = 86_400_000;

/** What a task asks for now. */
async function asked(goal: GoalHandle, subject?: string): Promise<PendingApproval> {
  const found = await goal.approval(subject);
  if (found === undefined) throw new Error(`nothing is asked about ${subject ?? 'the goal'}`);
  return found;
}

const typesOf = async (goal: GoalHandle, type: string) =>
  (await factsOf(goal)).filter((fact) => fact.type === type).map(({ data }) => data);

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
    expect(await typesOf(goal, 'task.approved')).toEqual([
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
    expect(await typesOf(goal, 'task.approvalVoided')).toMatchObject([
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
    expect(await typesOf(goal, 'task.approvalVoided')).toHaveLength(2);
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
    expect(await typesOf(goal, 'task.approved')).toHaveLength(1);
  });
});

describe('a quorum', () => {
  test('counts different people, each once, and says who approved, when and what', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('ran'), approval: { quorum: 2 } } });
    await until(goal, 'task.blocked', 'a');
    await expectRefused(goal.approve('a'), /expected who answers.*2 different people/);
    await expectRefused(goal.reject('a'), /expected who answers/);
    await goal.approve('a', { by: 'ann', reason: 'fine' });
    const at = bench.clock.now();
    await expectRefused(goal.approve('a', { by: 'ann' }), /ann has approved it already; it has 1 of 2/);
    expect((await asked(goal, 'a')).votes).toEqual([{ by: 'ann', at, reason: 'fine' }]);
    expect((await goal.explain()).waits[0]?.approval?.votes).toEqual([{ by: 'ann', at, reason: 'fine' }]);
    expect(bench.notes).toEqual([]);
    await goal.approve('a', { by: 'bob' });
    expect((await goal.result()).status).toBe('succeeded');
    expect(await typesOf(goal, 'task.approved')).toMatchObject([
      { by: 'ann', approvals: 1, quorum: 2, reason: 'fine' },
      { by: 'bob', approvals: 2, quorum: 2 },
    ]);
  });

  test('one rejection is enough, also after an approval', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('ran'), approval: { quorum: 3 } } });
    await until(goal, 'task.blocked', 'a');
    await goal.approve('a', { by: 'ann' });
    await goal.reject('a', { by: 'ann', reason: 'on second thought' });
    expect((await goal.result()).tasks['a']?.failure).toMatchObject({
      code: 'rejected',
      message: 'Rejected by ann: on second thought',
    });
    expect(bench.notes).toEqual([]);
  });

  test('only those who are named may answer, in any way', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: note('ran'), approval: { quorum: 2, approvers: ['ann', 'bob', 'cid'] } },
    });
    await until(goal, 'task.blocked', 'a');
    await expectRefused(goal.approve('a', { by: 'eve' }), /eve may not answer.*ann, bob, cid.*2 have to/);
    await expectRefused(goal.reject('a', { by: 'eve' }), /eve may not answer/);
    await expectRefused(goal.approve('a'), /got nobody/);
    await goal.approve('a', { by: 'cid' });
    await goal.approve('a', { by: 'ann' });
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('that is not reached in time fails closed, also when the time passes while no engine runs', async () => {
    const store = await freshFolder();
    const first = await openWorkbench({ store });
    const goal = await first.submit({
      a: { action: note('ran'), approval: { quorum: 2 }, approvalTimeout: '1h' },
    });
    await until(goal, 'task.blocked', 'a');
    await goal.approve('a', { by: 'ann' });
    await first.engine.close();
    const second = await openWorkbench({ store, clock: handClock(first.clock.now() + day) });
    const again = await second.engine.goal(goal.id);
    expect((await again.result()).tasks['a']).toMatchObject({
      status: 'failed',
      failure: { code: 'expired' },
    });
    expect(second.notes).toEqual([]);
  });

  test('survives a restart between two approvals', async () => {
    const store = await freshFolder();
    const first = await openWorkbench({ store });
    const goal = await first.submit({ a: { action: note('ran'), approval: { quorum: 2 } } });
    await until(goal, 'task.blocked', 'a');
    const { digest } = await asked(goal, 'a');
    await goal.approve('a', { by: 'ann', digest });
    await first.engine.close();
    const second = await openWorkbench({ store, clock: first.clock });
    const again = await second.engine.goal(goal.id);
    expect(await asked(again, 'a')).toMatchObject({ digest, votes: [{ by: 'ann' }] });
    await expectRefused(again.approve('a', { by: 'ann', digest }), /1 of 2/);
    await again.approve('a', { by: 'bob', digest });
    expect((await again.result()).status).toBe('succeeded');
    expect(await typesOf(again, 'task.approvalVoided')).toEqual([]);
  });
});

describe('a review', () => {
  test('asks for a look at the result, bound to it, before anything follows from it', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: echo({ n: 1 }), review: { quorum: 2 } },
      b: { action: note('{{ tasks.a.output.n }}') },
    });
    const { data } = await until(goal, 'task.blocked', 'a');
    const pending = await asked(goal, 'a');
    expect(data).toMatchObject({ asks: 'review', digest: pending.digest });
    expect(pending.shown).toMatchObject({ asks: 'review', output: { n: 1 } });
    await goal.approve('a', { by: 'ann', digest: pending.digest });
    await settle();
    expect(bench.notes).toEqual([]);
    await goal.approve('a', { by: 'bob', digest: pending.digest });
    expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes).toEqual([1]);
  });

  test('comes after leave to start, and one does not count for the other', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: echo(1), approval: 'required', review: 'required' } });
    await until(goal, 'task.blocked', 'a');
    const start = await asked(goal, 'a');
    const next = (await factsOf(goal)).length + 1;
    await goal.approve('a', { digest: start.digest });
    await until(goal, 'task.blocked', 'a', next);
    await expectRefused(goal.approve('a', { digest: start.digest }), /digest/);
    const review = await asked(goal, 'a');
    expect(review.asks).toBe('review');
    await goal.approve('a', { digest: review.digest });
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('is not asked for of a result that a check rejects; a rejected result fails the task', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      bad: {
        action: echo(1),
        review: 'required',
        retry: { maxRetries: 0 },
        successCriteria: [{ id: 'two', check: 'output == 2' }],
      },
      seen: { action: echo(1), review: 'required' },
    });
    await until(goal, 'task.blocked', 'seen');
    await goal.reject('seen', { by: 'ann', reason: 'odd' });
    expect(statuses(await goal.result())).toEqual({ bad: 'failed', seen: 'failed' });
    expect(story(await factsOf(goal), 'bad')).not.toContain('task.blocked');
  });
});

describe('plans and contingencies', () => {
  test('a plan is approved by the digest of all its tasks', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('ran') } }, {}, { approval: true });
    await until(goal, 'goal.blocked');
    const pending = await asked(goal);
    expect(pending).toMatchObject({ subject: '', asks: 'plan', shown: { planVersion: 1 } });
    expect(Object.keys(pending.shown['tasks'] as object)).toEqual(['a']);
    await expectRefused(goal.approve(undefined, { digest: 'f'.repeat(64) }), /look at it again/);
    await goal.approve(undefined, { by: 'ann', digest: pending.digest });
    expect((await goal.result()).status).toBe('succeeded');
    expect(await typesOf(goal, 'goal.commanded')).toMatchObject([{ by: 'ann', digest: pending.digest }]);
    await expectRefused(goal.approve(undefined, { digest: pending.digest }), /ended/);
  });

  test('a contingency is approved by the digest of what it does and of the failure', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: fail({ message: 'no luck' }), retry: { maxRetries: 0 } } },
      { contingencies: [{ id: 'drop', approval: 'required', actions: [{ id: 's', do: { skip: true } }] }] },
    );
    await until(goal, 'contingency.blocked');
    const subject = 'contingency:drop/a';
    const pending = await asked(goal, subject);
    expect(pending.shown).toMatchObject({ contingency: { id: 'drop' }, failure: { message: 'no luck' } });
    await expectRefused(goal.approve(subject, { digest: 'f'.repeat(64) }), /look at it again/);
    await goal.approve(subject, { digest: pending.digest });
    expect(statuses(await goal.result())).toEqual({ a: 'skipped' });
  });
});

describe('documents', () => {
  test.each([
    [{ approval: { quorum: 0 } }],
    [{ approval: { quorum: 21 } }],
    [{ approval: { approvers: [] } }],
    [{ approval: { quorum: 2, who: ['ann'] } }],
    [{ approval: 'maybe' }],
    [{ approval: { quorum: 3, approvers: ['ann', 'bob'] } }],
    [{ approval: { approvers: ['ann', 'ann'] } }],
    [{ review: { quorum: 3, approvers: ['ann', 'bob'] } }],
    [{ action: { wait: { approval: 'x', quorum: 3, approvers: ['ann'] } } }],
    [{ action: { wait: { approval: 'x', who: 'ann' } } }],
    [{ action: { wait: { question: 'x', quorum: 2 } } }],
    [{ action: { wait: { question: 'x', schema: { type: 'nonsense' } } } }],
  ])('%j is refused, with its place', async (task) => {
    const bench = await openWorkbench();
    await expect(bench.submit({ a: { action: echo(1), ...task } })).rejects.toMatchObject({
      problems: [{ path: expect.stringMatching(/^tasks\.a\.(approval|review|action)/) as string }],
    });
  });
});
