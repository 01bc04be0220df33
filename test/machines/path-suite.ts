// The tests that generated paths of each chart run.
import { expect, test } from 'vitest';
import type { Alphabet } from './alphabet.js';
import { elementsOf } from './coverage.js';
import { generatePaths, play } from './paths.js';
import { outsideTheTable } from './table.js';

/** Defines the tests for one chart. */
export function pathsCoverTheChart(alphabet: Alphabet): void {
  const { paths, coverage, situations } = generatePaths(alphabet);
  const { states, transitions } = elementsOf(alphabet.machine);
  const missed = coverage.uncovered(alphabet.machine);

  test(`${paths.length} paths out of ${situations} situations`, () => {
    expect(situations).toBeGreaterThan(states.length / 2);
    expect(paths.length).toBeGreaterThan(0);
  });
  test.each(states)('state %s is reached', (state) => expect(missed.states).not.toContain(state));
  test.each(transitions)('transition %s is taken', (name) => expect(missed.transitions).not.toContain(name));
  test('each path can be played again with the same states', () => {
    for (const path of paths) {
      const states = play(alphabet, path).map(({ to }) => to);
      expect(play(alphabet, path).map(({ to }) => to)).toEqual(states);
    }
  });
  test('only moves of the table in spec/statecharts.md are made', () =>
    expect(outsideTheTable(coverage.moves)).toEqual([]));
}
