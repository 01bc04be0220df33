// Plan from tree: the tree of a search over a program → a plan in the terms of the domain. Parts of methods join the
// method they were cut from, checks and tasks of the program's own are left out.
import type { Domain, Problem, TaskNetwork } from './domain.js';
import type { Program, ProgramMethod } from './program/program.js';
import type { DecompositionNode, HtnPlan, PlanStep } from './solution.js';

/** A decomposition tree over a program. Node 0 is the root task; parents come before their children. */
export interface ProgramTree {
  readonly nodes: number;
  /** -1 for the root. */
  readonly parent: ArrayLike<number>;
  /** Index into the subtasks of the parent's method. */
  readonly place: ArrayLike<number>;
  /** As in a program's subtasks: operators, then compound tasks. */
  readonly task: ArrayLike<number>;
  /** The method that was applied, an index into the program's methods; -1 for operators. */
  readonly method: ArrayLike<number>;
  /** Steps of the plan that were done before the node was applied or carried out. Hidden operators are no steps. */
  readonly stepsAt: ArrayLike<number>;
  /** The object of an argument of the node's task. */
  argument(node: number, index: number): number;
  /** The object of a slot of the node's method. */
  slot(node: number, slot: number): number;
}

interface Draft {
  readonly tree: number;
  readonly parent: number | null;
  readonly network: TaskNetwork;
  readonly bindings: Record<string, string>;
  readonly subtask: number;
  readonly children: number[];
  step: number | null;
  appliedAt: number;
  reachedAt: number | null;
}

/** @param steps - The nodes of the operators that are steps, in order. */
export function planFromTree(
  domain: Domain,
  problem: Problem,
  program: Program,
  tree: ProgramTree,
  steps: ArrayLike<number>,
  cost: number,
): HtnPlan {
  const drafts: Draft[] = [];
  const bindings: Record<string, string> = {};
  // By node of the tree: the draft it belongs to; -1 for the initial network, -2 for what does not show.
  const owners = new Int32Array(tree.nodes).fill(-2);
  owners[0] = -1;
  for (let node = 0; node < tree.nodes; node += 1) {
    const parent = node === 0 ? -1 : tree.parent[node]!;
    const place = parent < 0 ? null : program.methods[tree.method[parent]!]!.subtasks[tree.place[node]!]!;
    const above = parent < 0 ? -1 : owners[parent]!;
    if (place !== null && place.index >= 0) {
      owners[node] = drafts.length;
      drafts.push(draftOf(domain, problem, program, tree, node, place.index, above, drafts));
    } else if (place !== null) {
      owners[node] = isPart(program, tree.task[node]!) ? above : -2;
      if (owners[node] === -2 && above >= 0) noteCheck(program, tree, node, drafts[above]!);
    }
    const method = tree.method[node]!;
    if (method < 0) continue;
    const into = owners[node] === -1 ? bindings : owners[node]! >= 0 ? drafts[owners[node]!]!.bindings : null;
    if (into !== null) nameSlots(program, program.methods[method]!, tree, node, into);
  }
  for (let step = 0; step < steps.length; step += 1) drafts[owners[steps[step]!]!]!.step = step;
  return finish(domain, program, tree, drafts, steps, bindings, cost);
}

function isPart(program: Program, task: number): boolean {
  return program.tasks[task - program.operators.length]?.kind === 'part';
}

function draftOf(
  domain: Domain,
  problem: Problem,
  program: Program,
  tree: ProgramTree,
  node: number,
  subtask: number,
  above: number,
  drafts: readonly Draft[],
): Draft {
  const owner = above < 0 ? null : drafts[above]!;
  const source = owner === null ? -1 : program.methods[tree.method[owner.tree]!]!.source;
  return {
    tree: node,
    parent: owner === null ? null : above,
    network: source < 0 ? problem.network : domain.methods[source]!,
    bindings: {},
    subtask,
    children: [],
    step: null,
    appliedAt: tree.stepsAt[node]!,
    reachedAt: null,
  };
}

/** A hidden operator says where a precondition was seen to hold, or that a goal is reached. */
function noteCheck(program: Program, tree: ProgramTree, node: number, owner: Draft): void {
  const kind = program.operators[tree.task[node]!]?.hidden;
  const { source } = program.methods[tree.method[owner.tree]!]!;
  if (kind === 'reached' && source >= 0) owner.reachedAt = tree.stepsAt[node]!;
  else if (kind === 'reached' || kind === 'asked') owner.appliedAt = tree.stepsAt[node]!;
}

function nameSlots(
  program: Program,
  method: ProgramMethod,
  tree: ProgramTree,
  node: number,
  into: Record<string, string>,
): void {
  const bound = new Set([...method.matched, ...method.terms]);
  for (const subtask of method.subtasks) for (const term of subtask.terms) bound.add(term);
  method.slotNames.forEach((name, slot) => {
    if (name !== '' && bound.has(slot)) into[name] = program.objects[tree.slot(node, slot)]!;
  });
}

function nameOf(
  program: Program,
  task: number,
): Pick<DecompositionNode, 'name' | 'kind'> & { readonly count: number } {
  const operator = program.operators[task];
  if (operator !== undefined)
    return { name: operator.name, kind: 'operator', count: operator.parameterCount };
  const { name, kind, arity } = program.tasks[task - program.operators.length]!;
  return { name, kind: kind === 'goal' ? 'goal' : 'task', count: arity };
}

function finish(
  domain: Domain,
  program: Program,
  tree: ProgramTree,
  drafts: readonly Draft[],
  steps: ArrayLike<number>,
  bindings: Record<string, string>,
  cost: number,
): HtnPlan {
  const roots: number[] = [];
  drafts.forEach((draft, index) => {
    const list = draft.parent === null ? roots : drafts[draft.parent]!.children;
    list[draft.subtask] = index;
  });
  const nodes = drafts.map((draft): DecompositionNode => {
    const task = tree.task[draft.tree]!;
    const { name, kind, count } = nameOf(program, task);
    const source = kind === 'operator' ? -1 : program.methods[tree.method[draft.tree]!]!.source;
    return {
      parent: draft.parent,
      subtask: draft.network.subtasks[draft.subtask]!.id,
      kind,
      name,
      arguments: Array.from({ length: count }, (_, at) => program.objects[tree.argument(draft.tree, at)]!),
      method: source < 0 ? null : domain.methods[source]!.name,
      bindings: source < 0 ? {} : draft.bindings,
      children: draft.children,
      step: draft.step,
      appliedAt: draft.appliedAt,
      reachedAt: draft.reachedAt,
    };
  });
  const order = new Map(drafts.flatMap((draft, index) => (draft.step === null ? [] : [[draft.step, index]])));
  const planned = Array.from({ length: steps.length }, (_, step): PlanStep => {
    const node = order.get(step)!;
    return { operator: nodes[node]!.name, arguments: nodes[node]!.arguments, node };
  });
  return { steps: planned, nodes, roots, bindings, cost };
}
