// Passivation: goals that only wait are on disk only, are seen as if they were not, and go on when somebody or their
// deadline wakes them.
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tasksOf, resultOf } from '#src/engine/views.js';
import { listGoals } from '#src/engine/list.js';
import { defineTool, type Json, type Tool } from '#src/index.js';
import type { GoalHandle } from '#src/engine/api.js';
import { goalEnds } from '#src/model/goal.js';
import { keys } from '#src/persistence/keys.js';
import type { Database } from '#src/persistence/ledger.js';
import { firstWake, neverWakes } from '#src/persistence/wakes.js';
import { createManualClock, type ManualClock } from '#src/testing/manual-clock.js';
import { createTestLevel, type TestLevel } from '#src/testing/test-level.js';
import { openRig, type Rig } from '../model-based/rig.js';
import { expectRefused } from './workbench.js';

const hour = 3_600_000;
const afterMs = 1_000;

interface Bench {
  readonly rig: Rig;
  readonly clock: ManualClock;
  readonly disk: TestLevel;
  readonly db: Database;
  readonly notes: Json[];
  /** Lets the calls of `do.hold` go on. */
  readonly letGo: () => void;
}

const clocks: ManualClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

async function quiet(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function open(
  disk: TestLevel = createTestLevel(),
  now?: number,
  config: Record<string, unknown> = {},
  prepare: (db: Database) => void = () => {},
): Promise<Bench> {
  const clock = createManualClock(now);
  clocks.push(clock);
  const notes: Json[] = [];
  const held: (() => void)[] = [];
  const tools: Tool[] = [
    defineTool({
      name: 'do.note',
      description: 'Notes its value.',
      input: z.object({ value: z.string() }),
      output: z.null(),
      effect: 'idempotent',
      run: ({ value }) => {
        notes.push(value);
        return null;
      },
    }),
    defineTool({
      name: 'do.hold',
      description: 'Ends when it is let go.',
      input: z.object({}),
      output: z.null(),
      effect: 'idempotent',
      run: () => new Promise<null>((resolve) => held.push(() => resolve(null))),
    }),
  ];
  let n = 0;
  const db = await disk.open();
  prepare(db);
  const rig = await openRig({
    db,
    clock,
    ids: { next: () => `id-${n++}`, random: () => 0.5 },
    tools,
    config: { passivateAfterMs: afterMs, ...config },
  });
  await quiet();
  return { rig, clock, disk, db, notes, letGo: () => held.splice(0).forEach((go) => go()) };
}

async function pass({ clock }: Bench, ms: number): Promise<void> {
  const target = clock.now() + ms;
  await quiet();
  while (clock.ring(target)) await quiet();
  clock.moveTo(target);
  await quiet();
}

const plan = (tasks: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  version: 1,
  goal: { name: 'Wait' },
  tasks,
  ...rest,
});
const note = (value: string) => ({ tool: 'do.note', input: { value } });
const isPassive = ({ rig }: Bench, goalId: string): boolean => rig.runtime.passivation.isPassive(goalId);
const inMemory = ({ rig }: Bench, goalId: string): number => rig.runtime.system.addressesOf(goalId).length;
const look = async ({ rig }: Bench, goal: GoalHandle) => ({
  result: await resultOf(rig.runtime, goal.id),
  tasks: await tasksOf(rig.runtime, goal.id, { rounds: true }),
  explained: await goal.explain(),
  listed: await listGoals(rig.runtime, {}),
});

interface Wait {
  readonly name: string;
  readonly document: Record<string, unknown>;
  /** What makes it wait, when the plan alone does not. */
  readonly begin?: (goal: GoalHandle) => Promise<void>;
  readonly answer: (goal: GoalHandle, bench: Bench) => Promise<void>;
  readonly notes: readonly string[];
}

const next = { action: note('next'), after: ['wait'] };
const waits: readonly Wait[] = [
  {
    name: 'a signal',
    document: plan({ wait: { action: { wait: { signal: 'go' } } }, next }),
    answer: (goal) => goal.signal('go', { n: 1 }),
    notes: ['next'],
  },
  {
    name: 'an approval as a task',
    document: plan({ wait: { action: { wait: { approval: 'really?' } } }, next }),
    answer: (goal) => goal.approve(),
    notes: ['next'],
  },
  {
    name: 'the approval of a task',
    document: plan({ wait: { action: note('approved'), approval: 'required' }, next }),
    answer: (goal) => goal.approve('wait'),
    notes: ['approved', 'next'],
  },
  {
    name: 'the approval of a plan',
    document: plan(
      { wait: { action: note('approved') } },
      { goal: { name: 'Wait', constraints: { quality: { humanApprovalRequired: true } } } },
    ),
    answer: (goal) => goal.approve(),
    notes: ['approved'],
  },
  {
    name: 'an instant that is far',
    document: plan({ wait: { action: { wait: '5h' } }, next }),
    answer: (_, bench) => pass(bench, 5 * hour),
    notes: ['next'],
  },
  {
    name: 'its start',
    document: plan(
      { wait: { action: note('started') } },
      { goal: { name: 'Wait', constraints: { time: { minStartDelayMs: 3 * hour } } } },
    ),
    answer: (_, bench) => pass(bench, 3 * hour),
    notes: ['started'],
  },
  {
    name: 'being resumed',
    document: plan({ wait: { action: { wait: { signal: 'go' } } }, next }),
    begin: (goal) => goal.pause(),
    answer: async (goal) => {
      await goal.signal('go');
      await goal.resume();
    },
    notes: ['next'],
  },
  {
    name: 'signals of the rounds of a loop',
    document: plan({
      wait: { action: { forEach: ['a', 'b', 'c'], do: { tool: 'do.note', input: { value: '{{ item }}' } } } },
      more: { action: { wait: { signal: 'go' } }, after: ['wait'] },
      next: { action: note('next'), after: ['more'] },
    }),
    answer: (goal) => goal.signal('go'),
    notes: ['a', 'b', 'c', 'next'],
  },
];

describe('a goal that waits for', () => {
  for (const { name, document, begin, answer, notes } of waits) {
    test(`${name} leaves memory, is seen as before, and goes on`, async () => {
      const bench = await open();
      const goal = await bench.rig.submit(document, 'g');
      await quiet();
      await begin?.(goal);
      await pass(bench, afterMs - 1);
      const before = await look(bench, goal);
      expect(isPassive(bench, 'g')).toBe(false);
      await pass(bench, 2);
      expect(isPassive(bench, 'g')).toBe(true);
      expect(inMemory(bench, 'g')).toBe(0);
      expect(await look(bench, goal)).toEqual(before);
      expect(isPassive(bench, 'g')).toBe(true);
      await answer(goal, bench);
      await quiet();
      expect((await goal.result()).status).toBe('succeeded');
      expect(bench.notes).toEqual(notes);
      expect(isPassive(bench, 'g')).toBe(false);
      expect(await bench.db.keys(keys.wakes).all()).toEqual([]);
    });

    test(`${name} is not loaded by a restart, and goes on in the next life`, async () => {
      const first = await open();
      const goal = await first.rig.submit(document, 'g');
      await quiet();
      await begin?.(goal);
      await pass(first, 2 * afterMs);
      const before = await look(first, first.rig.handle('g'));
      first.disk.stop();
      first.clock.stop();
      const second = await open(await first.disk.next(), first.clock.now());
      expect(inMemory(second, 'g')).toBe(0);
      expect(await look(second, second.rig.handle('g'))).toEqual(before);
      await answer(second.rig.handle('g'), second);
      await quiet();
      expect((await second.rig.handle('g').result()).status).toBe('succeeded');
      expect([...first.notes, ...second.notes]).toEqual(notes);
    });
  }
});

describe('a goal stays in memory', () => {
  const stays = async (bench: Bench, ms = 10 * afterMs): Promise<void> => {
    await pass(bench, ms);
    expect(isPassive(bench, 'g')).toBe(false);
    expect(inMemory(bench, 'g')).toBeGreaterThan(0);
  };

  test('while something of it runs, and leaves it when only waiting is left', async () => {
    const bench = await open();
    await bench.rig.submit(
      plan({ run: { action: { tool: 'do.hold', input: {} } }, wait: { action: { wait: { signal: 'go' } } } }),
      'g',
    );
    await stays(bench);
    bench.letGo();
    await pass(bench, 2 * afterMs);
    expect(isPassive(bench, 'g')).toBe(true);
  });

  test('while it is paused but something of it still runs', async () => {
    const bench = await open();
    const goal = await bench.rig.submit(plan({ run: { action: { tool: 'do.hold', input: {} } } }), 'g');
    await quiet();
    await goal.pause();
    await stays(bench);
    bench.letGo();
    await pass(bench, 2 * afterMs);
    expect(isPassive(bench, 'g')).toBe(true);
    await goal.resume();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('while its deadline is near', async () => {
    const bench = await open();
    await bench.rig.submit(plan({ wait: { action: { wait: `${2 * afterMs - 1}ms` } } }), 'g');
    await stays(bench, afterMs + 1);
  });

  test('while it waits for a lock that another goal has, and gets it', async () => {
    const bench = await open();
    const requires = { locks: [{ name: 'door' }] };
    const wait = { action: { wait: { signal: 'go' } } };
    await bench.rig.submit(plan({ run: { action: { tool: 'do.hold', input: {} }, requires } }), 'other');
    await quiet();
    await bench.rig.submit(plan({ run: { action: note('in'), requires }, wait }), 'g');
    await stays(bench);
    bench.letGo();
    await quiet();
    expect(bench.notes).toEqual(['in']);
    await pass(bench, 2 * afterMs);
    expect(isPassive(bench, 'g')).toBe(true);
  });
});

describe('a goal that waits for another goal', () => {
  const first = plan({ run: { action: { tool: 'do.hold', input: {} } } });
  const second = (others: readonly string[]) =>
    plan({ run: { action: note('second') } }, { goal: { name: 'g', dependsOn: others } });

  test('leaves memory, and goes on when that one has ended', async () => {
    const bench = await open();
    await bench.rig.submit(first, 'first');
    await bench.rig.submit(second(['first']), 'g');
    await pass(bench, 2 * afterMs);
    expect(isPassive(bench, 'g')).toBe(true);
    expect(inMemory(bench, 'first')).toBeGreaterThan(0);
    bench.letGo();
    await pass(bench, 1);
    expect(bench.notes).toEqual(['second']);
    expect((await bench.rig.handle('g').result()).status).toBe('succeeded');
    expect(await bench.db.keys(keys.awaitsAfter('')).all()).toEqual([]);
  });

  test('waits on when only one of two has ended', async () => {
    const bench = await open();
    await bench.rig.submit(first, 'first');
    await bench.rig.submit(plan({ wait: { action: { wait: '9h' } } }), 'later');
    await bench.rig.submit(second(['first', 'later']), 'g');
    await pass(bench, 2 * afterMs);
    bench.letGo();
    await pass(bench, 3 * afterMs);
    expect((await bench.rig.handle('first').result()).status).toBe('succeeded');
    expect(bench.notes).toEqual([]);
    expect(isPassive(bench, 'g')).toBe(true);
    await pass(bench, 9 * hour);
    expect(bench.notes).toEqual(['second']);
  });

  for (const [commits, written] of [
    [1, false],
    [1, true],
    [2, false],
    [2, true],
    [3, false],
    [3, true],
  ] as const) {
    test(`is not forgotten when the engine is killed at commit ${commits} of that end, ${written ? 'written' : 'not written'}`, async () => {
      const one = await open();
      await one.rig.submit(first, 'first');
      await one.rig.submit(second(['first']), 'g');
      await pass(one, 2 * afterMs);
      one.disk.at(one.disk.writes + commits, { kind: 'stop', when: written ? 'after' : 'before' });
      one.letGo();
      await Promise.race([pass(one, 10), one.disk.stopped]);
      one.disk.stop();
      one.clock.stop();
      const two = await open(await one.disk.next(), one.clock.now());
      two.letGo();
      await pass(two, 1);
      expect((await two.rig.handle('g').result()).status).toBe('succeeded');
      expect([...one.notes, ...two.notes]).toContain('second');
    });
  }
});

describe('a passive goal', () => {
  const waiting = plan({ wait: { action: { wait: { signal: 'go' } } }, next });

  test('takes any command, and refuses what does not fit, as if it were in memory', async () => {
    const bench = await open();
    const goal = await bench.rig.submit(waiting, 'g');
    const rest = async (): Promise<void> => {
      await pass(bench, 2 * afterMs);
      expect(isPassive(bench, 'g')).toBe(true);
    };
    await rest();
    await expectRefused(goal.approve('wait'), /task\/g\/wait/);
    await rest();
    await expectRefused(goal.retry('next'), /has not run yet/);
    await rest();
    await expectRefused(goal.resume(), /goal\.resume/);
    await rest();
    await goal.signal('other', 1);
    await rest();
    await goal.pause();
    await rest();
    await goal.resume();
    await rest();
    await goal.skip('wait');
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('can be aborted, and many commands at once wake it once', async () => {
    const bench = await open();
    const goal = await bench.rig.submit(waiting, 'g');
    await pass(bench, 2 * afterMs);
    const answers = await Promise.allSettled([
      goal.pause(),
      goal.signal('later'),
      goal.abort({ reason: 'no more' }),
      goal.pause(),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect((await goal.result()).status).toBe('aborted');
    expect(inMemory(bench, 'g')).toBe(0);
  });

  test('whose record is damaged is set aside when it is to be woken; others go on', async () => {
    const first = await open();
    await first.rig.submit(plan({ wait: { action: { wait: '2h' } }, next }), 'a');
    await first.rig.submit(plan({ wait: { action: { wait: '3h' } }, next }), 'b');
    await pass(first, 2 * afterMs);
    first.disk.stop();
    first.clock.stop();
    const entries = new Map(await (await first.disk.next()).entries());
    entries.set(keys.actor('task/a/wait'), '1:00000000:{}');
    const second = await open(createTestLevel({ entries: [...entries] }), first.clock.now());
    expect(second.rig.runtime.faults.size).toBe(0);
    await pass(second, 4 * hour);
    expect([...second.rig.runtime.faults.keys()]).toEqual(['a']);
    await expect(second.rig.handle('a').result()).rejects.toMatchObject({ code: 'GOAL_SET_ASIDE' });
    expect((await second.rig.handle('b').result()).status).toBe('succeeded');
    expect(isPassive(second, 'a')).toBe(false);
  });
});

describe('deadlines', () => {
  test('that passed while away fire in their order, and each wakes its goal only', async () => {
    const first = await open();
    for (const hours of [5, 2, 9, 3])
      await first.rig.submit(
        plan({
          wait: { action: { wait: `${hours}h` } },
          next: { action: note(`${hours}`), after: ['wait'] },
        }),
        `g${hours}`,
      );
    await pass(first, 2 * afterMs);
    expect(await firstWake(first.db)).toBe(first.clock.now() - 2 * afterMs + 2 * hour);
    first.disk.stop();
    first.clock.stop();
    const second = await open(await first.disk.next(), first.clock.now() + 6 * hour);
    await pass(second, 0);
    expect(second.notes).toEqual(['2', '3', '5']);
    expect(inMemory(second, 'g9')).toBe(0);
    await pass(second, 3 * hour);
    expect(second.notes).toEqual(['2', '3', '5', '9']);
  });

  test('of approvals hold for passive goals: they fail closed', async () => {
    const bench = await open(undefined, undefined, { patienceMs: hour });
    const goal = await bench.rig.submit(plan({ wait: { action: note('no'), approval: 'required' } }), 'g');
    await pass(bench, 2 * afterMs);
    expect(isPassive(bench, 'g')).toBe(true);
    await pass(bench, hour);
    expect((await goal.result()).status).toBe('failed');
    expect(bench.notes).toEqual([]);
  });

  test('a goal that nothing limits is woken by nobody', async () => {
    const bench = await open();
    const goal = await bench.rig.submit(plan({ wait: { action: { wait: { signal: 'go' } } } }), 'g');
    await quiet();
    await goal.pause();
    await quiet();
    const [{ deadlineAt } = {}] = (await goal.explain()).waits.filter(({ subject }) => subject === 'wait');
    await pass(bench, 2 * afterMs);
    // The signal's own deadline is the only one.
    expect(await firstWake(bench.db)).toBe(deadlineAt);
    expect(neverWakes).toBeGreaterThan(deadlineAt ?? 0);
  });
});

describe('a kill', () => {
  const document = plan({ wait: { action: { wait: { signal: 'go' } } }, next });

  for (let commit = 1; commit <= 6; commit++) {
    for (const written of [true, false]) {
      test(`at commit ${commit} after it came to wait, ${written ? 'written' : 'not written'}, costs nothing`, async () => {
        let bench = await open();
        const notes: Json[] = [];
        await bench.rig.submit(document, 'g');
        await quiet();
        bench.disk.at(bench.disk.writes + commit, { kind: 'stop', when: written ? 'after' : 'before' });
        const act = async (): Promise<void> => {
          await pass(bench, 2 * afterMs);
          const goal = bench.rig.handle('g');
          if (!goalEnds.has((await goal.snapshot()).status)) await goal.signal('go');
          await quiet();
        };
        await Promise.race([act(), bench.disk.stopped]);
        for (let lives = 0; lives < 3; lives++) {
          notes.push(...bench.notes);
          bench.disk.stop();
          bench.clock.stop();
          bench = await open(await bench.disk.next(), bench.clock.now());
          const { status } = (await bench.rig.handle('g').snapshot()) as { status: 'succeeded' };
          expect(isPassive(bench, 'g') || inMemory(bench, 'g') > 0).toBe(!goalEnds.has(status));
          if (!goalEnds.has(status)) await act();
        }
        notes.push(...bench.notes);
        expect((await bench.rig.handle('g').result()).status).toBe('succeeded');
        // A task that was caught in flight runs again: it is idempotent.
        expect(new Set(notes)).toEqual(new Set(['next']));
      });
    }
  }
});

describe('very many', () => {
  const many = 500;

  test('wait without being in memory, a restart reads nothing of them, and all wake at once in slices', async () => {
    const first = await open();
    for (let n = 0; n < many; n++)
      await first.rig.submit(
        plan({ wait: { action: { wait: '2h' } }, next: { action: note(`${n}`), after: ['wait'] } }),
        `g${n}`,
      );
    await pass(first, 2 * afterMs);
    expect(
      Array.from({ length: many }, (_, n) => inMemory(first, `g${n}`)).every((count) => count === 0),
    ).toBe(true);
    // Timers that were called off do not stay.
    expect(first.clock.next()).toBe(await firstWake(first.db));
    first.disk.stop();
    first.clock.stop();

    const read: string[] = [];
    const second = await open(await first.disk.next(), first.clock.now(), {}, (db) => {
      const iterator = db.iterator.bind(db) as (range?: { gte?: string }) => never;
      Object.assign(db, {
        iterator: (range?: { gte?: string }) => {
          read.push(range?.gte ?? 'everything');
          return iterator(range);
        },
      });
    });
    expect(read.filter((range) => /^!(actors|tasks|effects|signals|plans|goals)!/.test(range))).toEqual([]);
    let most = 0;
    let awake = 0;
    const { system } = second.rig.runtime;
    const restore = system.restore.bind(system);
    const ended = second.rig.runtime.ended.subscribe(() => (awake -= 1));
    Object.assign(system, {
      restore: (...args: Parameters<typeof restore>) => {
        awake += 1;
        most = Math.max(most, awake);
        restore(...args);
      },
    });
    await pass(second, 2 * hour);
    for (let i = 0; i < 100 && second.notes.length < many; i++) await pass(second, 1);
    ended.unsubscribe();
    expect(second.notes.length).toBe(many);
    // A slice that has just been put back, and the one before it that is about to end.
    expect(most).toBeLessThanOrEqual(2 * 128);
    expect(await second.db.keys(keys.goalIndexGroup('open')).all()).toEqual([]);
  });
});
