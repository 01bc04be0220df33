// Undo: the plan that undoes an ended goal: the compensation of each task that succeeded, the last end first.
import { EngineError } from '../errors.js';
import { undoId } from '../model/address.js';
import { goalEnds } from '../model/goal.js';
import type { Json } from '../model/scalars.js';
import type { TaskInput } from '../model/task.js';
import { groupRounds, listUndo } from '../actors/undo-list.js';
import { define } from '../actors/definitions.js';
import { itemsOf } from '../actors/frontier-core.js';
import type { Runtime } from './runtime-types.js';
import { readGoal, readPlan } from './views.js';
import { decodeRecord } from '../persistence/codec.js';
import { keys, taskIdOfKey } from '../persistence/keys.js';
import { parseRecord } from '../persistence/records.js';

/**
 * Makes the plan document that undoes a goal. Its inputs are resolved from what the goal recorded, so it can be
 * carried out however much later.
 *
 * @throws EngineError `COMMAND_REFUSED` when the goal has not ended or there is nothing to undo.
 */
export async function undoDocument(runtime: Runtime, goalId: string): Promise<Record<string, unknown>> {
  const { ledger, performer } = runtime.options;
  const record = readGoal(runtime, goalId);
  if (!goalEnds.has(record.status)) {
    throw new EngineError(
      'COMMAND_REFUSED',
      `Goal '${goalId}' has not ended. Abort it with compensation to undo it.`,
    );
  }
  const reader = readPlan(runtime, record);
  const stored = await ledger.disk.reading((db) => db.iterator(keys.tasksOf(goalId)).all());
  const ended = new Map(
    stored.map(([key, value]) => [
      taskIdOfKey(goalId, key),
      parseRecord('task', key, decodeRecord(key, value)).status as string,
    ]),
  );
  const rounds = groupRounds(ended);
  const ids =
    reader === undefined
      ? []
      : listUndo(reader, runtime.book, (id) => rounds.get(id) ?? new Map<number, boolean>());
  if (reader === undefined || ids.length === 0) {
    throw new EngineError(
      'COMMAND_REFUSED',
      `Goal '${goalId}' has nothing that can be undone: no task with a compensation has succeeded.`,
    );
  }
  const items = new Map<string, readonly Json[]>();
  const item = (taskId: string, round: number): Json | undefined => {
    const { action } = reader.task(reader.indexOf(taskId) ?? 0);
    if (action.kind !== 'for_each') return undefined;
    const known = items.get(taskId) ?? itemsOf(runtime.scopes, reader.plan, action.items);
    items.set(taskId, known);
    return known[round];
  };
  const sources = {
    item,
    output: (taskId: string) => runtime.book.output(goalId, taskId),
    effectOf: performer.effectOf,
  };
  const tasks: Record<string, TaskInput> = {};
  // One after the other, but one that fails does not keep the rest from being undone.
  const dependencies: Record<string, string>[] = [];
  let before: string | undefined;
  for (const id of ids.reverse()) {
    const found = define(reader, undoId(id), sources);
    if (found === undefined || found.action.kind === 'for_each' || found.action.kind === 'wait') continue;
    const action = runtime.scopes.resolve(found.plan, found.action as unknown as Json, found.own);
    const taskId = `undo-${id.replace('[', '.').replace(']', '')}`;
    tasks[taskId] = {
      name: `Undo ${id}`,
      action: escaped(action) as unknown as TaskInput['action'],
    };
    if (before !== undefined)
      dependencies.push({ from: before, to: taskId, type: 'on_condition', when: 'true' });
    before = taskId;
  }
  return { version: 1, goal: { name: `Undo ${record.spec.name}`.slice(0, 500) }, tasks, dependencies };
}

/** Values that were resolved must not be read as templates again. */
function escaped(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('{{', '{{{{');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]));
}
