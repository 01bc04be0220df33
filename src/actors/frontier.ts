// Frontier: the desk beside a plan that knows which of its tasks can go next. Everything in it follows from
// the plan's graph, the task records and the actors; after a restart it is made anew.
//
// F1 a task is started once; one that has ended is never started again.
// F2 at most `maxParallelTasks` tasks that are not blocked are out at once.
// F3 nothing is started while it is held or drains; only compensations while it undoes.
// F4 each piece of mail costs time in proportion to what it sets free, not to the plan.
// F5 its plan is told when it asks, and when what it decides by has changed; not of each task.
// F6 there is one while the plan has an actor.
import { addressOf, parseTaskId, roundId, undoId } from '../model/address.js';
import type { BlockageKind } from '../model/blockage.js';
import type { Failure } from '../model/failure.js';
import type { Json } from '../model/scalars.js';
import type { Mail, Survey } from '../machines/protocol.js';
import type { PlanReader } from '../persistence/plans.js';
import type { Definition } from './definitions.js';
import { createDispatch } from './dispatch.js';
import { createFrontierCore, endMark, type FrontierOptions, type OpenLoop } from './frontier-core.js';
import type { LiveTask } from './live-tasks.js';
import { removeResources } from './needs.js';
import { Mark } from './order.js';
import { createLoop, type Loop } from './rounds.js';
import type { Desk, TurnContext } from './turn.js';
import { listUndo } from './undo-list.js';

export interface Frontier extends Desk {
  readonly reader: PlanReader;
  /** Live tasks: id → how they stand. */
  readonly live: ReadonlyMap<string, LiveTask>;
  definition(runningId: string): Definition | undefined;
  /** Opens a loop; `onOver` is called in the turn in which its last round has ended. */
  openLoop(
    taskId: string,
    items: readonly Json[],
    turn: TurnContext,
    onOver: (loop: Loop, turn: TurnContext) => void,
  ): void;
  survey(): Survey;
  /** Whether the failure of a task does no harm. */
  isTolerated(index: number): boolean;
  /** How a task of the plan stands. */
  mark(index: number): Mark;
  /** The ids of a loop's rounds that have ended. */
  roundIds(taskId: string): string[];
  /** The loops that are open, for the next version of the plan. */
  openLoops(): OpenLoop[];
  /** How many rounds a loop that is open has. */
  loopSize(taskId: string): number | undefined;
  /** Starts nothing from now on: the engine is closing. Nothing is journaled. */
  stop(): void;
  /** Gives everything back. */
  close(): void;
}

type Receiver = (mail: Mail, turn: TurnContext) => void;

/** Makes the frontier of one version of a plan. */
export function createFrontier(options: FrontierOptions): Frontier {
  const { goalId, reader, pool, book, recoveries } = options;
  const { graph, plan } = reader;
  const core = createFrontierCore(options);
  const { order, queue, live, loops, rounds, self } = core;
  const dispatch = createDispatch(core);
  let endOrder = options.endOrder;
  let reported = '';

  /** Takes over what an earlier engine or version has left: live tasks and open loops. */
  function takeOver(): void {
    for (const [id, { state, detail }] of options.alive) {
      dispatch.adopt(id, state, detail);
      const [top, sub] = state.split('.');
      if (top === 'blocked') live.block(id, { kind: (sub ?? 'external') as BlockageKind, detail });
    }

    for (const loop of options.loops) {
      const index = reader.indexOf(loop.taskId);
      if (index === undefined || !live.all.has(loop.taskId)) continue;
      const open = { ...loop, index, queued: false };
      loops.set(loop.taskId, open);
      live.setOpen(loop.taskId, !loop.isOver());
      core.enqueueRounds(open);
    }
  }
  takeOver();

  const roundsOf = (taskId: string): Map<number, boolean> => {
    const known = rounds.get(taskId) ?? new Map<number, boolean>();
    rounds.set(taskId, known);
    return known;
  };

  function onEnded(id: string, status: string, turn: TurnContext): void {
    const mark = endMark(status);
    const one = mark === undefined ? undefined : live.remove(id);
    if (one === undefined || mark === undefined) return;
    const { taskId, round, undo } = parseTaskId(id);
    dispatch.forget(id);
    dispatch.release(id, true, turn);
    if (!undo && one.kind === 'work' && status === 'succeeded') dispatch.produce(id, one.index, turn);
    book.note(turn.changes, goalId, id, { endOrder: endOrder++ });
    recoveries.ended(id, status, turn);
    if (undo) return;
    if (round !== undefined) return onRoundEnded(taskId, round, status, turn);
    loops.delete(taskId);
    for (const offer of order.end(one.index, mark)) core.enqueue(offer);
  }

  function onRoundEnded(taskId: string, round: number, status: string, turn: TurnContext): void {
    const well = status === 'succeeded' || status === 'skipped';
    roundsOf(taskId).set(round, well);
    const loop = loops.get(taskId);
    if (loop === undefined) return;
    loop.end(round, well);
    core.enqueueRounds(loop);
    if (loop.isOver()) closeLoop(loop, turn);
  }

  /** From here until its own end the loop counts as active, so that the plan does not end before it. */
  function closeLoop(loop: OpenLoop, turn: TurnContext): void {
    live.setOpen(loop.taskId, false);
    loop.onOver(loop, turn);
  }

  function drain(turn: TurnContext): void {
    for (const [id, one] of live.all)
      if (one.blocked !== undefined || one.kind !== 'work') dispatch.abort(id, turn);
    recoveries.drain(core.reason, turn);
  }

  function survey(): Survey {
    const work = order.work();
    const undoing = core.mode === 'undoing';
    const leaving = undoing || core.mode === 'draining';
    const parked = leaving ? 0 : dispatch.parked();
    const stuck = {
      kind: 'resource' as const,
      detail: `${parked} tasks wait for a lock, a resource or a lag`,
    };
    return {
      ready: leaving ? 0 : queue.size,
      // What is blocked while the plan drains is about to be aborted.
      active: live.active() + (core.mode === 'draining' ? live.blocked() : 0),
      waiting: live.blocked() + parked,
      remaining: order.count(Mark.waiting) + order.count(Mark.offered),
      total: graph.ids.length,
      succeeded: order.count(Mark.succeeded),
      failed: order.count(Mark.failed),
      skipped: order.count(Mark.skipped),
      aborted: order.count(Mark.aborted),
      completion: work.all === 0 ? 1 : work.done / work.all,
      criticalFailed: order.hasCriticalFailure(),
      toUndo: dispatch.undo.length + live.undoing(),
      blockage: live.worst() ?? (parked > 0 ? stuck : undefined),
    };
  }

  const report = (turn: TurnContext, now = survey()): void => {
    reported = newsOf(now);
    turn.mail(self, addressOf.plan(goalId), { type: 'frontier.surveyed', survey: now });
  };
  /** F5: goes on after a task has said something, and tells the plan only what may change what it does. */
  function goOn(turn: TurnContext): void {
    if (core.mode === 'running' || core.mode === 'undoing') dispatch.advance(turn);
    const now = survey();
    if (newsOf(now) !== reported) report(turn, now);
  }
  const idOf = (mail: Mail): string => String(mail['taskId']);

  const receivers: Readonly<Record<string, Receiver>> = {
    'frontier.advance': (_, turn) => {
      const wasHeld = core.mode === 'held';
      core.mode = 'running';
      if (wasHeld) dispatch.freed(undefined, turn);
      dispatch.advance(turn);
      report(turn);
    },
    'frontier.hold': (_, turn) => {
      core.mode = 'held';
      report(turn);
    },
    'frontier.drain': (mail, turn) => {
      core.mode = 'draining';
      core.reason = String(mail['reason']);
      drain(turn);
      report(turn);
    },
    'frontier.undo': (mail, turn) => {
      core.mode = 'undoing';
      core.reason = String(mail['reason']);
      // What is being undone already has no record yet.
      dispatch.undo = listUndo(reader, book, roundsOf).filter((id) => !live.all.has(undoId(id)));
      dispatch.freed(undefined, turn);
      dispatch.advance(turn);
      report(turn);
    },
    /** What tasks here wait for was given back, or a lag is over. */
    'frontier.freed': (mail, turn) => {
      dispatch.freed(mail['names'] as readonly string[] | undefined, turn);
      goOn(turn);
    },
    'frontier.abort': (mail, turn) => {
      core.mode = 'draining';
      core.reason = String(mail['reason']);
      for (const id of live.all.keys()) dispatch.abort(id, turn);
    },
    'task.ended': (mail, turn) => {
      onEnded(idOf(mail), String(mail['status']), turn);
      goOn(turn);
    },
    'task.blocked': (mail, turn) => {
      live.block(idOf(mail), { kind: mail['kind'] as BlockageKind, detail: String(mail['detail']) });
      if (core.mode === 'draining') dispatch.abort(idOf(mail), turn);
      goOn(turn);
    },
    'task.unblocked': (mail, turn) => {
      live.unblock(idOf(mail));
      goOn(turn);
    },
    'task.failing': (mail, turn) => {
      const allowed = core.definition(idOf(mail))?.task.contingencies ?? [];
      recoveries.failing(idOf(mail), mail['failure'] as Failure, allowed, turn);
    },
    'contingency.ended': (mail, turn) => recoveries.contingencyEnded(mail, turn),
    'reservation.ask': (mail, turn) => {
      // It may have given up waiting for what it asked for before.
      dispatch.forget(idOf(mail));
      dispatch.ask(idOf(mail), turn);
    },
    'reservation.release': (mail, turn) => dispatch.release(idOf(mail), mail['spent'] === true, turn),
  };

  return {
    reader,
    live: live.all,
    definition: core.definition,
    survey,
    mark: (index) => order.mark(index),
    isTolerated: (index) => order.isTolerated(index),
    receive: (mail, _from, turn) => receivers[mail.type]?.(mail, turn),
    openLoop(taskId, items, turn, onOver) {
      const index = reader.indexOf(taskId) ?? 0;
      const { action } = reader.task(index);
      const most = action.kind === 'for_each' ? action.width : 1;
      const loop = createLoop(index, taskId, items, most, roundsOf(taskId));
      for (const id of live.all.keys()) {
        const running = parseTaskId(id);
        if (running.taskId === taskId && running.round !== undefined && !running.undo)
          loop.adopt(running.round);
      }
      const open = { ...loop, queued: false, onOver };
      loops.set(taskId, open);
      live.setOpen(taskId, true);
      if (loop.isOver()) closeLoop(open, turn);
      else if (loop.left() > 0) {
        core.enqueueRounds(open);
        turn.mail(self, self, { type: 'frontier.freed' });
      }
    },
    roundIds: (taskId) => [...roundsOf(taskId).keys()].map((round) => roundId(taskId, round)),
    stop: () => {
      core.stopped = true;
    },
    openLoops: () => [...loops.values()],
    loopSize: (taskId) => loops.get(taskId)?.items.length,
    close: () => {
      dispatch.giveAll();
      removeResources(pool, plan);
    },
  };
}

/** What of a survey decides what the plan does next. */
function newsOf({ active, ready, waiting, criticalFailed, toUndo, blockage }: Survey): string {
  const runs = active > 0 || ready > 0;
  const why = runs ? '' : `${blockage?.kind}: ${blockage?.detail}`;
  return `${active > 0} ${ready > 0} ${waiting > 0} ${criticalFailed} ${toUndo > 0} ${why}`;
}
