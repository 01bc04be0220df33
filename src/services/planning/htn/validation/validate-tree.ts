// Validator of decomposition trees: every node is an instance of a subtask, every method is one of its task's,
// and the steps keep to every order (PV3 and PV4 of validate.ts).
import type { Domain, Method, Problem, Subtask, TaskNetwork } from '../domain.js';
import { objectsOf } from '../state/evaluate.js';
import { showFailing } from '../state/failing.js';
import { isVariable } from '../formula.js';
import type { PlanRun } from '../state/plan-run.js';
import { showCall, showFormula } from '../language/show.js';
import type { DecompositionNode, HtnPlan } from '../solution.js';
import { checkArguments, checkBindings } from './plan-findings.js';
import type { FindingKind, Findings } from './plan-findings.js';

/** All that the examination of a tree looks at. */
export interface TreeToCheck {
  readonly domain: Domain;
  readonly problem: Problem;
  readonly plan: HtnPlan;
  readonly run: PlanRun;
  readonly findings: Findings;
}

interface Examination extends TreeToCheck {
  readonly operators: ReadonlyMap<string, { readonly parameters: Method['parameters'] }>;
  readonly tasks: ReadonlyMap<string, { readonly parameters: Method['parameters'] }>;
  readonly predicates: ReadonlyMap<string, { readonly parameters: Method['parameters'] }>;
  readonly methods: ReadonlyMap<string, Method>;
  /** First and last position of each node: how many steps are done when it begins and when it has ended. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

const byName = <Named extends { readonly name: string }>(list: readonly Named[]): Map<string, Named> =>
  new Map(list.map((one) => [one.name, one]));

/** Checks the tree of a plan. */
export function checkTree(tree: TreeToCheck): void {
  const { domain, plan, problem } = tree;
  const one: Examination = {
    ...tree,
    operators: byName(domain.operators),
    tasks: byName(domain.tasks),
    predicates: byName(domain.predicates),
    methods: byName(domain.methods),
    starts: new Float64Array(plan.nodes.length),
    ends: new Float64Array(plan.nodes.length),
  };
  checkShape(one);
  if (tree.findings.list.some(({ kind }) => kind === 'tree')) return;
  plan.nodes.forEach((node, index) => checkNode(one, node, index));
  // Parents come before their children, so the ends are known from the last node to the first.
  for (let index = plan.nodes.length - 1; index >= 0; index -= 1) spanNode(one, index);
  plan.nodes.forEach((node, index) => checkOrder(one, node, index));
  checkChildren(one, problem.network, plan.roots, plan.bindings, 'roots');
  checkOrdering(one, problem.network, plan.roots, 'the initial network', 'roots');
}

const add = (one: Examination, kind: FindingKind, index: number, message: string): void =>
  one.findings.add(kind, `nodes[${index}]`, message);

const shown = (node: DecompositionNode): string => showCall(node.name, node.arguments);

/** The tree is a tree, its leaves are the steps, each once. */
function checkShape(one: Examination): void {
  const { plan } = one;
  const parents = new Map<number, number | null>(plan.roots.map((root) => [root, null]));
  if (parents.size !== plan.roots.length)
    one.findings.add('tree', 'roots', 'a node is among the roots twice');
  plan.nodes.forEach((node, index) => {
    for (const child of node.children) {
      if (parents.has(child)) add(one, 'tree', child, 'the node is a child of two nodes');
      if (child <= index || plan.nodes[child] === undefined)
        add(one, 'tree', index, `expected children that come after it, got nodes[${child}]`);
      parents.set(child, index);
    }
  });
  const leaves = new Map<number, number>();
  plan.nodes.forEach((node, index) => {
    if (!parents.has(index)) add(one, 'tree', index, `${shown(node)} is nobody's subtask`);
    else if (parents.get(index) !== node.parent)
      add(
        one,
        'tree',
        index,
        `its parent is said to be ${node.parent}, but it is a child of ${parents.get(index)}`,
      );
    if ((node.step === null) === (node.kind === 'operator'))
      add(one, 'tree', index, `${shown(node)}: expected a step for an operator, and for nothing else`);
    if (node.step === null) return;
    const step = plan.steps[node.step];
    const isSame =
      step?.operator === node.name &&
      step.node === index &&
      step.arguments.length === node.arguments.length &&
      step.arguments.every((object, at) => object === node.arguments[at]);
    if (!isSame) add(one, 'tree', index, `${shown(node)} is not what steps[${node.step}] says`);
    if (leaves.has(node.step)) add(one, 'tree', index, `steps[${node.step}] has two leaves`);
    leaves.set(node.step, index);
  });
  plan.steps.forEach((step, index) => {
    if (!leaves.has(index))
      one.findings.add('tree', `steps[${index}]`, `${showCall(step.operator, step.arguments)} has no leaf`);
  });
}

function checkNode(one: Examination, node: DecompositionNode, index: number): void {
  const { run, findings } = one;
  const declared = { operator: one.operators, task: one.tasks, goal: one.predicates }[node.kind].get(
    node.name,
  );
  if (declared === undefined) {
    add(
      one,
      'unknown',
      index,
      `there is no ${node.kind === 'goal' ? 'predicate' : node.kind} '${node.name}'`,
    );
    return;
  }
  const about = { path: `nodes[${index}]`, shown: shown(node) };
  if (!checkArguments(declared.parameters, node.arguments, about, run.objects, findings)) return;
  if (node.kind === 'operator') {
    if (node.children.length > 0 || node.method !== null)
      add(one, 'method', index, `${about.shown} is an operator, but has a method or subtasks`);
    return;
  }
  if (node.method === null) {
    if (node.children.length > 0) add(one, 'method', index, `${about.shown} has subtasks, but no method`);
    if (node.kind === 'task') add(one, 'method', index, `${about.shown} has no method`);
    else if (!goalHolds(one, node, node.appliedAt))
      add(
        one,
        'goal',
        index,
        `${about.shown} has no method, and does not hold after ${node.appliedAt} steps`,
      );
    return;
  }
  const method = one.methods.get(node.method);
  if (method === undefined) add(one, 'unknown', index, `there is no method '${node.method}'`);
  else checkMethod(one, node, index, method);
}

const goalHolds = (one: Examination, node: DecompositionNode, position: number): boolean =>
  isPosition(one, position) && one.run.at(position).state.holds(node.name, node.arguments);

const isPosition = (one: Examination, position: number): boolean =>
  Number.isInteger(position) && position >= 0 && position <= one.plan.steps.length;

function checkMethod(one: Examination, node: DecompositionNode, index: number, method: Method): void {
  const path = `nodes[${index}]`;
  const { target } = method;
  if (target.name !== node.name || target.kind !== node.kind) {
    add(one, 'method', index, `the method '${method.name}' is for ${target.name}, not for ${shown(node)}`);
    return;
  }
  if (!checkBindings(method.parameters, node.bindings, path, one.run.objects, one.findings)) return;
  const asked = objectsOf(target.terms, node.bindings);
  if (asked.length !== node.arguments.length || asked.some((object, at) => object !== node.arguments[at])) {
    const message = `with its bindings the method '${method.name}' does ${showCall(target.name, asked)}, not ${shown(node)}`;
    add(one, 'method', index, message);
  }
  if (!isPosition(one, node.appliedAt)) {
    const expected = `expected 0 to ${one.plan.steps.length}`;
    add(one, 'method', index, `the method is applied after ${node.appliedAt} steps, ${expected}`);
    return;
  }
  const situation = one.run.at(node.appliedAt);
  for (const constraint of method.constraints) {
    if (showFailing(constraint, node.bindings, situation) === undefined) continue;
    add(one, 'constraint', index, `'${method.name}' asks for ${showFormula(constraint, node.bindings)}`);
  }
  const failing = showFailing(method.precondition, node.bindings, situation);
  if (failing !== undefined) {
    const message = `the method '${method.name}' needs ${failing}, which does not hold after ${node.appliedAt} steps`;
    add(one, 'precondition', index, message);
  }
  checkChildren(one, method, node.children, node.bindings, path);
}

/** Each subtask of a network has its node, in the same place. */
function checkChildren(
  one: Examination,
  network: TaskNetwork,
  children: readonly number[],
  bindings: Readonly<Record<string, string>>,
  path: string,
): void {
  if (children.length !== network.subtasks.length) {
    const message = `expected ${network.subtasks.length} subtasks, got ${children.length}`;
    one.findings.add('method', path, message);
    return;
  }
  network.subtasks.forEach((subtask, at) => {
    const index = children[at] ?? -1;
    const child = one.plan.nodes[index];
    if (child === undefined) {
      one.findings.add('tree', path, `there is no nodes[${index}]`);
      return;
    }
    if (!isInstance(subtask, child, bindings)) {
      const expected = `${subtask.id}: ${showCall(subtask.name, subtask.terms, bindings)}`;
      add(one, 'method', index, `expected ${expected}, got ${child.subtask}: ${shown(child)}`);
    }
  });
}

function isInstance(
  subtask: Subtask,
  node: DecompositionNode,
  bindings: Readonly<Record<string, string>>,
): boolean {
  return (
    subtask.id === node.subtask &&
    (subtask.kind === 'goal') === (node.kind === 'goal') &&
    subtask.name === node.name &&
    subtask.terms.length === node.arguments.length &&
    subtask.terms.every((term, at) => (isVariable(term) ? bindings[term] : term) === node.arguments[at])
  );
}

/** Works out when a node begins and ends. */
function spanNode(one: Examination, index: number): void {
  const node = one.plan.nodes[index];
  if (node === undefined) return;
  if (node.step !== null) {
    one.starts[index] = node.step;
    one.ends[index] = node.step + 1;
    return;
  }
  let end = node.appliedAt;
  for (const child of node.children) end = Math.max(end, one.ends[child] ?? 0);
  one.starts[index] = node.appliedAt;
  one.ends[index] = Math.max(end, node.reachedAt ?? 0);
}

/** A method is applied before all it becomes, and its order is kept (PV4). */
function checkOrder(one: Examination, node: DecompositionNode, index: number): void {
  if (node.kind === 'operator') {
    if (node.appliedAt !== node.step)
      add(one, 'ordering', index, `it is applied at ${node.appliedAt}, but is step ${node.step}`);
    return;
  }
  let lastEnd = node.appliedAt;
  for (const child of node.children) {
    const begin = one.starts[child] ?? 0;
    lastEnd = Math.max(lastEnd, one.ends[child] ?? 0);
    if (begin >= node.appliedAt) continue;
    const message = `${shown(node)} is decomposed after ${node.appliedAt} steps, but its subtask begins after ${begin}`;
    add(one, 'ordering', child, message);
  }
  const method = node.method === null ? undefined : one.methods.get(node.method);
  if (method !== undefined) checkOrdering(one, method, node.children, `'${method.name}'`, `nodes[${index}]`);
  if (node.kind !== 'goal' || node.method === null) return;
  const { reachedAt } = node;
  if (reachedAt === null || !isPosition(one, reachedAt) || reachedAt < lastEnd) {
    add(one, 'goal', index, `${shown(node)} is said to hold after ${reachedAt} steps, which is too early`);
  } else if (!goalHolds(one, node, reachedAt))
    add(one, 'goal', index, `${shown(node)} does not hold after ${reachedAt} steps, where it should`);
}

function checkOrdering(
  one: Examination,
  network: TaskNetwork,
  children: readonly number[],
  owner: string,
  path: string,
): void {
  if (network.ordering.length === 0) return;
  const nodes = new Map(network.subtasks.map(({ id }, at) => [id, children[at] ?? -1]));
  for (const [before, after] of network.ordering) {
    const [first, second] = [nodes.get(before) ?? -1, nodes.get(after) ?? -1];
    const [end, begin] = [one.ends[first] ?? 0, one.starts[second] ?? 0];
    if (end <= begin) continue;
    const message = `${owner} has ${before} before ${after}, but ${before} ends after ${end} steps and ${after} begins after ${begin}`;
    one.findings.add('ordering', path, message);
  }
}
