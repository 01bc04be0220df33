// The command line on a real terminal: a pseudo-terminal that `script` (util-linux) opens.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { counting, mainFile, openWorkplace, until, untilGo, type Workplace } from './command-line.js';

const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;
if (!hasScript) console.warn('The terminal is not tested: script from util-linux is not installed.');

interface Terminal {
  /** All that was drawn, with its control sequences. */
  screen(): string;
  type(keys: string): void;
  says(text: string | RegExp): Promise<void>;
  readonly code: Promise<number | null>;
}

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

function openTerminal(...args: string[]): Terminal {
  const words = [process.execPath, mainFile, ...args].map((word) => `'${word}'`).join(' ');
  const env = { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', SHELL: '/bin/sh' };
  const child = spawn('script', ['-qefc', `stty cols 100 rows 30; exec ${words}`, '/dev/null'], {
    cwd: at.folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  return {
    screen: () => screen,
    type: (keys) => void child.stdin.write(keys),
    says: async (text) => {
      await expect
        .poll(() => stripVTControlCharacters(screen), { interval: 10, timeout: 20_000 })
        .toMatch(text);
    },
    code: new Promise((resolve) => child.once('close', resolve)),
  };
}

const ask = `
version: 1
goal: { name: Ask me }
tasks:
  prepare: { action: ${counting('prepare')} }
  publish: { after: [prepare], approval: required, action: ${counting('publish')} }
`;

const slow = `
version: 1
goal: { name: Slow }
tasks:
  first: { action: ${counting('first', untilGo('first'))} }
  second: { after: [first], action: ${counting('second')} }
`;

describe.skipIf(!hasScript)('on a terminal', () => {
  test('the tree is drawn in place, and a person is asked for an approval', async () => {
    await at.write('ask.yaml', ask);
    const terminal = openTerminal('run', 'ask.yaml', '--goal-id', 'a');
    await terminal.says('publish waits for approval');
    terminal.type('what?\r');
    await terminal.says("Expected one of y, n, l, got 'what?'");
    terminal.type('y\r');
    expect(await terminal.code).toBe(0);
    expect(stripVTControlCharacters(terminal.screen())).toMatch(
      /✔ a succeeded in .* \(2 tasks: 2 succeeded\)/,
    );
    expect(await at.runs('publish')).toBe(1);
    // Each drawing is one frame that goes up over the former, and the cursor is left visible.
    expect(terminal.screen().replaceAll('\u001b', '<esc>')).toMatch(/<esc>\[\?2026h<esc>\[\?25l<esc>\[\d+A/);
    expect(terminal.screen().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      terminal.screen().lastIndexOf('\u001b[?25l'),
    );
  });

  test('no is a no', async () => {
    await at.write('ask.yaml', ask);
    const terminal = openTerminal('run', 'ask.yaml', '--goal-id', 'a');
    await terminal.says('publish waits for approval');
    terminal.type('n\r');
    expect(await terminal.code).toBe(3);
    expect(await at.runs('publish')).toBe(0);
  });

  test('a question goes away when somebody else has answered it', async () => {
    await at.write('ask.yaml', ask);
    const terminal = openTerminal('run', 'ask.yaml', '--goal-id', 'a');
    await terminal.says('publish waits for approval');
    expect((await at.run('approve', 'a', 'publish')).code).toBe(0);
    expect(await terminal.code).toBe(0);
  });

  test('Ctrl-C pauses, at the tree and at a question', async () => {
    await at.write('slow.yaml', slow);
    const tree = openTerminal('run', 'slow.yaml', '--goal-id', 's');
    await until(() => existsSync(at.path('first.begun')));
    await tree.says('first');
    tree.type('typed by accident\u0003');
    await tree.says('Pausing');
    await at.write('first.go', '');
    expect(await tree.code).toBe(5);
    expect(stripVTControlCharacters(tree.screen())).not.toContain('typed by accident');
    expect(stripVTControlCharacters(tree.screen())).toContain('statewright resume s');
    expect([await at.runs('first'), await at.runs('second')]).toEqual([1, 0]);

    await at.write('ask.yaml', ask);
    const question = openTerminal('run', 'ask.yaml', '--goal-id', 'a');
    await question.says('publish waits for approval');
    question.type('\u0003');
    expect(await question.code).toBe(5);
  });

  test('no line is wider than the terminal', async () => {
    const wide = `
version: 1
goal: { name: ${'長い名前'.repeat(40)} }
tasks:
  a-task-with-a-very-long-name-that-goes-on-and-on-and-on:
    name: ${'wide 漢字 '.repeat(30)}
    action: ${counting('wide')}
`;
    await at.write('wide.yaml', wide);
    const terminal = openTerminal('run', 'wide.yaml');
    expect(await terminal.code).toBe(0);
    const widths = stripVTControlCharacters(terminal.screen())
      .split(/\r?\n|\r/)
      .map((line) => line.length + (line.match(/[\u2e80-\uffff]/g)?.length ?? 0));
    expect(Math.max(...widths)).toBeLessThanOrEqual(100);
  });
});
