// Short forms of the rest of a plan document: checks, conditions, steps of contingencies; and the expanders
// of the document's parts, made once.
import type { z } from 'zod';
import { Action, StepAction } from '../../../model/action.js';
import { Contingency, ContingencyStep } from '../../../model/contingency.js';
import { Check, Criterion } from '../../../model/criterion.js';
import { Dependency } from '../../../model/dependency.js';
import { GoalSpec } from '../../../model/goal.js';
import { InputDeclaration, PlanHead } from '../../../model/plan.js';
import { Resource } from '../../../model/resource.js';
import { Expression } from '../../../model/scalars.js';
import { Strategy } from '../../../model/strategy.js';
import { Task } from '../../../model/task.js';
import { didYouMean } from '../../nearest.js';
import { createExpander, isMap, report, within } from './expansion.js';
import type { Expander, JsonMap, Walk } from './expansion.js';
import { bareExpression, expandAction, expandStep } from './short-actions.js';

const checkKeys = ['expression', 'schema', 'tool', 'ask'] as const;
const recoveryKeys = ['retry', 'skip', 'escalate', 'action'] as const;

/** Says that none of the keys is there of which one must be. */
function reportNoKey(walk: Walk, value: JsonMap, keys: readonly string[], what: string): void {
  const [first] = Object.keys(value);
  const message = `expected ${what} with one of the keys ${keys.join(', ')}, got ${first ?? 'an empty map'}`;
  if (first === undefined) report(walk, { message });
  else report(walk, { at: 'key', message, hint: didYouMean(first, keys) }, first);
}

/** A check that is a string is an expression. */
const expandCheck: Expander = (value, walk) => {
  if (typeof value === 'string') return { expression: bareExpression(value) };
  if (!isMap(value)) return value;
  if (typeof value['expression'] === 'string') {
    return { ...value, expression: bareExpression(value['expression']) };
  }
  if (checkKeys.some((key) => Object.hasOwn(value, key))) return value;
  reportNoKey(walk, value, checkKeys, 'a check');
  return { expression: 'true' };
};

/** `when: true` is read by YAML as a truth value; as an expression it is its name. */
const expandExpression: Expander = (value) => {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? bareExpression(value) : value;
};

/** `{ retry: { delay: 5s } }`, `{ skip: true }`, `{ escalate: text }`, `{ action: … }`, or an action itself. */
const expandRecovery: Expander = (value, walk) => {
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, 'retry')) {
    const retry = value['retry'] ?? null;
    if (Object.keys(value).length > 1 || !isMap(retry)) return value;
    return { retry: within(walk, 'retry', 'retry', () => expandRetry(retry, walk)) };
  }
  if (Object.hasOwn(value, 'action')) {
    for (const key of Object.keys(value)) {
      if (key !== 'action') report(walk, { at: 'key', message: `the key '${key}' is not known here` }, key);
    }
    return { action: within(walk, 'action', 'action', () => expandStep(value['action'] ?? null, walk)) };
  }
  if (['tool', 'command', 'request', 'kind'].some((key) => Object.hasOwn(value, key))) {
    walk.moves.set([...walk.to, 'action'].join('\u0000'), [...walk.from]);
    return { action: expandStep(value, walk) };
  }
  if (recoveryKeys.some((key) => Object.hasOwn(value, key))) return value;
  reportNoKey(walk, value, recoveryKeys, 'a step');
  return { skip: true };
};

const [retryForm] = ContingencyStep.shape.do.options;
const expandRetry = createExpander(retryForm.shape.retry, new Map());

const special = new Map<z.core.$ZodType, Expander>([
  [Action, expandAction],
  [StepAction, expandStep],
  [Check, expandCheck],
  [Expression, expandExpression],
  [ContingencyStep.shape.do, expandRecovery],
]);
const known = new Map<z.core.$ZodType, Expander>();
const expanderOf = (schema: z.core.$ZodType): Expander => createExpander(schema, special, known);

/** The expanders of a document's parts. */
export const expanders = {
  goal: expanderOf(GoalSpec),
  task: expanderOf(Task),
  dependency: expanderOf(Dependency),
  input: expanderOf(InputDeclaration),
  resource: expanderOf(Resource),
  strategy: expanderOf(Strategy),
  contingency: expanderOf(Contingency),
  criterion: expanderOf(Criterion),
  metadata: expanderOf(PlanHead.shape.metadata),
} as const;
