// Injected ENOSPC and EIO at seeded writes of a real engine, on a level that fails as LevelDB does: later writes of a
// handle that failed are taken and lost. Short form by default; the long form:
//
//   STATEWRIGHT_FAULTS=500 npx vitest run test/crash/write-failures.test.ts
//
// Another seed to begin with: STATEWRIGHT_SEED=7.
import { describe, expect, test } from 'vitest';
import { createEngineOn } from '#src/engine.js';
import type { Engine, Fact, Telemetry } from '#src/index.js';
import { decodeRecord } from '#src/persistence/codec.js';
import { factsOf as factsIn } from '#src/persistence/journal.js';
import { parseRecord } from '#src/persistence/records.js';
import { createFaultyLevel, type Fate, type FaultyLevel } from '../persistence/faulty-level.js';
import { createDice } from '../simulation/dice.js';
import {
  afterThis,
  createHeld,
  createQuick,
  factsOf,
  handClock,
  held,
  note,
  once,
  plan,
  settle,
  statuses,
  until,
} from '../engine/workbench.js';

const runs = Number(process.env['STATEWRIGHT_FAULTS'] ?? 25);
const firstSeed = Number(process.env['STATEWRIGHT_SEED'] ?? 1);

async function openOn(level: FaultyLevel) {
  const clock = handClock();
  const calls = createHeld();
  const quick = createQuick();
  const engine = await createEngineOn(
    { folder: undefined, open: level.open, ballast: undefined, mark: undefined },
    { store: 'faulty', endpoint: false, clock, tools: [...calls.tools, ...quick.tools], durability: 'sync' },
  );
  afterThis(() => engine.close({ graceMs: 0 }));
  return { engine, clock, calls, notes: quick.notes };
}

const numbered = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Chains, a loop, a wide layer, a retry: each task notes once that it ran. */
const busy = plan(
  {
    list: { action: note(numbered(8)) },
    loop: { action: { forEach: '{{ tasks.list.output }}', width: 3, do: note('{{ item }}') } },
    ...Object.fromEntries(
      numbered(10).map((i) => [`wide${i}`, { action: note(`wide${i}`), after: ['list'] }]),
    ),
    ...Object.fromEntries(
      numbered(10).map((i) => [
        `chain${i}`,
        { action: note(`chain${i}`), after: i === 0 ? [] : [`chain${i - 1}`] },
      ]),
    ),
    flaky: {
      action: { tool: 'do.fail', input: { times: 2, class: 'transient' } },
      retry: { maxRetries: 3, backoff: { kind: 'fixed', baseMs: 500 } },
    },
    last: { action: note('last'), after: ['loop', 'chain9', 'flaky'] },
  },
  { strategy: { maxParallelTasks: 6 } },
);

/** The journal as it really lies there, each fact by its number. */
async function journalOf(engine: Engine): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const fact of engine.events({ follow: false })) facts.push(fact);
  return facts;
}

/** The number of the last fact that is really there. */
function lastFactOf(entries: readonly (readonly [string, string])[]): number {
  const [key, value] = entries.findLast(([one]) => one.startsWith('!journal!')) ?? [];
  if (key === undefined || value === undefined) return 0;
  return (
    factsIn(parseRecord('journal', key, decodeRecord(key, value))).at(-1)?.seq ?? Number(key.slice(9, 25)) - 1
  );
}

async function runWithFaults(seed: number): Promise<void> {
  const dice = createDice(seed);
  const level = await createFaultyLevel();
  const { engine, clock, notes } = await openOn(level);
  const told: Fact[] = [];
  engine.telemetry$.subscribe((one: Telemetry) => {
    if (one.kind === 'fact') told.push(one.fact);
  });
  const rate = 0.02 + dice.next() * 0.4;
  const fate = (): Fate => (dice.next() < rate ? (dice.chance(0.5) ? 'lost' : 'landed') : 'done');
  level.fates = numbered(400).map(fate);
  let goal: Awaited<ReturnType<Engine['submit']>> | undefined;
  const submitted = engine.submit(busy, { goalId: 'g' }).then((handle) => (goal = handle));
  let ended = false;
  void submitted.then((handle) => handle.result()).then(() => (ended = true));
  for (let i = 0; i < 2_000 && !ended; i++) {
    if (dice.chance(0.05)) level.full = !level.full;
    if (dice.chance(0.05)) level.closedFor = dice.below(3);
    await clock.advance(dice.below(400));
    // What was told is there, at any moment.
    if (i % 25 === 0) {
      const last = lastFactOf(await level.entries());
      expect(told.filter(({ seq }) => seq > last)).toEqual([]);
    }
  }
  level.full = false;
  for (let i = 0; i < 200 && !ended; i++) await clock.advance(5_000);
  await settle();
  const result = await (goal as NonNullable<typeof goal>).result();
  expect({ seed, status: result.status }).toEqual({ seed, status: 'succeeded' });
  // Nothing ran twice, though the process never died: a failed write is no reason to do anything again.
  const names = notes.map((value) => JSON.stringify(value)).sort();
  expect(new Set(names).size, `seed ${seed}`).toBe(names.length);
  expect(names.length).toBe(1 + 8 + 10 + 10 + 1);
  const journal = await journalOf(engine);
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, i) => i + 1));
  expect(told).toEqual(journal.slice(0, told.length));
  expect(told.length, `seed ${seed}`).toBe(journal.length);
  expect(level.counts.swallowed, `seed ${seed}`).toBe(0);
  expect((await engine.diagnose()).findings, `seed ${seed}`).toEqual([]);
  await engine.close();
  // And all of it is there for the next engine.
  const second = await openOn(await createFaultyLevel(await level.entries()));
  expect(statuses(await (await second.engine.goal('g')).snapshot())).toEqual(statuses(result));
  expect((await journalOf(second.engine)).slice(0, journal.length)).toEqual(journal);
  await second.engine.close();
}

describe('writes that fail at seeded places', () => {
  test(`${runs} runs from seed ${firstSeed} on`, { timeout: 60_000 + runs * 4_000 }, async () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) await runWithFaults(seed);
  });
});

describe('a disk that is full', () => {
  test('nothing new is started, what runs goes on, commands are refused, and it goes on by itself', async () => {
    const level = await createFaultyLevel();
    const { engine, clock, calls, notes } = await openOn(level);
    const goal = await engine.submit(
      plan({
        a: { action: held('a') },
        b: { action: note('b'), after: ['a'] },
        c: { action: once('c') },
        d: { action: note('d'), after: ['c'] },
        ask: { action: note('asked'), approval: 'required' },
      }),
      { goalId: 'g' },
    );
    const stories: (string | undefined)[] = [];
    engine.telemetry$.subscribe((one) => {
      if (one.kind === 'store') stories.push(one.trouble?.message);
    });
    const a = await calls.call('a');
    const c = await calls.call('c');
    level.full = true;
    a.finish('A');
    await settle();
    expect(await engine.trouble()).toMatchObject({
      since: clock.now(),
      message: expect.stringMatching(/No space left/) as string,
    });
    // What runs is not told to stop; its outcome waits.
    expect(c.context.signal.aborted).toBe(false);
    c.finish('C');
    await clock.advance(30_000);
    expect(notes).toEqual([]);
    const refusal = {
      code: 'STORE_WRITE_FAILED',
      message: expect.stringMatching(/no command is taken/) as string,
    };
    await expect(goal.approve('ask')).rejects.toMatchObject(refusal);
    await expect(goal.pause()).rejects.toMatchObject(refusal);
    await expect(goal.signal('x')).rejects.toMatchObject(refusal);
    await expect(goal.retry('a')).rejects.toMatchObject(refusal);
    await expect(engine.submit(plan({ x: { action: note('x') } }))).rejects.toMatchObject(refusal);
    await expect(engine.collect({ keep: 0 })).rejects.toMatchObject(refusal);
    // Who looks is not kept waiting, and sees nothing that is not on disk.
    expect((await engine.goals()).map(({ id }) => id)).toEqual(['g']);
    expect((await goal.snapshot()).status).toBe('executing');
    expect((await goal.explain()).status).toBe('executing');
    expect((await factsOf(goal)).map(({ type }) => type)).not.toContain('task.succeeded');
    const { healthy, findings } = await engine.diagnose();
    expect([healthy, findings.map(({ message }) => message).join()]).toEqual([
      false,
      expect.stringMatching(/cannot be written/),
    ]);
    level.full = false;
    await clock.advance(10_000);
    expect(await engine.trouble()).toBeUndefined();
    expect(stories.at(-1)).toBeUndefined();
    expect(notes).toEqual(['b', 'd']);
    await goal.approve('ask');
    expect((await goal.result()).status).toBe('succeeded');
    const [recovered] = (await journalOf(engine)).filter(({ type }) => type === 'store.recovered');
    expect(recovered?.data).toMatchObject({ message: expect.stringMatching(/No space left/) as string });
    expect(calls.log.sort()).toEqual(['a', 'c']);
  });

  test('an engine that is closed meanwhile does not hang; the next one knows all that was acknowledged', async () => {
    const level = await createFaultyLevel();
    const first = await openOn(level);
    const goal = await first.engine.submit(
      plan({
        a: { action: held('a') },
        b: { action: note('b'), after: ['a'] },
        c: { action: once('c'), after: ['b'] },
      }),
      { goalId: 'g' },
    );
    (await first.calls.call('a')).finish('A');
    const c = await first.calls.call('c');
    await until(goal, 'task.succeeded', 'b');
    level.full = true;
    c.finish('C');
    await settle();
    const waiting = expect(goal.result()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    const settled = expect(first.engine.settled()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    await first.engine.close();
    await Promise.all([waiting, settled]);
    level.full = false;

    const second = await openOn(level);
    const again = await second.engine.goal('g');
    expect(statuses(await again.snapshot())).toMatchObject({ a: 'succeeded', b: 'succeeded', c: 'blocked' });
    expect([first.notes, second.notes]).toEqual([['b'], []]);
    // Its outcome was never on disk: it is asked about, not run again.
    await again.approve('c');
    expect((await again.result()).status).toBe('succeeded');
    expect(second.calls.log).toEqual([]);
  });

  test('an engine that is opened on it says so, shows what is there, and goes on when there is room', async () => {
    const level = await createFaultyLevel();
    const first = await openOn(level);
    await first.engine.submit(plan({ a: { action: held('a') }, b: { action: note('b'), after: ['a'] } }), {
      goalId: 'g',
    });
    await first.calls.call('a');
    await first.engine.close({ graceMs: 0 });
    level.full = true;
    const second = await openOn(level);
    expect(await second.engine.trouble()).toBeDefined();
    expect((await second.engine.goals()).map(({ status }) => status)).toEqual(['executing']);
    expect(second.calls.log).toEqual([]);
    level.full = false;
    await second.clock.advance(10_000);
    (await second.calls.call('a')).finish();
    expect((await (await second.engine.goal('g')).result()).status).toBe('succeeded');
  });

  test('while the database cannot even be opened, effects that end wait with their outcomes', async () => {
    const level = await createFaultyLevel();
    const { engine, clock, calls, notes } = await openOn(level);
    const goal = await engine.submit(
      plan({
        a: { action: held('a') },
        b: { action: held('b') },
        c: { action: note('c'), after: ['a', 'b'] },
      }),
    );
    const [a, b] = [await calls.call('a'), await calls.call('b')];
    level.fates = ['lost'];
    level.closedFor = 5;
    a.finish();
    await settle();
    b.finish();
    const asked = expect(goal.pause()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    const listing = engine.goals();
    await settle();
    expect(notes).toEqual([]);
    await asked;
    await clock.advance(30_000);
    expect((await listing).length).toBe(1);
    expect((await goal.result()).status).toBe('succeeded');
  });
});
