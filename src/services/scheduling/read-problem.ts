// Reading a problem: unknown input → a scheduling problem, or all that is wrong with it.
import { EngineError, type Problem } from '../../errors.js';
import type { Json } from '../../model/scalars.js';
import { formatPath } from '../planning/plan-problem.js';
import { schemaProblems } from '../planning/schema-problem.js';
import { findMistakes } from './mistakes.js';
import { ScheduleProblem } from './problem.js';

/** Findings that an error carries. */
const mostFindings = 200;

/**
 * Reads a scheduling problem: fills in the defaults and checks that it means something. A problem without a
 * solution is no mistake: that is for `solve` to say.
 *
 * @throws EngineError `INPUT_INVALID` with up to 200 findings, each with the path of the value, what was expected,
 * what came and, where it can be told, what to do.
 *
 * @example
 * ```ts
 * const problem = readProblem({
 *   tasks: [{ id: 'dig', modes: [{ duration: 3, uses: [{ resource: 'crew' }] }] }],
 *   resources: [{ id: 'crew', capacity: 2 }],
 * });
 * ```
 */
export function readProblem(input: unknown): ScheduleProblem {
  const parsed = ScheduleProblem.safeParse(input);
  if (!parsed.success) {
    throw refusal(
      schemaProblems(parsed.error.issues.slice(0, mostFindings), input as Json, []).map((found) => ({
        path: formatPath(found.path),
        message: found.message,
        ...(found.hint === undefined ? {} : { hint: found.hint }),
      })),
    );
  }
  const mistakes = findMistakes(parsed.data, mostFindings);
  if (mistakes.length > 0) throw refusal(mistakes);
  return parsed.data;
}

function refusal(problems: readonly Problem[]): EngineError {
  const [first] = problems;
  const opening =
    problems.length === 1
      ? 'The scheduling problem has a mistake'
      : `The scheduling problem has ${problems.length} mistakes, the first`;
  const place = first === undefined || first.path === '' ? '' : ` at ${first.path}`;
  const hint = first?.hint === undefined ? '' : ` ${first.hint}`;
  return new EngineError('INPUT_INVALID', `${opening}${place}: ${first?.message ?? ''}.${hint}`, {
    problems,
  });
}
