// Needs: what a task must hold while it runs, as one request to the pool.
import type { PlanGraph } from '../model/graph.js';
import type { Plan } from '../model/plan.js';
import type { ResourceRequest } from '../model/resource.js';
import type { Task } from '../model/task.js';
import { type Need, type Pool, wholeLock } from './pool.js';

/** The name of a plan's resource in the pool. */
export const resourceName = (goalId: string, name: string): string => `resource:${goalId}/${name}`;

/** Declares what tasks may ask of the machine: all of it, less what is left to others. Once for an engine. */
export function declareMachine(
  pool: Pool,
  machine: { readonly memoryMb: number },
  buffers: { readonly cpuPercent: number; readonly memoryMb: number },
): void {
  pool.declare('machine:cpu', 100 - buffers.cpuPercent);
  pool.declare('machine:memory', Math.max(0, machine.memoryMb - buffers.memoryMb));
}

/** Declares a plan's named resources, less what has been used up already. */
export function declareResources(pool: Pool, plan: Plan, used: Readonly<Record<string, number>>): void {
  for (const [name, resource] of Object.entries(plan.resources)) {
    const start =
      resource.kind === 'reusable' || resource.kind === 'rate'
        ? (resource.capacity ?? 1)
        : (resource.initial ?? resource.capacity ?? 0) - (used[name] ?? 0);
    pool.declare(resourceName(plan.goalId, name), start);
  }
}

/** Takes a plan's resources back out of the pool. */
export function removeResources(pool: Pool, plan: Plan): void {
  for (const name of Object.keys(plan.resources)) pool.remove(resourceName(plan.goalId, name));
}

/** The request of a task. Pairs that must not overlap are a lock of their own. */
export function needsOf(
  task: Task,
  index: number,
  plan: Plan,
  exclusions: ReadonlyMap<number, readonly string[]>,
): Need[] {
  const needs: Need[] = [];
  const { locks, resources, cpuPercent, memoryMb } = task.requires;
  for (const { name, mode } of locks) {
    needs.push({ name: `lock:${name}`, amount: mode === 'exclusive' ? wholeLock : 1, how: 'hold' });
  }
  for (const name of exclusions.get(index) ?? []) needs.push({ name, amount: wholeLock, how: 'hold' });
  for (const request of resources) {
    const use = useOf(request, plan);
    if (use === 'make') continue;
    needs.push({ name: resourceName(plan.goalId, request.name), amount: request.amount, how: use });
  }
  if (cpuPercent !== undefined) needs.push({ name: 'machine:cpu', amount: cpuPercent, how: 'hold' });
  if (memoryMb !== undefined) needs.push({ name: 'machine:memory', amount: memoryMb, how: 'hold' });
  return needs;
}

/** For each task, the names of the exclusions it takes part in. */
export function exclusionsOf(graph: PlanGraph, goalId: string): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const [a, b] of graph.exclusions) {
    for (const index of [a, b]) names.set(index, [...(names.get(index) ?? []), `lock:~${goalId}/${a}-${b}`]);
  }
  return names;
}

/** Whether a request holds a resource, takes of it, or makes some when the task has ended well. */
function useOf({ name, when }: ResourceRequest, plan: Plan): 'hold' | 'take' | 'make' {
  const kind = plan.resources[name]?.kind ?? 'reusable';
  if (kind === 'reusable' || kind === 'rate') return 'hold';
  return kind === 'producible' && when === 'end' ? 'make' : 'take';
}

function amounts(task: Task, plan: Plan, use: 'take' | 'make'): Record<string, number> {
  const found: Record<string, number> = {};
  for (const request of task.requires.resources) {
    if (useOf(request, plan) !== use) continue;
    found[request.name] = (found[request.name] ?? 0) + request.amount;
  }
  return found;
}

/** What an attempt of a task uses up of the named resources, by name. */
export const takenBy = (task: Task, plan: Plan): Record<string, number> => amounts(task, plan, 'take');

/** What a task makes of the named resources, by name. */
export const madeBy = (task: Task, plan: Plan): Record<string, number> => amounts(task, plan, 'make');
