// Life: one process of the engine on a disk, from its beginning to its death. Everything outside it is seeded: time,
// ids, the answers of tools, the disk.
import type { ManualClock } from '#src/testing/manual-clock.js';
import type { TestLevel } from '#src/testing/test-level.js';
import { openRig, type Rig } from '../model-based/rig.js';
import { createCalls, type Call } from './calls.js';
import type { Dice } from './dice.js';
import type { Entry } from './log.js';

export interface Life {
  readonly number: number;
  readonly disk: TestLevel;
  readonly rig: Rig;
  readonly clock: ManualClock;
  /** Calls that wait for an answer, the oldest first. */
  readonly calls: Call[];
}

export interface LifeOptions {
  readonly number: number;
  readonly disk: TestLevel;
  readonly clock: ManualClock;
  readonly dice: Dice;
  readonly tell: (entry: Entry) => void;
  /** Numbers the calls of all lives. */
  readonly nextCall: () => number;
}

export const patienceMs = 60_000;
export const resourceWaitMs = 30_000;

const config = {
  patienceMs,
  resourceWaitMs,
  stopGraceMs: 1_000,
  monitor: { intervalMs: 15_000, windowMs: 5_000, stalledFactor: 2 },
};

/** After so many timers what has not happened will not happen. */
export const mostRings = 500;

/** Waits until nothing happens any more by itself. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Begins a life with what is on disk; gives undefined when it is over before it has carried on everything. */
export async function begin(options: LifeOptions): Promise<Life | undefined> {
  const { number, disk, clock, dice, tell } = options;
  const at = clock.now();
  tell({ kind: 'life', life: number, at });
  const { tools, open: calls } = createCalls((call) => {
    const { goalId, taskId, attempt, idempotencyKey } = call.context;
    const known = { number: options.nextCall(), hangs: dice.chance(0.03) };
    // What an engine that is dead in this story still does in this process, nobody sees.
    if (disk.isStopped) return known;
    tell({
      kind: 'began',
      call: known.number,
      life: number,
      at: clock.now(),
      tool: call.tool,
      goal: goalId,
      task: taskId,
      attempt,
      key: idempotencyKey,
      effect: call.effect,
      input: call.input,
    });
    const stopped = (): void => {
      if (!disk.isStopped) tell({ kind: 'stopped', call: known.number, at: clock.now() });
    };
    if (call.context.signal.aborted) stopped();
    call.context.signal.addEventListener('abort', stopped);
    return known;
  });
  const opening = open().catch((error: Error) => {
    tell({ kind: 'note', at, text: `it could not begin: ${error.message}` });
    return 'failed' as const;
  });
  const rig = await comeUp(Promise.race([opening, disk.stopped]));
  if (rig === 'stopped' || rig === 'failed') {
    clock.stop();
    tell({ kind: 'over', life: number, at, how: 'before it had carried on everything' });
    return undefined;
  }
  rig.runtime.options.ledger.onFacts((facts) => {
    const last = facts.at(-1);
    if (last !== undefined && !disk.isStopped) tell({ kind: 'told', seq: last.seq, at: clock.now() });
  });
  await quiet();
  tell({ kind: 'resumed', life: number, at: clock.now() });
  return { number, disk, rig, clock, calls };

  /** Lets time pass until it is there; at last there is room on a disk that was full. */
  async function comeUp<T>(coming: Promise<T>): Promise<T> {
    let isThere = false;
    const there = (): void => void (isThere = true);
    void coming.then(there, there);
    for (let rings = 0; ; rings++) {
      await quiet();
      if (isThere) return coming;
      if (rings === 30) disk.makeRoom();
      if (rings === mostRings) throw new Error('there is room, and the engine does not come up');
      if (clock.ring(Number.POSITIVE_INFINITY)) tell({ kind: 'time', at: clock.now() });
    }
  }

  async function open(): Promise<Rig> {
    return openRig({
      db: await disk.open(),
      reopen: () => disk.open(),
      clock,
      ids: { next: () => `id-${number}-${dice.below(1_000_000)}`, random: () => dice.next() },
      tools,
      config,
    });
  }
}
