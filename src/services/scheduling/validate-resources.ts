// What is held, for the validator: capacities of reusable resources over time, and locks.
import type { ReusableResource, ScheduleProblem } from './problem.js';
import type { Findings, PlacedTask } from './validate-placing.js';

/** Something held from an instant until before another. */
interface Holding {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** A stretch of time in which the same is held. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

export function capacityViolations(
  resource: ReusableResource,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  const holdings = holdingsOf(resource.id, placed);
  for (const { from, to, amount, capacity } of overloads(resource, usageOf(holdings))) {
    const tasks = holdings.filter((one) => one.from <= from && from < one.to).map(({ id }) => id);
    const message = `at ${from}, until ${to}, ${amount} of '${resource.id}' are held, but there are ${capacity}`;
    findings.add({ kind: 'capacity', path: `resources.${resource.id}`, message, tasks, at: from });
  }
}

function holdingsOf(id: string, placed: ReadonlyMap<string, PlacedTask>): Holding[] {
  const holdings: Holding[] = [];
  for (const { task, way, start, end } of placed.values()) {
    if (end === start) continue;
    for (const { resource, amount } of way.uses) {
      if (resource === id && amount > 0) holdings.push({ id: task.id, from: start, to: end, amount });
    }
  }
  return holdings;
}

/** How much of a reusable resource is held when: stretches in the order of time, without those of nothing. */
export const usageOfResource = (id: string, placed: ReadonlyMap<string, PlacedTask>): Stretch[] =>
  usageOf(holdingsOf(id, placed));

function usageOf(holdings: readonly Holding[]): Stretch[] {
  const steps = holdings.flatMap(({ from, to, amount }) => [
    { at: from, by: amount },
    { at: to, by: -amount },
  ]);
  steps.sort((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let amount = 0;
  let since = 0;
  for (const { at, by } of steps) {
    if (at > since && amount > 0) {
      const last = stretches.at(-1);
      if (last !== undefined && last.to === since && last.amount === amount) {
        stretches[stretches.length - 1] = { ...last, to: at };
      } else stretches.push({ from: since, to: at, amount });
    }
    since = at;
    amount += by;
  }
  return stretches;
}

/** Stretches of time in which more is held than there is; neighbours of the same amounts are one. */
function overloads(
  resource: ReusableResource,
  usage: readonly Stretch[],
): (Stretch & { capacity: number })[] {
  const calendar = [...resource.calendar].sort((a, b) => a.from - b.from);
  const found: (Stretch & { capacity: number })[] = [];
  let next = 0;
  for (const { from, to, amount } of usage) {
    while (next < calendar.length && (calendar[next]?.to ?? 0) <= from) next += 1;
    let at = from;
    for (let place = next; at < to; ) {
      const entry = calendar[place];
      const isInside = entry !== undefined && entry.from <= at;
      const capacity = isInside ? entry.capacity : resource.capacity;
      const until = Math.min(to, entry === undefined ? to : isInside ? entry.to : entry.from);
      if (amount > capacity) found.push({ from: at, to: until, amount, capacity });
      if (isInside && entry.to <= until) place += 1;
      at = until;
    }
  }
  return found;
}

export function lockViolations(
  problem: ScheduleProblem,
  placed: ReadonlyMap<string, PlacedTask>,
  findings: Findings,
): void {
  const holders = new Map<string, { holder: PlacedTask; isExclusive: boolean }[]>();
  for (const { id } of problem.tasks) {
    const holder = placed.get(id);
    if (holder === undefined || holder.end === holder.start) continue;
    const modes = new Map<string, boolean>();
    for (const { name, mode } of holder.way.locks) {
      modes.set(name, (modes.get(name) ?? false) || mode === 'exclusive');
    }
    for (const [name, isExclusive] of modes) {
      const list = holders.get(name);
      if (list === undefined) holders.set(name, [{ holder, isExclusive }]);
      else list.push({ holder, isExclusive });
    }
  }
  for (const [name, list] of holders) checkLock(name, list, findings);
}

/** Goes through the holders by start: each must begin after all whose lock excludes its own. */
function checkLock(
  name: string,
  list: { holder: PlacedTask; isExclusive: boolean }[],
  findings: Findings,
): void {
  list.sort((a, b) => a.holder.start - b.holder.start);
  let lastExclusive: PlacedTask | undefined;
  let lastOfAll: PlacedTask | undefined;
  for (const { holder, isExclusive } of list) {
    const other = isExclusive ? lastOfAll : lastExclusive;
    if (other !== undefined && other.end > holder.start) {
      const message = `'${holder.task.id}' starts at ${holder.start}, while '${other.task.id}' holds the lock '${name}' until ${other.end}`;
      const tasks = [other.task.id, holder.task.id];
      findings.add({ kind: 'lock', path: `locks.${name}`, message, tasks, at: holder.start });
    }
    if (isExclusive && holder.end > (lastExclusive?.end ?? -1)) lastExclusive = holder;
    if (holder.end > (lastOfAll?.end ?? -1)) lastOfAll = holder;
  }
}
