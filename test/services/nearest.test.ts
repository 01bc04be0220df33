// The nearest known name: what a mistyped one most likely means.
import { describe, expect, test } from 'vitest';
import { didYouMean, nearestName } from '#src/services/nearest.js';

describe('nearestName', () => {
  test.each([
    ['fecth', ['fetch', 'convert'], 'fetch'],
    ['Make_Index', ['make-index', 'convert'], 'make-index'],
    ['priorty', ['priority', 'probe'], 'priority'],
    ['zebra', ['fetch', 'convert'], undefined],
    ['a', ['b', 'c'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  test('gives up on long lists rather than taking for ever', () => {
    function* endless(): Generator<string> {
      for (;;) yield 'something-else-altogether';
    }
    expect(nearestName('fetch', endless())).toBeUndefined();
  });

  test('makes a hint of it', () => {
    expect(didYouMean('fecth', ['fetch'])).toBe("Did you mean 'fetch'?");
    expect(didYouMean('zebra', ['fetch'])).toBeUndefined();
  });
});
