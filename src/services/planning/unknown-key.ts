// Unknown keys: what a key that nobody knows may have meant, told from the schema of the map that holds it.
import { z } from 'zod';
import type { Json } from '../../model/scalars.js';
import { nearestName } from '../nearest.js';
import type { PlanPath, PlanProblem } from './plan-problem.js';

type Schema = z.core.$ZodType;

/**
 * The problem of an unknown key.
 *
 * @param known - Keys that are told when none is like it.
 * @param alike - Keys that it may have meant [known].
 */
export function unknownKeyProblem(
  key: string,
  known: readonly string[],
  alike: readonly string[] = known,
): Omit<PlanProblem, 'path'> {
  const message = `the key '${key}' is not known here`;
  if (known.length === 0) return { at: 'key', message };
  const nearest = nearestName(key, alike);
  const hint = nearest === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean '${nearest}'?`;
  return { at: 'key', message, hint };
}

/** The keys that a schema knows for the map at a path of a value; none where it takes any, or where there is no map. */
export function knownKeys(schema: Schema, value: Json | undefined, path: PlanPath): string[] {
  let at = unfold(schema, value);
  let inner = value;
  for (const key of path) {
    inner = memberOf(inner, key);
    at = at.flatMap((one) => {
      const member = memberSchema(one, key);
      return member === undefined ? [] : unfold(member, inner);
    });
  }
  const keys = at.flatMap((one) => (one instanceof z.core.$ZodObject ? Object.keys(one._zod.def.shape) : []));
  return [...new Set(keys)];
}

function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value[Number(key)];
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function memberSchema(schema: Schema, key: string | number): Schema | undefined {
  if (schema instanceof z.core.$ZodArray) return schema._zod.def.element;
  if (schema instanceof z.core.$ZodRecord) return schema._zod.def.valueType;
  if (!(schema instanceof z.core.$ZodObject)) return undefined;
  const { shape } = schema._zod.def;
  return Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** What stands behind defaults and alternatives; of alternatives, those that the value's kind leaves. */
function unfold(schema: Schema, value: Json | undefined): Schema[] {
  const waiting = [schema];
  const found: Schema[] = [];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (
      one instanceof z.core.$ZodOptional ||
      one instanceof z.core.$ZodDefault ||
      one instanceof z.core.$ZodPrefault
    ) {
      waiting.push(one._zod.def.innerType);
    } else if (one instanceof z.core.$ZodUnion) {
      waiting.push(...one._zod.def.options.filter((option) => agrees(option, value)));
    } else found.push(one);
  }
  return found;
}

/** Whether the members that tell one alternative from another (`kind`) have a value that this one takes. */
function agrees(option: Schema, value: Json | undefined): boolean {
  if (!(option instanceof z.core.$ZodObject)) return true;
  return Object.entries(option._zod.def.shape).every(([key, member]) => {
    const { values, optin } = member._zod;
    const own = memberOf(value, key);
    if (values === undefined || (own === undefined && optin !== undefined)) return true;
    return values.has(own as string | undefined);
  });
}
