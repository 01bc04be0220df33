// Damage to the files of a store: a log that is cut, bytes that are flipped, files that are missing. It is noticed, or does
// no harm; what is not hurt goes on. Short form by default; the long form, each length and thousands of bytes:
//
//   STATEWRIGHT_DAMAGE=all npx vitest run test/crash/damage.test.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryOn, copyOf, makeOriginal, type Original, silentWrongs } from './damaged-store.js';

const isLong = process.env['STATEWRIGHT_DAMAGE'] === 'all';
const patience = isLong ? 3_600_000 : 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
let original: Original & AsyncDisposable;
beforeAll(async () => {
  original = await makeOriginal();
});
afterAll(() => original[Symbol.asyncDispose]());

const filesOf = async (pattern: RegExp): Promise<string[]> =>
  (await readdir(join(original.folder, 'db'))).filter((file) => pattern.test(file)).sort();

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

interface Told {
  readonly at: number;
  readonly how: 'refused' | 'found' | 'harmless';
  readonly wrongs: readonly string[];
}

/** Flips bits at positions of a file, in another process; gives what it told before it ended. */
async function flip(
  file: string,
  positions: readonly number[],
): Promise<{ told: Told[]; code: number | string }> {
  const description = join(original.folder, '..', 'original.json');
  const { folder, facts, done, goals } = original;
  await writeFile(description, JSON.stringify({ folder, facts, done: [...done], goals }));
  const script = join(root, 'dist/test/crash/flips.js');
  const child = spawn(process.execPath, [script, description, file, ...positions.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => void (out += piece));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const told = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Told);
  return { told, code: code ?? signal ?? 'nothing' };
}

/** Lengths at which the log is cut: all of its last bytes, or some. */
async function cuts(): Promise<{ log: string; lengths: number[] }> {
  const log = (await filesOf(/\.log$/)).at(-1) ?? '';
  const { size } = await stat(join(original.folder, 'db', log));
  const last = Math.max(0, size - (isLong ? 4_000 : 6_000));
  const lengths: number[] = [];
  for (let at = size; at >= last; at -= isLong ? 1 : 251) lengths.push(at);
  return { log, lengths };
}

test('undamaged, all goals end', async () => {
  await using copy = await copyOf(original);
  const after = await carryOn(copy.folder, original);
  expect(after).toMatchObject({
    findings: [],
    aside: [],
    gone: [],
    repeated: [],
    changed: [],
    ended: { one: 'succeeded', two: 'succeeded', three: 'succeeded', four: 'succeeded' },
  });
});

test('the log is cut: what was acknowledged and is missing is named, and the goals go on to their end', {
  timeout: patience,
}, async () => {
  const { log, lengths } = await cuts();
  const wrongs: string[] = [];
  for (const length of lengths) {
    await using copy = await copyOf(original);
    await truncate(join(copy.folder, 'db', log), length);
    const after = await carryOn(copy.folder, original);
    const full = length === lengths[0];
    const told = after.findings.some(({ message }) => /end of the log is lost/.test(message));
    if (after.refused !== undefined || told === full) wrongs.push(`${length}: ${JSON.stringify(after)}`);
    if (after.findings.some(({ severity }) => severity === 'error'))
      wrongs.push(`${length}: ${JSON.stringify(after.findings)}`);
    if (after.aside.length + Object.values(after.ended).filter((how) => how !== 'succeeded').length > 0)
      wrongs.push(`${length}: ${JSON.stringify(after)}`);
  }
  expect(wrongs).toEqual([]);
});

describe('a byte is flipped', () => {
  test.each(['log', 'ldb', 'MANIFEST', 'CURRENT', 'last-commit'])(
    'in %s: noticed, or harmless',
    { timeout: patience },
    async (kind) => {
      const files =
        kind === 'last-commit' ? ['../last-commit'] : await filesOf(new RegExp(`\\.${kind}$|^${kind}`));
      const wrongs: string[] = [];
      const counts = { flips: 0, refused: 0, found: 0, harmless: 0, died: 0 };
      for (const file of files) {
        const { size } = await stat(join(original.folder, 'db', file));
        const stride = Math.max(1, Math.floor(size / (isLong ? 2_000 : 24)));
        for (let left = range(0, size, stride); left.length > 0; ) {
          const { told, code } = await flip(file, left);
          for (const { at, how, wrongs: silent } of told) {
            counts.flips += 1;
            counts[how] += 1;
            for (const wrong of silent) wrongs.push(`${file} at ${at}: ${wrong}`);
          }
          left = left.slice(told.length);
          if (code === 0) break;
          // LevelDB ended the process: that is noticed.
          counts.flips += 1;
          counts.died += 1;
          if (code !== 'SIGABRT') wrongs.push(`${file} at ${left[0]}: the process ended with ${code}`);
          left = left.slice(1);
        }
      }
      expect(counts.flips).toBeGreaterThan(0);
      if (isLong) console.log(kind, counts);
      expect(wrongs).toEqual([]);
    },
  );
});

describe('a file is missing', () => {
  test('each in turn: noticed by name, or harmless', { timeout: patience }, async () => {
    const files = [
      ...(await readdir(join(original.folder, 'db'))).map((file) => join('db', file)),
      'last-commit',
    ];
    const told: Record<string, string> = {};
    for (const file of files) {
      await using copy = await copyOf(original);
      await rm(join(copy.folder, file));
      const after = await carryOn(copy.folder, original);
      expect({ file, wrongs: silentWrongs(after) }).toEqual({ file, wrongs: [] });
      told[file] = after.refused ?? after.findings.map(({ message }) => message).join('; ');
    }
    for (const [file, text] of Object.entries(told)) {
      if (/LOCK|LOG|last-commit/.test(file)) expect(text).toBe('');
      else expect({ file, text }).toEqual({ file, text: expect.stringMatching(/missing/) as string });
    }
  });
});
