// The bounded cache: keeps what was used lately, never more than its capacity.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBoundedCache } from '#src/services/expression/bounded-cache.js';

describe('bounded cache', () => {
  test('makes a value once while it is in use', () => {
    const cache = createBoundedCache<string, object>(4);
    const first = cache.get('a', () => ({}));
    for (const key of ['b', 'c', 'a', 'd', 'a', 'e']) cache.get(key, () => ({}));
    expect(cache.get('a', () => ({}))).toBe(first);
  });

  test('forgets what was not used for long', () => {
    const cache = createBoundedCache<number, number>(4);
    for (let key = 0; key < 10; key += 1) cache.get(key, (made) => made);
    expect(cache.peek(0)).toBeUndefined();
    expect(cache.peek(9)).toBe(9);
  });

  test('keeps nothing of a value that could not be made', () => {
    const cache = createBoundedCache<string, number>(4);
    expect(() =>
      cache.get('a', () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(cache.size).toBe(0);
  });

  test('never holds more than its capacity and always gives the right value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.nat(40)), (capacity, keys) => {
        const cache = createBoundedCache<number, string>(capacity);
        for (const key of keys) {
          expect(cache.get(key, String)).toBe(String(key));
          expect(cache.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
