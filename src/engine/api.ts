// API: the shapes of the public interface. createEngine (../engine.ts) makes what is described here.
import type { InspectionEvent } from 'xstate';
import type { Observable } from 'rxjs';
import type { Logger } from 'pino';
import type { Vote } from '../model/approval.js';
import type { Blockage } from '../model/blockage.js';
import type { Fact } from '../model/fact.js';
import type { GoalSpec, GoalStatus } from '../model/goal.js';
import type { PlanSpecInput } from '../model/plan.js';
import type { Result } from '../model/result.js';
import type { Json } from '../model/scalars.js';
import type { TaskStatus } from '../model/task.js';
import type { FactPage, FactPageOptions } from '../persistence/fact-pages.js';
import type { Database, Durability } from '../persistence/ledger.js';
import type { PlanDescription } from '../services/planning/dry-run.js';
import type { Clock } from '../services/clock.js';
import type { Ids } from '../services/ids.js';
import type { Tool } from '../services/tools/tool.js';
import type { AroundCall } from './around-call.js';
import type { Config } from './config.js';

/** Makes a plan for a goal that was given in words. The engine ships none yet. */
export interface Planner {
  readonly name: string;
  plan(goal: GoalSpec, options: { signal: AbortSignal }): Promise<PlanSpecInput>;
}

export interface EngineOptions {
  /** The folder of the store, made when it is missing; or `memory` for one that is not kept. */
  readonly store: string;
  /** [sync; memory for a store in memory] */
  readonly durability?: Durability;
  /** Tools of the host, beside the built-in ones. */
  readonly tools?: readonly Tool[];
  /** Built-in tools [true]. */
  readonly builtinTools?: boolean;
  readonly planner?: Planner;
  readonly config?: Partial<Config>;
  /** Gets every inspection event of every actor, with its true source: any XState inspector fits. */
  readonly inspect?: (event: InspectionEvent) => void;
  /** [a silent one] */
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Opens another database than that of the store, which is `memory` then: for tests. */
  readonly database?: () => Promise<Database>;
  /** Stands around every call of a tool or a command, as it is made: for tests and for tracing. */
  readonly aroundCall?: AroundCall;
  /** Whether other processes may reach the engine over loopback, with the token in the store [true on disk]. */
  readonly endpoint?: boolean;
  /**
   * Whether it carries goals on [true]. Without that it takes goals and commands and answers questions, but
   * begins no effect: for those who look in for a moment.
   */
  readonly carryOn?: boolean;
}

/**
 * What a goal is submitted as: words, a plan document as a value, or `{ document: text }` with a plan document
 * as YAML or JSON text (problems then have lines and columns).
 */
export type GoalRequest = string | Readonly<Record<string, unknown>>;

export interface SubmitOptions {
  /** [a new id] An id that exists already gives that goal's handle, running or ended. */
  readonly goalId?: string;
  /** Values for the plan's inputs; text is converted to the declared type. */
  readonly inputs?: Readonly<Record<string, Json>>;
  /** The file that a document came from: problems name it, and relative files are found beside it. */
  readonly file?: string;
  /** Ask for approval of the whole plan before it runs [false, or as the goal says]. */
  readonly approval?: boolean;
}

/** Who gives a command, and why; both are journaled. */
export interface CommandOptions {
  readonly by?: string;
  readonly reason?: string;
}

/** An answer to something that is asked for approval. */
export interface AnswerOptions extends CommandOptions {
  /**
   * The digest of what the person has seen: the answer is refused when something else is asked for by now. Without it the
   * answer is for what is asked for at the moment at which it comes.
   */
  readonly digest?: string;
}

/** What those who are asked for an approval are shown, and how it stands. */
export interface PendingApproval {
  /** A task, `contingency:<id>/<task>`, or empty for the plan. */
  readonly subject: string;
  /** Leave to start, to go on, or to keep a result; or to carry out a plan or a contingency. */
  readonly asks: 'start' | 'approval' | 'review' | 'plan' | 'contingency';
  /** SHA-256 over the canonical JSON of `shown`. */
  readonly digest: string;
  readonly shown: Readonly<Record<string, Json>>;
  /** How many different people have to approve. */
  readonly quorum: number;
  /** Who may answer; empty for anybody. */
  readonly approvers: readonly string[];
  /** Who has approved so far; `by` is empty when nobody was named. */
  readonly votes: readonly Vote[];
  readonly since: number;
  readonly deadlineAt: number;
}

/** Why something waits, and what would let it go on. */
export interface Explanation {
  readonly goal: string;
  readonly status: GoalStatus;
  /** One sentence. */
  readonly summary: string;
  readonly waits: readonly (Blockage & { readonly subject: string; readonly unblock: readonly string[] })[];
}

/** A goal's live view. All commands resolve once they are on disk, and reject with `COMMAND_REFUSED` and the reason where the statechart does not allow them. */
export interface GoalHandle {
  readonly id: string;
  /** How it stands now. */
  snapshot(): Promise<Result>;
  /** Its facts from a sequence number on [1]; `follow` [true] goes on until it has ended. */
  events(options?: { from?: number; follow?: boolean; signal?: AbortSignal }): AsyncIterable<Fact>;
  /** A page of its facts: from a number on [the first], or backwards from one [the last]. */
  facts(options?: FactPageOptions): Promise<FactPage>;
  /** Resolves when it has ended. Rejects with `GOAL_FAULTED` when a bug stopped it, and when the signal aborts. */
  result(options?: { signal?: AbortSignal }): Promise<Result>;
  /** Starts nothing new; what runs, ends. */
  pause(options?: CommandOptions): Promise<void>;
  resume(options?: CommandOptions): Promise<void>;
  /** `compensate` undoes what was done, in reverse order. */
  abort(options?: CommandOptions & { compensate?: boolean }): Promise<void>;
  /** Approves a task, a contingency (`contingency:<id>/<task>`), or the plan when no subject is named. */
  approve(subject?: string, options?: AnswerOptions): Promise<void>;
  /** Rejects it; one rejection is enough. */
  reject(subject?: string, options?: AnswerOptions): Promise<void>;
  /** What exactly is asked for; undefined when the subject asks for no approval. */
  approval(subject?: string): Promise<PendingApproval | undefined>;
  /** Answers the question of a task. The value is its output. */
  answer(taskId: string, value: Json, options?: CommandOptions): Promise<void>;
  /** Sends a named signal to a task that waits for it, or keeps it for the next that does. */
  signal(name: string, payload?: Json, options?: CommandOptions): Promise<void>;
  /** Makes a task that waits, recovers or has failed try again. */
  retry(taskId: string, options?: CommandOptions): Promise<void>;
  skip(taskId: string, options?: CommandOptions): Promise<void>;
  explain(): Promise<Explanation>;
  /** Submits a new goal that undoes this one, which has ended, in reverse order. */
  undo(options?: { goalId?: string }): Promise<GoalHandle>;
  /** The tasks of the present plan with how they stand, in document order. Rounds are listed under their loop on demand. */
  tasks(options?: { rounds?: boolean; limit?: number }): Promise<TaskView[]>;
}

/** A task as `show` and the live tree see it. */
export interface TaskView {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  readonly action: string;
  readonly attempts: number;
  readonly after: readonly string[];
  /** Of a loop: how its rounds stand. */
  readonly rounds?: {
    readonly total: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly active: number;
  };
  readonly blocked?: { readonly kind: string; readonly detail: string };
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly failure?: string;
  readonly reason?: string;
}

/** A goal in a list. */
export interface GoalSummary {
  readonly id: string;
  readonly name: string;
  readonly status: GoalStatus;
  readonly completion: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly reason?: string;
  readonly blockage?: Blockage;
  readonly fault?: string;
  readonly counts: Result['counts'];
}

/** What keeps the store from being written. Nothing is started meanwhile and no command is taken; what runs goes on. */
export interface StoreTrouble {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly message: string;
}

/**
 * What happens now and is not stored: facts as they are committed, progress of attempts, and that the store cannot be
 * written or, without `trouble`, can be written again.
 */
export type Telemetry =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | {
      readonly kind: 'progress';
      readonly goal: string;
      readonly taskId: string;
      readonly share: number;
      readonly message?: string;
      readonly at: number;
    }
  | { readonly kind: 'store'; readonly trouble?: StoreTrouble; readonly at: number };

/** What a plan would do, without running anything: levels, critical path, estimates, tasks with their slack. */
export interface PlanPreview extends PlanDescription {
  readonly name: string;
  /** The document in its long form. */
  readonly expanded: Json;
}

/** What the doctor found. */
export interface Diagnosis {
  readonly healthy: boolean;
  readonly store: {
    readonly folder: string;
    readonly format: number;
    readonly commits: number;
    readonly facts: number;
  };
  readonly goals: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly severity: 'info' | 'warning' | 'error';
    readonly message: string;
    readonly goal?: string;
  }[];
}

export interface Engine extends AsyncDisposable {
  /**
   * Takes a goal. When it resolves, the goal is on disk and will be carried on by this engine or the next.
   *
   * @throws EngineError `INPUT_INVALID` or `PLAN_REFUSED` with all problems; nothing is stored then.
   */
  submit(request: GoalRequest, options?: SubmitOptions): Promise<GoalHandle>;
  /** @throws EngineError `GOAL_UNKNOWN` with the nearest id. */
  goal(id: string): Promise<GoalHandle>;
  /** Newest first. `status`: `open` for all that have not ended. */
  goals(query?: { status?: GoalStatus | 'open'; limit?: number }): Promise<GoalSummary[]>;
  /** Looks at a plan without running it: levels, critical path, estimates, problems. */
  plan(request: GoalRequest, options?: SubmitOptions): Promise<PlanPreview>;
  /** All facts from a sequence number on [1]; follows unless told not to. */
  events(options?: {
    from?: number;
    follow?: boolean;
    goal?: string;
    signal?: AbortSignal;
  }): AsyncIterable<Fact>;
  /** A page of all facts, or of a goal's. */
  facts(options?: FactPageOptions & { goal?: string }): Promise<FactPage>;
  readonly telemetry$: Observable<Telemetry>;
  readonly tools: { list(): readonly Tool[] };
  /** Deletes ended goals that are over age, count or bytes [as configured], and gives their space back. */
  collect(options?: {
    olderThanMs?: number;
    keep?: number;
    maxBytes?: number;
    dryRun?: boolean;
  }): Promise<{ goals: string[]; bytes: number }>;
  /** Reads everything in the store and checks it. */
  diagnose(): Promise<Diagnosis>;
  /** Sets a goal that was set aside going again. */
  revive(goalId: string): Promise<void>;
  /** What keeps the store from being written now; undefined while all is well. The engine gets over it by itself. */
  trouble(): Promise<StoreTrouble | undefined>;
  /** Resolves when every change so far is on disk, however long that takes; rejects when that was given up. */
  settled(): Promise<void>;
  /** Where other processes reach it, when they can. */
  readonly endpoint: { readonly url: string; readonly token: string } | undefined;
  /** Starts nothing new, waits for what runs (at most `graceMs` [10 s]), and gives the store back. */
  close(options?: { graceMs?: number }): Promise<void>;
}
