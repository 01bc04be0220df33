// Definitions: what a running task is told to do. A task of the plan, a round of a loop and a compensation
// are all tasks; the last two take their definition from the task they belong to.
import { parseTaskId } from '../model/address.js';
import type { Action, EffectClass, StepAction } from '../model/action.js';
import type { Plan } from '../model/plan.js';
import type { Json } from '../model/scalars.js';
import type { Task } from '../model/task.js';
import type { TaskRules } from '../machines/task.setup.js';
import type { PlanReader } from '../persistence/plans.js';

/** What is known of a running task. */
export interface Definition {
  readonly plan: Plan;
  readonly task: Task;
  /** The index of the plan's task that it is or belongs to. */
  readonly index: number;
  readonly action: Action;
  readonly effect: EffectClass;
  /** Values only this task sees: a round's item and index, a compensation's output. */
  readonly own: Readonly<Record<string, Json>>;
}

/** Where a definition looks up what is not in the plan. */
export interface DefinitionSources {
  /** The item of a round. */
  item(taskId: string, round: number): Json | undefined;
  /** The output of a finished task. */
  output(taskId: string): Json | undefined;
  /** The effect class of a tool for an input. */
  effectOf(action: StepAction): EffectClass;
}

const nothing: Record<string, Json> = Object.freeze({});

/** Finds the definition of a running task by its id; undefined when the plan has no such task. */
export function define(
  reader: PlanReader,
  runningId: string,
  sources: DefinitionSources,
): Definition | undefined {
  const { taskId, round, undo } = parseTaskId(runningId);
  const index = reader.indexOf(taskId);
  if (index === undefined) return undefined;
  const task = reader.task(index);
  const own: Record<string, Json> = round === undefined && !undo ? nothing : {};
  let action: Action = task.action;
  if (round !== undefined && task.action.kind === 'for_each') {
    own[task.action.as] = sources.item(taskId, round) ?? null;
    own['index'] = round;
    action = task.action.do;
  }
  if (undo) {
    own['output'] = sources.output(runningId.slice(0, -'~undo'.length)) ?? null;
    action = task.compensate ?? action;
  }
  return { plan: reader.plan, task, index, action, own, effect: effectOf(task, action, undo, sources) };
}

function effectOf(task: Task, action: Action, undo: boolean, sources: DefinitionSources): EffectClass {
  if (action.kind === 'wait' || action.kind === 'for_each') return 'idempotent';
  return (undo ? undefined : task.effect) ?? sources.effectOf(action);
}

const defaultBackoff = { kind: 'exponential', baseMs: 500, capMs: 60_000 } as const;

/** What of a definition steers the task's statechart. A task's own setting beats the strategy's. */
export function rulesOf(definition: Definition, patienceMs: number, undo: boolean): TaskRules {
  const { task, plan, action } = definition;
  const strategy = plan.strategy.retry ?? {};
  const maxRetries = action.kind === 'for_each' ? 0 : (task.retry.maxRetries ?? strategy.maxRetries ?? 3);
  const retryOn = task.retry.on ?? strategy.on;
  return {
    maxRetries,
    backoff: task.retry.backoff ?? strategy.backoff ?? defaultBackoff,
    ...(retryOn === undefined ? {} : { retryOn }),
    effect: definition.effect,
    ...(task.retry.maxRetries === undefined ? {} : { retriesOnce: true }),
    ...(task.probe === undefined || undo ? {} : { probe: true }),
    patienceMs: task.approvalTimeoutMs ?? patienceMs,
    ...(plan.contingencies.length === 0 || undo ? {} : { contingencies: true }),
    ...(plan.strategy.onFailure === 'ask' && !task.optional && !undo ? { asks: true } : {}),
  };
}
