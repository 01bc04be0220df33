// Keys and records: ranges, order, and that a flipped bit is noticed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, parseAddress, parseTaskId, roundId, undoId } from '#src/model/address.js';
import { decodeRecord, encodeRecord } from '#src/persistence/codec.js';
import { goalIdOfKey, journalKeyOfIndex, keys, taskIdOfKey, type KeyRange } from '#src/persistence/keys.js';

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
const within = (range: KeyRange, key: string): boolean => key >= range.gte && key < range.lt;

describe('keys', () => {
  test('K1 the keys of a goal are in its ranges, and those of no other goal', () => {
    fc.assert(
      fc.property(id, id, id, fc.nat(), (goal, other, name, n) => {
        const of = (g: string): [KeyRange, string][] => [
          [keys.tasksOf(g), keys.task(g, name)],
          [keys.tasksOf(g), keys.task(g, undoId(roundId(name, n)))],
          [keys.plansOf(g), keys.plan(g, n)],
          [keys.plansOf(g), keys.planGraph(g, n)],
          [keys.plansOf(g), keys.planPart(g, n, n)],
          [keys.actorsOf(g), keys.actor(addressOf.goal(g))],
          [keys.actorsOf(g), keys.actor(addressOf.task(g, name))],
          [keys.actorsOf(g), keys.actor(addressOf.contingency(g, `${name}/${name}`))],
          [keys.effectsOf(g), keys.effect(`${addressOf.task(g, name)}#${n}`)],
          [keys.signalsOf(g), keys.signal(g, `${name}/ä`, n)],
          [keys.goalJournalOf(g), keys.goalJournal(g, n, n)],
        ];
        for (const [i, [range, key]] of of(goal).entries()) {
          expect(within(range, key)).toBe(true);
          expect(goalIdOfKey(key)).toBe(goal);
          const [, foreign = ''] = of(other)[i] ?? [];
          expect(within(range, foreign)).toBe(goal === other);
        }
        expect(within(keys.goals, keys.goal(goal))).toBe(true);
        expect(taskIdOfKey(goal, keys.task(goal, name))).toBe(name);
      }),
    );
  });

  test('K1 all keys of one goal stand together', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { minLength: 2, maxLength: 6 }),
        fc.array(id, { minLength: 1, maxLength: 4 }),
        (goals, names) => {
          const all = goals.flatMap((goal) => names.map((name) => ({ goal, key: keys.task(goal, name) })));
          const order = all.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ goal }) => goal);
          const runs = order.filter((goal, i) => goal !== order[i - 1]);
          expect(runs.length).toBe(new Set(runs).size);
        },
      ),
    );
  });

  test('K2 journal keys sort as their facts do, and the record that holds a fact is found', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), fc.nat(60), (counts, wanted) => {
        let seq = 1;
        const records = counts.map((count, i) => {
          const record = {
            key: keys.journal(seq, i + 1),
            index: keys.goalJournal('g', seq, i + 1),
            first: seq,
            count,
          };
          seq += count;
          return record;
        });
        const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : 1));
        expect(sorted).toEqual(records);
        for (const { key, index } of records) expect(journalKeyOfIndex(index)).toBe(key);
        const holder = records.find(({ first, count }) => wanted >= first && wanted < first + count);
        const before = records.filter(({ key }) => within(keys.journalUpTo(wanted), key)).at(-1);
        const byGoal = records.filter(({ index }) => within(keys.goalJournalUpTo('g', wanted), index)).at(-1);
        if (holder !== undefined) {
          expect(before?.first).toBeLessThanOrEqual(holder.first);
          expect(before?.key).toBe(holder.key);
          expect(byGoal?.key).toBe(holder.key);
        }
      }),
    );
  });
});

describe('addresses', () => {
  test('are taken apart as they were put together', () => {
    fc.assert(
      fc.property(id, id, fc.nat(), (goal, name, round) => {
        expect(parseAddress(addressOf.task(goal, name))).toEqual({ kind: 'task', goalId: goal, name });
        expect(parseAddress(addressOf.plan(goal))).toEqual({ kind: 'plan', goalId: goal, name: '' });
        expect(parseTaskId(name)).toEqual({ taskId: name, round: undefined, undo: false });
        expect(parseTaskId(roundId(name, round))).toEqual({ taskId: name, round, undo: false });
        expect(parseTaskId(undoId(roundId(name, round)))).toEqual({ taskId: name, round, undo: true });
      }),
    );
  });
});

describe('records', () => {
  const key = fc.string({ minLength: 1, maxLength: 20 });
  test('come back as they were written', () => {
    fc.assert(
      fc.property(key, fc.jsonValue(), (place, value) => {
        expect(decodeRecord(place, encodeRecord(place, value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('any flipped bit, any cut, and another key are noticed', () => {
    fc.assert(
      fc.property(key, fc.object(), fc.nat(), fc.nat(7), (place, value, at, bit) => {
        const bytes = Buffer.from(encodeRecord(place, value));
        const spoilt = Buffer.from(bytes);
        const index = at % bytes.length;
        spoilt[index] = (spoilt[index] ?? 0) ^ (1 << bit);
        expect(() => decodeRecord(place, spoilt.toString())).toThrow();
        expect(() => decodeRecord(place, bytes.subarray(0, index).toString())).toThrow();
        expect(() => decodeRecord(`${place}x`, bytes.toString())).toThrow(/checksum/);
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is no record, and what is of a later format, is named', () => {
    for (const text of ['', ':', 'x:12345678:{}', '{}', '99999:12345678:{}'])
      expect(() => decodeRecord('k', text)).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }));
    const later = encodeRecord('k', {}).replace(/^1/, '2');
    expect(() => decodeRecord('k', later)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/STORE_(NEWER|DAMAGED)/) as string }),
    );
  });
});
