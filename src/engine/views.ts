// Views: how a goal and its tasks stand, put together from the records and the actors. They change nothing.
import type { PlanReader } from '../persistence/plans.js';
import { openPlan } from '../persistence/plans.js';
import { EngineError } from '../errors.js';
import { parseTaskId } from '../model/address.js';
import { goalEnds } from '../model/goal.js';
import { listOf } from '../model/graph.js';
import type { Result, TaskResult } from '../model/result.js';
import type { Json } from '../model/scalars.js';
import type { TaskRecord, TaskStatus } from '../model/task.js';
import { damaged, decodeRecord } from '../persistence/codec.js';
import { keys, taskIdOfKey } from '../persistence/keys.js';
import { parseRecord, type GoalRecord } from '../persistence/records.js';
import type { GoalSummary, TaskView } from './api.js';
import { explanationOf } from './explain.js';
import type { Runtime } from './runtime-types.js';
import { standingOf, type Standing } from './standing.js';

/** Outputs longer than this are given in a result by the hash of their blob only, in characters. */
const shownOutput = 65_536;

export function readGoal(runtime: Runtime, goalId: string): GoalRecord {
  const record = runtime.options.ledger.read('goal', keys.goal(goalId));
  if (record === undefined)
    throw new EngineError('GOAL_UNKNOWN', `There is no goal '${goalId}' in this store.`);
  return record;
}

/** The plan of a goal, or undefined when it has none yet. */
export function readPlan(runtime: Runtime, record: GoalRecord): PlanReader | undefined {
  const live = runtime.frontiers.find(record.id)?.reader;
  if (live !== undefined) return live;
  return record.planVersion === 0
    ? undefined
    : openPlan(runtime.options.ledger, record.id, record.planVersion);
}

export function summarise(runtime: Runtime, record: GoalRecord): GoalSummary {
  const fault = record.fault?.message ?? runtime.faults.get(record.id);
  const survey = goalEnds.has(record.status) ? undefined : runtime.frontiers.find(record.id)?.survey();
  return {
    id: record.id,
    name: record.spec.name,
    status: record.status,
    completion: survey?.completion ?? record.completion,
    createdAt: record.createdAt,
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    ...(record.blockage === undefined ? {} : { blockage: record.blockage }),
    ...(fault === undefined ? {} : { fault }),
    counts: survey === undefined ? record.counts : pickCounts(survey),
  };
}

const pickCounts = ({ total, succeeded, failed, skipped, aborted }: Result['counts']): Result['counts'] => ({
  total,
  succeeded,
  failed,
  skipped,
  aborted,
});

const topOf = (state: string): TaskStatus => (state.split('.')[0] ?? 'pending') as TaskStatus;

/**
 * A goal's record and those of its tasks, also of rounds and compensations, as they are on disk. The goal is read first:
 * when it has ended, its tasks have.
 */
async function storedRecords(
  runtime: Runtime,
  goalId: string,
): Promise<{ record: GoalRecord; records: Map<string, TaskRecord> }> {
  const { ledger } = runtime.options;
  await ledger.quiet();
  return ledger.disk.reading(async (db) => {
    const goalKey = keys.goal(goalId);
    const stored = await db.get(goalKey);
    const record =
      stored === undefined
        ? readGoal(runtime, goalId)
        : parseRecord('goal', goalKey, decodeRecord(goalKey, stored));
    const records = new Map<string, TaskRecord>();
    for await (const [key, value] of db.iterator(keys.tasksOf(goalId))) {
      records.set(taskIdOfKey(goalId, key), parseRecord('task', key, decodeRecord(key, value)));
    }
    return { record, records };
  });
}

function taskResult(
  runtime: Runtime,
  standing: Standing,
  id: string,
  record: TaskRecord | undefined,
  ended: boolean,
): TaskResult {
  const now = standing.task(id);
  if (record?.endedAt === undefined) {
    if (now !== undefined) return { status: topOf(now.state), attempts: now.context.attempt };
    return ended
      ? { status: 'skipped', attempts: 0, reason: 'something it depends on did not end well' }
      : { status: 'pending', attempts: 0 };
  }
  const { output } = record;
  const apart = output !== undefined && 'blob' in output && output.bytes > shownOutput;
  return {
    status: record.status,
    attempts: record.attempts,
    ...(output === undefined
      ? {}
      : apart
        ? { outputBlob: output.blob }
        : { output: runtime.book.value(output) }),
    ...(record.failure === undefined ? {} : { failure: record.failure }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
  };
}

/** A goal's result: final when it has ended, else as it stands. */
export async function resultOf(runtime: Runtime, goalId: string): Promise<Result> {
  const { record, records } = await storedRecords(runtime, goalId);
  const standing = await standingOf(runtime, goalId);
  const ended = goalEnds.has(record.status);
  const summary = summarise(runtime, record);
  const ids = readPlan(runtime, record)?.graph.ids ?? [];
  if (ended) checkCounts(record, ids, records);
  const tasks: Record<string, TaskResult> = {};
  for (const id of ids) tasks[id] = taskResult(runtime, standing, id, records.get(id), ended);
  const undone = [...records].filter(([id]) => parseTaskId(id).undo);
  const notUndone = undone.filter(([, { status }]) => status !== 'succeeded').map(([id]) => id);
  return {
    goal: goalId,
    status: record.status,
    completion: summary.completion,
    reason: record.reason ?? summary.fault ?? '',
    tasks,
    findings: record.findings,
    adaptations: record.adaptations,
    blockages: explanationOf(runtime, record, standing).waits.map(({ unblock: _, subject, ...blockage }) => ({
      ...blockage,
      ...(subject === '' ? {} : { taskId: subject }),
    })),
    planVersion: record.planVersion,
    counts: summary.counts,
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    warnings: notUndone.map((id) => `${id} could not undo what it should: a person has to look at it`),
  };
}

/** An ended goal says how its tasks have ended: a record that is missing would read as if its task had not run. */
function checkCounts(
  { id, counts }: GoalRecord,
  ids: readonly string[],
  records: ReadonlyMap<string, TaskRecord>,
): void {
  for (const status of ['succeeded', 'failed', 'aborted'] as const) {
    const found = ids.filter((task) => records.get(task)?.status === status).length;
    if (found < counts[status])
      throw damaged(
        keys.tasksOf(id).gte,
        `${counts[status]} tasks have ${status}, but only ${found} are there`,
      );
  }
}

/** The tasks of the present plan, in document order; rounds behind their loop when asked for. */
export async function tasksOf(
  runtime: Runtime,
  goalId: string,
  options: { rounds?: boolean; limit?: number },
): Promise<TaskView[]> {
  const { record, records } = await storedRecords(runtime, goalId);
  const standing = await standingOf(runtime, goalId);
  const reader = readPlan(runtime, record);
  if (reader === undefined) return [];
  const ended = goalEnds.has(record.status);
  if (ended) checkCounts(record, reader.graph.ids, records);
  const rounds = new Map<string, string[]>();
  for (const id of new Set([...records.keys(), ...standing.taskIds()])) {
    const { taskId, round, undo } = parseTaskId(id);
    if (round !== undefined && !undo) rounds.set(taskId, [...(rounds.get(taskId) ?? []), id]);
  }
  const views: TaskView[] = [];
  for (const [index, id] of reader.graph.ids.entries()) {
    if (views.length >= (options.limit ?? Number.POSITIVE_INFINITY)) break;
    const task = reader.task(index);
    const after = [...listOf(reader.graph.before, index), ...listOf(reader.graph.data, index)].map(
      (i) => reader.graph.ids[i] ?? '',
    );
    const own = rounds.get(id) ?? [];
    const total = standing.loopSize(id, reader);
    const counts =
      own.length === 0 && total === undefined
        ? {}
        : { rounds: roundCounts(own, records, total ?? own.length) };
    views.push({
      ...viewOf(runtime, standing, id, task.name ?? id, describe(task.action), after, records.get(id), ended),
      ...counts,
    });
    if (options.rounds !== true) continue;
    for (const round of own) {
      views.push(
        viewOf(runtime, standing, round, round, describe(task.action), [], records.get(round), ended),
      );
    }
  }
  return views;
}

function roundCounts(
  own: readonly string[],
  records: ReadonlyMap<string, TaskRecord>,
  total: number,
): NonNullable<TaskView['rounds']> {
  const statuses = own.map((id) =>
    records.get(id)?.endedAt === undefined ? 'active' : records.get(id)?.status,
  );
  const count = (status: string): number => statuses.filter((one) => one === status).length;
  return { total, succeeded: count('succeeded'), failed: count('failed'), active: count('active') };
}

function viewOf(
  runtime: Runtime,
  standing: Standing,
  id: string,
  name: string,
  action: string,
  after: readonly string[],
  record: TaskRecord | undefined,
  ended: boolean,
): TaskView {
  const now = standing.task(id);
  const result = taskResult(runtime, standing, id, record, ended);
  const blocked = now?.blocked;
  const startedAt =
    record?.startedAt ?? (now !== undefined && now.context.startedAt > 0 ? now.context.startedAt : undefined);
  return {
    id,
    name,
    status: result.status,
    action,
    attempts: result.attempts,
    after,
    ...(blocked === undefined ? {} : { blocked }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(record?.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    ...(result.failure === undefined ? {} : { failure: result.failure.message }),
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  };
}

/** An action in a few words. */
export function describe(action: { kind: string; [key: string]: unknown }): string {
  if (action.kind === 'tool_call') return String(action['tool']);
  if (action.kind === 'system_cmd')
    return [action['command'], ...((action['args'] as Json[] | undefined) ?? [])].join(' ').slice(0, 80);
  if (action.kind === 'for_each') return `for each: ${describe(action['do'] as { kind: string })}`;
  return action.kind;
}
