// Seeded ids: ids and chance that are the same in every run with the same seed.
import type { Ids } from '../services/ids.js';

/** Makes ids `<prefix>1`, `<prefix>2`, …, and chance from a seed (xorshift32; G. Marsaglia, 2003). */
export function createSeededIds(seed: number, prefix = 'id-'): Ids {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  let made = 0;
  return {
    next: () => `${prefix}${++made}`,
    random: () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state / 4_294_967_296;
    },
  };
}
