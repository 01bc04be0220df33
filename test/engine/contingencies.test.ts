// Contingencies: what helps a task that has failed.
import { describe, expect, test } from 'vitest';
import {
  createHeld,
  echo,
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

const noRetry = { retry: { maxRetries: 0 } };

describe('contingencies', () => {
  test('retry with a delay, kept by the clock; resolved by the task’s success', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: held('a'), ...noRetry } },
      { contingencies: [{ id: 'again', actions: [{ id: 'r', do: { retry: { delay: '5s' } } }] }] },
    );
    (await bench.held.call('a')).fail();
    await until(goal, 'contingency.engaged');
    await bench.clock.advance(4_999);
    expect(bench.held.log).toEqual(['a']);
    await bench.clock.advance(1);
    (await bench.held.call('a')).finish('second');
    const result = await goal.result();
    expect(result.tasks['a']).toMatchObject({ status: 'succeeded', attempts: 2, output: 'second' });
    const facts = await factsOf(goal);
    expect(story(facts, 'a').filter((type) => type.startsWith('contingency'))).toEqual([
      'contingency.engaged',
      'contingency.succeeded',
    ]);
  });

  test('used up after maxUses, then the fallback, then the task fails', async () => {
    const bench = await openWorkbench();
    const { result, facts } = await bench.run(
      { a: { action: fail(), ...noRetry } },
      {
        contingencies: [
          { id: 'first', fallback: 'second', actions: [{ id: 'r', do: { retry: {} } }], cost: 1 },
          { id: 'second', actions: [{ id: 'r', do: { retry: {} } }], cost: 2 },
        ],
      },
    );
    expect(result.tasks['a']).toMatchObject({ status: 'failed', attempts: 3 });
    const engaged = facts
      .filter(({ type }) => type === 'contingency.engaged')
      .map(({ data }) => data['contingencyId']);
    expect(engaged).toEqual(['first', 'second']);
  });

  test('maxUses 2 allows the same one twice', async () => {
    const bench = await openWorkbench();
    const { result, facts } = await bench.run(
      { a: { action: fail(), ...noRetry } },
      { contingencies: [{ id: 'again', maxUses: 2, actions: [{ id: 'r', do: { retry: {} } }] }] },
    );
    expect(facts.filter(({ type }) => type === 'contingency.engaged').length).toBe(2);
    expect(result.tasks['a']).toMatchObject({ status: 'failed', attempts: 3 });
  });

  test('skip: the rest goes on', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run(
      { a: { action: fail(), ...noRetry }, b: { action: note('b'), after: ['a'] } },
      { contingencies: [{ id: 'without', actions: [{ id: 's', do: { skip: true } }] }] },
    );
    expect(result.status).toBe('succeeded');
    expect(statuses(result)).toEqual({ a: 'skipped', b: 'succeeded' });
  });

  test('an action step, then what follows on success or failure', async () => {
    const bench = await openWorkbench();
    const steps = (first: unknown) => [
      { id: 'mend', do: first, onSuccess: 'retry', onFailure: 'skip' },
      { id: 'retry', do: { retry: {} } },
      { id: 'skip', do: { skip: true } },
    ];
    const good = await bench.run(
      { a: { action: fail({ times: 1 }), ...noRetry } },
      { contingencies: [{ id: 'mend', actions: steps({ action: note('mended') }) }] },
    );
    expect(good.result.tasks['a']).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(bench.notes).toEqual(['mended']);
    const bad = await bench.run(
      { a: { action: fail(), ...noRetry } },
      { contingencies: [{ id: 'mend', actions: steps({ action: fail() }) }] },
    );
    expect(bad.result.tasks['a']?.status).toBe('skipped');
  });

  test('an action whose references cannot be resolved fails its step, not the goal', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run(
      {
        info: { action: echo({}) },
        a: { action: fail(), after: ['info'], ...noRetry, contingencies: ['mend'] },
      },
      {
        contingencies: [
          {
            id: 'mend',
            actions: [
              { id: 'try', do: { action: note('{{ tasks.info.output.missing }}') }, onFailure: 'skip' },
              { id: 'skip', do: { skip: true } },
            ],
          },
        ],
      },
    );
    expect(result.tasks['a']?.status).toBe('skipped');
  });

  test('escalate says why; then the task fails', async () => {
    const bench = await openWorkbench();
    const { result, facts } = await bench.run(
      { a: { action: fail(), ...noRetry } },
      { contingencies: [{ id: 'call', actions: [{ id: 'e', do: { escalate: 'call somebody' } }] }] },
    );
    expect(result.tasks['a']?.status).toBe('failed');
    expect(facts.find(({ type }) => type === 'contingency.failed')?.data['detail']).toBe('call somebody');
  });

  test('only what its trigger fits, what the task names, and the best success for its cost', async () => {
    const bench = await openWorkbench();
    const one = (id: string, more: object = {}) => ({
      id,
      actions: [{ id: 's', do: { skip: true } }],
      ...more,
    });
    const contingencies = [
      one('cheap', {
        expectedSuccessRate: 0.5,
        cost: 1,
        trigger: [{ field: 'failure.code', operator: 'eq', value: 'x' }],
      }),
      one('dear', {
        expectedSuccessRate: 0.9,
        cost: 9,
        trigger: [{ field: 'failure.code', operator: 'in', value: ['x', 'y'] }],
      }),
      one('both', {
        all: true,
        trigger: [
          { field: 'failure.code', operator: 'eq', value: 'z' },
          { field: 'task.id', operator: 'eq', value: 'z2' },
        ],
      }),
    ];
    const bad = (code: string, more: object = {}) => ({ action: fail({ code }), ...noRetry, ...more });
    const { facts, result } = await bench.run(
      { x: bad('x'), y: bad('y'), z: bad('z'), z2: bad('z'), named: bad('x', { contingencies: ['dear'] }) },
      { contingencies },
    );
    const used = facts
      .filter(({ type }) => type === 'contingency.engaged')
      .map(({ data }) => [data['taskId'], data['contingencyId']]);
    expect(new Map(used as [string, string][])).toEqual(
      new Map([
        ['x', 'cheap'],
        ['y', 'dear'],
        ['z2', 'both'],
        ['named', 'dear'],
      ]),
    );
    expect(statuses(result)).toMatchObject({ z: 'failed', z2: 'skipped' });
  });

  test('of type timeout: for timeouts only', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { slow: { action: held('slow'), timeout: '1s', ...noRetry }, wrong: { action: fail(), ...noRetry } },
      { contingencies: [{ id: 't', type: 'timeout', actions: [{ id: 's', do: { skip: true } }] }] },
    );
    await bench.held.call('slow');
    await bench.clock.advance(1000);
    expect(statuses(await goal.result())).toEqual({ slow: 'skipped', wrong: 'failed' });
  });

  test('C1 with approval nothing begins before it is approved; a rejection declines', async () => {
    for (const answer of ['approve', 'reject'] as const) {
      const bench = await openWorkbench();
      const goal = await bench.submit(
        { a: { action: fail({ times: 1 }), ...noRetry } },
        {
          contingencies: [
            {
              id: 'careful',
              approval: 'required',
              actions: [
                { id: 'n', do: note('began') },
                { id: 'r', do: { retry: {} } },
              ],
            },
          ],
        },
      );
      await until(goal, 'contingency.blocked');
      await settle();
      expect(bench.notes).toEqual([]);
      expect((await goal.explain()).waits.map(({ kind }) => kind)).toContain('approval');
      await goal[answer]('contingency:careful/a');
      const result = await goal.result();
      expect(result.tasks['a']?.status).toBe(answer === 'approve' ? 'succeeded' : 'failed');
      expect(bench.notes).toEqual(answer === 'approve' ? ['began'] : []);
    }
  });

  test('C3 its time limit holds', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: fail(), ...noRetry } },
      {
        contingencies: [
          {
            id: 'slow',
            maxDuration: '10s',
            actions: [
              { id: 'n', do: held('mending') },
              { id: 'r', do: { retry: {} } },
            ],
          },
        ],
      },
    );
    const mending = await bench.held.call('mending');
    await bench.clock.advance(10_000);
    expect(mending.context.signal.aborted).toBe(true);
    expect((await goal.result()).tasks['a']?.status).toBe('failed');
  });

  test('before a person is asked', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: fail(), ...noRetry } },
      {
        strategy: { onFailure: 'ask' },
        contingencies: [{ id: 'again', actions: [{ id: 'r', do: { retry: {} } }] }],
      },
    );
    await until(goal, 'task.blocked', 'a');
    expect((await goal.snapshot()).tasks['a']?.attempts).toBe(2);
    await goal.skip('a');
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('survives a restart: a delayed retry comes, a `once` step is not done twice', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const clock = handClock();
    const options = { store, durability: 'relaxed' as const, clock, held: calls };
    const first = await openWorkbench(options);
    const goal = await first.submit(
      {
        later: { action: held('later'), ...noRetry, contingencies: ['delayed'] },
        mend: { action: held('mend'), ...noRetry, contingencies: ['act'] },
      },
      {
        contingencies: [
          { id: 'delayed', actions: [{ id: 'r', do: { retry: { delay: '1m' } } }] },
          {
            id: 'act',
            actions: [
              { id: 'do', do: once('step'), onFailure: 's' },
              { id: 's', do: { skip: true } },
            ],
          },
        ],
      },
    );
    (await calls.call('later')).fail();
    (await calls.call('mend')).fail();
    await calls.call('step');
    await first.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    const again = await second.engine.goal(goal.id);
    await clock.advance(60_000);
    (await calls.call('later')).finish();
    expect(statuses(await again.result())).toEqual({ later: 'succeeded', mend: 'skipped' });
    expect(calls.log).toEqual(['later', 'mend', 'step', 'later']);
  });
});
