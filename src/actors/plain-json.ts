// Plain JSON: what comes from a host's function may hold what JSON cannot (undefined, dates, classes). It is made
// plain before it enters state, so that what is read later is what was there from the start.
import type { Failure } from '../model/failure.js';
import { limits } from '../model/limits.js';
import type { Json } from '../model/scalars.js';

/** Values nested deeper than this go the long way, which notices circles. */
const maxDepth = 100;

/**
 * A value as JSON has it: what JSON leaves out is left out, nothing at all is null. A value that is plain already
 * is given back itself.
 *
 * @throws TypeError when JSON cannot hold it, such as a circle or a BigInt.
 */
export function plainJson(value: unknown): Json {
  if (isPlain(value, 0)) return value;
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as Json);
}

/**
 * A failure whose details a tool may have made of anything; what JSON cannot hold, or is too long to be journaled
 * with each attempt, is left out.
 */
export function plainFailure(failure: Failure): Failure {
  const { details, ...rest } = failure;
  const message = cut(failure.message, limits.failureMessage);
  const short = message === failure.message ? rest : { ...rest, message };
  if (details === undefined) return short;
  try {
    const plain = plainJson(details);
    return JSON.stringify(plain).length > limits.failureDetails ? short : { ...short, details: plain };
  } catch {
    return short;
  }
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;

function isPlain(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  // JSON has one zero only.
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((one) => isPlain(one, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
  return Object.values(value).every((one) => isPlain(one, depth + 1));
}
