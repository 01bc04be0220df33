// Leaving tasks out of a problem, with all that speaks of them.
import type { ScheduleProblem } from '../problem.js';

/** The problem without some of its tasks. Tasks that require one that is gone go, too. */
export function withoutTasks(problem: ScheduleProblem, isGone: (id: string) => boolean): ScheduleProblem {
  const gone = new Set(problem.tasks.flatMap(({ id }) => (isGone(id) ? [id] : [])));
  for (let size = -1; size !== gone.size; ) {
    size = gone.size;
    for (const { id, requires } of problem.tasks) if (requires.some((other) => gone.has(other))) gone.add(id);
  }
  return {
    ...problem,
    tasks: problem.tasks.filter(({ id }) => !gone.has(id)),
    lags: problem.lags.filter(({ from, to }) => !gone.has(from) && !gone.has(to)),
    setups: problem.setups.map((setup) => ({
      ...setup,
      states: Object.fromEntries(Object.entries(setup.states).filter(([id]) => !gone.has(id))),
    })),
  };
}
