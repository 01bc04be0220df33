// Generated paths drive a real engine (real actor system, real LevelDB, scripted effects): the state of the real actor
// is compared with the chart's at every step. What paths cannot lead to is played as situations. Together they enter
// every state of the five charts, and take every transition but those that unplayed.ts lists.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alphabets } from '../machines/alphabets.js';
import { createCoverage } from '../machines/coverage.js';
import { generatePaths, type Path } from '../machines/paths.js';
import { outsideTheTable } from '../machines/table.js';
import { contingencyCast, openContingencyScene } from './contingency.scenes.js';
import { drive, playable, title, type Cast, type Scene } from './drive.js';
import { goalCasts, openGoalScene } from './goal.scenes.js';
import { laterSteps } from './later-steps.js';
import { monitorCast, openMonitorScene } from './monitor.scenes.js';
import { openRealEngine, type RealEngine } from './real-engine.js';
import { writeReport } from './report.js';
import { situations } from './scenes.js';
import { openTaskScene, taskCasts } from './task.scenes.js';
import { unplayed } from './unplayed.js';

const coverage = createCoverage();
let world: RealEngine;
let goals = 0;

beforeAll(async () => {
  world = await openRealEngine({ coverage });
});
afterAll(async () => world[Symbol.asyncDispose]());

function pathsOf<C extends Cast>(
  cast: C,
  open: (cast: C, path: Path, goalId: string) => Promise<Scene>,
): void {
  describe(cast.name, () => {
    for (const path of playable(cast)) {
      test(title(path), async () => drive(cast, path, await open(cast, path, `path-${goals++}`)));
    }
  });
}

describe('paths of the task', () => {
  for (const one of taskCasts) {
    pathsOf(one, (cast, path, goalId) => openTaskScene(cast, path.input, goalId, world));
  }
});

describe('paths of the goal', () => {
  for (const one of goalCasts) pathsOf(one, (cast, _path, goalId) => openGoalScene(cast, goalId, world));
});

describe('paths of the contingency', () => {
  pathsOf(contingencyCast, (_cast, path, goalId) => openContingencyScene(path, goalId, world));
});

describe('paths of the monitor', () => {
  pathsOf(monitorCast, (_cast, _path, goalId) => openMonitorScene(goalId, world));
});

describe('situations', () => {
  test.each(situations.map((one) => [one.name, one] as const))('%s', (_name, one) =>
    one.play(world, `situation-${goals++}`),
  );
});

describe('steps of later versions', () => {
  test.each(laterSteps)('%s', (_name, play) => play(coverage));
});

describe('coverage by real runs', () => {
  test.each(Object.entries(alphabets))('every state of the %s is entered', (_kind, { machine }) =>
    expect(coverage.uncovered(machine).states).toEqual([]),
  );

  test('every transition is taken, but those that unplayed.ts lists', () => {
    const missed = Object.values(alphabets).flatMap(({ machine }) => coverage.uncovered(machine).transitions);
    expect([...missed].sort()).toEqual(Object.keys(unplayed).sort());
  });

  test('every state and every transition is covered by generated paths, and the report says so', async () => {
    const parts = Object.values(alphabets).map((alphabet) => ({
      alphabet,
      byPaths: generatePaths(alphabet).coverage,
      byRuns: coverage,
    }));
    for (const { alphabet, byPaths } of parts)
      expect(byPaths.uncovered(alphabet.machine)).toEqual({ states: [], transitions: [] });
    await expect(writeReport(parts, unplayed)).toMatchFileSnapshot('../../docs/generated/chart-coverage.md');
  });

  test('only moves of the table in spec/statecharts.md are made', () =>
    expect(outsideTheTable(coverage.moves)).toEqual([]));
});
