// Recovery: contingencies, the monitor of stalled tasks, and undoing what was done.
import { describe, expect, test } from 'vitest';
import {
  createHeld,
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

describe('the monitor of stalled tasks', () => {
  test('M1 M2 raises after the window, once, and clears when it ends', async () => {
    const bench = await openWorkbench({
      config: { monitor: { intervalMs: 1_000, windowMs: 3_000, stalledFactor: 2 } },
    });
    const goal = await bench.submit({
      a: { action: held('a'), estimate: { expected: '10s' } },
      b: { action: held('b') },
    });
    const a = await bench.held.call('a');
    await bench.clock.advance(20_000);
    const raised = async () => (await factsOf(goal)).filter(({ type }) => type.startsWith('monitor.'));
    expect(await raised()).toEqual([]);
    await bench.clock.advance(10_000);
    expect(await raised()).toMatchObject([{ type: 'monitor.raised', data: { taskId: 'a' } }]);
    a.finish();
    await bench.clock.advance(2_000);
    expect((await raised()).map(({ type }) => type)).toEqual(['monitor.raised', 'monitor.cleared']);
    (await bench.held.call('b')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a task that ends within the window raises nothing', async () => {
    const bench = await openWorkbench({
      config: { monitor: { intervalMs: 1_000, windowMs: 3_000, stalledFactor: 2 } },
    });
    const goal = await bench.submit({
      a: { action: held('a'), estimate: { expected: '10s' } },
      b: { action: held('b') },
    });
    const a = await bench.held.call('a');
    await bench.clock.advance(21_500);
    a.finish();
    await bench.clock.advance(10_000);
    (await bench.held.call('b')).finish();
    await goal.result();
    expect((await factsOf(goal)).filter(({ type }) => type.startsWith('monitor.'))).toEqual([]);
  });
});

describe('compensation', () => {
  const doing = (name: string, more: object = {}) => ({
    action: note(name),
    compensate: note(`undo ${name}`),
    ...more,
  });

  test('abort with compensation undoes in reverse order of the ends, rounds too, with outputs and items', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: doing('a'),
      loop: {
        after: ['a'],
        action: { forEach: ['x', 'y'], width: 1, do: note('{{ item }}') },
        compensate: note('undo {{ item }}{{ index }} which gave {{ output }}'),
      },
      plain: { action: note('plain'), after: ['loop'] },
      last: {
        ...doing('last', { after: ['plain'] }),
        compensate: note('undo {{ output }} after {{ tasks.a.output }}'),
      },
      never: doing('never', { after: ['wait'] }),
      wait: { action: held('wait'), after: ['last'] },
    });
    const wait = await bench.held.call('wait');
    await goal.abort({ compensate: true, reason: 'changed my mind' });
    expect((await goal.snapshot()).status).toBe('recovering');
    wait.finish();
    const result = await goal.result();
    expect(result).toMatchObject({ status: 'aborted', reason: 'changed my mind', warnings: [] });
    expect(bench.notes).toEqual([
      'a',
      'x',
      'y',
      'plain',
      'last',
      'undo last after a',
      'undo y1 which gave y',
      'undo x0 which gave x',
      'undo a',
    ]);
  });

  test('nothing is tried again while a plan is undone, and a compensation waits for the lock of its task', async () => {
    const bench = await openWorkbench();
    const lock = { requires: { locks: [{ name: 'l' }] } };
    const goal = await bench.submit({
      a: doing('a', lock),
      b: {
        action: held('b'),
        after: ['a'],
        retry: { maxRetries: 3, backoff: { kind: 'fixed', baseMs: 1_000 } },
      },
    });
    (await bench.held.call('b')).fail({ class: 'transient' });
    await until(goal, 'task.retrying', 'b');
    await bench.submit({ other: { action: held('other'), ...lock } });
    const other = await bench.held.call('other');
    await goal.abort({ compensate: true });
    await bench.clock.advance(1_000);
    await settle();
    expect(bench.held.log).toEqual(['b', 'other']);
    expect(bench.notes).toEqual(['a']);
    other.finish();
    expect(await goal.result()).toMatchObject({ status: 'aborted' });
    expect(bench.notes).toEqual(['a', 'undo a']);
    expect(bench.held.log).toEqual(['b', 'other']);
  });

  test('without compensation nothing is undone', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: doing('a'), wait: { action: held('wait'), after: ['a'] } });
    await bench.held.call('wait');
    await goal.abort();
    expect((await goal.result()).status).toBe('aborted');
    expect(bench.notes).toEqual(['a']);
  });

  test('compensateOnFailure: after a critical failure, and when the plan ends partial', async () => {
    for (const critical of [true, false]) {
      const bench = await openWorkbench();
      const { result } = await bench.run(
        {
          a: doing('a'),
          b: doing('b', { after: ['a'] }),
          bad: { action: fail(), after: ['b'], critical, ...noRetry },
        },
        { strategy: { compensateOnFailure: true } },
      );
      expect(result.status).toBe(critical ? 'failed' : 'partial');
      expect(bench.notes).toEqual(['a', 'b', 'undo b', 'undo a']);
    }
  });

  test('a success is not undone', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run({ a: doing('a') }, { strategy: { compensateOnFailure: true } });
    expect(result.status).toBe('succeeded');
    expect(bench.notes).toEqual(['a']);
  });

  test('a failing compensation is reported and does not stop the others', async () => {
    const bench = await openWorkbench();
    const { result } = await bench.run(
      {
        a: doing('a'),
        b: { action: note('b'), after: ['a'], compensate: fail(), ...noRetry },
        bad: { action: fail(), after: ['b'], critical: true, ...noRetry },
      },
      { strategy: { compensateOnFailure: true } },
    );
    expect(bench.notes).toEqual(['a', 'b', 'undo a']);
    expect(result.warnings).toEqual([expect.stringMatching(/b~undo.*person/)]);
  });

  test('goes on after a restart: what was undone is not undone again', async () => {
    const store = await freshFolder();
    const calls = createHeld();
    const options = { store, durability: 'relaxed' as const, clock: handClock(), held: calls };
    const first = await openWorkbench(options);
    const task = (name: string, after: string[]) => ({
      action: held(name),
      after,
      compensate: held(`undo ${name}`),
    });
    const goal = await first.submit({
      a: task('a', []),
      b: task('b', ['a']),
      c: task('c', ['b']),
      d: task('d', ['c']),
    });
    for (const name of ['a', 'b', 'c']) (await calls.call(name)).finish();
    await calls.call('d');
    void goal.abort({ compensate: true });
    await settle();
    calls.open();
    await first.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    const again = await second.engine.goal(goal.id);
    (await calls.call('d')).finish();
    (await calls.call('undo d')).finish();
    await calls.call('undo c');
    await second.engine.close({ graceMs: 0 });
    const third = await openWorkbench(options);
    for (const name of ['undo c', 'undo b', 'undo a']) (await calls.call(name)).finish();
    expect((await (await third.engine.goal(goal.id)).result()).status).toBe('aborted');
    expect(calls.log.slice(-6)).toEqual(['d', 'undo d', 'undo c', 'undo c', 'undo b', 'undo a']);
    void again;
  });

  test('an interrupted compensation that must not run twice asks a person', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({
      a: { action: note('a'), compensate: once('undo a'), timeout: '1s' },
      wait: { action: held('wait'), after: ['a'] },
    });
    const wait = await bench.held.call('wait');
    await goal.abort({ compensate: true });
    wait.finish();
    await bench.held.call('undo a');
    await bench.clock.advance(1000);
    await until(goal, 'attempt.interrupted', 'a~undo');
    await goal.approve('a~undo');
    expect(await goal.result()).toMatchObject({ status: 'aborted', warnings: [] });
  });
});

describe('undo of an ended goal', () => {
  test('is a goal of its own, in reverse order, with what was recorded', async () => {
    const bench = await openWorkbench();
    const { goal } = await bench.run({
      a: { action: note('a'), compensate: note({ undo: '{{ output }}', text: '{{ "{" + "{" }} kept' }) },
      loop: {
        after: ['a'],
        action: { forEach: ['x', 'y'], width: 1, do: note('{{ item }}') },
        compensate: note('undo {{ item }}'),
      },
      bad: { action: fail(), compensate: note('never'), optional: true, ...noRetry },
    });
    const undo = await goal.undo({ goalId: 'back' });
    expect(undo.id).toBe('back');
    const result = await undo.result();
    expect(result.status).toBe('succeeded');
    expect(bench.notes.slice(-3)).toEqual(['undo y', 'undo x', { undo: 'a', text: '{{ kept' }]);
  });

  test('is refused while the goal runs, and when there is nothing to undo', async () => {
    const bench = await openWorkbench();
    const running = await bench.submit({ a: { action: held('a'), compensate: note('x') } });
    await expectRefused(running.undo(), /not ended/);
    const { goal } = await bench.run({ a: { action: note('a') } });
    await expectRefused(goal.undo(), /nothing that can be undone/);
  });
});
