// The real command line as child processes, each test in a folder of its own whose name has a space.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const mainFile = fileURLToPath(new URL('../../../dist/interfaces/cli/main.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A line of `--json`. */
export type Line = Readonly<Record<string, unknown>>;

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  out(): string;
  err(): string;
  /** Resolves once it has written a text to standard output or error. */
  says(text: string | RegExp): Promise<void>;
}

/** A folder to run commands in. */
export interface Workplace {
  readonly folder: string;
  path(name: string): string;
  write(name: string, text: string): Promise<string>;
  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended>;
  start(...args: string[]): Running;
  /** How often a command of a plan has run: it counts itself in a file. */
  runs(name: string): Promise<number>;
  close(): Promise<void>;
}

const started = new Set<ChildProcess>();

export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'sw cli '));
  const path = (name: string): string => join(folder, name);
  const start = (...args: string[]): Running => startIn(folder, args);
  return {
    folder,
    path,
    start,
    run: (...args) => start(...args).ended,
    async write(name, text) {
      await writeFile(path(name), text);
      return path(name);
    },
    async runs(name) {
      const text = await readFile(path(`${name}.runs`), 'utf8').catch(() => '');
      return text.length;
    },
    async close() {
      for (const child of started) child.kill('SIGKILL');
      await appendFile(path('closed'), '');
      await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function startIn(cwd: string, args: readonly string[]): Running {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      started.delete(child);
      resolve({ code, signal, out, err });
    });
  });
  return {
    child,
    ended,
    out: () => out,
    err: () => err,
    says: async (text) => {
      await expect.poll(() => out + err, { interval: 10, timeout: 20_000 }).toMatch(text);
    },
  };
}

/** The objects that a command printed with `--json`. */
export const linesOf = ({ out }: Ended): Line[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** An action that counts its runs in `<name>.runs` and then does what the code says. */
export function counting(name: string, code = ''): string {
  const text = `require('fs').appendFileSync('${name}.runs','x');${code}`;
  return JSON.stringify({ command: process.execPath, args: ['-e', text] });
}

/** Code that writes `<name>.begun` and goes on until there is a file `<name>.go`. */
export const untilGo = (name: string): string =>
  `const fs=require('fs');fs.writeFileSync('${name}.begun','');` +
  `const t=setInterval(()=>{if(fs.existsSync('${name}.go'))clearInterval(t)},10)`;

/** Looks until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { interval: 20, timeout: 20_000 }).toBe(true);
}

/** Matchers with the type of what they stand for. */
export const holding = (text: string): string => expect.stringContaining(text) as string;
export const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
export const aMap = expect.any(Object) as object;
