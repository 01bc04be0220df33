// Reading a problem: unknown input → a scheduling problem, or all that is wrong with it.
import { EngineError, type Problem } from '../../errors.js';
import type { Json } from '../../model/scalars.js';
import { type PlanProblem, toProblem } from '../planning/plan-problem.js';
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
  const { problem, findings } = checkProblem(input);
  if (problem === undefined) throw refusal(findings.map(toProblem), undefined);
  return problem;
}

/** A problem, or what is wrong with it, with the places in the value. */
export function checkProblem(input: unknown): {
  problem: ScheduleProblem | undefined;
  findings: readonly PlanProblem[];
} {
  const parsed = ScheduleProblem.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, mostFindings);
    const all = schemaProblems(issues, input as Json, [], ScheduleProblem);
    // A mistyped key is why another one is missing: it comes first.
    const isKey = ({ at }: PlanProblem): boolean => at === 'key';
    const findings = [...all.filter(isKey), ...all.filter((one) => !isKey(one))];
    return { problem: undefined, findings };
  }
  const findings = findMistakes(parsed.data, mostFindings);
  return { problem: findings.length === 0 ? parsed.data : undefined, findings };
}

/** The error that tells findings, the first of them in its message. */
export function refusal(problems: readonly Problem[], file: string | undefined): EngineError {
  const [first] = problems;
  const subject = file ?? 'The scheduling problem';
  const opening =
    problems.length === 1
      ? `${subject} has a mistake`
      : `${subject} has ${problems.length} mistakes, the first`;
  const line = first?.line === undefined ? '' : ` in line ${first.line}`;
  const place = first === undefined || first.path === '' ? line : `${line} at ${first.path}`;
  const hint = first?.hint === undefined ? '' : ` ${first.hint}`;
  return new EngineError('INPUT_INVALID', `${opening}${place}: ${first?.message ?? ''}.${hint}`, {
    problems,
  });
}
