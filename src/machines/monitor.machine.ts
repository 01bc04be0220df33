// Monitor: notices one kind of trouble with a goal while it runs, and says so once.
//
// M1 an issue is raised only after it was suspected and then confirmed over a window.
// M2 an issue is raised once and cleared once before the next is raised.
// M3 a monitor ends only because what it watches has ended.
// M4 lost telemetry blocks a monitor visibly; it looks again after a while.
import { monitorSetup, type MonitorContext } from './monitor.setup.js';

/** The version of this chart; a snapshot carries it. */
export const monitorVersion = 1;

const subject = ({ context }: { context: MonitorContext }) => ({
  goalId: context.goalId,
  name: context.name,
  subject: context.subject,
});

export const monitorMachine = monitorSetup.createMachine({
  id: 'monitor',
  context: ({ input }) => ({
    goalId: input.goalId,
    name: input.name,
    subject: '',
    message: '',
    deadlineAt: 0,
  }),
  initial: 'ready',
  on: { 'monitor.watchedEnded': '.succeeded' },
  states: {
    ready: { always: 'executing' },
    executing: {
      entry: 'forget',
      invoke: {
        id: 'watch',
        src: 'watch',
        input: ({ context }) => ({ goalId: context.goalId, name: context.name, subject: '' }),
        onDone: [
          { guard: 'isSuspected', target: 'verifying', actions: 'noteSuspicion' },
          { guard: 'isLost', target: 'blocked', actions: 'noteLost' },
          { target: 'executing', reenter: true },
        ],
      },
    },
    blocked: {
      entry: 'tellLost',
      invoke: {
        id: 'wake',
        src: 'deadline',
        input: ({ context }) => ({ at: context.deadlineAt }),
        onDone: 'executing',
      },
    },
    verifying: {
      invoke: {
        id: 'confirm',
        src: 'confirm',
        input: subject,
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
        input: subject,
        onDone: [{ guard: 'isLost', target: 'blocked', actions: 'noteLost' }, { target: 'executing' }],
      },
    },
    succeeded: { type: 'final' },
  },
});
