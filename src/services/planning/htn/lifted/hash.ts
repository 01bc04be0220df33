// Hashes of the lifted search: two independent 32-bit lanes, which together tell states and networks apart.
// The finalisers are those of MurmurHash3 (Austin Appleby, 2011) and of Chris Wellon's hash prospector (2018).

/** Mixes a number into the first lane. */
export function mixLow(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x9e3779b1) ^ (hash >>> 13);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Mixes a number into the second lane. */
export function mixHigh(hash: number, value: number): number {
  let mixed = Math.imul(hash + value, 0x7feb352d) ^ (hash >>> 11);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return mixed ^ (mixed >>> 15);
}
