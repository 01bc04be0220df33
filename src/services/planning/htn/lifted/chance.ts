// Chance of the lifted search: a seeded generator (xorshift32, George Marsaglia, 2003), so that the same seed
// gives the same search.

export interface Chance {
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
}

export function createChance(seed: number): Chance {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995) | 0;
  if (state === 0) state = 1;
  return {
    below(bound) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % bound;
    },
  };
}

/** Puts numbers into an order of chance. */
export function shuffle(numbers: Int32Array, chance: Chance): void {
  for (let index = numbers.length - 1; index > 0; index -= 1) {
    const other = chance.below(index + 1);
    const held = numbers[index]!;
    numbers[index] = numbers[other]!;
    numbers[other] = held;
  }
}
