// Classic instance: the classical problem (one mode, minimum lags, constant capacities, makespan) in the form of the fast
// schemes, once forward and once backward in time. Units of time are divided by what all times have in common.
//
// C1 A schedule of one direction, read from its end, keeps the constraints of the other.
import type { Instance } from '../instance/instance.js';
import { groupBy } from '../instance/rows.js';

/** Longest horizon, in common units, for which profiles are kept by instant. */
const longestHorizon = 1 << 18;

/** The problem in one direction of time. */
export interface ClassicDirection {
  readonly size: number;
  readonly durations: Int32Array;
  /** Lags that enter each task: start(task) ≥ start(enterTask) + enterLag. */
  readonly enterFirst: Int32Array;
  readonly enterTask: Int32Array;
  readonly enterLag: Int32Array;
  readonly leaveFirst: Int32Array;
  readonly leaveTask: Int32Array;
  readonly leaveLag: Int32Array;
  /** Tasks, none before one that has a lag to it. */
  readonly order: Int32Array;
  /** Earliest start by lags alone. */
  readonly earliest: Int32Array;
}

export interface ClassicInstance {
  readonly size: number;
  /** What a unit of time is in the problem's own. */
  readonly unit: number;
  readonly forward: ClassicDirection;
  readonly backward: ClassicDirection;
  /** Nothing ends later in any schedule of the schemes. */
  readonly horizon: number;
  readonly criticalPath: number;
  /** Resources that can be short at all. */
  readonly capacities: Int32Array;
  /** Amount by task × resources + resource. */
  readonly amounts: Int32Array;
}

/** The classic form of a problem; undefined when it has constraints or an objective beyond it. */
export function toClassic(instance: Instance): ClassicInstance | undefined {
  if (!isClassic(instance)) return undefined;
  const { size, durations, arcFrom, arcTo, arcFromEnd, arcToEnd, arcWeight } = instance;
  const lags = Float64Array.from(arcWeight, (weight, arc) => {
    const ahead = arcFromEnd[arc] === 1 ? (durations[arcFrom[arc] as number] as number) : 0;
    return weight + ahead - (arcToEnd[arc] === 1 ? (durations[arcTo[arc] as number] as number) : 0);
  });
  const backLags = lags.map(
    (lag, arc) =>
      lag + (durations[arcTo[arc] as number] as number) - (durations[arcFrom[arc] as number] as number),
  );
  if (lags.some((lag) => lag < 0) || backLags.some((lag) => lag < 0)) return undefined;
  const unit = Math.max(1, lags.reduce(commonDivisor, durations.reduce(commonDivisor, 0)));
  let horizon = 0;
  for (const duration of durations) horizon += duration / unit;
  // Only what a lag adds to the duration of its task makes all wait.
  for (const [arc, lag] of lags.entries()) {
    const own = durations[arcFrom[arc] as number] as number;
    horizon += Math.max(0, lag - own) / unit;
  }
  if (horizon > longestHorizon || horizon * unit > instance.horizon) return undefined;
  const scaled = durations.map((duration) => duration / unit);
  const forward = direct(
    size,
    scaled,
    arcFrom,
    arcTo,
    lags.map((lag) => lag / unit),
    instance.order,
  );
  const backOrder = instance.order.slice().reverse();
  const backward = direct(
    size,
    scaled,
    arcTo,
    arcFrom,
    backLags.map((lag) => lag / unit),
    backOrder,
  );
  return {
    size,
    unit,
    forward,
    backward,
    horizon,
    criticalPath: instance.criticalPath / unit,
    ...binding(instance),
  };
}

function isClassic(instance: Instance): boolean {
  const { problem, size } = instance;
  return (
    problem.objective.kind === 'makespan' &&
    instance.durations.length === size &&
    instance.isAcyclic &&
    instance.setups.length === 0 &&
    instance.changeStock.length === 0 &&
    instance.stepTime.length === instance.peak.length &&
    instance.stockInitial.every((initial, stock) => initial <= (instance.stockCapacity[stock] as number)) &&
    instance.optional.every((optional) => optional === 0) &&
    instance.fixedStart.every((start) => start < 0) &&
    instance.release.every((release) => release === 0) &&
    instance.deadline.every((deadline) => deadline === instance.horizon) &&
    instance.costLimits.every((limit) => limit === Number.POSITIVE_INFINITY)
  );
}

const commonDivisor = (a: number, b: number): number => {
  let [one, other] = [a, b];
  while (other !== 0) [one, other] = [other, one % other];
  return one;
};

function direct(
  size: number,
  durations: Int32Array,
  from: Int32Array,
  to: Int32Array,
  lag: Float64Array,
  order: Int32Array,
): ClassicDirection {
  const enter = groupBy(size, to);
  const leave = groupBy(size, from);
  const enterTask = enter.items.map((arc) => from[arc] as number);
  const enterLag = enter.items.map((arc) => lag[arc] as number);
  const earliest = new Int32Array(size);
  for (const task of order)
    for (let k = enter.first[task] as number; k < (enter.first[task + 1] as number); k++)
      earliest[task] = Math.max(
        earliest[task] as number,
        (earliest[enterTask[k] as number] as number) + (enterLag[k] as number),
      );
  return {
    size,
    durations,
    enterFirst: enter.first,
    enterTask,
    enterLag,
    leaveFirst: leave.first,
    leaveTask: leave.items.map((arc) => to[arc] as number),
    leaveLag: leave.items.map((arc) => lag[arc] as number),
    order,
    earliest,
  };
}

/** Resources of which all tasks together need more than there is. */
function binding(instance: Instance): Pick<ClassicInstance, 'capacities' | 'amounts'> {
  const { size, useFirst, useResource, useAmount, peak, durations } = instance;
  const total = new Float64Array(peak.length);
  for (let task = 0; task < size; task++)
    for (let use = useFirst[task] as number; use < (useFirst[task + 1] as number); use++)
      if ((durations[task] as number) > 0)
        total[useResource[use] as number] =
          (total[useResource[use] as number] as number) + (useAmount[use] as number);
  const places = [...peak.keys()].filter((place) => (total[place] as number) > (peak[place] as number));
  const amounts = new Int32Array(size * places.length);
  for (let task = 0; task < size; task++)
    for (let use = useFirst[task] as number; use < (useFirst[task + 1] as number); use++) {
      const place = places.indexOf(useResource[use] as number);
      if (place >= 0) amounts[task * places.length + place] = useAmount[use] as number;
    }
  return { capacities: Int32Array.from(places, (place) => peak[place] as number), amounts };
}
