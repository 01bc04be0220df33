// Runtime types: what a runtime is put together from, and its parts.
import type { InspectionEvent } from 'xstate';
import type { Subject } from 'rxjs';
import type { Attempts } from '../actors/attempts.js';
import type { Alarm } from '../actors/deadlines.js';
import type { GoalKey, RepairResult, StepResult } from '../actors/goal-steps.js';
import type { Pool } from '../actors/pool.js';
import type { Scopes } from '../actors/scopes.js';
import type { Signals } from '../actors/signals.js';
import type { ActorSystem } from '../actors/system-types.js';
import type { TaskBook } from '../actors/task-book.js';
import type { GoalStatus } from '../model/goal.js';
import type { Ledger } from '../persistence/ledger.js';
import type { Clock } from '../services/clock.js';
import type { Expressions } from '../services/expression/expressions.js';
import type { Ids } from '../services/ids.js';
import type { Performer } from '../services/tools/performer.js';
import type { Verifier } from '../services/verification/verifier.js';
import type { Telemetry } from './api.js';
import type { Config } from './config.js';
import type { Frontiers } from './frontiers.js';

export interface RuntimeOptions {
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

export interface Runtime {
  readonly options: RuntimeOptions;
  readonly system: ActorSystem;
  readonly frontiers: Frontiers;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly signals: Signals;
  readonly pool: Pool;
  readonly alarm: Alarm;
  readonly attempts: Attempts;
  readonly telemetry$: Subject<Telemetry>;
  /** Aborted when the engine closes. */
  readonly closing: AbortController;
  /** Goals that a bug or damage stopped: id → what happened. */
  readonly faults: Map<string, string>;
  readonly ended: Subject<{ goalId: string; status: GoalStatus }>;
}
