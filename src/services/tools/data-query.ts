// data.query: picks and reshapes JSON with a JMESPath expression. Pure: nothing outside is read or changed.
import type { JSONValue } from '@jmespath-community/jmespath';
import { z } from 'zod';
import { Json } from '../../model/scalars.js';
import { defineTool, ToolFailure } from './tool.js';

const QueryInput = z.strictObject({
  data: Json.describe('The JSON value to query.'),
  expression: z
    .string()
    .min(1)
    .max(4096)
    .describe('A JMESPath expression, such as "items[?size > `100`].name".'),
});

const QueryOutput = z.object({
  result: Json.describe('What the expression gives; null when nothing matches.'),
});

/** Makes `data.query`. The language is JMESPath Community Edition: no code is evaluated. */
export function createQueryTool() {
  return defineTool({
    name: 'data.query',
    description: 'Picks, filters and reshapes JSON data with a JMESPath expression.',
    input: QueryInput,
    output: QueryOutput,
    effect: 'idempotent',
    safety: 'read',
    run: async ({ data, expression }) => {
      const { search } = await import('@jmespath-community/jmespath');
      try {
        const result: unknown = search(bare(data), expression) ?? null;
        return { result: JSON.parse(JSON.stringify(result)) as Json };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new ToolFailure({
          code: 'bad-expression',
          class: 'logic',
          message: `JMESPath expression '${expression}' could not be evaluated: ${why}. Correct it; names with other characters than letters, digits and _ need double quotes, literals need backticks.`,
          effect: 'none',
          details: { expression },
          cause: error,
        });
      }
    },
  });
}

/** The same data without prototypes: the library would find `constructor` in any object. */
function bare(value: Json): JSONValue {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null) as Record<string, JSONValue>;
  for (const [key, inner] of Object.entries(value)) copy[key] = bare(inner);
  return copy;
}
