// The monitor's vocabulary: what its chart (monitor.machine.ts) names. Types, ports, guards and actions.
import { assign, emit, setup } from 'xstate';
import { openPort } from './ports.js';
import { fact } from './protocol.js';
import type { DeadlineOutcome, Emitted, Stamp, WatchOutcome } from './protocol.js';

export interface MonitorInput extends Stamp {
  readonly goalId: string;
  /** What it looks for, such as `stalled`. */
  readonly name: string;
}

export interface MonitorContext {
  readonly goalId: string;
  readonly name: string;
  /** What the present suspicion is about: a task id, or empty. */
  readonly subject: string;
  readonly message: string;
  readonly deadlineAt: number;
}

export type MonitorEvent = Stamp & { type: 'monitor.watchedEnded' };

/** What a monitor asks its watch: to look until it suspects something, or whether a suspicion still holds. */
export interface WatchInput {
  readonly goalId: string;
  readonly name: string;
  readonly subject: string;
}

const outcomeOf = (event: unknown): WatchOutcome => (event as { output: WatchOutcome }).output;

/** How long after telemetry was lost a monitor looks again. */
export const lookAgainMs = 5_000;

export const monitorSetup = setup({
  types: {
    context: {} as MonitorContext,
    events: {} as MonitorEvent,
    input: {} as MonitorInput,
    emitted: {} as Emitted,
  },
  actors: {
    /** Settles when something is suspected. */
    watch: openPort<WatchInput, WatchOutcome>('monitor.watch'),
    /** Settles after the window, with whether the suspicion holds. */
    confirm: openPort<WatchInput, WatchOutcome>('monitor.confirm'),
    /** Settles when a raised issue has ended. */
    clear: openPort<WatchInput, WatchOutcome>('monitor.clear'),
    deadline: openPort<{ at: number }, DeadlineOutcome>('monitor.deadline'),
  },
  guards: {
    isSuspected: ({ event }) => outcomeOf(event).kind === 'suspected',
    isLost: ({ event }) => outcomeOf(event).kind === 'lost',
  },
  actions: {
    noteSuspicion: assign(({ event }) => {
      const suspicion = outcomeOf(event) as Extract<WatchOutcome, { kind: 'suspected' }>;
      return { subject: suspicion.subject, message: suspicion.message };
    }),
    tellRaised: emit(({ context }) =>
      fact('monitor.raised', { monitor: context.name, taskId: context.subject, message: context.message }),
    ),
    tellCleared: emit(({ context }) =>
      fact('monitor.cleared', { monitor: context.name, taskId: context.subject }),
    ),
    noteLost: assign(({ event }) => ({
      deadlineAt: outcomeOf(event).at + lookAgainMs,
      message: (outcomeOf(event) as Extract<WatchOutcome, { kind: 'lost' }>).detail,
    })),
    tellLost: emit(({ context }) =>
      fact('monitor.blocked', { monitor: context.name, detail: context.message }),
    ),
    forget: assign({ subject: '', message: '' }),
  },
});
