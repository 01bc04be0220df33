// Repair: makes a new version of a running plan in which a task that has ended is done again as a new task.
import { EngineError } from '../errors.js';
import { addressOf } from '../model/address.js';
import type { PlanGraph } from '../model/graph.js';
import type { Plan } from '../model/plan.js';
import type { GoalKey, RepairResult } from '../actors/goal-steps.js';
import type { TurnContext } from '../actors/turn.js';
import type { TaskBook } from '../actors/task-book.js';
import type { Ledger } from '../persistence/ledger.js';
import { openPlan, writePlan } from '../persistence/plans.js';

/** The reason with which a goal asks for a task to be done again. */
const retryReason = /^retry (.+)$/;

/**
 * Makes the new version, within a turn. Only `retry <task>` can be repaired without a planner; the new task
 * takes the old one's place in the order, and references to the old one mean the new one.
 */
export function repairByRetry(
  key: GoalKey & { reason: string },
  ledger: Ledger,
  book: TaskBook,
  turn: TurnContext,
): RepairResult {
  const taskId = retryReason.exec(key.reason)?.[1];
  if (taskId === undefined) return { kind: 'none', reason: `${key.reason}; no planner can mend this` };
  const reader = openPlan(ledger, key.goalId, key.planVersion);
  const index = reader.indexOf(taskId);
  const record = book.record(key.goalId, taskId);
  if (index === undefined || record?.endedAt === undefined || record.status === 'succeeded') {
    return { kind: 'none', reason: `task '${taskId}' is not one that has failed` };
  }
  const again = nextId(reader.graph, taskId);
  const version = key.planVersion + 1;
  const graph: PlanGraph = {
    ...reader.graph,
    ids: reader.graph.ids.map((id, i) => (i === index ? again : id)),
  };
  const { [taskId]: task, ...others } = reader.inputs();
  if (task === undefined)
    throw new EngineError('ENGINE_INVARIANT', `P1 task ${taskId} is in its plan. This is a bug.`);
  const plan: Plan = {
    ...reader.plan,
    id: `${key.goalId}.${version}`,
    version,
    method: 'retry',
    createdAt: turn.at,
    supersedes: key.planVersion,
    replaces: { ...reader.plan.replaces, [again]: taskId },
  };
  writePlan(turn.changes, plan, graph, { ...others, [again]: task });
  turn.fact(addressOf.plan(key.goalId), 'plan.created', {
    version,
    tasks: graph.ids.length,
    method: 'retry',
    reason: key.reason,
  });
  return { kind: 'repaired', version };
}

/** `publish` → `publish.2` → `publish.3`. */
function nextId(graph: PlanGraph, taskId: string): string {
  const known = new Set(graph.ids);
  const stem = taskId.replace(/\.\d+$/, '');
  for (let n = 2; ; n++) if (!known.has(`${stem}.${n}`) && `${stem}.${n}` !== taskId) return `${stem}.${n}`;
}
