// Retention and crashes: a deletion that is stopped at any of its writes, before or after it, is ended by the next
// life, and leaves the same store. Fault model: the process dies at a write; what was written is there, whole.
import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { createTaskBook } from '#src/actors/task-book.js';
import { createRetention } from '#src/engine/retention.js';
import { createSpace } from '#src/engine/space.js';
import { miscounted, releaseBlob } from '#src/persistence/blobs.js';
import { findGaps } from '#src/persistence/gaps.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import { createCrashingStore, type CrashingStore } from './crashing-store.js';
import { createManualClock } from '#src/testing/manual-clock.js';
import { openRig } from '../model-based/rig.js';
import { createQuick, echo, plan } from './workbench.js';

const clock = createManualClock();
let id = 0;
const ids = { next: () => `id${++id}`, random: () => 0.5 };

/** A retention on a database, in a life of its own. */
async function live({ db }: CrashingStore) {
  const rig = await openRig({ db, clock, ids, tools: createQuick().tools });
  return {
    rig,
    retention: createRetention({
      runtime: rig.runtime,
      space: createSpace(rig.runtime.options.ledger, undefined),
    }),
  };
}

/** What a database holds, but for how the engine's own facts and the numbers of its batches fell. */
async function dump(db: Database): Promise<[string, string][]> {
  const all = await db.iterator().all();
  return all.filter(([key]) => !/^!journal|^!meta!/.test(key));
}

async function factsOfGoals(db: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const [key, value] of db.iterator(keys.journalAll)) {
    for (const fact of (JSON.parse(value.slice(value.indexOf('{'))) as { facts: string[][] }).facts)
      if (fact[1] !== '') found.push(`${key} ${fact[1]} ${fact[3]}`);
  }
  return found;
}

/** Three goals that share batches and a blob; two are to go. */
async function begin(): Promise<CrashingStore> {
  const first = await createCrashingStore();
  const { rig } = await live(first);
  const big = echo('x'.repeat(70_000));
  const tasks: Record<string, unknown> = { a: { action: big }, b: { action: echo('y'.repeat(66_000)) } };
  for (let i = 0; i < 1_200; i++) tasks[`t${i}`] = { action: echo(i) };
  const goals = await Promise.all([
    rig.submit(plan(tasks, { strategy: { maxParallelTasks: 50 } }), 'big'),
    rig.submit(plan({ a: { action: big } }), 'small'),
    rig.submit(plan({ a: { action: big }, z: { action: echo('z') } }), 'stays'),
  ]);
  await Promise.all(goals.map((goal) => goal.result()));
  // The ends are as they come; which goal stays is not.
  const { ledger } = rig.runtime.options;
  const { db } = first;
  for (const [place, goal] of ['big', 'small', 'stays'].entries()) {
    const record = ledger.read('goal', keys.goal(goal));
    if (record === undefined) throw new Error(`${goal} is there`);
    await rig.runtime.system.perform(goal, (turn) =>
      turn.changes.put('goal', keys.goal(goal), { ...record, endedAt: 10 + place }),
    );
  }
  expect(await miscounted(db)).toEqual([]);
  return first.next();
}

describe('a deletion that dies at a write', () => {
  test('is ended by the next life, and leaves what an undisturbed one leaves', async () => {
    const start = await begin();
    const calm = await start.next();
    const calmLife = await live(calm);
    expect((await calmLife.retention.collect({ keep: 1, olderThanMs: 1e15 })).goals.sort()).toEqual([
      'big',
      'small',
    ]);
    const wanted = await dump(calm.db);
    const wantedFacts = await factsOfGoals(calm.db);
    expect(wanted.some(([key]) => key.includes('big'))).toBe(false);
    expect(wantedFacts.length).toBeGreaterThan(5);
    let deaths = 0;
    for (const written of [true, false]) {
      for (let at = 1; ; at++) {
        const life = await start.next();
        const { retention } = await live(life);
        life.dieAt(at, written);
        const ended = await Promise.race([retention.collect({ keep: 1, olderThanMs: 1e15 }), life.death]);
        const next = await life.next();
        // Each cut is whole by itself.
        expect(await miscounted(next.db)).toEqual([]);
        expect(await findGaps(next.db, Number.MAX_SAFE_INTEGER)).toEqual([]);
        const second = await live(next);
        await second.retention.collect({ keep: 1, olderThanMs: 1e15 });
        expect(await dump(next.db)).toEqual(wanted);
        expect(await factsOfGoals(next.db)).toEqual(wantedFacts);
        expect(await findGaps(next.db, Number.MAX_SAFE_INTEGER)).toEqual([]);
        if (ended !== 'dead') break;
        deaths += 1;
      }
    }
    // Marking, and at least two slices, each before and after.
    expect(deaths).toBeGreaterThanOrEqual(6);
  }, 60_000);
});

describe('counts of blobs', () => {
  const values = [0, 1, 2].map((n) => String(n).repeat(70_000));
  const step = fc.record({
    task: fc.integer({ min: 0, max: 3 }),
    value: fc.option(fc.integer({ min: 0, max: 2 })),
    how: fc.constantFrom('keep', 'keep', 'keep', 'discard', 'delete'),
    settled: fc.boolean(),
  });

  test('B1, B2 are those of the records that point to them, whatever is replaced, dropped and deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 20 }),
        async (turns) => {
          const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
          await level.open();
          const db = level as unknown as Database;
          const ledger = createLedger({
            db,
            durability: 'memory',
            lastCommit: 0,
            lastSeq: 0,
            onWriteError: (error) => {
              throw error;
            },
          });
          const book = createTaskBook(ledger);
          for (const steps of turns) {
            const turn = ledger.begin();
            for (const { task, value, how } of steps) {
              const key = keys.task('g', `t${task}`);
              if (how === 'delete') {
                releaseBlob(ledger, turn, ledger.read('task', key)?.output);
                book.forget('g');
                turn.remove(key);
              } else {
                const output = book.store(turn, value === null ? 'small' : (values[value] ?? ''));
                book.note(turn, 'g', `t${task}`, { status: 'verifying', output });
              }
            }
            if (steps[0]?.how === 'discard') {
              ledger.discard();
              book.forget('g');
            } else ledger.end();
            if (steps[0]?.settled === true) await ledger.settled();
          }
          await ledger.settled();
          expect(await miscounted(db)).toEqual([]);
          const blobs = await db.keys(keys.blobs).all();
          const counts = await db.keys(keys.blobCounts).all();
          expect(blobs.length).toBe(counts.length);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
