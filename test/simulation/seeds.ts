// Seeds as tests: plays and judges a range of seeds, some in each test, and fails with the first one's trace.
import { expect, test } from 'vitest';
import { judge } from './checker.js';
import { play } from './driver.js';
import { commandFor, textOf, traceOf } from './trace.js';

const inOneTest = 100;

/** Declares the tests for `count` seeds from `from` on. */
export function testSeeds(from: number, count: number): void {
  for (let first = from; first < from + count; first += inOneTest) {
    const last = Math.min(first + inOneTest, from + count) - 1;
    test(`seeds ${first} to ${last}`, { timeout: 600_000 }, async () => {
      for (let seed = first; seed <= last; seed++) {
        const run = await play(seed);
        const violations = judge(run);
        if (violations.length === 0) continue;
        const told = violations.map(textOf).join('\n');
        expect.fail(`${told}\n\n${traceOf(run, violations)}\n\nTo repeat it: ${commandFor(seed)}`);
      }
    });
  }
}
