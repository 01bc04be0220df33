// Approvals: what those are shown who are asked for one, and its digest. What is approved is a digest, so what is
// done later can be compared with it.
//
// A1 what is shown follows from the plan, the values it refers to and the task's record alone: shown twice while
//    nothing has changed it has the same digest.
// A2 nothing that needs leave to start begins unless the digest of what would be done is the one that was approved.
import type { Action } from '../model/action.js';
import { canonicalText, ruleOf, type ApprovalRule } from '../model/approval.js';
import { parseAddress, parseTaskId } from '../model/address.js';
import type { Json } from '../model/scalars.js';
import type { Asked, Asks } from '../machines/approval.js';
import { portLogic, type PortCall, type PortLogic } from '../machines/ports.js';
import type { AttemptOutcome, ShownOutcome } from '../machines/protocol.js';
import type { AttemptInput, ShowInput } from '../machines/task-inputs.js';
import { contentHash } from '../persistence/codec.js';
import type { Definition } from './definitions.js';
import { itemsOf } from './frontier-core.js';
import type { Frontier } from './frontier.js';
import type { Scopes } from './scopes.js';
import type { ActorSystem } from './system-types.js';
import type { TaskBook } from './task-book.js';
import type { TurnContext } from './turn.js';

export type Shown = Readonly<Record<string, Json>>;

export interface Approvals {
  /** Tells what is shown, and tells again when that changes. */
  readonly port: PortLogic<ShowInput, ShownOutcome>;
  /** What somebody who is asked about a task is shown; undefined when its plan has no such task. */
  shown(goalId: string, taskId: string, asks: Asks): Shown | undefined;
  /** Looks whether those who are asked about a goal's tasks, or about one, would be shown something else now. */
  look(goalId: string, turn: TurnContext, taskId?: string): void;
  /** The wait of an attempt whose start would need an approval that it does not have; undefined when it may begin. */
  withoutLeave(key: AttemptInput, found: Definition, at: number): Waiting | undefined;
  /** Whether a result needs an approval that it does not have. */
  isToBeReviewed(key: { goalId: string; taskId: string; accepted?: string }, found: Definition): boolean;
}

type Waiting = Omit<Extract<AttemptOutcome, { kind: 'waiting' }>, 'at' | 'random'>;
type Ref = PortCall<ShowInput, ShownOutcome>['ref'];

export interface ApprovalsOptions {
  readonly system: () => ActorSystem;
  readonly frontier: (goalId: string) => Frontier;
  readonly scopes: Scopes;
  readonly book: TaskBook;
  /** How long an approval is waited for when the task does not say. */
  readonly patienceMs: number;
}

/** Makes the approvals of an engine. */
export function createApprovals(options: ApprovalsOptions): Approvals {
  const { scopes, book } = options;
  /** Goal → those who were shown something, and what. */
  const open = new Map<string, Map<Ref, ShowInput>>();

  function shown(goalId: string, taskId: string, asks: Asks): Shown | undefined {
    const found = options.frontier(goalId).definition(taskId);
    return found === undefined ? undefined : show(found, goalId, taskId, asks);
  }

  function show(found: Definition, goalId: string, taskId: string, asks: Asks): Shown {
    const { plan, task } = found;
    const about = {
      asks,
      goal: goalId,
      task: taskId,
      name: task.name ?? taskId,
      ...(task.description === undefined ? {} : { description: task.description }),
      planVersion: plan.version,
    };
    if (asks === 'start') return { ...about, action: resolved(found), effect: found.effect };
    if (asks === 'approval') return { ...about, text: textOf(found) };
    const record = book.record(goalId, taskId);
    return {
      ...about,
      output: book.output(goalId, taskId) ?? null,
      // Not what they say in words, which may tell of the moment.
      checks: (record?.findings ?? []).map(({ id, passed }) => ({ id, passed })),
    };
  }

  /** An action with all its values. What cannot be resolved will fail when it is approved, and is shown as it is written. */
  function resolved({ plan, action, own }: Definition): Json {
    try {
      if (action.kind !== 'for_each') return scopes.resolve(plan, action as unknown as Json, own);
      return { ...action, items: [...itemsOf(scopes, plan, action.items)] } as unknown as Json;
    } catch (error) {
      return { action: action as unknown as Json, problem: (error as Error).message };
    }
  }

  function textOf({ plan, action, own }: Definition): Json {
    const what = action.kind === 'wait' && 'approval' in action.for ? action.for.approval : '';
    try {
      return scopes.resolve(plan, what, own);
    } catch {
      return what;
    }
  }

  function asked({ goalId, taskId, asks }: ShowInput): Asked {
    const found = options.frontier(goalId).definition(taskId);
    if (found === undefined) return { ...digested({ asks, task: taskId }), quorum: 1, approvers: [] };
    const { quorum, approvers = [] } = ruleFor(asks, found);
    return { ...digested(show(found, goalId, taskId, asks)), quorum, approvers: [...approvers] };
  }

  /** Tells what is shown when that is not what was shown before; else waits until it is. */
  function tell(ref: Ref, input: ShowInput, turn: TurnContext): void {
    const now = asked(input);
    const known = open.get(input.goalId) ?? new Map<Ref, ShowInput>();
    open.set(input.goalId, known);
    if (now.digest === input.digest) return void known.set(ref, input);
    forget(ref, input.goalId);
    options.system().settleNow(ref, { ...now, ...turn.stamp() });
  }

  function forget(ref: Ref, goalId: string): void {
    const known = open.get(goalId);
    known?.delete(ref);
    if (known?.size === 0) open.delete(goalId);
  }

  return {
    shown,
    port: portLogic<ShowInput, ShownOutcome>({
      start: ({ input, ref }) => tell(ref, input, options.system().current()),
      stop: (ref) => forget(ref, parseAddress(options.system().addressOf(ref)).goalId),
    }),
    look(goalId, turn, taskId) {
      const asking = [...(open.get(goalId) ?? [])];
      for (const [ref, input] of asking)
        if (taskId === undefined || input.taskId === taskId) tell(ref, input, turn);
    },
    withoutLeave(key, found, at) {
      if (ruleOf(found.task.approval) === undefined) return undefined;
      const { undo, round } = parseTaskId(key.taskId);
      if (undo || round !== undefined) return undefined;
      const { digest } = digested(show(found, key.goalId, key.taskId, 'start'));
      if (key.leave === digest) return undefined;
      const deadlineAt = at + (found.task.approvalTimeoutMs ?? options.patienceMs);
      return { kind: 'waiting', wait: 'start', deadlineAt, detail: 'approval to start' };
    },
    isToBeReviewed({ goalId, taskId, accepted }, found) {
      if (ruleOf(found.task.review) === undefined) return false;
      const { undo, round } = parseTaskId(taskId);
      if (undo || round !== undefined) return false;
      return accepted !== digested(show(found, goalId, taskId, 'review')).digest;
    },
  };
}

/** The digest of what is shown, and of each of its parts. */
export function digested(shown: Shown): Pick<Asked, 'digest' | 'parts'> {
  const parts = Object.entries(shown).map(
    ([name, value]) => [name, contentHash(canonicalText(value)).slice(0, 8)] as const,
  );
  return { digest: contentHash(canonicalText(shown)), parts: Object.fromEntries(parts) };
}

const anybody: ApprovalRule = { quorum: 1 };

function ruleFor(asks: Asks, { task, action }: Definition): ApprovalRule {
  if (asks === 'start') return ruleOf(task.approval) ?? anybody;
  if (asks === 'review') return ruleOf(task.review) ?? anybody;
  return waitRule(action);
}

function waitRule(action: Action): ApprovalRule {
  if (action.kind !== 'wait' || !('approval' in action.for)) return anybody;
  const { quorum = 1, approvers } = action.for;
  return { quorum, ...(approvers === undefined ? {} : { approvers }) };
}
