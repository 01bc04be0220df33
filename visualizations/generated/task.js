// The task statechart, version 2, for Stately. Written by "npm run generate"; do not edit.
// Actions, guards and actors are names without code: this is the chart to look at, not the one that runs.
import { createMachine } from 'xstate';

export const taskMachine = createMachine({
  id: 'task',
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
            {
              guard: 'needsApproval',
              target: '#task.blocked.approval',
              actions: 'noteApprovalWanted',
            },
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
        onDone: [
          {
            guard: 'hasSucceeded',
            target: 'verifying.weighing',
            actions: 'tellCompleted',
          },
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
          entry: [
            { type: 'tellBlocked', params: { kind: 'resource' } },
            { type: 'mailBlocked', params: { kind: 'resource' } },
          ],
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#task.recovering', actions: 'noteFailure' },
          },
          on: {
            'reservation.granted': '#task.executing',
            'reservation.denied': { target: 'resource', reenter: true, actions: 'noteDenied' },
          },
        },
        approval: {
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#task.recovering', actions: 'noteFailure' },
          },
          initial: 'preparing',
          states: {
            preparing: {
              invoke: {
                id: 'shown',
                src: 'shown',
                onDone: [
                  { guard: 'isChanged', target: 'asking', actions: ['tellVoided', 'noteAsked'] },
                  { target: 'asking', actions: 'noteAsked' },
                ],
              },
            },
            asking: {
              entry: [
                { type: 'tellBlocked', params: { kind: 'approval' } },
                { type: 'mailBlocked', params: { kind: 'approval' } },
              ],
              invoke: {
                id: 'shown',
                src: 'shown',
                onDone: { target: 'asking', reenter: true, actions: ['tellVoided', 'noteAsked'] },
              },
              on: {
                'task.approve': [
                  {
                    guard: 'approvesStart',
                    target: '#task.ready',
                    actions: ['countVote', 'tellApproved', 'allow'],
                  },
                  {
                    guard: 'isLastVote',
                    target: '#task.verifying',
                    actions: ['countVote', 'tellApproved'],
                  },
                  { guard: 'isVote', actions: ['countVote', 'tellApproved'] },
                ],
                'task.reject': { guard: 'mayAnswer', target: '#task.failed', actions: 'noteRejected' },
              },
            },
          },
        },
        ambiguity: {
          entry: [
            { type: 'tellBlocked', params: { kind: 'ambiguity' } },
            { type: 'mailBlocked', params: { kind: 'ambiguity' } },
          ],
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#task.recovering', actions: 'noteFailure' },
          },
          on: { 'task.answer': '#task.verifying' },
        },
        external: {
          entry: [
            { type: 'tellBlocked', params: { kind: 'external' } },
            { type: 'mailBlocked', params: { kind: 'external' } },
          ],
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: [
              { guard: 'waitWasForTime', target: '#task.verifying' },
              { target: '#task.recovering', actions: 'noteFailure' },
            ],
          },
          on: { 'task.signal': '#task.verifying' },
        },
        interrupted: {
          entry: [
            { type: 'tellBlocked', params: { kind: 'interrupted' } },
            { type: 'mailBlocked', params: { kind: 'interrupted' } },
          ],
          invoke: {
            id: 'wake',
            src: 'deadline',
            onDone: { target: '#task.failed', actions: 'noteUnanswered' },
          },
          initial: 'deciding',
          states: {
            deciding: { always: [{ guard: 'hasProbe', target: 'probing' }, { target: 'asking' }] },
            probing: {
              invoke: {
                id: 'probe',
                src: 'probe',
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
          entry: [
            'noteStuck',
            { type: 'tellBlocked', params: { kind: 'error' } },
            { type: 'mailBlocked', params: { kind: 'error' } },
          ],
          invoke: { id: 'wake', src: 'deadline', onDone: '#task.failed' },
          on: {
            'reservation.granted': { actions: 'returnReservation' },
            'task.retry': '#task.ready',
            'task.reject': { guard: 'isForNoDigest', target: '#task.failed', actions: 'noteRejected' },
          },
        },
      },
    },
    verifying: {
      initial: 'checking',
      states: {
        weighing: {
          on: {
            'task.weighed': [
              { guard: 'hasPassed', target: '#task.succeeded' },
              {
                guard: 'isRejected',
                target: '#task.recovering',
                actions: ['noteFailure', 'tellFailed'],
              },
              { target: 'checking' },
            ],
          },
        },
        checking: {
          invoke: {
            id: 'verify',
            src: 'verify',
            onDone: [
              { guard: 'hasPassed', target: '#task.succeeded' },
              {
                guard: 'wantsReview',
                target: '#task.blocked.approval',
                actions: 'noteReview',
              },
              { target: '#task.recovering', actions: ['noteFailure', 'tellFailed'] },
            ],
          },
        },
      },
    },
    recovering: {
      initial: 'classing',
      on: {
        'reservation.granted': { actions: 'returnReservation' },
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
          invoke: { id: 'wake', src: 'deadline', onDone: '#task.ready' },
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
    succeeded: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'succeeded' } },
        { type: 'mailEnd', params: { status: 'succeeded' } },
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
    skipped: {
      type: 'final',
      entry: [
        { type: 'tellEnd', params: { status: 'skipped' } },
        { type: 'mailEnd', params: { status: 'skipped' } },
      ],
    },
  },
  version: '2',
});
