// Rounds: a loop's rounds, each a task of its own. Lives beside the frontier; what has ended follows from the
// records, so a loop goes on in the middle after a restart.
//
// N1 each round is offered once; a round that has ended before is not offered again.
// N2 at most `width` rounds are out at once.
import type { Json } from '../model/scalars.js';

export interface Loop {
  readonly index: number;
  readonly taskId: string;
  readonly items: readonly Json[];
  /** The next round to offer, or undefined when none may go now. */
  next(): number | undefined;
  /** Notes how a round ended. */
  end(round: number, well: boolean): void;
  /** Takes a round that is out already (after a restart). */
  adopt(round: number): void;
  /** Gives back a round that could not be started. */
  putBack(round: number): void;
  /** Rounds that could still be offered. */
  left(): number;
  isOver(): boolean;
  summary(): { total: number; succeeded: number; failed: number };
}

const open = 0;
const out = 1;
const well = 2;
const badly = 3;

/** Makes a loop over items. `ended` tells how rounds of an earlier life have ended. */
export function createLoop(
  index: number,
  taskId: string,
  items: readonly Json[],
  width: number,
  ended: ReadonlyMap<number, boolean>,
): Loop {
  const states = new Uint8Array(items.length);
  const counts = [items.length, 0, 0, 0];
  let cursor = 0;
  const set = (round: number, state: number): void => {
    const old = states[round] ?? open;
    counts[old] = (counts[old] ?? 0) - 1;
    counts[state] = (counts[state] ?? 0) + 1;
    states[round] = state;
  };
  for (const [round, good] of ended) if (round < items.length) set(round, good ? well : badly);
  return {
    index,
    taskId,
    items,
    next() {
      if ((counts[out] ?? 0) >= width) return undefined;
      while (cursor < items.length && states[cursor] !== open) cursor += 1;
      if (cursor >= items.length) return undefined;
      set(cursor, out);
      return cursor;
    },
    putBack(round) {
      set(round, open);
      cursor = Math.min(cursor, round);
    },
    end: (round, good) => set(round, good ? well : badly),
    adopt: (round) => set(round, out),
    left: () => counts[open] ?? 0,
    isOver: () => (counts[open] ?? 0) === 0 && (counts[out] ?? 0) === 0,
    summary: () => ({ total: items.length, succeeded: counts[well] ?? 0, failed: counts[badly] ?? 0 }),
  };
}
