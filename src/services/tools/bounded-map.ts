// Maps a list with a bounded number of items under way at once.

/**
 * Like `Promise.all(items.map(work))`, with at most `width` calls under way. Results keep the order of the
 * items. After the first rejection no further item is begun; the calls under way are awaited first, so
 * nothing goes on behind the caller's back.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  results.length = items.length;
  let next = 0;
  let trouble: { reason: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length && trouble === undefined; index = next++) {
      try {
        results[index] = await work(items[index] as Item, index);
      } catch (reason) {
        trouble ??= { reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (trouble !== undefined) throw trouble.reason;
  return results;
}
