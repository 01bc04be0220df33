// Attempts: the port of a task that does its work. An effect begins only after its intent is on disk, and its
// outcome is recorded by the turn that it causes.
//
// E1 nothing in the outside world is touched before the turn that decided it is on disk: a task's actor in
//    `executing` is the intent of its effect.
// E2 an attempt that was begun in an earlier life and whose class is `once` is not begun again: it is interrupted.
// E3 each attempt gives exactly one outcome; what comes later is recorded and ignored.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import type { EffectClass, StepAction } from '../model/action.js';
import type { Json } from '../model/scalars.js';
import { defaultTimeoutMs } from '../model/task.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { AttemptOutcome } from '../machines/protocol.js';
import type { AttemptKey } from '../machines/task.setup.js';
import type { AttemptInput } from '../machines/task-inputs.js';
import type { Clock } from '../services/clock.js';
import type { Performed, Performer } from '../services/tools/performer.js';
import type { ToolCallContext } from '../services/tools/tool.js';
import type { Approvals } from './approvals.js';
import { createCondition } from './condition.js';
import type { Definition } from './definitions.js';
import { itemsOf } from './frontier-core.js';
import type { Frontier } from './frontier.js';
import { createInFlight, type InFlight } from './in-flight.js';
import { lateOutcome, type Outcome } from './late-outcome.js';
import { plainFailure, plainJson } from './plain-json.js';
import type { Scopes } from './scopes.js';
import type { ActorSystem } from './system-types.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';
import type { Verification } from './verification.js';
import { beginWait, type WaitOptions } from './waits.js';

/** What an attempt is told, and tells, apart from its outcome. */
export interface AttemptReports {
  progress(goalId: string, taskId: string, share: number, message?: string): void;
  log(goalId: string, taskId: string, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface AttemptOptions extends WaitOptions {
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly approvals: Approvals;
  readonly performer: Performer;
  readonly clock: Clock;
  readonly reports: AttemptReports;
  /** Looks at the output of an attempt that succeeded. */
  readonly weigh: Verification['weigh'];
  /** Whether what was decided can be put on disk now. */
  readonly canWrite: () => boolean;
  /** The idempotency key of a task. */
  readonly keyOf: (goalId: string, runningId: string) => string;
  /** Nothing is begun: the engine only looks in. */
  readonly idle: boolean;
  /** How long an effect that was told to stop may take, in milliseconds. */
  readonly stopGraceMs: number;
}

type Ref = PortCall<AttemptInput, AttemptOutcome>['ref'];

interface Running {
  readonly key: AttemptKey;
  readonly effect: EffectClass;
  /** Made when somebody asks for the signal or aborts: most effects need none. */
  controller: AbortController | undefined;
  begun: boolean;
  /** Set when the task has left the attempt: what comes now is late. */
  left: boolean;
}

export interface Attempts {
  readonly port: PortLogic<AttemptInput, AttemptOutcome>;
  readonly resume: InFlight['resume'];
  /**
   * Resolves when no effect runs. After `graceMs` those that still do are told to stop, and their outcomes are not
   * recorded any more; one that does not stop within `stopGraceMs` is forgotten. Asked again, the shorter grace holds.
   */
  drain(graceMs: number): Promise<void>;
  readonly withdraw: InFlight['withdraw'];
  running(): number;
  /** Says that the store can be written again, or not any more. */
  reconsider(): void;
}

/** Makes the attempt port. */
export function createAttempts(options: AttemptOptions): Attempts {
  const { book, clock } = options;
  const running = new Map<Ref, Running>();
  const inFlight = createInFlight();
  /** What runs, and whether it is still recorded. */
  const condition = createCondition(clock);
  let closed = false;

  /** Settles within the running turn; what succeeded is weighed in it. */
  function settle(ref: Ref, key: AttemptKey, outcome: Outcome, turn: TurnContext): void {
    options.system().settleNow(ref, { ...outcome, ...turn.stamp() });
    if (outcome.kind !== 'succeeded') return;
    const address = addressOf.task(key.goalId, key.taskId);
    turn.mail('', address, { type: 'task.weighed', output: options.weigh(key, turn) });
  }

  function start({ input: key, ref }: PortCall<AttemptInput, AttemptOutcome>): void {
    const turn = options.system().current();
    const found = options.frontier(key.goalId).definition(key.taskId);
    if (found === undefined) {
      const message = `Task ${key.taskId} is not in the plan any more.`;
      const failure = { code: 'task-unknown', class: 'logic', message, retryable: false } as const;
      return settle(ref, key, { kind: 'failed', failure: { ...failure, effect: 'none' } }, turn);
    }
    if (inFlight.mayHaveBegun(key) && found.effect === 'once') {
      const detail = `attempt ${key.attempt} was under way when the engine stopped`;
      return settle(ref, key, { kind: 'interrupted', detail }, turn);
    }
    const unapproved = options.approvals.withoutLeave(key, found, turn.at);
    if (unapproved !== undefined) return settle(ref, key, unapproved, turn);
    try {
      if (found.task.when !== undefined) options.scopes.holds(found.plan, found.task.when, found.own);
      if (found.action.kind === 'wait') return settle(ref, key, beginWait(key, found, options, turn), turn);
      if (found.action.kind === 'for_each') return loop(key, ref, found, turn);
      const action = resolve(found, found.action);
      begin(key, ref, found, action, turn);
    } catch (error) {
      settle(
        ref,
        key,
        { kind: 'failed', failure: { effect: 'none', ...options.performer.failureOf(error) } },
        turn,
      );
    }
  }

  function resolve(found: Definition, action: StepAction): StepAction {
    return options.scopes.resolve(found.plan, action as unknown as Json, found.own) as unknown as StepAction;
  }

  function loop(key: AttemptKey, ref: Ref, found: Definition, turn: TurnContext): void {
    if (found.action.kind !== 'for_each') return;
    const items = itemsOf(options.scopes, found.plan, found.action.items);
    options.frontier(key.goalId).openLoop(key.taskId, items, turn, (over, now) => {
      const { total, succeeded, failed } = over.summary();
      const outputs = items.map((_, round) => book.output(key.goalId, `${key.taskId}[${round}]`) ?? null);
      if (failed === 0 || found.task.optional) {
        return settle(
          ref,
          key,
          deliver(key, { ok: true, output: { total, succeeded, failed, items: outputs } }, now),
          now,
        );
      }
      const message = `${failed} of ${total} rounds failed`;
      const failure = { code: 'rounds-failed', class: 'logic', message, retryable: false } as const;
      settle(
        ref,
        key,
        { kind: 'failed', failure: { ...failure, details: { total, succeeded, failed } } },
        now,
      );
    });
  }

  function begin(key: AttemptKey, ref: Ref, found: Definition, action: StepAction, turn: TurnContext): void {
    const { effect } = found;
    const idempotencyKey = options.keyOf(key.goalId, key.taskId);
    const wasWithdrawn = inFlight.wasWithdrawn(key);
    if (!options.idle) inFlight.begin(key, turn);
    const one: Running = { key, effect, controller: undefined, begun: false, left: false };
    if (!options.idle) running.set(ref, one);
    turn.changes.afterCommit(() => {
      if (one.left) return;
      if (!closed && !options.idle) return run(ref, one, found, action, idempotencyKey);
      if (effect === 'once' && !wasWithdrawn) inFlight.leave(key, idempotencyKey);
    });
  }

  function run(ref: Ref, one: Running, found: Definition, action: StepAction, idempotencyKey: string): void {
    const { goalId, taskId, attempt } = one.key;
    one.begun = true;
    const timeoutMs = found.task.timeoutMs ?? options.performer.timeoutOf(action) ?? defaultTimeoutMs;
    const deadlineAt = clock.now() + timeoutMs;
    let over = false;
    const context: ToolCallContext = {
      get signal() {
        return controllerOf(one).signal;
      },
      idempotencyKey,
      goalId,
      taskId,
      attempt,
      deadlineAt,
      progress: (share, message) => options.reports.progress(goalId, taskId, share, message),
      log: (message, fields) => options.reports.log(goalId, taskId, message, fields),
    };
    const finish = (performed: Performed | 'timed-out'): void => {
      if (over) return;
      over = true;
      stopTimer();
      report(ref, one, performed, timeoutMs);
    };
    let timedOut = false;
    let stopTimer = clock.at(deadlineAt, () => {
      timedOut = true;
      controllerOf(one).abort(new Error('timed out'));
      stopTimer = clock.at(clock.now() + options.stopGraceMs, () => finish('timed-out'));
    });
    void options.performer
      .perform(action, context)
      .then((performed) => finish(timedOut ? 'timed-out' : performed));
  }

  function report(ref: Ref, one: Running, performed: Performed | 'timed-out', timeoutMs: number): void {
    running.delete(ref);
    condition.changed();
    if (closed) return;
    const { key } = one;
    options.system().run(key.goalId, (turn) => {
      if (one.left) {
        const ok = performed !== 'timed-out' && performed.ok;
        return turn.fact(addressOf.task(key.goalId, key.taskId), 'attempt.late', {
          taskId: key.taskId,
          attempt: key.attempt,
          ok,
        });
      }
      settle(
        ref,
        key,
        performed === 'timed-out'
          ? lateOutcome(one.key, one.effect, timeoutMs)
          : deliver(key, performed, turn),
        turn,
      );
    });
  }

  /** Records an outcome in the turn it causes. */
  function deliver(key: AttemptKey, performed: Performed, turn: TurnContext): Outcome {
    const about = { taskId: key.taskId, attempt: key.attempt };
    if (!performed.ok) return { kind: 'failed', failure: { ...plainFailure(performed.failure), ...about } };
    try {
      const output = book.store(turn.changes, plainJson(performed.output));
      book.note(turn.changes, key.goalId, key.taskId, { status: 'verifying', attempts: key.attempt, output });
      return { kind: 'succeeded' };
    } catch (error) {
      const code = error instanceof EngineError ? 'output-too-large' : 'output-invalid';
      const { message } = error as Error;
      return { kind: 'failed', failure: { code, class: 'logic', message, retryable: false, ...about } };
    }
  }

  function stop(ref: Ref): void {
    const one = running.get(ref);
    if (one === undefined || closed) return;
    one.left = true;
    controllerOf(one).abort(new Error('aborted'));
  }

  /** What waits for a disk that cannot be written has not begun, and is not waited for. */
  const isQuiet = (): boolean =>
    options.canWrite() ? running.size === 0 : ![...running.values()].some(({ begun }) => begun);

  async function drain(graceMs: number): Promise<void> {
    await condition.until(() => closed || isQuiet(), graceMs);
    closed = true;
    for (const one of running.values()) controllerOf(one).abort(new Error('the engine stops'));
    condition.changed();
    await condition.until(isQuiet, options.stopGraceMs);
  }

  return {
    port: portLogic({ start, stop }),
    resume: inFlight.resume,
    withdraw: inFlight.withdraw,
    running: () => running.size,
    reconsider: condition.changed,
    drain,
  };
}

function controllerOf(one: Running): AbortController {
  one.controller ??= new AbortController();
  return one.controller;
}
