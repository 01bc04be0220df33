// Schema problems: what zod finds → what was expected and what came, at the place in the value.
import type { z } from 'zod';
import type { Json } from '../../model/scalars.js';
import { showValue } from '../expression/values.js';
import { didYouMean } from '../nearest.js';
import type { PlanPath, PlanProblem } from './plan-problem.js';
import { knownKeys, unknownKeyProblem } from './unknown-key.js';

type Issue = z.core.$ZodIssue;

/** The value at a path; undefined when there is none. */
export function valueAt(value: Json | undefined, path: PlanPath): Json | undefined {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at) ? at[Number(key)] : Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

/**
 * Turns zod's issues into problems.
 *
 * @param value - What was checked.
 * @param path - Where it is; the paths of the problems begin with it.
 * @param schema - By which it was checked: with it, an unknown key comes with the keys that it may have meant.
 */
export function schemaProblems(
  issues: readonly Issue[],
  value: Json | undefined,
  path: PlanPath,
  schema?: z.core.$ZodType,
): PlanProblem[] {
  return issues.flatMap((issue) => issueProblems(issue, value, path, schema));
}

function issueProblems(
  issue: Issue,
  value: Json | undefined,
  path: PlanPath,
  schema: z.core.$ZodType | undefined,
): PlanProblem[] {
  const inner = issue.path.filter((key) => typeof key !== 'symbol');
  const at = [...path, ...inner];
  const found = valueAt(value, inner);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = schema === undefined ? [] : knownKeys(schema, value, inner);
      return issue.keys.map((key) => ({ path: [...at, key], ...unknownKeyProblem(key, known) }));
    }
    case 'invalid_key':
      return [
        {
          path: at,
          at: 'key',
          message: `${issue.issues[0]?.message ?? issue.message}, got '${inner.at(-1) ?? ''}'`,
        },
      ];
    case 'invalid_union':
      return unionProblems(issue, found, at);
    case 'invalid_type':
      return [
        { path: at, message: `expected ${typeNames.get(issue.expected) ?? issue.expected}, ${got(found)}` },
      ];
    case 'invalid_value':
      return [valueProblem(issue.values, found, at)];
    case 'too_small':
      return [
        {
          path: at,
          message: `expected ${bound(issue.origin, 'at least', issue.minimum, issue.inclusive)}, ${got(found)}`,
        },
      ];
    case 'too_big':
      return [
        {
          path: at,
          message: `expected ${bound(issue.origin, 'at most', issue.maximum, issue.inclusive)}, ${got(found)}`,
        },
      ];
    case 'invalid_format':
      return [{ path: at, message: `${formatMessage(issue.message, issue.format)}, ${got(found)}` }];
    default:
      return [{ path: at, message: `${issue.message}, ${got(found)}` }];
  }
}

const typeNames = new Map<string, string>([
  ['int', 'a whole number'],
  ['number', 'a number'],
  ['string', 'a string'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map'],
  ['record', 'a map'],
]);

/** What came, for a message. */
export function got(value: Json | undefined): string {
  if (value === undefined) return 'but it is missing';
  if (typeof value === 'object' && value !== null) {
    return `got ${Array.isArray(value) ? 'a list' : 'a map'}: ${showValue(value)}`;
  }
  return `got ${showValue(value)}`;
}

function valueProblem(values: readonly unknown[], found: Json | undefined, path: PlanPath): PlanProblem {
  // A discriminator with a default may be left out: that is not a name.
  const names = values.filter((value) => value !== undefined).map(String);
  const expected =
    names.length === 1 ? `expected '${names[0] ?? ''}'` : `expected one of ${names.join(', ')}`;
  const hint = typeof found === 'string' ? didYouMean(found, names) : undefined;
  return { path, message: `${expected}, ${got(found)}`, hint };
}

function bound(origin: string, side: string, limit: number | bigint, inclusive: boolean | undefined): string {
  const amount =
    inclusive === false ? `${side === 'at least' ? 'more than' : 'less than'} ${limit}` : `${side} ${limit}`;
  if (origin === 'string') return `${amount} characters`;
  return origin === 'array' || origin === 'set' || origin === 'map' ? `${amount} entries` : amount;
}

/** Messages of our own schemas begin with `expected`; zod's name a format. */
function formatMessage(message: string, format: string): string {
  return message.startsWith('expected')
    ? message
    : `expected ${format === 'regex' ? message.toLowerCase() : `a valid ${format}`}`;
}

/** Says what the alternative that fits best complains about: the one whose trouble lies deepest. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  found: Json | undefined,
  path: PlanPath,
): PlanProblem[] {
  if ('options' in issue && Array.isArray(issue.options)) return [valueProblem(issue.options, found, path)];
  if (found === undefined) return [{ path, message: 'expected a value, but it is missing' }];
  let best: readonly Issue[] = [];
  let bestDepth = -1;
  for (const alternative of issue.errors) {
    const depth = Math.max(...alternative.map((one) => one.path.length));
    if (depth > bestDepth || (depth === bestDepth && alternative.length < best.length)) {
      best = alternative;
      bestDepth = depth;
    }
  }
  if (bestDepth > 0) return schemaProblems(best, found, path);
  const expected = issue.errors
    .flat()
    .flatMap((one) => (one.code === 'invalid_type' ? [typeNames.get(one.expected) ?? one.expected] : []));
  const wanted = expected.length === 0 ? issue.message : `expected ${[...new Set(expected)].join(' or ')}`;
  return [{ path, message: `${wanted}, ${got(found)}` }];
}
