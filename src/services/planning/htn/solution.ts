// A solution of a planning problem: the steps in order, and the tree that shows them to be a decomposition of
// the initial task network. Flat arrays: a tree of 100,000 levels is walked without recursion.

/** One step: an operator with the objects for its parameters. */
export interface PlanStep {
  readonly operator: string;
  readonly arguments: readonly string[];
  /** Index of its leaf in `nodes`. */
  readonly node: number;
}

/** One task of the decomposition tree. Node `i` of a plan is `plan.nodes[i]`; a parent comes before its children. */
export interface DecompositionNode {
  /** Index of the node it came from by a method; null for a task of the initial network. */
  readonly parent: number | null;
  /** Id of the subtask in the method, or in the initial network. */
  readonly subtask: string;
  readonly kind: 'operator' | 'task' | 'goal';
  /** Operator, compound task, or predicate of the goal. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** The method that was applied; null for an operator, and for a goal that held already. */
  readonly method: string | null;
  /** The objects for all parameters of the method, by name (`?x`). Empty without a method. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Children, in the order of the method's subtasks. */
  readonly children: readonly number[];
  /** Index in `steps` of an operator, else null. */
  readonly step: number | null;
  /**
   * How many steps have been done where its method was applied: the method's precondition (or the goal that
   * held already) holds there. Of an operator: the index of its step.
   */
  readonly appliedAt: number;
  /** Of a goal reached by a method: how many steps have been done where the goal is seen to hold; else null. */
  readonly reachedAt: number | null;
}

/** A node with these fields alone, of what holds more while a tree is made. */
export function plainNode(node: DecompositionNode): DecompositionNode {
  const { parent, subtask, kind, name, method, bindings, children, step, appliedAt, reachedAt } = node;
  const args = node.arguments;
  return {
    parent,
    subtask,
    kind,
    name,
    arguments: args,
    method,
    bindings,
    children,
    step,
    appliedAt,
    reachedAt,
  };
}

/** A plan with the tree of its decomposition. */
export interface HtnPlan {
  readonly steps: readonly PlanStep[];
  readonly nodes: readonly DecompositionNode[];
  /** Indices of the nodes of the initial network's subtasks, in its order. */
  readonly roots: readonly number[];
  /** The objects for the parameters of the initial network, by name. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Sum of the steps' costs, or the metric's value where the problem has one of its own. */
  readonly cost: number;
}
