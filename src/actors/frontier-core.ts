// Frontier core: what the parts of a frontier share. All of it follows from the plan, the records and the
// actors; nothing of it is stored.
import { addressOf, parseTaskId } from '../model/address.js';
import { limits } from '../model/limits.js';
import type { Json } from '../model/scalars.js';
import type { TaskStatus } from '../model/task.js';
import type { PlanReader } from '../persistence/plans.js';
import { define, type Definition, type DefinitionSources } from './definitions.js';
import { createLiveTasks, type LiveKind, type LiveTasks } from './live-tasks.js';
import { createOrder, Mark, type Offer, type Order } from './order.js';
import type { Pool } from './pool.js';
import { createReadyQueue, urgencyOf, type ReadyQueue } from './ready-queue.js';
import type { Recoveries } from './recoveries.js';
import type { Loop } from './rounds.js';
import type { Scopes } from './scopes.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';
import { groupRounds } from './undo-list.js';

export interface FrontierOptions {
  readonly goalId: string;
  readonly reader: PlanReader;
  readonly pool: Pool;
  readonly book: TaskBook;
  readonly scopes: Scopes;
  readonly recoveries: Recoveries;
  readonly effectOf: DefinitionSources['effectOf'];
  /** The idempotency key of a task: the same for all its attempts, another for a later goal of the same id. */
  readonly keyOf: (runningId: string) => string;
  /** How long a task waits for a person, and for a reservation, in milliseconds. */
  readonly patienceMs: number;
  readonly resourceWaitMs: number;
  /** Sends `frontier.freed` at an instant, as a turn of the goal. */
  readonly wakeAt: (instant: number) => void;
  /** Sends `frontier.freed` to another goal's frontier. */
  readonly tell: (address: string, names: readonly string[]) => void;
  /** Tasks that have ended before: id → how. */
  readonly ended: ReadonlyMap<string, TaskStatus>;
  /** Tasks that have an actor already: id → its state and what it waits for. */
  readonly alive: ReadonlyMap<string, { state: string; detail: string }>;
  /** Loops that an older version of the plan has open. */
  readonly loops: readonly OpenLoop[];
  /** The number of ends so far. */
  readonly endOrder: number;
}

/**
 * What a frontier does now: start tasks; start nothing; let what runs come to its end and abort what would have to
 * wait or begin; or start compensations only.
 */
export type Mode = 'running' | 'held' | 'draining' | 'undoing';

export interface OpenLoop extends Loop {
  /** Whether it stands in the queue, or is parked, for its next round. */
  queued: boolean;
  readonly onOver: (loop: Loop, turn: TurnContext) => void;
}

export interface FrontierCore {
  readonly options: FrontierOptions;
  readonly self: string;
  readonly order: Order;
  readonly queue: ReadyQueue;
  readonly live: LiveTasks;
  readonly loops: Map<string, OpenLoop>;
  /** Why an offered task is to be skipped. */
  readonly skips: Map<number, string>;
  readonly rounds: Map<string, Map<number, boolean>>;
  mode: Mode;
  /** Why it is draining or undoing. */
  reason: string;
  /** The engine is closing. */
  stopped: boolean;
  definition(runningId: string): Definition | undefined;
  enqueue(offer: Offer): void;
  /** Queues a loop for its next round, unless it is queued or has none left. */
  enqueueRounds(loop: OpenLoop): void;
  makeQueue(): ReadyQueue;
  holder(runningId: string): string;
}

const markOf = {
  succeeded: Mark.succeeded,
  failed: Mark.failed,
  skipped: Mark.skipped,
  aborted: Mark.aborted,
} as const;

/** The mark of an end, or undefined for a status that is none. */
export function endMark(status: string): Mark | undefined {
  return (markOf as Readonly<Record<string, Mark>>)[status];
}

export function liveKind({ action }: Definition): LiveKind {
  return action.kind === 'for_each' ? 'loop' : action.kind === 'wait' ? 'wait' : 'work';
}

/** Makes the core and offers what can go, given what has ended and what is alive. */
export function createFrontierCore(options: FrontierOptions): FrontierCore {
  const { goalId, reader, scopes, book } = options;
  const { graph, plan } = reader;
  const order = createOrder(graph, (when) => {
    try {
      return scopes.holds(plan, when);
    } catch {
      return false;
    }
  });
  const urgency = urgencyOf(graph);
  const makeQueue = (): ReadyQueue => createReadyQueue(urgency, graph.priority);
  const queue = makeQueue();
  const skips = new Map<number, string>();
  const loops = new Map<string, OpenLoop>();
  const items = new Map<string, readonly Json[]>();

  const item = (taskId: string, round: number): Json | undefined => {
    const known = loops.get(taskId)?.items ?? items.get(taskId);
    if (known !== undefined) return known[round];
    const { action } = reader.task(reader.indexOf(taskId) ?? 0);
    if (action.kind !== 'for_each') return undefined;
    const list = itemsOf(scopes, plan, action.items);
    items.set(taskId, list);
    return list[round];
  };
  const sources: DefinitionSources = {
    item,
    output: (taskId) => book.output(goalId, taskId),
    effectOf: options.effectOf,
  };
  const enqueue = (offer: Offer): void => {
    if (offer.skip !== undefined) skips.set(offer.index, offer.skip);
    queue.push(offer.index);
  };

  for (const [id, status] of options.ended) {
    const index = reader.indexOf(id);
    const mark = endMark(status);
    if (index !== undefined && mark !== undefined) order.preset(index, mark);
  }
  for (const id of options.alive.keys()) {
    const index = parseTaskId(id).round === undefined ? reader.indexOf(id) : undefined;
    if (index !== undefined) order.adopt(index);
  }
  for (const offer of order.offers()) enqueue(offer);

  return {
    options,
    self: addressOf.frontier(goalId),
    order,
    queue,
    live: createLiveTasks(),
    loops,
    skips,
    rounds: groupRounds(options.ended),
    // A frontier that is made anew waits to be told what its plan is about.
    mode: options.alive.size > 0 ? 'held' : 'running',
    reason: '',
    stopped: false,
    definition: (runningId) => define(reader, runningId, sources),
    enqueue,
    enqueueRounds: (loop) => {
      if (loop.queued || loop.left() === 0) return;
      loop.queued = true;
      queue.push(loop.index);
    },
    makeQueue,
    holder: (runningId) => addressOf.task(goalId, runningId),
  };
}

/**
 * The items of a loop.
 *
 * @throws ExpressionError when the expression cannot be evaluated, TypeError when it gives no list, RangeError when that is too long.
 */
export function itemsOf(scopes: Scopes, plan: PlanReader['plan'], items: string | Json[]): readonly Json[] {
  const list = typeof items === 'string' ? scopes.evaluate(plan, items) : scopes.resolve(plan, items);
  if (!Array.isArray(list)) {
    throw new TypeError(`forEach expects a list, but ${JSON.stringify(items)} gives ${kindOf(list)}`);
  }
  if (list.length > limits.rounds) {
    throw new RangeError(
      `forEach takes at most ${limits.rounds} items, but ${JSON.stringify(items).slice(0, 200)} gives ${list.length}. Loop over parts of the list in several tasks.`,
    );
  }
  return list;
}

const kindOf = (value: Json): string => (value === null ? 'null' : `a value of type ${typeof value}`);
