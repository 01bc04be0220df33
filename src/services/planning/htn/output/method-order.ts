// Method order: the orders among steps that the methods of a decomposition ask for.
import type { Domain, Problem, TaskNetwork } from '../domain.js';
import type { HtnPlan } from '../solution.js';

interface Walk {
  readonly plan: HtnPlan;
  readonly methods: ReadonlyMap<string, TaskNetwork>;
  /** For each node the steps that must end before it begins. */
  readonly begins: (readonly number[])[];
  /** For each node the steps with which it ends; those before it when it has none. */
  readonly ends: (readonly number[])[];
}

/** Pairs of steps, the first before the second, of which all orders of the methods follow. */
export function methodOrder(domain: Domain, problem: Problem, plan: HtnPlan): [number, number][] {
  const walk: Walk = {
    plan,
    methods: new Map(domain.methods.map((method) => [method.name, method])),
    begins: plan.nodes.map(() => []),
    ends: plan.nodes.map(() => []),
  };
  const pairs: [number, number][] = [];
  const stack: { readonly index: number; readonly before: readonly number[]; readonly isLeaving: boolean }[] =
    [];
  const enter = (network: TaskNetwork, children: readonly number[]): void => {
    for (const { index, before } of [...inOrder(network, children)].reverse())
      stack.push({ index, before, isLeaving: true }, { index, before, isLeaving: false });
  };
  enter(problem.network, plan.roots);
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { index, before, isLeaving } = visit;
    const node = plan.nodes[index];
    if (node === undefined) continue;
    const network = node.method === null ? undefined : walk.methods.get(node.method);
    if (isLeaving) {
      walk.ends[index] = endsOf(walk, index, network);
      continue;
    }
    const inherited = node.parent === null ? [] : (walk.begins[node.parent] ?? []);
    const own = before.length === 0 ? inherited : union(before.map((other) => walk.ends[other] ?? []));
    walk.begins[index] = own;
    if (node.step !== null) for (const earlier of own) pairs.push([earlier, node.step]);
    if (network !== undefined) enter(network, node.children);
  }
  return pairs;
}

function endsOf(
  { plan, begins, ends }: Walk,
  index: number,
  network: TaskNetwork | undefined,
): readonly number[] {
  const node = plan.nodes[index];
  if (node === undefined) return [];
  if (node.step !== null) return [node.step];
  if (network === undefined || node.children.length === 0) return begins[index] ?? [];
  const hasAfter = new Set(network.ordering.map(([first]) => first));
  const last = node.children.filter((_, at) => !hasAfter.has(network.subtasks[at]?.id ?? ''));
  return union(last.map((child) => ends[child] ?? []));
}

function union(lists: readonly (readonly number[])[]): readonly number[] {
  const [only = []] = lists;
  return lists.length <= 1 ? only : [...new Set(lists.flat())];
}

/** The children of a network, each after those that come before it, with those. */
function inOrder(
  network: TaskNetwork,
  children: readonly number[],
): { readonly index: number; readonly before: readonly number[] }[] {
  const nodeOf = new Map(network.subtasks.map(({ id }, at) => [id, children[at] ?? -1]));
  const before = new Map<number, number[]>(children.map((index) => [index, []]));
  const after = new Map<number, number[]>(children.map((index) => [index, []]));
  for (const [first, second] of network.ordering) {
    const [from, to] = [nodeOf.get(first) ?? -1, nodeOf.get(second) ?? -1];
    before.get(to)?.push(from);
    after.get(from)?.push(to);
  }
  const open = new Map([...before].map(([index, list]) => [index, list.length]));
  const ready = children.filter((index) => open.get(index) === 0);
  const order: { index: number; before: readonly number[] }[] = [];
  for (let at = 0; at < ready.length; at += 1) {
    const index = ready[at] ?? -1;
    order.push({ index, before: before.get(index) ?? [] });
    for (const next of after.get(index) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return order;
}
