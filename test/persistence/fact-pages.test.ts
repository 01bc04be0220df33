// Pages of the journal: put together they are the whole, from either end, whatever was deleted between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '#src/model/fact.js';
import { type FactPage, pageOfFacts } from '#src/persistence/fact-pages.js';
import { findGaps } from '#src/persistence/gaps.js';
import { followFacts } from '#src/persistence/journal.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger } from '#src/persistence/ledger.js';
import { readSlice } from '#src/persistence/removal.js';
import { createCrashingStore } from '../engine/crashing-store.js';

const goalIds = ['g', 'h', 'i'];

/** A journal of batches, each with facts of some goals, and a way to delete a goal's. */
async function journalOf(batches: readonly (readonly string[])[]) {
  const { db } = await createCrashingStore();
  const ledger = createLedger({
    db,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: () => {},
  });
  const state = async (goals: readonly string[]): Promise<void> => {
    const turn = ledger.begin();
    for (const goal of goals) turn.fact({ at: 1, goal, actor: `goal/${goal}`, type: 'x.happened', data: {} });
    if (goals.length === 0) turn.putText('other', 'change');
    ledger.end();
    await ledger.settled();
  };
  for (const goals of batches) await state(goals);
  const remove = async (goal: string): Promise<void> => {
    const slice = await readSlice(db, ledger, [goal]);
    const turn = ledger.begin();
    slice.apply(turn);
    turn.fact({ at: 1, goal: '', actor: 'engine', type: 'engine.collected', data: { goal } });
    ledger.end();
    await ledger.settled();
  };
  const all = async (goal?: string): Promise<Fact[]> => {
    const facts: Fact[] = [];
    const about = goal === undefined ? {} : { goal };
    for await (const fact of followFacts(ledger, { follow: false, ...about })) facts.push(fact);
    return facts;
  };
  return { db, ledger, remove, all };
}

const batches = fc.array(fc.array(fc.constantFrom(...goalIds), { maxLength: 5 }), { maxLength: 15 });

test('pages put together are the journal, forwards and backwards, of a goal and of all', async () => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      fc.option(fc.constantFrom(...goalIds), { nil: undefined }),
      fc.option(fc.constantFrom(...goalIds), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      async (given, limit, reverse, goal, removed, start) => {
        const { db, remove, all } = await journalOf(given);
        if (removed !== undefined) await remove(removed);
        const read: Fact[] = [];
        let page: FactPage = { facts: [], ...(start === undefined ? {} : { next: start }) };
        do {
          const from = page.next === undefined ? {} : { from: page.next };
          const about = goal === undefined ? {} : { goal };
          page = await pageOfFacts(db, { ...from, ...about, limit, reverse });
          expect(page.facts.length).toBeLessThanOrEqual(limit);
          if (page.next !== undefined) expect(page.facts.length).toBe(limit);
          read.push(...page.facts);
        } while (page.next !== undefined);
        const whole = await all(goal);
        const wanted = whole.filter(
          ({ seq }) => start === undefined || (reverse ? seq <= start : seq >= start),
        );
        expect(read).toEqual(reverse ? wanted.reverse() : wanted);
      },
    ),
    { numRuns: 300 },
  );
});

test('X1, G1, G2 deleting goals in any order leaves the others as they were, explains each gap, and hides no loss', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.shuffledSubarray(goalIds), fc.nat(), async (given, going, which) => {
      const { db, remove, all } = await journalOf(given);
      const before = await all();
      for (const goal of going) {
        await remove(goal);
        expect(await findGaps(db, Number.MAX_SAFE_INTEGER)).toEqual([]);
      }
      const stays = ({ goal }: Fact): boolean => goal !== '' && !going.includes(goal);
      const after = await all();
      expect(after.filter(({ goal }) => goal !== '')).toEqual(before.filter(stays));
      for (const goal of going) expect(await db.keys(keys.goalJournalOf(goal)).all()).toEqual([]);
      // Neighbouring gaps are one record.
      const gaps = (await db.iterator({ gte: '!journalGaps!', lt: '!journalGaps!\uffff' }).all()).map(
        ([, value]) => JSON.parse(value.slice(value.indexOf('{'))) as { from: number; to: number },
      );
      for (const [i, { from }] of gaps.entries())
        if (i > 0) expect(from).toBeGreaterThan((gaps[i - 1]?.to ?? 0) + 1);
      // Whichever of the records that are left is lost, but for the last: it is noticed.
      const left = (await db.keys(keys.journalAll).all()).slice(0, -1);
      if (left.length === 0) return;
      await db.del(left[which % left.length] ?? '');
      expect((await findGaps(db, Number.MAX_SAFE_INTEGER)).length).toBe(1);
    }),
    { numRuns: 300 },
  );
});

test('a page has bounds, and a lost record is named', async () => {
  const { db } = await journalOf([['g'], ['g'], ['g']]);
  for (const limit of [0, 10_001, 1.5])
    await expect(pageOfFacts(db, { limit })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/limit: expected a whole number from 1 to 10000, got/) as string,
    });
  await expect(pageOfFacts(db, { from: 0 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await db.del(keys.journal(2, 2));
  for (const reverse of [true, false])
    await expect(pageOfFacts(db, { goal: 'g', reverse })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringMatching(/journal!0000000000000002.*missing/) as string,
    });
});
