// Open tree: a decomposition while it is made: which tasks are there, which can be taken up next, and how to take
// everything back. Nothing is copied: what was done after a mark is undone in reverse.
//
// OT1 a task is ready when all that its network orders before it is complete, and its parent was taken up.
// OT2 after `undo(mark)` the tree and the ready tasks are as they were when the mark was made.
import type { Subtask, TaskNetwork } from '../domain.js';
import type { Bindings } from '../state/evaluate.js';
import { objectsOf } from '../state/evaluate.js';
import { type DecompositionNode, type HtnPlan, plainNode, type PlanStep } from '../solution.js';

/** A task of the tree. Its first fields stay as they are. */
export interface OpenNode {
  readonly index: number;
  readonly parent: number | null;
  readonly subtask: string;
  readonly kind: DecompositionNode['kind'];
  readonly name: string;
  readonly arguments: readonly string[];
  readonly depth: number;
  /** Nodes of the same network that come after it. */
  readonly after: number[];
  /** A node of an earlier plan that it stands for. */
  readonly old: number | null;
  method: string | null;
  bindings: Bindings;
  children: readonly number[];
  step: number | null;
  appliedAt: number;
  reachedAt: number | null;
  /** Nodes before it, or children, that are not complete. */
  blockers: number;
  openChildren: number;
}

export interface OpenTree {
  readonly nodes: readonly OpenNode[];
  readonly steps: readonly PlanStep[];
  /** The fewest steps that the plan will have: those done, and the operators that are to come. */
  leastSteps(): number;
  /** The nodes that can be taken up. */
  ready(): OpenNode[];
  isComplete(): boolean;
  /** Puts the tasks of a network below a node (or at the top), each for a node of an earlier plan. */
  expand(
    parent: OpenNode | null,
    network: TaskNetwork,
    bindings: Bindings,
    old: readonly (number | null)[],
  ): void;
  /** A step was done for a node. */
  carryOut(node: OpenNode): void;
  /** A node needs nothing more. Gives the goals that are complete by it and must hold now. */
  complete(node: OpenNode): OpenNode[];
  mark(): number;
  undo(mark: number): void;
  toPlan(bindings: Bindings, cost: number): HtnPlan;
}

/** Makes an empty tree. */
export function createOpenTree(operators: ReadonlySet<string>): OpenTree {
  const nodes: OpenNode[] = [];
  const steps: PlanStep[] = [];
  const readySet = new Set<number>();
  const roots: number[] = [];
  const trail: (() => void)[] = [];
  let openRoots = 0;
  let openOperators = 0;
  const setReady = (index: number, isReady: boolean): void => {
    if (isReady) readySet.add(index);
    else readySet.delete(index);
    trail.push(() => {
      if (isReady) readySet.delete(index);
      else readySet.add(index);
    });
  };
  const complete = (start: OpenNode): OpenNode[] => {
    const goals: OpenNode[] = [];
    for (let node: OpenNode | undefined = start; node !== undefined; ) {
      for (const index of node.after) {
        const next = nodes[index];
        if (next === undefined) continue;
        next.blockers -= 1;
        trail.push(() => {
          next.blockers += 1;
        });
        if (next.blockers === 0) setReady(index, true);
      }
      const parent: OpenNode | undefined = node.parent === null ? undefined : nodes[node.parent];
      if (parent === undefined) {
        openRoots -= 1;
        trail.push(() => {
          openRoots += 1;
        });
        break;
      }
      parent.openChildren -= 1;
      trail.push(() => {
        parent.openChildren += 1;
      });
      if (parent.openChildren > 0) break;
      if (parent.kind === 'goal') goals.push(parent);
      node = parent;
    }
    return goals;
  };
  const addNode = (
    parent: OpenNode | null,
    subtask: Subtask,
    bindings: Bindings,
    old: number | null,
  ): OpenNode => {
    const { id, kind, name, terms } = subtask;
    const own = kind === 'goal' ? 'goal' : operators.has(name) ? 'operator' : 'task';
    const node: OpenNode = {
      index: nodes.length,
      parent: parent?.index ?? null,
      subtask: id,
      kind: own,
      name,
      arguments: objectsOf(terms, bindings),
      depth: (parent?.depth ?? -1) + 1,
      after: [],
      old,
      method: null,
      bindings: {},
      children: [],
      step: null,
      appliedAt: 0,
      reachedAt: null,
      blockers: 0,
      openChildren: 0,
    };
    nodes.push(node);
    const count = own === 'operator' ? 1 : 0;
    openOperators += count;
    trail.push(() => {
      nodes.pop();
      openOperators -= count;
    });
    return node;
  };
  return {
    nodes,
    steps,
    ready: () => [...readySet].sort((a, b) => a - b).flatMap((index) => nodes[index] ?? []),
    leastSteps: () => steps.length + openOperators,
    isComplete: () => openRoots === 0,
    expand(parent, network, bindings, old) {
      const made = network.subtasks.map((subtask, at) => addNode(parent, subtask, bindings, old[at] ?? null));
      const byId = new Map(made.map((node) => [node.subtask, node]));
      for (const [first, second] of network.ordering) {
        const [before, behind] = [byId.get(first), byId.get(second)];
        if (before === undefined || behind === undefined) continue;
        before.after.push(behind.index);
        behind.blockers += 1;
      }
      const indices = made.map(({ index }) => index);
      if (parent === null) {
        roots.push(...indices);
        openRoots = indices.length;
        trail.push(() => {
          roots.length = 0;
          openRoots = 0;
        });
      } else {
        setReady(parent.index, false);
        parent.children = indices;
        parent.openChildren = indices.length;
        trail.push(() => {
          parent.children = [];
          parent.openChildren = 0;
        });
      }
      for (const node of made) if (node.blockers === 0) setReady(node.index, true);
    },
    carryOut(node) {
      setReady(node.index, false);
      node.step = steps.length;
      steps.push({ operator: node.name, arguments: node.arguments, node: node.index });
      openOperators -= 1;
      trail.push(() => {
        openOperators += 1;
        steps.pop();
        node.step = null;
      });
    },
    complete(node) {
      if (node.step === null && node.children.length === 0) setReady(node.index, false);
      return complete(node);
    },
    mark: () => trail.length,
    undo(mark) {
      while (trail.length > mark) trail.pop()?.();
    },
    toPlan: (bindings, cost) => ({
      steps: [...steps],
      nodes: nodes.map(plainNode),
      roots: [...roots],
      bindings,
      cost,
    }),
  };
}
