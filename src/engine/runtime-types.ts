// Runtime types: what a runtime is put together from, and its parts.
import type { AnyStateMachine, InspectionEvent } from 'xstate';
import type { Attempts } from '../actors/attempts.js';
import type { Alarm } from '../actors/deadlines.js';
import type { Gates } from '../actors/gates.js';
import type { GoalKey, RepairResult, StepResult } from '../actors/goal-steps.js';
import type { Pool } from '../actors/pool.js';
import type { Scopes } from '../actors/scopes.js';
import type { Approvals } from '../actors/approvals.js';
import type { Signals } from '../actors/signals.js';
import type { ActorChange, ActorSystem } from '../actors/system-types.js';
import type { TaskBook } from '../actors/task-book.js';
import type { ActorKind } from '../model/address.js';
import type { GoalStatus } from '../model/goal.js';
import type { Ledger } from '../persistence/ledger.js';
import type { ChartHistory } from '../persistence/migrate.js';
import type { Clock } from '../services/clock.js';
import type { Expressions } from '../services/expression/expressions.js';
import type { Ids } from '../services/ids.js';
import type { Performer } from '../services/tools/performer.js';
import type { Verifier } from '../services/verification/verifier.js';
import type { Telemetry } from './api.js';
import type { Channel } from './channel.js';
import type { Config } from './config.js';
import type { Frontiers } from './frontiers.js';

/** A statechart with its ports open, its version, and how snapshots of older versions become its own. */
export interface Chart extends ChartHistory {
  readonly machine: AnyStateMachine;
}
export type Charts = Readonly<Record<ActorKind, Chart>>;

export interface RuntimeOptions {
  /** The charts that actors run. */
  readonly charts: Charts;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly config: Config;
  readonly expressions: Expressions;
  readonly performer: Performer;
  readonly verifier: Verifier;
  readonly machine: { readonly cpus: number; readonly memoryMb: number };
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
  /** Begins no effect. */
  readonly idle: boolean;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Plans a goal that came without a plan; settles with the version it stored. */
  readonly planGoal: (key: GoalKey, signal: AbortSignal) => Promise<() => StepResult>;
  /** Makes a new version of a plan, within the running turn. */
  readonly repairPlan: (key: GoalKey & { reason: string }) => RepairResult;
}

/** Keeps goals that only wait on disk only. */
export interface Passivation {
  /** Told of every change of an actor. */
  noticed(change: ActorChange): void;
  /** Whether a goal is on disk only. */
  isPassive(goalId: string): boolean;
  /** Puts a goal back if it is passive; resolves when that is on disk. */
  wake(goalId: string): Promise<void>;
  /** Wakes the goals that have waited for the end of one. */
  ended(goalId: string): void;
  /** Waits for the next that is to be woken. */
  begin(): Promise<void>;
  /** Wakes nothing more, and puts away what only waits: the engine closes. */
  close(): Promise<void>;
}

export interface Runtime {
  readonly options: RuntimeOptions;
  readonly system: ActorSystem;
  readonly frontiers: Frontiers;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly signals: Signals;
  readonly approvals: Approvals;
  readonly pool: Pool;
  readonly alarm: Alarm;
  readonly attempts: Attempts;
  readonly gates: Gates;
  readonly passivation: Passivation;
  readonly telemetry$: Channel<Telemetry>;
  /** Aborted when the engine closes. */
  readonly closing: AbortController;
  /** Goals that a bug or damage stopped: id → what happened. */
  readonly faults: Map<string, string>;
  readonly ended: Channel<{ goalId: string; status: GoalStatus }>;
}
