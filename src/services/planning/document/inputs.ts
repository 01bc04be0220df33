// Inputs: the values that a run gives to the inputs which its plan declares.
import type { z } from 'zod';
import type { Problem } from '../../../errors.js';
import type { InputDeclaration } from '../../../model/plan.js';
import type { Json } from '../../../model/scalars.js';
import { didYouMean } from '../../nearest.js';
import { got } from '../schema-problem.js';

export type InputDeclarations = Readonly<Record<string, z.input<typeof InputDeclaration>>>;
type InputType = NonNullable<z.input<typeof InputDeclaration>['type']>;

/** The values of all declared inputs, or what is wrong with those given. */
export interface ResolvedInputs {
  readonly values: Record<string, Json>;
  readonly problems: readonly Problem[];
}

/**
 * Gives every declared input its value: the one given, else its default.
 *
 * A string given for an input that is no string is read as that type (`--input count=3`): a number, `true` or
 * `false`, or JSON for lists and objects. Problems: an unknown input, one without value and default, and a
 * value of the wrong type.
 */
export function resolveInputs(
  declarations: InputDeclarations,
  given: Readonly<Record<string, Json>>,
): ResolvedInputs {
  const problems: Problem[] = [];
  const values: Record<string, Json> = {};
  const names = Object.keys(declarations);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declarations, name)) continue;
    const declared = names.length === 0 ? 'the plan declares none' : `declared: ${names.join(', ')}`;
    problems.push(problemOf(name, `there is no input '${name}'; ${declared}`, didYouMean(name, names)));
  }
  for (const [name, declaration] of Object.entries(declarations)) {
    const type = declaration.type ?? 'any';
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const read = value === undefined ? declaration.default : readInput(type, value);
    if (read !== undefined) values[name] = read;
    else if (value !== undefined)
      problems.push(problemOf(name, `expected ${inputTypes[type]}, ${got(value)}`));
    else {
      const message = `expected a value (${inputTypes[type]}), but it is missing`;
      problems.push(problemOf(name, message, `Give it with --input ${name}=…, or give it a default.`));
    }
  }
  return { values, problems };
}

function problemOf(name: string, message: string, hint?: string): Problem {
  return { path: `inputs.${name}`, message, ...(hint === undefined ? {} : { hint }) };
}

/** The types of inputs, in words. */
export const inputTypes: Readonly<Record<InputType, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  object: 'a map',
  any: 'any value',
};

/** Whether a value is of a declared type. */
export function isOfType(type: InputType, value: Json): boolean {
  switch (type) {
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'any':
      return true;
    default:
      return typeof value === type;
  }
}

function readInput(type: InputType, value: Json): Json | undefined {
  if (isOfType(type, value)) return value;
  if (typeof value !== 'string') return undefined;
  const read = type === 'list' || type === 'object' ? readJson(value) : readScalar(value.trim());
  return read !== undefined && isOfType(type, read) ? read : undefined;
}

function readScalar(text: string): Json | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.length < 100 && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
