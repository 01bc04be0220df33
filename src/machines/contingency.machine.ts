// Contingency: a prepared recovery for one failing task.
//
// C1 its actions begin only when it may run without approval, or was approved.
// C2 `succeeded` is entered only from `verifying`: the task it was for has ended well.
// C3 it ends within its time limit.
// C4 whatever its end, the plan is told once.
import { contingencySetup, type ContingencyContext } from './contingency.setup.js';

/** The version of this chart; a snapshot carries it. */
export const contingencyVersion = 1;

const limit = {
  id: 'limit',
  src: 'deadline',
  input: ({ context }: { context: ContingencyContext }) => ({ at: context.deadlineAt }),
} as const;
const tellEnd = (status: string) => ({ type: 'tellEnd', params: { status } }) as const;

export const contingencyMachine = contingencySetup.createMachine({
  id: 'contingency',
  context: ({ input }) => ({
    goalId: input.goalId,
    contingencyId: input.contingencyId,
    taskId: input.taskId,
    step: input.step,
    approval: input.approval,
    maxDurationMs: input.maxDurationMs,
    fallback: input.fallback,
    deadlineAt: input.at,
    detail: '',
  }),
  initial: 'ready',
  on: { 'contingency.abort': { target: '.aborted', actions: 'noteFailure' } },
  states: {
    ready: {
      entry: ['noteDeadline', 'tellEngaged'],
      always: [{ guard: 'needsApproval', target: 'blocked' }, { target: 'executing' }],
    },
    blocked: {
      entry: 'tellBlocked',
      invoke: { ...limit, onDone: { target: 'failed', actions: 'noteFailure' } },
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
          input: ({ context }) => ({
            goalId: context.goalId,
            contingencyId: context.contingencyId,
            taskId: context.taskId,
            step: context.step,
            at: context.deadlineAt - context.maxDurationMs,
          }),
          onDone: [
            { guard: 'hasNext', target: 'executing', reenter: true, actions: 'noteNext' },
            { guard: 'stepSucceeded', target: 'verifying' },
            { target: 'recovering', actions: 'noteFailure' },
          ],
        },
        { ...limit, onDone: { target: 'recovering', actions: 'noteFailure' } },
      ],
      on: { 'contingency.taskEnded': 'aborted' },
    },
    verifying: {
      invoke: { ...limit, onDone: { target: 'recovering', actions: 'noteFailure' } },
      on: {
        'contingency.taskEnded': [
          { guard: 'taskSucceeded', target: 'succeeded' },
          { target: 'recovering', actions: 'noteFailure' },
        ],
        'contingency.taskFailing': { target: 'recovering', actions: 'noteFailure' },
      },
    },
    /** Its fallback, if it has one, is engaged by the plan. */
    recovering: { always: 'failed' },
    succeeded: { type: 'final', entry: ['mailResolved', tellEnd('succeeded')] },
    failed: { type: 'final', entry: ['mailFailed', tellEnd('failed')] },
    aborted: { type: 'final', entry: ['mailAborted', tellEnd('aborted')] },
  },
});
