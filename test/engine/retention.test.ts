// Retention: what goes when, what is left of it, and that the space is given back. Crashes at each write of a deletion
// are in retention-crash.test.ts.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { Config, type Engine, type Fact } from '#src/index.js';
import { keys } from '#src/persistence/keys.js';
import {
  createHeld,
  echo,
  factsOf,
  freshFolder,
  handClock,
  held,
  note,
  openWorkbench,
  settle,
} from './workbench.js';

const day = 86_400_000;
const minute = 60_000;

async function allFacts(engine: Engine): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const fact of engine.events({ follow: false })) facts.push(fact);
  return facts;
}

const ids = async (engine: Engine): Promise<string[]> => (await engine.goals()).map(({ id }) => id).sort();

/** Looks into a closed store. */
async function look<T>(store: string, work: (db: Level<string, string>) => Promise<T>): Promise<T> {
  const db = new Level<string, string>(join(store, 'db'), { valueEncoding: 'utf8' });
  await db.open();
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** The bytes of a store's database. LevelDB deletes files behind our back: one that goes meanwhile does not count. */
async function sizeOf(store: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(join(store, 'db'))) {
    bytes += (await stat(join(store, 'db', name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

/** Text that cannot be compressed much. */
function noise(length: number, seed: number): string {
  let state = seed;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

describe('in the background', () => {
  test('goals over age go by themselves; what has not ended stays however old it is', async () => {
    const retention = { maxAgeMs: 90 * minute, intervalMs: minute };
    const bench = await openWorkbench({ config: { patienceMs: day, retention } as never });
    await bench.run({ a: { action: note('a') } }, {}, { goalId: 'old' });
    await bench.submit({ a: { action: { wait: { signal: 'go' } } } }, {}, { goalId: 'waits' });
    await bench.clock.advance(60 * minute);
    await bench.run({ a: { action: note('a') } }, {}, { goalId: 'young' });
    await bench.clock.advance(20 * minute);
    expect(await ids(bench.engine)).toEqual(['old', 'waits', 'young']);
    await bench.clock.advance(11 * minute);
    expect(await ids(bench.engine)).toEqual(['waits', 'young']);
    const [told] = (await allFacts(bench.engine)).filter(({ type }) => type === 'engine.collected');
    expect(told).toMatchObject({ goal: '', actor: 'goal/old', data: { goal: 'old' } });
    expect(Number(told?.data['facts'])).toBeGreaterThan(5);
    await expect(bench.engine.goal('old')).rejects.toMatchObject({ code: 'GOAL_UNKNOWN' });
    // What the engine itself has said goes with age, too.
    await bench.clock.advance(100 * minute);
    const left = (await allFacts(bench.engine)).filter(({ goal }) => goal === '');
    expect(left.map(({ data }) => data['goal'])).not.toContain('old');
    expect((await bench.engine.diagnose()).healthy).toBe(true);
  });

  test('unless told otherwise: 90 days, 10,000 goals, 4 GiB, a look every hour', () => {
    expect(Config.parse({}).retention).toEqual({
      automatic: true,
      maxAgeMs: 90 * day,
      maxGoals: 10_000,
      maxBytes: 4 * 1024 ** 3,
      intervalMs: 3_600_000,
    });
  });

  test('goals over the number go, the first end first', async () => {
    const bench = await openWorkbench({ config: { retention: { maxGoals: 2 } } as never });
    for (const goalId of ['one', 'two', 'three', 'four']) {
      await bench.run({ a: { action: note('a') } }, {}, { goalId });
      await bench.clock.advance(10);
    }
    await bench.clock.advance(10_000);
    expect(await ids(bench.engine)).toEqual(['four', 'three']);
  });

  test('it can be switched off', async () => {
    const retention = { automatic: false, maxGoals: 0 };
    const bench = await openWorkbench({ config: { retention } as never });
    await bench.run({ a: { action: note('a') } }, {}, { goalId: 'one' });
    await bench.clock.advance(1_000 * day);
    expect(await ids(bench.engine)).toEqual(['one']);
    expect((await bench.engine.collect()).goals).toEqual(['one']);
  });

  test('an engine that only looks in deletes nothing', async () => {
    const clock = handClock();
    const bench = await openWorkbench({
      clock,
      carryOn: false,
      config: { retention: { maxGoals: 0 } } as never,
    });
    expect(clock.waits()).toEqual([]);
    await bench.engine.close();
  });

  test('a goal that others still depend on stays', async () => {
    const bench = await openWorkbench({ config: { retention: { maxGoals: 0 } } as never });
    await bench.run({ a: { action: note('a') } }, {}, { goalId: 'first' });
    await bench.submit({ a: { action: held('hold') } }, {}, { goalId: 'second' });
    const goal = { name: 'Last', dependsOn: ['first', 'second'] };
    const last = await bench.submit({ a: { action: note('b') } }, { goal }, { goalId: 'last' });
    expect((await bench.engine.collect()).goals).toEqual([]);
    (await bench.held.call('hold')).finish();
    expect((await last.result()).status).toBe('succeeded');
    expect((await bench.engine.collect()).goals.sort()).toEqual(['first', 'last', 'second']);
  });
});

describe('what is left', () => {
  test('X1 other goals keep their facts and numbers, also those of shared batches; lost batches are still noticed', async () => {
    const store = await freshFolder();
    const options = { store, clock: handClock(), held: createHeld(), durability: 'relaxed' as const };
    const bench = await openWorkbench(options);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    // All at once, so that they share batches.
    await Promise.all(
      names.map((goalId) =>
        bench.run({ x: { action: echo(goalId) }, y: { action: note(goalId), after: ['x'] } }, {}, { goalId }),
      ),
    );
    const before = await allFacts(bench.engine);
    await options.clock.advance(1);
    await bench.submit({ x: { action: held('x') } }, {}, { goalId: 'open' });
    const { goals } = await bench.engine.collect({ keep: 3 });
    expect(goals.length).toBe(3);
    const stays = ({ goal }: Fact): boolean => goal !== '' && goal !== 'open' && !goals.includes(goal);
    const after = await allFacts(bench.engine);
    expect(after.filter(stays)).toEqual(before.filter(stays));
    expect(after.some(({ goal }) => goals.includes(goal))).toBe(false);
    for (const goalId of names.filter((name) => !goals.includes(name))) {
      const facts = await factsOf(await bench.engine.goal(goalId));
      expect(facts).toEqual(before.filter(({ goal }) => goal === goalId));
    }
    await bench.engine.collect({ keep: 1 });
    expect(await bench.engine.diagnose()).toMatchObject({ healthy: true, findings: [] });
    await bench.engine.close({ graceMs: 0 });
    // One of the records that are left is lost.
    await look(store, async (db) => {
      const left = await db.keys(keys.journalAll).all();
      await db.del(left[Math.floor(left.length / 2)] ?? '');
    });
    const second = await openWorkbench(options);
    const { findings } = await second.engine.diagnose();
    // It is told, and the goal that it may have been of is set aside.
    expect(findings).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        message: expect.stringMatching(/journal: commits? .* missing/) as string,
      }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ goal: 'open', message: expect.stringMatching(/set aside/) as string }),
    );
  });

  test('nothing of a goal, and no journal record but of what stays', async () => {
    const store = await freshFolder();
    const options = { store, clock: handClock(), durability: 'relaxed' as const };
    const bench = await openWorkbench(options);
    for (const goalId of ['one', 'two', 'three'])
      await bench.run({ a: { action: echo('x'.repeat(100_000)) }, b: { action: note('b') } }, {}, { goalId });
    await bench.engine.collect({ keep: 0 });
    await bench.engine.close();
    const left = await look(store, (db) => db.keys().all());
    const groups = left.map((key) => /^![a-zA-Z]+!/.exec(key)?.[0]);
    // What is left is what the engine says of the deletion, and one gap before it.
    expect(groups.filter((group) => group === '!journalGaps!').length).toBeLessThanOrEqual(2);
    expect(new Set(groups)).toEqual(new Set(['!journal!', '!journalByGoal!', '!journalGaps!', '!meta!']));
    expect(left.filter((key) => key.startsWith('!journal!')).length).toBeLessThan(8);
    const second = await openWorkbench(options);
    expect(await second.engine.diagnose()).toMatchObject({ healthy: true, findings: [] });
  });

  test('a goal of several slices goes whole, and its id can be used again meanwhile', async () => {
    const bench = await openWorkbench();
    const tasks: Record<string, unknown> = {};
    for (let i = 0; i < 1_500; i++) tasks[`t${i}`] = { action: echo(i) };
    await bench.run(tasks, { strategy: { maxParallelTasks: 100 } }, { goalId: 'big' });
    const going = bench.engine.collect({ keep: 0 });
    await settle(3);
    const again = await bench.submit({ a: { action: note('again') } }, {}, { goalId: 'big' });
    expect((await again.result()).counts).toMatchObject({ total: 1, succeeded: 1 });
    const { goals, bytes } = await going;
    expect(goals).toEqual(['big']);
    expect(bytes).toBeGreaterThan(100_000);
    expect((await again.tasks()).map(({ id }) => id)).toEqual(['a']);
    expect((await factsOf(again)).map(({ type }) => type)).toContain('goal.succeeded');
    expect(await bench.engine.diagnose()).toMatchObject({ healthy: true, findings: [] });
  });

  test('closing in the middle of a deletion ends soon; the next engine goes on with it', async () => {
    const store = await freshFolder();
    const options = { store, clock: handClock(), durability: 'relaxed' as const };
    const bench = await openWorkbench(options);
    const tasks: Record<string, unknown> = {};
    for (let i = 0; i < 1_500; i++) tasks[`t${i}`] = { action: echo(i) };
    await bench.run(tasks, { strategy: { maxParallelTasks: 100 } }, { goalId: 'big' });
    const going = bench.engine.collect({ keep: 0 }).catch(() => undefined);
    await bench.submit({ a: { action: held('a') } }, {}, { goalId: 'other' });
    while ((await ids(bench.engine)).includes('big')) await settle(1);
    await bench.engine.close({ graceMs: 0 });
    await going;
    const half = await look(store, (db) => db.keys(keys.removals).all());
    expect(half).toEqual([keys.removal('big')]);
    const second = await openWorkbench(options);
    expect(await ids(second.engine)).toEqual(['other']);
    await options.clock.advance(10_000);
    await second.engine.collect();
    await second.engine.close({ graceMs: 0 });
    const left = await look(store, (db) => db.keys().all());
    expect(left.filter((key) => key.includes('big'))).toEqual([]);
  });
});

describe('space', () => {
  test('is given back to the disk', async () => {
    const store = await freshFolder();
    const bench = await openWorkbench({ store, durability: 'relaxed' });
    for (const goalId of ['one', 'two', 'three', 'four']) {
      const tasks: Record<string, unknown> = {};
      for (let i = 0; i < 20; i++)
        tasks[`t${i}`] = { action: echo(noise(200_000, 1 + i + goalId.charCodeAt(1) * 100)) };
      await bench.run(tasks, {}, { goalId });
    }
    const full = await sizeOf(store);
    const { bytes } = await bench.engine.collect({ keep: 0 });
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(await sizeOf(store)).toBeLessThan(full / 5);
  });

  test('over the limit of bytes the oldest go, and no more than needed', async () => {
    const store = await freshFolder();
    const bench = await openWorkbench({ store, durability: 'relaxed' });
    for (const goalId of ['one', 'two', 'three', 'four']) {
      const tasks: Record<string, unknown> = {};
      for (let i = 0; i < 10; i++)
        tasks[`t${i}`] = { action: echo(noise(200_000, 1 + i + goalId.charCodeAt(1) * 100)) };
      await bench.run(tasks, {}, { goalId });
      await bench.clock.advance(10);
    }
    const maxBytes = (await sizeOf(store)) - 1_000_000;
    const { goals } = await bench.engine.collect({ maxBytes });
    expect(goals).toEqual(['one']);
    expect(await sizeOf(store)).toBeLessThan(maxBytes);
    expect((await bench.engine.collect({ maxBytes })).goals).toEqual([]);
  });
});
