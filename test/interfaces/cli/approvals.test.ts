// Approvals and questions at the command line: what is asked is shown, and exactly that is answered.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { counting, linesOf, openWorkplace, type Workplace } from './command-line.js';

let at: Workplace;
beforeEach(async () => {
  at = await openWorkplace();
});
afterEach(() => at.close());

const twoPeople = `
version: 1
goal: { name: Publish }
tasks:
  publish:
    action: ${counting('publish')}
    effect: idempotent
    approval: { quorum: 2, approvers: [Ann, Bob, Cid] }
`;

// Many processes, one after the other.
describe('approve', { timeout: 60_000 }, () => {
  test('shows what is asked for, counts people, and says who has approved', async () => {
    await at.write('two.yaml', twoPeople);
    const waiting = await at.run('run', 'two.yaml', '--goal-id', 'a');
    expect(waiting.code).toBe(5);
    expect(waiting.out).toMatch(/digest [0-9a-f]{12}, 0 of 2 approvals, from Ann, Bob, Cid/);
    const nobody = await at.run('approve', 'a', 'publish', '--by', 'Eve');
    expect(nobody).toMatchObject({ code: 2, err: expect.stringMatching(/Eve may not answer/) as string });
    const first = await at.run('approve', 'a', 'publish', '--by', 'Ann');
    expect(first.out).toMatch(/publish asks for leave to start, digest [0-9a-f]{12}/);
    expect(first.out).toMatch(/action .*publish/);
    expect(first.out).toContain('Approved by Ann: 1 of 2; 1 more person must approve.');
    expect((await at.run('show', 'a')).out).toContain('1 of 2 approvals (Ann)');
    expect((await at.run('approve', 'a', '--by', 'Bob')).out).toMatch(/Approved\.\n$/);
    expect(await at.run('resume', 'a')).toMatchObject({ code: 0 });
    expect(await at.runs('publish')).toBe(1);
  });

  test('takes a digest, whole or short, and nothing but what has it', async () => {
    await at.write('two.yaml', twoPeople);
    await at.run('run', 'two.yaml', '--goal-id', 'a');
    const [task] = linesOf(await at.run('show', 'a', 'publish', '--json'));
    const { digest, shown } = (task as { approval: { digest: string; shown: object } }).approval;
    expect(shown).toMatchObject({ task: 'publish', effect: 'idempotent', planVersion: 1 });
    const other = await at.run('approve', 'a', 'publish', '--by', 'Ann', '--digest', 'f'.repeat(64));
    expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/look at it again/) as string });
    const short = ['--digest', digest.slice(0, 12)];
    expect((await at.run('approve', 'a', 'publish', '--by', 'Ann', ...short)).code).toBe(0);
    const rejected = await at.run('reject', 'a', 'publish', '--by', 'Cid', '--digest', digest, '--json');
    expect(linesOf(rejected)).toMatchObject([
      { type: 'approval', goal: 'a', digest, votes: [{ by: 'Ann' }] },
      { type: 'done', command: 'reject' },
    ]);
    expect((await at.run('resume', 'a')).code).toBe(1);
    expect(await at.runs('publish')).toBe(0);
  });
});

test('answer: a question says what may be answered, and is answered', { timeout: 60_000 }, async () => {
  await at.write(
    'ask.yaml',
    `
version: 1
goal: { name: Ask }
tasks:
  colour: { action: { wait: { question: Which colour?, choices: [red, blue] } } }
  use: { effect: idempotent, after: [colour], action: ${counting('use')} }
`,
  );
  const waiting = await at.run('run', 'ask.yaml', '--goal-id', 'q');
  expect(waiting).toMatchObject({ code: 5 });
  expect(waiting.out).toContain('asks: Which colour? (one of "red", "blue")');
  expect(waiting.out).toContain('answer q colour');
  const wrong = await at.run('answer', 'q', 'colour', 'green');
  expect(wrong).toMatchObject({
    code: 2,
    err: expect.stringMatching(/expected one of "red", "blue"/) as string,
  });
  expect(await at.run('answer', 'q', 'colour', 'blue', '--by', 'Ann')).toMatchObject({
    code: 0,
    out: 'Answered.\n',
  });
  expect((await at.run('resume', 'q')).code).toBe(0);
  expect(linesOf(await at.run('show', 'q', 'colour', '--json'))).toMatchObject([{ output: 'blue' }]);
});
