// Recursion check: does every task end in steps, and does every method that leads back to its own task come
// closer to an end?
//
// RC1 a task has a base when one of its methods has only subtasks that have one; operators and goals have.
// RC2 a method makes progress towards a subtask when a step must come before that subtask, or when the subtask is
//     asked for other objects than the task. A circle without progress can go on for ever.
import type { Domain, Method, Subtask } from '../domain.js';

export interface Recursion {
  /** Tasks without a base (RC1), each with tasks that lead from it back into the circle. */
  readonly endless: ReadonlyMap<string, readonly string[]>;
  /** Circles without progress (RC2): the tasks and the methods between them. */
  readonly idle: readonly IdleCircle[];
}

export interface IdleCircle {
  readonly tasks: readonly string[];
  readonly methods: readonly Method[];
}

/** Looks at all methods of a domain together. */
export function checkRecursion(domain: Domain): Recursion {
  const byTask = new Map<string, Method[]>(domain.tasks.map(({ name }) => [name, []]));
  for (const method of domain.methods)
    if (method.target.kind === 'task') byTask.get(method.target.name)?.push(method);
  const based = basedTasks(byTask);
  const endless = new Map<string, readonly string[]>();
  for (const [task, methods] of byTask)
    if (methods.length > 0 && !based.has(task)) endless.set(task, circleFrom(task, byTask, based));
  return { endless, idle: idleCircles(byTask, certainSteps(byTask)) };
}

const isTask = (subtask: Subtask, byTask: ReadonlyMap<string, unknown>): boolean =>
  subtask.kind === 'task' && byTask.has(subtask.name);

/** Tasks without methods count as based: that they have none is told elsewhere. */
function basedTasks(byTask: ReadonlyMap<string, readonly Method[]>): ReadonlySet<string> {
  const based = new Set<string>();
  for (let grows = true; grows; ) {
    grows = false;
    for (const [task, methods] of byTask) {
      if (based.has(task)) continue;
      const ends = (method: Method): boolean =>
        method.subtasks.every((one) => !isTask(one, byTask) || based.has(one.name));
      if (methods.length > 0 && !methods.some(ends)) continue;
      based.add(task);
      grows = true;
    }
  }
  return based;
}

function circleFrom(
  start: string,
  byTask: ReadonlyMap<string, readonly Method[]>,
  based: ReadonlySet<string>,
): readonly string[] {
  const path = [start];
  for (;;) {
    const [method] = byTask.get(path.at(-1) ?? '') ?? [];
    const next = method?.subtasks.find((one) => isTask(one, byTask) && !based.has(one.name))?.name ?? start;
    const at = path.indexOf(next);
    path.push(next);
    if (at >= 0) return path;
  }
}

/** Tasks of which every decomposition has a step. */
function certainSteps(byTask: ReadonlyMap<string, readonly Method[]>): ReadonlySet<string> {
  // Begin with all, and take out what can be done without a step, until nothing changes.
  const certain = new Set(byTask.keys());
  for (let shrinks = true; shrinks; ) {
    shrinks = false;
    for (const [task, methods] of byTask) {
      if (!certain.has(task)) continue;
      const isIdle = methods.some((method) => !method.subtasks.some((one) => hasStep(one, byTask, certain)));
      if (!isIdle) continue;
      certain.delete(task);
      shrinks = true;
    }
  }
  return certain;
}

function hasStep(one: Subtask, byTask: ReadonlyMap<string, unknown>, certain: ReadonlySet<string>): boolean {
  if (one.kind === 'goal') return false;
  return !byTask.has(one.name) || certain.has(one.name);
}

function idleCircles(
  byTask: ReadonlyMap<string, readonly Method[]>,
  certain: ReadonlySet<string>,
): IdleCircle[] {
  const edges = new Map<string, { readonly to: string; readonly method: Method }[]>();
  for (const [task, methods] of byTask) {
    const own = methods.flatMap((method) =>
      method.subtasks
        .filter((one) => isTask(one, byTask) && !makesProgress(method, one, byTask, certain))
        .map((one) => ({ to: one.name, method })),
    );
    edges.set(task, own);
  }
  const circles: IdleCircle[] = [];
  const done = new Set<string>();
  for (const start of byTask.keys()) {
    const circle = done.has(start) ? undefined : circleThrough(start, edges, done);
    if (circle !== undefined) circles.push(circle);
    done.add(start);
  }
  return circles;
}

function makesProgress(
  method: Method,
  subtask: Subtask,
  byTask: ReadonlyMap<string, unknown>,
  certain: ReadonlySet<string>,
): boolean {
  const own = new Set(method.target.terms);
  if (subtask.terms.some((term) => !own.has(term))) return true;
  const before = new Map<string, string[]>();
  for (const [first, second] of method.ordering) before.set(second, [...(before.get(second) ?? []), first]);
  const waiting = [...(before.get(subtask.id) ?? [])];
  const seen = new Set(waiting);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const earlier = method.subtasks.find((one) => one.id === id);
    if (earlier !== undefined && hasStep(earlier, byTask, certain)) return true;
    for (const one of before.get(id) ?? [])
      if (!seen.has(one)) {
        seen.add(one);
        waiting.push(one);
      }
  }
  return false;
}

/** A way from a task back to itself, breadth first; tasks that were looked at before are left out. */
function circleThrough(
  start: string,
  edges: ReadonlyMap<string, readonly { readonly to: string; readonly method: Method }[]>,
  done: ReadonlySet<string>,
): IdleCircle | undefined {
  const came = new Map<string, { readonly from: string; readonly method: Method }>();
  const waiting = [start];
  for (let at = 0; at < waiting.length; at += 1) {
    const from = waiting[at] ?? '';
    for (const { to, method } of edges.get(from) ?? []) {
      if (to === start) {
        const tasks = [start];
        const methods = [method];
        for (let one = from; one !== start; one = came.get(one)?.from ?? start) {
          tasks.splice(1, 0, one);
          const step = came.get(one);
          if (step !== undefined) methods.unshift(step.method);
        }
        return { tasks: [...tasks, start], methods };
      }
      if (came.has(to) || done.has(to)) continue;
      came.set(to, { from, method });
      waiting.push(to);
    }
  }
  return undefined;
}
