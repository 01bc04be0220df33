// Plan placing: where each method of a plan's text was applied, and to which objects: the earliest position at
// which its precondition holds. Earlier is never worse for what comes after.
import type { Problem, TaskNetwork } from '../domain.js';
import { firstMatch } from '../state/evaluate.js';
import type { Bindings } from '../state/evaluate.js';
import { isVariable } from '../formula.js';
import type { Draft } from './plan-draft.js';
import { matchChildren } from './plan-matching.js';
import type { Matching } from './plan-matching.js';
import type { PlanRun } from '../state/plan-run.js';

interface Placing {
  readonly drafts: readonly Draft[];
  readonly run: PlanRun;
  /** Where each draft may begin at the earliest, and where it has ended. */
  readonly starts: number[];
  readonly ends: number[];
}

/** Places all methods, and puts the children of each node in the order of its subtasks. */
export function placeMethods(drafts: readonly Draft[], problem: Problem, run: PlanRun): Matching {
  const placing: Placing = { drafts, run, starts: drafts.map(() => 0), ends: drafts.map(() => 0) };
  const roots = drafts.flatMap(({ parent }, index) => (parent === null ? [index] : []));
  const top = completed(problem, roots, placing);
  placeBelow(placing, problem.network, top.children, 0);
  return top;
}

function completed(problem: Problem, roots: readonly number[], { drafts, run }: Placing): Matching {
  const { network } = problem;
  const complete = (bindings: Bindings): Bindings | undefined =>
    firstMatch(network.parameters, network.constraints, bindings, run.at(0));
  const top = matchChildren(network, roots, drafts, {}, (bindings) => complete(bindings) !== undefined);
  name(network, top.children, drafts);
  return { children: top.children, bindings: complete(top.bindings) ?? top.bindings };
}

function name(network: TaskNetwork, children: readonly number[], drafts: readonly Draft[]): void {
  network.subtasks.forEach(({ id }, at) => {
    const draft = drafts[children[at] ?? -1];
    if (draft !== undefined) draft.subtask = id;
  });
}

interface Visit {
  readonly index: number;
  readonly isLeaving: boolean;
}

/** Walks the children of a node, each after those it is ordered after, depth first. */
function placeBelow(
  placing: Placing,
  network: TaskNetwork,
  children: readonly number[],
  start: number,
): void {
  const stack: Visit[] = [];
  // A node may begin once those before it have ended; they are visited first, so their ends are known then.
  const before = new Map<number, readonly number[]>();
  const enter = (own: TaskNetwork, nodes: readonly number[], from: number): void => {
    const { order, predecessors } = topological(own, nodes);
    for (const [index, list] of predecessors) before.set(index, list);
    for (const index of nodes) placing.starts[index] = from;
    for (const index of [...order].reverse())
      stack.push({ index, isLeaving: true }, { index, isLeaving: false });
  };
  enter(network, children, start);
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { index, isLeaving } = visit;
    const draft = placing.drafts[index];
    if (draft === undefined) continue;
    if (isLeaving) {
      leave(placing, draft, index);
      continue;
    }
    const ends = (before.get(index) ?? []).map((other) => placing.ends[other] ?? 0);
    const least = Math.max(placing.starts[index] ?? 0, ...ends);
    apply(placing, draft, least);
    if (draft.method !== undefined) enter(draft.method, draft.children, draft.appliedAt);
  }
}

function leave({ ends, run }: Placing, draft: Draft, index: number): void {
  if (draft.step !== null) {
    ends[index] = draft.step + 1;
    return;
  }
  let end = draft.appliedAt;
  for (const child of draft.children) end = Math.max(end, ends[child] ?? 0);
  if (draft.kind === 'goal' && draft.method !== undefined) {
    const earliest = end;
    while (end <= run.length && !run.at(end).state.holds(draft.name, draft.arguments)) end += 1;
    if (end > run.length) end = earliest;
    draft.reachedAt = end;
  }
  ends[index] = end;
}

function apply({ drafts, run }: Placing, draft: Draft, least: number): void {
  if (draft.step !== null) {
    draft.appliedAt = draft.step;
    return;
  }
  const latest = Math.min(draft.first, run.length);
  const { method } = draft;
  if (method === undefined) {
    draft.appliedAt = least;
    for (let at = least; at <= latest; at += 1) {
      if (!run.at(at).state.holds(draft.name, draft.arguments)) continue;
      draft.appliedAt = at;
      return;
    }
    return;
  }
  const given = targetBindings(method.target.terms, draft.arguments);
  const conditions = [method.precondition, ...method.constraints];
  let found: Bindings | undefined;
  const accept = (bindings: Bindings): boolean => {
    for (let at = least; at <= latest; at += 1) {
      found = firstMatch(method.parameters, conditions, bindings, run.at(at));
      if (found === undefined) continue;
      draft.appliedAt = at;
      return true;
    }
    return false;
  };
  draft.appliedAt = least;
  const matching = matchChildren(method, draft.children, drafts, given ?? {}, accept);
  draft.children = matching.children;
  draft.bindings = found ?? matching.bindings;
  name(method, draft.children, drafts);
}

function targetBindings(terms: readonly string[], args: readonly string[]): Bindings | undefined {
  const bindings: Record<string, string> = {};
  for (const [at, term] of terms.entries()) {
    const object = args[at] ?? '';
    if (!isVariable(term)) continue;
    if (bindings[term] !== undefined && bindings[term] !== object) return undefined;
    bindings[term] = object;
  }
  return bindings;
}

/** Children in an order in which each comes after those it is ordered after, and which those are. */
function topological(
  network: TaskNetwork,
  children: readonly number[],
): { order: readonly number[]; predecessors: ReadonlyMap<number, readonly number[]> } {
  const nodeOf = new Map(network.subtasks.map(({ id }, at) => [id, children[at] ?? -1]));
  const predecessors = new Map<number, number[]>(children.map((index) => [index, []]));
  const successors = new Map<number, number[]>(children.map((index) => [index, []]));
  for (const [first, second] of network.ordering) {
    const [from, to] = [nodeOf.get(first) ?? -1, nodeOf.get(second) ?? -1];
    predecessors.get(to)?.push(from);
    successors.get(from)?.push(to);
  }
  const open = new Map(children.map((index) => [index, predecessors.get(index)?.length ?? 0]));
  const ready = children.filter((index) => open.get(index) === 0);
  const order: number[] = [];
  for (let at = 0; at < ready.length; at += 1) {
    const index = ready[at] ?? -1;
    order.push(index);
    for (const next of successors.get(index) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return { order: order.length === children.length ? order : children, predecessors };
}
