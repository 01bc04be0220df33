// Commands (K2): real programs, their output and their failures.
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import type { SystemCommand } from '#src/model/action.js';
import { createCommandRunner } from '#src/services/tools/command.js';
import { createCapture, createProgressLines } from '#src/services/tools/command-output.js';
import { contextOf, failureOf } from './calling.js';
import { root, run } from './running.js';

describe('output', () => {
  test('exit code, both streams, arguments as they are, working directory', async () => {
    await mkdir(join(root, 'ä b'));
    const output = await run({
      script: 'console.log(JSON.stringify([process.argv.slice(1), process.cwd()])); console.error("wörds")',
      args: ['a b', '$HOME', '*', '日本', 7, true, '; exit 3'],
      cwd: 'ä b',
    });
    expect(output).toMatchObject({ exitCode: 0, signal: null, stderr: 'wörds\n', truncated: false });
    expect(JSON.parse(output.stdout)).toEqual([
      ['a b', '$HOME', '*', '日本', '7', 'true', '; exit 3'],
      join(root, 'ä b'),
    ]);
  });

  test('is capped at its first bytes, and the command never waits for us', async () => {
    const script = 'process.stdout.write("ü".repeat(2_000_000)); process.stderr.write("e".repeat(500_000))';
    const output = await run({ script, maxOutputBytes: 1001 });
    expect(output).toMatchObject({ exitCode: 0, truncated: true, stdout: 'ü'.repeat(500) });
    expect(output.stderr).toHaveLength(1001);
  });

  test('standard input is given; a program that does not read it is no trouble', async () => {
    const echo = await run({ script: 'process.stdin.pipe(process.stdout)', stdin: 'ü'.repeat(300_000) });
    expect(echo.stdout).toBe('ü'.repeat(300_000));
    expect(await run({ script: 'process.exit(0)', stdin: 'x'.repeat(5_000_000) })).toMatchObject({
      exitCode: 0,
    });
    expect(
      (await run({ script: 'process.stdin.on("end", () => console.log("ended")).resume()' })).stdout,
    ).toBe('ended\n');
  });

  test('the environment: identity of the task, what was given, no secrets of the engine', async () => {
    process.env['TEST_API_KEY'] = 'secret';
    process.env['TEST_PLAIN'] = 'plain';
    try {
      const context = contextOf({ idempotencyKey: 'k', goalId: 'g', taskId: 't', attempt: 3 });
      const output = await run(
        {
          script: 'console.log(JSON.stringify(process.env))',
          env: { MY_TOKEN: 'given', STATEWRIGHT_ATTEMPT: '9' },
        },
        context,
      );
      const env = JSON.parse(output.stdout) as Record<string, string>;
      expect(env).toMatchObject({
        STATEWRIGHT_IDEMPOTENCY_KEY: 'k',
        STATEWRIGHT_GOAL_ID: 'g',
        STATEWRIGHT_TASK_ID: 't',
        STATEWRIGHT_ATTEMPT: '3',
        MY_TOKEN: 'given',
        TEST_PLAIN: 'plain',
        PATH: process.env['PATH'],
      });
      expect(env).not.toHaveProperty('TEST_API_KEY');
    } finally {
      delete process.env['TEST_API_KEY'];
      delete process.env['TEST_PLAIN'];
    }
  });

  test('progress lines are reported and taken out', async () => {
    const context = contextOf();
    const script =
      'console.log("a\\n::progress 0.25 first half\\n::progress 2\\n::progress x\\nb"); process.stdout.write("::progress 1")';
    const output = await run({ script }, context);
    expect(output.stdout).toBe('a\n::progress 2\n::progress x\nb\n');
    expect(context.told.progress).toEqual([
      { share: 0.25, message: 'first half' },
      { share: 1, message: undefined },
    ]);
  });

  test('property: progress lines are found however the output is cut into pieces; nothing else is touched', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        ':',
        '::progress',
        '::progress ',
        '::progress 0.5',
        '::progress 0.5 ü words',
        '::progress 1\r',
        '::progressive 1',
        ' ::progress 1',
        '::progress 7',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/\n/g, '')),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 10 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.join('\n'));
          const told: number[] = [];
          const filter = createProgressLines((share) => told.push(share));
          const out: Buffer[] = [];
          let start = 0;
          for (const cut of cuts) {
            out.push(filter.filter(bytes.subarray(start, start + cut)));
            start += cut;
          }
          out.push(filter.filter(bytes.subarray(start)), filter.end());
          const isProgress = (text: string): boolean => /^::progress (0\.5|1)( .*)?\r?$/.test(text);
          expect(told).toHaveLength(lines.filter(isProgress).length);
          const kept = lines.map((text, index) =>
            isProgress(text) ? '' : text + (index < lines.length - 1 ? '\n' : ''),
          );
          expect(Buffer.concat(out).toString()).toBe(kept.join(''));
        },
      ),
    );
  });

  test('a capture cut within a character leaves it out', () => {
    const capture = createCapture(4);
    capture.add(Buffer.from('aü日'));
    expect([capture.text(), capture.truncated(), capture.tail()]).toEqual(['aü', true, 'aü日']);
  });
});

describe('failures', () => {
  test('an exit code that is not expected', async () => {
    const failure = await failureOf(run({ script: 'console.error("it broke"); process.exit(3)' }));
    expect(failure).toMatchObject({ code: 'exit-code', class: 'logic', retryable: true, effect: 'unknown' });
    expect(failure.details).toMatchObject({ exitCode: 3, stderr: 'it broke\n' });
    expect(failure.message).toMatch(/exited with 3, expected exit code 0.*it broke/s);
    expect(await run({ script: 'process.exit(3)', expectExit: [0, 3] })).toMatchObject({ exitCode: 3 });
  });

  test('an end by a signal', async () => {
    expect(await failureOf(run({ script: 'process.kill(process.pid, "SIGKILL")' }))).toMatchObject({
      code: 'exit-signal',
      class: 'external',
      effect: 'unknown',
      details: { signal: 'SIGKILL', exitCode: null },
    });
  });

  test('K2 what could not be started had no effect', async () => {
    await writeFile(join(root, 'no-program'), 'x');
    await writeFile(join(root, 'empty'), '');
    await chmod(join(root, 'empty'), 0o755);
    const cases: [Partial<SystemCommand>, RegExp][] = [
      [{ command: 'no-such-program-ü' }, /PATH/],
      [{ command: join(root, 'none') }, /no program at this path/],
      [{ command: join(root, 'no-program') }, /executable/],
      [{ command: 'node', cwd: 'missing folder' }, /working directory .*missing folder/],
      [{ command: 'node', cwd: 'empty' }, /not a folder/],
      [{ command: 'node', args: ['a\0b'] }, /null bytes/],
      [{ command: 'node', args: ['x'.repeat(3_000_000)] }, /too long/],
    ];
    for (const [input, words] of cases) {
      const failure = await failureOf(run(input));
      expect(failure).toMatchObject({
        code: 'could-not-start',
        class: 'external',
        retryable: false,
        effect: 'none',
      });
      expect(failure.message).toMatch(words);
    }
  });

  test('the allow-list is of exact names', async () => {
    await symlink(process.execPath, join(root, 'node'));
    const options = { allow: ['node', 'git'] };
    expect(await run({ command: 'node', args: ['-e', ''] }, contextOf(), options)).toMatchObject({
      exitCode: 0,
    });
    for (const command of [join(root, 'node'), './node', 'nod', 'sh']) {
      const failure = await failureOf(run({ command }, contextOf(), options));
      expect(failure).toMatchObject({ code: 'command-refused', class: 'logic', effect: 'none' });
      expect(failure.message).toContain("'node', 'git'");
    }
    expect(await failureOf(run({ command: 'node' }, contextOf(), { allow: [] }))).toMatchObject({
      code: 'command-refused',
    });
  });

  test('wrong options are refused', () => {
    expect(() => createCommandRunner({ graceMs: -1 })).toThrow(EngineError);
    expect(() => createCommandRunner({ unknown: 1 } as never)).toThrow(EngineError);
  });
});
