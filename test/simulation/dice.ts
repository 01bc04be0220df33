// Dice: chance that can be repeated from a seed (mulberry32, T. Ettinger).

export interface Dice {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  /** An integer from 0 (included) to `below` (excluded). */
  below(below: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Those of a list that chance takes. */
  some<T>(from: readonly T[], share: number): T[];
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('There is nothing to pick from.');
      return found;
    },
    some: (from, share) => from.filter(() => next() < share),
  };
}
