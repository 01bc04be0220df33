// From what a search did — methods applied, primitive tasks done, in time — to the plan with its tree. Parts of
// methods, the root and hidden checks dissolve: their subtasks belong to the method of the domain.
import type { Domain, Method, Problem } from '../domain.js';
import type { GroundModel } from '../ground/model.js';
import { rowOf } from '../ground/ragged.js';
import type { Program, ProgramOperator } from '../program/program.js';
import type { DecompositionNode, HtnPlan, PlanStep } from '../solution.js';
import type { NetworkSpace } from './network-space.js';
import { StatePool, stepCost } from './state-pool.js';

/** What a search worked on, as far as a plan needs it. */
export interface TreeSource {
  readonly program: Program;
  readonly root: number;
  readonly taskOf: GroundModel['taskOf'];
  readonly methodOf: GroundModel['methodOf'];
  subtasksOf(method: number): ArrayLike<number>;
  /** Does a primitive task; gives its cost. */
  perform(task: number): number;
  /** The problem's metric where all is done; null when it is the sum of costs. */
  metric(): number | null;
}

/** The source of searches on a ground model. */
export function groundSource(model: GroundModel): TreeSource {
  const pool = new StatePool(model);
  return {
    program: model.program,
    root: model.root,
    taskOf: model.taskOf,
    methodOf: model.methodOf,
    subtasksOf: (method) => rowOf(model.methodSubtasks, method),
    perform: (task) => {
      const cost = stepCost(model, pool, task);
      pool.apply(task);
      return cost;
    },
    metric: () => model.metric?.(pool.values) ?? null,
  };
}

/** A task to come: whose child it is, and which of the domain's subtasks. */
interface Entry {
  readonly task: number;
  /** Node of the tree whose method it comes from; -1 for the initial network. */
  readonly owner: number;
  readonly index: number;
}

type MutableNode = {
  -readonly [Key in keyof DecompositionNode]: DecompositionNode[Key];
} & { places: { index: number; child: number }[] };

/** Builds the plan from what is done, in order. Entries are numbers that it hands out. */
export class PlanTree {
  private readonly domain: Domain;
  private readonly problem: Problem;
  private readonly model: TreeSource;
  private readonly methods: ReadonlyMap<string, Method>;
  private readonly entries: Entry[] = [];
  private readonly nodes: MutableNode[] = [];
  private readonly roots: { index: number; child: number }[] = [];
  private readonly steps: PlanStep[] = [];
  private readonly bindings: Record<string, string> = {};
  private cost = 0;

  constructor(domain: Domain, problem: Problem, model: TreeSource) {
    this.domain = domain;
    this.problem = problem;
    this.model = model;
    this.methods = new Map(domain.methods.map((method) => [method.name, method]));
    this.entries.push({ task: model.root, owner: -1, index: -1 });
  }

  /** The entry of the root task is 0. */
  taskOf(entry: number): number {
    return this.entries[entry]!.task;
  }

  /** Applies a ground method to an entry; gives the entries of its subtasks, in the order of its row. */
  apply(entry: number, method: number): number[] {
    const { task, owner, index } = this.entries[entry]!;
    const { program } = this.model;
    const { method: id, bound } = this.model.methodOf(method);
    const pattern = program.methods[id]!;
    const kind = this.programTask(task).kind;
    const isNode = task !== this.model.root && kind !== 'part';
    const node = isNode ? this.addNode(task, owner, index, kind === 'goal' ? 'goal' : 'task') : owner;
    if (isNode && pattern.source >= 0) this.nodes[node]!.method = this.domain.methods[pattern.source]!.name;
    const bindings = node < 0 ? this.bindings : (this.nodes[node]!.bindings as Record<string, string>);
    pattern.matched.forEach((slot, column) => {
      const name = pattern.slotNames[slot];
      if (name !== undefined && name !== '') bindings[name] = program.objects[bound[column]!]!;
    });
    return Array.from(this.model.subtasksOf(method), (subtask, position) => {
      const { index: place } = pattern.subtasks[position]!;
      return this.entries.push({ task: subtask, owner: node, index: place }) - 1;
    });
  }

  /** Does the primitive task of an entry. */
  perform(entry: number): void {
    const { task, owner, index } = this.entries[entry]!;
    const { task: id } = this.model.taskOf(task);
    const operator: ProgramOperator = this.model.program.operators[id]!;
    this.cost += this.model.perform(task);
    if (operator.hidden === null) {
      const node = this.addNode(task, owner, index, 'operator');
      const { name, arguments: objects } = this.nodes[node]!;
      this.nodes[node]!.step = this.steps.push({ operator: name, arguments: objects, node }) - 1;
    } else if (owner >= 0) {
      const node = this.nodes[owner]!;
      if (operator.hidden === 'reached' && node.method !== null) node.reachedAt = this.steps.length;
      else node.appliedAt = this.steps.length;
    }
  }

  finish(): HtnPlan {
    const listed = (places: { index: number; child: number }[]): number[] =>
      places.sort((one, other) => one.index - other.index).map((each) => each.child);
    const nodes = this.nodes.map(
      ({ places, ...node }): DecompositionNode => ({ ...node, children: listed(places) }),
    );
    const cost = this.model.metric() ?? this.cost;
    return { steps: this.steps, nodes, roots: listed(this.roots), bindings: this.bindings, cost };
  }

  private programTask(task: number): { readonly name: string; readonly kind: 'task' | 'goal' | 'part' } {
    const { program } = this.model;
    return program.tasks[this.model.taskOf(task).task - program.operators.length]!;
  }

  private addNode(task: number, owner: number, index: number, kind: DecompositionNode['kind']): number {
    const { program } = this.model;
    const { task: id, arguments: objects } = this.model.taskOf(task);
    const named = program.operators[id] ?? program.tasks[id - program.operators.length]!;
    const network = owner < 0 ? this.problem.network : this.methods.get(this.nodes[owner]!.method!)!;
    const node = this.nodes.length;
    this.nodes.push({
      parent: owner < 0 ? null : owner,
      subtask: network.subtasks[index]!.id,
      kind,
      name: named.name,
      arguments: Array.from(objects, (object) => program.objects[object]!),
      method: null,
      bindings: {},
      children: [],
      step: null,
      appliedAt: this.steps.length,
      reachedAt: null,
      places: [],
    });
    (owner < 0 ? this.roots : this.nodes[owner]!.places).push({ index, child: node });
    return node;
  }
}

/** The plan of a search over totally ordered networks: the methods from the root to the end, in order. */
export function planOfSequence(
  domain: Domain,
  problem: Problem,
  model: TreeSource,
  methods: ArrayLike<number>,
): HtnPlan {
  const tree = new PlanTree(domain, problem, model);
  const stack = [0];
  for (let index = 0; stack.length > 0; ) {
    const entry = stack.pop()!;
    if (model.taskOf(tree.taskOf(entry)).task < model.program.operators.length) {
      tree.perform(entry);
      continue;
    }
    const entries = tree.apply(entry, methods[index]!);
    index += 1;
    for (let at = entries.length - 1; at >= 0; at -= 1) stack.push(entries[at]!);
  }
  return tree.finish();
}

/** The plan of a search over partly ordered networks. */
export function planOfNetwork(domain: Domain, problem: Problem, space: NetworkSpace, goal: number): HtnPlan {
  const tree = new PlanTree(domain, problem, groundSource(space.model));
  const path: number[] = [];
  for (let node = goal; space.parent[node]! >= 0; node = space.parent[node]!) path.push(node);
  const entryOf = new Map<number, number>([[space.step[path.at(-1) ?? goal]!, 0]]);
  for (const node of path.reverse()) {
    const entry = entryOf.get(space.step[node]!)!;
    const via = space.via[node]!;
    if (via < 0) {
      tree.perform(entry);
      continue;
    }
    const entries = tree.apply(entry, via);
    for (let index = 0; index < entries.length; index += 1) {
      const step = space.made[node]! + index;
      entryOf.set(step, entries[space.pool.position[step]!]!);
    }
  }
  return tree.finish();
}
