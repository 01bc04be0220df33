// The contingency's vocabulary: what its chart (contingency.machine.ts) names. Types, ports, guards, actions.
import { assign, emit, setup } from 'xstate';
import { addressOf } from '../model/address.js';
import type { Failure } from '../model/failure.js';
import { openPort } from './ports.js';
import { fact, mail } from './protocol.js';
import type { ContingencyStepOutcome, DeadlineOutcome, Emitted, Stamp } from './protocol.js';

export interface ContingencyInput extends Stamp {
  readonly goalId: string;
  readonly contingencyId: string;
  readonly taskId: string;
  readonly failure: Failure;
  /** The first action. */
  readonly step: string;
  readonly approval: boolean;
  readonly maxDurationMs: number;
  readonly fallback: string | null;
}

export interface ContingencyContext {
  readonly goalId: string;
  readonly contingencyId: string;
  readonly taskId: string;
  readonly step: string;
  readonly approval: boolean;
  readonly maxDurationMs: number;
  readonly fallback: string | null;
  readonly deadlineAt: number;
  readonly detail: string;
}

export type ContingencyEvent =
  | (Stamp & { type: 'contingency.approve'; by?: string })
  | (Stamp & { type: 'contingency.reject'; by?: string; reason?: string })
  | (Stamp & { type: 'contingency.taskEnded'; status: string })
  | (Stamp & { type: 'contingency.taskFailing' })
  | (Stamp & { type: 'contingency.abort'; reason?: string });

export interface ContingencyStepInput {
  readonly goalId: string;
  readonly contingencyId: string;
  readonly taskId: string;
  readonly step: string;
  readonly at: number;
}

const outcomeOf = (event: unknown): ContingencyStepOutcome =>
  (event as { output: ContingencyStepOutcome }).output;
const atOf = (event: unknown): number => {
  const { at, output } = event as { at?: number; output?: Stamp };
  return output?.at ?? at ?? 0;
};
const frontier = (context: ContingencyContext): string => addressOf.frontier(context.goalId);
const about = (context: ContingencyContext) => ({
  contingencyId: context.contingencyId,
  taskId: context.taskId,
});

export const contingencySetup = setup({
  types: {
    context: {} as ContingencyContext,
    events: {} as ContingencyEvent,
    input: {} as ContingencyInput,
    emitted: {} as Emitted,
  },
  actors: {
    step: openPort<ContingencyStepInput, ContingencyStepOutcome>('contingency.step'),
    deadline: openPort<{ at: number }, DeadlineOutcome>('contingency.deadline'),
  },
  guards: {
    needsApproval: ({ context }) => context.approval,
    hasNext: ({ event }) => outcomeOf(event).next !== undefined,
    stepSucceeded: ({ event }) => outcomeOf(event).kind === 'succeeded',
    taskSucceeded: ({ event }) =>
      ['succeeded', 'skipped'].includes((event as { status?: string }).status ?? ''),
  },
  actions: {
    noteDeadline: assign({
      deadlineAt: ({ context, event }) => (atOf(event) || context.deadlineAt) + context.maxDurationMs,
    }),
    tellEngaged: emit(({ context }) => fact('contingency.engaged', about(context))),
    tellBlocked: emit(({ context }) => fact('contingency.blocked', { ...about(context), kind: 'approval' })),
    noteNext: assign({ step: ({ event, context }) => outcomeOf(event).next ?? context.step }),
    noteFailure: assign({
      detail: ({ event }) =>
        (event as { output?: { detail?: string } }).output?.detail ??
        (event as { reason?: string }).reason ??
        'it did not help in time',
    }),
    mailResolved: emit(({ context }) =>
      mail(frontier(context), { type: 'contingency.ended', ...about(context), resolved: true }),
    ),
    mailFailed: emit(({ context }) =>
      mail(frontier(context), {
        type: 'contingency.ended',
        ...about(context),
        resolved: false,
        fallback: context.fallback,
      }),
    ),
    mailAborted: emit(({ context }) =>
      mail(frontier(context), {
        type: 'contingency.ended',
        ...about(context),
        resolved: false,
        fallback: null,
      }),
    ),
    tellEnd: emit(({ context }, { status }: { status: string }) =>
      fact(`contingency.${status}`, { ...about(context), detail: context.detail }),
    ),
  },
});
