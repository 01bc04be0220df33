// Witness: sees every call of a tool as it begins, whichever life of the engine makes it, and says at once when it
// should not have been made.
import type { AnyMachineSnapshot } from 'xstate';
import { needsOf } from '#src/actors/needs.js';
import { stateName } from '#src/actors/state-name.js';
import type { TaskContext } from '#src/machines/task.setup.js';
import { addressOf, parseAddress, parseTaskId } from '#src/model/address.js';
import { goalEnds } from '#src/model/goal.js';
import { keys } from '#src/persistence/keys.js';
import type { Rig } from './rig.js';
import type { Call } from '#src/testing/script.js';

/** One call that was made. */
export interface Run {
  readonly tool: string;
  readonly goalId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly key: string;
  readonly effect: string;
  /** The number of the engine's life in which it was made. */
  readonly life: number;
}

export interface Witness {
  readonly runs: readonly Run[];
  /** What was seen that must not be. */
  readonly wrongs: readonly string[];
  see(call: Call, rig: Rig, life: number, others: readonly Call[]): void;
  /** Looks around when nothing happens: who could go on, and waits all the same. */
  lookAround(rig: Rig, goalIds: readonly string[]): void;
}

export function createWitness(): Witness {
  const runs: Run[] = [];
  const wrongs: string[] = [];

  function see(call: Call, rig: Rig, life: number, others: readonly Call[]): void {
    const { goalId, taskId, attempt, idempotencyKey: key } = call.context;
    const name = `${call.tool} for ${goalId}/${taskId}, attempt ${attempt}, in life ${life}`;
    const run = { tool: call.tool, goalId, taskId, attempt, key, effect: call.effect, life };
    const { ledger } = rig.runtime.options;
    const isAttempt = call.tool === 'script.act' || call.tool === 'script.undo';
    if (isAttempt) {
      if (!isIntended(ledger.disk.db().getSync(keys.actor(addressOf.task(goalId, taskId))), attempt))
        wrongs.push(`${name}: its intent is not on disk`);
      if (ledger.read('task', keys.task(goalId, taskId))?.endedAt !== undefined)
        wrongs.push(`${name}: the task has ended`);
      if (runs.some((one) => one.tool === call.tool && sameTask(one, run) && one.key !== key))
        wrongs.push(`${name}: it has another idempotency key than before`);
      if (runs.some((one) => one.life === life && sameTask(one, run) && one.attempt === attempt))
        wrongs.push(`${name}: the same attempt was made twice in one life`);
    }
    const status = ledger.read('goal', keys.goal(goalId))?.status;
    if (status === undefined || goalEnds.has(status)) wrongs.push(`${name}: the goal has ended ${status}`);
    const rival = others.find(
      (other) => other !== call && isHeld(other) && isHeld(call) && clash(call, other, rig),
    );
    if (rival !== undefined)
      wrongs.push(`${name}: ${rival.context.goalId}/${rival.context.taskId} holds a lock that it needs`);
    runs.push(run);
  }
  /** A task that has an actor and waits for locks and resources must not wait when they are all free. */
  function lookAround({ runtime: { system, frontiers, pool } }: Rig, goalIds: readonly string[]): void {
    for (const goalId of goalIds) {
      const plan = system.snapshot(addressOf.plan(goalId));
      const reader = frontiers.find(goalId)?.reader;
      if (reader === undefined || plan === undefined || !isAtWork(plan)) continue;
      for (const address of system.addressesOf(goalId)) {
        const snapshot = system.snapshot(address);
        const { kind, name } = parseAddress(address);
        const index = kind === 'task' ? reader.indexOf(parseTaskId(name).taskId) : undefined;
        if (snapshot === undefined || index === undefined) continue;
        if (stateName(snapshot.value) !== 'blocked.resource') continue;
        if (!(snapshot.context as TaskContext).detail.startsWith('a lock')) continue;
        const needs = needsOf(reader.task(index), index, reader.plan, new Map());
        if (pool.lacking(needs) === undefined)
          wrongs.push(`${address} waits for what is free: ${needs.map((need) => need.name).join(', ')}`);
      }
    }
  }

  return { runs, wrongs, see, lookAround };
}

const isAtWork = ({ value }: AnyMachineSnapshot): boolean =>
  /^(executing|blocked\.waiting)/.test(stateName(value));

const sameTask = (a: Run, b: Run): boolean =>
  a.goalId === b.goalId && a.taskId === b.taskId && a.tool === b.tool;

/** Whether the call of an attempt that has not been left: one that was is no longer the engine's. */
const isHeld = ({ tool, context }: Call): boolean => tool === 'script.act' && !context.signal.aborted;

function locksOf({ context: { goalId, taskId } }: Call, rig: Rig): readonly { name: string; mode: string }[] {
  const reader = rig.runtime.frontiers.find(goalId)?.reader;
  const index = reader?.indexOf(parseTaskId(taskId).taskId);
  return index === undefined ? [] : (reader?.task(index).requires.locks ?? []);
}

/** Whether two calls need the same lock and one of them needs it for itself. */
function clash(one: Call, other: Call, rig: Rig): boolean {
  const theirs = locksOf(other, rig);
  return locksOf(one, rig).some(({ name, mode }) =>
    theirs.some((lock) => lock.name === name && (lock.mode === 'exclusive' || mode === 'exclusive')),
  );
}

/** An actor in `executing` is the intent of its attempt's effect. */
function isIntended(stored: string | undefined, attempt: number): boolean {
  if (stored === undefined) return false;
  const { snapshot } = JSON.parse(stored.slice(stored.indexOf('{'))) as {
    snapshot: { value: unknown; context: { attempt: number } };
  };
  return snapshot.value === 'executing' && snapshot.context.attempt === attempt;
}
