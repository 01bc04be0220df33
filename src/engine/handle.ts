// Handle: what a host holds of one goal. Every command is an event to an actor; it is journaled and on disk
// before it is acknowledged.
import { EngineError } from '../errors.js';
import { addressOf, parseAddress } from '../model/address.js';
import type { Fact } from '../model/fact.js';
import { goalEnds } from '../model/goal.js';
import type { Result } from '../model/result.js';
import type { Json } from '../model/scalars.js';
import type { Mail } from '../machines/protocol.js';
import { plainJson } from '../actors/plain-json.js';
import type { TurnContext } from '../actors/turn.js';
import { keys } from '../persistence/keys.js';
import { type FactPage, type FactPageOptions, pageOfFacts } from '../persistence/fact-pages.js';
import { followFacts } from '../persistence/journal.js';
import type { CommandOptions, Explanation, GoalHandle, TaskView } from './api.js';
import type { Runtime } from './runtime-types.js';
import { answerQuestion, tooLarge, whyNoTask } from './answers.js';
import { createAwake } from './awake.js';
import { createDecisions, refused } from './decisions.js';
import { explanationOf } from './explain.js';
import { standingOf } from './standing.js';
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
    refuseUnlessOpen();
    await awake.wake();
    const { kind, name } = parseAddress(to);
    const missing = kind === 'task' ? whyNoTask(runtime, goalId, name) : undefined;
    if (missing !== undefined) throw refused(missing);
    const answer = await awake.command(to, event);
    if (!answer.accepted) {
      refuseInTrouble();
      throw refused(`${event.type}: ${answer.reason ?? 'not now'}`);
    }
    await ledger.settled();
    refuseIfSetAside();
  }

  function refuseUnlessOpen(): void {
    refuseInTrouble();
    if (goalEnds.has(record().status)) {
      throw refused(`goal '${goalId}' has ended ${record().status}; an ended goal takes no commands`);
    }
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

  const by = (options: CommandOptions | undefined): Record<string, string> => ({
    ...(options?.by === undefined ? {} : { by: options.by }),
    ...(options?.reason === undefined ? {} : { reason: options.reason }),
  });

  const awake = createAwake(runtime, goalId, refuseIfSetAside);
  const decisions = createDecisions(runtime, goalId, { command, refuseUnlessOpen, awake });

  async function retry(taskId: string, options?: CommandOptions): Promise<void> {
    refuseInTrouble();
    await awake.wake();
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
    await orAborted(ledger.settled(), signal);
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
    facts: (options) => factPage(runtime, { ...options, goal: goalId }),
    result,
    retry,
    snapshot: () => looking(() => resultOf(runtime, goalId)),
    tasks: (options): Promise<TaskView[]> => looking(() => tasksOf(runtime, goalId, options ?? {})),
    explain: (): Promise<Explanation> =>
      looking(async () => {
        const standing = await standingOf(runtime, goalId);
        return explanationOf(runtime, record(), standing);
      }),
    pause: (options) => command(addressOf.goal(goalId), { type: 'goal.pause', ...by(options) }),
    resume: (options) => command(addressOf.goal(goalId), { type: 'goal.resume', ...by(options) }),
    abort: (options) =>
      command(addressOf.goal(goalId), {
        type: 'goal.abort',
        ...by(options),
        compensate: options?.compensate === true,
      }),
    approve: (subject, options) => decisions.decide('approve', subject, options),
    reject: (subject, options) => decisions.decide('reject', subject, options),
    approval: (subject) => decisions.pending(subject),
    answer: (taskId, value, options) => answer(taskId, plainJson(value), options),
    skip: (taskId, options) => command(addressOf.task(goalId, taskId), { type: 'task.skip', ...by(options) }),
    signal: (name, payload, options) => signalGoal(name, plainJson(payload), options),
    undo: (options) => undo(goalId, options ?? {}),
  };

  async function answer(taskId: string, value: Json, options?: CommandOptions): Promise<void> {
    refuseUnlessOpen();
    const reason = await answerQuestion(runtime, { goalId, taskId, awake }, value, by(options));
    if (reason !== undefined) throw refused(`answer to '${taskId}': ${reason}`);
  }

  async function signalGoal(name: string, payload: Json, options?: CommandOptions): Promise<void> {
    refuseUnlessOpen();
    if (name.length === 0 || name.length > 128)
      throw refused(`a signal's name has 1 to 128 characters, got ${name.length}`);
    let reason = tooLarge(runtime, payload);
    const deliver = (turn: TurnContext): void => {
      // It may have ended since, before this turn.
      const { status } = record();
      if (goalEnds.has(status)) return void (reason = `goal '${goalId}' has ended ${status}`);
      const signal = { name, payload, at: turn.at, ...(options?.by === undefined ? {} : { by: options.by }) };
      const answer = runtime.signals.deliver(goalId, runtime.frontiers.find(goalId), signal, turn);
      if (answer.taken) turn.fact(addressOf.goal(goalId), 'goal.signalled', { name, ...by(options) });
      reason = answer.reason;
    };
    if (reason === undefined) await awake.perform(deliver);
    if (reason !== undefined) throw refused(`signal '${name}': ${reason}`);
  }
}

const endTypes: ReadonlySet<string> = new Set([...goalEnds].map((status) => `goal.${status}`));

/** Waits for something that may take as long as the disk is full. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** A signal that is aborted with the first of those given. */
export function anySignal(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second === undefined ? first : AbortSignal.any([first, second]);
}

/** A page of what is on disk now. @throws EngineError `GOAL_UNKNOWN` for a goal that is not there. */
export async function factPage(
  runtime: Runtime,
  options: FactPageOptions & { goal?: string },
): Promise<FactPage> {
  const { ledger } = runtime.options;
  await ledger.quiet();
  if (options.goal !== undefined) readGoal(runtime, options.goal);
  return ledger.disk.reading((db) => pageOfFacts(db, options));
}

/** Whether a goal is in the store. */
export function goalExists(runtime: Runtime, goalId: string): boolean {
  return runtime.options.ledger.read('goal', keys.goal(goalId)) !== undefined;
}
