// Reference check: does a reference begin with a name that is there, and name an input or a task that is there?
import type { PlanSpecInput } from '../../model/plan.js';
import type { Reference } from '../expression/compilation.js';
import { didYouMean } from '../nearest.js';
import type { PlanPath, PlanProblems } from './plan-problem.js';

/** What the references of a plan are checked against, and where problems go. */
export interface NamesOfPlan {
  readonly plan: PlanSpecInput;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly problems: PlanProblems;
}

const taskFields: ReadonlySet<string> = new Set(['output', 'status', 'attempts', 'failure']);

/**
 * Checks one reference, and reports at most one problem.
 *
 * @param roots - The names that an expression can begin with where the reference stands.
 * @returns The index of the task; undefined when it is not about a task or there is a problem.
 */
export function checkReference(
  reference: Reference,
  roots: ReadonlySet<string>,
  path: PlanPath,
  names: NamesOfPlan,
): number | undefined {
  const { problems } = names;
  const offset = reference.position;
  if (!roots.has(reference.root)) {
    const message = `there is no \`${reference.root}\` here; there is ${[...roots].join(', ')}`;
    problems.add({ path, offset, message, hint: () => didYouMean(reference.root, roots) });
    return undefined;
  }
  if (reference.root === 'inputs') checkInput(reference, path, names);
  return reference.root === 'tasks' ? checkTask(reference, path, names) : undefined;
}

function checkInput(reference: Reference, path: PlanPath, names: NamesOfPlan): void {
  const [name] = reference.path;
  const declared = names.plan.inputs ?? {};
  if (typeof name !== 'string' || Object.hasOwn(declared, name) || reference.guarded) return;
  const known = Object.keys(declared);
  const longer = known.find((one) => one.startsWith(`${name}-`) || one.startsWith(`${name}.`));
  names.problems.add({
    path,
    offset: reference.position,
    message: `there is no input '${name}'; declared: ${known.join(', ') || 'none'}`,
    hint: longer === undefined ? () => didYouMean(name, known) : `Write inputs['${longer}'].`,
  });
}

function checkTask(reference: Reference, path: PlanPath, names: NamesOfPlan): number | undefined {
  const { problems, indexOf } = names;
  const offset = reference.position;
  const [name, field] = reference.path;
  if (typeof name !== 'string') {
    const hint =
      'Tasks are named where they are read, as in tasks.fetch.output, so that their order is known.';
    problems.add({ path, offset, message: `\`${reference.text}\` does not name a task`, hint });
    return undefined;
  }
  const task = indexOf.get(name);
  if (task === undefined) {
    const hint = (): string | undefined => didYouMean(name, indexOf.keys());
    problems.add({ path, offset, message: `there is no task '${name}'`, hint });
    return undefined;
  }
  if (field !== undefined && !taskFields.has(String(field))) {
    const message = `a task has output, status, attempts and failure, got '${field}' in \`${reference.text}\``;
    problems.add({ path, offset, message, hint: () => didYouMean(String(field), taskFields) });
    return undefined;
  }
  return task;
}
