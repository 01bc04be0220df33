// Runtime: the parts of an engine, put together on an open store.
import { setMaxListeners } from 'node:events';
import { bindCharts } from './charts.js';
import { createChannel, type Channel } from './channel.js';
import type { Runtime, RuntimeOptions } from './runtime-types.js';
import { createApprovals } from '../actors/approvals.js';
import { createAttempts, type AttemptReports } from '../actors/attempts.js';
import { createAlarm } from '../actors/deadlines.js';
import type { Frontier } from '../actors/frontier.js';
import { createGates } from '../actors/gates.js';
import { declareMachine } from '../actors/needs.js';
import { createPool } from '../actors/pool.js';
import { createProjection } from '../actors/projection.js';
import { createScopes } from '../actors/scopes.js';
import { createSignals } from '../actors/signals.js';
import { createActorSystem } from '../actors/system.js';
import type { ActorSystem } from '../actors/system-types.js';
import { createTaskBook } from '../actors/task-book.js';
import { createVerification, type VerificationOptions } from '../actors/verification.js';
import type { GoalStatus } from '../model/goal.js';
import { keys } from '../persistence/keys.js';
import type { GoalRecord } from '../persistence/records.js';
import type { Telemetry } from './api.js';
import { createFrontiers } from './frontiers.js';
import { createPassivation } from './passivation.js';

/** Puts the parts together. Nothing runs until a goal is restored or submitted. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { ledger, clock, config, performer } = options;
  const book = createTaskBook(ledger, { maxValueBytes: config.maxValueBytes });
  const scopes = createScopes(options.expressions, book);
  const signals = createSignals(book);
  const alarm = createAlarm(clock);
  const pool = createPool();
  declareMachine(pool, options.machine, config.buffers);
  const channels = createChannels();
  const { ended, faults } = channels;
  const system = (): ActorSystem => actors;
  const onReplaced = (goalId: string): void => actors.run(goalId, (turn) => approvals.look(goalId, turn));
  const frontiers = createFrontiers({ ...options, system, book, scopes, pool, alarm, onReplaced });
  const frontier = (goalId: string): Frontier => frontiers.get(goalId);
  const gates = createGates({ system, ledger, alarm, now: clock.now });

  const values = { system, frontier, book, scopes };
  const approvals = createApprovals({ ...values, patienceMs: config.patienceMs });
  const base = { ...values, approvals, performer, clock, idle: options.idle };
  const verifying: VerificationOptions = {
    ...base,
    verifier: options.verifier,
    checkTimeoutMs: 60_000,
    safety: (goalId) => frontiers.safety(goalId),
  };
  const verification = createVerification(verifying);

  const attempts = createAttempts({
    ...base,
    signals,
    patienceMs: config.patienceMs,
    stopGraceMs: config.stopGraceMs,
    canWrite: () => (ledger.broken() ?? ledger.disk.trouble()) === undefined,
    keyOf: frontiers.keyOf,
    reports: reportTo(channels.telemetry$, options),
    weigh: verification.weigh,
  });

  const passivation = createPassivation(() => runtime);
  const project = createProjection({ ledger, book, frontier: frontiers.find, onGoalEnded: finish });
  const actors = createActorSystem({
    ledger,
    now: clock.now,
    random: options.ids.random,
    inspect: options.inspect,
    charts: bindCharts({ ...base, options, frontiers, alarm, attempts, gates, verifying, verification }),
    desk: frontiers.desk,
    onChange: (change, turn) => {
      project(change, turn);
      passivation.noticed(change);
    },
    onFault: fault,
  });

  /** Clears up after a goal in a turn of its own, when all that its end set off is done. */
  function finish(goalId: string, status: GoalStatus): void {
    actors.run(goalId, (turn) => {
      for (const address of actors.addressesOf(goalId)) turn.changes.remove(keys.actor(address));
      actors.drop(goalId);
      frontiers.forget(goalId);
      for (const key of signals.forget(goalId)) turn.changes.remove(key);
      turn.changes.afterCommit(() => {
        ended.next({ goalId, status });
        gates.goalEnded(goalId);
        passivation.ended(goalId);
      });
    });
  }

  function fault(goalId: string, where: string, error: unknown): void {
    const message = `${where}: ${error instanceof Error ? error.message : String(error)}`;
    faults.set(goalId, message);
    frontiers.forget(goalId);
    options.log('a bug stopped a goal', { goal: goalId, error });
    actors.run(goalId, (turn) => {
      const record = readable(goalId);
      if (record !== undefined)
        turn.changes.put('goal', keys.goal(goalId), { ...record, fault: { at: turn.at, message } });
      turn.fact(`goal/${goalId}`, 'engine.faulted', { message });
      turn.changes.afterCommit(() => ended.next({ goalId, status: record?.status ?? 'blocked' }));
    });
  }

  /** A goal's record, unless it is what is damaged: then the fault is known in memory only. */
  function readable(goalId: string): GoalRecord | undefined {
    try {
      return ledger.read('goal', keys.goal(goalId));
    } catch {
      return undefined;
    }
  }

  const parts = { options, frontiers, book, scopes, signals, pool, alarm, approvals, attempts, gates };
  const runtime: Runtime = { ...parts, ...channels, passivation, system: actors };
  return runtime;
}

/** Where attempts report their progress and write their log. */
function reportTo(telemetry$: Channel<Telemetry>, { clock, log }: RuntimeOptions): AttemptReports {
  return {
    progress: (goal, taskId, share, message) =>
      telemetry$.next({
        kind: 'progress',
        goal,
        taskId,
        share,
        at: clock.now(),
        ...(message === undefined ? {} : { message }),
      }),
    log: (goal, taskId, message, fields) => log(message, { goal, taskId, ...fields }),
  };
}

/** How an engine tells those who listen: what happens, what has ended, what was set aside, and that it closes. */
function createChannels(): Pick<Runtime, 'telemetry$' | 'ended' | 'faults' | 'closing'> {
  // Everybody who waits for a result listens to it, however many they are.
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  return {
    telemetry$: createChannel<Telemetry>(),
    ended: createChannel<{ goalId: string; status: GoalStatus }>(),
    faults: new Map<string, string>(),
    closing,
  };
}
