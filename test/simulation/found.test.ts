// What the simulation has found, each as a test of its own, so that it is not found again by chance only.
import { describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '#src/testing/manual-clock.js';
import { createScript, type Script } from '#src/testing/script.js';
import { createTestLevel, type TestLevel } from '#src/testing/test-level.js';
import { openRig, type Rig } from '../model-based/rig.js';
import { patienceMs, quiet, resourceWaitMs } from './life.js';

interface Stage {
  readonly level: TestLevel;
  readonly clock: ManualClock;
  readonly script: Script;
  readonly rig: Rig;
}

async function open(level: TestLevel, clock: ManualClock): Promise<Stage> {
  const script = createScript();
  let ids = 0;
  const rig = await openRig({
    db: await level.open(),
    reopen: () => level.open(),
    clock,
    ids: { next: () => `id-${++ids}`, random: () => 0.5 },
    tools: script.tools,
    config: { patienceMs, resourceWaitMs },
  });
  await quiet();
  return { level, clock, script, rig };
}

async function begin(): Promise<Stage> {
  const clock = createManualClock();
  return open(createTestLevel({ clock }), clock);
}

/** Kills the process and begins the next one, some time later. */
async function restart({ level, clock }: Stage, laterMs: number): Promise<Stage> {
  const next = createManualClock(clock.now() + laterMs);
  clock.stop();
  return open(await level.next({ clock: next }), next);
}

/** Lets time pass, ringing what is due on the way. */
async function pass({ clock }: Stage, ms: number): Promise<void> {
  const until = clock.now() + ms;
  while (clock.ring(until)) await quiet();
  clock.moveTo(until);
}

const act = (more: object = {}): object => ({ action: { tool: 'script.act' }, ...more });
const plan = (tasks: object, more: object = {}) => ({ version: 1, goal: { name: 'found' }, tasks, ...more });
const taskOf = ({ rig }: Stage, id: string) => rig.runtime.system.snapshot(`task/g/${id}`);
const deadlineOf = (stage: Stage, id: string): number | undefined =>
  (taskOf(stage, id)?.context as { deadlineAt: number } | undefined)?.deadlineAt;
const retry = { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 500 } };

describe('found by the simulation', () => {
  test('P10 a wait for a lock does not begin anew with a restart', async () => {
    const lock = { requires: { locks: [{ name: 'L' }] }, effect: 'idempotent', retry };
    const first = await begin();
    await first.rig.submit(plan({ a: act({ ...lock, priority: 9 }), b: act(lock) }), 'g');
    await quiet();
    first.script.find('script.act', 'g', 'a')?.fail();
    await quiet();
    await pass(first, 500);
    expect(taskOf(first, 'a')?.value).toEqual({ blocked: 'resource' });
    const deadlineAt = deadlineOf(first, 'a');
    const second = await restart(first, 10_000);
    expect(taskOf(second, 'a')?.value).toEqual({ blocked: 'resource' });
    expect(deadlineOf(second, 'a')).toBe(deadlineAt);
  });

  test('P10 a person is asked for as long as after a contingency that took longer than that', async () => {
    const stage = await begin();
    const contingencies = [
      {
        id: 'c',
        maxDurationMs: 2 * patienceMs,
        actions: [{ id: 's', do: { action: { tool: 'script.step' } } }],
      },
    ];
    const strategy = { onFailure: 'ask' };
    await stage.rig.submit(plan({ a: act({ retry: { maxRetries: 0 } }) }, { contingencies, strategy }), 'g');
    await quiet();
    stage.script.find('script.act', 'g', 'a')?.fail();
    await quiet();
    await pass(stage, 2 * patienceMs);
    expect(taskOf(stage, 'a')?.value).toEqual({ blocked: 'error' });
    expect(deadlineOf(stage, 'a')).toBe(stage.clock.now() + patienceMs);
  });

  test('P4 a signal is refused by a goal that ends while it is on its way', async () => {
    const { rig } = await begin();
    const goal = await rig.submit(plan({ a: act() }), 'g');
    await quiet();
    rig.runtime.system.post('goal/g', { type: 'goal.abort', compensate: false });
    await expect(goal.signal('go', {})).rejects.toThrow("goal 'g' has ended aborted");
    expect(rig.runtime.options.ledger.read('goal', '!goals!g')?.status).toBe('aborted');
  });

  test('P2 a plan that drains from the moment it is restored tries nothing again', async () => {
    const once = { action: { tool: 'script.step', input: { effect: 'once' } } };
    const contingencies = [{ id: 'c', actions: [{ id: 's', do: { action: once.action } }] }];
    const first = await begin();
    const critical = { critical: true, contingencies: ['c'], retry: { maxRetries: 0 } };
    const other = { effect: 'idempotent', retry, contingencies: ['none'] };
    await first.rig.submit(
      plan(
        { a: act(critical), b: act(other) },
        { contingencies: [...contingencies, { id: 'none', actions: [{ id: 's', do: { escalate: 'no' } }] }] },
      ),
      'g',
    );
    await quiet();
    first.script.find('script.act', 'g', 'a')?.fail();
    await quiet();
    expect(first.script.find('script.step', 'g')).toBeDefined();
    const second = await restart(first, 0);
    second.script.find('script.act', 'g', 'b')?.fail();
    await quiet();
    await pass(second, 10_000);
    expect(second.rig.runtime.options.ledger.read('task', '!tasks!g/b')).toMatchObject({ attempts: 1 });
    expect(second.rig.runtime.options.ledger.read('goal', '!goals!g')?.status).toBe('failed');
  });

  test('P13 the record of a plan goes when its next version ends before it was written', async () => {
    const stage = await begin();
    const { level, rig } = stage;
    const tasks = { a: act({ when: 'false' }), b: { action: { wait: { approval: 'go on?' } } } };
    const goal = await rig.submit(plan(tasks), 'g');
    await quiet();
    expect(level.get('!actors!g/plan/')).toBeDefined();
    level.slow(1_000);
    const given = [goal.signal('busy', {})];
    await quiet();
    given.push(goal.retry('a'), goal.approve('b'));
    await quiet();
    await pass(stage, 10_000);
    await Promise.all(given);
    expect(rig.runtime.options.ledger.read('goal', '!goals!g')).toMatchObject({
      status: 'succeeded',
      planVersion: 2,
    });
    const left = (await level.entries()).filter(([key]) => key.startsWith('!actors!g/'));
    expect(left).toEqual([]);
  });

  test('P16 timers of goals and monitors ring while the store is away, and go on when it is back', async () => {
    const stage = await begin();
    const { level, rig, script } = stage;
    const time = { minStartDelayMs: 20_000 };
    await rig.submit({ ...plan({ a: act() }), goal: { name: 'late', constraints: { time } } }, 'late');
    await rig.submit(plan({ a: act({ estimate: { expectedMs: 1_000 } }) }), 'g');
    await quiet();
    level.fill({ canOpen: false });
    script.find('script.act', 'g')?.fail({ effect: 'none' });
    await quiet();
    expect(rig.runtime.options.ledger.disk.isAway()).toBe(true);
    await pass(stage, 60_000);
    level.makeRoom();
    await pass(stage, 20_000);
    expect(rig.runtime.options.ledger.disk.isAway()).toBe(false);
    expect(script.find('script.act', 'late')).toBeDefined();
    expect(script.find('script.act', 'g')).toBeDefined();
  });

  test('P12 what a restart interrupts while a plan drains is aborted before anything is undone', async () => {
    const once = { action: { tool: 'script.act', input: { effect: 'once' } } };
    const undo = { compensate: { tool: 'script.undo' } };
    const first = await begin();
    const goal = await first.rig.submit(plan({ a: act(undo), b: once }), 'g');
    await quiet();
    first.script.find('script.act', 'g', 'a')?.succeed();
    await quiet();
    await goal.abort({ compensate: true });
    expect(first.rig.runtime.system.snapshot('plan/g')?.value).toEqual({ recovering: 'draining' });
    const second = await restart(first, 0);
    const { ledger } = second.rig.runtime.options;
    expect(ledger.read('task', '!tasks!g/b')).toMatchObject({ status: 'aborted', attempts: 1 });
    second.script.find('script.undo', 'g')?.succeed();
    await quiet();
    expect(ledger.read('goal', '!goals!g')?.status).toBe('aborted');
    expect(ledger.read('task', '!tasks!g/a~undo')?.status).toBe('succeeded');
  });
});
