// Recoveries: which contingency, if any, answers for a failing task. One is engaged per task at a time.
import { addressOf, parseTaskId } from '../model/address.js';
import type { Contingency, TriggerCondition } from '../model/contingency.js';
import type { Failure } from '../model/failure.js';
import type { Plan } from '../model/plan.js';
import type { Json } from '../model/scalars.js';
import type { Mail } from '../machines/protocol.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export interface Recoveries {
  /** A task has failed for good unless a contingency helps. `allowed`: those it names, or all when it names none. */
  failing(taskId: string, failure: Failure, allowed: readonly string[], turn: TurnContext): void;
  /** From now on nothing is tried but for compensations, and contingencies that wait for approval do not get it. */
  drain(reason: string, turn: TurnContext): void;
  /** A contingency has ended without resolving what it was for, or has resolved it. */
  contingencyEnded(mail: Mail, turn: TurnContext): void;
  /** A task has ended. */
  ended(taskId: string, status: string, turn: TurnContext): void;
  /** Takes a contingency that was engaged before a restart. */
  adopt(contingencyId: string, taskId: string): void;
}

interface ContingencyEnded {
  readonly taskId: string;
  readonly contingencyId: string;
  readonly resolved: boolean;
  readonly fallback: string | null;
}

/** Makes the recoveries of one plan. */
export function createRecoveries(plan: Plan, book: TaskBook): Recoveries {
  const { goalId } = plan;
  const self = addressOf.frontier(goalId);
  const engaged = new Map<string, string>();
  const failedAgain = new Map<string, Failure>();
  let draining: string | undefined;
  /** Why nothing is tried any more for a task; undefined while something is. */
  const whyOver = (taskId: string): string | undefined => (parseTaskId(taskId).undo ? undefined : draining);
  const address = (id: string, taskId: string): string => addressOf.contingency(goalId, `${id}/${taskId}`);

  function engage(
    contingency: Contingency,
    taskId: string,
    failure: Failure | undefined,
    turn: TurnContext,
  ): void {
    const tried = book.record(goalId, taskId)?.contingencies ?? [];
    book.note(turn.changes, goalId, taskId, { contingencies: [...tried, contingency.id] });
    engaged.set(taskId, contingency.id);
    turn.spawn(self, address(contingency.id, taskId), {
      goalId,
      contingencyId: contingency.id,
      taskId,
      failure,
      step: contingency.actions[0]?.id ?? '',
      approval: contingency.approval === 'required' || !contingency.autoExecute,
      maxDurationMs: contingency.maxDurationMs,
      fallback: contingency.fallback ?? null,
    });
  }

  const usesLeft = ({ id, maxUses }: Contingency, taskId: string): boolean => {
    const tried = book.record(goalId, taskId)?.contingencies ?? [];
    return tried.filter((one) => one === id).length < maxUses;
  };

  function decline(taskId: string, reason: string, turn: TurnContext): void {
    turn.mail(self, addressOf.task(goalId, taskId), { type: 'contingency.declined', reason });
  }

  return {
    failing(taskId, failure, allowed, turn) {
      const already = engaged.get(taskId);
      if (already !== undefined) {
        failedAgain.set(taskId, failure);
        turn.mail(self, address(already, taskId), { type: 'contingency.taskFailing' });
        return;
      }
      const over = whyOver(taskId);
      const [best] = (over === undefined ? plan.contingencies : [])
        .filter(({ id }) => allowed.length === 0 || allowed.includes(id))
        .filter((one) => usesLeft(one, taskId))
        .filter((one) => matches(one, taskId, failure))
        .sort((a, b) => b.expectedSuccessRate / (b.cost || 1) - a.expectedSuccessRate / (a.cost || 1));
      if (best === undefined) decline(taskId, over ?? 'none applies', turn);
      else engage(best, taskId, failure, turn);
    },
    contingencyEnded(mail, turn) {
      const { taskId, contingencyId, resolved, fallback } = mail as unknown as ContingencyEnded;
      const failure = failedAgain.get(taskId);
      failedAgain.delete(taskId);
      engaged.delete(taskId);
      if (resolved || book.record(goalId, taskId)?.endedAt !== undefined) return;
      const same = plan.contingencies.find(({ id }) => id === contingencyId);
      const next = plan.contingencies.find(({ id }) => id === fallback);
      const over = whyOver(taskId);
      if (over !== undefined) decline(taskId, over, turn);
      // It had its say and the task failed again: it may be used once more.
      else if (failure !== undefined && same !== undefined && usesLeft(same, taskId))
        engage(same, taskId, failure, turn);
      else if (next !== undefined && usesLeft(next, taskId)) engage(next, taskId, failure, turn);
      else decline(taskId, 'none applies', turn);
    },
    ended(taskId, status, turn) {
      const id = engaged.get(taskId);
      if (id === undefined) return;
      turn.mail(self, address(id, taskId), { type: 'contingency.taskEnded', status });
    },
    drain(reason, turn) {
      draining = reason;
      for (const [taskId, id] of engaged)
        turn.mail(self, address(id, taskId), { type: 'contingency.reject', by: 'plan', reason });
    },
    adopt: (contingencyId, taskId) => void engaged.set(taskId, contingencyId),
  };
}

/** Whether a contingency's trigger fits: any condition, or all; one without conditions fits every failure. */
export function matches(contingency: Contingency, taskId: string, failure: Failure): boolean {
  if (contingency.type === 'timeout' && failure.code !== 'timed-out') return false;
  if (contingency.type === 'resource_failure' && failure.class !== 'resource') return false;
  if (contingency.type === 'service_failure' && failure.class !== 'external' && failure.class !== 'transient')
    return false;
  if (contingency.trigger.length === 0) return true;
  const event: Json = { task: { id: taskId }, failure: failure as unknown as Json };
  const one = (condition: TriggerCondition): boolean => compare(condition, lookUp(event, condition.field));
  return contingency.all ? contingency.trigger.every(one) : contingency.trigger.some(one);
}

function lookUp(value: Json | undefined, path: string): Json | undefined {
  let now: Json | undefined = value;
  for (const key of path.split('.')) {
    if (typeof now !== 'object' || now === null || Array.isArray(now)) return undefined;
    now = now[key];
  }
  return now;
}

function compare({ operator, value }: TriggerCondition, found: Json | undefined): boolean {
  switch (operator) {
    case 'exists':
      return (found !== undefined) === (value ?? true);
    case 'eq':
      return JSON.stringify(found) === JSON.stringify(value);
    case 'ne':
      return JSON.stringify(found) !== JSON.stringify(value);
    case 'in':
      return Array.isArray(value) && value.some((one) => JSON.stringify(one) === JSON.stringify(found));
    case 'contains':
      return typeof found === 'string'
        ? found.includes(String(value))
        : Array.isArray(found) && found.includes(value ?? null);
    default:
      return typeof found === 'number' && typeof value === 'number' && byOrder[operator](found, value);
  }
}

const byOrder = {
  lt: (a: number, b: number): boolean => a < b,
  le: (a: number, b: number): boolean => a <= b,
  gt: (a: number, b: number): boolean => a > b,
  ge: (a: number, b: number): boolean => a >= b,
} as const;
