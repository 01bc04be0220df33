// How things are put: widths, durations, exit codes, problems, names, and the lines of the tree.
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import { needsSomebody, standsStill } from '#src/interfaces/cli/attention.js';
import { bar, clean, clockTime, duration, fit, width } from '#src/interfaces/cli/display.js';
import { exitCodeOfError, exitCodeOfStatus, worstExitCode } from '#src/interfaces/cli/exit-code.js';
import { nameGoal } from '#src/interfaces/cli/goal-name.js';
import { printable } from '#src/interfaces/cli/output.js';
import { readDuration } from '#src/interfaces/cli/plan-file.js';
import { problemLine } from '#src/interfaces/cli/problems.js';
import { quoted } from '#src/interfaces/cli/settings.js';

describe('text for a terminal', () => {
  test.each([
    ['plain', 5],
    ['漢字', 4],
    ['🙂', 2],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
    ['', 0],
  ])('%j takes %d columns', (text, columns) => expect(width(text)).toBe(columns));

  test('is cut at a column, never in the middle of a wide letter', () => {
    expect(fit('abcdef', 6)).toBe('abcdef');
    expect(fit('abcdef', 5)).toBe('abcd…');
    expect(fit('漢字漢字', 5)).toBe('漢字…');
    expect(fit('漢字漢字', 4)).toBe('漢…');
    expect(fit('abc', 0)).toBe('');
  });

  test('does not steer the terminal', () => {
    expect(clean('a\u001b[2Jb\u001b]0;title\u0007c\r\nd\u0000\u202ee')).toBe('abc de');
  });

  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [59_400, '59 s'],
    [65_000, '1 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [200_000_000, '2 d 8 h'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  test('a time of another day has its day', () => {
    const noon = new Date(2026, 10, 21, 12, 0, 0).getTime();
    expect(clockTime(noon, noon)).toBe('12:00:00');
    expect(clockTime(noon, noon + 86_400_000)).toBe('2026-11-21 12:00:00');
  });

  test('a bar is as long as it is asked to be', () => {
    for (const share of [-1, 0, 0.33, 0.999, 1, 2]) expect(width(bar(share, 20, share / 3))).toBe(20);
  });
});

describe('exit codes', () => {
  test.each([
    ['succeeded', 0],
    ['failed', 1],
    ['partial', 3],
    ['aborted', 4],
    ['blocked', 5],
    ['executing', 5],
  ] as const)('%s is %d', (status, code) => expect(exitCodeOfStatus(status)).toBe(code));

  test.each([
    ['INPUT_INVALID', 2],
    ['PLAN_REFUSED', 2],
    ['COMMAND_REFUSED', 2],
    ['GOAL_UNKNOWN', 2],
    ['STORE_IN_USE', 6],
    ['STORE_NEWER', 6],
    ['STORE_DAMAGED', 6],
    ['ENGINE_INVARIANT', 70],
    ['GOAL_FAULTED', 70],
  ] as const)('%s is %d', (code, expected) =>
    expect(exitCodeOfError(new EngineError(code, ''))).toBe(expected),
  );

  test('anything else is a bug', () => expect(exitCodeOfError(new TypeError('x'))).toBe(70));
  test('of several goals the gravest counts', () => {
    expect(worstExitCode([0, 5, 3])).toBe(3);
    expect(worstExitCode([0, 5])).toBe(5);
    expect(worstExitCode([0, 70, 1])).toBe(70);
    expect(worstExitCode([0, 0])).toBe(0);
  });
});

describe('problems', () => {
  test('stand with all that is known of their place', () => {
    const message = 'expected a list';
    expect(
      problemLine({ path: 'tasks.a', message, file: 'p.yaml', line: 3, column: 5, hint: 'Use [].' }),
    ).toBe('p.yaml:3:5: tasks.a: expected a list (Use [].)');
    expect(problemLine({ path: 'tasks.a', message })).toBe('tasks.a: expected a list');
    expect(problemLine({ path: '', message, file: 'p.yaml' })).toBe('p.yaml: expected a list');
    expect(problemLine({ path: '', message })).toBe('expected a list');
  });
});

describe('what needs somebody', () => {
  const wait = (kind: string, unblock: string[] = []) =>
    ({ kind, unblock, subject: 'a', since: 1, detail: '' }) as unknown as Parameters<typeof needsSomebody>[0];

  test.each([
    ['approval', [], true],
    ['interrupted', [], true],
    ['error', [], true],
    ['external', ['signal g x'], true],
    ['external', [], false],
    ['resource', ['another task gives back what it holds'], false],
  ])('%s with %j: %s', (kind, unblock, expected) =>
    expect(needsSomebody(wait(kind, unblock))).toBe(expected),
  );

  test('a goal stands still when nothing of it goes on by itself', () => {
    const of = (status: string, ...waits: ReturnType<typeof wait>[]) =>
      standsStill({ goal: 'g', status, summary: '', waits } as Parameters<typeof standsStill>[0]);
    expect(of('blocked', wait('approval'))).toBe(true);
    expect(of('blocked', wait('approval'), wait('external'))).toBe(false);
    expect(of('executing', wait('approval'))).toBe(false);
    expect(of('blocked')).toBe(false);
    expect(of('blocked', { ...wait('paused'), subject: '' }, wait('external'))).toBe(true);
  });
});

describe('what is typed and printed', () => {
  test('durations', () => {
    expect(readDuration('90', '--x')).toBe(90);
    expect(readDuration('1.5h', '--x')).toBe(5_400_000);
    expect(() => readDuration('h', '--x')).toThrow(
      "--x: expected a duration such as 90s, 12h or 30d, got 'h'",
    );
  });

  test('goal names are ids', () => {
    for (const file of [
      'Report 2026.yaml',
      '日本語.yaml',
      '-.-.json',
      `${'x'.repeat(300)}.yaml`,
      undefined,
    ]) {
      expect(nameGoal(file)).toMatch(/^[a-z0-9][a-z0-9-]{0,40}$/);
    }
  });

  test('words of a command are quoted where they need it', () => {
    expect(quoted('june.2-a')).toBe('june.2-a');
    expect(quoted('two words')).toBe('"two words"');
  });

  test('instants are ISO 8601, values of users are left alone', () => {
    const value = {
      at: 0,
      startedAt: 1_000,
      data: { deadlineAt: 2_000, inner: { at: 5 } },
      output: { createdAt: 7 },
    };
    expect(printable(value, ['data'])).toEqual({
      at: null,
      startedAt: '1970-01-01T00:00:01.000Z',
      data: { deadlineAt: '1970-01-01T00:00:02.000Z', inner: { at: 5 } },
      output: { createdAt: 7 },
    });
  });
});
