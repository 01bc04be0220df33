// Driver: plays one run of the engine from a seed. It judges nothing: what it sees goes into the log.
//
// Fault model.
// - Effects: a call succeeds, fails in each way, comes back after its attempt was given up, comes back twice, comes
//   back when its process is long dead, or never comes back.
// - People give any command and signal at any time: several at once, twice, to tasks that have ended, are not there
//   yet or wait for something else, before anybody waits for it, and while nothing can be written.
// - Time: deadlines come in any order with that; between two lives any time may pass.
// - The process dies at any write, with or without it on disk, between two writes, with a slow write under way, again
//   and again, also before it has carried on what it found.
// - The disk: a write fails, done or not; it is full until there is room; writes are slow, so that many turns wait.
//   A handle that has failed takes later writes and loses them. What was written and flushed stays: bits that flip are
//   another test's matter.
// - Several goals share a store, locks and the machine; some wait for others.
//
// A run ends with a calm: nobody commands anything, the disk is well, calls that come back succeed, and time passes.
// In half of the runs the engine is restarted for it, so that nothing of the past is left in memory. Last comes a goal
// that takes everything the others have taken.
import { keys } from '#src/persistence/keys.js';
import type { GoalRecord } from '#src/persistence/records.js';
import { createManualClock } from '#src/testing/manual-clock.js';
import { createTestLevel, type LevelWrite, type TestLevel } from '#src/testing/test-level.js';
import { createAdversary, outputOf, randomTemper } from './adversary.js';
import { createDice } from './dice.js';
import { begin, mostRings, quiet, type Life } from './life.js';
import type { Entry, Run } from './log.js';
import { locks, randomPlan } from './random-plan.js';

const names = ['one', 'two', 'three'] as const;
export const successor = 'successor';
const calmTurns = 3_000;
const start = 1_700_000_000_000;

/** Plays a run. */
export async function play(seed: number): Promise<Run> {
  const dice = createDice(seed);
  const entries: Entry[] = [];
  const tell = (entry: Entry): void => void entries.push(entry);
  const goals = names.slice(0, 1 + dice.below(names.length));
  const temper = randomTemper(dice);
  const adversary = createAdversary({ dice, temper, goals, tell });
  let lives = 0;
  let calls = 0;
  let now = start;
  const nextCall = (): number => ++calls;
  let isCalm = false;
  let life = await nextLife();

  /** Begins lives until one lives long enough to carry on everything. */
  async function nextLife(before?: TestLevel): Promise<Life> {
    for (let last = before; ; ) {
      lives += 1;
      const clock = createManualClock(now);
      const options = {
        clock,
        onWritten: ({ operations }: LevelWrite): void => tell({ kind: 'wrote', life: lives, operations }),
      };
      const disk = last === undefined ? createTestLevel(options) : await last.next(options);
      if (lives > 1 && !isCalm && dice.chance(0.2))
        disk.at(1 + dice.below(2), { kind: 'stop', when: dice.pick(['before', 'after']) });
      if (lives > 1 && !isCalm && temper.disk > 0 && dice.chance(0.1)) disk.fill();
      const begun = await begin({ number: lives, disk, clock, dice, tell, nextCall });
      if (begun !== undefined) return begun;
      last = disk;
    }
  }

  /** Ends a life and begins the next one, some time later. */
  async function restart(how: string): Promise<void> {
    const { disk, clock } = life;
    disk.stop();
    clock.stop();
    now = clock.now();
    tell({ kind: 'over', life: lives, at: now, how });
    adversary.forget();
    now += dice.pick([0, 0, 500, 15_000, 100_000]);
    life = await nextLife(disk);
  }

  async function goOn(): Promise<void> {
    await quiet();
    for (;;) {
      now = life.clock.now();
      if (life.disk.isStopped) await restart('it died');
      else if (life.rig.runtime.options.ledger.broken() !== undefined) await restart('it gave up its store');
      else break;
    }
    if (await isSettled()) tell({ kind: 'still', at: now });
  }

  /** A goal's record; a goal that only waits has no actor in memory, and one whose store is away none that can be read. */
  function recordOf(goal: string): GoalRecord | undefined {
    const { ledger } = life.rig.runtime.options;
    return ledger.disk.isAway() ? undefined : ledger.read('goal', keys.goal(goal));
  }

  function isOver(): boolean {
    return goals.every((goal) => recordOf(goal)?.endedAt !== undefined);
  }

  /** Whether nothing waits to be written. */
  function isSettled(): Promise<boolean> {
    const settled = life.rig.runtime.options.ledger.settled().then(
      () => true,
      () => false,
    );
    return Promise.race([settled, quiet().then(() => false)]);
  }

  async function submit(goal: string, document: object): Promise<void> {
    const id = `submit ${goal}`;
    tell({ kind: 'goal', goal, document, at: now });
    tell({ kind: 'asked', id, goal, what: 'submit', at: now });
    await life.rig.submit(document as Record<string, unknown>, goal);
    tell({ kind: 'acknowledged', id, at: now });
    await quiet();
  }

  for (const [i, goal] of goals.entries()) await submit(goal, randomPlan(dice, goals.slice(0, i)));
  const steps = 10 + dice.below(70);
  for (let i = 0; i < steps; i++) {
    await adversary.disturb(life);
    await goOn();
    if (isOver() && dice.chance(0.3)) break;
  }
  isCalm = true;
  await heal();
  await goOn();
  if (dice.chance(0.5)) await restart('it is restarted for the calm');
  await calm();
  await submit(successor, everything);
  for (const call of life.calls.filter(({ context }) => context.goalId === successor)) succeed(call);
  await quiet();
  await life.rig.runtime.options.ledger.settled();
  life.disk.stop();
  life.clock.stop();
  return { seed, entries };

  /** Nothing gives trouble any more, and what is under way is written. */
  async function heal(): Promise<void> {
    const { disk, clock } = life;
    disk.calm();
    disk.makeRoom();
    disk.slow(0);
    tell({ kind: 'disk', at: now, what: 'all is well from now on', well: true });
    for (let rings = 0; !(await isSettled()) && clock.ring(Number.POSITIVE_INFINITY); rings++) {
      if (rings === mostRings) throw new Error('the disk is well, and what waits is not written');
      await quiet();
    }
  }

  function succeed(call: Life['calls'][number]): void {
    tell({ kind: 'answered', call: call.number, at: now, how: 'succeeded' });
    call.succeed(outputOf(call));
  }

  /** Lets everything come to its end. */
  async function calm(): Promise<void> {
    const { rig, clock } = life;
    const isPaused = (goal: string): boolean => recordOf(goal)?.blockage?.kind === 'paused';
    for (let i = 0; i < calmTurns; i++) {
      if (isOver()) return;
      const call = life.calls.find(({ hangs }) => !hangs);
      const paused = goals.find((goal) => isPaused(goal));
      if (call !== undefined) succeed(call);
      else if (paused !== undefined) await rig.handle(paused).resume();
      else if (clock.ring(Number.POSITIVE_INFINITY)) tell({ kind: 'time', at: clock.now() });
      else return;
      await goOn();
    }
    tell({ kind: 'note', at: now, text: `the calm is not over after ${calmTurns} turns` });
  }
}

/** A goal that needs everything for itself. */
const everything = {
  version: 1,
  goal: { name: 'takes everything' },
  tasks: {
    all: {
      action: { tool: 'script.act' },
      requires: { locks: locks.map((name) => ({ name })), memoryMb: 2_048, cpuPercent: 80 },
    },
  },
};
