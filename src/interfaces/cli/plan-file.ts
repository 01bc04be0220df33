// Plan file: what `run` and `plan` are given: a file with a plan document, `-` for standard input, or words.
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve, sep } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { EngineError } from '../../errors.js';
import type { GoalRequest, Json } from '../../index.js';

/** What is submitted, and the file it came from. */
export interface Request {
  readonly request: GoalRequest;
  readonly file?: string;
}

const planExtensions = ['.yaml', '.yml', '.json'];

/**
 * Reads what is to be done.
 *
 * @param words - The words of the command line: one that names a file or looks like it is one.
 * @throws EngineError `INPUT_UNREADABLE` when the file is not there or cannot be read.
 */
export async function readRequest(words: readonly string[]): Promise<Request> {
  const [only = ''] = words;
  if (words.length !== 1) return { request: words.join(' ') };
  if (only === '-') return { request: { document: await readStandardInput() } };
  const isNamed = planExtensions.includes(extname(only).toLowerCase());
  const found = await stat(only).catch(() => undefined);
  if (found?.isFile() === true) return { request: { document: await readText(only) }, file: only };
  if (found?.isDirectory() === true && (isNamed || only.includes(sep))) {
    throw unreadable(only, 'it is a folder; expected a plan document');
  }
  // One word without a blank and with a path in it is meant as a file, not as a wish.
  if (!isNamed && !(only.includes(sep) && !/\s/.test(only))) return { request: only };
  throw unreadable(only, `it is not there.${nearestFile(only)}`);
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (cause instanceof TypeError) throw unreadable(file, 'it is not text in UTF-8', cause);
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): EngineError {
  return new EngineError('INPUT_UNREADABLE', `The plan ${resolve(file)} cannot be read: ${reason}`, {
    cause,
  });
}

/** Names the file beside the missing one that was probably meant. */
function nearestFile(file: string): string {
  const name = basename(file);
  let known: string[];
  try {
    known = readdirSync(dirname(file)).filter((each) => planExtensions.includes(extname(each).toLowerCase()));
  } catch {
    return ` There is no folder ${resolve(dirname(file))} either.`;
  }
  const [best] = known.sort((a, b) => distance(name, a) - distance(name, b));
  return best !== undefined && distance(name, best) <= Math.max(2, name.length / 3)
    ? ` Did you mean '${best}'?`
    : '';
}

export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Collects `--input name=value`; the engine turns the text into the type that the plan declares. */
export function collectInput(given: string, inputs: Record<string, Json>): Record<string, Json> {
  const equals = given.indexOf('=');
  if (equals < 1) {
    const message = `expected --input name=value, got '${given}'`;
    throw new EngineError('INPUT_INVALID', message, { problems: [{ path: '--input', message }] });
  }
  return { ...inputs, [given.slice(0, equals)]: given.slice(equals + 1) };
}

/** Milliseconds from `250ms`, `30s`, `5m`, `2h`, `30d`, or a plain number of milliseconds. */
export function readDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? 'ms'];
  if (match !== null && unit !== undefined) return Math.round(Number(match[1]) * unit);
  const message = `expected a duration such as 90s, 12h or 30d, got '${text}'`;
  throw new EngineError('INPUT_INVALID', `${option}: ${message}`, { problems: [{ path: option, message }] });
}

/** A whole number of at least `least`. */
export function readCount(text: string, option: string, least = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  const message = `expected a whole number from ${least} on, got '${text}'`;
  throw new EngineError('INPUT_INVALID', `${option}: ${message}`, { problems: [{ path: option, message }] });
}

/** A value that was typed: JSON, or else text. */
export function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
