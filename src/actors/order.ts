// Order: which tasks of a plan can go next. Plain counting over typed arrays; knows nothing of actors.
//
// O1 a task is offered once, when all that orders it has ended.
// O2 ending a task costs time in proportion to its successors, not to the plan.
import { graphFlags, type PlanGraph } from '../model/graph.js';

/** How a task stands in the order. `unreachable`: something it needs will never be. */
export const Mark = {
  waiting: 0,
  offered: 1,
  succeeded: 2,
  failed: 3,
  skipped: 4,
  aborted: 5,
  unreachable: 6,
} as const;
export type Mark = (typeof Mark)[keyof typeof Mark];

/** What becomes of a task whose predecessors have all ended. */
export interface Offer {
  readonly index: number;
  /** Why it is skipped, when it is. */
  readonly skip?: string;
}

export interface Order {
  /** Tasks that nothing orders, at the start or after {@link Order.preset}. */
  offers(): Offer[];
  /** Notes an end from an earlier life, before {@link Order.offers} is called. */
  preset(index: number, mark: Mark): void;
  /** Notes that a task was offered in an earlier life and has not ended, before {@link Order.offers} is called. */
  adopt(index: number): void;
  /** Notes an end and gives the tasks that it has set free. */
  end(index: number, mark: Mark): Offer[];
  mark(index: number): Mark;
  count(mark: Mark): number;
  /** Estimated work that has ended well, and all of it, in milliseconds. */
  work(): { done: number; all: number };
  /** Whether a task has failed whose failure fails the goal. */
  hasCriticalFailure(): boolean;
  /** Whether a failed task is tolerated: optional, or a task ordered by `on_failure` has ended well. */
  isTolerated(index: number): boolean;
  /** The soft lag that a task shall keep: the predecessor and its bounds. */
  lags(index: number): { from: number; minLagMs: number; maxLagMs: number }[];
}

const edge = { before: 0, data: 1, onSuccess: 2, onFailure: 3, onCondition: 4, temporal: 5 } as const;
const edgeOf = {
  on_success: edge.onSuccess,
  on_failure: edge.onFailure,
  on_condition: edge.onCondition,
  temporal: edge.temporal,
} as const;

interface Edges {
  /** For task `i`, entries `first[i]` to `first[i + 1]` of the other arrays. */
  readonly first: Int32Array;
  readonly other: Int32Array;
  readonly kind: Uint8Array;
  /** The index of the special edge, or -1. */
  readonly special: Int32Array;
}

/**
 * Makes the order of a plan.
 *
 * @param holds - Evaluates the condition of an `on_condition` edge; a condition that cannot be evaluated is false.
 */
export function createOrder(graph: PlanGraph, holds: (when: string) => boolean): Order {
  const size = graph.ids.length;
  const { into, outOf } = buildEdges(graph);
  const marks = new Uint8Array(size);
  const pending = new Int32Array(size);
  const counts = new Int32Array(7);
  counts[Mark.waiting] = size;
  let doneWork = 0;
  let allWork = 0;
  let criticals = 0;
  for (let i = 0; i < size; i++) {
    pending[i] = (into.first[i + 1] ?? 0) - (into.first[i] ?? 0);
    allWork += graph.estimateMs[i] ?? 0;
  }
  const flag = (index: number, bit: number): boolean => ((graph.flags[index] ?? 0) & bit) !== 0;

  function set(index: number, mark: Mark): void {
    const old = marks[index] ?? 0;
    counts[old] = (counts[old] ?? 0) - 1;
    counts[mark] = (counts[mark] ?? 0) + 1;
    marks[index] = mark;
    if (mark === Mark.failed && flag(index, graphFlags.critical)) criticals += 1;
    if (mark === Mark.succeeded) doneWork += graph.estimateMs[index] ?? 0;
  }

  /** What one edge says of the task behind it: `ok`, a reason to skip, or undefined for unreachable. */
  function verdict(from: number, kind: number, special: number): { ok: boolean; skip?: string } | undefined {
    const mark = marks[from] as Mark;
    const id = graph.ids[from] ?? '';
    const tolerated = mark === Mark.failed && flag(from, graphFlags.optional);
    switch (kind) {
      case edge.temporal:
        return { ok: true };
      case edge.onSuccess:
        return mark === Mark.succeeded ? { ok: true } : { ok: false, skip: `${id} has not succeeded` };
      case edge.onFailure:
        return mark === Mark.failed ? { ok: true } : { ok: false, skip: `${id} has not failed` };
      case edge.onCondition: {
        const when = graph.special[special]?.when ?? 'false';
        // A reference that may be missing only asks for the end, whatever it was.
        if (when === 'true') return { ok: true };
        if (mark !== Mark.succeeded && mark !== Mark.failed) return { ok: false, skip: `${id} did not run` };
        return holds(when) ? { ok: true } : { ok: false, skip: `not ${when}` };
      }
      case edge.data:
        if (mark === Mark.succeeded) return { ok: true };
        return mark === Mark.skipped || tolerated ? { ok: false, skip: `${id} has no output` } : undefined;
      default:
        return mark === Mark.succeeded || mark === Mark.skipped || tolerated ? { ok: true } : undefined;
    }
  }

  function resolve(index: number): Offer | 'unreachable' {
    let skip: string | undefined;
    for (let e = into.first[index] ?? 0; e < (into.first[index + 1] ?? 0); e++) {
      const said = verdict(into.other[e] ?? 0, into.kind[e] ?? 0, into.special[e] ?? -1);
      if (said === undefined) return 'unreachable';
      if (!said.ok) skip ??= said.skip ?? 'a condition does not hold';
    }
    return skip === undefined ? { index } : { index, skip };
  }

  /** Goes through what has been set free, without recursion: a plan can be as deep as it likes. */
  function release(ended: number[]): Offer[] {
    const offers: Offer[] = [];
    for (let next = ended.pop(); next !== undefined; next = ended.pop()) {
      for (let e = outOf.first[next] ?? 0; e < (outOf.first[next + 1] ?? 0); e++) {
        const to = outOf.other[e] ?? 0;
        pending[to] = (pending[to] ?? 0) - 1;
        if (pending[to] === 0 && marks[to] === Mark.waiting) take(to, offers, ended);
      }
    }
    return offers;
  }

  function take(index: number, offers: Offer[], ended: number[]): void {
    const offer = resolve(index);
    if (offer === 'unreachable') {
      set(index, Mark.unreachable);
      ended.push(index);
    } else {
      set(index, Mark.offered);
      offers.push(offer);
    }
  }

  return {
    preset: (index, mark) => {
      set(index, mark);
      for (let e = outOf.first[index] ?? 0; e < (outOf.first[index + 1] ?? 0); e++) {
        const to = outOf.other[e] ?? 0;
        pending[to] = (pending[to] ?? 0) - 1;
      }
    },
    adopt: (index) => set(index, Mark.offered),
    offers: () => {
      const offers: Offer[] = [];
      const ended: number[] = [];
      for (let i = 0; i < size; i++)
        if (pending[i] === 0 && marks[i] === Mark.waiting) take(i, offers, ended);
      return [...offers, ...release(ended)];
    },
    end: (index, mark) => {
      set(index, mark);
      return release([index]);
    },
    mark: (index) => marks[index] as Mark,
    count: (mark) => counts[mark] ?? 0,
    work: () => ({ done: doneWork, all: allWork }),
    hasCriticalFailure: () => criticals > 0,
    isTolerated: (index) => {
      if (flag(index, graphFlags.optional)) return true;
      for (let e = outOf.first[index] ?? 0; e < (outOf.first[index + 1] ?? 0); e++) {
        if (outOf.kind[e] === edge.onFailure && marks[outOf.other[e] ?? 0] === Mark.succeeded) return true;
      }
      return false;
    },
    lags: (index) => {
      const found: { from: number; minLagMs: number; maxLagMs: number }[] = [];
      for (let e = into.first[index] ?? 0; e < (into.first[index + 1] ?? 0); e++) {
        if (into.kind[e] !== edge.temporal) continue;
        const lag = graph.special[into.special[e] ?? -1];
        found.push({
          from: into.other[e] ?? 0,
          minLagMs: lag?.minLagMs ?? 0,
          maxLagMs: lag?.maxLagMs ?? Number.POSITIVE_INFINITY,
        });
      }
      return found;
    },
  };
}

type VisitEdge = (from: number, to: number, kind: number, special: number) => void;

function forEachEdge(graph: PlanGraph, visit: VisitEdge): void {
  for (const [lists, kind] of [
    [graph.before, edge.before],
    [graph.data, edge.data],
  ] as const) {
    for (let to = 0; to < graph.ids.length; to++) {
      for (let at = lists.starts[to] ?? 0; at < (lists.starts[to + 1] ?? 0); at++)
        visit(lists.items[at] ?? 0, to, kind, -1);
    }
  }
  for (const [i, { from, to, type }] of graph.special.entries()) {
    if (type !== 'preferred') visit(from, to, edgeOf[type], i);
  }
}

function buildEdges(graph: PlanGraph): { into: Edges; outOf: Edges } {
  const size = graph.ids.length;
  const side = (keyOf: (from: number, to: number) => number): Edges => {
    const first = new Int32Array(size + 1);
    forEachEdge(graph, (from, to) => {
      const slot = keyOf(from, to) + 1;
      first[slot] = (first[slot] ?? 0) + 1;
    });
    for (let i = 0; i < size; i++) first[i + 1] = (first[i + 1] ?? 0) + (first[i] ?? 0);
    const count = first[size] ?? 0;
    const next = first.slice();
    const edges = {
      first,
      other: new Int32Array(count),
      kind: new Uint8Array(count),
      special: new Int32Array(count),
    };
    forEachEdge(graph, (from, to, kind, special) => {
      const key = keyOf(from, to);
      const place = next[key] ?? 0;
      next[key] = place + 1;
      edges.other[place] = key === from ? to : from;
      edges.kind[place] = kind;
      edges.special[place] = special;
    });
    return edges;
  };
  return { into: side((_, to) => to), outOf: side((from) => from) };
}
