// Criteria: can the checks of success criteria and safety constraints be made at all?
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { Json } from '../../../model/scalars.js';
import { compilePattern } from '../../expression/pattern.js';
import { PatternError } from '../../expression/pattern-tree.js';
import { compileJsonSchema, JsonSchemaError } from '../../verification/json-schema.js';
import type { CriterionInput, TaskEntries } from '../graph-references.js';
import type { PlanPath, PlanProblems } from '../plan-problem.js';
import { reportDoubles } from './doubles.js';

/** What the check of criteria works on. */
export interface CriteriaCheck {
  readonly plan: PlanSpecInput;
  readonly tasks: TaskEntries;
  readonly goal: GoalSpecInput | undefined;
  /** Whether questions to a language model can be asked. */
  readonly hasModel: boolean;
  readonly problems: PlanProblems;
}

/** Checks all criteria of a plan and its goal. Their expressions are checked with the references. */
export function checkAllCriteria(check: CriteriaCheck): void {
  const { plan, goal, problems } = check;
  /** JSON Schemas that were looked at: their text, and what is wrong with them. Many tasks share one. */
  const schemas = new Map<string, string | undefined>();
  const checkList = (criteria: readonly CriterionInput[] | undefined, path: PlanPath): void => {
    if (criteria === undefined) return;
    reportDoubles(criteria, path, 'criterion', problems);
    criteria.forEach((criterion, index) => {
      checkOne(criterion, [...path, index, 'check'], check, schemas);
    });
  };
  for (const [id, task] of check.tasks) checkList(task.successCriteria, ['tasks', id, 'successCriteria']);
  checkList(plan.planCriteria, ['planCriteria']);
  checkList(goal?.successCriteria, ['goal', 'successCriteria']);
  reportDoubles(goal?.failureConditions, ['goal', 'failureConditions'], 'failure condition', problems);
  goal?.constraints?.safety?.forEach(({ prohibit }, index) => {
    if (prohibit === undefined) return;
    checkPattern(prohibit, ['goal', 'constraints', 'safety', index, 'prohibit'], problems);
  });
}

function checkOne(
  criterion: CriterionInput,
  path: PlanPath,
  { hasModel, problems }: CriteriaCheck,
  schemas: Map<string, string | undefined>,
): void {
  if ('ask' in criterion.check && !hasModel) {
    problems.add({
      path: [...path, 'ask'],
      message: `the criterion '${criterion.id}' asks a language model, and there is none`,
      hint: 'Check with an expression, a schema or a tool.',
    });
  }
  if (!('schema' in criterion.check)) return;
  const trouble = troubleWith(criterion.check.schema, schemas);
  if (trouble !== undefined)
    problems.add({ path: [...path, 'schema'], message: `expected a JSON Schema: ${trouble}` });
}

function troubleWith(
  schema: Record<string, Json>,
  known: Map<string, string | undefined>,
): string | undefined {
  const text = JSON.stringify(schema);
  if (known.has(text)) return known.get(text);
  let trouble: string | undefined;
  try {
    compileJsonSchema(schema);
  } catch (error) {
    if (!(error instanceof JsonSchemaError)) throw error;
    trouble = error.message;
  }
  known.set(text, trouble);
  return trouble;
}

function checkPattern(pattern: string, path: PlanPath, problems: PlanProblems): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    problems.add({ path, offset: error.position, message: `the pattern cannot be used: ${error.message}` });
  }
}
