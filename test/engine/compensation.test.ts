// Compensation: undoing what was done, of a goal that fails, is aborted or has ended.
import { describe, expect, test } from 'vitest';
import {
  createHeld,
  expectRefused,
  fail,
  freshFolder,
  handClock,
  held,
  note,
  once,
  openWorkbench,
  settle,
  until,
} from './workbench.js';

const noRetry = { retry: { maxRetries: 0 } };

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
