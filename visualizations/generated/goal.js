// The goal statechart, version 1, for Stately. Written by "npm run generate"; do not edit.
// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.
import { createMachine } from 'xstate';

export const goalMachine = createMachine({
  id: 'goal',
  invoke: {
    id: 'limit',
    src: 'deadline',
    onDone: { target: '.failed', actions: ['noteLimit', 'abortPlan'] },
  },
  initial: 'ready',
  on: {
    'goal.abort': { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] },
  },
  states: {
    ready: {
      initial: 'deciding',
      states: {
        deciding: {
          always: [{ guard: 'isGated', target: 'waiting' }, { target: '#goal.executing' }],
        },
        waiting: {
          invoke: {
            id: 'gate',
            src: 'gate',
            onDone: [
              { guard: 'isDone', target: '#goal.executing' },
              { target: '#goal.failed', actions: 'noteStepFailure' },
            ],
          },
        },
      },
    },
    executing: {
      initial: 'preparing',
      on: {
        'goal.pause': { target: 'blocked.paused', actions: 'tellPaused' },
        'goal.abort': [
          {
            guard: 'isUndoAsked',
            target: '#goal.recovering.undoing',
            actions: ['noteAborting', 'abortPlan'],
          },
          { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] },
        ],
      },
      states: {
        preparing: {
          entry: 'tellStarted',
          always: [{ guard: 'isPlanned', target: 'admitting' }, { target: 'analysing' }],
        },
        analysing: {
          invoke: {
            id: 'analyse',
            src: 'analyse',
            onDone: [
              {
                guard: 'isDone',
                target: 'planning',
                actions: ['notePlanned', { type: 'tellStep', params: { done: 'analysed' } }],
              },
              {
                guard: 'isQuestion',
                target: '#goal.blocked.question',
                actions: 'noteQuestion',
              },
              { target: '#goal.failed', actions: 'noteStepFailure' },
            ],
          },
        },
        planning: {
          invoke: {
            id: 'plan',
            src: 'plan',
            onDone: [
              {
                guard: 'isDone',
                target: 'admitting',
                actions: ['notePlanned', { type: 'tellStep', params: { done: 'planned' } }],
              },
              {
                guard: 'isQuestion',
                target: '#goal.blocked.question',
                actions: 'noteQuestion',
              },
              { target: '#goal.failed', actions: 'noteStepFailure' },
            ],
          },
        },
        admitting: {
          invoke: {
            id: 'admit',
            src: 'admit',
            onDone: [
              {
                guard: 'isDone',
                target: 'deciding',
                actions: ['notePlanned', { type: 'tellStep', params: { done: 'admitted' } }],
              },
              {
                guard: 'isQuestion',
                target: '#goal.blocked.question',
                actions: 'noteQuestion',
              },
              { target: '#goal.failed', actions: 'noteStepFailure' },
            ],
          },
        },
        deciding: {
          always: [
            {
              guard: 'needsApproval',
              target: '#goal.blocked.approval',
              actions: 'noteApprovalWanted',
            },
            { target: 'starting' },
          ],
        },
        starting: {
          entry: ['startPlan', 'startMonitor', 'mailStart', 'notePlanRuns'],
          always: 'running',
        },
        running: {
          on: {
            'plan.ended': [
              { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
              { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
            ],
            'plan.blocked': { target: '#goal.blocked.waiting', actions: 'noteBlocked' },
            'plan.repairWanted': { target: '#goal.recovering', actions: 'noteWanted' },
            'goal.retry': { target: '#goal.recovering', actions: 'noteRetryWanted' },
            'goal.overBudget': { target: '#goal.blocked.budget', actions: 'noteBlocked' },
          },
        },
        reflecting: {
          invoke: {
            id: 'reflect',
            src: 'reflect',
            onDone: [
              {
                guard: 'isDone',
                target: '#goal.verifying',
                actions: ['notePlanned', { type: 'tellStep', params: { done: 'reflected' } }],
              },
              {
                guard: 'isQuestion',
                target: '#goal.blocked.question',
                actions: 'noteQuestion',
              },
              { target: '#goal.failed', actions: 'noteStepFailure' },
            ],
          },
        },
        last: { type: 'history' },
      },
    },
    blocked: {
      initial: 'waiting',
      on: {
        'goal.abort': [
          {
            guard: 'isUndoAsked',
            target: '#goal.recovering.undoing',
            actions: ['noteAborting', 'abortPlan'],
          },
          { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] },
        ],
      },
      states: {
        question: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#goal.failed', actions: 'noteExpired' },
          },
          on: { 'goal.answer': '#goal.executing.last' },
        },
        approval: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#goal.failed', actions: 'noteExpired' },
          },
          on: {
            'goal.approve': '#goal.executing.starting',
            'goal.reject': { target: '#goal.failed', actions: 'noteRejected' },
          },
        },
        paused: {
          entry: 'pausePlan',
          on: {
            'plan.ended': [
              { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
              { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
            ],
            'goal.resume': { target: '#goal.executing.last', actions: ['tellResumed', 'resumePlan'] },
          },
        },
        waiting: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          on: {
            'plan.ended': [
              { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
              { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
            ],
            'plan.unblocked': '#goal.executing.running',
            'plan.repairWanted': { target: '#goal.recovering', actions: 'noteWanted' },
            'goal.retry': { target: '#goal.recovering', actions: 'noteRetryWanted' },
            'goal.pause': { target: 'paused', actions: 'tellPaused' },
          },
        },
        budget: {
          entry: ['tellBlocked', 'pausePlan'],
          exit: 'clearBlockage',
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#goal.failed', actions: ['noteExpired', 'abortPlan'] },
          },
          on: {
            'plan.ended': [
              { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
              { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
            ],
            'goal.extend': { target: '#goal.executing.running', actions: 'resumePlan' },
          },
        },
      },
    },
    verifying: {
      initial: 'deciding',
      states: {
        deciding: {
          always: [
            { guard: 'isToBeJudged', target: 'judging' },
            { guard: 'endsSucceeded', target: '#goal.succeeded' },
            { guard: 'endsPartial', target: '#goal.partial' },
            { target: '#goal.failed' },
          ],
        },
        judging: {
          invoke: {
            id: 'judge',
            src: 'judge',
            onDone: [
              {
                guard: 'judgedSucceeded',
                target: '#goal.succeeded',
                actions: 'noteJudgement',
              },
              { guard: 'judgedPartial', target: '#goal.partial', actions: 'noteJudgement' },
              { target: '#goal.failed', actions: 'noteJudgement' },
            ],
          },
        },
      },
    },
    recovering: {
      initial: 'replanning',
      on: {
        'goal.abort': [
          {
            guard: 'isUndoAsked',
            target: '#goal.recovering.undoing',
            actions: ['noteAborting', 'abortPlan'],
          },
          { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] },
        ],
      },
      states: {
        replanning: {
          invoke: {
            id: 'repair',
            src: 'repair',
            onDone: [
              {
                guard: 'isRepaired',
                target: '#goal.executing.starting',
                actions: ['noteRepaired', 'supersedePlan', 'tellRepaired'],
              },
              { target: '#goal.executing.running', actions: ['refuseRepair'] },
            ],
          },
          on: {
            'plan.ended': [
              { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
              { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
            ],
          },
        },
        undoing: {
          on: {
            'plan.ended': '#goal.aborted',
            'goal.abort': [
              { guard: 'isUndoAsked' },
              { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] },
            ],
          },
        },
      },
    },
    succeeded: {
      type: 'final',
      entry: ['stopMonitor', { type: 'tellEnd', params: { status: 'succeeded' } }],
    },
    partial: {
      type: 'final',
      entry: ['stopMonitor', { type: 'tellEnd', params: { status: 'partial' } }],
    },
    failed: {
      type: 'final',
      entry: ['stopMonitor', { type: 'tellEnd', params: { status: 'failed' } }],
    },
    aborted: {
      type: 'final',
      entry: ['stopMonitor', { type: 'tellEnd', params: { status: 'aborted' } }],
    },
  },
  version: '1',
});
