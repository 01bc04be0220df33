// Targets: the figures that must be reached on a quiet machine, flushed to disk, journal and verification on.
import type { Figures } from './measures.js';
import { groupOf, ours, shown, spread, spreadOf, type Group, type Spread } from './results.js';

interface Target {
  readonly workload: string;
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What is wished for beyond what must be reached. */
  readonly aim?: number;
  readonly digits: number;
  measured(groups: readonly Group[], workload: string): Spread | undefined;
}

const ofEach =
  (figure: string | ((figures: Figures) => number | undefined)) =>
  (groups: readonly Group[], workload: string): Spread | undefined =>
    spreadOf(groupOf(groups, ours, workload), figure);

const overRaw = ({ tasksPerS, rawTasksPerS }: Figures): number | undefined =>
  tasksPerS === undefined || rawTasksPerS === undefined ? undefined : tasksPerS / rawTasksPerS;

const large = '10 layers of 10,000';

/** The time per task to that of 10,000 tasks, repetition by repetition. */
function growth(groups: readonly Group[], workload: string): Spread | undefined {
  const small = groupOf(groups, ours, '10 layers of 1,000')?.figures ?? [];
  const big = groupOf(groups, ours, workload)?.figures ?? [];
  return spread(
    big.flatMap(({ usPerTask }, repetition) => {
      const per = small[repetition]?.['usPerTask'];
      return usPerTask === undefined || per === undefined ? [] : [usPerTask / per];
    }),
  );
}

const speed = (workload: string, atLeast: number, aim?: number): Target => ({
  workload,
  figure: 'tasks/s',
  atLeast,
  ...(aim === undefined ? {} : { aim }),
  digits: 0,
  measured: ofEach('tasksPerS'),
});

const resume = (workload: string, atMost: number): Target => ({
  workload,
  figure: 'ms to the first new task',
  atMost,
  digits: 0,
  measured: ofEach('resumeMs'),
});

export const targets: readonly Target[] = [
  {
    workload: 'chain of 10,000',
    figure: '× raw LevelDB, flushed',
    atLeast: 0.45,
    aim: 0.7,
    digits: 2,
    measured: ofEach(overRaw),
  },
  speed('10 layers of 1,000', 6_000, 9_000),
  speed('fan of 1,000', 3_000),
  speed('fan of 10,000', 6_000),
  speed('1,000 goals of 5', 5_000),
  { workload: large, figure: '× time per task of 10,000', atMost: 1.2, digits: 2, measured: growth },
  { workload: large, figure: 'MB at its peak', atMost: 300, digits: 0, measured: ofEach('peakMb') },
  {
    workload: large,
    figure: 'B on disk per task beyond its result',
    atMost: 1_200,
    digits: 0,
    measured: ofEach('diskBytesPerTask'),
  },
  resume('resume in 1,000', 250),
  resume('resume in 1,000 beside 100,000 ended', 250),
  resume('resume in 100,000', 800),
  {
    workload: '100,000 waiting goals',
    figure: 'ms until the engine is ready',
    atMost: 2_000,
    digits: 0,
    measured: ofEach('startMs'),
  },
  {
    workload: '100,000 waiting goals',
    figure: 'MB of memory then',
    atMost: 150,
    digits: 0,
    measured: ofEach('readyRssMb'),
  },
];

/** A row for each target that was measured: workload, figure, measured, must, reached or missed. */
export function targetRows(groups: readonly Group[]): string[][] {
  return targets.flatMap((target) => {
    const measured = target.measured(groups, target.workload);
    if (measured === undefined) return [];
    const { atLeast, atMost, aim, digits } = target;
    const reached =
      (atLeast === undefined || measured.median >= atLeast) &&
      (atMost === undefined || measured.median <= atMost);
    const must = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
    return [
      [
        target.workload,
        target.figure,
        shown(measured, digits),
        aim === undefined ? must : `${must} (aim ${aim})`,
        reached ? 'reached' : 'missed',
      ],
    ];
  });
}
