// Checks: single looks at an output, each with a message that helps to see what is wrong.
import { z } from 'zod';
import type { Finding } from '../../model/criterion.js';
import type { Json } from '../../model/scalars.js';
import type { Scope } from '../expression/compilation.js';
import { ExpressionError } from '../expression/expression-error.js';
import type { Expressions } from '../expression/expressions.js';
import { showValue } from '../expression/values.js';
import { formatPath } from '../planning/plan-problem.js';
import { schemaProblems, valueAt } from '../planning/schema-problem.js';
import type { Tool } from '../tools/tool.js';
import { JsonSchemaError } from './json-schema.js';

/** What a check has found. */
export type Outcome = Pick<Finding, 'passed' | 'message'>;

const maxMessages = 5;

/** Is a condition true? When it is not, the message shows the values that it looked at. */
export function checkExpression(text: string, scope: Scope, expressions: Expressions): Outcome {
  try {
    if (expressions.holds(text, scope)) return { passed: true };
    const seen = valuesOf(text, scope, expressions);
    return { passed: false, message: `expected \`${text}\` to be true${seen === '' ? '' : `; ${seen}`}` };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { passed: false, message: `\`${text}\` cannot be decided: ${error.message}` };
  }
}

function valuesOf(text: string, scope: Scope, expressions: Expressions): string {
  const seen = new Map<string, string>();
  for (const reference of expressions.references(text)) {
    const root = Object.hasOwn(scope, reference.root) ? scope[reference.root] : undefined;
    const value = valueAt(root, reference.path);
    seen.set(reference.text, value === undefined ? 'is missing' : `is ${showValue(value)}`);
    if (seen.size >= maxMessages) break;
  }
  return [...seen].map(([name, value]) => `${name} ${value}`).join(', ');
}

/** Is an output of the shape that its tool declares? */
export function checkOutputSchema(tool: Tool, output: Json): Finding {
  const outcome = outcomeOf(tool.output, output);
  return { id: 'output-schema', level: 'schema', required: true, ...outcome };
}

/** Is an output of the shape that a JSON Schema states? */
export function checkJsonSchema(schemaOf: () => z.ZodType, output: Json | undefined): Outcome {
  try {
    return outcomeOf(schemaOf(), output);
  } catch (error) {
    if (!(error instanceof JsonSchemaError)) throw error;
    return { passed: false, message: `the schema cannot be used: ${error.message}` };
  }
}

function outcomeOf(schema: z.ZodType, output: Json | undefined): Outcome {
  const result = parseNow(schema, output);
  if (result === undefined)
    return { passed: false, message: 'the schema has asynchronous checks, which cannot be made here' };
  if (result.success) return { passed: true };
  const problems = schemaProblems(result.error.issues, output, []);
  const shown = problems
    .slice(0, maxMessages)
    .map(({ path, message }) => `output${suffix(path)}: ${message}`);
  const more = problems.length > maxMessages ? `; and ${problems.length - maxMessages} more` : '';
  return { passed: false, message: `${shown.join('; ')}${more}` };
}

function parseNow(schema: z.ZodType, output: Json | undefined): z.ZodSafeParseResult<unknown> | undefined {
  try {
    return schema.safeParse(output);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) return undefined;
    throw error;
  }
}

function suffix(path: readonly (string | number)[]): string {
  const text = formatPath(path);
  return text === '' || text.startsWith('[') ? text : `.${text}`;
}
