// Tool input: is the input that a plan gives a tool of the shape that the tool asks for? What is only known
// when the plan runs is left out.
//
// I1 a value that holds a reference is not checked, but for one thing: text with a reference in it is text.
// I2 unknown keys are refused, also where the tool's schema would silently drop them.
import { z } from 'zod';
import type { Json } from '../../../model/scalars.js';
import { isTemplate } from '../../expression/template.js';
import { didYouMean } from '../../nearest.js';
import type { PlanPath, PlanProblems } from '../plan-problem.js';
import { schemaProblems, valueAt } from '../schema-problem.js';

/** Checks the static parts of a tool's input. */
export function checkToolInput(schema: z.ZodType, input: Json, path: PlanPath, problems: PlanProblems): void {
  if (typeof input === 'string' && isTemplate(input)) return;
  reportUnknownKeys(schema, input, path, problems);
  const issues = issuesOf(schema, input);
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const inner = issue.path.filter((key) => typeof key !== 'symbol');
    const value = valueAt(input, inner);
    if (value !== undefined && holdsReference(value)) {
      if (issue.code !== 'invalid_type' || typeof value !== 'string' || isWholeReference(value)) continue;
      problems.add({
        path: [...path, ...inner],
        message: `expected ${issue.expected}, got text that is put together: '${value}'`,
        hint: 'A value that is one `{{ … }}` and nothing else keeps its type.',
      });
      continue;
    }
    for (const problem of schemaProblems([issue], input, path)) problems.add(problem);
  }
}

function issuesOf(schema: z.ZodType, input: Json): readonly z.core.$ZodIssue[] {
  try {
    const result = schema.safeParse(input);
    return result.success ? [] : result.error.issues;
  } catch (error) {
    // A schema with asynchronous checks cannot be asked before the run.
    if (error instanceof z.core.$ZodAsyncError) return [];
    throw error;
  }
}

/** Whether there is a reference anywhere in a value. */
export function holdsReference(value: Json): boolean {
  if (typeof value === 'string') return isTemplate(value);
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsReference);
}

/** Whether a string may become a value of any kind. Rather too often yes: what is unknown is not refused. */
function isWholeReference(text: string): boolean {
  return text.startsWith('{{') && text.endsWith('}}') && !text.startsWith('{{{{');
}

function reportUnknownKeys(
  schema: z.core.$ZodType,
  value: Json,
  path: PlanPath,
  problems: PlanProblems,
): void {
  if (typeof value !== 'object' || value === null) return;
  const known = unwrapped(schema);
  if (Array.isArray(value)) {
    if (!(known instanceof z.core.$ZodArray)) return;
    value.forEach((item, index) => {
      reportUnknownKeys(known._zod.def.element, item, [...path, index], problems);
    });
    return;
  }
  if (known instanceof z.core.$ZodRecord) {
    for (const [key, item] of Object.entries(value)) {
      reportUnknownKeys(known._zod.def.valueType, item, [...path, key], problems);
    }
  } else if (known instanceof z.core.$ZodObject) {
    const { shape, catchall } = known._zod.def;
    const isOpen = catchall !== undefined && !(catchall instanceof z.core.$ZodNever);
    for (const [key, item] of Object.entries(value)) {
      const inner = Object.hasOwn(shape, key) ? shape[key] : undefined;
      if (inner !== undefined) reportUnknownKeys(inner, item, [...path, key], problems);
      else if (!isOpen) {
        const names = Object.keys(shape);
        problems.add({
          path: [...path, key],
          at: 'key',
          message: `the input has no '${key}'; it has ${names.join(', ') || 'nothing'}`,
          hint: () => didYouMean(key, names),
        });
      }
    }
  }
}

/** The schema inside of what makes it optional or gives it a default. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let at = schema;
  for (let depth = 0; depth < 20; depth += 1) {
    if (
      at instanceof z.core.$ZodOptional ||
      at instanceof z.core.$ZodNullable ||
      at instanceof z.core.$ZodDefault ||
      at instanceof z.core.$ZodPrefault ||
      at instanceof z.core.$ZodReadonly ||
      at instanceof z.core.$ZodCatch ||
      at instanceof z.core.$ZodNonOptional
    ) {
      at = at._zod.def.innerType;
    } else if (at instanceof z.core.$ZodPipe) at = at._zod.def.in;
    else if (at instanceof z.core.$ZodLazy) at = at._zod.def.getter();
    else return at;
  }
  return at;
}
