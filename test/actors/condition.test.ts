// Condition variable: who waits is woken by a change that makes it so, or by time.
import { expect, test } from 'vitest';
import { createCondition } from '#src/actors/condition.js';
import { createManualClock } from '#src/testing/manual-clock.js';

test('it waits for a change that makes it so, and at most for its time', async () => {
  const clock = createManualClock();
  const condition = createCondition(clock);
  const woken: string[] = [];
  let count = 0;
  const wait = (name: string, isSo: () => boolean, ms: number): void =>
    void condition.until(isSo, ms).then(() => woken.push(name));
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  wait('at once', () => true, 100);
  wait('two', () => count === 2, 100);
  wait('never', () => false, 50);
  await settled();
  expect(woken).toEqual(['at once']);
  count = 1;
  condition.changed();
  await settled();
  expect(woken).toEqual(['at once']);
  count = 2;
  condition.changed();
  await settled();
  expect(woken).toEqual(['at once', 'two']);
  clock.ring(Number.POSITIVE_INFINITY);
  await settled();
  expect(woken).toEqual(['at once', 'two', 'never']);
});
