// Constraints of an exact model: lags, reusable resources with calendars and locks, stocks, setups.
import { atEnd, atRate, atStart, noLimit } from '../instance/instance.js';
import { always } from './arcs.js';
import { Disjunctions, incompatiblePairs } from './disjunctions.js';
import type { Building } from '../instance/building.js';
import { bothTrue, type Draft, never, not, pointOf } from './draft.js';
import { type IntervalInput, Intervals } from './intervals.js';
import { LongTimeTable } from './long-time-table.js';
import { type StockEvent, Stocks, type StockSide } from './stocks.js';
import { TimeTable } from './time-table.js';

/** Cells of profiles at most. */
const mostCells = 1 << 22;
/** Cells that an interval changes, on average at most. */
const mostWork = 2000;
/** Orders of two tasks at most, over all setups. */
const mostOrders = 50_000;

/** A condition that both tasks are done; undefined when one of them cannot be. */
function bothDone({ solver, presence }: Draft, one: number, other: number): number | undefined {
  const first = presence[one]!;
  const second = presence[other]!;
  return first === never || second === never ? undefined : bothTrue(solver, first, second);
}

const arcsInPiece = 256;

export function* addLags(draft: Draft): Building<void> {
  const { arcFrom, arcTo, arcFromEnd, arcToEnd, arcWeight } = draft.instance;
  for (let arc = 0; arc < arcFrom.length; arc += 1) {
    if (arc % arcsInPiece === 0) yield;
    const done = bothDone(draft, arcFrom[arc]!, arcTo[arc]!);
    if (done === undefined) continue;
    const condition = bothTrue(draft.solver, done, draft.guards?.arcs[arc] ?? always);
    const from = pointOf(draft, arcFrom[arc]!, arcFromEnd[arc] === 1);
    const to = pointOf(draft, arcTo[arc]!, arcToEnd[arc] === 1);
    const weight = arcWeight[arc]! + from.offset - to.offset;
    if (from.half === to.half) {
      if (weight > 0) draft.solver.addClause(condition >= 0 ? [not(condition)] : []);
    } else draft.solver.arcs.add(from.half, to.half, weight, condition, 1);
  }
}

export function* addResources(draft: Draft): Building<void> {
  const { instance, solver, horizon } = draft;
  const { modeTask, useFirst, useResource, useAmount, durations, peak } = instance;
  const inputs: IntervalInput[] = [];
  for (let mode = 0; mode < modeTask.length; mode += 1) {
    const presence = draft.mode[mode]!;
    if (presence === never || durations[mode] === 0 || useFirst[mode] === useFirst[mode + 1]) continue;
    // What is held under one guard is one interval.
    const byGuard = new Map<number, { resource: number; amount: number }[]>();
    for (let use = useFirst[mode]!; use < useFirst[mode + 1]!; use += 1) {
      const guard = draft.guards?.resources[useResource[use]!] ?? always;
      const held = { resource: useResource[use]!, amount: useAmount[use]! };
      const uses = byGuard.get(guard);
      if (uses === undefined) byGuard.set(guard, [held]);
      else uses.push(held);
    }
    const start = draft.start[modeTask[mode]!]!;
    for (const [guard, uses] of byGuard) {
      const duration = durations[mode]!;
      inputs.push({ start, duration, presence: bothTrue(solver, presence, guard), uses });
    }
  }
  inputs.push(...closures(draft));
  if (inputs.length === 0) return;
  yield;
  const intervals = new Intervals(solver.trail, inputs, Array.from(peak));
  const work = inputs.reduce((sum, { duration, uses }) => sum + duration * uses.length, 0);
  const isShort = peak.length * (horizon + 1) <= mostCells && work <= mostWork * inputs.length;
  const number = solver.propagators.length;
  solver.propagators.push(
    isShort
      ? new TimeTable(solver.trail, intervals, number, horizon + 1)
      : new LongTimeTable(solver.trail, intervals, number),
  );
  yield;
  const pairs = yield* incompatiblePairs(intervals);
  yield;
  if (pairs.length > 0) {
    solver.propagators.push(new Disjunctions(solver.trail, intervals, solver.propagators.length, pairs));
  }
}

/** Times of less than the largest capacity, as intervals that stand still. */
function closures({ instance, solver, horizon, guards }: Draft): IntervalInput[] {
  const { stepFirst, stepTime, stepCapacity, peak } = instance;
  const found: IntervalInput[] = [];
  for (let resource = 0; resource < peak.length; resource += 1) {
    for (let step = stepFirst[resource]!; step < stepFirst[resource + 1]!; step += 1) {
      const amount = peak[resource]! - stepCapacity[step]!;
      const from = stepTime[step]!;
      const to = Math.min(step + 1 < stepFirst[resource + 1]! ? stepTime[step + 1]! : horizon, horizon);
      if (amount <= 0 || from >= to) continue;
      const start = solver.variable(from, from);
      const presence = guards?.resources[resource] ?? always;
      found.push({ start, duration: to - from, presence, uses: [{ resource, amount }] });
    }
  }
  return found;
}

export function* addStocks(draft: Draft): Building<void> {
  const { instance, solver } = draft;
  const { stockInitial, stockCapacity, stockIds } = instance;
  const sides: StockSide[] = [];
  for (const [stock, id] of stockIds.entries()) {
    yield;
    const { gains, losses, hasRate } = stockEvents(draft, stock);
    if (hasRate) draft.missing.push(`rates of '${id}'`);
    if (gains.length + losses.length === 0) continue;
    sides.push({ initial: stockInitial[stock]!, events: gains });
    if (stockCapacity[stock]! < noLimit) {
      const events = losses.map((event) => ({ ...event, amount: -event.amount }));
      sides.push({ initial: stockCapacity[stock]! - stockInitial[stock]!, events });
    }
  }
  if (sides.length > 0) solver.propagators.push(new Stocks(solver.trail, sides, solver.propagators.length));
}

/**
 * Events of a stock, for its lower limit (`gains`) and for its upper one (`losses`). They differ for rates only, which are
 * taken as one event when that does the least harm: no schedule is forbidden that should not be.
 */
function stockEvents(
  draft: Draft,
  stock: number,
): { gains: StockEvent[]; losses: StockEvent[]; hasRate: boolean } {
  const { modeTask, durations, changeFirst, changeStock, changeAmount, changeWhen } = draft.instance;
  const gains: StockEvent[] = [];
  const losses: StockEvent[] = [];
  let hasRate = false;
  const guard = draft.guards?.stocks[stock] ?? always;
  for (let mode = 0; mode < modeTask.length; mode += 1) {
    if (draft.mode[mode] === never || changeFirst[mode] === changeFirst[mode + 1]) continue;
    const presence = bothTrue(draft.solver, draft.mode[mode]!, guard);
    for (let change = changeFirst[mode]!; change < changeFirst[mode + 1]!; change += 1) {
      if (changeStock[change] !== stock) continue;
      const when = changeWhen[change]!;
      const half = draft.start[modeTask[mode]!]!;
      const duration = durations[mode]!;
      const amount = changeAmount[change]! * (when === atRate ? duration : 1);
      if (amount === 0) continue;
      hasRate ||= when === atRate;
      const isEnd = (best: boolean): boolean => when === atEnd || (when !== atStart && best);
      gains.push({ half, offset: isEnd(amount < 0) ? duration : 0, presence, amount });
      losses.push({ half, offset: isEnd(amount > 0) ? duration : 0, presence, amount });
    }
  }
  return { gains, losses, hasRate };
}

export function* addSetups(draft: Draft): Building<void> {
  let orders = 0;
  for (const setup of draft.instance.setups) {
    const { id, tasks, state, stateCount, times, first } = setup;
    const present = Array.from(tasks).filter((task) => draft.presence[task] !== never);
    orders += (present.length * (present.length - 1)) / 2;
    if (orders > mostOrders) {
      draft.missing.push(`setup '${id}'`);
      continue;
    }
    const change = (from: number, to: number): number => (from === to ? 0 : times[from * stateCount + to]!);
    // Each waits for the time from the initial state only if none can come in between that makes the way shorter.
    const isShort = present.every((task) => {
      const to = state[task]!;
      return (
        first[to]! <= Math.min(...present.map((other) => first[state[other]!]! + change(state[other]!, to)))
      );
    });
    const hasLength = present.every((task) => draft.duration[task]! > 0);
    if (isShort && hasLength) addFirst(draft, present, state, first);
    else if (first.some((time) => time > 0)) draft.missing.push(`first setup of '${id}'`);
    for (const [index, one] of present.entries()) {
      yield;
      for (const other of present.slice(index + 1)) {
        const [from, to] = [state[one]!, state[other]!];
        addOrder(draft, one, other, change(from, to), change(to, from));
      }
    }
  }
}

function addFirst(
  { solver, start, presence }: Draft,
  tasks: readonly number[],
  state: Int32Array,
  first: Int32Array,
): void {
  for (const task of tasks) {
    const late = [start[task]!, first[state[task]!]!] as const;
    solver.addClause(presence[task]! >= 0 ? [late, not(presence[task]!)] : [late]);
  }
}

/** One after the other, with the time of the change in between. */
function addOrder(draft: Draft, one: number, other: number, forth: number, back: number): void {
  const { solver, presence } = draft;
  const isFirst = solver.boolean();
  const isLast = solver.boolean();
  const either: (readonly [number, number])[] = [
    [isFirst, 1],
    [isLast, 1],
  ];
  for (const task of [one, other]) if (presence[task]! >= 0) either.push(not(presence[task]!));
  solver.addClause(either);
  const arc = (from: number, to: number, time: number, condition: number): void => {
    const end = pointOf(draft, from, true);
    solver.arcs.add(end.half, draft.start[to]!, end.offset + time, condition, 1);
  };
  arc(one, other, forth, isFirst);
  arc(other, one, back, isLast);
}
