// Task: one unit of work, from the moment it can run until its end is verified.
//
// T1 `succeeded` is entered only from `verifying`.
// T2 an attempt begins only in `executing`, and only with a reservation held.
// T3 a task whose start needs approval begins no attempt before it is approved.
// T4 the attempts made never exceed 1 + automatic retries + retries asked for + those that ended before their effect
//    because what was approved had changed; one that the probe says did not happen is made again as an automatic retry.
// T5 an interrupted attempt is not made again unless the probe said no or a person asked.
// T6 an end is final: no event changes it.
// T7 every blocked state and every back-off has a deadline.
// T8 a reservation is given back when an attempt is over, and at once when it comes too late to be used.
// T9 an approval is complete only when as many different people as are asked for have approved the digest that is
//    asked for; when that changes, what was approved before counts no more.
import { attemptInput, hasShown, toShow, verifyInput } from './task-inputs.js';
import { taskSetup, attemptKey, type TaskContext } from './task.setup.js';
import type { BlockageKind } from '../model/blockage.js';

/** The version of this chart; a snapshot carries it. */
export const taskVersion = 2;

const blocked = (kind: BlockageKind) =>
  [
    { type: 'tellBlocked', params: { kind } },
    { type: 'mailBlocked', params: { kind } },
  ] as const;
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
  input: ({ context }: { context: TaskContext }) => ({ at: context.deadlineAt }),
} as const;

const show = { id: 'shown', src: 'shown' } as const;
const vote = ['countVote', 'tellApproved'] as const;

/** A reservation that was waited for until the deadline, and comes after it. */
const late = { 'reservation.granted': { actions: 'returnReservation' } } as const;

export const taskMachine = taskSetup.createMachine({
  id: 'task',
  context: ({ input }) => ({
    goalId: input.goalId,
    taskId: input.taskId,
    rules: input.rules,
    key: input.key,
    gate: input.start.kind,
    awaits: 'start',
    attempt: 0,
    attemptAt: 0,
    startedAt: 0,
    retries: 0,
    since: input.at,
    deadlineAt: 0,
    detail: input.start.kind === 'skip' ? input.start.reason : '',
    failure: null,
    approval: null,
  }),
  initial: 'ready',
  on: { 'task.abort': { target: '.aborted', actions: 'noteReason' } },
  states: {
    ready: {
      initial: 'deciding',
      on: { 'task.skip': { target: 'skipped', actions: 'noteReason' } },
      states: {
        deciding: {
          always: [
            { guard: 'isSkipped', target: '#task.skipped' },
            { guard: 'needsApproval', target: '#task.blocked.approval', actions: 'noteApprovalWanted' },
            { guard: 'isGranted', target: '#task.executing' },
            { target: 'asking' },
          ],
        },
        asking: {
          entry: 'askReservation',
          on: {
            'reservation.granted': '#task.executing',
            'reservation.denied': { target: '#task.blocked.resource', actions: 'noteDenied' },
          },
        },
      },
    },
    executing: {
      entry: ['beginAttempt', 'tellStarted'],
      exit: 'releaseReservation',
      invoke: {
        id: 'attempt',
        src: 'attempt',
        input: attemptInput,
        onDone: [
          { guard: 'hasSucceeded', target: 'verifying.weighing', actions: 'tellCompleted' },
          { guard: 'waitsForOutside', target: 'blocked.external', actions: 'noteWait' },
          { guard: 'waitsForApproval', target: 'blocked.approval', actions: 'noteWait' },
          { guard: 'waitsForAnswer', target: 'blocked.ambiguity', actions: 'noteWait' },
          {
            guard: 'isInterrupted',
            target: 'blocked.interrupted',
            actions: ['noteInterrupted', 'tellInterrupted'],
          },
          { target: 'recovering', actions: ['noteFailure', 'tellFailed'] },
        ],
      },
    },
    blocked: {
      initial: 'resource',
      exit: 'tellUnblocked',
      on: { 'task.skip': { target: 'skipped', actions: 'noteReason' } },
      states: {
        resource: {
          entry: blocked('resource'),
          invoke: { ...wake, onDone: { target: '#task.recovering', actions: 'noteFailure' } },
          on: {
            'reservation.granted': '#task.executing',
            // What it waits for has changed: a lock is free, but the places are taken meanwhile.
            'reservation.denied': { target: 'resource', reenter: true, actions: 'noteDenied' },
          },
        },
        approval: {
          invoke: { ...wake, onDone: { target: '#task.recovering', actions: 'noteFailure' } },
          initial: 'preparing',
          states: {
            preparing: {
              invoke: {
                ...show,
                input: toShow,
                onDone: [
                  { guard: 'isChanged', target: 'asking', actions: ['tellVoided', 'noteAsked'] },
                  { target: 'asking', actions: 'noteAsked' },
                ],
              },
            },
            asking: {
              entry: blocked('approval'),
              // It settles when something else would be shown than those who are asked have seen.
              invoke: {
                ...show,
                input: hasShown,
                onDone: { target: 'asking', reenter: true, actions: ['tellVoided', 'noteAsked'] },
              },
              on: {
                'task.approve': [
                  { guard: 'approvesStart', target: '#task.ready', actions: [...vote, 'allow'] },
                  { guard: 'isLastVote', target: '#task.verifying', actions: vote },
                  { guard: 'isVote', actions: vote },
                ],
                'task.reject': { guard: 'mayAnswer', target: '#task.failed', actions: 'noteRejected' },
              },
            },
          },
        },
        ambiguity: {
          entry: blocked('ambiguity'),
          invoke: { ...wake, onDone: { target: '#task.recovering', actions: 'noteFailure' } },
          on: { 'task.answer': '#task.verifying' },
        },
        external: {
          entry: blocked('external'),
          invoke: {
            ...wake,
            onDone: [
              { guard: 'waitWasForTime', target: '#task.verifying' },
              { target: '#task.recovering', actions: 'noteFailure' },
            ],
          },
          on: { 'task.signal': '#task.verifying' },
        },
        interrupted: {
          entry: blocked('interrupted'),
          invoke: { ...wake, onDone: { target: '#task.failed', actions: 'noteUnanswered' } },
          initial: 'deciding',
          states: {
            deciding: { always: [{ guard: 'hasProbe', target: 'probing' }, { target: 'asking' }] },
            probing: {
              invoke: {
                id: 'probe',
                src: 'probe',
                input: attemptKey,
                onDone: [
                  { guard: 'hasHappened', target: '#task.verifying' },
                  {
                    guard: 'hasNotHappened',
                    target: '#task.recovering',
                    actions: ['noteFailure', 'tellFailed'],
                  },
                  { target: 'asking', actions: 'noteProbed' },
                ],
              },
            },
            asking: {
              on: {
                'task.approve': { guard: 'isForNoDigest', target: '#task.verifying' },
                'task.retry': { guard: 'isAsked', target: '#task.ready' },
                'task.reject': { guard: 'isForNoDigest', target: '#task.failed', actions: 'noteRejected' },
              },
            },
          },
        },
        error: {
          entry: ['noteStuck', ...blocked('error')],
          invoke: { ...wake, onDone: '#task.failed' },
          on: {
            ...late,
            'task.retry': '#task.ready',
            'task.reject': { guard: 'isForNoDigest', target: '#task.failed', actions: 'noteRejected' },
          },
        },
      },
    },
    verifying: {
      initial: 'checking',
      states: {
        // What can be checked without an effect was checked in the attempt's own turn: its verdict follows.
        weighing: {
          on: {
            'task.weighed': [
              { guard: 'hasPassed', target: '#task.succeeded' },
              { guard: 'isRejected', target: '#task.recovering', actions: ['noteFailure', 'tellFailed'] },
              { target: 'checking' },
            ],
          },
        },
        checking: {
          invoke: {
            id: 'verify',
            src: 'verify',
            input: verifyInput,
            onDone: [
              { guard: 'hasPassed', target: '#task.succeeded' },
              { guard: 'wantsReview', target: '#task.blocked.approval', actions: 'noteReview' },
              { target: '#task.recovering', actions: ['noteFailure', 'tellFailed'] },
            ],
          },
        },
      },
    },
    recovering: {
      initial: 'classing',
      on: {
        ...late,
        'task.skip': { target: 'skipped', actions: 'noteReason' },
        'task.retry': 'ready',
      },
      states: {
        classing: {
          always: [
            { guard: 'retryAllowed', target: 'backingOff', actions: 'countRetry' },
            { guard: 'contingencyMayHelp', target: 'contingency' },
            { guard: 'asksBeforeGivingUp', target: '#task.blocked.error' },
            { target: '#task.failed' },
          ],
        },
        backingOff: {
          entry: 'tellRetrying',
          invoke: { ...wake, onDone: '#task.ready' },
        },
        contingency: {
          entry: 'askContingency',
          on: {
            'contingency.declined': [
              { guard: 'asksBeforeGivingUp', target: '#task.blocked.error' },
              { target: '#task.failed' },
            ],
          },
        },
      },
    },
    succeeded: end('succeeded'),
    failed: end('failed'),
    aborted: end('aborted'),
    skipped: end('skipped'),
  },
});
