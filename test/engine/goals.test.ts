// Goals: when they start and must end, how they depend on each other, and how an engine keeps them apart.
import { describe, expect, test } from 'vitest';
import type { Fact } from '#src/index.js';
import {
  afterThis,
  createHeld,
  echo,
  fail,
  freshFolder,
  handClock,
  held,
  note,
  openWorkbench,
  until,
} from './workbench.js';

const time = (more: Record<string, unknown>) => ({ goal: { name: 'Timed', constraints: { time: more } } });

describe('start and end', () => {
  test('a start delay is kept', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: note('a') } }, time({ minStartDelay: '1h' }));
    await bench.clock.advance(3_599_999);
    expect(bench.notes).toEqual([]);
    expect((await goal.snapshot()).status).toBe('ready');
    await bench.clock.advance(1);
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a window of the day is waited for', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(
      { a: { action: note('a') } },
      time({ window: { from: '14:00', to: '15:00' } }),
    );
    await bench.clock.advance(2 * 3_600_000 - 1);
    expect(bench.notes).toEqual([]);
    await bench.clock.advance(1);
    expect((await goal.result()).status).toBe('succeeded');
  });

  test.each([
    { timeZone: 'Mars/Olympus', from: '14:00', to: '15:00' },
    { from: '27:00', to: '28:00' },
  ])('a window that makes no sense is refused: %o', async (window) => {
    const bench = await openWorkbench();
    const refused = bench.submit({ a: { action: note('a') } }, time({ window }));
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await bench.engine.goals()).toEqual([]);
  });

  test('a deadline fails the goal and stops what runs', async () => {
    for (const limit of ['maxDuration', 'deadline']) {
      const bench = await openWorkbench();
      const until10 = limit === 'deadline' ? bench.clock.now() + 10_000 : '10s';
      const goal = await bench.submit({ a: { action: held('a') } }, time({ [limit]: until10 }));
      const a = await bench.held.call('a');
      await bench.clock.advance(10_000);
      expect(a.context.signal.aborted).toBe(true);
      expect(await goal.result()).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/deadline/) as string,
      });
    }
  });

  test('a deadline that passed while nobody looked comes at once with the next engine', async () => {
    const store = await freshFolder();
    const clock = handClock();
    const first = await openWorkbench({ store, clock, durability: 'relaxed' });
    const goal = await first.submit(
      { a: { action: { wait: { signal: 'never' } } } },
      time({ maxDuration: '1h' }),
    );
    await until(goal, 'goal.blocked');
    await first.engine.close({ graceMs: 0 });
    await clock.advance(7_200_000);
    const second = await openWorkbench({ store, clock, durability: 'relaxed' });
    expect((await (await second.engine.goal(goal.id)).result()).status).toBe('failed');
  });
});

describe('dependsOn', () => {
  test('waits for the other’s success, also over a restart', async () => {
    const store = await freshFolder();
    const options = { store, clock: handClock(), held: createHeld(), durability: 'relaxed' as const };
    const first = await openWorkbench(options);
    await first.submit({ a: { action: held('a') } }, {}, { goalId: 'one' });
    await first.submit(
      { b: { action: note('b') } },
      { goal: { name: 'Two', dependsOn: ['one'] } },
      { goalId: 'two' },
    );
    await options.held.call('a');
    expect((await (await first.engine.goal('two')).snapshot()).status).toBe('ready');
    await first.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    (await options.held.call('a')).finish();
    expect((await (await second.engine.goal('two')).result()).status).toBe('succeeded');
    expect(second.notes).toEqual(['b']);
  });

  test('fails when the other ended otherwise, or is not known', async () => {
    const bench = await openWorkbench();
    await bench.run({ a: { action: fail(), retry: { maxRetries: 0 } } }, {}, { goalId: 'bad' });
    for (const [id, reason] of [
      ['bad', /ended failed/],
      ['unknown', /not known/],
    ] as const) {
      const { result } = await bench.run(
        { b: { action: note('b') } },
        { goal: { name: 'Two', dependsOn: [id] } },
      );
      expect(result).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) as string });
    }
    expect(bench.notes).toEqual([]);
  });
});

describe('the same goal id again', () => {
  test('gives the goal that is there, running or ended, and stores nothing new', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } }, {}, { goalId: 'mine' });
    const [again, twice] = await Promise.all([
      bench.submit({ other: { action: note('other') } }, {}, { goalId: 'mine' }),
      bench.submit({ other: { action: note('other') } }, {}, { goalId: 'mine' }),
    ]);
    (await bench.held.call('a')).finish('once');
    for (const handle of [goal, again, twice]) {
      expect((await handle.result()).tasks).toMatchObject({ a: { output: 'once' } });
    }
    const ended = await bench.submit({ a: { action: held('a') } }, {}, { goalId: 'mine' });
    expect((await ended.result()).status).toBe('succeeded');
    expect(bench.held.log).toEqual(['a']);
    expect(bench.notes).toEqual([]);
  });

  test('two at once for a new id make one goal', async () => {
    const bench = await openWorkbench();
    const both = await Promise.all(
      [1, 2].map((n) => bench.submit({ a: { action: note(n) } }, {}, { goalId: 'new' })),
    );
    for (const goal of both) await goal.result();
    expect(bench.notes.length).toBe(1);
    expect((await bench.engine.goals()).map(({ id }) => id)).toEqual(['new']);
  });

  test('after it was collected it is a new goal with new keys', async () => {
    const bench = await openWorkbench();
    const first = await bench.run({ a: { action: note(1) } }, {}, { goalId: 'mine' });
    await bench.clock.advance(1000);
    await bench.engine.collect({ keep: 0 });
    const second = await bench.run({ a: { action: note(2) } }, {}, { goalId: 'mine' });
    expect(bench.notes).toEqual([1, 2]);
    const key = (facts: Fact[]) => facts.find(({ type }) => type === 'attempt.started')?.data['key'];
    expect(key(second.facts)).not.toBe(key(first.facts));
    expect(second.facts[0]?.type).toBe('goal.submitted');
  });
});

describe('many goals', () => {
  test('goals() lists the newest first, by status, with a limit; goal() names the nearest id', async () => {
    const bench = await openWorkbench();
    for (const id of ['alpha', 'beta', 'gamma']) {
      await bench.submit(
        { a: { action: id === 'beta' ? held('beta') : echo(1) } },
        { goal: { name: id } },
        { goalId: id },
      );
      await bench.clock.advance(1);
    }
    await (await bench.engine.goal('gamma')).result();
    expect((await bench.engine.goals()).map(({ id, status }) => [id, status])).toEqual([
      ['gamma', 'succeeded'],
      ['beta', 'executing'],
      ['alpha', 'succeeded'],
    ]);
    expect((await bench.engine.goals({ status: 'open' })).map(({ id }) => id)).toEqual(['beta']);
    expect((await bench.engine.goals({ status: 'succeeded', limit: 1 })).map(({ id }) => id)).toEqual([
      'gamma',
    ]);
    await expect(bench.engine.goal('gama')).rejects.toMatchObject({
      code: 'GOAL_UNKNOWN',
      message: expect.stringMatching(/gamma/) as string,
    });
  });

  test('two engines in one process do not notice each other', async () => {
    const one = await openWorkbench();
    const two = await openWorkbench();
    const lock = { requires: { locks: [{ name: 'same' }] } };
    const a = await one.submit({ t: { action: held('t'), ...lock } }, {}, { goalId: 'same' });
    const b = await two.submit({ t: { action: held('t'), ...lock } }, {}, { goalId: 'same' });
    (await two.held.call('t')).finish('two');
    (await one.held.call('t')).finish('one');
    expect((await a.result()).tasks['t']?.output).toBe('one');
    expect((await b.result()).tasks['t']?.output).toBe('two');
  });

  test('a hundred goals at once', async () => {
    const bench = await openWorkbench();
    const goals = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        bench.submit({ a: { action: note(i) }, b: { action: note(-i), after: ['a'] } }),
      ),
    );
    for (const goal of goals) expect((await goal.result()).status).toBe('succeeded');
    expect(bench.notes.length).toBe(200);
  });
});

test('an inspector sees every actor and event; one that throws changes nothing', async () => {
  const seen = new Set<string>();
  const bench = await openWorkbench({
    inspect: (event) => {
      seen.add(event.type);
      throw new Error('a bad inspector');
    },
  });
  const { result } = await bench.run({ a: { action: echo(1) } });
  expect(result.status).toBe('succeeded');
  expect([...seen]).toEqual(expect.arrayContaining(['@xstate.actor', '@xstate.event', '@xstate.snapshot']));
  afterThis(() => Promise.resolve());
});
