// Dry run: what a plan would do, as plain data: its tasks in order, the critical path, estimates of time and
// cost, and what it holds and uses. Nothing is run and nothing is asked of the machine.
import type { Problem } from '../../errors.js';
import { ruleOf } from '../../model/approval.js';
import type { PlanGraph } from '../../model/graph.js';
import type { PlanSpecInput } from '../../model/plan.js';
import type { Resource } from '../../model/resource.js';
import type { TaskInput } from '../../model/task.js';
import { criticalPath, parallelGroups } from './graph-paths.js';
import type { CriticalPath } from './graph-paths.js';
import { reduceForDisplay } from './graph-reduction.js';
import type { ActionInput } from './graph-references.js';
import { listSchedule } from './list-schedule.js';
import { planTimes } from './plan-times.js';

export interface TaskSummary {
  readonly id: string;
  readonly name?: string;
  /** What it does, in a few words: the tool, the program, what it waits for. */
  readonly action: string;
  /** The tasks before it, without those that follow from others. */
  readonly after: readonly string[];
  readonly level: number;
  readonly expectedMs: number;
  /** When it would start, with the width, locks, resources and exclusions of the plan. */
  readonly startMs: number;
  /** How much later it could start, were there no bound on width. */
  readonly slackMs: number;
  readonly isCritical: boolean;
  readonly isOptional: boolean;
  readonly needsApproval: boolean;
}

export interface ResourceSummary {
  readonly name: string;
  readonly kind: Resource['kind'];
  readonly initial?: number;
  readonly capacity?: number;
  /** What the tasks ask for in all, each task counted once. */
  readonly asked: number;
  readonly tasks: number;
}

export interface PlanDescription {
  readonly tasks: readonly TaskSummary[];
  /** Task ids by level: those of one level wait for none of each other. */
  readonly levels: readonly (readonly string[])[];
  readonly criticalPath: readonly string[];
  readonly estimates: {
    /** Everything takes its median and nothing waits for a place. */
    readonly minMs: number;
    /** Everything takes its expected time; the width, locks and resources hold. */
    readonly expectedMs: number;
    /** Everything takes its 95th percentile (without one, twice its expected time); the width, locks and resources hold. */
    readonly maxMs: number;
    readonly expectedCost: number;
    /** Every retry that is allowed is needed. */
    readonly maxCost: number;
    readonly tokens: number;
  };
  /** How many tasks may run at once, and how many would. */
  readonly width: number;
  readonly widest: number;
  readonly locks: readonly { readonly name: string; readonly tasks: readonly string[] }[];
  readonly resources: readonly ResourceSummary[];
  readonly problems: readonly Problem[];
}

const defaultWidth = 5;
const defaultRetries = 3;

/**
 * Describes a plan. Loops count as one round: how many there will be is known only when they run.
 *
 * @param problems - What admission found, to be shown with it.
 */
export function describePlan(
  plan: PlanSpecInput,
  graph: PlanGraph,
  problems: readonly Problem[] = [],
): PlanDescription {
  const tasks = graph.ids.map((id) => plan.tasks[id]);
  const width = plan.strategy?.mode === 'sequential' ? 1 : (plan.strategy?.maxParallelTasks ?? defaultWidth);
  const path = criticalPath(graph);
  const expected = planTimes(plan, graph, 'expected', graph.estimateMs, width);
  const slow = graph.estimateMs.map((expectedMs, index) => tasks[index]?.estimate?.p95Ms ?? expectedMs * 2);
  const quick = graph.estimateMs.map((expectedMs, index) => tasks[index]?.estimate?.p50Ms ?? expectedMs);
  const names = (indices: readonly number[]): string[] => indices.map((index) => graph.ids[index] ?? '');
  const groups = parallelGroups(graph);
  return {
    tasks: summariseTasks(tasks, graph, { path, groups, startMs: expected.startMs }),
    levels: groups.map(names),
    criticalPath: names(path.path),
    estimates: {
      minMs: Math.min(listSchedule(graph, quick, Math.max(1, graph.ids.length)).lengthMs, expected.lengthMs),
      expectedMs: expected.lengthMs,
      maxMs: Math.max(planTimes(plan, graph, 'p95', slow, width).lengthMs, expected.lengthMs),
      ...costsOf(plan, tasks),
    },
    width,
    widest: expected.widest,
    locks: locksOf(plan),
    resources: resourcesOf(plan),
    problems,
  };
}

function summariseTasks(
  tasks: readonly (TaskInput | undefined)[],
  graph: PlanGraph,
  order: { path: CriticalPath; groups: readonly (readonly number[])[]; startMs: readonly number[] },
): TaskSummary[] {
  const after = new Map<number, string[]>();
  for (const [from, to] of reduceForDisplay(graph)) {
    const known = after.get(to);
    if (known === undefined) after.set(to, [graph.ids[from] ?? '']);
    else known.push(graph.ids[from] ?? '');
  }
  const levelOf = new Map(
    order.groups.flatMap((group, level) => group.map((index) => [index, level] as const)),
  );
  return graph.ids.map((id, index) => {
    const task = tasks[index];
    return {
      id,
      ...(task?.name === undefined ? {} : { name: task.name }),
      action: task === undefined ? '' : describeAction(task.action),
      after: after.get(index) ?? [],
      level: levelOf.get(index) ?? 0,
      expectedMs: graph.estimateMs[index] ?? 0,
      startMs: order.startMs[index] ?? 0,
      slackMs: order.path.slackMs[index] ?? 0,
      isCritical: task?.critical === true,
      isOptional: task?.optional === true,
      needsApproval: ruleOf(task?.approval) !== undefined,
    };
  });
}

/** An action in a few words. */
export function describeAction(action: ActionInput): string {
  switch (action.kind) {
    case 'tool_call':
      return action.tool;
    case 'system_cmd':
      return shorten([action.command, ...(action.args ?? [])].join(' '));
    case 'for_each': {
      const items = typeof action.items === 'string' ? action.items : `${action.items.length} items`;
      return shorten(`for each of ${items}: ${describeAction(action.do)}`);
    }
    case 'wait':
      return shorten(describeWait(action.for));
  }
}

function describeWait(waited: Extract<ActionInput, { kind: 'wait' }>['for']): string {
  if ('durationMs' in waited)
    return `wait ${waited.durationMs}${typeof waited.durationMs === 'number' ? ' ms' : ''}`;
  if ('until' in waited) {
    return `wait until ${typeof waited.until === 'number' ? new Date(waited.until).toISOString() : waited.until}`;
  }
  if ('signal' in waited) return `wait for the signal ${waited.signal}`;
  return 'approval' in waited ? `wait for approval: ${waited.approval}` : `ask: ${waited.question}`;
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function costsOf(
  plan: PlanSpecInput,
  tasks: readonly (TaskInput | undefined)[],
): { expectedCost: number; maxCost: number; tokens: number } {
  const planRetries = plan.strategy?.retry?.maxRetries ?? defaultRetries;
  let expectedCost = 0;
  let maxCost = 0;
  let tokens = 0;
  for (const task of tasks) {
    const cost = task?.estimate?.cost ?? 0;
    expectedCost += cost;
    maxCost += cost * (1 + (task?.retry?.maxRetries ?? planRetries));
    tokens += task?.estimate?.tokens ?? 0;
  }
  return { expectedCost, maxCost, tokens };
}

function locksOf(plan: PlanSpecInput): { name: string; tasks: string[] }[] {
  const users = new Map<string, string[]>();
  for (const [id, task] of Object.entries(plan.tasks)) {
    for (const lock of task.requires?.locks ?? []) {
      const known = users.get(lock.name);
      if (known === undefined) users.set(lock.name, [id]);
      else known.push(id);
    }
  }
  return [...users].map(([name, tasks]) => ({ name, tasks }));
}

function resourcesOf(plan: PlanSpecInput): ResourceSummary[] {
  const asked = new Map<string, { amount: number; tasks: number }>();
  for (const task of Object.values(plan.tasks)) {
    for (const request of task.requires?.resources ?? []) {
      const known = asked.get(request.name) ?? { amount: 0, tasks: 0 };
      asked.set(request.name, { amount: known.amount + (request.amount ?? 1), tasks: known.tasks + 1 });
    }
  }
  return Object.entries(plan.resources ?? {}).map(([name, { kind = 'reusable', initial, capacity }]) => ({
    name,
    kind,
    ...(initial === undefined ? {} : { initial }),
    ...(capacity === undefined ? {} : { capacity }),
    asked: asked.get(name)?.amount ?? 0,
    tasks: asked.get(name)?.tasks ?? 0,
  }));
}
