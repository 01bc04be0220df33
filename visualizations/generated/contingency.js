// The contingency statechart, version 1, for Stately. Written by "npm run generate"; do not edit.
// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.
import { createMachine } from 'xstate';

export const contingencyMachine = createMachine({
  id: 'contingency',
  initial: 'ready',
  on: { 'contingency.abort': { target: '.aborted', actions: 'noteFailure' } },
  states: {
    ready: {
      entry: ['noteDeadline', 'tellEngaged'],
      always: [{ guard: 'needsApproval', target: 'blocked' }, { target: 'executing' }],
    },
    blocked: {
      entry: 'tellBlocked',
      invoke: {
        id: 'limit',
        src: 'deadline',
        onDone: { target: 'failed', actions: 'noteFailure' },
      },
      on: {
        'contingency.approve': 'executing',
        'contingency.reject': { target: 'failed', actions: 'noteFailure' },
        'contingency.taskEnded': 'aborted',
      },
    },
    executing: {
      invoke: [
        {
          id: 'step',
          src: 'step',
          onDone: [
            { guard: 'hasNext', target: 'executing', reenter: true, actions: 'noteNext' },
            { guard: 'stepSucceeded', target: 'verifying' },
            { target: 'recovering', actions: 'noteFailure' },
          ],
        },
        {
          id: 'limit',
          src: 'deadline',
          onDone: { target: 'recovering', actions: 'noteFailure' },
        },
      ],
      on: { 'contingency.taskEnded': 'aborted' },
    },
    verifying: {
      invoke: {
        id: 'limit',
        src: 'deadline',
        onDone: { target: 'recovering', actions: 'noteFailure' },
      },
      on: {
        'contingency.taskEnded': [
          { guard: 'taskSucceeded', target: 'succeeded' },
          { target: 'recovering', actions: 'noteFailure' },
        ],
        'contingency.taskFailing': { target: 'recovering', actions: 'noteFailure' },
      },
    },
    recovering: { always: 'failed' },
    succeeded: {
      type: 'final',
      entry: ['mailResolved', { type: 'tellEnd', params: { status: 'succeeded' } }],
    },
    failed: {
      type: 'final',
      entry: ['mailFailed', { type: 'tellEnd', params: { status: 'failed' } }],
    },
    aborted: {
      type: 'final',
      entry: ['mailAborted', { type: 'tellEnd', params: { status: 'aborted' } }],
    },
  },
  version: '1',
});
