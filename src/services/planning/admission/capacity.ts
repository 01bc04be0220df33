// Capacity: what tasks ask of the machine, of named resources and of locks. Refused is what could never be
// given, however long a task waits.
import type { z } from 'zod';
import type { GoalSpecInput } from '../../../model/goal.js';
import type { PlanSpecInput } from '../../../model/plan.js';
import type { Resource } from '../../../model/resource.js';
import type { TaskInput } from '../../../model/task.js';
import { didYouMean } from '../../nearest.js';
import type { TaskEntries } from '../graph-references.js';
import type { PlanProblems } from '../plan-problem.js';

/** What the machine can give at most, to all tasks together. */
export interface Machine {
  readonly cpus: number;
  readonly memoryMb: number;
  /** The share of the processors that tasks may use [100]. */
  readonly cpuPercent?: number;
}

type ResourceInput = z.input<typeof Resource>;
type Requires = NonNullable<TaskInput['requires']>;

/** Used and made of a resource by tasks that are sure to run. */
interface Balance {
  used: number;
  made: number;
}

/** What the check of capacities works on. */
export interface CapacityCheck {
  readonly plan: PlanSpecInput;
  readonly tasks: TaskEntries;
  readonly machine: Machine | undefined;
  readonly goal: GoalSpecInput | undefined;
  readonly problems: PlanProblems;
}

/** Checks every task's requirements. */
export function checkCapacity(check: CapacityCheck): void {
  const { plan, problems } = check;
  const balances = new Map<string, Balance>();
  const bounds = boundsOf(check.machine, check.goal);
  for (const [id, task] of check.tasks) {
    if (task.requires === undefined) continue;
    checkMachine(task.requires, id, bounds, problems);
    checkLocks(task.requires, id, problems);
    checkResources(task, task.requires, id, { plan, balances, problems });
  }
  for (const [name, resource] of Object.entries(plan.resources ?? {})) {
    checkBalance(name, resource, balances.get(name), problems);
  }
}

interface Bound {
  readonly key: 'cpuPercent' | 'memoryMb' | 'diskMb' | 'networkMbps';
  readonly limit: number;
  readonly unit: string;
  readonly owner: string;
}

function boundsOf(machine: Machine | undefined, goal: GoalSpecInput | undefined): Bound[] {
  const bounds: Bound[] = [];
  const add = (key: Bound['key'], limit: number | undefined, unit: string, owner: string): void => {
    if (limit !== undefined) bounds.push({ key, limit, unit, owner });
  };
  add('memoryMb', machine?.memoryMb, 'MB', 'this machine gives at most');
  add(
    'cpuPercent',
    machine === undefined ? undefined : (machine.cpuPercent ?? 100),
    '%',
    'this machine gives at most',
  );
  const resource = goal?.constraints?.resource;
  add('memoryMb', resource?.maxMemoryMb, 'MB', "the goal's constraint is");
  add('cpuPercent', resource?.maxCpuPercent, '%', "the goal's constraint is");
  add('diskMb', resource?.maxDiskMb, 'MB', "the goal's constraint is");
  add('networkMbps', resource?.maxNetworkMbps, 'Mbps', "the goal's constraint is");
  return bounds;
}

function checkMachine(
  requires: Requires,
  id: string,
  bounds: readonly Bound[],
  problems: PlanProblems,
): void {
  for (const { key, limit, unit, owner } of bounds) {
    const asked = requires[key];
    if (asked === undefined || asked <= limit) continue;
    problems.add({
      path: ['tasks', id, 'requires', key],
      message: `task '${id}' asks for ${asked} ${unit}, ${owner} ${limit} ${unit}: it could never be satisfied`,
      hint: 'Ask for less, or split the task.',
    });
  }
}

function checkLocks(requires: Requires, id: string, problems: PlanProblems): void {
  const locks = requires.locks ?? [];
  if (locks.length < 2) return;
  const seen = new Set<string>();
  locks.forEach((lock, index) => {
    if (seen.has(lock.name)) {
      const path = ['tasks', id, 'requires', 'locks', index, 'name'];
      problems.add({
        path,
        message: `task '${id}' asks for the lock '${lock.name}' twice: it would wait for itself`,
      });
    }
    seen.add(lock.name);
  });
}

interface ResourceCheck {
  readonly plan: PlanSpecInput;
  readonly balances: Map<string, Balance>;
  readonly problems: PlanProblems;
}

function checkResources(task: TaskInput, requires: Requires, id: string, check: ResourceCheck): void {
  const resources = check.plan.resources ?? {};
  const held = new Map<string, number>();
  requires.resources?.forEach((request, index) => {
    const path = ['tasks', id, 'requires', 'resources', index];
    const resource = Object.hasOwn(resources, request.name) ? resources[request.name] : undefined;
    if (resource === undefined) {
      check.problems.add({
        path: [...path, 'name'],
        message: `there is no resource '${request.name}'`,
        hint: () => didYouMean(request.name, Object.keys(resources)) ?? 'Declare it under `resources`.',
      });
      return;
    }
    const amount = request.amount ?? 1;
    const makes = resource.kind === 'producible' && request.when === 'end';
    const together = makes ? amount : (held.get(request.name) ?? 0) + amount;
    if (!makes) held.set(request.name, together);
    if (resource.capacity !== undefined && together > resource.capacity) {
      check.problems.add({
        path: [...path, 'amount'],
        message: `task '${id}' asks for ${together} of '${request.name}', whose capacity is ${resource.capacity}: it could never be satisfied`,
      });
    }
    book(task, request.name, resource, amount, makes, check.balances);
  });
}

/** Counts what is surely used: tasks that may be skipped are not counted, loops as often as is known. */
function book(
  task: TaskInput,
  name: string,
  resource: ResourceInput,
  amount: number,
  makes: boolean,
  balances: Map<string, Balance>,
): void {
  if (resource.kind !== 'consumable' && resource.kind !== 'producible') return;
  const balance = balances.get(name) ?? { used: 0, made: 0 };
  balances.set(name, balance);
  const rounds =
    task.action.kind === 'for_each' && Array.isArray(task.action.items) ? task.action.items.length : 1;
  // A loop over what is not known yet may make any amount.
  if (makes)
    balance.made +=
      task.action.kind === 'for_each' && rounds === 1 ? Number.POSITIVE_INFINITY : amount * rounds;
  else if (task.when === undefined && task.optional !== true) balance.used += amount * rounds;
}

function checkBalance(
  name: string,
  resource: ResourceInput,
  balance: Balance | undefined,
  problems: PlanProblems,
): void {
  const path = ['resources', name];
  const { initial = 0, capacity } = resource;
  if (capacity !== undefined && initial > capacity) {
    problems.add({
      path: [...path, 'initial'],
      message: `'${name}' begins with ${initial}, more than its capacity of ${capacity}`,
    });
  }
  if (balance === undefined || balance.used <= initial + balance.made) return;
  const made = resource.kind === 'producible' ? ` and ${balance.made} made by tasks` : '';
  problems.add({
    path,
    message: `the tasks use ${balance.used} of '${name}', but there are only ${initial} at the start${made}`,
    hint: 'Raise `initial`, or let the tasks use less.',
  });
}
