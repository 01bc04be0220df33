// Safety checks: what no output may hold, whatever else is asked of it.
import type { z } from 'zod';
import type { Finding } from '../../model/criterion.js';
import type { Constraint } from '../../model/goal.js';
import type { Json } from '../../model/scalars.js';
import type { BoundedCache } from '../expression/bounded-cache.js';
import { compilePattern } from '../expression/pattern.js';
import type { Pattern } from '../expression/pattern.js';
import { PatternError } from '../expression/pattern-tree.js';

export type ConstraintInput = z.input<typeof Constraint>;

/** Characters of an output, written as JSON. */
export const maxOutputLength = 16_777_216;

/** Checks the size of an output and what the constraints prohibit. */
export function checkSafety(
  output: Json,
  constraints: readonly ConstraintInput[],
  patterns: BoundedCache<string, Pattern>,
): Finding[] {
  const findings = [sizeFinding(output)];
  for (const constraint of constraints) {
    if (constraint.prohibit !== undefined) {
      findings.push(prohibitFinding(output, constraint.id, constraint.prohibit, patterns));
    }
  }
  return findings;
}

function sizeFinding(output: Json): Finding {
  const length = typeof output === 'string' ? output.length : JSON.stringify(output).length;
  const passed = length <= maxOutputLength;
  const message = `the output has ${length} characters; ${maxOutputLength} is the limit: write it to a file and give its path`;
  return { id: 'output-size', level: 'safety', passed, required: true, ...(passed ? {} : { message }) };
}

function prohibitFinding(
  output: Json,
  id: string,
  prohibit: string,
  patterns: BoundedCache<string, Pattern>,
): Finding {
  const base = { id, level: 'safety', required: true } as const;
  try {
    const pattern = patterns.get(prohibit, compilePattern);
    const place = placeOfMatch(output, pattern, 'output');
    if (place === undefined) return { ...base, passed: true };
    // What was found is not shown: it may be the very secret that must not get out.
    return { ...base, passed: false, message: `${place} contains what is prohibited: ${prohibit}` };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    // A check that cannot be made counts as failed: safety fails closed.
    return { ...base, passed: false, message: `the pattern ${prohibit} cannot be used: ${error.message}` };
  }
}

/** Where in a value a text (also a key, or a number as it is written) matches. */
function placeOfMatch(value: Json, pattern: Pattern, place: string): string | undefined {
  if (typeof value === 'string') return pattern.test(value) ? place : undefined;
  if (typeof value !== 'object' || value === null) return pattern.test(String(value)) ? place : undefined;
  for (const [key, member] of Object.entries(value)) {
    const inner = Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`;
    if (!Array.isArray(value) && pattern.test(key)) return `a key of ${place}`;
    const found = placeOfMatch(member, pattern, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
