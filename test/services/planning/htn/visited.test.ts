// What was visited: a pair that was noted is known from then on, whatever the numbers, and until it is forgotten.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearVisited, createVisited, visit } from '#src/services/planning/htn/lifted/visited.js';

const lane = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32 - 1),
  // Sums of two lanes, which need not fit into 32 bits.
  fc.tuple(fc.integer(), fc.integer()).map(([one, other]) => one + other),
);

test('LD1 a pair is new once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lane, lane), { maxLength: 200 }), (pairs) => {
      const visited = createVisited(2 ** 20);
      const seen = new Set<string>();
      for (const [low, high] of pairs) {
        // 0, 0 shares its place with 1, 0.
        const key = `${low | 0 | ((low | high) === 0 ? 1 : 0)},${high | 0}`;
        expect(visit(visited, low, high)).toBe(seen.has(key) ? 0 : 1);
        seen.add(key);
        expect(visit(visited, low, high)).toBe(0);
      }
      clearVisited(visited);
      const [first] = pairs;
      if (first !== undefined) expect(visit(visited, ...first)).toBe(1);
    }),
  );
});

test('LD1 what has no room is said to be new, and not taken', () => {
  const visited = createVisited(2 ** 17);
  let full = 0;
  for (let at = 0; at < 20_000; at += 1) if (visit(visited, at * 7919, at * 104729) < 0) full += 1;
  expect(full).toBeGreaterThan(0);
  expect(visited.slots.byteLength).toBeLessThanOrEqual(2 ** 17);
});
