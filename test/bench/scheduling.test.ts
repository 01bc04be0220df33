// The benchmark of the scheduling service: its readers, its generator, its arithmetic.
import { expect, test } from 'vitest';
import { generateProblem } from '../../bench/scheduling/generate.js';
import { criticalPathOf } from '../../bench/scheduling/instances.js';
import type { Line } from '../../bench/scheduling/measure.js';
import { readRcp } from '../../bench/scheduling/read-rcp.js';
import { readSm } from '../../bench/scheduling/read-sm.js';
import { deviationOf, tableOf } from '../../bench/scheduling/tables.js';

const stars = '*'.repeat(20);
const twoModes = `${stars}
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  1   N
  - doubly constrained        :  0   D
${stars}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        2          1           4
   3        1          1           4
   4        1          0
${stars}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2  N 1
-----------------------------------
  1      1     0       0    0    0
  2      1     3       2    0    0
         2     1       0    4    5
  3      1     2       1    1    7
  4      1     0       0    0    0
${stars}
RESOURCEAVAILABILITIES:
  R 1  R 2  N 1
    4    9   11
${stars}
`;

test('.mm: modes, renewable resources as capacities, the others as budgets', () => {
  const problem = readSm(twoModes);
  expect(problem.tasks.map(({ modes }) => modes.map(({ duration }) => duration))).toEqual([
    [0],
    [3, 1],
    [2],
    [0],
  ]);
  expect(problem.tasks[1]?.modes[1]).toMatchObject({
    uses: [{ resource: 'R2', amount: 4 }],
    costs: { N1: 5 },
  });
  expect(problem.lags.map(({ from, to }) => `${from}-${to}`)).toEqual(['1-2', '1-3', '2-4', '3-4']);
  expect(problem.resources).toMatchObject([
    { id: 'R1', capacity: 4 },
    { id: 'R2', capacity: 9 },
  ]);
  expect(problem.budgets).toEqual([{ name: 'N1', limit: 11 }]);
  expect(criticalPathOf(problem)).toBe(2);
});

test('.rcp: the format of Patterson', () => {
  const problem = readRcp('3 1\n5\n\n0 0 2 2 3\n4 2 1 3\n0 0 0\n');
  expect(problem.tasks[1]?.modes).toMatchObject([
    { duration: 4, uses: [{ resource: 'R1', amount: 2 }], changes: [] },
  ]);
  expect(problem.lags).toHaveLength(3);
});

test('.rcp: consumption at the start, production at the end, none at the ends of the project', () => {
  const problem = readRcp('3 1 1\n5 7\n0 0 9 9 1 2\n4 2 3 6 1 3\n0 0 9 9 0\n');
  expect(problem.resources[1]).toEqual({ id: 'C1', kind: 'consumable', initial: 7 });
  expect(problem.tasks.map(({ modes }) => modes[0]?.changes)).toEqual([
    [],
    [
      { resource: 'C1', amount: -3, when: 'start' },
      { resource: 'C1', amount: 6, when: 'end' },
    ],
    [],
  ]);
});

test('a file that breaks off is refused', () => {
  expect(() => readRcp('3 1\n5\n0 0 2 2')).toThrow('expected more than the 7 numbers of the file');
  expect(() => readSm('nothing')).toThrow("expected a line '- renewable : N'");
});

test('generated problems are the same for the same seed, and have what a schedule needs', () => {
  const problem = generateProblem(300, 4);
  expect(generateProblem(300, 4)).toEqual(problem);
  expect(generateProblem(300, 5)).not.toEqual(problem);
  expect(problem.tasks).toHaveLength(300);
  expect(criticalPathOf(problem)).toBeGreaterThan(10);
});

const line = (more: Partial<Line>): Line => ({
  set: 'j60',
  name: 'x',
  limit: { schedules: 1000 },
  seed: 1,
  tasks: 3,
  status: 'feasible',
  stopped: 'schedules',
  bound: 0,
  criticalPath: 50,
  schedules: 1000,
  improvements: 1,
  wallMs: 1000,
  cpuMs: 500,
  ...more,
});

test('deviations are from the critical path, those of J30 from the optimum; what has no schedule does not count', () => {
  const lines = [line({ objective: 55, bestKnown: 54 }), line({ objective: 60, bestKnown: 60 }), line({})];
  expect(deviationOf(lines)).toBeCloseTo(15);
  expect(deviationOf(lines.map((one) => ({ ...one, set: 'j30' })))).toBeCloseTo((100 / 54 + 0) / 2);
  const [, , row] = tableOf(lines).split('\n');
  expect(row?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    'j60',
    '1000 schedules',
    '3',
    '15.000 over critical path',
    '1',
    '0',
    '0',
    '0',
    '0',
    '1.00',
    '0.50',
    '1.0',
    '',
  ]);
});
