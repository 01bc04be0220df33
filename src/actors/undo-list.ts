// Undo list: what a plan has done that can be undone, in the order of its ends.
import { parseTaskId, undoId } from '../model/address.js';
import type { PlanReader } from '../persistence/plans.js';
import type { TaskBook } from './task-book.js';

/**
 * The tasks and rounds that have succeeded, have a compensation and were not compensated yet; the last end is
 * the last of the list, so that taking from the end goes backwards.
 *
 * @param roundsOf - The rounds of a loop that have ended: index → whether well.
 */
export function listUndo(
  reader: PlanReader,
  book: TaskBook,
  roundsOf: (taskId: string) => ReadonlyMap<number, boolean>,
): string[] {
  const { goalId } = reader.plan;
  const done: { id: string; at: number }[] = [];
  const add = (id: string): void => {
    const record = book.record(goalId, id);
    if (record?.status !== 'succeeded' || book.record(goalId, undoId(id)) !== undefined) return;
    done.push({ id, at: record.endOrder ?? 0 });
  };
  for (const [index, id] of reader.graph.ids.entries()) {
    const task = reader.task(index);
    if (task.compensate === undefined) continue;
    if (task.action.kind !== 'for_each') add(id);
    else for (const [round, well] of roundsOf(id)) if (well) add(`${id}[${round}]`);
  }
  return done.sort((a, b) => a.at - b.at).map(({ id }) => id);
}

/** The rounds of each loop that have ended, from the ids of ended tasks. */
export function groupRounds(ended: ReadonlyMap<string, string>): Map<string, Map<number, boolean>> {
  const rounds = new Map<string, Map<number, boolean>>();
  for (const [id, status] of ended) {
    if (!id.includes('[')) continue;
    const { taskId, round, undo } = parseTaskId(id);
    if (round === undefined || undo) continue;
    const known = rounds.get(taskId) ?? new Map<number, boolean>();
    rounds.set(taskId, known.set(round, status === 'succeeded' || status === 'skipped'));
  }
  return rounds;
}
