// `doctor --repair` as a real process: refused stores say how to mend them, and mended ones go on.
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { counting, linesOf, openWorkplace, type Workplace } from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

test('a store that lost a file is refused, then mended, then goes on', { timeout: 120_000 }, async () => {
  await at.write(
    'p.yaml',
    `
version: 1
goal: { name: Two }
tasks:
  first: { action: ${counting('first')} }
  second: { after: [first], approval: required, action: ${counting('second')} }
`,
  );
  expect((await at.run('run', 'p.yaml', '--goal-id', 'g')).code).toBe(5);
  await rm(at.path('.statewright/db/CURRENT'));
  const refused = await at.run('doctor');
  expect([refused.code, refused.err]).toEqual([
    6,
    expect.stringMatching(/CURRENT is missing.*doctor --repair/),
  ]);
  const mended = await at.run('doctor', '--repair', '--json');
  expect(mended.code).toBe(0);
  expect(linesOf(mended)).toMatchObject([
    { type: 'repair', left: [], steps: [expect.stringMatching(/built anew/) as string] },
  ]);
  expect((await at.run('doctor', '--repair')).out).toMatch(/nothing to mend/);
  expect((await at.run('approve', 'g')).code).toBe(0);
  expect((await at.run('resume', 'g')).code).toBe(0);
  expect([await at.runs('first'), await at.runs('second')]).toEqual([1, 1]);
});
