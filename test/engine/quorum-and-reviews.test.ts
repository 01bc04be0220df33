// Approvals by several people, of results, plans and contingencies, and as documents write them.
import { describe, expect, test } from 'vitest';
import {
  echo,
  expectRefused,
  factsOf,
  fail,
  freshFolder,
  handClock,
  note,
  openWorkbench,
  settle,
  statuses,
  story,
  until,
} from './workbench.js';
import { asked, dataOf } from './asking.js';

const day = 86_400_000;

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
    expect(await dataOf(goal, 'task.approved')).toMatchObject([
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
    expect(await dataOf(again, 'task.approvalVoided')).toEqual([]);
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
    expect(await dataOf(goal, 'goal.commanded')).toMatchObject([{ by: 'ann', digest: pending.digest }]);
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
