// Goal: from what the user wants to a judged result.
//
// G1 `succeeded` and `partial` are entered only from `verifying`.
// G2 a plan starts only after it is admitted, and approved where that is asked.
// G3 a pause starts nothing new and is left to where it was.
// G4 a goal that ends by itself has no plan that still runs.
// G5 an end is final.
// G6 whatever waits for somebody has a deadline and fails closed.
import { goalKey, goalSetup, type GoalContext } from './goal.setup.js';

/** The version of this chart; a snapshot carries it. */
export const goalVersion = 1;

const end = (status: string) =>
  ({ type: 'final', entry: ['stopMonitor', { type: 'tellEnd', params: { status } }] }) as const;
const wake = {
  id: 'wake',
  src: 'deadline',
  input: ({ context }: { context: GoalContext }) => ({ at: context.deadlineAt }),
} as const;
const step = <S extends string>(src: S, done: string, next: string) =>
  ({
    invoke: {
      id: src,
      src,
      input: goalKey,
      onDone: [
        { guard: 'isDone', target: next, actions: ['notePlanned', { type: 'tellStep', params: { done } }] },
        { guard: 'isQuestion', target: '#goal.blocked.question', actions: 'noteQuestion' },
        { target: '#goal.failed', actions: 'noteStepFailure' },
      ],
    },
  }) as const;

const planEnds = {
  'plan.ended': [
    { guard: 'planWasAborted', target: '#goal.aborted', actions: 'notePlanEnd' },
    { target: '#goal.executing.reflecting', actions: 'notePlanEnd' },
  ],
} as const;
const giveUp = { target: '#goal.aborted', actions: ['noteAborting', 'abortPlan'] } as const;
const undo = {
  'goal.abort': [
    { guard: 'isUndoAsked', target: '#goal.recovering.undoing', actions: ['noteAborting', 'abortPlan'] },
    giveUp,
  ],
} as const;

export const goalMachine = goalSetup.createMachine({
  id: 'goal',
  context: ({ input }) => ({
    goalId: input.goalId,
    rules: input.rules,
    planVersion: input.planVersion,
    planRuns: false,
    ending: 'failed',
    reason: '',
    blockage: null,
    deadlineAt: input.rules.limitAt,
    failure: null,
  }),
  // The time limit of the whole goal lives as long as the goal.
  invoke: {
    id: 'limit',
    src: 'deadline',
    input: ({ context }) => ({ at: context.rules.limitAt }),
    onDone: { target: '.failed', actions: ['noteLimit', 'abortPlan'] },
  },
  initial: 'ready',
  on: { 'goal.abort': giveUp },
  states: {
    ready: {
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'isGated', target: 'waiting' }, { target: '#goal.executing' }] },
        waiting: {
          invoke: {
            id: 'gate',
            src: 'gate',
            input: goalKey,
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
      on: { 'goal.pause': { target: 'blocked.paused', actions: 'tellPaused' }, ...undo },
      states: {
        preparing: {
          entry: 'tellStarted',
          always: [{ guard: 'isPlanned', target: 'admitting' }, { target: 'analysing' }],
        },
        analysing: step('analyse', 'analysed', 'planning'),
        planning: step('plan', 'planned', 'admitting'),
        admitting: step('admit', 'admitted', 'deciding'),
        deciding: {
          always: [
            { guard: 'needsApproval', target: '#goal.blocked.approval', actions: 'noteApprovalWanted' },
            { target: 'starting' },
          ],
        },
        starting: { entry: ['startPlan', 'startMonitor', 'mailStart', 'notePlanRuns'], always: 'running' },
        running: {
          on: {
            ...planEnds,
            'plan.blocked': { target: '#goal.blocked.waiting', actions: 'noteBlocked' },
            'plan.repairWanted': { target: '#goal.recovering', actions: 'noteWanted' },
            'goal.retry': { target: '#goal.recovering', actions: 'noteRetryWanted' },
            'goal.overBudget': { target: '#goal.blocked.budget', actions: 'noteBlocked' },
          },
        },
        reflecting: step('reflect', 'reflected', '#goal.verifying'),
        last: { type: 'history' },
      },
    },
    blocked: {
      initial: 'waiting',
      on: { ...undo },
      states: {
        question: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          invoke: { ...wake, onDone: { target: '#goal.failed', actions: 'noteExpired' } },
          on: { 'goal.answer': '#goal.executing.last' },
        },
        approval: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          invoke: { ...wake, onDone: { target: '#goal.failed', actions: 'noteExpired' } },
          on: {
            'goal.approve': '#goal.executing.starting',
            'goal.reject': { target: '#goal.failed', actions: 'noteRejected' },
          },
        },
        paused: {
          entry: 'pausePlan',
          on: {
            ...planEnds,
            'goal.resume': { target: '#goal.executing.last', actions: ['tellResumed', 'resumePlan'] },
          },
        },
        waiting: {
          entry: 'tellBlocked',
          exit: 'clearBlockage',
          on: {
            ...planEnds,
            'plan.unblocked': '#goal.executing.running',
            'plan.repairWanted': { target: '#goal.recovering', actions: 'noteWanted' },
            'goal.retry': { target: '#goal.recovering', actions: 'noteRetryWanted' },
            'goal.pause': { target: 'paused', actions: 'tellPaused' },
          },
        },
        budget: {
          entry: ['tellBlocked', 'pausePlan'],
          exit: 'clearBlockage',
          invoke: { ...wake, onDone: { target: '#goal.failed', actions: ['noteExpired', 'abortPlan'] } },
          on: { ...planEnds, 'goal.extend': { target: '#goal.executing.running', actions: 'resumePlan' } },
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
            input: goalKey,
            onDone: [
              { guard: 'judgedSucceeded', target: '#goal.succeeded', actions: 'noteJudgement' },
              { guard: 'judgedPartial', target: '#goal.partial', actions: 'noteJudgement' },
              { target: '#goal.failed', actions: 'noteJudgement' },
            ],
          },
        },
      },
    },
    recovering: {
      initial: 'replanning',
      on: { ...undo },
      states: {
        replanning: {
          invoke: {
            id: 'repair',
            src: 'repair',
            input: ({ context }) => ({ ...goalKey({ context }), reason: context.reason }),
            onDone: [
              {
                guard: 'isRepaired',
                target: '#goal.executing.starting',
                actions: ['noteRepaired', 'supersedePlan', 'tellRepaired'],
              },
              { target: '#goal.executing.running', actions: ['refuseRepair'] },
            ],
          },
          on: { ...planEnds },
        },
        undoing: {
          on: {
            'plan.ended': '#goal.aborted',
            // It is being undone already; without compensation it is given up.
            'goal.abort': [{ guard: 'isUndoAsked' }, giveUp],
          },
        },
      },
    },
    succeeded: end('succeeded'),
    partial: end('partial'),
    failed: end('failed'),
    aborted: end('aborted'),
  },
});
