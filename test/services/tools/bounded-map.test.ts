// mapBounded: order, width, and nothing left running after a failure.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapBounded } from '#src/services/tools/bounded-map.js';

test('property: results keep the order, and no more than the width run at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer(), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (scheduler, items, width) => {
        let running = 0;
        const mapping = mapBounded(items, width, async (item) => {
          running += 1;
          expect(running).toBeLessThanOrEqual(width);
          await scheduler.schedule(Promise.resolve());
          running -= 1;
          return item * 2;
        });
        expect(await scheduler.waitFor(mapping)).toEqual(items.map((item) => item * 2));
      },
    ),
  );
});

test('after a failure nothing more is begun and what runs is awaited', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const mapping = mapBounded([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error('no');
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(item);
  });
  await expect(mapping).rejects.toThrow('no');
  expect(ended).toEqual(begun.filter((item) => item !== 0));
  expect(begun).not.toContain(4);
});
