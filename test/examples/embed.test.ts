// The host program that embeds the engine: about twenty lines that follow a goal and answer an approval.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostProgram, run } from './command.js';
import { temporaryFolder } from './tree.js';

it('follows its goal, answers the approval and prints the result', async () => {
  await using place = await temporaryFolder();
  for (const args of [[], [join(place.path, 'store')]]) {
    const ended = await run(hostProgram, args, place.path);
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    const lines = ended.out.trim().split('\n');
    expect(lines).toContain('task.blocked ask');
    expect(lines.indexOf('task.succeeded ask')).toBeLessThan(lines.indexOf('attempt.started greet'));
    expect(lines.at(-1)).toBe("succeeded { text: 'Hello, Ada!' }");
  }
});

it('is short', async () => {
  const source = await readFile(new URL('../../examples/embed/host.ts', import.meta.url), 'utf8');
  const code = source.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
  expect(code.length).toBeLessThanOrEqual(30);
});
