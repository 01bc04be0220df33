// What follows from the arcs: order, earliest and latest starts, tails, and proofs that no schedule exists (N3).
import type { Violation } from '../schedule.js';
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
import { type PathResult, pathTo, relaxLongest } from './longest-paths.js';

type Tables = ArcTables & ModeTables & TaskTables;

/** Least start-to-start length of each arc; −Infinity where `counts` says that the arc does not count. */
function arcLengths(tables: Tables, shortest: Int32Array, counts: (arc: number) => boolean): Float64Array {
  return Float64Array.from(tables.arcFrom, (from, arc) => {
    if (!counts(arc)) return Number.NEGATIVE_INFINITY;
    const to = tables.arcTo[arc] ?? 0;
    const isSelf = from === to && tables.arcFromEnd[arc] !== tables.arcToEnd[arc];
    const longest = isSelf ? (shortest[to] ?? 0) : longestDuration(tables, to);
    const ahead = tables.arcFromEnd[arc] === 1 ? (shortest[from] ?? 0) : 0;
    return (tables.arcWeight[arc] ?? 0) + ahead - (tables.arcToEnd[arc] === 1 ? longest : 0);
  });
}

/** Order, bounds and proofs. `name` gives a task's id for messages. */
export function compileGraph(
  size: number,
  tables: Tables,
  name: (task: number) => string,
): GraphTables & { readonly impossible: Violation | undefined } {
  const { component, count } = strongComponents(size, tables);
  const tasks = Int32Array.from({ length: size }, (_, task) => task);
  const byComponent = tasks.slice().sort((a, b) => (component[a] ?? 0) - (component[b] ?? 0) || a - b);
  const shortest = tasks.map((task) => shortestDuration(tables, task));
  const fromSure = arcLengths(tables, shortest, (arc) => tables.optional[tables.arcFrom[arc] ?? 0] === 0);
  const toSure = arcLengths(tables, shortest, (arc) => tables.optional[tables.arcTo[arc] ?? 0] === 0);
  const { arcFrom, arcTo, inFirst, inArc, outFirst, outArc } = tables;
  const heads = Float64Array.from(tasks, (task) =>
    Math.max(tables.release[task] ?? 0, tables.fixedStart[task] ?? 0),
  );
  const forward = { order: byComponent, first: inFirst, arcs: inArc, other: arcFrom, length: fromSure };
  const found = relaxLongest({ ...forward, values: heads });
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
    relaxLongest({ ...backward, values: ends });
    relaxLongest({ ...backward, values: tails });
  }
  const earliest = heads.map((head) => Math.min(head, noLimit));
  const sure = tasks.filter((task) => tables.optional[task] === 0);
  return {
    component,
    isAcyclic: count === size && !tables.arcFrom.some((from, arc) => from === tables.arcTo[arc]),
    order: byComponent
      .slice()
      .sort(
        (a, b) =>
          (component[a] ?? 0) - (component[b] ?? 0) || (earliest[a] ?? 0) - (earliest[b] ?? 0) || a - b,
      ),
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
