// Run: carries a scenario out once, in a world of its own, with the process killed where it shall be.
import type { Fact, Result } from '../index.js';
import { beginLife, messageOf, RunTrouble, type Ended } from './life.js';
import { createManualClock } from './manual-clock.js';
import type { Scenario, VerifySettings } from './scenario.js';
import { createTestLevel } from './test-level.js';
import { createWitness, type Witness } from './witness.js';

/** Where a process is killed: with the write on the disk, or without. */
export interface Kill {
  /** The number of the write in the life of that process, from 1. */
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** What became of a run. */
export interface Run {
  readonly kind: 'undisturbed' | 'killed' | 'repeated';
  /** The kills that were to happen, one a life. */
  readonly kills: readonly Kill[];
  /** How many of them did: a run may come to its end before. */
  readonly lives: number;
  /** How many writes its first life made. */
  readonly writes: number;
  readonly witness: Witness;
  readonly ended: Ended | undefined;
  readonly trouble: RunTrouble | undefined;
  /** What `check` said against it. */
  readonly checked: string | undefined;
}

/** Carries a scenario out. Rejects only with what is the scenario's own trouble in the world's making. */
export async function carryOut<World>(
  scenario: Scenario<World>,
  settings: VerifySettings,
  kind: Run['kind'],
  kills: readonly Kill[] = [],
): Promise<Run> {
  const witness = createWitness();
  const world = (await scenario.setUp?.()) as World;
  const submitted = { isAcknowledged: false };
  let level = createTestLevel({
    onWrite: (write) => {
      witness.writes(write);
      // A disk takes its time: what does not wait for it is seen.
      return new Promise((resolve) => setImmediate(() => resolve(undefined)));
    },
  });
  let now = createManualClock().now();
  let writes = 0;
  let lives = 0;
  let ended: Ended | undefined;
  let trouble: RunTrouble | undefined;
  try {
    while (ended === undefined && trouble === undefined) {
      const clock = createManualClock(now);
      const kill = kills[lives];
      lives += 1;
      if (kill !== undefined) level.at(kill.write, { kind: 'stop', when: kill.when });
      witness.beginLife(level);
      const repeat = kind === 'repeated';
      const life = beginLife({
        scenario,
        settings,
        world,
        witness,
        level,
        clock,
        number: lives,
        repeat,
        submitted,
      });
      const how = await Promise.race([life.ended.catch(troubleOf), level.stopped]);
      if (lives === 1) writes = level.writes;
      if (how === 'stopped') {
        witness.note(`killed ${kill?.when} write ${kill?.write}`);
        clock.stop();
        // What was begun in the real world goes on without its process.
        await life.calmed();
        now = clock.now();
        level = await level.next();
      } else if (how instanceof RunTrouble) {
        trouble = how;
        level.stop();
        clock.stop();
        await life.calmed();
      } else {
        ended = how;
      }
    }
    const checked = ended === undefined ? undefined : await check(scenario, ended.result, ended.facts, world);
    return { kind, kills, lives, writes, witness, ended, trouble, checked };
  } finally {
    await scenario.tearDown?.(world);
  }
}

const troubleOf = (error: unknown): RunTrouble =>
  error instanceof RunTrouble ? error : new RunTrouble('ends', messageOf(error));

async function check<World>(
  scenario: Scenario<World>,
  result: Result,
  facts: readonly Fact[],
  world: World,
): Promise<string | undefined> {
  try {
    await scenario.check?.({ result, facts, world });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
