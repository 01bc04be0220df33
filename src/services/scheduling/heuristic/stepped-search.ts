// Stepped search: a search written as a generator that yields after each piece of work, driven as a `Search`.
import type { Incumbent, Search } from '../search.js';

/** Pieces of about a millisecond; ends when there is nothing left to do. */
export type Steps = Generator<undefined, void, undefined>;

export function createSteppedSearch(name: string, incumbent: Incumbent, begin: () => Steps): Search {
  let steps: Steps | undefined;
  let isOver = false;
  return {
    name,
    run(isDue) {
      while (!isOver && !incumbent.isClosed && incumbent.schedulesLeft > 0) {
        if (isDue()) return true;
        steps ??= begin();
        isOver = steps.next().done === true;
      }
      return !isOver && !incumbent.isClosed;
    },
  };
}
