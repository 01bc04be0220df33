// Resume goals: puts the actors of unfinished goals back, and lets them go on.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import { stateName } from '../actors/state-name.js';
import { attemptKey, type AttemptKey, type TaskContext } from '../machines/task.setup.js';
import { keys } from '../persistence/keys.js';
import { loadGoal, openGoals, type StoredGoal } from '../persistence/resume.js';
import { chartVersions } from './charts.js';
import type { Runtime } from './runtime-types.js';

/**
 * Carries on every goal that has not ended; one that cannot be read is set aside, the others go on. None goes on
 * before all have taken back what they held, so that no lock is given to another goal meanwhile.
 */
export async function resumeAll(runtime: Runtime): Promise<void> {
  const ready: (() => void)[] = [];
  const { ledger } = runtime.options;
  for (const goalId of await ledger.disk.reading(openGoals)) ready.push(await prepareGoal(runtime, goalId));
  for (const goOn of ready) goOn();
  // A disk that cannot be written now keeps nobody from looking at the goals.
  await ledger.quiet();
}

/** Reads a goal and takes back what it held; what is returned lets it go on. */
async function prepareGoal(runtime: Runtime, goalId: string): Promise<() => void> {
  try {
    const stored = await runtime.options.ledger.disk.reading((db) => loadGoal(db, goalId, chartVersions));
    if (stored.record.fault !== undefined) {
      runtime.faults.set(goalId, stored.record.fault.message);
      return () => {};
    }
    runtime.signals.restore(goalId, stored.signals);
    runtime.attempts.resume(executing(stored.actors), new Set(stored.effects));
    runtime.frontiers.restore(goalId, stored);
    return () => goOn(runtime, goalId, stored.actors);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    runtime.faults.set(goalId, error.message);
    runtime.options.log('a goal was set aside', { goal: goalId, error });
    return () => {};
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

/** What is restored may move the plan at once: its frontier is told by what the plan is then, not by what it was. */
function goOn({ system }: Runtime, goalId: string, actors: StoredGoal['actors']): void {
  system.restore(goalId, actors);
  if (!actors.has(addressOf.plan(goalId))) return;
  system.run(goalId, (turn) => {
    const plan = system.snapshot(addressOf.plan(goalId));
    if (plan === undefined) return;
    const { reason } = plan.context as { reason: string };
    const type = frontierMail(stateName(plan.value));
    turn.mail('', addressOf.frontier(goalId), { type, reason });
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
