// Criterion: what must be true of a result, and how that is found out.
import { z } from 'zod';
import { Expression, Id, Json } from './scalars.js';

/** The five levels of verification, cheapest first. */
export const VerificationLevel = z.enum(['schema', 'constraint', 'safety', 'semantic', 'functional']);
export type VerificationLevel = z.infer<typeof VerificationLevel>;

/**
 * How a criterion is checked: an expression over `output`, a JSON Schema for the output, a tool whose
 * result is looked at (`expect`: an expression over `result`; without it the tool's success is enough),
 * or a question to a language model.
 */
export const Check = z.union([
  z.strictObject({ expression: Expression }),
  z.strictObject({ schema: z.record(z.string(), Json) }),
  z.strictObject({ tool: z.string(), input: Json.default({}), expect: Expression.optional() }),
  z.strictObject({ ask: z.string().min(1) }),
]);
export type Check = z.infer<typeof Check>;

export const Criterion = z.strictObject({
  id: Id,
  description: z.string().default(''),
  required: z.boolean().default(true),
  /** When absent: `schema` for a JSON Schema, `constraint` for an expression, `functional` for a tool, `semantic` for a question. */
  level: VerificationLevel.optional(),
  type: z.enum(['output_property', 'side_effect', 'test_pass', 'custom']).default('custom'),
  check: Check,
});
export type Criterion = z.infer<typeof Criterion>;

/** What verification found for one criterion or built-in check. */
export const Finding = z.object({
  id: z.string(),
  level: VerificationLevel,
  passed: z.boolean(),
  required: z.boolean(),
  message: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;
