// The plan statechart, version 2, for Stately. Written by "npm run generate"; do not edit.
// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.
import { createMachine } from 'xstate';

export const planMachine = createMachine({
  id: 'plan',
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
          {
            guard: 'criticalHasFailed',
            target: 'recovering',
            actions: ['noteSurvey', 'noteCritical'],
          },
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
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#plan.recovering.draining', actions: 'noteExpired' },
          },
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
        onDone: [
          { guard: 'hasSucceeded', target: 'succeeded', actions: 'noteJudgement' },
          {
            guard: 'isToBeUndoneAfterJudgement',
            target: 'recovering.draining',
            actions: 'noteJudgement',
          },
          { guard: 'isPartial', target: 'partial', actions: 'noteJudgement' },
          { target: 'failed', actions: 'noteJudgement' },
        ],
      },
    },
    recovering: {
      initial: 'deciding',
      states: {
        deciding: {
          always: [{ guard: 'canBeRepaired', target: 'repairing' }, { target: 'draining' }],
        },
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
        settled: {
          always: [{ guard: 'isToBeUndone', target: 'compensating' }, { target: '#plan.failed' }],
        },
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
    succeeded: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'succeeded' } },
        { type: 'mailEnd', params: { status: 'succeeded' } },
      ],
    },
    partial: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'partial' } },
        { type: 'mailEnd', params: { status: 'partial' } },
      ],
    },
    failed: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'failed' } },
        { type: 'mailEnd', params: { status: 'failed' } },
      ],
    },
    aborted: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'aborted' } },
        { type: 'mailEnd', params: { status: 'aborted' } },
      ],
    },
    superseded: { type: 'final', entry: { type: 'tellEnd', params: { status: 'superseded' } } },
  },
  version: '2',
});
