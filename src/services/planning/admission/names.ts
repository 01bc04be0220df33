// Names: contingencies and their steps, dependencies, loop variables: does all that is named exist, once, and does
// it make sense together?
import type { PlanSpecInput } from '../../../model/plan.js';
import { didYouMean } from '../../nearest.js';
import type { TaskEntries } from '../graph-references.js';
import type { PlanPath, PlanProblems } from '../plan-problem.js';
import { reportDoubles } from './doubles.js';

/** What the check of names works on. */
export interface NameCheck {
  readonly plan: PlanSpecInput;
  readonly tasks: TaskEntries;
  readonly problems: PlanProblems;
}

/** Checks ids for doubles and names for existence. Names of tasks in edges are checked by the graph. */
export function checkNames(check: NameCheck): void {
  checkDependencies(check);
  checkContingencies(check);
  const known = new Set(check.plan.contingencies?.map((one) => one.id));
  for (const [id, task] of check.tasks) {
    task.contingencies?.forEach((name, index) => {
      requireName(name, known, 'contingency', ['tasks', id, 'contingencies', index], check.problems);
    });
    if (task.parentTaskId !== undefined && !Object.hasOwn(check.plan.tasks, task.parentTaskId)) {
      const parent = task.parentTaskId;
      check.problems.add({
        path: ['tasks', id, 'parentTaskId'],
        message: `there is no task '${parent}'`,
        hint: () => didYouMean(parent, Object.keys(check.plan.tasks)),
      });
    }
    if (task.action.kind === 'for_each') checkLoop(task.action.as ?? 'item', id, check.problems);
  }
}

/** Roots of other references, and words that the grammar of expressions keeps for itself. */
const takenNames: ReadonlySet<string> = new Set(
  (
    'inputs tasks goal output result index in true false null as break const continue else for function if ' +
    'import let loop package namespace return var void while'
  ).split(' '),
);

function checkLoop(name: string, id: string, problems: PlanProblems): void {
  if (!takenNames.has(name)) return;
  const path = ['tasks', id, 'action', 'as'];
  problems.add({
    path,
    message: `the loop variable cannot be called '${name}'`,
    hint: 'Choose another name, such as `item`.',
  });
}

function requireName(
  name: string,
  known: ReadonlySet<string>,
  what: string,
  path: PlanPath,
  problems: PlanProblems,
): void {
  if (known.has(name)) return;
  problems.add({ path, message: `there is no ${what} '${name}'`, hint: () => didYouMean(name, known) });
}

function checkDependencies({ plan, problems }: NameCheck): void {
  plan.dependencies?.forEach((dependency, index) => {
    const path = ['dependencies', index];
    const { type, when, minLagMs, maxLagMs } = dependency;
    if (type === 'on_condition' && when === undefined) {
      const message = 'a dependency of type on_condition needs `when`, but it is missing';
      problems.add({
        path,
        message,
        hint: "Add when: an expression such as 'tasks.fetch.output.status == 200'.",
      });
    }
    if (type !== 'on_condition' && when !== undefined) {
      const message = `\`when\` belongs to the type on_condition, got the type ${type ?? 'sequential'}`;
      problems.add({ path: [...path, 'when'], message });
    }
    if (type !== 'temporal' && (minLagMs !== undefined || maxLagMs !== undefined)) {
      const message = `a lag belongs to the type temporal, got the type ${type ?? 'sequential'}`;
      problems.add({ path: [...path, minLagMs === undefined ? 'maxLagMs' : 'minLagMs'], message });
    }
    if (minLagMs !== undefined && maxLagMs !== undefined && minLagMs > maxLagMs) {
      problems.add({
        path: [...path, 'minLagMs'],
        message: `the shortest lag (${minLagMs} ms) is longer than the longest (${maxLagMs} ms)`,
      });
    }
  });
}

function checkContingencies({ plan, problems }: NameCheck): void {
  const contingencies = plan.contingencies ?? [];
  reportDoubles(contingencies, ['contingencies'], 'contingency', problems);
  const byId = new Map(contingencies.map((one) => [one.id, one]));
  const ids = new Set(byId.keys());
  contingencies.forEach((contingency, index) => {
    const path = ['contingencies', index];
    if (contingency.fallback !== undefined) {
      requireName(contingency.fallback, ids, 'contingency', [...path, 'fallback'], problems);
      const circle = circleOf(contingency.id, (id) => byId.get(id)?.fallback);
      if (circle !== undefined) {
        problems.add({
          path: [...path, 'fallback'],
          message: `the contingencies fall back in a circle: ${circle.join(' → ')}`,
        });
      }
    }
    reportDoubles(contingency.actions, [...path, 'actions'], 'step', problems);
    const steps = new Set(contingency.actions.map((step) => step.id));
    contingency.actions.forEach((step, position) => {
      for (const key of ['onSuccess', 'onFailure'] as const) {
        const next = step[key];
        if (next !== undefined)
          requireName(next, steps, 'step', [...path, 'actions', position, key], problems);
      }
    });
  });
}

/** The circle that begins at an id; undefined when following it ends, or only comes round elsewhere. */
function circleOf(start: string, next: (id: string) => string | undefined): string[] | undefined {
  const trail = [start];
  const seen = new Set(trail);
  for (let at = next(start); at !== undefined; at = next(at)) {
    trail.push(at);
    if (at === start) return trail;
    if (seen.has(at)) return undefined;
    seen.add(at);
  }
  return undefined;
}
