// Pool and parking: who holds what, who waits for it, and that nobody is forgotten.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAskers } from '#src/actors/askers.js';
import { createParking } from '#src/actors/parking.js';
import { createPool, wholeLock, type Need } from '#src/actors/pool.js';
import { createReadyQueue } from '#src/actors/ready-queue.js';

const names = ['lock:a', 'lock:b', 'resource:r', 'resource:s'] as const;
const capacity = { 'resource:r': 3, 'resource:s': 1 } as Readonly<Record<string, number>>;
const need: fc.Arbitrary<Need> = fc
  .record({
    name: fc.constantFrom(...names),
    whole: fc.boolean(),
    amount: fc.integer({ min: 1, max: 3 }),
    taken: fc.boolean(),
  })
  .map(({ name, whole, amount, taken }) => ({
    name,
    amount: name.startsWith('lock:') ? (whole ? wholeLock : 1) : Math.min(amount, capacity[name] ?? 1),
    how: !name.startsWith('lock:') && taken ? 'take' : 'hold',
  }));
const needs = fc.uniqueArray(need, { minLength: 1, maxLength: 3, selector: ({ name }) => name });

const newPool = () => {
  const pool = createPool();
  for (const [name, amount] of Object.entries(capacity)) pool.declare(name, amount);
  return pool;
};

describe('the pool', () => {
  test('R1 R2 R3 grants whole requests within the capacities, and gives back once', () => {
    const step = fc.oneof(
      fc.record({ take: needs, holder: fc.nat(5) }),
      fc.record({ give: fc.nat(5), spent: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = newPool();
        const held = new Map<string, readonly Need[]>();
        const used = new Map<string, number>();
        const free = (name: string): number => {
          const out = [...held.values()].flat().filter((one) => one.name === name);
          const start = capacity[name] ?? wholeLock;
          return start - (used.get(name) ?? 0) - out.reduce((sum, { amount }) => sum + amount, 0);
        };
        for (const one of steps) {
          if ('take' in one) {
            const holder = `h${one.holder}`;
            const fits = held.has(holder) || one.take.every(({ name, amount }) => free(name) >= amount);
            const answer = pool.take(holder, one.take, 'w');
            expect(answer.granted).toBe(fits);
            if (!answer.granted)
              expect(answer.lacking).toBe(one.take.find(({ name, amount }) => free(name) < amount)?.name);
            else if (!held.has(holder)) held.set(holder, one.take);
          } else {
            const holder = `h${one.give}`;
            pool.give(holder, one.spent);
            for (const { name, amount, how } of held.get(holder) ?? [])
              if (how === 'take' && one.spent) used.set(name, (used.get(name) ?? 0) + amount);
            held.delete(holder);
          }
          for (const name of names) {
            expect(pool.available(name)).toBe(free(name));
            expect(pool.available(name)).toBeGreaterThanOrEqual(0);
          }
          for (let i = 0; i <= 5; i++) expect(pool.holds(`h${i}`)).toBe(held.has(`h${i}`));
          const exclusive = [...held.values()].filter((all) =>
            all.some(({ name, amount }) => name === 'lock:a' && amount === wholeLock),
          );
          const anyhow = [...held.values()].filter((all) => all.some(({ name }) => name === 'lock:a'));
          if (exclusive.length > 0) expect(anyhow.length).toBe(1);
        }
        for (const holder of held.keys()) pool.give(holder, true);
        expect(pool.available('lock:a')).toBe(wholeLock);
        expect(pool.state().flatMap(({ holders }) => holders)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('R4 who lacks a name is told once when some is given back or added, with the names', () => {
    const pool = newPool();
    pool.take(
      'one',
      [
        { name: 'lock:a', amount: wholeLock, how: 'hold' },
        { name: 'resource:s', amount: 1, how: 'take' },
      ],
      'w1',
    );
    expect(pool.take('two', [{ name: 'lock:a', amount: 1, how: 'hold' }], 'w2')).toEqual({
      granted: false,
      lacking: 'lock:a',
    });
    pool.wait('lock:a', 'w3');
    pool.wait('resource:s', 'w3');
    expect(pool.give('one', true)).toEqual(
      new Map([
        ['w2', ['lock:a']],
        ['w3', ['lock:a']],
      ]),
    );
    expect(pool.give('one', true)).toEqual(new Map());
    expect(pool.add('resource:s', 1)).toEqual(new Map([['w3', ['resource:s']]]));
    expect(pool.add('resource:s', 1)).toEqual(new Map());
  });

  test('what is removed is forgotten', () => {
    const pool = newPool();
    pool.wait('resource:r', 'w');
    pool.remove('resource:r');
    pool.declare('resource:r', 1);
    expect(pool.add('resource:r', 1)).toEqual(new Map());
  });
});

describe('parking', () => {
  test('Q1 Q2 whatever is given back in whatever order, everybody gets through, the most urgent first', () => {
    fc.assert(
      fc.property(
        fc.array(needs, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat(100)),
        (given, picks) => {
          const wants = given.map((all) => all.map((one) => ({ ...one, how: 'hold' as const })));
          const pool = newPool();
          const looked: number[] = [];
          const parking = createParking({
            pool,
            waiter: 'me',
            needs: (index) => {
              looked.push(index);
              return wants[index] ?? [];
            },
            makeQueue: () =>
              createReadyQueue(
                given.map((_, i) => 100 - i),
                given.map(() => 5),
              ),
          });
          const running: number[] = [];
          const done: number[] = [];
          const start = (index: number): void => {
            const taken = pool.take(`t${index}`, wants[index] ?? [], 'me');
            if (taken.granted) running.push(index);
            else parking.park(index, taken.lacking);
          };
          const advance = (): void => {
            for (let next = parking.next(); next !== undefined; next = parking.next()) start(next);
          };
          given.forEach((_, index) => start(index));
          while (running.length > 0) {
            expect(running.length + parking.size + done.length).toBe(given.length);
            const [index = 0] = running.splice(picks.next().value % running.length, 1);
            done.push(index);
            for (const [waiter, told] of pool.give(`t${index}`, true)) {
              expect(waiter).toBe('me');
              parking.open(told);
            }
            advance();
          }
          expect(parking.size).toBe(0);
          expect(done.length).toBe(given.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('one exclusive lock and many that want it: each release looks at one of them', () => {
    const count = 2_000;
    const lock: Need[] = [{ name: 'lock:a', amount: wholeLock, how: 'hold' }];
    const pool = createPool();
    let looks = 0;
    const parking = createParking({
      pool,
      waiter: 'me',
      needs: () => {
        looks += 1;
        return lock;
      },
      makeQueue: () => createReadyQueue([], []),
    });
    pool.take('t0', lock, 'me');
    for (let i = 1; i < count; i++) parking.park(i, 'lock:a');
    for (let i = 0; i < count; i++) {
      parking.open([...pool.give(`t${i}`, true).values()].flat());
      const next = parking.next();
      if (next !== undefined) pool.take(`t${next}`, lock, 'me');
      expect(parking.next()).toBeUndefined();
    }
    expect(parking.size).toBe(0);
    expect(looks).toBeLessThan(2 * count);
  });
});

test('askers are kept by what they lack, in the order in which they came', () => {
  const askers = createAskers();
  expect(askers.set('a', 'x')).toBeUndefined();
  expect(askers.set('b', 'x')).toBeUndefined();
  expect(askers.set('a', 'x')).toBe('x');
  expect(askers.of('x')).toEqual(['a', 'b']);
  expect(askers.set('a', 'y')).toBe('x');
  expect([askers.of('x'), askers.of('y')]).toEqual([['b'], ['a']]);
  askers.delete('a');
  askers.delete('a');
  expect(askers.of('y')).toEqual([]);
});
