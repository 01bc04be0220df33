// Tables of an instance about what tasks take: modes with uses, changes and costs; capacities and stocks.
import type { ReusableResource, ScheduleMode, ScheduleProblem, StockResource } from '../problem.js';
import { type Building, inPieces } from './building.js';
import { atEnd, atRate, atStart, type ModeTables, noLimit, type ResourceTables } from './instance.js';
import { Rows } from './rows.js';
import type { ProblemNames } from './tables.js';

/** Modes of all tasks with what they take; locks become resources behind the reusable ones (N2). */
export function* modeSteps(
  problem: ScheduleProblem,
  names: ProblemNames,
): Building<ModeTables & { readonly lockCapacity: Int32Array }> {
  const { tasks } = problem;
  const places = new Map(names.locks.map((lock, place) => [lock, place]));
  const holders = yield* lockHolders(problem, places);
  const lockUse = (mode: ScheduleMode): [number, number][] =>
    mode.locks.map((lock) => {
      const place = places.get(lock.name) ?? 0;
      return [names.reusables.ids.length + place, lock.mode === 'shared' ? 1 : (holders[place] ?? 1)];
    });
  const costs = costsOf(problem);
  const modeFirst = new Int32Array(tasks.length + 1);
  const table = new Rows(2);
  const uses = new Rows(2);
  const changes = new Rows(3);
  const prices = new Rows(1);
  yield* inPieces(tasks, ({ modes }, task) => {
    modeFirst[task + 1] = (modeFirst[task] ?? 0) + modes.length;
    for (const [index, mode] of modes.entries()) {
      const path = (): string => `tasks.${task}.modes.${index}`;
      table.push(task, mode.duration);
      writeUses(uses, mode, lockUse(mode), (id, at) =>
        names.reusables.index(id, () => `${path()}.uses.${at}`),
      );
      for (const [at, { resource, amount, when }] of mode.changes.entries()) {
        const stock = names.stocks.index(resource, () => `${path()}.changes.${at}`);
        if (amount !== 0)
          changes.push(stock, amount, when === 'start' ? atStart : when === 'end' ? atEnd : atRate);
      }
      changes.endRow();
      for (const name of costs.costNames)
        prices.push(Object.hasOwn(mode.costs, name) ? (mode.costs[name] ?? 0) : 0);
    }
  });
  yield;
  return {
    modeTask: table.column(0),
    modeFirst,
    durations: table.column(1),
    useFirst: uses.first(),
    useResource: uses.column(0),
    useAmount: uses.column(1),
    changeFirst: changes.first(),
    changeStock: changes.column(0),
    changeAmount: changes.column(1),
    changeWhen: Uint8Array.from(changes.column(2)),
    ...costs,
    costs: Float64Array.from(prices.values(0)),
    lockCapacity: holders,
  };
}

/** How many modes name each lock. */
function* lockHolders({ tasks }: ScheduleProblem, places: ReadonlyMap<string, number>): Building<Int32Array> {
  const holders = new Int32Array(places.size);
  yield* inPieces(tasks, ({ modes }) => {
    for (const mode of modes)
      for (const lock of new Set(mode.locks.map(({ name }) => name))) {
        const place = places.get(lock) ?? 0;
        holders[place] = (holders[place] ?? 0) + 1;
      }
  });
  return holders;
}

/** A task holds the sum of the uses it names of a resource, and of a lock the stronger one. */
function writeUses(
  uses: Rows,
  mode: ScheduleMode,
  locks: readonly (readonly [number, number])[],
  index: (id: string, at: number) => number,
): void {
  const held = new Map<number, number>();
  for (const [at, { resource, amount }] of mode.uses.entries()) {
    const place = index(resource, at);
    held.set(place, (held.get(place) ?? 0) + amount);
  }
  for (const [place, amount] of locks) held.set(place, Math.max(held.get(place) ?? 0, amount));
  for (const [place, amount] of held) if (amount > 0) uses.push(place, Math.min(amount, noLimit));
  uses.endRow();
}

function costsOf(problem: ScheduleProblem): Pick<ModeTables, 'costNames' | 'costLimits'> {
  const objectives =
    problem.objective.kind === 'weighted'
      ? problem.objective.parts.map(({ objective }) => objective)
      : [problem.objective];
  const costNames = [
    ...new Set([
      ...problem.budgets.map(({ name }) => name),
      ...objectives.flatMap((objective) => (objective.kind === 'cost' ? [objective.of] : [])),
    ]),
  ];
  const limits = costNames.map((name) =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...problem.budgets.filter((budget) => budget.name === name).map(({ limit }) => limit),
    ),
  );
  return { costNames, costLimits: Float64Array.from(limits) };
}

export function compileResources(
  problem: ScheduleProblem,
  names: ProblemNames,
  lockCapacity: Int32Array,
): ResourceTables {
  const reusables = problem.resources.filter((one): one is ReusableResource => one.kind === 'reusable');
  const stocks = problem.resources.filter((one): one is StockResource => one.kind !== 'reusable');
  const steps = new Rows(2);
  for (const resource of reusables) writeSteps(steps, resource);
  for (const capacity of lockCapacity) {
    steps.push(0, capacity);
    steps.endRow();
  }
  const stepFirst = steps.first();
  const stepCapacity = steps.column(1);
  const peak = Int32Array.from({ length: stepFirst.length - 1 }, (_, resource) =>
    stepCapacity
      .subarray(stepFirst[resource], stepFirst[resource + 1])
      .reduce((most, capacity) => Math.max(most, capacity), 0),
  );
  return {
    resourceIds: [...names.reusables.ids, ...names.locks],
    reusableCount: reusables.length,
    stepFirst,
    stepTime: steps.column(0),
    stepCapacity,
    peak,
    stockIds: names.stocks.ids,
    stockInitial: Int32Array.from(stocks, ({ initial }) => initial),
    stockCapacity: Int32Array.from(stocks, ({ capacity }) => capacity ?? noLimit),
  };
}

function writeSteps(steps: Rows, resource: ReusableResource): void {
  const entries = resource.calendar.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  let end = 0;
  let last = -1;
  const step = (time: number, capacity: number): void => {
    if (capacity === last) return;
    steps.push(time, capacity);
    last = capacity;
  };
  for (const { from, to, capacity } of entries) {
    if (from > end) step(end, resource.capacity);
    step(from, capacity);
    end = to;
  }
  step(end, resource.capacity);
  steps.endRow();
}
