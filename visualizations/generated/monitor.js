// The monitor statechart, version 1, for Stately. Written by "npm run generate"; do not edit.
// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.
import { createMachine } from 'xstate';

export const monitorMachine = createMachine({
  id: 'monitor',
  initial: 'ready',
  on: { 'monitor.watchedEnded': '.succeeded' },
  states: {
    ready: { always: 'executing' },
    executing: {
      entry: 'forget',
      invoke: {
        id: 'watch',
        src: 'watch',
        onDone: [
          { guard: 'isSuspected', target: 'verifying', actions: 'noteSuspicion' },
          { guard: 'isLost', target: 'blocked', actions: 'noteLost' },
          { target: 'executing', reenter: true },
        ],
      },
    },
    blocked: {
      entry: 'tellLost',
      invoke: { id: 'wake', src: 'deadline', onDone: 'executing' },
    },
    verifying: {
      invoke: {
        id: 'confirm',
        src: 'confirm',
        onDone: [
          { guard: 'isSuspected', target: 'recovering', actions: 'noteSuspicion' },
          { guard: 'isLost', target: 'blocked', actions: 'noteLost' },
          { target: 'executing' },
        ],
      },
    },
    recovering: {
      entry: 'tellRaised',
      exit: 'tellCleared',
      invoke: {
        id: 'clear',
        src: 'clear',
        onDone: [
          { guard: 'isLost', target: 'blocked', actions: 'noteLost' },
          { target: 'executing' },
        ],
      },
    },
    succeeded: { type: 'final' },
  },
  version: '1',
});
