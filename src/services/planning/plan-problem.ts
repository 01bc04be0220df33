// Plan problems: findings in a plan before they have a place in a file. Whoever has read the file adds that.
import type { Problem } from '../../errors.js';
import { isPlainName } from '../expression/task-names.js';

/** Where a value is in a plan: keys and indices from the top. */
export type PlanPath = readonly (string | number)[];

/** What is wrong with a plan, and where in the plan. */
export interface PlanProblem {
  readonly path: PlanPath;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Whether it is about the key or about the value [value]. */
  readonly at?: 'key' | 'value';
  /** Where in the text of the value, from 0, when it is about a part of a string. */
  readonly offset?: number | undefined;
}

/** A collector that keeps the first problems and counts the others. */
export interface PlanProblems {
  /** A hint that is costly to find is given as a function: it is only called for problems that are kept. */
  add(
    problem: Omit<PlanProblem, 'hint'> & { readonly hint?: string | (() => string | undefined) | undefined },
  ): void;
  readonly list: readonly PlanProblem[];
  /** How many were added, kept or not. */
  readonly count: number;
}

/** Makes a collector. A plan of 100,000 tasks with one mistake each is not worth 100,000 messages. */
export function createPlanProblems(limit = 200): PlanProblems {
  const list: PlanProblem[] = [];
  let count = 0;
  return {
    add(problem) {
      count += 1;
      if (list.length >= limit) return;
      const { hint, ...rest } = problem;
      const text = typeof hint === 'function' ? hint() : hint;
      list.push(text === undefined ? rest : { ...rest, hint: text });
    },
    list,
    get count() {
      return count;
    },
  };
}

/** A path as text: `tasks.fetch.after[0]`, `tasks['a.b'].action`. */
export function formatPath(path: PlanPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!isPlainName(key) && !/^[A-Za-z0-9_-]+$/.test(key)) return `${text}['${key}']`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** A problem for people, without a place in a file. */
export function toProblem(problem: PlanProblem): Problem {
  const path = formatPath(problem.path);
  return {
    path,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  };
}
