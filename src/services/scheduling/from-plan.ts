// From a plan: a plan's tasks, orderings, locks, resources, budgets and deadlines as a scheduling problem.
//
// | of the plan | becomes |
// |---|---|
// | `after`, `sequential`, `data`, `on_success`, `on_failure`, `on_condition` | a lag from end to start of at least 0: every branch is scheduled as if it were needed |
// | `temporal` | the same with `minLagMs`; `maxLagMs` is a wish, and only a constraint with `maxLags` |
// | `resource`, `conflict` | an exclusive lock of the pair |
// | `preferred` | nothing: a wish between equals |
// | lock | the same lock |
// | reusable resource, rate | a reusable resource [capacity 1] |
// | consumable resource | a stock, of which tasks take at their start |
// | producible resource | a stock; `when: end` adds to it, anything else takes at the start |
// | width (`maxParallelTasks`, 1 when sequential) | a reusable resource, of which each task holds 1 |
// | `cpuPercent`, `memoryMb`, `diskMb`, `networkMbps` | held of the machine, where it is known how much there is |
// | estimate | the duration, and the costs `money` (with `costPerUnit` of what it asks for) and `tokens` |
// | deadline, longest duration, least delay of the goal | the horizon, and the instant from which tasks start |
// | budgets of the goal | budgets of `money` and `tokens` |
// | window of the day, approvals, retries, failures | nothing: what they will take is not known |
import type { GoalSpecInput } from '../../model/goal.js';
import type { PlanGraph } from '../../model/graph.js';
import type { PlanSpecInput } from '../../model/plan.js';
import type { TaskInput } from '../../model/task.js';
import {
  type Lag,
  largestNumber,
  type Objective,
  type ScheduleProblem,
  type ScheduleTask,
} from './problem.js';
import { planAmounts, type MachineSize } from './plan-amounts.js';

export interface FromPlanOptions {
  /**
   * The plan's order with what its references imply, as {@link parsePlanDocument} gives it. Without it, only `after`
   * and `dependencies` are looked at.
   */
  readonly graph?: PlanGraph;
  /** Its deadline, times and budgets. */
  readonly goal?: Pick<GoalSpecInput, 'deadlineAt' | 'constraints'>;
  /** The instant that is 0 in the problem, in milliseconds since the epoch; needed for a deadline. */
  readonly beginAt?: number;
  /** Which duration counts [expected]. Without a quantile: the expected time, for `p95` twice of it. */
  readonly durations?: 'expected' | 'p50' | 'p95';
  /** What the machine has [nothing is known, nothing holds]. */
  readonly machine?: MachineSize;
  /** How many tasks run at once [the strategy's]. */
  readonly width?: number;
  /** Whether tasks that the plan calls optional may be left out [false]; each then is worth its priority × `dropMs`. */
  readonly mayDrop?: boolean;
  /** What a point of priority is worth when a task is left out, in milliseconds of makespan [60,000]. */
  readonly dropMs?: number;
  /** Whether the most that a `temporal` dependency wishes is a constraint [false]. */
  readonly maxLags?: boolean;
  readonly objective?: Objective;
}

/** A problem with what its numbers mean. */
export interface PlanScheduleProblem {
  readonly problem: ScheduleProblem;
  /** How many milliseconds a unit of time is: 1, or more when the plan takes more than 2^30 ms (12 days). */
  readonly unitMs: number;
}

const defaultWidth = 5;
const defaultEstimateMs = 60_000;
const defaultPriority = 5;

/** Makes the scheduling problem of a plan. Its tasks have the plan's ids, in the plan's order. */
export function problemFromPlan(plan: PlanSpecInput, options: FromPlanOptions = {}): PlanScheduleProblem {
  const ids = Object.keys(plan.tasks);
  const durations = ids.map((id) => durationOf(plan.tasks[id], options.durations ?? 'expected'));
  const edges = options.graph === undefined ? edgesOfPlan(plan) : edgesOfGraph(options.graph);
  const unitMs = unitFor(durations, edges);
  const inUnits = (milliseconds: number): number => Math.min(Math.ceil(milliseconds / unitMs), largestNumber);
  const width = options.width ?? widthOf(plan);
  const amounts = planAmounts(plan, {
    width,
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  });
  const locks = exclusionLocks(plan, edges.exclusions);
  const { constraints } = options.goal ?? {};
  const now = inUnits(constraints?.time?.minStartDelayMs ?? 0);
  const horizon = horizonOf(options, now * unitMs);
  const tasks = ids.map((id, index): ScheduleTask => {
    const task = plan.tasks[id];
    const mayDrop = options.mayDrop === true && task?.optional === true;
    const priority = task?.priority ?? defaultPriority;
    return {
      id,
      ...(task?.name === undefined ? {} : { name: task.name }),
      modes: [
        {
          duration: inUnits(durations[index] ?? 0),
          uses: amounts.usesOf(id),
          changes: amounts.changesOf(id),
          locks: [
            ...(task?.requires?.locks ?? []).map(({ name, mode = 'exclusive' }) => ({ name, mode })),
            ...(locks.get(id) ?? []).map((name) => ({ name, mode: 'exclusive' as const })),
          ],
          costs: amounts.costsOf(id),
        },
      ],
      optional: mayDrop,
      value: mayDrop ? (priority * (options.dropMs ?? 60_000)) / unitMs : 0,
      requires: [],
      release: 0,
      weight: priority,
    };
  });
  const { dollars, tokens } = constraints?.resource?.budget ?? {};
  const problem: ScheduleProblem = {
    tasks,
    lags: edges.lags.map(({ from, to, minLagMs, maxLagMs }): Lag => {
      const most = options.maxLags === true && maxLagMs !== undefined ? { max: inUnits(maxLagMs) } : {};
      return { from, to, anchor: 'finish-start', min: inUnits(minLagMs), ...most };
    }),
    resources: amounts.resources,
    setups: [],
    budgets: [
      ...(dollars === undefined ? [] : [{ name: 'money', limit: dollars }]),
      ...(tokens === undefined ? [] : [{ name: 'tokens', limit: tokens }]),
    ],
    objective: options.objective ?? { kind: 'makespan' },
    ...(horizon === undefined ? {} : { horizon: Math.min(Math.floor(horizon / unitMs), largestNumber) }),
    now,
  };
  return { problem, unitMs };
}

/** How many tasks a plan runs at once. */
export function widthOf({ strategy }: PlanSpecInput): number {
  return strategy?.mode === 'sequential' ? 1 : (strategy?.maxParallelTasks ?? defaultWidth);
}

function durationOf(task: TaskInput | undefined, which: 'expected' | 'p50' | 'p95'): number {
  const { expectedMs = defaultEstimateMs, p50Ms, p95Ms } = task?.estimate ?? {};
  if (which === 'p50') return p50Ms ?? expectedMs;
  return which === 'p95' ? (p95Ms ?? expectedMs * 2) : expectedMs;
}

interface PlanEdge {
  readonly from: string;
  readonly to: string;
  readonly minLagMs: number;
  readonly maxLagMs?: number | undefined;
}

interface PlanEdges {
  readonly lags: readonly PlanEdge[];
  readonly exclusions: readonly (readonly [string, string])[];
}

function edgesOfPlan(plan: PlanSpecInput): PlanEdges {
  const lags: PlanEdge[] = [];
  const exclusions: [string, string][] = [];
  for (const [to, task] of Object.entries(plan.tasks)) {
    for (const from of task.after ?? []) lags.push({ from, to, minLagMs: 0 });
  }
  for (const { from, to, type = 'sequential', minLagMs = 0, maxLagMs } of plan.dependencies ?? []) {
    if (type === 'resource' || type === 'conflict') exclusions.push([from, to]);
    else if (type !== 'preferred') lags.push({ from, to, minLagMs, maxLagMs });
  }
  return { lags, exclusions };
}

function edgesOfGraph(graph: PlanGraph): PlanEdges {
  const name = (index: number): string => graph.ids[index] ?? '';
  const lags: PlanEdge[] = [];
  for (const { starts, items } of [graph.before, graph.data]) {
    for (let to = 0; to < graph.ids.length; to += 1) {
      for (let at = starts[to] ?? 0; at < (starts[to + 1] ?? 0); at += 1) {
        lags.push({ from: name(items[at] ?? 0), to: name(to), minLagMs: 0 });
      }
    }
  }
  for (const { from, to, type, minLagMs = 0, maxLagMs } of graph.special) {
    if (type !== 'preferred') lags.push({ from: name(from), to: name(to), minLagMs, maxLagMs });
  }
  return { lags, exclusions: graph.exclusions.map(([one, other]) => [name(one), name(other)]) };
}

/** Names of the locks of pairs that must not overlap, by task. No lock of the plan is called so. */
function exclusionLocks(plan: PlanSpecInput, exclusions: PlanEdges['exclusions']): Map<string, string[]> {
  const taken = Object.values(plan.tasks).flatMap(({ requires }) => requires?.locks ?? []);
  let opening = 'pair-';
  while (taken.some(({ name }) => name.startsWith(opening))) opening += '-';
  const locks = new Map<string, string[]>();
  exclusions.forEach((pair, index) => {
    for (const id of pair) locks.set(id, [...(locks.get(id) ?? []), `${opening}${index + 1}`]);
  });
  return locks;
}

/** The smallest power of 10 with which the whole plan, one task after another, is less than the largest number. */
function unitFor(durations: readonly number[], { lags }: PlanEdges): number {
  let total = 0;
  for (const duration of durations) total += duration;
  for (const { minLagMs } of lags) total += minLagMs;
  let unitMs = 1;
  while (total / unitMs >= largestNumber) unitMs *= 10;
  return unitMs;
}

/** When all must have ended, in milliseconds from 0. */
function horizonOf({ goal, beginAt }: FromPlanOptions, delayMs: number): number | undefined {
  const { maxDurationMs, deadlineAt } = goal?.constraints?.time ?? {};
  const bounds: number[] = [];
  if (maxDurationMs !== undefined) bounds.push(delayMs + maxDurationMs);
  if (beginAt !== undefined) {
    for (const at of [goal?.deadlineAt, deadlineAt])
      if (at !== undefined) bounds.push(Math.max(0, at - beginAt));
  }
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}
