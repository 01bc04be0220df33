// What follows from the arcs: order, earliest and latest starts, tails, and proofs that no schedule exists (N3).
import type { Violation } from '../schedule.js';
import { type Building, inPieces } from './building.js';
import { strongComponents } from './components.js';
import {
  type ArcTables,
  type GraphTables,
  longestDuration,
  type ModeTables,
  noLimit,
  shortestDuration,
  type TaskTables,
} from './instance.js';
import { groupBy } from './rows.js';
import { type PathResult, pathTo, relaxLongest } from './longest-paths.js';

type Tables = ArcTables & ModeTables & TaskTables;

/** Least start-to-start length of each arc; −Infinity where `counts` says that the arc does not count. */
function* arcLengths(
  tables: Tables,
  shortest: Int32Array,
  counts: (arc: number) => boolean,
): Building<Float64Array> {
  const lengths = new Float64Array(tables.arcFrom.length).fill(Number.NEGATIVE_INFINITY);
  yield* inPieces(tables.arcFrom, (from, arc) => {
    if (!counts(arc)) return;
    const to = tables.arcTo[arc] ?? 0;
    const isSelf = from === to && tables.arcFromEnd[arc] !== tables.arcToEnd[arc];
    const longest = isSelf ? (shortest[to] ?? 0) : longestDuration(tables, to);
    const ahead = tables.arcFromEnd[arc] === 1 ? (shortest[from] ?? 0) : 0;
    lengths[arc] = (tables.arcWeight[arc] ?? 0) + ahead - (tables.arcToEnd[arc] === 1 ? longest : 0);
  });
  return lengths;
}

/** Order, bounds and proofs, in pieces. `name` gives a task's id for messages. */
export function* graphSteps(
  size: number,
  tables: Tables,
  name: (task: number) => string,
): Building<GraphTables & { readonly impossible: Violation | undefined }> {
  const { component, count } = yield* strongComponents(size, tables);
  const tasks = new Int32Array(size).map((_, task) => task);
  yield;
  const byComponent = groupBy(count, component).items;
  yield;
  const shortest = tasks.map((task) => shortestDuration(tables, task));
  yield;
  const fromSure = yield* arcLengths(
    tables,
    shortest,
    (arc) => tables.optional[tables.arcFrom[arc] ?? 0] === 0,
  );
  const toSure = yield* arcLengths(tables, shortest, (arc) => tables.optional[tables.arcTo[arc] ?? 0] === 0);
  const { arcFrom, arcTo, inFirst, inArc, outFirst, outArc } = tables;
  const heads = Float64Array.from(tasks, (task) =>
    Math.max(tables.release[task] ?? 0, tables.fixedStart[task] ?? 0),
  );
  const forward = { order: byComponent, first: inFirst, arcs: inArc, other: arcFrom, length: fromSure };
  const found = yield* relaxLongest({ ...forward, values: heads });
  // Latest starts are longest paths backwards, of negated instants.
  const ends = Float64Array.from(tasks, (task) => {
    const fixed = tables.fixedStart[task] ?? -1;
    const latest = (tables.deadline[task] ?? noLimit) - (shortest[task] ?? 0);
    return -(fixed >= 0 ? Math.min(fixed, latest) : latest);
  });
  const tails = Float64Array.from(shortest);
  const backward = {
    order: byComponent.slice().reverse(),
    first: outFirst,
    arcs: outArc,
    other: arcTo,
    length: toSure,
  };
  const hasCycle = found.cycle !== undefined;
  if (!hasCycle) {
    yield* relaxLongest({ ...backward, values: ends });
    yield* relaxLongest({ ...backward, values: tails });
  }
  yield;
  const earliest = heads.map((head) => Math.min(head, noLimit));
  const sure = tasks.filter((task) => tables.optional[task] === 0);
  return {
    component,
    isAcyclic: count === size && !tables.arcFrom.some((from, arc) => from === tables.arcTo[arc]),
    order: byEarliest(byComponent, component, earliest),
    earliest: Int32Array.from(earliest),
    latest: Int32Array.from(ends, (end) => Math.max(-1, Math.min(-end, noLimit))),
    tail: tails,
    criticalPath: hasCycle
      ? 0
      : sure.reduce((most, task) => Math.max(most, (heads[task] ?? 0) + (tails[task] ?? 0)), 0),
    impossible: hasCycle
      ? cycleViolation(tables, found, name)
      : windowViolation(tables, heads, ends, sure, found, name),
  };
}

/** The order of components, and in each of them that of the earliest starts. */
function byEarliest(byComponent: Int32Array, component: Int32Array, earliest: Float64Array): Int32Array {
  const order = byComponent.slice();
  for (let from = 0, to = 1; from < order.length; from = to, to += 1) {
    const own = component[order[from] ?? 0];
    while (to < order.length && component[order[to] ?? 0] === own) to += 1;
    if (to - from > 1)
      order.subarray(from, to).sort((a, b) => (earliest[a] ?? 0) - (earliest[b] ?? 0) || a - b);
  }
  return order;
}

function chain(tables: Tables, arcs: readonly number[], name: (task: number) => string): string[] {
  const first = tables.arcFrom[arcs[0] ?? 0] ?? 0;
  return [name(first), ...arcs.map((arc) => name(tables.arcTo[arc] ?? 0))];
}

const shown = (ids: readonly string[]): string =>
  ids.length <= 12 ? ids.join(' → ') : [...ids.slice(0, 6), '…', ...ids.slice(-5)].join(' → ');

function cycleViolation(tables: Tables, found: PathResult, name: (task: number) => string): Violation {
  const cycle = found.cycle ?? [];
  const ids = chain(tables, cycle, name);
  const lags = cycle.map((arc) => `lags.${tables.arcLag[arc] ?? 0}`);
  return {
    kind: 'lag',
    path: lags[0] ?? 'lags',
    message: `Expected lags that can all hold; around the cycle ${shown(ids)} (${shown(lags)}) a task would have to start after itself. Remove or relax one of them.`,
    tasks: ids.slice(0, -1),
  };
}

/** A task that is always done and whose earliest start is after its latest. */
function windowViolation(
  tables: Tables,
  heads: Float64Array,
  ends: Float64Array,
  sure: Int32Array,
  found: PathResult,
  name: (task: number) => string,
): Violation | undefined {
  const task = sure.find((one) => (heads[one] ?? 0) > -(ends[one] ?? 0));
  if (task === undefined) return undefined;
  const path = pathTo(task, found.parent, tables.arcFrom);
  const ids = path.length > 0 ? chain(tables, path, name) : [name(task)];
  const [earliest, latest] = [heads[task] ?? 0, -(ends[task] ?? 0)];
  const isFixed = (tables.fixedStart[task] ?? -1) >= 0;
  return {
    kind: isFixed ? 'fixed' : 'deadline',
    path: `tasks.${task}.${isFixed ? 'fixed' : 'deadline'}`,
    message: `Expected a start of '${name(task)}' that suits its lags, release and deadlines; because of ${shown(ids)} it starts at ${earliest} at the earliest, but at ${latest} at the latest.`,
    tasks: [...new Set(ids)],
    at: earliest,
  };
}
