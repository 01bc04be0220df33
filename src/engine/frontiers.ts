// Frontiers: the frontier of each goal whose plan runs; made when it is first needed, or when a goal is resumed.
import { createFrontier, type Frontier } from '../actors/frontier.js';
import type { FrontierOptions } from '../actors/frontier-core.js';
import { declareResources } from '../actors/needs.js';
import { createRecoveries } from '../actors/recoveries.js';
import { stateName } from '../actors/state-name.js';
import type { Alarm } from '../actors/deadlines.js';
import type { Pool } from '../actors/pool.js';
import type { Scopes } from '../actors/scopes.js';
import type { ActorSystem } from '../actors/system-types.js';
import type { TaskBook } from '../actors/task-book.js';
import type { Desk } from '../actors/turn.js';
import { invariant } from '../errors.js';
import { addressOf, parseAddress } from '../model/address.js';
import type { Constraint } from '../model/goal.js';
import type { TaskStatus } from '../model/task.js';
import type { ContingencyContext } from '../machines/contingency.setup.js';
import type { PlanContext } from '../machines/plan.setup.js';
import type { TaskContext } from '../machines/task.setup.js';
import { keys } from '../persistence/keys.js';
import type { Ledger } from '../persistence/ledger.js';
import { openPlan } from '../persistence/plans.js';
import type { StoredGoal } from '../persistence/resume.js';
import type { Performer } from '../services/tools/performer.js';
import type { Config } from './config.js';

export interface Frontiers {
  /** The frontier of a goal whose plan has an actor. */
  get(goalId: string): Frontier;
  /** The idempotency key of a task; `createdAt` tells a goal from an earlier one with its id. */
  keyOf(goalId: string, runningId: string): string;
  /** What the outputs of a goal's tasks must not hold. */
  safety(goalId: string): readonly Constraint[];
  find(goalId: string): Frontier | undefined;
  /** The desk at an address, if that is a frontier's. */
  desk(address: string): Desk | undefined;
  /** Makes the frontier of a goal that is resumed. */
  restore(goalId: string, stored: StoredGoal): void;
  forget(goalId: string): void;
  /** From now on none starts anything: the engine is closing. */
  close(): void;
}

interface FrontiersOptions {
  readonly ledger: Ledger;
  readonly config: Config;
  readonly performer: Performer;
  readonly system: () => ActorSystem;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly pool: Pool;
  readonly alarm: Alarm;
  /** Told when another version of a plan has taken the place of one that ran. */
  readonly onReplaced: (goalId: string) => void;
}

type Known = Pick<FrontierOptions, 'ended' | 'alive' | 'endOrder' | 'loops'> & {
  readonly used: Record<string, number>;
  /** Contingencies that are engaged: task → contingency. */
  readonly engaged: ReadonlyMap<string, string>;
};

/** Makes the frontiers of an engine. */
export function createFrontiers(options: FrontiersOptions): Frontiers {
  const { ledger, config, system, book, scopes, pool, alarm } = options;
  const all = new Map<string, Frontier>();
  let closed = false;
  const goals = new Map<string, { salt: string; safety: readonly Constraint[] }>();
  /** What of a goal's record is needed with every task. */
  const about = (goalId: string): { salt: string; safety: readonly Constraint[] } => {
    const known = goals.get(goalId);
    if (known !== undefined) return known;
    const record = ledger.read('goal', keys.goal(goalId));
    const read = {
      salt: (record?.createdAt ?? 0).toString(36),
      safety: record?.spec.constraints.safety ?? [],
    };
    goals.set(goalId, read);
    return read;
  };
  const keyOf = (goalId: string, runningId: string): string => `${goalId}@${about(goalId).salt}/${runningId}`;

  function make(goalId: string, version: number, known: Known): Frontier {
    const reader = openPlan(ledger, goalId, version);
    declareResources(pool, reader.plan, known.used);
    const recoveries = createRecoveries(reader.plan, book);
    for (const [taskId, contingencyId] of known.engaged) recoveries.adopt(contingencyId, taskId);
    const frontier = createFrontier({
      goalId,
      reader,
      pool,
      book,
      scopes,
      recoveries,
      effectOf: (action) => options.performer.effectOf(action),
      keyOf: (runningId) => keyOf(goalId, runningId),
      patienceMs: config.patienceMs,
      resourceWaitMs: config.resourceWaitMs,
      wakeAt: (instant) => void alarm.at(instant, () => freed(addressOf.frontier(goalId))),
      tell: freed,
      ended: known.ended,
      alive: known.alive,
      loops: known.loops,
      endOrder: known.endOrder,
    });
    all.set(goalId, frontier);
    if (closed) frontier.stop();
    return frontier;
  }

  const freed = (address: string, names?: readonly string[]): void =>
    system().post(address, { type: 'frontier.freed', ...(names === undefined ? {} : { names }) });

  /** The tasks of a goal that have an actor, from the actors. */
  function aliveNow(goalId: string): Map<string, { state: string; detail: string }> {
    const alive = new Map<string, { state: string; detail: string }>();
    for (const address of system().addressesOf(goalId)) {
      const snapshot = system().snapshot(address);
      const { kind, name } = parseAddress(address);
      if (kind !== 'task' || snapshot === undefined) continue;
      alive.set(name, { state: stateName(snapshot.value), detail: (snapshot.context as TaskContext).detail });
    }
    return alive;
  }

  /** The contingencies of a goal that have an actor. */
  function engagedNow(goalId: string): Map<string, string> {
    const engaged = new Map<string, string>();
    for (const address of system().addressesOf(goalId)) {
      if (parseAddress(address).kind !== 'contingency') continue;
      const context = system().snapshot(address)?.context as ContingencyContext | undefined;
      if (context !== undefined) engaged.set(context.taskId, context.contingencyId);
    }
    return engaged;
  }

  /** The frontier for the version that the plan's actor runs; what an older one knew is carried over. */
  function get(goalId: string): Frontier {
    const version = (system().snapshot(addressOf.plan(goalId))?.context as PlanContext | undefined)?.version;
    const known = all.get(goalId);
    if (known !== undefined && (version === undefined || known.reader.plan.version === version)) return known;
    invariant(version !== undefined, `F6 the plan of goal ${goalId} has an actor`);
    known?.close();
    if (known !== undefined) options.onReplaced(goalId);
    const ended = new Map<string, TaskStatus>();
    let endOrder = 0;
    const used: Record<string, number> = {};
    if (known !== undefined) {
      const loops = known.reader.graph.ids.filter((_, i) => known.reader.task(i).action.kind === 'for_each');
      const rounds = loops.flatMap((id) => known.roundIds(id));
      for (const id of [...known.reader.graph.ids, ...rounds]) {
        const record = book.record(goalId, id);
        if (record?.endedAt === undefined) continue;
        ended.set(id, record.status);
        endOrder = Math.max(endOrder, (record.endOrder ?? -1) + 1);
        for (const [name, amount] of Object.entries(record.used ?? {}))
          used[name] = (used[name] ?? 0) + amount;
      }
    }
    return make(goalId, version, {
      ended,
      alive: known === undefined ? new Map() : aliveNow(goalId),
      loops: known?.openLoops() ?? [],
      endOrder,
      used,
      engaged: engagedNow(goalId),
    });
  }

  return {
    get,
    keyOf,
    safety: (goalId) => about(goalId).safety,
    find: (goalId) => all.get(goalId),
    desk: (address) => {
      const { kind, goalId } = parseAddress(address);
      return kind === 'frontier' || kind === 'reservations' ? findOrMake(goalId) : undefined;
    },
    restore(goalId, stored) {
      const plan = stored.actors.get(addressOf.plan(goalId))?.snapshot as
        | { context: PlanContext }
        | undefined;
      // While a goal is judged its plan has no actor any more, but what it knew is asked for.
      const isJudged = stored.record.status === 'verifying';
      if (plan === undefined && !isJudged) return;
      const alive = new Map<string, { state: string; detail: string }>();
      const engaged = new Map<string, string>();
      for (const [address, { machine, snapshot }] of stored.actors) {
        if (machine === 'contingency') {
          const { taskId, contingencyId } = snapshot['context'] as ContingencyContext;
          engaged.set(taskId, contingencyId);
        }
        if (machine !== 'task') continue;
        const { value, context: task } = snapshot as {
          value: Parameters<typeof stateName>[0];
          context: TaskContext;
        };
        alive.set(parseAddress(address).name, { state: stateName(value), detail: task.detail });
      }
      make(goalId, plan?.context.version ?? stored.record.planVersion, {
        ended: stored.ended,
        alive,
        loops: [],
        endOrder: stored.endOrder,
        used: stored.used,
        engaged,
      });
      stored.ended.clear();
    },
    close: () => {
      closed = true;
      for (const frontier of all.values()) frontier.stop();
    },
    forget: (goalId) => {
      all.get(goalId)?.close();
      all.delete(goalId);
      goals.delete(goalId);
      book.forget(goalId);
    },
  };

  function findOrMake(goalId: string): Frontier | undefined {
    return system().snapshot(addressOf.plan(goalId)) === undefined ? all.get(goalId) : get(goalId);
  }
}
