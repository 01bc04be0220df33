// Dispatch: starts what the frontier offers, as far as width, reservations and lags allow.
import { addressOf, parseTaskId, roundId, undoId } from '../model/address.js';
import { graphFlags } from '../model/graph.js';
import { rulesOf, type Definition } from './definitions.js';
import { liveKind, type FrontierCore } from './frontier-core.js';
import { exclusionsOf, needsOf } from './needs.js';
import type { TurnContext } from './turn.js';

type Start = { kind: 'granted' | 'approval' } | { kind: 'skip'; reason: string };

export interface Dispatch {
  /** Starts what can be started. */
  advance(turn: TurnContext): void;
  /** A task asks for the reservation of a further attempt. */
  ask(runningId: string, turn: TurnContext): void;
  /** Gives back what a task holds; `well`: its attempt succeeded. */
  release(runningId: string, well: boolean, turn: TurnContext): void;
  /** Something that was waited for may be free. */
  freed(turn: TurnContext): void;
  /** Takes a task that has an actor already. */
  adopt(runningId: string, state: string): void;
  forget(runningId: string): void;
  /** Tasks that wait for a reservation or a lag and have no actor. */
  parked(): number;
  /** Compensations to do, the next one last. */
  undo: string[];
}

export function createDispatch(core: FrontierCore): Dispatch {
  const { options, order, queue, live, loops, self } = core;
  const { goalId, reader, pool, scopes, book } = options;
  const { graph, plan } = reader;
  const width = plan.strategy.mode === 'sequential' ? 1 : plan.strategy.maxParallelTasks;
  const exclusions = exclusionsOf(graph, goalId);
  const parked: number[] = [];
  const asking = new Set<string>();
  const withoutReservation = graphFlags.waits | graphFlags.loop;

  function advance(turn: TurnContext): void {
    if (core.stopped) return;
    if (core.mode === 'undoing') return undoNext(turn);
    if (core.mode === 'held' || order.hasCriticalFailure()) return;
    while (live.places() < width) {
      const index = queue.pop();
      if (index === undefined) return;
      if (loops.has(graph.ids[index] ?? '')) startRound(index, turn);
      else start(index, turn);
    }
  }

  function start(index: number, turn: TurnContext): void {
    const id = graph.ids[index] ?? '';
    const found = core.definition(id);
    if (found === undefined) return;
    const reason = core.skips.get(index) ?? whyNot(found);
    if (reason !== undefined) spawn(id, found, { kind: 'skip', reason }, turn);
    else if (mustLag(index, turn)) parked.push(index);
    else if (found.task.approval === 'required') spawn(id, found, { kind: 'approval' }, turn);
    else if (((graph.flags[index] ?? 0) & withoutReservation) !== 0 || reserve(id, found)) {
      spawn(id, found, { kind: 'granted' }, turn);
    } else parked.push(index);
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

  function mustLag(index: number, turn: TurnContext): boolean {
    for (const { from, minLagMs } of order.lags(index)) {
      const ended = book.record(goalId, graph.ids[from] ?? '')?.endedAt;
      if (ended === undefined || ended + minLagMs <= turn.at) continue;
      options.wakeAt(ended + minLagMs);
      return true;
    }
    return false;
  }

  function reserve(id: string, { task, index }: Definition): boolean {
    const needs = needsOf(task, index, plan, exclusions);
    return needs.length === 0 || pool.take(core.holder(id), needs, self).granted;
  }

  function spawn(id: string, found: Definition, start: Start, turn: TurnContext): void {
    const undo = id.endsWith('~undo');
    live.add(id, { index: found.index, kind: liveKind(found), undo });
    const rules = rulesOf(found, options.patienceMs, undo);
    turn.spawn(self, addressOf.task(goalId, id), {
      goalId,
      taskId: id,
      rules,
      key: options.keyOf(id),
      start,
    });
  }

  function startRound(index: number, turn: TurnContext): void {
    const loop = loops.get(graph.ids[index] ?? '');
    const round = loop?.next();
    if (loop === undefined || round === undefined) return;
    const id = roundId(loop.taskId, round);
    const found = core.definition(id);
    if (found === undefined || !reserve(id, found)) {
      loop.putBack(round);
      parked.push(index);
      return;
    }
    spawn(id, found, { kind: 'granted' }, turn);
    if (loop.left() > 0) queue.push(index);
  }

  function undoNext(turn: TurnContext): void {
    while (live.all.size === 0) {
      const id = dispatch.undo.pop();
      if (id === undefined) return;
      const found = core.definition(undoId(id));
      if (found !== undefined) spawn(undoId(id), found, { kind: 'granted' }, turn);
    }
  }

  function ask(id: string, turn: TurnContext): void {
    const found = core.definition(id);
    if (found === undefined) return;
    const held = core.mode === 'held';
    const address = addressOf.task(goalId, id);
    if (!held && (core.mode === 'undoing' || reserve(id, found))) {
      asking.delete(id);
      return turn.mail(self, address, { type: 'reservation.granted' });
    }
    if (asking.has(id)) return;
    asking.add(id);
    const deadlineAt = turn.at + (held ? options.patienceMs : options.resourceWaitMs);
    const detail = held ? 'the plan is paused' : 'a lock or resource that another task holds';
    turn.mail(self, address, { type: 'reservation.denied', deadlineAt, detail });
  }

  function freed(turn: TurnContext): void {
    for (const index of parked.splice(0)) queue.push(index);
    if (core.mode === 'held') return;
    for (const id of asking) ask(id, turn);
  }

  const dispatch: Dispatch = {
    advance,
    ask,
    freed,
    undo: [],
    parked: () => parked.length,
    forget: (id) => void asking.delete(id),
    release(id, well, turn) {
      for (const waiter of pool.give(core.holder(id), well)) {
        if (waiter !== self) options.tell(waiter);
        else turn.mail(self, self, { type: 'frontier.freed' });
      }
    },
    adopt(id, state) {
      const found = core.definition(id);
      if (found === undefined) return;
      live.add(id, { index: found.index, kind: liveKind(found), undo: parseTaskId(id).undo });
      if (state.startsWith('executing') && liveKind(found) === 'work') reserve(id, found);
      if (state === 'blocked.resource') asking.add(id);
    },
  };
  return dispatch;
}
