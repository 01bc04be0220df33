// Output: where a command says things. Results go to standard output, for people as text or with `--json` as
// one object a line; notes about what the command itself does go to standard error.
import type { Json } from '../../index.js';
import { isInFront } from './live/keyboard.js';

export interface Output {
  readonly json: boolean;
  /** A line for people; nothing with `--json`. */
  text(line?: string): void;
  /** An object for programs; nothing without `--json`. */
  record(value: object): void;
  /** A word beside the result, also with `--json`: to standard error. */
  note(line: string): void;
  /** Whether standard output is a terminal that can be drawn on. */
  readonly canDraw: boolean;
  /** Whether somebody can be asked. */
  readonly canAsk: boolean;
  /** Whether the reader of standard output has gone. */
  isBroken(): boolean;
  /** Resolves when more can be taken: a slow reader is waited for. */
  ready(): Promise<void>;
  /** Resolves when all was handed over. */
  flush(): Promise<void>;
}

/** Makes the output of this process. */
export function createOutput(json: boolean): Output {
  const { stdout, stderr, stdin } = process;
  let broken = false;
  // A reader that has gone (`| head`) is no trouble of ours: the work goes on, nothing more is printed.
  stdout.on('error', () => {
    broken = true;
  });
  stderr.on('error', () => undefined);
  const write = (text: string): void => {
    if (!broken) stdout.write(text);
  };
  const dumb = process.env['TERM'] === 'dumb';
  const canDraw = stdout.isTTY && !json && !dumb && isInFront();
  return {
    json,
    text: (line = '') => {
      if (!json) write(`${line}\n`);
    },
    record: (value) => {
      if (json) write(`${JSON.stringify(value)}\n`);
    },
    note: (line) => void stderr.write(`${line}\n`),
    canDraw,
    canAsk: stdin.isTTY && isInFront() && (canDraw || (stderr.isTTY && !json)),
    isBroken: () => broken,
    ready: () => (broken || !stdout.writableNeedDrain ? Promise.resolve() : drained(stdout)),
    flush: () => new Promise((resolve) => (broken ? resolve() : stdout.write('', () => resolve()))),
  };
}

/** Resolves when a stream has room again, or is no more. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'error', 'close']) stream.removeListener(event, done);
      resolve();
    };
    for (const event of ['drain', 'error', 'close']) stream.once(event, done);
  });
}

/** Keys that hold an instant. */
const isInstantKey = (key: string): boolean => key === 'at' || key === 'since' || /[a-z]At$/.test(key);

/**
 * A value as `--json` prints it: instants as ISO 8601. Only the keys of our own shapes are looked at: the top
 * level and the places named, never what users put into outputs.
 */
export function printable(value: object, inside: readonly string[] = []): Record<string, Json> {
  const entries = Object.entries(value as Record<string, Json>).map(([key, one]): [string, Json] => {
    if (isInstantKey(key) && typeof one === 'number')
      return [key, one > 0 ? new Date(one).toISOString() : null];
    if (inside.includes(key)) return [key, printableInside(one)];
    return [key, one];
  });
  return Object.fromEntries(entries);
}

function printableInside(value: Json): Json {
  if (Array.isArray(value)) return value.map(printableInside);
  return typeof value === 'object' && value !== null ? printable(value) : value;
}
