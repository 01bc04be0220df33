// The report: repetitions become medians and ranges, targets are reached or missed, peers stand beside this engine.
import { describe, expect, test } from 'vitest';
import { plotOf } from '../../bench/plot.js';
import { reportOf } from '../../bench/report.js';
import { groupsOf, ours, shown, spread, type Result } from '../../bench/results.js';
import { targetRows } from '../../bench/targets.js';

const about = { at: '2026-01-01T00:00:00.000Z', node: 'v20', cpu: 'a cpu' };

/** Results of one workload, a repetition for each figures. */
function results(workload: string, figures: readonly Result['figures'][], engine = ours): Result[] {
  return figures.map((one, place) => ({ ...about, engine, workload, repetition: place + 1, figures: one }));
}

const lineOf = (text: string, start: string): string | undefined =>
  text.split('\n').find((line) => line.startsWith(start));

describe('a spread', () => {
  test.each([
    [[3], { median: 3, least: 3, most: 3 }],
    [[9, 1, 4], { median: 4, least: 1, most: 9 }],
    [[4, 2, 8, 1], { median: 3, least: 1, most: 8 }],
  ])('of %j', (values, expected) => expect(spread(values)).toEqual(expected));

  test('of nothing is none', () => expect(spread([])).toBeUndefined());

  test('is shown with its range, or alone when it was taken once', () => {
    expect(shown(spread([1500.4, 999, 2000]))).toBe('1500 (999–2000)');
    expect(shown(spread([12.34]))).toBe('12.3');
    expect(shown(spread([0.449]), 2)).toBe('0.45');
    expect(shown(undefined)).toBe('');
  });
});

describe('targets', () => {
  const rows = (all: readonly Result[]): string[] => targetRows(groupsOf(all)).map((row) => row.join(' | '));

  test('a least figure is judged by the median', () => {
    const fan = (speeds: readonly number[]): Result[] =>
      results(
        'fan of 1,000',
        speeds.map((tasksPerS) => ({ tasksPerS })),
      );
    expect(rows(fan([2_000, 3_000, 9_000]))).toEqual([
      'fan of 1,000 | tasks/s | 3000 (2000–9000) | ≥ 3000 | reached',
    ]);
    expect(rows(fan([2_000, 2_999, 9_000]))).toEqual([
      'fan of 1,000 | tasks/s | 2999 (2000–9000) | ≥ 3000 | missed',
    ]);
  });

  test('a chain is judged by its ratio to LevelDB in the same repetition', () => {
    const chain = results('chain of 10,000', [
      { tasksPerS: 500, rawTasksPerS: 1_000 },
      { tasksPerS: 4_000, rawTasksPerS: 10_000 },
      { tasksPerS: 60, rawTasksPerS: 100 },
    ]);
    expect(rows(chain)).toEqual([
      'chain of 10,000 | × raw LevelDB, flushed | 0.50 (0.40–0.60) | ≥ 0.45 (aim 0.7) | reached',
    ]);
  });

  test('the largest plan is judged by its growth, memory and disk', () => {
    const all = [
      ...results('10 layers of 1,000', [{ tasksPerS: 10_000, usPerTask: 100 }]),
      ...results('10 layers of 10,000', [{ usPerTask: 130, peakMb: 300, diskBytesPerTask: 1_300 }]),
    ];
    expect(rows(all).slice(1)).toEqual([
      '10 layers of 10,000 | × time per task of 10,000 | 1.30 | ≤ 1.2 | missed',
      '10 layers of 10,000 | MB at its peak | 300 | ≤ 300 | reached',
      '10 layers of 10,000 | B on disk per task beyond its result | 1300 | ≤ 1200 | missed',
    ]);
  });

  test('what was not measured, or only with a peer, is not judged', () => {
    expect(rows(results('fan of 1,000', [{ tasksPerS: 9_999 }], 'dbos'))).toEqual([]);
  });
});

describe('peers', () => {
  const all = [
    ...results('chain of 1,000', [{ tasksPerS: 1_000, rawTasksPerS: 2_000 }]),
    ...results('chain of 1,000', [{ tasksPerS: 400 }], 'dbos'),
    ...results('resume in 1,000', [{ resumeMs: 500 }]),
    ...results('resume in 1,000', [{ resumeMs: 200 }], 'dbos'),
    ...results('fan of 10,000', [{ tasksPerS: 7_000 }]),
  ];

  test('stand beside this engine, with how many times better it is, whichever way better is', () => {
    const report = reportOf(all, ['bullmq: Redis is not installed']);
    expect(lineOf(report, 'chain of 1,000, tasks/s')).toMatch(/ 1000 +400 2\.5×$/);
    expect(lineOf(report, 'resume in 1,000, ms')).toMatch(/ 500 +200 0\.4×$/);
    expect(report).not.toContain('fan of 10,000, tasks/s');
    expect(report).toContain('- bullmq: Redis is not installed');
  });

  test('are bars in the plot, on the scale of their workload', () => {
    const plot = plotOf(all, 'taken <here>');
    const widths = [...plot.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)].map((one) =>
      Number(one[1]),
    );
    // Chain: ours, dbos, raw LevelDB; resume: ours, dbos; fan: ours.
    const [chain = 0, dbos = 0, raw = 0, resumed = 0, dbosResumed = 0] = widths;
    expect(widths).toHaveLength(6);
    expect([chain / raw, dbos / raw, dbosResumed / resumed].map((one) => one.toFixed(2))).toEqual([
      '0.50',
      '0.20',
      '0.40',
    ]);
    expect(plot).toContain('taken &lt;here>');
  });
});
