// Scopes: the values that a task's expressions can see. Only what an expression refers to is looked up.
import type { Json } from '../model/scalars.js';
import type { Plan } from '../model/plan.js';
import type { Expressions } from '../services/expression/expressions.js';
import type { TaskBook } from './task-book.js';

type Scope = Record<string, Json | undefined>;

export interface Scopes {
  /** The values for an expression. */
  forExpression(plan: Plan, text: string, own?: Scope): Scope;
  /** The values for all templates in a value. */
  forTemplates(plan: Plan, value: Json, own?: Scope): Scope;
  /** Resolves the templates in a value. @throws ExpressionError */
  resolve(plan: Plan, value: Json, own?: Scope): Json;
  /** Evaluates an expression, also one that is written as a whole template. @throws ExpressionError */
  evaluate(plan: Plan, text: string, own?: Scope): Json;
  /** Evaluates a condition. @throws ExpressionError */
  holds(plan: Plan, text: string, own?: Scope): boolean;
}

/** Makes scopes from the records of finished tasks. */
export function createScopes(expressions: Expressions, book: TaskBook): Scopes {
  function taskIds(value: Json, into: Set<string>): Set<string> {
    if (typeof value === 'string') {
      for (const { root, path } of expressions.template(value)?.references ?? []) {
        if (root === 'tasks' && typeof path[0] === 'string') into.add(path[0]);
      }
    } else if (Array.isArray(value)) for (const item of value) taskIds(item, into);
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) taskIds(item, into);
    return into;
  }

  function scope(plan: Plan, ids: Iterable<string>, own: Scope): Scope {
    const tasks: Record<string, Json> = {};
    for (const id of ids) {
      const current = standIn(plan, id);
      const record = book.record(plan.goalId, current);
      const output = book.output(plan.goalId, current);
      tasks[id] = {
        status: record?.status ?? 'pending',
        attempts: record?.attempts ?? 0,
        ...(output === undefined ? {} : { output }),
        ...(record?.failure === undefined ? {} : { failure: record.failure as Json }),
      };
    }
    return { inputs: plan.values, goal: { id: plan.goalId }, tasks, ...own };
  }

  const forExpression = (plan: Plan, text: string, own: Scope = {}): Scope => {
    const ids = new Set<string>();
    for (const { root, path } of expressions.references(text)) {
      if (root === 'tasks' && typeof path[0] === 'string') ids.add(path[0]);
    }
    return scope(plan, ids, own);
  };
  const forTemplates = (plan: Plan, value: Json, own: Scope = {}): Scope =>
    scope(plan, taskIds(value, new Set()), own);

  return {
    forExpression,
    forTemplates,
    resolve: (plan, value, own) => expressions.resolve(value, forTemplates(plan, value, own)),
    evaluate: (plan, text, own) =>
      text.includes('{{')
        ? expressions.resolve(text, forTemplates(plan, text, own))
        : expressions.evaluate(text, forExpression(plan, text, own)),
    holds: (plan, text, own) => expressions.holds(text, forExpression(plan, text, own)),
  };
}

/** The task that stands for another after a retry, else the task itself. */
export function standIn(plan: Plan, taskId: string): string {
  for (const [now, before] of Object.entries(plan.replaces)) if (before === taskId) return standIn(plan, now);
  return taskId;
}
