// Plan: carries out one version of a plan. Which tasks can go is the frontier's knowledge, which lies beside
// the actor and is rebuilt from the task records; the chart decides what to do about it.
//
// P1 what it persists has a constant size, whatever the number of tasks.
// P2 nothing new starts while it is paused, draining or compensating, but compensations.
// P3 `succeeded` and `partial` follow from a judgement, or from compensation that it asked for.
// P4 compensation begins only when no task is active.
// P5 an end is final.
// P6 it begins to execute only by asking the frontier, whose answer says what comes next.
import { planSetup, type PlanContext } from './plan.setup.js';
import { emptySurvey } from './protocol.js';

/** The version of this chart; a snapshot carries it. */
export const planVersion = 2;

const end = (status: string) =>
  ({
    type: 'final',
    entry: [
      { type: 'tellEnd', params: { status } },
      { type: 'mailEnd', params: { status } },
    ],
  }) as const;
const wake = {
  id: 'wake',
  src: 'deadline',
  input: ({ context }: { context: PlanContext }) => ({ at: context.deadlineAt }),
} as const;

export const planMachine = planSetup.createMachine({
  id: 'plan',
  context: ({ input }) => ({
    goalId: input.goalId,
    version: input.version,
    repairs: input.repairs,
    compensateOnFailure: input.compensateOnFailure,
    patienceMs: input.patienceMs,
    survey: emptySurvey,
    ending: 'failed',
    reason: '',
    deadlineAt: 0,
  }),
  initial: 'ready',
  on: {
    'frontier.surveyed': { actions: 'noteSurvey' },
    'plan.abort': [
      { guard: 'undoIsAsked', target: '.recovering.draining', actions: 'noteAbort' },
      { target: '.aborted', actions: ['noteAbort', 'abortAll'] },
    ],
    'plan.supersede': '.superseded',
  },
  states: {
    ready: { on: { 'plan.start': { target: 'executing', actions: 'tellStarted' } } },
    executing: {
      entry: 'advance',
      on: {
        'plan.pause': 'blocked.paused',
        'frontier.surveyed': [
          { guard: 'allEnded', target: 'verifying', actions: 'noteSurvey' },
          { guard: 'criticalHasFailed', target: 'recovering', actions: ['noteSurvey', 'noteCritical'] },
          { guard: 'nothingRuns', target: 'blocked.waiting', actions: 'noteSurvey' },
          { actions: 'noteSurvey' },
        ],
      },
    },
    blocked: {
      initial: 'waiting',
      states: {
        waiting: {
          entry: ['noteBlocked', 'tellBlocked', 'mailBlocked'],
          exit: 'mailUnblocked',
          invoke: { ...wake, onDone: { target: '#plan.recovering.draining', actions: 'noteExpired' } },
          on: {
            'plan.pause': 'paused',
            'frontier.surveyed': [
              { guard: 'stillWaits', actions: 'noteSurvey' },
              { target: '#plan.executing', actions: 'noteSurvey' },
            ],
          },
        },
        paused: {
          entry: ['hold', 'tellPaused'],
          on: { 'plan.resume': { target: '#plan.executing', actions: 'tellResumed' } },
        },
      },
    },
    verifying: {
      invoke: {
        id: 'judge',
        src: 'judge',
        input: ({ context }) => ({ goalId: context.goalId, version: context.version }),
        onDone: [
          { guard: 'hasSucceeded', target: 'succeeded', actions: 'noteJudgement' },
          { guard: 'isToBeUndoneAfterJudgement', target: 'recovering.draining', actions: 'noteJudgement' },
          { guard: 'isPartial', target: 'partial', actions: 'noteJudgement' },
          { target: 'failed', actions: 'noteJudgement' },
        ],
      },
    },
    recovering: {
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'canBeRepaired', target: 'repairing' }, { target: 'draining' }] },
        repairing: {
          entry: 'askRepair',
          on: { 'plan.repairRefused': { target: 'draining', actions: 'noteRefused' } },
        },
        draining: {
          entry: 'drain',
          on: {
            'frontier.surveyed': [
              { guard: 'nothingIsActive', target: 'settled', actions: 'noteSurvey' },
              { actions: 'noteSurvey' },
            ],
          },
        },
        settled: { always: [{ guard: 'isToBeUndone', target: 'compensating' }, { target: '#plan.failed' }] },
        compensating: {
          entry: ['tellUndoing', 'undo'],
          on: {
            'frontier.surveyed': [
              { guard: 'nothingToUndo', target: 'compensated', actions: 'noteSurvey' },
              { actions: 'noteSurvey' },
            ],
          },
        },
        compensated: {
          always: [
            { guard: 'endsAborted', target: '#plan.aborted' },
            { guard: 'endsPartial', target: '#plan.partial' },
            { target: '#plan.failed' },
          ],
        },
      },
    },
    succeeded: end('succeeded'),
    partial: end('partial'),
    failed: end('failed'),
    aborted: end('aborted'),
    // The goal, which asked for it, goes on with the next version.
    superseded: { type: 'final', entry: { type: 'tellEnd', params: { status: 'superseded' } } },
  },
});
