// A bounded exploration of goals, plans, tasks and contingencies together, on the real runtime, with an adversary that
// answers late, twice or never, fails, commands anything, and kills the process at any commit.
//
// EXPLORER_SEEDS sets how many seeds are tried [60], EXPLORER_FIRST the first one [1], EXPLORER_STEPS how long the
// adversary goes on [60].
import { describe, expect, test } from 'vitest';
import { explore } from './explorer.js';
import { verdictOn } from './verdict.js';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const first = number('EXPLORER_FIRST', 1);
const count = number('EXPLORER_SEEDS', 60);
const steps = number('EXPLORER_STEPS', 60);

describe('whatever happens', () => {
  let passive = 0;
  for (let seed = first; seed < first + count; seed++) {
    test(`seed ${seed}`, async () => {
      const story = await explore(seed, steps);
      const wrongs = verdictOn(story);
      passive += story.witness.passive.size;
      const again = `EXPLORER_FIRST=${seed} EXPLORER_SEEDS=1 EXPLORER_STEPS=${steps} npx vitest run test/model-based/explorer.test.ts`;
      expect(wrongs, `${wrongs.join('\n')}\n\n${story.told.join('\n')}\n\nTo repeat it: ${again}`).toEqual(
        [],
      );
    });
  }

  // One seed alone may never have been at rest.
  test.runIf(count >= 20)('goals were on disk only meanwhile', () =>
    expect(passive).toBeGreaterThan(count / 4),
  );
});
