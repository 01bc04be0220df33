// Amounts of a plan: what its tasks hold, take, make and cost, in whole numbers.
//
// Amounts of a plan may be broken. Those of one resource are multiplied by the smallest power of 10, up to a million,
// that makes all of them whole; what is still broken is rounded so that a schedule never promises too much.
import type { PlanSpecInput } from '../../model/plan.js';
import { largestNumber, type ScheduleMode, type ScheduleResource } from './problem.js';

/** What a machine has; what is left out is not known. */
export interface MachineSize {
  readonly cpuPercent?: number;
  readonly memoryMb?: number;
  readonly diskMb?: number;
  readonly networkMbps?: number;
}

export interface PlanAmounts {
  readonly resources: ScheduleResource[];
  usesOf(id: string): ScheduleMode['uses'];
  changesOf(id: string): ScheduleMode['changes'];
  costsOf(id: string): ScheduleMode['costs'];
}

/** One request of a task: held, taken at the start, or made at the end. */
interface Request {
  readonly task: string;
  readonly resource: string;
  readonly amount: number;
  readonly how: 'hold' | 'take' | 'make';
}

const machineNames = ['cpuPercent', 'memoryMb', 'diskMb', 'networkMbps'] as const;

/** Gathers the amounts of a plan. Resources of the machine are called `machine.cpuPercent` and so on. */
export function planAmounts(
  plan: PlanSpecInput,
  { width, machine = {} }: { readonly width: number; readonly machine?: MachineSize },
): PlanAmounts {
  const byResource = new Map<string, Request[]>();
  for (const request of requestsOf(plan, machine)) push(byResource, request.resource, request);
  const resources: ScheduleResource[] = [];
  const uses = new Map<string, ScheduleMode['uses']>();
  const changes = new Map<string, ScheduleMode['changes']>();
  const declare = (id: string, own: readonly Request[], sizes: Sizes): void => {
    const scale = scaleOf([...own.map(({ amount }) => amount), ...Object.values(sizes.amounts)]);
    const down = (amount: number): number => Math.min(largestNumber, Math.floor(amount * scale + 1e-6));
    const up = (amount: number): number => Math.min(largestNumber, Math.ceil(amount * scale - 1e-6));
    resources.push(resourceOf(id, sizes, down));
    for (const { task, amount, how } of own) {
      if (how === 'hold') push(uses, task, { resource: id, amount: up(amount) });
      else if (how === 'take') push(changes, task, { resource: id, amount: -up(amount), when: 'start' });
      else push(changes, task, { resource: id, amount: down(amount), when: 'end' });
    }
  };
  const widthName = freeName('width', plan);
  resources.push({ id: widthName, kind: 'reusable', capacity: Math.min(width, largestNumber), calendar: [] });
  for (const id of Object.keys(plan.tasks)) push(uses, id, { resource: widthName, amount: 1 });
  for (const id of Object.keys(plan.resources ?? {}))
    declare(id, byResource.get(id) ?? [], sizesOf(plan, id));
  for (const name of machineNames) {
    const capacity = machine[name];
    const id = freeName(`machine.${name}`, plan);
    if (capacity !== undefined)
      declare(id, byResource.get(id) ?? [], { kind: 'reusable', amounts: { capacity } });
  }
  return {
    resources,
    usesOf: (id) => uses.get(id) ?? [],
    changesOf: (id) => changes.get(id) ?? [],
    costsOf: (id) => costsOf(plan, id),
  };
}

interface Sizes {
  readonly kind: 'reusable' | 'consumable' | 'producible';
  readonly amounts: { readonly capacity?: number; readonly initial?: number };
}

/** How much there is, as the engine counts it. */
function sizesOf(plan: PlanSpecInput, id: string): Sizes {
  const { kind = 'reusable', capacity, initial } = plan.resources?.[id] ?? {};
  if (kind === 'reusable' || kind === 'rate')
    return { kind: 'reusable', amounts: { capacity: capacity ?? 1 } };
  const least = initial ?? capacity ?? 0;
  const isBounded = kind === 'producible' && capacity !== undefined && capacity >= least;
  return { kind, amounts: { initial: least, ...(isBounded ? { capacity } : {}) } };
}

function resourceOf(
  id: string,
  { kind, amounts }: Sizes,
  down: (amount: number) => number,
): ScheduleResource {
  if (kind === 'reusable') return { id, kind, capacity: down(amounts.capacity ?? 0), calendar: [] };
  const most = amounts.capacity === undefined ? {} : { capacity: down(amounts.capacity) };
  return { id, kind, initial: down(amounts.initial ?? 0), ...most };
}

function requestsOf(plan: PlanSpecInput, machine: MachineSize): Request[] {
  const requests: Request[] = [];
  for (const [task, { requires }] of Object.entries(plan.tasks)) {
    for (const { name, amount = 1, when = 'duration' } of requires?.resources ?? []) {
      const resource = plan.resources?.[name];
      // Of what nobody has declared, there is enough.
      if (resource === undefined) continue;
      const isHeld = resource.kind === undefined || resource.kind === 'reusable' || resource.kind === 'rate';
      const isMade = resource.kind === 'producible' && when === 'end';
      requests.push({ task, resource: name, amount, how: isHeld ? 'hold' : isMade ? 'make' : 'take' });
    }
    for (const name of machineNames) {
      const amount = requires?.[name];
      if (amount === undefined || machine[name] === undefined) continue;
      requests.push({ task, resource: freeName(`machine.${name}`, plan), amount, how: 'hold' });
    }
  }
  return requests;
}

function costsOf(plan: PlanSpecInput, id: string): ScheduleMode['costs'] {
  const { estimate, requires } = plan.tasks[id] ?? {};
  let money = estimate?.cost ?? 0;
  for (const { name, amount = 1 } of requires?.resources ?? []) {
    money += amount * (plan.resources?.[name]?.costPerUnit ?? 0);
  }
  const tokens = estimate?.tokens ?? 0;
  return { ...(money > 0 ? { money } : {}), ...(tokens > 0 ? { tokens } : {}) };
}

/** The smallest power of 10, up to a million, that makes all amounts whole, as far as they stay in range. */
function scaleOf(amounts: readonly number[]): number {
  const largest = amounts.reduce((most, amount) => Math.max(most, amount), 1);
  const isWhole = (amount: number, scale: number): boolean =>
    Math.abs(amount * scale - Math.round(amount * scale)) < 1e-6;
  let scale = 1;
  while (scale < 1e6 && largest * scale * 10 <= largestNumber) {
    const current = scale;
    if (amounts.every((amount) => isWhole(amount, current))) break;
    scale *= 10;
  }
  return scale;
}

/** A name that no resource of the plan has. */
function freeName(name: string, plan: PlanSpecInput): string {
  let free = name;
  while (plan.resources !== undefined && Object.hasOwn(plan.resources, free)) free = `${free}-`;
  return free;
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
