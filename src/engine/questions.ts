// Questions: what a task asks of people, and what is an answer to it.
import { Question } from '../model/action.js';
import { canonicalText } from '../model/approval.js';
import type { Json } from '../model/scalars.js';
import { keys } from '../persistence/keys.js';
import { openPlan } from '../persistence/plans.js';
import { compileJsonSchema } from '../services/verification/json-schema.js';
import type { Runtime } from './runtime-types.js';

/** The question that a task asks, with its values; undefined when it asks none. */
export function questionOf(runtime: Runtime, goalId: string, taskId: string): Question | undefined {
  const found = runtime.frontiers.find(goalId)?.definition(taskId) ?? definedOnDisk(runtime, goalId, taskId);
  if (found?.action.kind !== 'wait' || !('question' in found.action.for)) return undefined;
  const { plan, action, own } = found;
  const asked = Question.safeParse(runtime.scopes.resolve(plan, action.for as Json, own));
  return asked.success ? asked.data : { question: found.action.for.question };
}

/** The definition of a task whose goal is passive. */
function definedOnDisk({ options }: Runtime, goalId: string, taskId: string) {
  const version = options.ledger.read('goal', keys.goal(goalId))?.planVersion ?? 0;
  if (version === 0) return undefined;
  const reader = openPlan(options.ledger, goalId, version);
  const index = reader.indexOf(taskId);
  return index === undefined
    ? undefined
    : { plan: reader.plan, action: reader.task(index).action, own: {} as Record<string, Json> };
}

/** Why a value is no answer to a question; undefined when it is one. */
export function whyNoAnswerTo({ choices, schema }: Question, value: Json): string | undefined {
  const text = canonicalText(value);
  if (choices !== undefined && !choices.some((one) => canonicalText(one) === text)) {
    const known = choices.map((one) => JSON.stringify(one)).join(', ');
    return `expected one of ${known}, got ${short(text)}`;
  }
  if (schema === undefined) return undefined;
  const checked = compileJsonSchema(schema).safeParse(value);
  if (checked.success) return undefined;
  const [issue] = checked.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return `it does not fit what is asked for${at}: ${issue?.message ?? 'unknown'}; got ${short(text)}`;
}

const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
