// Rig: the real runtime of an engine (actor system, frontiers, ports, ledger) on a database that a test gives it, so
// that it can be crashed and put together again, and so that steps that only later versions take can be taken.
import { createHandle } from '#src/engine/handle.js';
import type { GoalHandle } from '#src/engine/api.js';
import { charts } from '#src/engine/charts.js';
import { readConfig } from '#src/engine/config.js';
import { planGoal } from '#src/engine/plan-goal.js';
import { repairByRetry } from '#src/engine/repair.js';
import { createRescue } from '#src/engine/rescue.js';
import { resumeAll } from '#src/engine/resume-goals.js';
import { createRuntime } from '#src/engine/runtime.js';
import type { Charts, Runtime, RuntimeOptions } from '#src/engine/runtime-types.js';
import { prepare, store, type Checks } from '#src/engine/submit.js';
import type { GoalInput, GoalRules } from '#src/machines/goal.setup.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import { openStore } from '#src/persistence/store.js';
import type { Clock } from '#src/services/clock.js';
import { createExpressions } from '#src/services/expression/expressions.js';
import type { Ids } from '#src/services/ids.js';
import { createPerformer } from '#src/services/tools/performer.js';
import { createToolRegistry } from '#src/services/tools/registry.js';
import type { Tool } from '#src/services/tools/tool.js';
import { createVerifier } from '#src/services/verification/verifier.js';

export interface RigOptions {
  readonly db: Database;
  /** Opens the database again after a write has failed; without it the first such write is the last. */
  readonly reopen?: () => Promise<Database>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tools: readonly Tool[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly inspect?: RuntimeOptions['inspect'];
  readonly planGoal?: RuntimeOptions['planGoal'];
  readonly repairPlan?: RuntimeOptions['repairPlan'];
  /** Other charts than those of this version. */
  readonly charts?: Charts;
  /** What goals that are submitted may do beyond what their documents say. */
  readonly rules?: Partial<GoalRules>;
}

export interface Rig {
  readonly runtime: Runtime;
  submit(document: Readonly<Record<string, unknown>> | string, goalId: string): Promise<GoalHandle>;
  handle(goalId: string): GoalHandle;
}

const machine = { cpus: 2, memoryMb: 4_096 };

/** Puts a runtime together and carries on what the database holds. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { db, clock, ids } = options;
  const config = readConfig(options.config);
  const opened = await openStore(db, clock.now());
  const expressions = createExpressions();
  const tools = createToolRegistry(options.tools);
  const checks: Checks = { tools, config, machine, expressions };
  const { reopen } = options;
  const rescue =
    reopen === undefined
      ? undefined
      : createRescue({
          port: { folder: undefined, open: reopen, ballast: undefined, mark: undefined },
          clock,
          tell: () => runtime.attempts.reconsider(),
        });
  const ledger = createLedger({
    db,
    ...(rescue === undefined ? {} : { rescue }),
    durability: 'memory',
    lastCommit: opened.lastCommit,
    lastSeq: opened.lastSeq,
    onWriteError: () => {},
  });
  const runCommand = (): never => {
    throw new Error('A rig runs no commands.');
  };
  const runtime: Runtime = createRuntime({
    charts: options.charts ?? charts,
    ledger,
    clock,
    ids,
    config,
    expressions,
    performer: createPerformer({ tools, runCommand }),
    verifier: createVerifier({ expressions, tools }),
    machine,
    inspect: options.inspect,
    idle: false,
    log: () => {},
    planGoal: options.planGoal ?? ((key, signal) => planGoal(runtime, undefined, checks, key, signal)),
    repairPlan:
      options.repairPlan ?? ((key) => repairByRetry(key, ledger, runtime.book, runtime.system.current())),
  });
  await resumeAll(runtime);

  const handle = (goalId: string): GoalHandle =>
    createHandle({
      runtime,
      goalId,
      undo: () => Promise.reject(new Error('A rig undoes no goals.')),
    });

  return {
    runtime,
    handle,
    async submit(document, goalId) {
      const prepared = prepare(document, { goalId }, checks);
      await runtime.system.perform(goalId, (turn) => {
        const spawn: typeof turn.spawn = (from, to, input) => {
          const { rules } = input as GoalInput;
          turn.spawn(from, to, { ...input, rules: { ...rules, ...options.rules } });
        };
        store(goalId, prepared, {}, { config, ledger }, { ...turn, spawn });
      });
      return handle(goalId);
    },
  };
}
