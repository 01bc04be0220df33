// The coverage of charts can fail: what a chart has and no path takes is named.
import { createMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import type { Alphabet } from './alphabet.js';
import { generatePaths } from './paths.js';
import { outsideTheTable } from './table.js';

/** A chart with an island, a guard that never holds, and a state that is left as soon as it is entered. */
const chart = createMachine({
  id: 'task',
  initial: 'ready',
  states: {
    ready: { on: { go: [{ guard: 'never', target: 'island' }, { target: 'passing' }] } },
    passing: { always: 'failed' },
    island: { on: { back: 'ready' } },
    failed: { type: 'final' },
  },
}).provide({ guards: { never: () => false } });

const alphabet: Alphabet = {
  kind: 'task',
  machine: chart,
  inputs: { plain: {} },
  mail: [{ mail: 'go' }, { mail: 'back' }],
  outcomes: {},
  project: () => null,
};

describe('coverage', () => {
  const { coverage, paths } = generatePaths(alphabet);

  test('names the states and transitions that no path takes', () =>
    expect(coverage.uncovered(chart)).toEqual({
      states: ['task.island'],
      transitions: ['task.ready · go 1 [never] → task.island', 'task.island · back → task.ready'],
    }));

  test('sees states that are left as soon as they are entered', () =>
    expect(coverage.states).toContain('task.passing'));

  test('keeps the paths that took something for the first time', () =>
    expect(paths.map(({ letters }) => letters)).toEqual([[], [{ mail: 'go' }]]));

  test('knows the moves between top states, also within one event', () => {
    expect([...coverage.moves]).toEqual(['task: ready → passing', 'task: passing → failed']);
    expect(outsideTheTable(coverage.moves)).toEqual([...coverage.moves]);
  });
});
