// Passivation: goals that only wait are taken from memory, and are put back when somebody addresses them or their
// next deadline comes.
//
// P2 a goal is passive only from the turn that notes it on, and until the turn that takes that back. At any crash it
//    is either noted, and found by its wake entry, or it is resumed with all others.
// P3 nothing of a passive goal is in memory, and being passive has written nothing of it but the note.
// P4 however many are to be woken at once, they are put back in slices, in the order of their instants.
import { EngineError } from '../errors.js';
import { keys } from '../persistence/keys.js';
import type { GoalRecord } from '../persistence/records.js';
import {
  awaitedGoals,
  dueWakes,
  firstWake,
  goalsAwaiting,
  neverWakes,
  putWake,
  wakeOf,
} from '../persistence/wakes.js';
import { goalEnds } from '../model/goal.js';
import type { ActorChange } from '../actors/system-types.js';
import { parseAddress } from '../model/address.js';
import { waitsUntil } from './only-waits.js';
import { prepareGoal } from './resume-goals.js';
import type { Passivation, Runtime } from './runtime-types.js';

/** How many goals are put away or put back at a time. */
const slice = 128;

/** Makes the passivation of an engine. */
export function createPassivation(runtime: () => Runtime): Passivation {
  /** Goals that have come to wait: since when, the longest first. */
  const candidates = new Map<string, number>();
  /** Goals that were looked at and do more than wait: the next change may be the last of that. */
  const busy = new Set<string>();
  const waking = new Map<string, Promise<void>>();
  /** Goals that have ended since it was looked who waits for them. */
  const ends = new Set<string>();
  const herald = createWatch(runtime, wakeAwaiting);
  const watch = createWatch(runtime, wakeDue);
  const broom = createWatch(runtime, sweep);
  let someAwait = false;
  let closed = false;

  /** A goal's record; undefined when it is damaged: then it cannot be put back, and the doctor names it. */
  const record = (goalId: string): GoalRecord | undefined => {
    try {
      return runtime().options.ledger.read('goal', keys.goal(goalId));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return undefined;
    }
  };
  const isPassive = (goalId: string): boolean => {
    const goal = record(goalId);
    return goal !== undefined && wakeOf(runtime().options.ledger, goal) !== undefined;
  };
  const afterMs = (): number => runtime().options.config.passivateAfterMs;

  function noticed({ kind, address, to, ended }: ActorChange): void {
    const isMain = kind === 'goal' || kind === 'plan';
    if (!isMain && busy.size === 0) return;
    const { goalId } = parseAddress(address);
    if (isMain) {
      busy.delete(goalId);
      candidates.delete(goalId);
      if (!ended && (to.startsWith('blocked') || to === 'ready.waiting')) consider(goalId);
    } else if (busy.delete(goalId)) consider(goalId);
  }

  function consider(goalId: string): void {
    const now = runtime().options.clock.now();
    candidates.set(goalId, now);
    broom.by(now + afterMs());
  }

  /** Puts away the goals that have waited for long enough; `all` those that have just begun to wait too. */
  async function sweep(all = false): Promise<void> {
    const { clock, ledger } = runtime().options;
    const over = all ? Number.POSITIVE_INFINITY : clock.now() - afterMs();
    for (;;) {
      // What is put away is looked at on disk: nothing of it is on its way there.
      await ledger.settled();
      const due: string[] = [];
      for (const [goalId, since] of candidates) {
        if (since > over || due.length === slice) break;
        due.push(goalId);
      }
      if (due.length === 0) break;
      for (const goalId of due) {
        candidates.delete(goalId);
        putAway(goalId);
      }
      // The turns are over with this, even when nothing was to be written.
      await runtime().system.perform('', () => {});
      await ledger.settled();
    }
    const first = candidates.values().next();
    if (first.done !== true) broom.by(first.value + afterMs());
  }

  function putAway(goalId: string): void {
    const { system, frontiers, signals } = runtime();
    system.run(goalId, (turn) => {
      const goal = record(goalId);
      const until = goal === undefined ? undefined : waitsUntil(runtime(), goalId);
      if (goal === undefined) return;
      if (until === undefined) {
        if (!closed && goal.status === 'blocked' && system.addressesOf(goalId).length > 0) busy.add(goalId);
        return;
      }
      // What is near is not worth the way.
      if (until <= turn.at + afterMs()) return;
      const survey = frontiers.find(goalId)?.survey();
      if (survey !== undefined) {
        const { completion, total, succeeded, failed, skipped, aborted } = survey;
        const counts = { total, succeeded, failed, skipped, aborted };
        if (JSON.stringify(counts) !== JSON.stringify(goal.counts))
          turn.changes.put('goal', keys.goal(goalId), { ...goal, completion, counts });
      }
      putWake(turn.changes, goal, until);
      if (goal.status === 'ready' && goal.spec.dependsOn.length > 0) someAwait = true;
      system.drop(goalId);
      frontiers.forget(goalId);
      signals.forget(goalId);
      if (until < neverWakes) turn.changes.afterCommit(() => watch.by(until));
    });
  }

  /** Puts goals back, in their order. */
  async function load(goalIds: readonly string[]): Promise<void> {
    const { ledger } = runtime().options;
    // What is read is read from the database.
    await ledger.settled();
    const ready = await Promise.all(goalIds.map((goalId) => prepareGoal(runtime(), goalId)));
    for (const goOn of ready) goOn();
    await runtime().system.perform('', () => {});
    for (const goalId of goalIds) {
      if (!runtime().faults.has(goalId)) continue;
      runtime().ended.next({ goalId, status: 'blocked' });
    }
  }

  function wakeAll(goalIds: readonly string[]): Promise<void> {
    const wanted = goalIds.filter((goalId) => !waking.has(goalId) && isPassive(goalId));
    const loading =
      wanted.length === 0
        ? Promise.resolve()
        : load(wanted).finally(() => {
            for (const goalId of wanted) waking.delete(goalId);
          });
    for (const goalId of wanted) waking.set(goalId, loading);
    return Promise.all([loading, ...goalIds.map((goalId) => waking.get(goalId))]).then(() => {});
  }

  /** Wakes the next that are due. The others have their turn once these have been told that their time has come. */
  async function wakeDue(): Promise<void> {
    const { clock, ledger } = runtime().options;
    const due = closed ? [] : await ledger.disk.reading((db) => dueWakes(db, clock.now(), slice));
    const stale = due.filter(({ goalId }) => !waking.has(goalId) && !isPassive(goalId));
    if (stale.length > 0) {
      runtime().system.run('', (turn) => {
        for (const { key } of stale) turn.changes.remove(key);
      });
    }
    await wakeAll(due.map(({ goalId }) => goalId));
    await ledger.settled();
    const next = closed ? undefined : await ledger.disk.reading(firstWake);
    if (next !== undefined) watch.by(Math.max(next, clock.now()));
  }

  async function wakeAwaiting(): Promise<void> {
    const { ledger } = runtime().options;
    for (const other of ends) {
      ends.delete(other);
      for (;;) {
        const found = closed ? [] : await ledger.disk.reading((db) => goalsAwaiting(db, other, slice));
        if (found.length === 0) break;
        await wakeAll(found);
        // An entry that nobody stands behind any more is in nobody's way but that of this loop.
        runtime().system.run('', (turn) => {
          for (const goalId of found) if (!isPassive(goalId)) turn.changes.remove(keys.awaits(other, goalId));
        });
        await runtime().system.perform('', () => {});
        await ledger.settled();
      }
    }
  }

  function ended(goalId: string): void {
    if (!someAwait || closed) return;
    ends.add(goalId);
    herald.by(runtime().options.clock.now());
  }

  /** Also wakes those who wait for a goal that has ended just before the last engine did. */
  async function begin(): Promise<void> {
    const { disk } = runtime().options.ledger;
    for (const other of await disk.reading(awaitedGoals)) {
      someAwait = true;
      const status = record(other)?.status;
      if (status === undefined || goalEnds.has(status)) ended(other);
    }
    const first = await disk.reading(firstWake);
    if (first !== undefined) watch.by(first);
  }

  return {
    noticed,
    ended,
    begin,
    isPassive,
    wake: (goalId) => wakeAll([goalId]),
    close: async () => {
      closed = true;
      await Promise.all([herald.close(), watch.close(), broom.close()]);
      const { ledger } = runtime().options;
      if ((ledger.broken() ?? ledger.disk.trouble()) === undefined) await sweep(true).catch(ignoreEnd);
    },
  };
}

/** Whoever is told that the store is broken or the engine closed is told elsewhere. */
function ignoreEnd(error: unknown): void {
  if (!(error instanceof EngineError)) throw error;
}

interface Watch {
  /** Does its work at an instant, or at an earlier one that was asked for. */
  by(instant: number): void;
  /** Does it no more; resolves when what it does is over. */
  close(): Promise<void>;
}

/** Does some work at the first instant that is asked for; one time after the other. */
function createWatch(runtime: () => Runtime, work: () => Promise<void>): Watch {
  let armedFor = Number.POSITIVE_INFINITY;
  let cancel = (): void => {};
  let working: Promise<void> | undefined;
  let closed = false;

  function by(instant: number): void {
    if (closed || instant >= armedFor) return;
    cancel();
    armedFor = instant;
    cancel = runtime().alarm.at(instant, ring);
  }

  function ring(): void {
    armedFor = Number.POSITIVE_INFINITY;
    const before = working ?? Promise.resolve();
    working = before.then(work).catch((error: unknown) => {
      if (!closed) runtime().options.log('passive goals could not be looked at', { error });
    });
  }

  return {
    by,
    close: async () => {
      closed = true;
      cancel();
      await working;
    },
  };
}
