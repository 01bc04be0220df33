// Protocol: what the statecharts and the actor system say to each other.
//
// A machine speaks by emitting: mail to an address, and facts for the journal. The mailman stamps every
// event with the instant and a random number; a port's outcome carries both too.
import type { FactData } from '../model/fact.js';
import type { Failure } from '../model/failure.js';
import type { Finding } from '../model/criterion.js';
import type { BlockageKind } from '../model/blockage.js';
import type { Asked } from './approval.js';

/** What the mailman adds to every event. */
export interface Stamp {
  /** The instant of the turn, in epoch milliseconds. */
  readonly at: number;
  /** A number from 0 (included) to 1 (excluded), for jitter. */
  readonly random: number;
}

/** An event between actors, before it is stamped. */
export interface Mail {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** What machines emit. */
export type Emitted =
  | { type: 'mail'; to: string; event: Mail }
  | { type: 'spawn'; to: string; input: object }
  | { type: 'fact'; fact: string; data: FactData };

export const mail = (to: string, event: Mail): Emitted => ({ type: 'mail', to, event });
/** Asks the mailman to make the actor at an address; an actor that is there already is kept. */
export const spawn = (to: string, input: object): Emitted => ({ type: 'spawn', to, input });
export const fact = (type: string, data: FactData): Emitted => ({ type: 'fact', fact: type, data });

/** How an attempt of a task came out. */
export type AttemptOutcome = Stamp &
  (
    | { kind: 'succeeded' }
    | { kind: 'failed'; failure: Failure }
    /** It may or may not have happened, and must not be done again without asking. */
    | { kind: 'interrupted'; detail: string }
    /**
     * It goes on when something comes from outside: an instant, a signal, an approval, an answer; or, because what was
     * approved has changed, leave to start.
     */
    | {
        kind: 'waiting';
        wait: 'time' | 'signal' | 'approval' | 'question' | 'start';
        deadlineAt: number;
        detail: string;
      }
  );

export type VerifyOutcome = Stamp &
  (
    | { kind: 'passed' }
    | { kind: 'rejected'; failure: Failure }
    /** A person shall look at it. */
    | { kind: 'review'; detail: string }
  );

/** What those are shown who are asked for an approval, as digests. */
export type ShownOutcome = Stamp & Asked;

/** What could be said of an output at once; `open` when checks with effects, or people, are left to be asked. */
export type WeighOutcome = { kind: 'passed' } | { kind: 'rejected'; failure: Failure } | { kind: 'open' };

/** Whether an interrupted effect happened. */
export type ProbeOutcome = Stamp & { happened: 'yes' | 'no' | 'unknown'; detail: string };

/** A deadline has come. */
export type DeadlineOutcome = Stamp;

/** How a plan or a goal was judged once its work was over. */
export type JudgeOutcome = Stamp & {
  status: 'succeeded' | 'partial' | 'failed';
  reason: string;
  findings: Finding[];
};

/** What a planning step of a goal gave: it may go on, it needs an answer, or it cannot be done. */
export type StepOutcome = Stamp &
  (
    | { kind: 'done'; planVersion?: number }
    | { kind: 'question'; question: string }
    | { kind: 'failed'; failure: Failure }
  );

/** A repair of a plan: a new version, or the reason why there is none. */
export type RepairOutcome = Stamp &
  ({ kind: 'repaired'; version: number } | { kind: 'none'; reason: string });

/** What a monitor's watch saw. */
export type WatchOutcome = Stamp &
  (
    | { kind: 'suspected'; subject: string; message: string }
    | { kind: 'quiet' }
    | { kind: 'lost'; detail: string }
  );

/** How an action of a contingency came out. */
export type ContingencyStepOutcome = Stamp & { kind: 'succeeded' | 'failed'; next?: string; detail: string };

/** Why a plan or a goal does not go on by itself. */
export interface BlockageNote {
  readonly kind: BlockageKind;
  readonly detail: string;
}

/** What the frontier reports to its plan whenever it has worked. Its size does not depend on the plan's. */
export interface Survey {
  /** Tasks that could start if there were room. */
  readonly ready: number;
  /** Tasks with an actor that is not blocked. */
  readonly active: number;
  /** Tasks with an actor that is blocked. */
  readonly waiting: number;
  /** Tasks that have not ended and have no actor, for whatever reason. */
  readonly remaining: number;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly aborted: number;
  /** Shares of the estimated work that have ended well. */
  readonly completion: number;
  readonly criticalFailed: boolean;
  /** Compensations still to do. */
  readonly toUndo: number;
  /** Why the tasks that wait do so: the kind that needs a person first. */
  readonly blockage?: BlockageNote | undefined;
}

export const emptySurvey: Survey = {
  ready: 0,
  active: 0,
  waiting: 0,
  remaining: 0,
  total: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  aborted: 0,
  completion: 0,
  criticalFailed: false,
  toUndo: 0,
};
