// Verifier: a tool's word is not proof. Looks at an output level by level, cheapest first, and stops at the
// first level at which something required has failed.
//
// V1 the levels are schema, constraint, safety, semantic, functional; a criterion without one has that of its
//    kind of check.
// V2 a check that cannot be made (an expression that fails, a schema that is none) counts as failed.
// V3 the first three levels need no effect; tools are only called at the last two.
import type { z } from 'zod';
import type { Criterion, Finding, VerificationLevel } from '../../model/criterion.js';
import type { Json } from '../../model/scalars.js';
import { createBoundedCache } from '../expression/bounded-cache.js';
import type { Scope } from '../expression/compilation.js';
import { ExpressionError } from '../expression/expression-error.js';
import type { Expressions } from '../expression/expressions.js';
import type { Pattern } from '../expression/pattern.js';
import type { ToolRegistry } from '../tools/registry.js';
import { checkExpression, checkJsonSchema, checkOutputSchema } from './checks.js';
import { compileJsonSchema } from './json-schema.js';
import { checkSafety } from './safety.js';
import type { ConstraintInput } from './safety.js';

export type CriterionInput = z.input<typeof Criterion>;

/** What is verified: a task, or a goal as a whole. */
export interface Subject {
  readonly criteria: readonly CriterionInput[];
  /** The tool that gave the output, whose output schema holds. */
  readonly tool?: string | undefined;
  /** What the goal prohibits. */
  readonly safety: readonly ConstraintInput[];
}

/** What came of calling a tool for a check. */
export type CheckCall =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly message: string };

export interface Verifier {
  /**
   * Checks the levels that need no effect: schema, constraint and safety.
   *
   * @param scope - What criteria refer to; `output` is added.
   */
  verifyNow(subject: Subject, output: Json, scope: Scope): Finding[];
  /** Whether {@link Verifier.verifyTools} has anything to do. */
  needsEffect(subject: Subject): boolean;
  /**
   * Checks the levels that need effects: semantic and functional. To be called after `verifyNow` was passed.
   *
   * @param callTool - Calls a tool with a resolved input; it never rejects for a failure of the tool.
   */
  verifyTools(
    subject: Subject,
    output: Json,
    scope: Scope,
    callTool: (criterionId: string, tool: string, input: Json) => Promise<CheckCall>,
  ): Promise<Finding[]>;
}

/** What a verifier works with; without tools, their output schemas are not checked. */
export interface VerifierOptions {
  readonly expressions: Expressions;
  readonly tools?: Pick<ToolRegistry, 'get'>;
}

/** Whether everything required has passed. */
export function isAccepted(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.passed || !finding.required);
}

/** The level at which a criterion is checked (V1). */
export function levelOf(criterion: CriterionInput): VerificationLevel {
  if (criterion.level !== undefined) return criterion.level;
  const { check } = criterion;
  if ('schema' in check) return 'schema';
  if ('expression' in check) return 'constraint';
  return 'tool' in check ? 'functional' : 'semantic';
}

const effectLevels: readonly VerificationLevel[] = ['semantic', 'functional'];

/** A criterion with an effect is checked late, whatever level it was given. */
function isLate(criterion: CriterionInput): boolean {
  return 'tool' in criterion.check || 'ask' in criterion.check || effectLevels.includes(levelOf(criterion));
}

type CallTool = Parameters<Verifier['verifyTools']>[3];

/** Makes a verifier. It keeps compiled schemas and patterns. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { tools } = options;
  const { checkNow, checkLate } = createCriterionChecks(options.expressions);
  const patterns = createBoundedCache<string, Pattern>(200);
  return {
    verifyNow(subject, output, scope) {
      const full = { ...scope, output };
      const early = subject.criteria.filter((criterion) => !isLate(criterion));
      const at = (level: VerificationLevel): Finding[] =>
        early
          .filter((criterion) => levelOf(criterion) === level)
          .map((criterion) => checkNow(criterion, full));
      const findings: Finding[] = [];
      const tool = subject.tool === undefined ? undefined : tools?.get(subject.tool);
      if (tool !== undefined) findings.push(checkOutputSchema(tool, output));
      findings.push(...at('schema'));
      if (!isAccepted(findings)) return findings;
      findings.push(...at('constraint'));
      if (!isAccepted(findings)) return findings;
      findings.push(...checkSafety(output, subject.safety, patterns), ...at('safety'));
      return findings;
    },
    needsEffect: (subject) => subject.criteria.some(isLate),
    async verifyTools(subject, output, scope, callTool) {
      const full = { ...scope, output };
      const findings: Finding[] = [];
      const late = subject.criteria.filter(isLate);
      const semantic = late.filter((criterion) => levelOf(criterion) !== 'functional');
      const functional = late.filter((criterion) => levelOf(criterion) === 'functional');
      for (const group of [semantic, functional]) {
        // One after the other: the checks of one task shall not crowd out other tasks.
        for (const criterion of group) findings.push(await checkLate(criterion, full, callTool));
        if (!isAccepted(findings)) return findings;
      }
      return findings;
    },
  };
}

interface CriterionChecks {
  checkNow(criterion: CriterionInput, scope: Scope): Finding;
  checkLate(criterion: CriterionInput, scope: Scope, callTool: CallTool): Promise<Finding>;
}

function createCriterionChecks(expressions: Expressions): CriterionChecks {
  const schemas = createBoundedCache<string, z.ZodType>(1000);

  const checkNow = (criterion: CriterionInput, scope: Scope): Finding => {
    const { check } = criterion;
    const base = baseOf(criterion);
    if ('expression' in check) return { ...base, ...checkExpression(check.expression, scope, expressions) };
    if (!('schema' in check)) return { ...base, passed: false, message: 'there is no language model to ask' };
    const makeSchema = (): z.ZodType => compileJsonSchema(check.schema);
    const schemaOf = (): z.ZodType => schemas.get(JSON.stringify(check.schema), makeSchema);
    return { ...base, ...checkJsonSchema(schemaOf, scope['output']) };
  };

  const checkLate = async (criterion: CriterionInput, scope: Scope, callTool: CallTool): Promise<Finding> => {
    const { check } = criterion;
    if (!('tool' in check)) return checkNow(criterion, scope);
    const base = baseOf(criterion);
    let input: Json;
    try {
      input = expressions.resolve(check.input ?? {}, scope);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return {
        ...base,
        passed: false,
        message: `the input of ${check.tool} cannot be made: ${error.message}`,
      };
    }
    const call = await callTool(criterion.id, check.tool, input);
    if (!call.ok) return { ...base, passed: false, message: `${check.tool} has failed: ${call.message}` };
    if (check.expect === undefined) return { ...base, passed: true };
    return { ...base, ...checkExpression(check.expect, { ...scope, result: call.output }, expressions) };
  };

  return { checkNow, checkLate };
}

function baseOf(criterion: CriterionInput): Pick<Finding, 'id' | 'level' | 'required'> {
  return { id: criterion.id, level: levelOf(criterion), required: criterion.required ?? true };
}
