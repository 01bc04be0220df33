// The task's vocabulary: what its chart (task.machine.ts) names. Types, ports, guards and actions.
import { assign, emit, setup } from 'xstate';
import { addressOf } from '../model/address.js';
import type { EffectClass } from '../model/action.js';
import type { BlockageKind } from '../model/blockage.js';
import type { Failure, FailureClass } from '../model/failure.js';
import type { Backoff } from '../model/strategy.js';
import type { Answer, Approval, Asks } from './approval.js';
import * as approvals from './approval-steps.js';
import { backoffMs } from './backoff.js';
import { failureOf, rejection, retryAllowed } from './task-failures.js';
import { openPort } from './ports.js';
import { fact, mail } from './protocol.js';
import type {
  AttemptOutcome,
  DeadlineOutcome,
  Emitted,
  ProbeOutcome,
  ShownOutcome,
  Stamp,
  VerifyOutcome,
  WeighOutcome,
} from './protocol.js';

/** What of a task's definition steers its statechart. */
export interface TaskRules {
  readonly maxRetries: number;
  readonly backoff: Backoff;
  /** Failure classes worth a retry; without it the failure says so itself. */
  readonly retryOn?: readonly FailureClass[];
  readonly effect: EffectClass;
  /** The task says itself how often its `once` effect may be tried. */
  readonly retriesOnce?: boolean;
  readonly probe?: boolean;
  /** How long it waits for a person before it fails closed. */
  readonly patienceMs: number;
  /** Contingencies that may match its failure. */
  readonly contingencies?: boolean;
  /** Ask a person before giving up. */
  readonly asks?: boolean;
}

export interface TaskInput extends Stamp {
  readonly goalId: string;
  readonly taskId: string;
  readonly rules: TaskRules;
  /** The idempotency key of all its attempts. */
  readonly key: string;
  /** What it starts with: its reservation, a need for approval, or the reason why it is skipped. */
  readonly start:
    | { kind: 'granted' }
    | { kind: 'ask' }
    | { kind: 'approval' }
    | { kind: 'skip'; reason: string };
}

export interface TaskContext {
  readonly goalId: string;
  readonly taskId: string;
  readonly rules: TaskRules;
  readonly key: string;
  /** What it may do next: run at once, ask for a reservation, or must be approved; or why it is skipped. */
  readonly gate: 'granted' | 'ask' | 'approval' | 'skip';
  /** What it waits for: leave to start, an instant, a signal, an answer, leave to go on, or a look at its result. */
  readonly awaits: 'start' | 'time' | 'signal' | 'question' | 'approval' | 'review';
  readonly attempt: number;
  readonly attemptAt: number;
  /** The instant of its first attempt; 0 before. */
  readonly startedAt: number;
  /** Automatic retries made so far. */
  readonly retries: number;
  readonly since: number;
  /** The instant that ends the present wait. */
  readonly deadlineAt: number;
  readonly detail: string;
  readonly failure: Failure | null;
  /** The approval that is asked for, or was the last; null when it has not asked for any. */
  readonly approval: Approval | null;
}

export type TaskEvent =
  | (Stamp & { type: 'reservation.granted' })
  | (Stamp & { type: 'reservation.denied'; deadlineAt: number; detail: string })
  | (Stamp & Answer & { type: 'task.approve' | 'task.reject' })
  | (Stamp & { type: 'task.signal' | 'task.answer' })
  /** `automatic`: a contingency sends it, and no person. */
  | (Stamp & { type: 'task.retry'; by?: string; automatic?: boolean })
  | (Stamp & { type: 'task.skip'; reason?: string })
  | (Stamp & { type: 'task.abort'; reason?: string })
  | (Stamp & { type: 'contingency.declined'; reason: string })
  /** The verdict that follows an attempt that succeeded, in the same turn. */
  | (Stamp & { type: 'task.weighed'; output: WeighOutcome });

/** A reference to one attempt, which is all that a port gets: values are looked up. */
export interface AttemptKey {
  readonly goalId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly attemptAt: number;
}

/** The outcome of an invoked port, as XState delivers it; a verdict comes in the same place. */
const outcomeOf = <T>(event: unknown): T => (event as { output: T }).output;
const stampOf = (event: unknown): Stamp => {
  const { at, random, output } = event as Partial<Stamp> & { output?: Stamp };
  return at === undefined ? (output ?? { at: 0, random: 0 }) : { at, random: random ?? 0 };
};
export const attemptKey = ({ context }: { context: TaskContext }): AttemptKey => ({
  goalId: context.goalId,
  taskId: context.taskId,
  attempt: context.attempt,
  attemptAt: context.attemptAt,
});
const frontier = (context: TaskContext): string => addressOf.frontier(context.goalId);
const desk = (context: TaskContext): string => addressOf.reservations(context.goalId);
export const taskSetup = setup({
  types: {
    context: {} as TaskContext,
    events: {} as TaskEvent,
    input: {} as TaskInput,
    emitted: {} as Emitted,
  },
  actors: {
    attempt: openPort<AttemptKey & { leave?: string }, AttemptOutcome>('task.attempt'),
    verify: openPort<AttemptKey & { accepted?: string }, VerifyOutcome>('task.verify'),
    shown: openPort<AttemptKey & { asks: Asks; digest: string }, ShownOutcome>('task.shown'),
    probe: openPort<AttemptKey, ProbeOutcome>('task.probe'),
    deadline: openPort<{ at: number }, DeadlineOutcome>('task.deadline'),
  },
  guards: {
    isSkipped: ({ context }) => context.gate === 'skip',
    isGranted: ({ context }) => context.gate === 'granted',
    needsApproval: ({ context }) => context.gate === 'approval',
    hasSucceeded: ({ event }) => outcomeOf<AttemptOutcome>(event).kind === 'succeeded',
    isInterrupted: ({ event }) => outcomeOf<AttemptOutcome>(event).kind === 'interrupted',
    waitsForApproval: ({ event }) => waitOf(event) === 'approval' || waitOf(event) === 'start',
    waitsForAnswer: ({ event }) => waitOf(event) === 'question',
    waitsForOutside: ({ event }) => waitOf(event) === 'signal' || waitOf(event) === 'time',
    waitWasForTime: ({ context }) => context.awaits === 'time',
    isChanged: approvals.isChanged,
    isVote: approvals.isVote,
    isLastVote: approvals.isLastVote,
    approvesStart: approvals.approvesStart,
    mayAnswer: approvals.mayAnswer,
    isForNoDigest: approvals.isForNoDigest,
    isAsked: ({ event }) => (event as { automatic?: boolean }).automatic !== true,
    hasProbe: ({ context }) => context.rules.probe === true,
    hasHappened: ({ event }) => outcomeOf<ProbeOutcome>(event).happened === 'yes',
    hasNotHappened: ({ event }) => outcomeOf<ProbeOutcome>(event).happened === 'no',
    hasPassed: ({ event }) => outcomeOf<VerifyOutcome>(event).kind === 'passed',
    isRejected: ({ event }) => outcomeOf<WeighOutcome>(event).kind === 'rejected',
    wantsReview: ({ event }) => outcomeOf<VerifyOutcome>(event).kind === 'review',
    retryAllowed: ({ context }) => retryAllowed(context),
    contingencyMayHelp: ({ context }) => context.rules.contingencies === true,
    asksBeforeGivingUp: ({ context }) => context.rules.asks === true,
  },
  actions: {
    beginAttempt: assign({
      attempt: ({ context }) => context.attempt + 1,
      attemptAt: ({ event, context }) => stampOf(event).at || context.since,
      startedAt: ({ event, context }) => context.startedAt || stampOf(event).at || context.since,
      gate: 'ask',
      failure: null,
    }),
    tellStarted: emit(({ context }) =>
      fact('attempt.started', { taskId: context.taskId, attempt: context.attempt, key: context.key }),
    ),
    askReservation: emit(({ context }) =>
      mail(desk(context), { type: 'reservation.ask', taskId: context.taskId, since: context.since }),
    ),
    releaseReservation: emit(({ context, event }) =>
      mail(desk(context), {
        type: 'reservation.release',
        taskId: context.taskId,
        spent: outcomeOf<{ kind?: string } | undefined>(event)?.kind !== 'failed',
      }),
    ),
    returnReservation: emit(({ context }) =>
      mail(desk(context), { type: 'reservation.release', taskId: context.taskId, spent: false }),
    ),
    noteDenied: assign(({ event }) => {
      const denied = event as Extract<TaskEvent, { type: 'reservation.denied' }>;
      return { since: denied.at, deadlineAt: denied.deadlineAt, detail: denied.detail };
    }),
    noteApprovalWanted: assign(({ context, event }) => ({
      awaits: 'start' as const,
      since: stampOf(event).at || context.since,
      deadlineAt: (stampOf(event).at || context.since) + context.rules.patienceMs,
      detail: 'approval to start',
    })),
    noteWait: assign(({ event }) => {
      const wait = outcomeOf<Extract<AttemptOutcome, { kind: 'waiting' }>>(event);
      return {
        awaits: wait.wait,
        since: wait.at,
        deadlineAt: wait.deadlineAt,
        detail: wait.detail,
      };
    }),
    noteReview: assign(({ context, event }) => ({
      awaits: 'review' as const,
      since: stampOf(event).at,
      deadlineAt: stampOf(event).at + context.rules.patienceMs,
      detail: outcomeOf<Extract<VerifyOutcome, { kind: 'review' }>>(event).detail,
    })),
    noteInterrupted: assign(({ context, event }) => ({
      since: stampOf(event).at,
      deadlineAt: stampOf(event).at + context.rules.patienceMs,
      detail: outcomeOf<{ detail: string }>(event).detail,
    })),
    noteProbed: assign({ detail: ({ event }) => outcomeOf<ProbeOutcome>(event).detail }),
    noteUnanswered: assign({
      failure: ({ context }) => ({ ...failureOf(context, undefined), effect: 'unknown' as const }),
    }),
    tellInterrupted: emit(({ context }) =>
      fact('attempt.interrupted', {
        taskId: context.taskId,
        attempt: context.attempt,
        detail: context.detail,
      }),
    ),
    noteAsked: assign({ approval: approvals.asked }),
    tellVoided: emit((of) => approvals.tellVoided(of)),
    countVote: assign({ approval: approvals.voted }),
    tellApproved: emit((of) => approvals.tellApproved(of)),
    allow: assign({ gate: 'ask' }),
    tellCompleted: emit(({ context }) =>
      fact('attempt.completed', { taskId: context.taskId, attempt: context.attempt }),
    ),
    noteFailure: assign(({ context, event }) => {
      const { at, random } = stampOf(event);
      return {
        failure: failureOf(context, outcomeOf(event)),
        since: at,
        deadlineAt: at + backoffMs(context.rules.backoff, context.retries + 1, random),
      };
    }),
    tellFailed: emit(({ context }) =>
      fact('attempt.failed', {
        taskId: context.taskId,
        attempt: context.attempt,
        failure: (context.failure ?? {}) as never,
      }),
    ),
    noteRejected: assign(({ context, event }) => ({
      failure: rejection(context, event as Extract<TaskEvent, { type: 'task.reject' }>),
    })),
    countRetry: assign({ retries: ({ context }) => context.retries + 1 }),
    tellRetrying: emit(({ context }) =>
      fact('task.retrying', {
        taskId: context.taskId,
        retry: context.retries,
        delayMs: context.deadlineAt - context.since,
      }),
    ),
    // From now on, not since the failure: a contingency may have taken longer than a person is waited for.
    noteStuck: assign(({ context, event }) => ({
      since: stampOf(event).at,
      deadlineAt: stampOf(event).at + context.rules.patienceMs,
      detail: context.failure?.message ?? '',
    })),
    askContingency: emit(({ context }) =>
      mail(frontier(context), { type: 'task.failing', taskId: context.taskId, failure: context.failure }),
    ),
    tellUnblocked: emit(({ context }) =>
      mail(frontier(context), { type: 'task.unblocked', taskId: context.taskId }),
    ),
    tellBlocked: emit(({ context }, { kind }: { kind: BlockageKind }) =>
      fact('task.blocked', {
        taskId: context.taskId,
        kind,
        detail: context.detail,
        deadlineAt: context.deadlineAt,
        ...(kind === 'approval' ? approvals.askedData(context.approval) : {}),
      }),
    ),
    mailBlocked: emit(({ context }, { kind }: { kind: BlockageKind }) =>
      mail(frontier(context), { type: 'task.blocked', taskId: context.taskId, kind, detail: context.detail }),
    ),
    tellEnd: emit(({ context }, { status }: { status: string }) =>
      fact(`task.${status}`, {
        taskId: context.taskId,
        attempts: context.attempt,
        ...(status === 'failed' ? { failure: (context.failure ?? {}) as never } : {}),
        ...(status === 'skipped' || status === 'aborted' ? { reason: context.detail } : {}),
      }),
    ),
    mailEnd: emit(({ context }, { status }: { status: string }) =>
      mail(frontier(context), { type: 'task.ended', taskId: context.taskId, status }),
    ),
    noteReason: assign(({ context, event }) => ({
      detail: (event as { reason?: string }).reason ?? context.detail,
    })),
  },
});

const waitOf = (event: unknown): string | undefined => {
  const outcome = outcomeOf<AttemptOutcome>(event);
  return outcome.kind === 'waiting' ? outcome.wait : undefined;
};
