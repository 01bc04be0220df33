// Checker: what must be true of every run, however it was disturbed. It knows the log of the run only: what reached the
// disk, which effects began, what was asked and acknowledged. It shares nothing with the engine or with the driver.
//
// P1  What was acknowledged, or told to a follower, is on disk first and stays there.
// P2  A turn is on disk whole or not at all: each write has its number, no number is missing or used twice, and after
//     each write the store is a consistent cut: a task's record, its actor, its effect, its plan and its goal agree.
// P3  A restarted engine carries on every goal by itself: every goal ends once it is let alone, and none is set aside.
// P4  An end is final: a task or goal that has ended is neither begun again nor changed.
// P5  An effect that must not happen twice is not begun again, unless it is known not to have happened or somebody asked.
// P6  All attempts of a task have one idempotency key, and no other task has it.
// P7  Nothing starts before the decision to start it is on disk: the intent of an effect, the state that asks for a look.
// P8  Attempts and retries are counted over restarts and never exceed what is allowed.
// P9  Locks, resources, places in the width and exclusions hold, also over restarts.
// P10 A wait ends at the deadline it had at first, or at once when that passed while nobody was there.
// P11 What needs approval does not begin before it was approved, and is not asked for what was given.
// P12 The end is one that an undisturbed run could reach: tasks begin in the order of the plan with the outputs they
//     read, are undone backwards, and the goal ends as its tasks have.
// P13 Nothing is left behind: a goal that has ended has no actor, effect or signal any more, and holds nothing.
// P14 A signal that was taken is kept until somebody waits for it, and is given to one only.
// P15 What is free is taken: nobody waits for a lock or a resource that nobody holds.
// P16 A write that fails and a disk that is full stop nothing for good: the engine goes on by itself when there is room.
import { watchCommits } from './checker-commits.js';
import { watchEffects } from './checker-effects.js';
import { watchEnds } from './checker-ends.js';
import { watchTasks } from './checker-tasks.js';
import type { CallEntry, Entry, Run } from './log.js';
import { readBatch, View, type Batch, type Fact } from './view.js';
import type { Document } from './random-plan.js';

export type Promised = `P${number}`;

/** A promise that was not kept, and the entry of the log with which it was seen. */
export interface Violation {
  readonly promise: Promised;
  readonly message: string;
  readonly entry: number;
}

/** What looks after some promises while the run is replayed. */
export interface Watch {
  /** Before a write is applied to the view. */
  before?(batch: Batch & { commits: number[]; first: number }): void;
  /** After a write was applied. */
  after?(batch: Batch): void;
  /** Each fact, in its order, after its write was applied. */
  fact?(fact: Fact, batch: Batch): void;
  began?(call: CallEntry): void;
  entry?(entry: Entry): void;
  end?(): void;
}

export type Blame = (promise: Promised, message: string) => void;

/** Judges a run; empty when every promise was kept. */
export function judge({ entries }: Run): Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  const view = new View();
  let at = 0;
  const blame: Blame = (promise, message) => {
    // One cause is told once.
    if (seen.has(`${promise} ${message}`)) return;
    seen.add(`${promise} ${message}`);
    violations.push({ promise, message, entry: at });
  };
  const watches: readonly Watch[] = [
    watchCommits(view, blame),
    watchEffects(view, blame),
    watchTasks(view, blame),
    watchEnds(view, blame),
  ];
  for (const [i, entry] of entries.entries()) {
    at = i;
    step(entry);
  }
  for (const watch of watches) watch.end?.();
  return violations;

  function step(entry: Entry): void {
    if (entry.kind === 'goal') view.documents.set(entry.goal, entry.document as Document);
    if (entry.kind === 'life') {
      view.life = entry.life;
      view.lifeAt = entry.at;
    }
    if (entry.kind === 'over') view.running.clear();
    if (entry.kind === 'wrote') {
      const batch = readBatch(entry.life, entry.operations);
      for (const watch of watches) watch.before?.(batch);
      view.apply(entry.operations);
      for (const fact of batch.facts) for (const watch of watches) watch.fact?.(fact, batch);
      for (const watch of watches) watch.after?.(batch);
    }
    if (entry.kind === 'began') for (const watch of watches) watch.began?.(entry);
    for (const watch of watches) watch.entry?.(entry);
    if (entry.kind === 'began') view.running.set(entry.call, entry);
    if (entry.kind === 'stopped' || entry.kind === 'answered') view.running.delete(entry.call);
  }
}
