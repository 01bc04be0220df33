// Asking: can those who are asked for approval be as many as have to agree, and can a question be answered?
import type { ApprovalNeed } from '../../../model/approval.js';
import type { z } from 'zod';
import { compileJsonSchema } from '../../verification/json-schema.js';
import type { TaskEntries } from '../graph-references.js';
import type { PlanPath, PlanProblems } from '../plan-problem.js';

/** Checks what tasks ask of people. */
export function checkAsking(tasks: TaskEntries, problems: PlanProblems): void {
  for (const [id, { approval, review, action }] of tasks) {
    checkNeed(approval, ['tasks', id, 'approval'], problems);
    checkNeed(review, ['tasks', id, 'review'], problems);
    if (action.kind !== 'wait') continue;
    const path = ['tasks', id, 'action', 'for'];
    if ('approval' in action.for) checkRule(action.for, path, problems);
    if ('question' in action.for && action.for.schema !== undefined)
      checkSchema(action.for.schema as Parameters<typeof compileJsonSchema>[0], path, problems);
  }
}

function checkNeed(
  need: z.input<typeof ApprovalNeed> | undefined,
  path: PlanPath,
  problems: PlanProblems,
): void {
  if (typeof need === 'object') checkRule(need, path, problems);
}

function checkRule(
  {
    quorum = 1,
    approvers,
  }: { readonly quorum?: number | undefined; readonly approvers?: readonly string[] | undefined },
  path: PlanPath,
  problems: PlanProblems,
): void {
  if (approvers === undefined) return;
  const names = new Set(approvers);
  if (names.size < approvers.length) {
    const double = approvers.find((name, index) => approvers.indexOf(name) !== index) ?? '';
    problems.add({
      path: [...path, 'approvers'],
      message: `'${double}' is named twice, but counts once`,
      hint: 'Name each person once.',
    });
  }
  if (quorum > names.size) {
    problems.add({
      path: [...path, 'quorum'],
      message: `${quorum} people have to approve, but only ${names.size} may: ${[...names].join(', ')}`,
      hint: 'Name more approvers, or ask for fewer.',
    });
  }
}

function checkSchema(
  schema: Parameters<typeof compileJsonSchema>[0],
  path: PlanPath,
  problems: PlanProblems,
): void {
  try {
    compileJsonSchema(schema);
  } catch (error) {
    problems.add({
      path: [...path, 'schema'],
      message: `expected a JSON Schema: ${(error as Error).message}`,
    });
  }
}
