// The ledger on levels that are slow or fail: which turns are in which batch, and what happens when.
import { MemoryLevel } from 'memory-level';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf } from '#src/persistence/journal.js';
import { decodeRecord } from '#src/persistence/codec.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database, type Ledger, type Turn } from '#src/persistence/ledger.js';
import { parseRecord } from '#src/persistence/records.js';
import { settle } from '../engine/workbench.js';

type Operation = { type: 'put' | 'del'; key: string; value?: string };

/** A level whose writes end when the test says so, in a way that it says. */
async function openSlow() {
  const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await db.open();
  const batches: Operation[][] = [];
  const waiting: { go: () => void; fail: (error: Error) => void }[] = [];
  const slow = new Proxy(db, {
    get(target, name) {
      if (name !== 'batch') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      }
      return (operations: Operation[]) =>
        new Promise<void>((resolve, reject) => {
          batches.push(operations);
          waiting.push({
            go: () => void target.batch(operations as never).then(resolve, reject),
            fail: reject,
          });
        });
    },
  });
  const errors: Error[] = [];
  const ledger = createLedger({
    db: slow as unknown as Database,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: (error) => void errors.push(error),
  });
  const turn = (work: (turn: Turn) => void): void => {
    work(ledger.begin());
    ledger.end();
  };
  /** Lets the next write through. */
  const write = async (): Promise<void> => {
    await settle(2);
    waiting.shift()?.go();
    await settle(2);
  };
  return { db, ledger, turn, batches, waiting, write, errors };
}

const note = (text: string) => ({ status: 'pending' as const, attempts: 0, reason: text });
const put = (turn: Turn, id: string, text: string): void => turn.put('task', keys.task('g', id), note(text));
const fact = (turn: Turn, type: string, goal = 'g'): void =>
  turn.fact({ at: 1, goal, actor: `goal/${goal}`, type, data: {} });
const typesIn = (operations: Operation[]): string[] =>
  operations
    .filter(({ key }) => key.startsWith('!journal!'))
    .flatMap(({ key, value }) =>
      factsOf(parseRecord('journal', key, decodeRecord(key, value ?? ''))).map(({ type }) => type),
    );

describe('batches', () => {
  test('L1 turns that end while one is written share the next, in their order', async () => {
    const { ledger, turn, batches, write } = await openSlow();
    turn((now) => fact(now, 'one'));
    turn((now) => fact(now, 'two'));
    await settle(2);
    turn((now) => fact(now, 'three'));
    turn((now) => fact(now, 'four'));
    turn((now) => fact(now, 'five'));
    await write();
    await write();
    await ledger.settled();
    expect(batches.map(typesIn)).toEqual([
      ['one', 'two'],
      ['three', 'four', 'five'],
    ]);
  });

  test('L2 what follows on a turn waits for its batch, and settled() for all', async () => {
    const { ledger, turn, write } = await openSlow();
    const told: string[] = [];
    ledger.onFacts((facts) => told.push(...facts.map(({ type }) => `fact ${type}`)));
    turn((now) => {
      fact(now, 'one');
      now.afterCommit(() => told.push('after one'));
    });
    await settle(2);
    turn((now) => {
      fact(now, 'two');
      now.afterCommit(() => told.push('after two'));
    });
    let settled = false;
    const all = ledger.settled().then(() => (settled = true));
    expect([told, ledger.lastSeq()]).toEqual([[], 0]);
    await write();
    expect([told, ledger.lastSeq(), settled]).toEqual([['after one', 'fact one'], 1, false]);
    await write();
    await all;
    expect([told, ledger.lastSeq()]).toEqual([['after one', 'fact one', 'after two', 'fact two'], 2]);
  });

  test('L3 commits and facts are numbered without gaps', async () => {
    const { db, ledger, turn, write } = await openSlow();
    for (let i = 0; i < 5; i++) {
      turn((now) => {
        for (let j = 0; j < i; j++) fact(now, `${i}.${j}`, j % 2 === 0 ? 'g' : 'h');
        put(now, `t${i}`, 'x');
      });
      await write();
    }
    await ledger.settled();
    const records = (await db.iterator(keys.journalAll).all()).map(([key, value]) =>
      parseRecord('journal', key, decodeRecord(key, value)),
    );
    expect(records.map(({ commit }) => commit)).toEqual([1, 2, 3, 4, 5]);
    expect(records.flatMap(factsOf).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
    expect((await db.keys(keys.goalJournalOf('h')).all()).length).toBe(3);
  });

  test('L4 after a failed write nothing more is written, and everybody is told', async () => {
    const { db, ledger, turn, waiting, batches, errors } = await openSlow();
    const told: string[] = [];
    turn((now) => {
      put(now, 'a', 'lost');
      now.afterCommit(() => told.push('never'));
    });
    const waits = ledger.settled();
    await settle(2);
    turn((now) => put(now, 'b', 'lost too'));
    waiting.shift()?.fail(new Error('disk full'));
    await expect(waits).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
      message: expect.stringMatching(/disk full/) as string,
    });
    await expect(ledger.settled()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(() => ledger.begin()).toThrow(/disk full/);
    expect(ledger.broken()?.code).toBe('STORE_WRITE_FAILED');
    await settle(4);
    expect([told, batches.length, errors.length]).toEqual([[], 1, 1]);
    expect(await db.keys().all()).toEqual([]);
  });

  test('a turn that was dropped leaves nothing', async () => {
    const { ledger, turn, batches, write } = await openSlow();
    const dropped = ledger.begin();
    put(dropped, 'a', 'dropped');
    fact(dropped, 'dropped');
    dropped.afterCommit(() => expect.unreachable());
    ledger.discard();
    expect(ledger.read('task', keys.task('g', 'a'))).toBeUndefined();
    turn((now) => fact(now, 'kept'));
    await write();
    await ledger.settled();
    expect(batches.map(typesIn)).toEqual([['kept']]);
    turn(() => {});
    await ledger.settled();
    expect(batches.length).toBe(1);
  });

  test('L5 a record that its schema refuses stops the turn, before anything is written', async () => {
    const { ledger, batches } = await openSlow();
    const now = ledger.begin();
    now.put('task', keys.task('g', 'a'), { status: 'nonsense' } as never);
    expect(() => ledger.end()).toThrow(/L5 record !tasks!g\/a.*status/);
    ledger.discard();
    await settle(2);
    expect(batches).toEqual([]);
  });
});

describe('reading', () => {
  test('sees the open turn, what waits, what is being written, then the database: as a plain map would', async () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      do: fc.constantFrom('put', 'create', 'remove', 'end', 'drop', 'write'),
      text: fc.string({ maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { db, ledger, waiting } = await openSlow();
        let kept = new Map<string, string>();
        let now = ledger.begin();
        let model = new Map(kept);
        for (const { key, do: what, text } of steps) {
          const place = keys.task('g', key);
          if (what === 'put' || (what === 'create' && model.has(key))) {
            put(now, key, text);
            model.set(key, text);
          } else if (what === 'create') {
            now.create('task', place, note(text));
            model.set(key, text);
          } else if (what === 'remove') {
            now.remove(place);
            model.delete(key);
          } else if (what === 'end' || what === 'drop') {
            if (what === 'end') {
              ledger.end();
              kept = model;
            } else ledger.discard();
            now = ledger.begin();
            model = new Map(kept);
          } else {
            await settle(2);
            waiting.shift()?.go();
            await settle(2);
          }
          for (const id of ['a', 'b', 'c']) expect(read(ledger, id)).toBe(model.get(id));
        }
        ledger.discard();
        for (let i = 0; i < 50 && waiting.length + 1 > 0; i++) {
          await settle(1);
          if (waiting.length === 0) break;
          waiting.shift()?.go();
          await settle(1);
        }
        await ledger.settled();
        const stored = new Map(
          (await db.iterator(keys.tasksOf('g')).all()).map(([key, value]) => [
            key.slice(-1),
            parseRecord('task', key, decodeRecord(key, value)).reason,
          ]),
        );
        expect(stored).toEqual(kept);
      }),
      { numRuns: 100 },
    );
  });

  test('a record that came and went before it was written leaves no trace in a batch', async () => {
    const { ledger, turn, batches, write } = await openSlow();
    turn((now) => now.create('task', keys.task('g', 'brief'), note('x')));
    turn((now) => {
      now.remove(keys.task('g', 'brief'));
      fact(now, 'one');
    });
    await write();
    await ledger.settled();
    expect(batches[0]?.some(({ key }) => key.includes('brief'))).toBe(false);
  });
});

const read = (ledger: Ledger, id: string): string | undefined =>
  ledger.read('task', keys.task('g', id))?.reason;
