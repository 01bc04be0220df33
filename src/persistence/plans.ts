// Plans: how a version of a plan is stored. The head and the graph are one record each; the definitions of
// the tasks lie in parts, so that a task can be looked up without reading a large plan whole.
import { invariant } from '../errors.js';
import type { PlanGraph } from '../model/graph.js';
import type { Plan } from '../model/plan.js';
import { completeTask, type Task, type TaskInput } from '../model/task.js';
import { keys } from './keys.js';
import type { Ledger, Turn } from './ledger.js';

/** How many task definitions lie in one part. */
export const partSize = 128;
const cachedParts = 24;

/** Writes a version of a plan. `tasks` are in the order of `graph.ids`. */
export function writePlan(
  turn: Turn,
  plan: Plan,
  graph: PlanGraph,
  tasks: Readonly<Record<string, TaskInput>>,
): void {
  turn.put('plan', keys.plan(plan.goalId, plan.version), plan);
  turn.put('planGraph', keys.planGraph(plan.goalId, plan.version), graph);
  for (let first = 0; first < graph.ids.length; first += partSize) {
    const part: Record<string, Record<string, unknown>> = {};
    for (const id of graph.ids.slice(first, first + partSize))
      part[id] = tasks[id] as Record<string, unknown>;
    turn.put('planPart', keys.planPart(plan.goalId, plan.version, first / partSize), part);
  }
}

/** Looks up the tasks of one version of a plan. */
export interface PlanReader {
  readonly plan: Plan;
  readonly graph: PlanGraph;
  /** The index of a task in the graph, or undefined. */
  indexOf(taskId: string): number | undefined;
  /** A task's definition, with its defaults. */
  task(index: number): Task;
  /** The tasks as they were given, for a new version. */
  inputs(): Record<string, TaskInput>;
}

/** A part in memory: its tasks as they were given, and, once they were asked for, with their defaults. */
interface Part {
  readonly given: Readonly<Record<string, unknown>>;
  readonly tasks: (Task | undefined)[];
}

/** Opens a stored version for reading; at most {@link cachedParts} parts are kept in memory. */
export function openPlan(ledger: Ledger, goalId: string, version: number): PlanReader {
  const plan = ledger.read('plan', keys.plan(goalId, version));
  const graph = ledger.read('planGraph', keys.planGraph(goalId, version));
  invariant(plan && graph, `P1 plan ${version} of goal ${goalId} is stored`);
  const index = new Map<string, number>(graph.ids.map((id, i) => [id, i]));
  const parts = new Map<number, Part>();

  const part = (number: number): Part => {
    const known = parts.get(number);
    if (known !== undefined) return known;
    const given = ledger.read('planPart', keys.planPart(goalId, version, number));
    invariant(given, `P1 part ${number} of plan ${version} of goal ${goalId} is stored`);
    bound(parts, cachedParts);
    const read = { given, tasks: [] };
    parts.set(number, read);
    return read;
  };

  return {
    plan,
    graph,
    indexOf: (taskId) => index.get(taskId),
    task(i) {
      const { given, tasks } = part(Math.floor(i / partSize));
      const known = tasks[i % partSize];
      if (known !== undefined) return known;
      const id = graph.ids[i];
      invariant(id !== undefined, `P1 task ${i} is in plan ${version} of goal ${goalId}`);
      return (tasks[i % partSize] = completeTask(given[id] as TaskInput));
    },
    inputs() {
      const all: Record<string, TaskInput> = {};
      for (let n = 0; n * partSize < graph.ids.length; n++) Object.assign(all, part(n).given);
      return all;
    },
  };
}

/** Drops the oldest entry of a full map. */
function bound<K, V>(map: Map<K, V>, size: number): void {
  if (map.size < size) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
