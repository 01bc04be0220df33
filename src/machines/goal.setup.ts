// The goal's vocabulary: what its chart (goal.machine.ts) names. Types, ports, guards and actions.
import { assign, emit, setup } from 'xstate';
import { addressOf } from '../model/address.js';
import type { BlockageKind } from '../model/blockage.js';
import type { Failure } from '../model/failure.js';
import type { PlanInput } from './plan.setup.js';
import { openPort } from './ports.js';
import { fact, mail, spawn } from './protocol.js';
import type {
  DeadlineOutcome,
  Emitted,
  JudgeOutcome,
  RepairOutcome,
  Stamp,
  StepOutcome,
} from './protocol.js';

/** What of a goal steers its statechart. */
export interface GoalRules {
  /** It has to wait for a start delay, a window or other goals. */
  readonly gated: boolean;
  /** A person approves the plan before it runs. */
  readonly approval: boolean;
  /** There are success criteria or failure conditions to check at the end. */
  readonly judged: boolean;
  /** The instant at which it fails if it has not ended; 0 for none. */
  readonly limitAt: number;
  readonly patienceMs: number;
  readonly repairs: boolean;
  readonly compensateOnFailure: boolean;
}

export interface GoalInput extends Stamp {
  readonly goalId: string;
  readonly rules: GoalRules;
  /** The version of the plan it was given with, or 0 when it has to be planned. */
  readonly planVersion: number;
}

export interface GoalContext {
  readonly goalId: string;
  readonly rules: GoalRules;
  readonly planVersion: number;
  /** From the start of its plan until the plan has ended. */
  readonly planRuns: boolean;
  readonly ending: 'succeeded' | 'partial' | 'failed';
  readonly reason: string;
  readonly blockage: { readonly kind: BlockageKind; readonly detail: string } | null;
  readonly deadlineAt: number;
  readonly failure: Failure | null;
}

export type GoalEvent =
  | (Stamp & { type: 'goal.pause'; by?: string })
  | (Stamp & { type: 'goal.resume'; by?: string })
  | (Stamp & { type: 'goal.approve'; by?: string })
  | (Stamp & { type: 'goal.reject'; by?: string; reason?: string })
  | (Stamp & { type: 'goal.answer'; by?: string })
  | (Stamp & { type: 'goal.abort'; reason?: string; compensate?: boolean })
  | (Stamp & { type: 'goal.retry'; taskId: string; by?: string })
  | (Stamp & { type: 'plan.ended'; status: 'succeeded' | 'partial' | 'failed' | 'aborted'; reason: string })
  | (Stamp & { type: 'plan.blocked'; kind: BlockageKind; detail: string })
  | (Stamp & { type: 'goal.overBudget'; kind: BlockageKind; detail: string })
  | (Stamp & { type: 'goal.extend'; by?: string })
  | (Stamp & { type: 'plan.unblocked' })
  | (Stamp & { type: 'plan.repairWanted'; reason: string });

type Key = { goalId: string; planVersion: number };
const key = ({ context }: { context: GoalContext }): Key => ({
  goalId: context.goalId,
  planVersion: context.planVersion,
});
export { key as goalKey };

const outcomeOf = <T>(event: unknown): T => (event as { output: T }).output;
const atOf = (event: unknown): number => {
  const { at, output } = event as { at?: number; output?: Stamp };
  return output?.at ?? at ?? 0;
};
const plan = (context: GoalContext): string => addressOf.plan(context.goalId);
const planInput = (context: GoalContext): Omit<PlanInput, keyof Stamp> => ({
  goalId: context.goalId,
  version: context.planVersion,
  repairs: context.rules.repairs,
  compensateOnFailure: context.rules.compensateOnFailure,
  patienceMs: context.rules.patienceMs,
});
const kindOf = (event: unknown): string => outcomeOf<{ kind: string }>(event).kind;

export const goalSetup = setup({
  types: {
    context: {} as GoalContext,
    events: {} as GoalEvent,
    input: {} as GoalInput,
    emitted: {} as Emitted,
  },
  actors: {
    gate: openPort<Key, StepOutcome>('goal.gate'),
    analyse: openPort<Key, StepOutcome>('goal.analyse'),
    plan: openPort<Key, StepOutcome>('goal.plan'),
    admit: openPort<Key, StepOutcome>('goal.admit'),
    reflect: openPort<Key, StepOutcome>('goal.reflect'),
    judge: openPort<Key, JudgeOutcome>('goal.judge'),
    repair: openPort<Key & { reason: string }, RepairOutcome>('goal.repair'),
    deadline: openPort<{ at: number }, DeadlineOutcome>('goal.deadline'),
  },
  guards: {
    isGated: ({ context }) => context.rules.gated,
    isPlanned: ({ context }) => context.planVersion > 0,
    needsApproval: ({ context }) => context.rules.approval,
    isDone: ({ event }) => kindOf(event) === 'done',
    isQuestion: ({ event }) => kindOf(event) === 'question',
    isRepaired: ({ event }) => kindOf(event) === 'repaired',
    isToBeJudged: ({ context }) => context.rules.judged && context.ending !== 'failed',
    isUndoAsked: ({ event, context }) =>
      (event as { compensate?: boolean }).compensate === true && context.planRuns,
    planWasAborted: ({ event }) => (event as { status?: string }).status === 'aborted',
    endsSucceeded: ({ context }) => context.ending === 'succeeded',
    endsPartial: ({ context }) => context.ending === 'partial',
    judgedSucceeded: ({ event }) => outcomeOf<JudgeOutcome>(event).status === 'succeeded',
    judgedPartial: ({ event }) => outcomeOf<JudgeOutcome>(event).status === 'partial',
  },
  actions: {
    tellStarted: emit(() => fact('goal.started', {})),
    tellStep: emit(({ context }, { done }: { done: string }) =>
      fact(`goal.${done}`, { planVersion: context.planVersion }),
    ),
    notePlanned: assign({
      planVersion: ({ context, event }) =>
        outcomeOf<{ planVersion?: number }>(event).planVersion ?? context.planVersion,
    }),
    noteRepaired: assign({
      planVersion: ({ event }) => outcomeOf<Extract<RepairOutcome, { kind: 'repaired' }>>(event).version,
    }),
    tellRepaired: emit(({ context }) => fact('goal.replanned', { version: context.planVersion })),
    startPlan: emit(({ context }) => spawn(plan(context), planInput(context))),
    notePlanRuns: assign({ planRuns: true }),
    mailStart: emit(({ context }) => mail(plan(context), { type: 'plan.start' })),
    startMonitor: emit(({ context }) =>
      spawn(addressOf.monitor(context.goalId, 'stalled'), { goalId: context.goalId, name: 'stalled' }),
    ),
    stopMonitor: emit(({ context }) =>
      mail(addressOf.monitor(context.goalId, 'stalled'), { type: 'monitor.watchedEnded' }),
    ),
    supersedePlan: emit(({ context }) =>
      mail(plan(context), { type: 'plan.supersede', version: context.planVersion }),
    ),
    refuseRepair: emit(({ context, event }) =>
      mail(plan(context), {
        type: 'plan.repairRefused',
        reason: outcomeOf<{ reason?: string }>(event)?.reason ?? context.reason,
      }),
    ),
    pausePlan: emit(({ context }) => mail(plan(context), { type: 'plan.pause' })),
    resumePlan: emit(({ context }) => mail(plan(context), { type: 'plan.resume' })),
    abortPlan: emit(({ context, event }) =>
      mail(plan(context), {
        type: 'plan.abort',
        reason: context.reason,
        compensate: (event as { compensate?: boolean }).compensate === true,
      }),
    ),
    noteAborting: assign(({ event }) => ({ reason: (event as { reason?: string }).reason ?? 'aborted' })),
    noteBlocked: assign(({ event, context }) => {
      const { kind, detail } = event as Extract<GoalEvent, { type: 'plan.blocked' }>;
      return { blockage: { kind, detail }, deadlineAt: atOf(event) + context.rules.patienceMs };
    }),
    noteApprovalWanted: assign(({ event, context }) => ({
      blockage: { kind: 'approval' as const, detail: 'approval of the plan' },
      deadlineAt: atOf(event) + context.rules.patienceMs,
    })),
    noteQuestion: assign(({ event, context }) => ({
      blockage: { kind: 'ambiguity' as const, detail: outcomeOf<{ question: string }>(event).question },
      deadlineAt: atOf(event) + context.rules.patienceMs,
    })),
    noteWanted: assign(({ event }) => ({ reason: (event as { reason?: string }).reason ?? '' })),
    noteRetryWanted: assign(({ event }) => ({
      reason: `retry ${(event as Extract<GoalEvent, { type: 'goal.retry' }>).taskId}`,
    })),
    tellBlocked: emit(({ context }) =>
      fact('goal.blocked', {
        kind: context.blockage?.kind ?? 'paused',
        detail: context.blockage?.detail ?? '',
      }),
    ),
    clearBlockage: assign({ blockage: null }),
    tellPaused: emit(({ event }) => fact('goal.paused', { by: (event as { by?: string }).by ?? '' })),
    tellResumed: emit(({ event }) => fact('goal.resumed', { by: (event as { by?: string }).by ?? '' })),
    notePlanEnd: assign(({ event }) => {
      const ended = event as Extract<GoalEvent, { type: 'plan.ended' }>;
      return {
        ending: ended.status === 'aborted' ? ('failed' as const) : ended.status,
        reason: ended.reason,
        planRuns: false,
      };
    }),
    noteJudgement: assign(({ event, context }) => {
      const outcome = outcomeOf<JudgeOutcome>(event);
      return { ending: outcome.status, reason: outcome.reason || context.reason };
    }),
    noteStepFailure: assign(({ event }) => {
      const { failure } = outcomeOf<{ failure?: Failure }>(event);
      return {
        ending: 'failed' as const,
        failure: failure ?? null,
        reason: failure?.message ?? 'a step failed',
      };
    }),
    noteRejected: assign(({ event }) => {
      const { by, reason } = event as Extract<GoalEvent, { type: 'goal.reject' }>;
      return { reason: `the plan was rejected${by ? ` by ${by}` : ''}${reason ? `: ${reason}` : ''}` };
    }),
    noteExpired: assign(({ context }) => ({
      reason: `nobody answered in time: ${context.blockage?.detail ?? ''}`,
    })),
    noteLimit: assign({ reason: 'its deadline has passed' }),
    tellEnd: emit(({ context }, { status }: { status: string }) =>
      fact(`goal.${status}`, {
        reason: context.reason,
        ...(context.failure ? { failure: context.failure as never } : {}),
      }),
    ),
  },
});
