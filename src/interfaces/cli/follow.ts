// Follow: stays with a goal until it has ended, stands still, or the person at the keyboard has had enough.
//
// F1 each fact is shown once and in order, also when the engine's process changes on the way.
// F2 a first interrupt pauses the goal and stays until nothing of it runs; a second leaves at once.
// F3 without somebody to ask, a goal of which all that is left waits for somebody is left as it is.
import { EngineError } from '../../errors.js';
import type { Fact, GoalHandle } from '../../index.js';
import { firstTasks, type FollowOptions, type Outcome } from './following.js';
import { isLost } from './holder.js';
import { TaskTree } from './live/task-tree.js';
import { createWatch } from './watch.js';

/**
 * Follows a goal.
 *
 * @throws EngineError `GOAL_FAULTED` when a bug stopped the goal; what the engine throws.
 */
export async function followGoal(options: FollowOptions): Promise<Outcome> {
  const place = { next: 1 };
  for (;;) {
    try {
      return await followHere(options, place);
    } catch (error) {
      if (!isLost(error) || options.holder.isOwn() || options.interrupts.halt.aborted) throw error;
      options.view.notice('The process that had the store has ended; this one carries on.');
      await options.holder.reopen();
    }
  }
}

/** Follows until the end, or until the engine is lost. */
async function followHere(options: FollowOptions, place: { next: number }): Promise<Outcome> {
  const { holder, goal, view, interrupts } = options;
  const stop = new AbortController();
  const handle = await holder.engine().goal(goal);
  const tasks = await handle.tasks(options.isNew ? { limit: firstTasks } : { rounds: true });
  const summary = (await holder.engine().goals()).find(({ id }) => id === goal);
  const { name = goal, status = 'ready', startedAt = Date.now() } = summary ?? {};
  const taskCount = summary?.counts.total ?? tasks.length;
  const tree = new TaskTree(goal, tasks, taskCount);
  view.begin({ id: goal, name, status, startedAt, taskCount }, tasks);
  const untold = holder.onProgress(goal, (taskId, share, message) => view.progress(taskId, share, message));
  const untroubled = holder.onTrouble((message) =>
    view.notice(message ?? 'The store can be written again: it goes on.'),
  );
  const watch = createWatch(options, { handle, tree, signal: stop.signal });
  const halted = new Promise<Outcome>((resolve) => {
    const halt = (): void => resolve({ kind: 'halted' });
    if (interrupts.halt.aborted) halt();
    interrupts.halt.addEventListener('abort', halt, { once: true });
  });
  const reading = readFacts(handle, place, stop.signal, (fact) => {
    tree.apply(fact);
    if (fact.at >= (options.since ?? 0)) view.fact(fact);
    watch.look(fact);
  });
  // The end is told by the result; the facts before it are read to the last.
  const ended = handle.result({ signal: stop.signal }).then(async (result): Promise<Outcome> => {
    await reading;
    return { kind: 'ended', result };
  });
  // Reading that ends first has nothing to tell; reading that fails has.
  const failed = reading.then(() => new Promise<never>(() => undefined));
  const unpause = interrupts.onFirst(() => watch.pause());
  try {
    watch.look(undefined);
    return await Promise.race([ended, watch.stopped, halted, failed]);
  } finally {
    unpause();
    untold();
    untroubled();
    stop.abort(new EngineError('ENGINE_CLOSED', 'The goal is not followed any more.'));
    await Promise.allSettled([ended, reading, watch.idle()]);
  }
}

async function readFacts(
  handle: GoalHandle,
  place: { next: number },
  signal: AbortSignal,
  take: (fact: Fact) => void,
): Promise<void> {
  for await (const fact of handle.events({ from: place.next, follow: true, signal })) {
    place.next = fact.seq + 1;
    take(fact);
  }
}
