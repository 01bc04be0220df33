// Expansion: the walk that turns a document's short forms into the long form of the model. It goes along the
// schemas, so that what is short in one place is short in all: a key `timeoutMs` can be written `timeout`
// with a duration, a key `deadlineAt` as `deadline` with an ISO instant.
//
// E1 what is in the long form already stays as it is.
// E2 unknown keys are reported and left out; values of a wrong type are left for the schema to refuse.
// E3 for everything that moved, the way back to where it was written is noted.
import { z } from 'zod';
import type { Json } from '../../../model/scalars.js';
import { isTemplate } from '../../expression/template.js';
import type { PlanPath, PlanProblem, PlanProblems } from '../plan-problem.js';
import { got } from '../schema-problem.js';
import { unknownKeyProblem } from '../unknown-key.js';
import { durationForm, instantForm, parseDuration, parseInstant } from './durations.js';

export type JsonMap = { [key: string]: Json };

/** Where the walk is, in the document and in the long form, and what it has found. */
export interface Walk {
  /** The path in the document as it was written. */
  readonly from: (string | number)[];
  /** The path in the long form. */
  readonly to: (string | number)[];
  readonly problems: PlanProblems;
  /** Long path → written path, where they differ. */
  readonly moves: Map<string, PlanPath>;
}

export type Expander = (value: Json, walk: Walk) => Json;

/** Starts a walk at the top of a document. */
export function startWalk(problems: PlanProblems): Walk {
  return { from: [], to: [], problems, moves: new Map() };
}

/** Goes into a member, does the work there, and comes back. */
export function within<Result>(
  walk: Walk,
  from: string | number,
  to: string | number,
  work: () => Result,
): Result {
  walk.from.push(from);
  walk.to.push(to);
  if (from !== to) walk.moves.set(keyOfPath(walk.to), [...walk.from]);
  const result = work();
  walk.from.pop();
  walk.to.pop();
  return result;
}

/** Reports a problem where the walk is, or at a key below. */
export function report(
  walk: Walk,
  problem: Omit<PlanProblem, 'path'>,
  ...below: readonly (string | number)[]
): void {
  walk.problems.add({ ...problem, path: [...walk.from, ...below] });
}

/** Where a place of the long form was written. */
export function writtenPath(path: PlanPath, moves: ReadonlyMap<string, PlanPath>): PlanPath {
  if (moves.size === 0) return path;
  for (let length = path.length; length > 0; length -= 1) {
    const moved = moves.get(keyOfPath(path.slice(0, length)));
    if (moved !== undefined) return [...moved, ...path.slice(length)];
  }
  return path;
}

const keyOfPath = (path: PlanPath): string => path.join('\u0000');

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Makes the expander of a schema.
 *
 * @param special - Expanders of schemas that have short forms of their own; they come before the general rules.
 */
export function createExpander(
  schema: z.core.$ZodType,
  special: ReadonlyMap<z.core.$ZodType, Expander>,
  known = new Map<z.core.$ZodType, Expander>(),
): Expander {
  const made = special.get(schema) ?? known.get(schema);
  if (made !== undefined) return made;
  const inner = (one: z.core.$ZodType): Expander => createExpander(one, special, known);
  let expander: Expander = keep;
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault
  ) {
    expander = inner(schema._zod.def.innerType);
  } else if (schema instanceof z.core.$ZodArray) expander = listExpander(inner(schema._zod.def.element));
  else if (schema instanceof z.core.$ZodRecord) expander = recordExpander(inner(schema._zod.def.valueType));
  else if (schema instanceof z.core.$ZodObject) {
    const members = new Map(Object.entries(schema._zod.def.shape).map(([key, one]) => [key, inner(one)]));
    expander = mapExpander(members);
  }
  known.set(schema, expander);
  return expander;
}

const keep: Expander = (value) => value;

function listExpander(item: Expander): Expander {
  if (item === keep) return keep;
  return (value, walk) =>
    Array.isArray(value)
      ? value.map((one, index) => within(walk, index, index, () => item(one, walk)))
      : value;
}

function recordExpander(item: Expander): Expander {
  if (item === keep) return keep;
  return (value, walk) => {
    if (!isMap(value)) return value;
    const result: JsonMap = {};
    for (const key of Object.keys(value)) {
      result[key] = within(walk, key, key, () => item(value[key] ?? null, walk));
    }
    return result;
  };
}

/** Expands a map with known keys (the schema of an object). */
export function mapExpander(members: ReadonlyMap<string, Expander>): Expander {
  return (value, walk) => {
    if (!isMap(value)) return value;
    const result: JsonMap = {};
    for (const key of Object.keys(value)) {
      const found = memberFor(key, members);
      if (found === undefined) {
        reportUnknownKey(walk, key, members);
        continue;
      }
      if (Object.hasOwn(result, found.key)) {
        report(
          walk,
          { at: 'key', message: `'${key}' is there twice: as ${found.key} and in its short form` },
          key,
        );
        continue;
      }
      result[found.key] = within(walk, key, found.key, () => found.expand(value[key] ?? null, walk));
    }
    return result;
  };
}

function memberFor(
  key: string,
  members: ReadonlyMap<string, Expander>,
): { key: string; expand: Expander } | undefined {
  const expand = members.get(key);
  if (expand !== undefined) return { key, expand: key.endsWith('At') ? expandInstant : expand };
  if (members.has(`${key}Ms`)) return { key: `${key}Ms`, expand: expandDuration };
  if (members.has(`${key}At`)) return { key: `${key}At`, expand: expandInstant };
  return undefined;
}

/** `30s` → 30000. Text with a reference stays: it is only known when the plan runs. */
export const expandDuration: Expander = (value, walk) => {
  if (typeof value === 'string' && isTemplate(value)) return value;
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  report(walk, { message: `expected ${durationForm}, ${got(value)}` });
  return 0;
};

/** `2026-11-30T18:00:00Z` → epoch milliseconds. Text with a reference stays. */
export const expandInstant: Expander = (value, walk) => {
  if (typeof value === 'string' && isTemplate(value)) return value;
  const instant = parseInstant(value);
  if (instant !== undefined) return instant;
  report(walk, { message: `expected ${instantForm}, ${got(value)}` });
  return 0;
};

function reportUnknownKey(walk: Walk, key: string, members: ReadonlyMap<string, Expander>): void {
  const names = [...members.keys()].flatMap((one) =>
    /(?:Ms|At)$/.test(one) ? [one, one.slice(0, -2)] : [one],
  );
  report(walk, unknownKeyProblem(key, [...members.keys()], names), key);
}
