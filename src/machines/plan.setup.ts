// The plan's vocabulary: what its chart (plan.machine.ts) names. Types, ports, guards and actions.
import { assign, emit, setup } from 'xstate';
import { addressOf } from '../model/address.js';
import { openPort } from './ports.js';
import { emptySurvey, fact, mail } from './protocol.js';
import type { BlockageNote, DeadlineOutcome, Emitted, JudgeOutcome, Stamp, Survey } from './protocol.js';

export interface PlanInput extends Stamp {
  readonly goalId: string;
  readonly version: number;
  /** The goal can be asked for a repair when a critical task has failed. */
  readonly repairs: boolean;
  readonly compensateOnFailure: boolean;
  /** How long it waits for somebody before it gives up. */
  readonly patienceMs: number;
}

export interface PlanContext {
  readonly goalId: string;
  readonly version: number;
  readonly repairs: boolean;
  readonly compensateOnFailure: boolean;
  readonly patienceMs: number;
  /** The frontier's last report. */
  readonly survey: Survey;
  /** How it ends once what it does in `recovering` is over. */
  readonly ending: 'partial' | 'failed' | 'aborted';
  readonly reason: string;
  readonly deadlineAt: number;
}

export type PlanEvent =
  | (Stamp & { type: 'plan.start' })
  | (Stamp & { type: 'plan.pause'; by?: string })
  | (Stamp & { type: 'plan.resume'; by?: string })
  | (Stamp & { type: 'plan.abort'; reason?: string; compensate?: boolean })
  | (Stamp & { type: 'plan.supersede'; version: number })
  | (Stamp & { type: 'plan.repairRefused'; reason: string })
  | (Stamp & { type: 'frontier.surveyed'; survey: Survey });

/** Blockages of tasks whose statechart holds a deadline. */
const ownDeadline: ReadonlySet<string> = new Set([
  'approval',
  'ambiguity',
  'external',
  'interrupted',
  'error',
]);
const judged = (event: unknown): JudgeOutcome => (event as { output: JudgeOutcome }).output;
const surveyOf = (event: unknown): Survey => (event as { survey?: Survey }).survey ?? emptySurvey;
const goal = (context: PlanContext): string => addressOf.goal(context.goalId);
const frontier = (context: PlanContext): string => addressOf.frontier(context.goalId);
const blockage = (context: PlanContext): BlockageNote =>
  context.survey.blockage ?? { kind: 'dependency', detail: 'nothing can run' };

export const planSetup = setup({
  types: {
    context: {} as PlanContext,
    events: {} as PlanEvent,
    input: {} as PlanInput,
    emitted: {} as Emitted,
  },
  actors: {
    judge: openPort<{ goalId: string; version: number }, JudgeOutcome>('plan.judge'),
    deadline: openPort<{ at: number }, DeadlineOutcome>('plan.deadline'),
  },
  guards: {
    allEnded: ({ event }) => isOver(surveyOf(event)),
    criticalHasFailed: ({ event, context }) => surveyOf(event).criticalFailed && context.survey.toUndo === 0,
    nothingRuns: ({ event }) => surveyOf(event).active === 0 && surveyOf(event).ready === 0,
    stillWaits: ({ event }) => stillWaits(surveyOf(event)),
    nothingIsActive: ({ event }) => surveyOf(event).active === 0,
    nothingToUndo: ({ event }) => surveyOf(event).toUndo === 0 && surveyOf(event).active === 0,
    canBeRepaired: ({ context }) => context.repairs,
    isToBeUndone: ({ context }) => context.ending === 'aborted' || context.compensateOnFailure,
    undoIsAsked: ({ event }) => (event as { compensate?: boolean }).compensate === true,
    endsAborted: ({ context }) => context.ending === 'aborted',
    endsPartial: ({ context }) => context.ending === 'partial',
    hasSucceeded: ({ event }) => judged(event).status === 'succeeded',
    isPartial: ({ event }) => judged(event).status === 'partial',
    isToBeUndoneAfterJudgement: ({ event, context }) =>
      context.compensateOnFailure && judged(event).status !== 'succeeded',
  },
  actions: {
    tellStarted: emit(({ context }) => fact('plan.started', { version: context.version })),
    tellResumed: emit(() => fact('plan.resumed', {})),
    noteSurvey: assign({ survey: ({ event }) => surveyOf(event) }),
    advance: emit(({ context }) => mail(frontier(context), { type: 'frontier.advance' })),
    hold: emit(({ context }) => mail(frontier(context), { type: 'frontier.hold' })),
    drain: emit(({ context }) => mail(frontier(context), { type: 'frontier.drain', reason: context.reason })),
    abortAll: emit(({ context }) =>
      mail(frontier(context), { type: 'frontier.abort', reason: context.reason }),
    ),
    undo: emit(({ context }) => mail(frontier(context), { type: 'frontier.undo', reason: context.reason })),
    tellUndoing: emit(({ context }) => fact('plan.compensating', { reason: context.reason })),
    /** A task that waits for somebody has its own deadline; only waiting for each other has none. */
    noteBlocked: assign(({ context, event }) => ({
      deadlineAt: ownDeadline.has(blockage(context).kind) ? 0 : event.at + context.patienceMs,
    })),
    tellBlocked: emit(({ context }) => fact('plan.blocked', { ...blockage(context) })),
    mailBlocked: emit(({ context }) => mail(goal(context), { type: 'plan.blocked', ...blockage(context) })),
    mailUnblocked: emit(({ context }) => mail(goal(context), { type: 'plan.unblocked' })),
    tellPaused: emit(({ event }) => fact('plan.paused', { by: (event as { by?: string }).by ?? '' })),
    noteAbort: assign(({ event }) => ({
      ending: 'aborted' as const,
      reason: (event as { reason?: string }).reason ?? 'aborted',
    })),
    noteCritical: assign({ ending: 'failed', reason: 'a critical task has failed' }),
    noteExpired: assign({ ending: 'failed', reason: 'nobody answered in time' }),
    noteRefused: assign({
      reason: ({ event }) => (event as { reason?: string }).reason ?? 'no repair was found',
    }),
    noteJudgement: assign(({ event }) => ({
      ending: judged(event).status === 'partial' ? ('partial' as const) : ('failed' as const),
      reason: judged(event).reason,
    })),
    askRepair: emit(({ context }) =>
      mail(goal(context), { type: 'plan.repairWanted', reason: context.reason }),
    ),
    tellEnd: emit(({ context }, { status }: { status: string }) =>
      fact(`plan.${status}`, { version: context.version, reason: context.reason }),
    ),
    mailEnd: emit(({ context }, { status }: { status: string }) =>
      mail(goal(context), { type: 'plan.ended', status, reason: context.reason }),
    ),
  },
});

/** Nothing runs and nothing has failed that decides the end, and something waits. */
function stillWaits(survey: Survey): boolean {
  return survey.active === 0 && survey.ready === 0 && survey.waiting > 0 && !survey.criticalFailed;
}

/** Nothing runs, waits or can start any more: what has not ended never will. */
function isOver(survey: Survey): boolean {
  return survey.active === 0 && survey.waiting === 0 && survey.ready === 0;
}
