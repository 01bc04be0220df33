// Values that enter state: the task book, plain JSON, kept signals; and the alarm that wakes what waits.
import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { createAlarm } from '#src/actors/deadlines.js';
import { plainJson } from '#src/actors/plain-json.js';
import { createSignals, keptSignals } from '#src/actors/signals.js';
import { createTaskBook, inlineBytes } from '#src/actors/task-book.js';
import type { TurnContext } from '#src/actors/turn.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database, type Turn } from '#src/persistence/ledger.js';
import { handClock } from '../engine/workbench.js';

async function openLedger() {
  const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await db.open();
  const ledger = createLedger({
    db: db as unknown as Database,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: () => {},
  });
  /** Does something in a turn and writes it. */
  const turn = async (work: (turn: Turn) => void): Promise<void> => {
    work(ledger.begin());
    ledger.end();
    await ledger.settled();
  };
  return { db, ledger, turn };
}

describe('the task book', () => {
  test('small values lie in the record, large ones apart, equal ones once and counted', async () => {
    const { db, ledger, turn } = await openLedger();
    const book = createTaskBook(ledger);
    const large = 'ä'.repeat(inlineBytes);
    await turn((now) => {
      book.note(now, 'g', 'small', { output: book.store(now, { a: 1 }) });
      for (const id of ['one', 'two']) book.note(now, 'g', id, { output: book.store(now, large) });
    });
    expect(book.output('g', 'small')).toEqual({ a: 1 });
    expect(book.output('g', 'one')).toBe(large);
    expect(book.record('g', 'one')?.output).toEqual(book.record('g', 'two')?.output);
    expect((await db.keys({ gte: '!blobs!', lt: '!blobs!\uffff' }).all()).length).toBe(1);
    const [count] = await db.keys({ gte: '!blobCounts!', lt: '!blobCounts!\uffff' }).all();
    expect(ledger.read('blobCount', count ?? '')?.count).toBe(2);
    expect(book.output('g', 'nobody')).toBeUndefined();
  });

  test('a limit is kept, at the byte', async () => {
    const { ledger, turn } = await openLedger();
    const book = createTaskBook(ledger, { maxValueBytes: 100_000 });
    await turn((now) => {
      expect(() => book.store(now, 'x'.repeat(99_998))).not.toThrow();
      expect(() => book.store(now, 'x'.repeat(99_999))).toThrow(/100001 bytes is over the limit of 100000/);
      expect(() => book.store(now, 'ä'.repeat(60_000))).toThrow(/limit/);
    });
  });

  test('a blob that was spoilt or is gone is noticed', async () => {
    const { db, ledger, turn } = await openLedger();
    await turn((now) => {
      const book = createTaskBook(ledger);
      book.note(now, 'g', 'a', { output: book.store(now, 'x'.repeat(70_000)), endedAt: 1, endOrder: 1 });
    });
    const [blob = ''] = await db.keys({ gte: '!blobs!', lt: '!blobs!\uffff' }).all();
    await db.put(blob, JSON.stringify('y'.repeat(70_000)));
    expect(() => createTaskBook(ledger).output('g', 'a')).toThrow(/does not fit its hash/);
    await db.del(blob);
    expect(() => createTaskBook(ledger).output('g', 'a')).toThrow(/missing/);
  });

  test('notes add up within a turn and over turns', async () => {
    const { ledger, turn } = await openLedger();
    const book = createTaskBook(ledger);
    await turn((now) => {
      book.note(now, 'g', 'a', { attempts: 1 });
      book.note(now, 'g', 'a', { status: 'verifying' });
    });
    await turn((now) => void book.note(now, 'g', 'a', { status: 'succeeded', endedAt: 5, endOrder: 0 }));
    const expected = { status: 'succeeded', attempts: 1, endedAt: 5, endOrder: 0 };
    expect(book.record('g', 'a')).toEqual(expected);
    expect(ledger.read('task', keys.task('g', 'a'))).toEqual(expected);
  });
});

describe('plain JSON', () => {
  test('is what JSON makes of a value, and the value itself when that is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(plainJson(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { examples: [[{ '': { '': -0 } }]] },
    );
    fc.assert(
      fc.property(
        fc.anything({
          withDate: true,
          withMap: true,
          withSet: true,
          withSparseArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          let expected: unknown;
          try {
            expected = JSON.parse(JSON.stringify(value) ?? 'null');
          } catch {
            expect(() => plainJson(value)).toThrow();
            return;
          }
          expect(JSON.stringify(plainJson(value))).toBe(JSON.stringify(expected));
        },
      ),
    );
    const same = { deep: [1, 'two', { three: null }] };
    expect(plainJson(same)).toBe(same);
  });
});

describe('kept signals', () => {
  test('first in, first out by name; bounded; put back after a restart', async () => {
    const { db, ledger, turn } = await openLedger();
    const book = createTaskBook(ledger);
    const at = 1_000_000;
    const context = (changes: Turn): TurnContext =>
      ({ changes, at, mail: () => {} }) as unknown as TurnContext;
    const signal = (name: string, payload: number) => ({ name, payload, at });
    const first = createSignals(book);
    await turn((changes) => {
      for (let i = 0; i < keptSignals; i++) {
        expect(
          first.deliver('g', undefined, signal(i % 2 === 0 ? 'even' : 'odd/ä', i), context(changes)).taken,
        ).toBe(true);
      }
      expect(first.deliver('g', undefined, signal('even', 100), context(changes))).toMatchObject({
        taken: false,
      });
    });
    await turn((changes) =>
      expect([first.take('g', 'even', context(changes)), first.take('g', 'odd/ä', context(changes))]).toEqual(
        [0, 1],
      ),
    );
    const stored = await db.keys(keys.signalsOf('g')).all();
    expect(stored.length).toBe(keptSignals - 2);
    const second = createSignals(book);
    second.restore(
      'g',
      stored.map((key) => ({ key, signal: ledger.read('signal', key) ?? signal('', 0) })),
    );
    await turn((changes) => {
      for (let i = 2; i < 20; i += 2) expect(second.take('g', 'even', context(changes))).toBe(i);
      expect(second.take('g', 'nothing', context(changes))).toBeUndefined();
      expect(second.take('other', 'even', context(changes))).toBeUndefined();
    });
    expect(second.forget('g').length).toBe(keptSignals - 2 - 9);
  });
});

describe('the alarm', () => {
  test('rings what is due in the order of the instants, then of asking; what was called off never', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(50), off: fc.boolean() }), { maxLength: 30 }),
        async (entries) => {
          const clock = handClock(0);
          const alarm = createAlarm(clock);
          const rung: number[] = [];
          const offs = entries.map(({ at }, i) => alarm.at(at, () => rung.push(i)));
          expect(clock.waits().length).toBeLessThanOrEqual(1);
          entries.forEach(({ off }, i) => {
            if (off) offs[i]?.();
          });
          await clock.advance(50);
          const due = entries.map(({ at, off }, i) => ({ at, off, i })).filter(({ off }) => !off);
          expect(rung).toEqual(due.sort((a, b) => a.at - b.at || a.i - b.i).map(({ i }) => i));
          expect(clock.waits()).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('what rings may ask for more; closed, it is silent', async () => {
    const clock = handClock(0);
    const alarm = createAlarm(clock);
    const rung: string[] = [];
    alarm.at(10, () => {
      rung.push('first');
      alarm.at(5, () => rung.push('past'));
      alarm.at(20, () => rung.push('second'));
    });
    await clock.advance(15);
    expect(rung).toEqual(['first', 'past']);
    alarm.close();
    await clock.advance(10);
    expect(rung).toEqual(['first', 'past']);
  });
});
