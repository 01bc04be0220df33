// Dispatch: starts what the frontier offers, as far as width, reservations and lags allow.
import { ruleOf } from '../model/approval.js';
import { addressOf, parseTaskId, roundId, undoId } from '../model/address.js';
import { createAskers } from './askers.js';
import { rulesOf, type Definition } from './definitions.js';
import { liveKind, type FrontierCore, type OpenLoop } from './frontier-core.js';
import { exclusionsOf, madeBy, needsOf, resourceName, takenBy } from './needs.js';
import { Mark } from './order.js';
import { createParking } from './parking.js';
import type { Need, Told } from './pool.js';
import type { TurnContext } from './turn.js';

type Start = { kind: 'granted' | 'approval' | 'ask' } | { kind: 'skip'; reason: string };

export interface Dispatch {
  /** Starts what can be started. */
  advance(turn: TurnContext): void;
  /** A task asks for the reservation of a further attempt. */
  ask(runningId: string, turn: TurnContext): void;
  /** Gives back what a task holds; when its attempt was spent, what that used up is gone. */
  release(runningId: string, spent: boolean, turn: TurnContext): void;
  /** Adds what a task has made. */
  produce(runningId: string, index: number, turn: TurnContext): void;
  /** Some of these names are free; without names: a lag may be over, or the plan goes on. */
  freed(names: readonly string[] | undefined, turn: TurnContext): void;
  /** Aborts a task, because the plan drains or has ended. */
  abort(runningId: string, turn: TurnContext): void;
  /** Takes a task that has an actor already; `detail` is what it was told that it waits for. */
  adopt(runningId: string, state: string, detail: string): void;
  forget(runningId: string): void;
  /** Tasks that wait for a reservation or a lag and have no actor. */
  parked(): number;
  /** Gives everything back: the frontier is closed. */
  giveAll(): void;
  /** Compensations to do, the next one last. */
  undo: string[];
}

/** What a task that has an actor waits for, when it is no name of the pool. */
const lacks = { width: 'width', leave: 'leave' } as const;
const details: Readonly<Record<string, string>> = {
  [lacks.width]: 'a place among the tasks that run',
  [lacks.leave]: 'the plan is paused',
};
const lockDetail = 'a lock or resource that another task holds';

export function createDispatch(core: FrontierCore): Dispatch {
  const { options, order, queue, live, loops, self } = core;
  const { goalId, reader, pool, scopes, book } = options;
  const { graph, plan } = reader;
  const width = plan.strategy.mode === 'sequential' ? 1 : plan.strategy.maxParallelTasks;
  const exclusions = exclusionsOf(graph, goalId);
  const needs = (index: number): Need[] => needsOf(reader.task(index), index, plan, exclusions);
  const isUndo = (id: string): boolean => parseTaskId(id).undo;
  const parking = createParking({ pool, waiter: self, needs, makeQueue: core.makeQueue });
  const askers = createAskers();
  let lagging: { readonly index: number; readonly until: number }[] = [];
  /** Tasks whose question the last engine did not answer any more. */
  const unanswered: string[] = [];
  /** What adopted tasks were told before: who is told the same again would wait anew. */
  const toldBefore = new Map<string, string>();

  function advance(turn: TurnContext): void {
    if (core.stopped) return;
    if (core.mode === 'undoing') return undoNext(turn);
    if (core.mode !== 'running' || order.hasCriticalFailure()) return;
    for (const id of askers.of(lacks.width)) if (live.places() < width) ask(id, turn);
    while (live.places() < width) {
      const index = parking.next() ?? queue.pop();
      if (index === undefined) return;
      const loop = loops.get(graph.ids[index] ?? '');
      if (loop !== undefined) startRound(loop, turn);
      else if (order.mark(index) === Mark.offered) start(index, turn);
    }
  }

  function start(index: number, turn: TurnContext): void {
    const id = graph.ids[index] ?? '';
    const found = core.definition(id);
    if (found === undefined || live.all.has(id)) return;
    const reason = core.skips.get(index) ?? whyNot(found);
    if (reason !== undefined) return spawn(id, found, { kind: 'skip', reason }, turn);
    const until = lagUntil(index);
    if (until > turn.at) {
      lagging.push({ index, until });
      return options.wakeAt(until);
    }
    if (ruleOf(found.task.approval) !== undefined) return spawn(id, found, { kind: 'approval' }, turn);
    const lacking = reserve(id, found);
    if (lacking === undefined) spawn(id, found, { kind: 'granted' }, turn);
    else parking.park(index, lacking);
  }

  /** Why a task is skipped by its own condition. One that cannot be evaluated fails the attempt instead. */
  function whyNot({ task }: Definition): string | undefined {
    if (task.when === undefined) return undefined;
    try {
      return scopes.holds(plan, task.when) ? undefined : `not ${task.when}`;
    } catch {
      return undefined;
    }
  }

  /** The instant before which a task shall not start; 0 for none. */
  function lagUntil(index: number): number {
    let until = 0;
    for (const { from, minLagMs } of order.lags(index)) {
      const ended = book.record(goalId, graph.ids[from] ?? '')?.endedAt;
      if (ended !== undefined) until = Math.max(until, ended + minLagMs);
    }
    return until;
  }

  /**
   * Reserves what a task needs, or says what is lacking. A wait needs nothing, a loop leaves it to its rounds, and a
   * compensation holds what its task held and uses up nothing.
   */
  function reserve(id: string, found: Definition): string | undefined {
    if (liveKind(found) !== 'work') return undefined;
    const wanted = needs(found.index).filter(({ how }) => how === 'hold' || !isUndo(id));
    if (wanted.length === 0) return undefined;
    const taken = pool.take(core.holder(id), wanted, self);
    return taken.granted ? undefined : taken.lacking;
  }

  function spawn(id: string, found: Definition, start: Start, turn: TurnContext): void {
    const undo = isUndo(id);
    live.add(id, { index: found.index, kind: liveKind(found), undo });
    book.begin(goalId, id);
    const rules = rulesOf(found, options.patienceMs, undo);
    turn.spawn(self, addressOf.task(goalId, id), {
      goalId,
      taskId: id,
      rules,
      key: options.keyOf(id),
      start,
    });
  }

  function startRound(loop: OpenLoop, turn: TurnContext): void {
    loop.queued = false;
    const round = loop.next();
    if (round === undefined) return;
    const id = roundId(loop.taskId, round);
    const found = core.definition(id);
    const lacking = found === undefined ? undefined : reserve(id, found);
    if (found === undefined || lacking !== undefined) {
      loop.putBack(round);
      if (lacking === undefined) return;
      loop.queued = true;
      return parking.park(loop.index, lacking);
    }
    spawn(id, found, { kind: 'granted' }, turn);
    core.enqueueRounds(loop);
  }

  function undoNext(turn: TurnContext): void {
    while (live.all.size === 0) {
      const id = dispatch.undo.pop();
      if (id === undefined) return;
      const found = core.definition(undoId(id));
      // One that lacks a lock is denied it when it asks, and waits there.
      if (found !== undefined)
        spawn(
          undoId(id),
          found,
          { kind: reserve(undoId(id), found) === undefined ? 'granted' : 'ask' },
          turn,
        );
    }
  }

  /** What keeps a task that has an actor from going on. */
  function lackingFor(id: string, found: Definition): string | undefined {
    if (core.mode === 'held') return lacks.leave;
    if (core.mode === 'undoing') return reserve(id, found);
    const others = live.places() - (live.takesPlace(id) ? 1 : 0);
    return liveKind(found) === 'work' && others >= width ? lacks.width : reserve(id, found);
  }

  function ask(id: string, turn: TurnContext): void {
    const found = core.definition(id);
    if (found === undefined) return;
    if (core.stopped) return void unanswered.push(id);
    if (core.mode === 'draining' || (core.mode === 'undoing' && !isUndo(id))) return abort(id, turn);
    const address = addressOf.task(goalId, id);
    const lacking = lackingFor(id, found);
    if (lacking === undefined) {
      askers.delete(id);
      // The task itself says so later in the turn; until then its place shall not be given to another.
      live.grant(id);
      return turn.mail(self, address, { type: 'reservation.granted' });
    }
    const before = askers.set(id, lacking);
    const detail = details[lacking];
    const told = toldBefore.get(id) ?? (before === undefined ? undefined : (details[before] ?? lockDetail));
    toldBefore.delete(id);
    // A lock and a resource have the same deadline: the task is told only when it waits for something of another kind.
    if (told === (detail ?? lockDetail)) return;
    turn.mail(self, address, {
      type: 'reservation.denied',
      deadlineAt: turn.at + (detail === undefined ? options.resourceWaitMs : options.patienceMs),
      detail: detail ?? lockDetail,
    });
  }

  function abort(id: string, turn: TurnContext): void {
    turn.mail(self, addressOf.task(goalId, id), { type: 'task.abort', reason: core.reason });
  }

  function freed(names: readonly string[] | undefined, turn: TurnContext): void {
    if (names !== undefined) parking.open(names);
    else {
      const over = lagging.filter(({ until }) => until <= turn.at);
      lagging = lagging.filter(({ until }) => until > turn.at);
      for (const { index } of over) queue.push(index);
    }
    if (core.mode === 'held') return;
    for (const id of [...unanswered.splice(0), ...askers.of(lacks.leave)]) ask(id, turn);
    // What was given back while nothing went on was told then.
    for (const name of names ?? askers.lacks()) {
      if (name in details) continue;
      for (const id of askers.of(name)) if (pool.available(name) > 0) ask(id, turn);
      if (askers.of(name).length > 0) pool.wait(name, self);
    }
  }

  /** Tells those who wait for what is free now. */
  function tell(told: Told, turn: TurnContext | undefined): void {
    for (const [waiter, names] of told) {
      if (waiter !== self) options.tell(waiter, names);
      else turn?.mail(self, self, { type: 'frontier.freed', names });
    }
  }

  const dispatch: Dispatch = {
    advance,
    ask,
    abort,
    freed,
    undo: [],
    parked: () => parking.size + lagging.length,
    forget(id) {
      askers.delete(id);
      toldBefore.delete(id);
    },
    release(id, spent, turn) {
      live.leave(id);
      const holder = core.holder(id);
      if (!pool.holds(holder)) return;
      const used =
        spent && !isUndo(id)
          ? takenBy(reader.task(live.all.get(id)?.index ?? reader.indexOf(parseTaskId(id).taskId) ?? 0), plan)
          : {};
      bookUse(id, used, turn);
      tell(pool.give(holder, spent), turn);
    },
    produce(id, index, turn) {
      for (const [name, amount] of Object.entries(madeBy(reader.task(index), plan))) {
        bookUse(id, { [name]: -amount }, turn);
        tell(pool.add(resourceName(goalId, name), amount), turn);
      }
    },
    giveAll() {
      for (const id of live.all.keys()) tell(pool.give(core.holder(id), false), undefined);
    },
    adopt(id, state, detail) {
      const found = core.definition(id);
      if (found === undefined) return;
      const { undo } = parseTaskId(id);
      live.add(id, { index: found.index, kind: liveKind(found), undo });
      if (state.startsWith('executing')) reserve(id, found);
      if (state === 'blocked.resource') {
        askers.set(id, lacks.leave);
        toldBefore.set(id, detail);
      }
      if (state === 'ready.asking') unanswered.push(id);
    },
  };
  return dispatch;

  /** Adds to what the record of a task says it has used up. */
  function bookUse(id: string, amounts: Readonly<Record<string, number>>, turn: TurnContext): void {
    const entries = Object.entries(amounts);
    if (entries.length === 0) return;
    const used = { ...book.record(goalId, id)?.used };
    for (const [name, amount] of entries) used[name] = (used[name] ?? 0) + amount;
    book.note(turn.changes, goalId, id, { used });
  }
}
