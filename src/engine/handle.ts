// Handle: what a host holds of one goal. Every command is an event to an actor; it is journaled and on disk
// before it is acknowledged.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import type { Fact } from '../model/fact.js';
import { goalEnds } from '../model/goal.js';
import type { Result } from '../model/result.js';
import type { Json } from '../model/scalars.js';
import type { Mail } from '../machines/protocol.js';
import { plainJson } from '../actors/plain-json.js';
import { keys } from '../persistence/keys.js';
import { followFacts } from '../persistence/journal.js';
import type { CommandOptions, Explanation, GoalHandle, TaskView } from './api.js';
import type { Runtime } from './runtime-types.js';
import { explanationOf } from './explain.js';
import { readGoal, resultOf, tasksOf } from './views.js';

export interface HandleOptions {
  readonly runtime: Runtime;
  readonly goalId: string;
  /** Submits the goal that undoes this one. */
  readonly undo: (goalId: string, options: { goalId?: string }) => Promise<GoalHandle>;
}

/** Makes a goal's handle. */
export function createHandle({ runtime, goalId, undo }: HandleOptions): GoalHandle {
  const { ledger } = runtime.options;
  const { system } = runtime;
  const record = () => readGoal(runtime, goalId);
  /** Looks at what is stored; again if the database was opened anew meanwhile. */
  const looking = <T>(look: () => T | Promise<T>): Promise<T> => ledger.disk.reading(async () => look());

  async function command(to: string, event: Mail): Promise<void> {
    refuseInTrouble();
    if (goalEnds.has(record().status)) {
      throw refused(`goal '${goalId}' has ended ${record().status}; an ended goal takes no commands`);
    }
    refuseIfSetAside();
    const answer = await system.command(to, event);
    if (!answer.accepted) {
      refuseInTrouble();
      throw refused(`${event.type}: ${answer.reason ?? 'not now'}`);
    }
    await ledger.settled();
    refuseIfSetAside();
  }

  /** What cannot be put on disk now cannot be acknowledged. */
  function refuseInTrouble(): void {
    const trouble = ledger.broken() ?? ledger.disk.trouble();
    if (trouble !== undefined) throw trouble;
  }

  function refuseIfSetAside(): void {
    const fault = runtime.faults.get(goalId);
    if (fault !== undefined) throw refused(`goal '${goalId}' was set aside: ${fault}`);
  }

  /** The address that a command is for: a task, a contingency, or the goal. */
  function subjectOf(subject: string | undefined, verb: string): { to: string; type: string } {
    if (subject?.startsWith('contingency:')) {
      return {
        to: addressOf.contingency(goalId, subject.slice('contingency:'.length)),
        type: `contingency.${verb}`,
      };
    }
    if (subject !== undefined) return { to: addressOf.task(goalId, subject), type: `task.${verb}` };
    return { to: addressOf.goal(goalId), type: `goal.${verb}` };
  }

  const by = (options: CommandOptions | undefined): Record<string, string> => ({
    ...(options?.by === undefined ? {} : { by: options.by }),
    ...(options?.reason === undefined ? {} : { reason: options.reason }),
  });

  async function decide(
    verb: 'approve' | 'reject',
    subject: string | undefined,
    options?: CommandOptions,
  ): Promise<void> {
    refuseInTrouble();
    const { waits } = explanationOf(runtime, record());
    const open = waits.filter(
      ({ kind }) => kind === 'approval' || kind === 'interrupted' || kind === 'error',
    );
    const only = open.length === 1 ? open[0]?.subject : undefined;
    const named = subject ?? (only === '' ? undefined : only);
    if (subject === undefined && open.length > 1 && !open.some((one) => one.subject === '')) {
      const names = open.map((one) => one.subject).join(', ');
      throw refused(`${open.length} tasks of goal '${goalId}' wait for a decision: name one of ${names}`);
    }
    const { to, type } = subjectOf(named, verb);
    await command(to, { type, ...by(options) });
  }

  async function retry(taskId: string, options?: CommandOptions): Promise<void> {
    refuseInTrouble();
    if (system.snapshot(addressOf.task(goalId, taskId)) !== undefined) {
      return command(addressOf.task(goalId, taskId), { type: 'task.retry', ...by(options) });
    }
    const ended = runtime.book.record(goalId, taskId);
    if (ended === undefined)
      throw refused(`task '${taskId}' of goal '${goalId}' has not run yet, or is not in its plan`);
    if (ended.status === 'succeeded')
      throw refused(`task '${taskId}' has succeeded; a completed task never runs again`);
    await command(addressOf.goal(goalId), { type: 'goal.retry', taskId, ...by(options) });
  }

  /** A bug is recorded with the goal; damage that was found when the store was opened is not. */
  function wasFault(): boolean {
    try {
      return record().fault !== undefined;
    } catch {
      return false;
    }
  }

  async function result({ signal: asked }: { signal?: AbortSignal } = {}): Promise<Result> {
    const signal = anySignal(runtime.closing.signal, asked);
    await new Promise<void>((resolve, reject) => {
      const finish = (how: () => void): void => {
        subscription.unsubscribe();
        signal.removeEventListener('abort', onAbort);
        how();
      };
      const onAbort = (): void => finish(() => reject(signal.reason as Error));
      const subscription = runtime.ended.subscribe((one) => {
        if (one.goalId === goalId) finish(resolve);
      });
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) return onAbort();
      looking(() => goalEnds.has(record().status) && runtime.system.addressesOf(goalId).length === 0).then(
        (over) => {
          if (over || runtime.faults.has(goalId)) finish(resolve);
        },
        (error: unknown) => finish(() => reject(error as Error)),
      );
    });
    const fault = runtime.faults.get(goalId);
    if (fault !== undefined) {
      throw new EngineError(
        wasFault() ? 'GOAL_FAULTED' : 'GOAL_SET_ASIDE',
        `Goal '${goalId}' was set aside: ${fault}. The other goals go on; 'statewright doctor' shows what is affected.`,
      );
    }
    await ledger.settled();
    return looking(() => resultOf(runtime, goalId));
  }

  async function* events(
    options: { from?: number; follow?: boolean; signal?: AbortSignal } = {},
  ): AsyncGenerator<Fact> {
    await ledger.quiet();
    // An end that could not be written yet is still to come.
    const over = await looking(() => goalEnds.has(record().status) && ledger.disk.trouble() === undefined);
    const signal = anySignal(runtime.closing.signal, options.signal);
    const follow = options.follow !== false && !over;
    const about = { goal: goalId, signal };
    for await (const fact of followFacts(ledger, { ...options, ...about, follow })) {
      yield fact;
      if (!follow || fact.actor !== addressOf.goal(goalId) || !endTypes.has(fact.type)) continue;
      // What the end set off stands behind it and was written with it.
      yield* followFacts(ledger, { ...about, from: fact.seq + 1, follow: false });
      return;
    }
  }

  return {
    id: goalId,
    events,
    result,
    retry,
    snapshot: () => looking(() => resultOf(runtime, goalId)),
    tasks: (options): Promise<TaskView[]> => looking(() => tasksOf(runtime, goalId, options ?? {})),
    explain: (): Promise<Explanation> => looking(() => explanationOf(runtime, record())),
    pause: (options) => command(addressOf.goal(goalId), { type: 'goal.pause', ...by(options) }),
    resume: (options) => command(addressOf.goal(goalId), { type: 'goal.resume', ...by(options) }),
    abort: (options) =>
      command(addressOf.goal(goalId), {
        type: 'goal.abort',
        ...by(options),
        compensate: options?.compensate === true,
      }),
    approve: (subject, options) => decide('approve', subject, options),
    reject: (subject, options) => decide('reject', subject, options),
    skip: (taskId, options) => command(addressOf.task(goalId, taskId), { type: 'task.skip', ...by(options) }),
    signal: (name, payload, options) => signalGoal(name, plainJson(payload), options),
    undo: (options) => undo(goalId, options ?? {}),
  };

  async function signalGoal(name: string, payload: Json, options?: CommandOptions): Promise<void> {
    refuseInTrouble();
    if (goalEnds.has(record().status)) throw refused(`goal '${goalId}' has ended ${record().status}`);
    if (name.length === 0 || name.length > 128)
      throw refused(`a signal's name has 1 to 128 characters, got ${name.length}`);
    let reason: string | undefined;
    await system.perform(goalId, (turn) => {
      // It may have ended since, before this turn.
      const { status } = record();
      if (goalEnds.has(status)) return void (reason = `goal '${goalId}' has ended ${status}`);
      const signal = { name, payload, at: turn.at, ...(options?.by === undefined ? {} : { by: options.by }) };
      const answer = runtime.signals.deliver(goalId, runtime.frontiers.find(goalId), signal, turn);
      if (answer.taken) turn.fact(addressOf.goal(goalId), 'goal.signalled', { name, ...by(options) });
      reason = answer.reason;
    });
    if (reason !== undefined) throw refused(`signal '${name}': ${reason}`);
  }
}

const endTypes: ReadonlySet<string> = new Set([...goalEnds].map((status) => `goal.${status}`));

const refused = (why: string): EngineError =>
  new EngineError('COMMAND_REFUSED', `${why.charAt(0).toUpperCase()}${why.slice(1)}.`);

/** A signal that is aborted with the first of those given. */
export function anySignal(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second === undefined ? first : AbortSignal.any([first, second]);
}

/** Whether a goal is in the store. */
export function goalExists(runtime: Runtime, goalId: string): boolean {
  return runtime.options.ledger.read('goal', keys.goal(goalId)) !== undefined;
}
