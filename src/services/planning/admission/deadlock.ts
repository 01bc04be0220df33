// Deadlock: a task that waits for a resource which only tasks after it make would wait for ever. Locks and
// places cannot lock each other out: a task takes all that it asks for at once or nothing.
import type { PlanGraph } from '../../../model/graph.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { TaskEntries } from '../graph-references.js';
import type { PlanProblems } from '../plan-problem.js';
import { createAncestry } from './ancestry.js';

interface Share {
  readonly index: number;
  readonly id: string;
  readonly amount: number;
  /** The place of the request in the task. */
  readonly position: number;
}

/** Pairs of user and maker that are looked at; plans beyond it are left to the limits on waiting. */
const maxPairs = 200_000;

/** Checks that what a task takes of a producible resource is there at the start or made by others in time. */
export function checkDeadlocks(
  plan: PlanSpecInput,
  tasks: TaskEntries,
  graph: PlanGraph,
  problems: PlanProblems,
): void {
  const producible = Object.entries(plan.resources ?? {}).filter(
    ([, resource]) => resource.kind === 'producible',
  );
  if (producible.length === 0) return;
  const comesBefore = createAncestry(graph);
  for (const [name, { initial = 0 }] of producible) {
    const { users, makers } = sharesOf(name, tasks);
    if (users.length * makers.length > maxPairs) continue;
    for (const user of users) {
      if (user.amount <= initial) continue;
      const inTime = makers.filter(
        (maker) => maker.index !== user.index && !comesBefore(user.index, maker.index),
      );
      const available = inTime.reduce((sum, maker) => sum + maker.amount, initial);
      if (available >= user.amount) continue;
      problems.add({
        path: ['tasks', user.id, 'requires', 'resources', user.position],
        message: `task '${user.id}' needs ${user.amount} of '${name}', but there are only ${available} before it: it would wait for ever`,
        hint: makersHint(makers),
      });
    }
  }
}

function makersHint(makers: readonly Share[]): string {
  if (makers.length === 0) return 'No task makes any.';
  return `It is made by ${makers
    .slice(0, 5)
    .map((maker) => maker.id)
    .join(', ')}, which come after it or make too little.`;
}

function sharesOf(name: string, tasks: TaskEntries): { users: Share[]; makers: Share[] } {
  const users: Share[] = [];
  const makers: Share[] = [];
  tasks.forEach(([id, task], index) => {
    task.requires?.resources?.forEach((request, position) => {
      if (request.name !== name) return;
      const isLoop = task.action.kind === 'for_each';
      const amount = request.amount ?? 1;
      // How much a loop makes is known only when it runs.
      if (request.when === 'end')
        makers.push({ index, id, position, amount: isLoop ? Number.POSITIVE_INFINITY : amount });
      else users.push({ index, id, position, amount });
    });
  });
  return { users, makers };
}
