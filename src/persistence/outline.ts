// Outline: a quick look at records of which a plan has very many. They were checked when they were made, and their
// checksum proves that they are as they were written; so what is still to be noticed is a writer that was wrong, and
// for that their outline is enough. The doctor checks every field.
import type { PlanGraph } from '../model/graph.js';
import { TaskStatus } from '../model/task.js';
import { damaged } from './codec.js';

type Fields = Readonly<Record<string, unknown>>;

const statuses: ReadonlySet<unknown> = new Set(TaskStatus.options);

/** What a resumed plan needs of a task's record. */
export interface TaskOutline {
  readonly status: TaskStatus;
  readonly endOrder?: number;
  readonly used?: Readonly<Record<string, number>>;
}

/** @throws EngineError `STORE_DAMAGED` naming the key when it is no task record. */
export function outlineOfTask(key: string, value: unknown): TaskOutline {
  const { status, endOrder, used } = fieldsOf(key, value);
  if (!statuses.has(status)) throw damaged(key, 'status: expected the status of a task');
  if (endOrder !== undefined && typeof endOrder !== 'number')
    throw damaged(key, 'endOrder: expected a number');
  if (used !== undefined && (typeof used !== 'object' || used === null))
    throw damaged(key, 'used: expected amounts by resource');
  return value as TaskOutline;
}

/** @throws EngineError `STORE_DAMAGED` naming the key when it is no graph. */
export function outlineOfGraph(key: string, value: unknown): PlanGraph {
  const graph = fieldsOf(key, value);
  const size = (graph['ids'] as unknown[] | undefined)?.length;
  for (const name of ['ids', 'estimateMs', 'priority', 'tailMs', 'flags']) {
    const list = graph[name];
    if (!Array.isArray(list) || list.length !== size)
      throw damaged(key, `${name}: expected one entry for each task`);
  }
  for (const name of ['before', 'data']) {
    const { starts, items } = fieldsOf(key, graph[name]);
    if (!Array.isArray(starts) || starts.length !== (size ?? 0) + 1 || !Array.isArray(items))
      throw damaged(key, `${name}: expected one list for each task`);
  }
  if (!Array.isArray(graph['special']) || !Array.isArray(graph['exclusions']))
    throw damaged(key, 'special, exclusions: expected lists');
  return value as PlanGraph;
}

function fieldsOf(key: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw damaged(key, 'expected a record with fields');
}
