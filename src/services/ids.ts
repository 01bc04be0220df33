// Ids and chance: the only user of randomness.
import { randomBytes } from 'node:crypto';

/** Where ids and random numbers come from. */
export interface Ids {
  /** A new id of 16 characters; ids made later sort later within a process's life. */
  next(): string;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function encode(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Ids from the time (9 characters) and chance (7 characters), in Crockford's base 32. */
export function createSystemIds(): Ids {
  return {
    next: () => {
      const bytes = randomBytes(7);
      let tail = '';
      for (const byte of bytes) tail += alphabet.charAt(byte % 32);
      return encode(Date.now(), 9) + tail;
    },
    random: () => Math.random(),
  };
}

/** A secret that cannot be guessed: 256 bits as 43 characters that are safe in URLs and headers. */
export function secret(): string {
  return randomBytes(32).toString('base64url');
}
