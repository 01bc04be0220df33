// JSON Schema: criteria state the shape of an output as a JSON Schema; zod does the checking.
import { z } from 'zod';
import type { Json } from '../../model/scalars.js';

/** A JSON Schema that cannot be used, and why. */
export class JsonSchemaError extends Error {
  override readonly name = 'JsonSchemaError';
}

/**
 * Makes a checker of a JSON Schema.
 *
 * @throws JsonSchemaError when the schema is none, or uses what zod does not know.
 */
export function compileJsonSchema(schema: Readonly<Record<string, Json>>): z.ZodType {
  try {
    // The library takes any object and says itself what is wrong with it.
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (error) {
    throw new JsonSchemaError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
