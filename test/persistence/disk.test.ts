// The disk under a ledger: failed writes are gone over on a new handle, in the right place, until there is room.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRecord } from '#src/persistence/codec.js';
import type { Rescue } from '#src/persistence/disk.js';
import { followFacts } from '#src/persistence/journal.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger } from '#src/persistence/ledger.js';
import { parseRecord } from '#src/persistence/records.js';
import { handClock, settle } from '../engine/workbench.js';
import { createFaultyLevel, type Fate } from './faulty-level.js';

async function open(rescue: Partial<Rescue> = {}) {
  const level = await createFaultyLevel();
  const clock = handClock();
  const told: string[] = [];
  const ledger = createLedger({
    db: await level.open(),
    durability: 'sync',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: (error) => void told.push(`given up: ${error.code}`),
    rescue: {
      reopen: level.open,
      wait: (ms, callback) => clock.at(clock.now() + ms, callback),
      onTrouble: ({ message }) => void told.push(message),
      onRecovered: () => void told.push('recovered'),
      ...rescue,
    },
  });
  /** A turn that puts a record and says so; `acknowledged` has what is on disk for sure. */
  const acknowledged: string[] = [];
  const turn = (id: string): void => {
    const now = ledger.begin();
    now.put('task', keys.task('g', id), { status: 'pending', attempts: 0, reason: id });
    now.fact({ at: 1, goal: 'g', actor: 'goal/g', type: 'x.happened', data: { id } });
    now.afterCommit(() => acknowledged.push(id));
    ledger.end();
  };
  const stored = async (): Promise<string[]> =>
    (await level.entries())
      .filter(([key]) => key.startsWith('!tasks!'))
      .map(([key]) => key.slice('!tasks!g/'.length));
  return { level, clock, ledger, told, acknowledged, turn, stored };
}

async function commitsOf(level: { entries(): Promise<[string, string][]> }) {
  const found = (await level.entries()).filter(([key]) => key.startsWith('!journal!'));
  return found.map(([key, value]) => parseRecord('journal', key, decodeRecord(key, value)));
}

describe('a write that fails', () => {
  test('D1, D2 is written again on a new handle, once, whether it had landed or not', async () => {
    for (const fate of ['lost', 'landed'] as const) {
      const { level, ledger, told, acknowledged, turn } = await open();
      level.fates = ['done', fate];
      for (const id of ['a', 'b', 'c']) {
        turn(id);
        await ledger.settled();
      }
      expect(acknowledged).toEqual(['a', 'b', 'c']);
      expect(level.counts).toMatchObject({ opened: 2, failed: 1, swallowed: 0 });
      expect(told).toEqual([expect.stringMatching(/Input\/output error/), 'recovered']);
      const records = await commitsOf(level);
      expect(records.map(({ commit, seq }) => [commit, seq])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
    }
  });

  test('D4 waits ever longer for room, says so, acknowledges nothing meanwhile, and goes on by itself', async () => {
    const { level, clock, ledger, acknowledged, turn, stored } = await open();
    turn('a');
    await ledger.settled();
    level.full = true;
    turn('b');
    await settle();
    turn('c');
    await settle();
    expect(ledger.disk.trouble()).toMatchObject({
      code: 'STORE_WRITE_FAILED',
      message: expect.stringMatching(/No space left.*goes on by itself/) as string,
    });
    const tries: number[] = [];
    for (let s = 0; s < 60; s++) {
      const before = level.counts.failed;
      await clock.advance(1_000);
      tries.push(level.counts.failed - before);
    }
    expect([acknowledged, await stored()]).toEqual([['a'], ['a']]);
    // 0.1, 0.2, 0.4 … s, at most 10 s apart.
    expect(tries[0]).toBeGreaterThan(1);
    expect(tries.reduce((sum, n) => sum + n, 0)).toBeLessThan(15);
    let settled = false;
    void ledger.settled().then(() => (settled = true));
    await ledger.quiet();
    expect([settled, ledger.read('task', keys.task('g', 'c'))?.reason]).toEqual([false, 'c']);
    level.full = false;
    await clock.advance(10_000);
    expect([settled, acknowledged, await stored()]).toEqual([true, ['a', 'b', 'c'], ['a', 'b', 'c']]);
    expect(ledger.disk.trouble()).toBeUndefined();
    expect(level.counts.swallowed).toBe(0);
  });

  test('it is not written before there is room, and not by a handle that failed', async () => {
    let room = false;
    const { level, clock, acknowledged, turn } = await open({ room: () => Promise.resolve(room) });
    level.fates = ['lost'];
    turn('a');
    await clock.advance(60_000);
    expect([acknowledged, level.counts]).toEqual([[], { opened: 2, written: 0, failed: 1, swallowed: 0 }]);
    room = true;
    await clock.advance(10_000);
    expect([acknowledged, level.counts.opened]).toEqual([['a'], 2]);
  });

  test('a database that cannot be opened is away: readers wait for it, and read it then', async () => {
    const { level, clock, ledger, acknowledged, turn } = await open();
    turn('a');
    await ledger.settled();
    const facts: number[] = [];
    const following = (async () => {
      for await (const { seq } of followFacts(ledger, {})) if (facts.push(seq) === 2) return;
    })();
    await settle();
    level.fates = ['lost'];
    level.closedFor = 3;
    turn('b');
    await settle();
    expect(ledger.disk.isAway()).toBe(true);
    expect(() => ledger.read('task', keys.task('g', 'a'))).toThrow(/cannot be written/);
    const reading = ledger.disk.reading((db) => db.keys(keys.tasksOf('g')).all());
    await clock.advance(5_000);
    expect([acknowledged, (await reading).length, ledger.disk.isAway()]).toEqual([['a', 'b'], 1, false]);
    await following;
    expect(facts).toEqual([1, 2]);
  });

  test('D3 a store that ends elsewhere is not written to any more', async () => {
    for (const change of ['ahead', 'behind'] as const) {
      const { level, ledger, told, turn } = await open({
        reopen: async () => {
          const db = await level.open();
          const [last] = (await commitsOf(level)).slice(-1);
          const key = keys.journal(last?.seq ?? 0, last?.commit ?? 0);
          if (change === 'behind') await db.del(key);
          else await db.put(keys.journal(9, 9), (await db.get(key)) ?? '');
          return db;
        },
      });
      turn('a');
      await ledger.settled();
      level.fates = ['lost'];
      turn('b');
      await expect(ledger.settled()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
      expect([told.at(-1), ledger.broken()?.code]).toEqual(['given up: STORE_DAMAGED', 'STORE_DAMAGED']);
      expect(() => ledger.begin()).toThrow(/expected commit 1.*found commit/);
    }
  });

  test('closing tries once more, and then gives it up', async () => {
    for (const isFull of [true, false]) {
      const { level, ledger, acknowledged, turn } = await open();
      level.full = true;
      turn('a');
      await settle();
      level.full = isFull;
      await ledger.close();
      expect(acknowledged).toEqual(isFull ? [] : ['a']);
      expect(ledger.broken()?.code).toBe(isFull ? 'STORE_WRITE_FAILED' : undefined);
      await ledger.disk.close();
    }
  });

  test('nothing acknowledged is lost and nothing is written twice, whatever fails when', async () => {
    const step = fc.record({
      fate: fc.constantFrom<Fate>('done', 'done', 'lost', 'landed'),
      closedFor: fc.nat(2),
      ms: fc.constantFrom(0, 0, 150, 5_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { level, clock, ledger, acknowledged, turn, stored } = await open();
        const ids: string[] = [];
        for (const { fate, closedFor, ms } of steps) {
          level.fates.push(fate);
          level.closedFor = closedFor;
          ids.push(`t${String(ids.length).padStart(2, '0')}`);
          turn(ids.at(-1) ?? '');
          await clock.advance(ms);
          const there = await stored();
          expect(acknowledged.filter((id) => !there.includes(id))).toEqual([]);
        }
        for (let i = 0; i < 20; i++) await clock.advance(10_000);
        await ledger.settled();
        expect([acknowledged, await stored(), level.counts.swallowed]).toEqual([ids, ids, 0]);
        const facts = (await commitsOf(level)).flatMap(({ seq, facts: all }) => all.map((_, i) => seq + i));
        expect(facts).toEqual(ids.map((_, i) => i + 1));
      }),
      { numRuns: 60 },
    );
  });
});
