// Doubles: in lists whose entries have ids, each id is there once.
import type { PlanPath, PlanProblems } from '../plan-problem.js';

/** @param what - What the entries are, for the message. */
export function reportDoubles(
  list: readonly { readonly id: string }[] | undefined,
  path: PlanPath,
  what: string,
  problems: PlanProblems,
): void {
  if (list === undefined || list.length < 2) return;
  const seen = new Set<string>();
  list.forEach(({ id }, index) => {
    if (seen.has(id))
      problems.add({ path: [...path, index, 'id'], message: `the ${what} '${id}' is there twice` });
    seen.add(id);
  });
}
