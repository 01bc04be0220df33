// The composition root: opens the store, puts the engine together, resumes what has not ended, and stops.
import { cpus, totalmem } from 'node:os';
import { EngineError } from './errors.js';
import type { Engine, EngineOptions, GoalHandle, GoalRequest, SubmitOptions } from './engine/api.js';
import { aroundCommands, aroundTools } from './engine/around-call.js';
import { charts } from './engine/charts.js';
import { readConfig } from './engine/config.js';
import { createStorePort, type StorePort } from './engine/database.js';
import { diagnose } from './engine/doctor.js';
import { anySignal, createHandle, factPage, goalExists } from './engine/handle.js';
import { listGoals, nearestGoal } from './engine/list.js';
import { repairByRetry } from './engine/repair.js';
import { createRescue, lost, openWithBallast, tellTrouble } from './engine/rescue.js';
import { keepHouse } from './engine/housekeeping.js';
import { createRetention, type Retention } from './engine/retention.js';
import { resumeAll, revive } from './engine/resume-goals.js';
import { createRuntime } from './engine/runtime.js';
import type { Runtime } from './engine/runtime-types.js';
import type { Checks } from './engine/submit.js';
import { createSpace } from './engine/space.js';
import { builtinTools, commandRunner } from './engine/tools.js';
import { undoDocument } from './engine/undo.js';
import { damageOf } from './persistence/codec.js';
import { keys } from './persistence/keys.js';
import { followFacts } from './persistence/journal.js';
import { createLedger } from './persistence/ledger.js';
import { removeLockFile, writeLockFile } from './persistence/lock-file.js';
import { openStore } from './persistence/store.js';
import { createSystemClock, type Clock } from './services/clock.js';
import type { Endpoint } from './services/endpoint/server.js';
import { createExpressions } from './services/expression/expressions.js';
import { collectGarbage } from './services/garbage.js';
import { createSystemIds, secret } from './services/ids.js';
import { createPerformer } from './services/tools/performer.js';
import { createToolRegistry } from './services/tools/registry.js';
import { createVerifier } from './services/verification/verifier.js';

/** Plans with more tasks than this leave so much behind when they are checked that it is collected at once. */
const largePlan = 20_000;

/**
 * Opens a store, carries on every goal in it that has not ended, and returns the engine.
 *
 * @throws EngineError `STORE_IN_USE` when another process has the store, `STORE_NEWER` or `STORE_DAMAGED` when
 * it cannot be read, `INPUT_INVALID` for bad options.
 *
 * @example
 * ```ts
 * await using engine = await createEngine({ store: '.statewright' });
 * const goal = await engine.submit({ version: 1, goal: { name: 'Greet' }, tasks: {
 *   hello: { action: { command: 'node', args: ['-e', 'console.log("hello")'] } } } });
 * console.log((await goal.result()).status);
 * ```
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  return createEngineOn(createStorePort(options.store, options.database), options);
}

/** Opens an engine on a store that lies where a port says; `store` only names it. */
export async function createEngineOn(port: StorePort, options: EngineOptions): Promise<Engine> {
  const { runtime, checks, folder, inMemory, rescue, losses } = await open(port, options);
  const { ledger, clock, ids, config } = runtime.options;
  // Nobody has to wait for it: until it is there, a full disk costs more patience.
  const ballasted = port.ballast?.make();
  if (runtime.options.idle) runtime.frontiers.close();
  await resumeAll(runtime, losses).catch(async (error: unknown) => {
    await giveUp(runtime);
    await ballasted;
    throw error;
  });
  const retention = createRetention({ runtime, space: createSpace(ledger, port.folder) });
  const keepsHouse = config.retention.automatic && !runtime.options.idle;
  const stopHousekeeping = keepsHouse ? houseOf(runtime, retention, options.clock) : () => {};
  let closed = false;
  let closing: Promise<void> | undefined;
  let endpoint: Endpoint | undefined;

  const handle = (goalId: string): GoalHandle =>
    createHandle({
      runtime,
      goalId,
      undo: async (id, undoOptions) => submit(await undoDocument(runtime, id), undoOptions),
    });

  const isStored = (goalId: string): Promise<boolean> =>
    ledger.disk.reading(() => Promise.resolve(goalExists(runtime, goalId)));

  async function submit(request: GoalRequest, submitOptions: SubmitOptions = {}): Promise<GoalHandle> {
    if (closed) throw new EngineError('ENGINE_CLOSED', 'The engine was closed and takes no goals.');
    const { goalId = ids.next() } = submitOptions;
    if (submitOptions.goalId !== undefined) {
      if (await isStored(goalId)) return handle(goalId);
      await ledger.disk.back();
      if (ledger.read('removal', keys.removal(goalId)) !== undefined) await retention.finish(goalId);
    }
    // Not before the caller has had a chance to let go of the request.
    if ((await take(goalId, request, submitOptions)) > largePlan) clock.at(clock.now() + 20, collectGarbage);
    return handle(goalId);
  }

  /** Checks and stores a request; gives the number of its tasks. Nothing of it is kept in memory afterwards. */
  async function take(goalId: string, request: GoalRequest, submitOptions: SubmitOptions): Promise<number> {
    const { prepare, store } = await import('./engine/submit.js');
    const prepared = prepare(request, submitOptions, checks);
    await runtime.system.perform(goalId, (turn) => {
      if (!goalExists(runtime, goalId)) store(goalId, prepared, submitOptions, { config, ledger }, turn);
    });
    return prepared.plan?.graph.ids.length ?? 0;
  }

  const close: Engine['close'] = ({ graceMs = 10_000 } = {}) => {
    if (closing === undefined) closing = shutDown(graceMs);
    else void runtime.attempts.drain(graceMs);
    return closing;
  };

  async function shutDown(graceMs: number): Promise<void> {
    closed = true;
    runtime.closing.abort(new EngineError('ENGINE_CLOSED', 'The engine was closed.'));
    stopHousekeeping();
    await endpoint?.close();
    runtime.frontiers.close();
    await runtime.attempts.drain(graceMs);
    runtime.alarm.close();
    const kept = retention.close();
    await ledger.close();
    await runtime.passivation.close();
    await kept;
    await runtime.system.perform('', (turn) => runtime.attempts.withdraw(turn)).catch(() => {});
    runtime.system.close();
    await ledger.close();
    runtime.ended.complete();
    runtime.telemetry$.complete();
    await ballasted;
    if (!inMemory) await removeLockFile(folder, process.pid);
    await ledger.disk.close();
    port.mark?.close();
  }

  const engine: Engine = {
    submit,
    goal: async (id) => {
      if (await isStored(id)) return handle(id);
      throw new EngineError(
        'GOAL_UNKNOWN',
        `There is no goal '${id}' in this store.${await nearestGoal(runtime, id)}`,
      );
    },
    goals: (query) => listGoals(runtime, query ?? {}),
    plan: async (request, planOptions) => {
      const { preview } = await import('./engine/preview.js');
      return preview(request, planOptions ?? {}, checks);
    },
    events: (eventOptions = {}) =>
      followFacts(ledger, {
        ...eventOptions,
        signal: anySignal(runtime.closing.signal, eventOptions.signal),
      }),
    facts: (pageOptions) => factPage(runtime, pageOptions ?? {}),
    get telemetry$() {
      return runtime.telemetry$.asObservable();
    },
    tools: { list: () => checks.tools.list() },
    collect: (collectOptions) => retention.collect(collectOptions ?? {}),
    diagnose: () => diagnose(runtime, folder),
    revive: (goalId) => revive(runtime, goalId),
    trouble: () => Promise.resolve(rescue.trouble() ?? lost(ledger.broken(), clock.now())),
    settled: () => ledger.settled(),
    get endpoint() {
      return endpoint === undefined ? undefined : { url: endpoint.url, token };
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  const token = secret();
  if (options.endpoint ?? !inMemory) {
    const [{ createEndpoint }, { serveEngine }] = await Promise.all([
      import('./services/endpoint/server.js'),
      import('./engine/serve.js'),
    ]);
    endpoint = await createEndpoint({ handler: serveEngine(engine), token });
  }
  if (!inMemory) {
    await writeLockFile(folder, { pid: process.pid, startedAt: clock.now(), ...engine.endpoint });
  }
  return engine;
}

/** Lets go of all that an engine which cannot begin has taken. */
async function giveUp({ frontiers, attempts, alarm, passivation, system, options }: Runtime): Promise<void> {
  frontiers.close();
  await attempts.drain(0);
  alarm.close();
  await passivation.close().catch(() => {});
  system.close();
  await options.ledger.close();
  await options.ledger.disk.close();
}

/** Opens the store and puts the parts on it together. */
async function open(port: StorePort, options: EngineOptions) {
  const config = readConfig(options.config);
  const clock = options.clock ?? createSystemClock();
  const ids = options.ids ?? createSystemIds();
  const { logger } = options;
  const inMemory = port.folder === undefined;
  const folder = port.folder ?? 'memory';
  const db = await openWithBallast(port);
  const opened = await openStore(db, clock.now(), port.mark?.read()).catch(async (error: unknown) => {
    await db.close();
    throw damageOf(error);
  });
  for (const gap of opened.gaps) logger?.error({ gap }, 'something is missing in the journal');
  const expressions = createExpressions();
  const given = [
    ...(options.builtinTools === false ? [] : await builtinTools(config, clock)),
    ...(options.tools ?? []),
  ];
  const tools = createToolRegistry(aroundTools(given, options.aroundCall));
  const machine = { cpus: cpus().length, memoryMb: Math.floor(totalmem() / 1024 / 1024) };
  const checks: Checks = { tools, config, machine, expressions };
  const rescue = createRescue({
    port,
    clock,
    tell: (...trouble) => tellTrouble(runtime, logger, ...trouble),
  });
  const ledger = createLedger({
    db,
    rescue,
    durability: options.durability ?? (inMemory ? 'memory' : 'sync'),
    lastCommit: opened.lastCommit,
    lastSeq: opened.lastSeq,
    storedCommit: opened.storedCommit,
    ...(port.mark === undefined ? {} : { onWritten: port.mark.note }),
    onWriteError: (error) => {
      logger?.fatal({ error }, 'nothing will be written to the store any more');
      runtime.closing.abort(error);
    },
  });
  const runtime: Runtime = createRuntime({
    charts,
    ledger,
    clock,
    ids,
    config,
    expressions,
    performer: createPerformer({
      tools,
      runCommand: aroundCommands(commandRunner(config, clock), options.aroundCall),
    }),
    verifier: createVerifier({ expressions, tools }),
    machine,
    inspect: options.inspect,
    idle: options.carryOn === false,
    log: (message, fields) => logger?.info(fields, message),
    planGoal: async (key, signal) => {
      const { planGoal } = await import('./engine/plan-goal.js');
      return planGoal(runtime, options.planner, checks, key, signal);
    },
    repairPlan: (key) => repairByRetry(key, ledger, runtime.book, runtime.system.current()),
  });
  ledger.onFacts((facts) => {
    for (const fact of facts) runtime.telemetry$.next({ kind: 'fact', fact });
  });
  return { runtime, checks, folder, inMemory, rescue, losses: opened.losses };
}

/** Retention in the background; its clock keeps no process alive. */
function houseOf(runtime: Runtime, retention: Retention, clock: Clock | undefined): () => void {
  return keepHouse({
    retention,
    clock: clock ?? createSystemClock({ ref: false }),
    intervalMs: runtime.options.config.retention.intervalMs,
    onError: (error) => runtime.options.log('old goals could not be deleted', { error }),
  });
}
