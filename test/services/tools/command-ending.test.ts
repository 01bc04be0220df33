// Commands (K1): their end, and the end of what they started.
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Clock } from '#src/services/clock.js';
import { contextOf, failureOf } from './calling.js';
import { root, run } from './running.js';

/** A clock of which the timers go off when told. */
function handClock(): Clock & { fire(): void } {
  let timers: (() => void)[] = [];
  return {
    now: () => 0,
    at: (_, callback) => {
      timers.push(callback);
      return () => {
        timers = timers.filter((each) => each !== callback);
      };
    },
    fire: () => {
      for (const timer of timers.splice(0)) timer();
    },
  };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

/** Whether a process runs; one that has ended and was not yet collected by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The pid that a process has written to a file. */
async function pidIn(path: string): Promise<number> {
  await until(() => existsSync(path));
  for (;;) {
    const text = await readFile(path, 'utf8');
    if (text.endsWith('\n')) return Number(text);
  }
}

describe.skipIf(process.platform === 'win32')('ending', () => {
  const grandchild = (path: string, more = ''): string =>
    `const { spawn } = require('node:child_process');
     spawn(process.execPath, ['-e', ${JSON.stringify(`${more} require('node:fs').writeFileSync(${JSON.stringify(path)}, process.pid + '\\n'); setInterval(() => {}, 1000)`)}], { stdio: 'inherit' });`;

  test('K1 on abort the program and its children are ended', async () => {
    const control = new AbortController();
    const [child, grand] = [join(root, 'child pid'), join(root, 'grand pid')];
    const script = `require('node:fs').writeFileSync(${JSON.stringify(child)}, process.pid + '\\n'); ${grandchild(grand)} setInterval(() => {}, 1000)`;
    const failing = failureOf(run({ script }, contextOf({ signal: control.signal })));
    const pids = [await pidIn(child), await pidIn(grand)];
    expect(pids.every(isAlive)).toBe(true);
    control.abort();
    expect(await failing).toMatchObject({ code: 'aborted', effect: 'unknown' });
    await until(() => !pids.some(isAlive));
  });

  test('K1 those that ignore SIGTERM are killed after the grace', async () => {
    const control = new AbortController();
    const clock = handClock();
    const [child, grand] = [join(root, 'child pid'), join(root, 'grand pid')];
    const deaf = "process.on('SIGTERM', () => console.log('heard'));";
    const script = `${deaf} require('node:fs').writeFileSync(${JSON.stringify(child)}, process.pid + '\\n'); ${grandchild(grand, deaf)} setInterval(() => {}, 1000)`;
    const failing = failureOf(run({ script }, contextOf({ signal: control.signal }), { clock }));
    const pids = [await pidIn(child), await pidIn(grand)];
    control.abort();
    expect(pids.every(isAlive)).toBe(true);
    clock.fire();
    expect(await failing).toMatchObject({ code: 'aborted' });
    await until(() => !pids.some(isAlive));
  });

  test('K1 what a program leaves in its group ends with it', async () => {
    const grand = join(root, 'grand pid');
    const script = `${grandchild(grand)} const { existsSync } = require('node:fs'); setInterval(() => { if (existsSync(${JSON.stringify(grand)})) process.exit(0) }, 5)`;
    expect(await run({ script })).toMatchObject({ exitCode: 0 });
    const pid = await pidIn(grand);
    await until(() => !isAlive(pid));
  });

  test('a process that has fled the group and holds the output open is not waited for', async () => {
    const pidFile = join(root, 'pid');
    const script = `const { spawn } = require('node:child_process');
      const fled = spawn('sleep', ['60'], { detached: true, stdio: 'inherit' }); fled.unref();
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, fled.pid + '\\n'); console.log('done')`;
    const output = await run({ script }, contextOf(), { graceMs: 20 });
    expect(output).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    process.kill(await pidIn(pidFile), 'SIGKILL');
  });

  test('a call that is aborted before it begins starts nothing', async () => {
    const failure = await failureOf(run({ script: '' }, contextOf({ signal: AbortSignal.abort() })));
    expect(failure).toMatchObject({ code: 'aborted', effect: 'none' });
  });
});
