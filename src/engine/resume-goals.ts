// Resume goals: puts the actors of unfinished goals back, and lets them go on.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import { stateName } from '../actors/state-name.js';
import type { TurnContext } from '../actors/turn.js';
import { attemptKey, type AttemptKey, type TaskContext } from '../machines/task.setup.js';
import { keys } from '../persistence/keys.js';
import type { Loss } from '../persistence/losses.js';
import { findOpenGoals } from '../persistence/open-goals.js';
import { loadGoal, type StoredGoal } from '../persistence/resume.js';
import { removeWake, wakeOf } from '../persistence/wakes.js';
import { lossFor, relist, setAside, tellLosses } from './lost-batches.js';
import type { Runtime } from './runtime-types.js';

/**
 * Carries on every goal that has not ended but passive ones, which are woken when their time comes; one that cannot be read is set aside, the others go on. None goes on
 * before all have taken back what they held, so that no lock is given to another goal meanwhile.
 *
 * @param losses - Batches that are missing and were not known to be [none].
 */
export async function resumeAll(runtime: Runtime, losses: readonly Loss[] = []): Promise<void> {
  const { ledger } = runtime.options;
  const ready: (() => void)[] = [];
  const found = await ledger.disk.reading(findOpenGoals);
  // A batch that is missing in the middle may be a passive goal's too.
  const isWhole = losses.every(({ end }) => end);
  for (const goalId of isWhole ? found.active : found.all) {
    const loss = await ledger.disk.reading((db) => lossFor(db, goalId, losses));
    ready.push(await prepareGoal(runtime, goalId, loss));
  }
  for (const goOn of ready) goOn();
  await runtime.passivation.begin();
  if (losses.length > 0) await tellLosses(runtime, losses);
  if (!found.isCounted) relist(runtime, found);
  // A disk that cannot be written now keeps nobody from looking at the goals.
  await ledger.quiet();
}

/** Reads a goal and takes back what it held; what is returned lets it go on. */
export async function prepareGoal(runtime: Runtime, goalId: string, loss?: Loss): Promise<() => void> {
  try {
    const stored = await runtime.options.ledger.disk.reading((db) =>
      loadGoal(db, goalId, runtime.options.charts),
    );
    if (stored.record.fault !== undefined) {
      runtime.faults.set(goalId, stored.record.fault.message);
      return () => noLongerPassive(runtime, goalId);
    }
    if (loss !== undefined) {
      return () => {
        noLongerPassive(runtime, goalId);
        setAside(runtime, stored.record, loss);
      };
    }
    runtime.signals.restore(goalId, stored.signals);
    runtime.attempts.resume(executing(stored.actors), new Set(stored.effects));
    runtime.frontiers.restore(goalId, stored);
    return () => {
      noLongerPassive(runtime, goalId);
      goOn(runtime, goalId, stored.actors);
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    runtime.frontiers.forget(goalId);
    runtime.faults.set(goalId, error.message);
    runtime.options.log('a goal was set aside', { goal: goalId, error });
    return () => noLongerPassive(runtime, goalId);
  }
}

/** A goal that cannot be put back is not passive either: the next engine finds what is wrong with it at its start. */
function noLongerPassive(runtime: Runtime, goalId: string): void {
  const { ledger } = runtime.options;
  runtime.system.run(goalId, (turn) => {
    const goal = readable(() => ledger.read('goal', keys.goal(goalId)));
    const at = goal === undefined ? undefined : wakeOf(ledger, goal);
    if (goal !== undefined && at !== undefined) removeWake(turn.changes, goal, at);
  });
}

/** Undefined for a record that is damaged. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** The attempts that were being made when the last engine stopped. */
function executing(actors: StoredGoal['actors']): AttemptKey[] {
  const found: AttemptKey[] = [];
  for (const { machine, snapshot } of actors.values()) {
    if (machine === 'task' && snapshot['value'] === 'executing')
      found.push(attemptKey({ context: snapshot['context'] as TaskContext }));
  }
  return found;
}

/**
 * What is restored may move the plan at once: its frontier is told by what the plan is then, not by what it was. One
 * that drains is told before too, so that what is blocked by being restored is aborted and not waited for.
 */
function goOn({ system }: Runtime, goalId: string, actors: StoredGoal['actors']): void {
  const plan = actors.get(addressOf.plan(goalId))?.snapshot as { value: never; context: unknown } | undefined;
  const tell = (turn: TurnContext, value: Parameters<typeof stateName>[0], context: unknown): void => {
    const { reason } = context as { reason: string };
    turn.mail('', addressOf.frontier(goalId), { type: frontierMail(stateName(value)), reason });
  };
  if (plan !== undefined && frontierMail(stateName(plan.value)) === 'frontier.drain')
    system.run(goalId, (turn) => tell(turn, plan.value, plan.context));
  system.restore(goalId, actors);
  if (plan === undefined) return;
  system.run(goalId, (turn) => {
    const now = system.snapshot(addressOf.plan(goalId));
    if (now !== undefined) tell(turn, now.value as never, now.context);
  });
}

/** What the frontier of a resumed plan does, by the plan's state. */
function frontierMail(state: string): string {
  if (state === 'recovering.compensating') return 'frontier.undo';
  if (state === 'recovering.draining') return 'frontier.drain';
  return state.startsWith('executing') || state === 'blocked.waiting' ? 'frontier.advance' : 'frontier.hold';
}

/** Sets a goal that was set aside going again. */
export async function revive(runtime: Runtime, goalId: string): Promise<void> {
  const record = runtime.options.ledger.read('goal', keys.goal(goalId));
  if (record === undefined)
    throw new EngineError('GOAL_UNKNOWN', `There is no goal '${goalId}' in this store.`);
  runtime.faults.delete(goalId);
  await runtime.system.perform(goalId, (turn) => {
    const { fault: _, ...rest } = record;
    turn.changes.put('goal', keys.goal(goalId), rest);
    turn.fact(addressOf.goal(goalId), 'engine.revived', {});
  });
  (await prepareGoal(runtime, goalId))();
}
