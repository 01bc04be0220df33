// Explorer: drives the real runtime on a store in memory through a random run, from a seed.
//
// Fault model. A call of a tool succeeds, fails in each way, comes back after its attempt was given up, comes back
// twice, or never comes back. Deadlines come in any order with that. People give any command at any time, also twice.
// The process dies at any commit, with or without it written, or between two; what it had under way is lost, and the
// next process begins with what is on disk. Disks do not lie: damage is another test's matter.
//
// A run ends with a calm: nobody commands anything, calls succeed, and time passes. All goals must end in it.
import type { ActorRefLike } from 'xstate';
import type { Fact } from '#src/model/fact.js';
import { goalEnds } from '#src/model/goal.js';
import { followFacts } from '#src/persistence/journal.js';
import type { Coverage } from '../machines/coverage.js';
import { createDice, type Dice } from './dice.js';
import { createManualClock, type ManualClock } from '#src/testing/manual-clock.js';
import { locks, randomPlan } from './random-plan.js';
import { openRig, type Rig } from './rig.js';
import { createScript, type Call, type Script } from '#src/testing/script.js';
import { createTestLevel, type TestLevel } from '#src/testing/test-level.js';
import { createWitness, type Witness } from './witness.js';

/** What became of a run. */
export interface Story {
  readonly seed: number;
  readonly goals: readonly string[];
  /** Goals that had not ended when the calm was over, with the state of their actors. */
  readonly unended: readonly string[];
  readonly faults: readonly string[];
  readonly facts: readonly Fact[];
  readonly witness: Witness;
  /** What is still held in the pool. */
  readonly held: readonly string[];
  /** How a goal ended that took everything the others had taken. */
  readonly successor: string;
  readonly lives: number;
  /** What the adversary did, for the message of a seed that fails. */
  readonly told: readonly string[];
}

interface Life {
  readonly disk: TestLevel;
  readonly rig: Rig;
  readonly clock: ManualClock;
  readonly script: Script;
}

const goalIds = ['one', 'two'] as const;
const calmTurns = 3_000;

/** Waits until nothing happens any more by itself. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Plays a run. */
export async function explore(seed: number, steps: number, coverage?: Coverage): Promise<Story> {
  const dice = createDice(seed);
  const witness = createWitness();
  const told: string[] = [];
  const used: { ref: ActorRefLike; address: string; goalId: string }[] = [];
  let lives = 0;
  let life = await begin(createTestLevel(), createManualClock().now());

  /** Begins a life; one that ends before it has resumed everything is followed by another. */
  async function begin(disk: TestLevel, now: number): Promise<Life> {
    lives += 1;
    const number = lives;
    const clock = createManualClock(now);
    const made: { rig?: Rig } = {};
    const early: Call[] = [];
    const script: Script = createScript((call) => {
      if (made.rig === undefined) early.push(call);
      else if (!disk.isStopped) witness.see(call, made.rig, number, script.calls);
    });
    if (lives > 1 && dice.chance(0.2)) dieAt(disk, 1 + dice.below(2), dice.chance(0.5));
    const opening = openRig({
      db: await disk.open(),
      clock,
      ids: { next: () => `id-${lives}-${dice.below(1_000_000)}`, random: () => dice.next() },
      tools: script.tools,
      config: {
        patienceMs: 60_000,
        resourceWaitMs: 30_000,
        stopGraceMs: 1_000,
        monitor: { intervalMs: 5_000, windowMs: 5_000, stalledFactor: 2 },
      },
      inspect: coverage?.inspect,
    });
    const rig = await Promise.race([opening, disk.stopped]);
    if (rig === 'stopped') {
      told.push(`-- life ${number} is over before it has begun`);
      clock.stop();
      return begin(await disk.next(), now);
    }
    made.rig = rig;
    for (const call of early) witness.see(call, rig, number, early);
    await quiet();
    return { disk, rig, clock, script };
  }

  /** Goes on with what is on disk if the process has died. */
  async function goOn(): Promise<void> {
    await quiet();
    while (life.disk.isStopped) {
      told.push(`-- life ${lives} is over`);
      life.clock.stop();
      used.length = 0;
      life = await begin(await life.disk.next(), life.clock.now());
    }
  }

  for (const goalId of goalIds) {
    const document = randomPlan(dice);
    told.push(`${goalId}: ${JSON.stringify(document)}`);
    await life.rig.submit(document, goalId);
  }
  await quiet();
  for (let i = 0; i < steps; i++) {
    told.push(await disturb(life, dice, used));
    await goOn();
    witness.lookAround(life.rig, goalIds);
  }
  const unended = await calm(life, told);
  const { runtime } = life.rig;
  const facts: Fact[] = [];
  for await (const fact of followFacts(runtime.options.ledger, { follow: false })) facts.push(fact);
  const held = runtime.pool.state().flatMap(({ name, holders }) => holders.map((one) => `${name}: ${one}`));
  const faults = [...runtime.faults].map(([goalId, fault]) => `${goalId}: ${fault}`);
  const successor = await takeEverything(life);
  life.clock.stop();
  return { seed, goals: goalIds, unended, faults, facts, witness, held, successor, lives, told };
}

/** Lets everything come to its end; gives the goals that do not. */
async function calm(life: Life, told: string[]): Promise<string[]> {
  const { rig, clock, script, disk } = life;
  const isOpen = (goalId: string): boolean => !goalEnds.has(statusOf(rig, goalId));
  told.push('-- calm');
  disk.calm();
  for (let i = 0; i < calmTurns && goalIds.some(isOpen); i++) {
    const call = script.calls[0];
    const paused = goalIds.find((goalId) => stateOf(rig, `goal/${goalId}`) === '{"blocked":"paused"}');
    if (call !== undefined) call.succeed(call.tool === 'script.probe' ? { happened: 'yes' } : {});
    else if (paused !== undefined) rig.runtime.system.post(`goal/${paused}`, { type: 'goal.resume' });
    else if (!clock.ring(Number.POSITIVE_INFINITY)) break;
    await quiet();
  }
  return goalIds.filter(isOpen).map((goalId) => {
    const actors = rig.runtime.system.addressesOf(goalId);
    return `${goalId}: ${actors.map((address) => `${address} ${stateOf(rig, address)}`).join(', ')}`;
  });
}

const statusOf = (rig: Rig, goalId: string): 'ready' | 'succeeded' =>
  (rig.runtime.options.ledger.read('goal', `!goals!${goalId}`)?.status ?? 'ready') as 'ready' | 'succeeded';

const stateOf = (rig: Rig, address: string): string =>
  JSON.stringify(rig.runtime.system.snapshot(address)?.value);

/** Runs a goal that needs every lock for itself, and gives how it ended without any time passing. */
async function takeEverything({ rig, script }: Life): Promise<string> {
  const requires = { locks: locks.map((name) => ({ name })), memoryMb: 2_048, cpuPercent: 80 };
  const tasks = { all: { action: { tool: 'script.act' }, requires } };
  const goal = await rig.submit({ version: 1, goal: { name: 'successor' }, tasks }, 'successor');
  await quiet();
  script.find('script.act', 'successor')?.succeed();
  await quiet();
  return (await goal.snapshot()).status;
}

/** The process dies so many writes from now, with that one written or without. */
function dieAt(disk: TestLevel, writes: number, isWritten: boolean): void {
  disk.calm();
  disk.at(disk.writes + writes, { kind: 'stop', when: isWritten ? 'after' : 'before' });
}

type Used = { ref: ActorRefLike; address: string; goalId: string }[];

/** Does one thing to a run, and says what. */
async function disturb(life: Life, dice: Dice, used: Used): Promise<string> {
  const { script, clock, disk } = life;
  const call = script.calls.length > 0 && dice.chance(0.55) ? dice.pick(script.calls) : undefined;
  if (call !== undefined) return answer(call, dice, life, used);
  const what = dice.below(100);
  if (what < 40) return clock.ring(Number.POSITIVE_INFINITY) ? `time passes to ${clock.now()}` : 'no timer';
  if (what < 75) return command(life, dice);
  if (what < 79) return repeat(life, dice, used);
  if (what < 85) {
    const [commits, written] = [1 + dice.below(3), dice.chance(0.5)];
    dieAt(disk, commits, written);
    return `the process will die at commit +${commits}, ${written ? 'written' : 'not written'}`;
  }
  if (what < 89) {
    disk.stop();
    return 'the process dies';
  }
  return 'nothing';
}

const troubles = [
  { class: 'transient', effect: 'none' },
  { class: 'transient', effect: 'unknown' },
  { class: 'logic' },
  { class: 'external', retryable: true },
] as const;

/** Settles a call; its port is kept, to be settled once more. */
function answer(call: Call, dice: Dice, { rig }: Life, used: Used): string {
  const { goalId, taskId } = call.context;
  const address = `task/${goalId}/${taskId}`;
  const children = rig.runtime.system.snapshot(address)?.children as Record<string, ActorRefLike> | undefined;
  const ref = children?.['attempt'];
  if (ref !== undefined) used.push({ ref, address, goalId });
  const name = `${call.tool} for ${goalId}/${taskId}`;
  if (call.tool === 'script.probe') {
    const happened = dice.pick(['yes', 'no', 'unknown']);
    call.succeed({ happened });
    return `${name} says ${happened}`;
  }
  if (dice.chance(0.55)) {
    call.succeed();
    return `${name} succeeds`;
  }
  const trouble = dice.pick(troubles);
  call.fail(trouble);
  return `${name} fails: ${JSON.stringify(trouble)}`;
}

/** Settles a port a second time. */
function repeat({ rig }: Life, dice: Dice, used: Used): string {
  const { system } = rig.runtime;
  const over = used.filter(({ ref, address }) => {
    const children = system.snapshot(address)?.children as Record<string, ActorRefLike> | undefined;
    return children?.['attempt'] !== ref;
  });
  if (over.length === 0) return 'nothing to repeat';
  const { ref, address, goalId } = dice.pick(over);
  system.run(goalId, (turn) => system.settleNow(ref, { kind: 'succeeded', ...turn.stamp() }));
  return `an attempt of ${address} comes back once more`;
}

/** Gives a command, whether it fits or not. */
async function command({ rig }: Life, dice: Dice): Promise<string> {
  const goalId = dice.pick(goalIds);
  const live = rig.runtime.system
    .addressesOf(goalId)
    .filter((address) => address.startsWith('task/'))
    .map((address) => address.slice(`task/${goalId}/`.length));
  const taskId = live.length > 0 && dice.chance(0.8) ? dice.pick(live) : `t${dice.below(6)}`;
  const [goal, by] = [rig.handle(goalId), { by: 'ann' }];
  const commands: readonly (readonly [string, () => Promise<void>])[] = [
    ['pause', () => goal.pause(by)],
    ['resume', () => goal.resume(by)],
    ['resume', () => goal.resume(by)],
    [`approve ${taskId}`, () => goal.approve(taskId, by)],
    [`approve c of ${taskId}`, () => goal.approve(`contingency:c/${taskId}`, by)],
    [`reject ${taskId}`, () => goal.reject(taskId, by)],
    [`retry ${taskId}`, () => goal.retry(taskId, by)],
    [`retry ${taskId}`, () => goal.retry(taskId, by)],
    [`skip ${taskId}`, () => goal.skip(taskId, by)],
    ['signal', () => goal.signal('go', {}, by)],
    ...(dice.chance(0.15)
      ? [['abort', () => goal.abort({ ...by, compensate: dice.chance(0.6) })] as const]
      : []),
  ];
  const [name, act] = dice.pick(commands);
  let answered = 'no answer';
  // A command is not answered when the process dies of it.
  void act().then(
    () => (answered = 'taken'),
    (error: Error) => (answered = error.message),
  );
  await quiet();
  return `${name} of ${goalId}: ${answered}`;
}
