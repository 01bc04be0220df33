// Following the journal: from any number, each fact once, however slow the reader.
import { MemoryLevel } from 'memory-level';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '#src/model/fact.js';
import { followFacts } from '#src/persistence/journal.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import { openStore } from '#src/persistence/store.js';
import { settle } from '../engine/workbench.js';

async function open() {
  const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await level.open();
  const db = level as unknown as Database;
  const ledger = createLedger({
    db,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: () => {},
  });
  const state = async (...goals: string[]): Promise<void> => {
    const turn = ledger.begin();
    for (const goal of goals)
      turn.fact({ at: 1, goal, actor: `goal/${goal}`, type: 'x.happened', data: { goal } });
    ledger.end();
    await ledger.settled();
  };
  return { db, ledger, state };
}

async function take(
  facts: AsyncIterable<Fact>,
  count: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Fact[]> {
  const taken: Fact[] = [];
  for await (const one of facts) {
    taken.push(one);
    await pause();
    if (taken.length === count) break;
  }
  return taken;
}

describe('followFacts', () => {
  test('gives every fact from a number on, once and in order, written before or while it reads', async () => {
    const batches = fc.array(fc.array(fc.constantFrom('g', 'h'), { minLength: 1, maxLength: 4 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        batches,
        batches,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(undefined, 'g'),
        fc.nat(3),
        async (before, during, from, goal, slowness) => {
          const { ledger, state } = await open();
          for (const batch of before) await state(...batch);
          const all = [...before, ...during].flat().map((owner, i) => ({ seq: i + 1, owner }));
          const expected = all
            .filter(({ seq, owner }) => seq >= from && (goal === undefined || owner === goal))
            .map(({ seq }) => seq);
          const controller = new AbortController();
          const options = { from, signal: controller.signal, ...(goal === undefined ? {} : { goal }) };
          const reading = take(followFacts(ledger, options), expected.length, () => settle(slowness));
          for (const batch of during) {
            await state(...batch);
            await settle(1);
          }
          if (expected.length === 0) controller.abort();
          expect((await reading).map(({ seq }) => seq)).toEqual(expected);
          const stored: number[] = [];
          for await (const { seq } of followFacts(ledger, {
            ...options,
            signal: new AbortController().signal,
            follow: false,
          }))
            stored.push(seq);
          expect(stored).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('stops when it is told to, also while it waits, and leaves no listener', async () => {
    const { ledger, state } = await open();
    await state('g');
    const controller = new AbortController();
    const reading = take(followFacts(ledger, { signal: controller.signal }), 100);
    await settle();
    controller.abort();
    expect((await reading).length).toBe(1);
    expect(await take(followFacts(ledger, { signal: AbortSignal.abort() }), 100)).toEqual([]);
  });

  test('names a record that is damaged', async () => {
    const { db, ledger, state } = await open();
    await state('g');
    await state('h');
    const [first = ''] = await db.keys(keys.journalAll).all();
    await db.put(first, ((await db.get(first)) ?? '').replace('x.happened', 'x.hbppened'));
    await expect(take(followFacts(ledger, { follow: false }), 10)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
    });
    expect((await take(followFacts(ledger, { follow: false, goal: 'h' }), 10)).length).toBe(1);
  });
});

describe('openStore', () => {
  test('begins a store, and finds where its journal ends', async () => {
    const { db, state } = await open();
    expect(await openStore(db, 5)).toMatchObject({ lastCommit: 0, lastSeq: 0, createdAt: 5, gaps: [] });
    await state('g', 'h');
    await state('g');
    expect(await openStore(db, 9)).toMatchObject({
      lastCommit: 2,
      lastSeq: 3,
      createdAt: 5,
      gaps: [],
      losses: [],
    });
  });

  test('a last record that is damaged costs its own facts only; their numbers are not used again', async () => {
    const { db, state } = await open();
    await openStore(db, 5);
    await state('g', 'h');
    await state('g', 'g', 'g');
    const [last = ''] = await db.keys({ ...keys.journalAll, reverse: true, limit: 1 }).all();
    await db.put(last, ((await db.get(last)) ?? '').replace('x.happened', 'x.hbppened'));
    const opened = await openStore(db, 9);
    expect(opened.lastCommit).toBe(2);
    expect(opened.lastSeq).toBeGreaterThanOrEqual(5);
    expect(opened.gaps.join()).toMatch(/damaged/);
  });

  test('a missing commit is said', async () => {
    const { db, state } = await open();
    await openStore(db, 5);
    for (let i = 0; i < 4; i++) await state('g');
    const all = await db.keys(keys.journalAll).all();
    await db.del(all[1] ?? '');
    expect((await openStore(db, 9)).gaps).toEqual(['commits 2 to 2 are missing']);
  });
});
