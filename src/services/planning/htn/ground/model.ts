// The ground model: what searches run on. Conditions are lists of facts that must all hold; a negated fact that
// some condition needs has become a fact of its own (its complement); disjunctions, derived predicates and
// comparisons of numbers are derived facts, computed anew after each step.
import type { Program } from '../program/program.js';
import type { Rows } from './ragged.js';

/** A conditional change of an operator. Those of one operator: all that delete, then all that add. */
export interface ConditionalChange {
  /** Facts that must hold before the step. */
  readonly condition: Int32Array;
  readonly clears: Int32Array;
  readonly sets: Int32Array;
}

/** A change of a number; `values` are those before the step. */
export interface GroundNumberChange {
  readonly condition: Int32Array;
  readonly target: number;
  readonly compute: (values: Float64Array) => number;
}

/** A derived fact that is true where a comparison holds. */
export interface GroundComparison {
  readonly fact: number;
  readonly holds: (values: Float64Array) => boolean;
}

/** A rule for a derived fact, in the stratum of its head. */
export interface GroundRule {
  readonly head: number;
  readonly body: Int32Array;
}

/** What follows from what when nothing is undone. Clauses of methods come first, then of operators, then all others. */
export interface RelaxedClauses {
  /** Nodes: facts, then tasks. */
  readonly nodes: number;
  /** By clause: nodes that must be reached, and how many they are. */
  readonly bodies: Rows;
  readonly sizes: Int32Array;
  /** By clause: the node that follows, and what it costs beside its body. */
  readonly heads: Int32Array;
  readonly base: Int32Array;
  /** By node: the clauses in whose bodies it is. */
  readonly uses: Rows;
  /** Clauses of methods and operators: those before this one. */
  readonly owned: number;
  /** By compound task (its number less operatorCount): the tasks of all its methods. */
  readonly below: Rows;
  readonly bytes: number;
}

export interface GroundModel {
  readonly program: Program;
  /** Facts are 0 … factCount-1; the bits of a state. */
  readonly factCount: number;
  readonly factName: (fact: number) => string;
  /** By fact, the fact that is true when it is false; -1 when none is needed. Symmetric. */
  readonly complement: Int32Array;
  readonly initialFacts: Int32Array;
  readonly initialValues: Float64Array;
  /** Primitive tasks are 0 … operatorCount-1, compound ones follow. */
  readonly operatorCount: number;
  readonly taskCount: number;
  /** Of primitive tasks: conditions and changes, complements among them. */
  readonly preconditions: Rows;
  readonly adds: Rows;
  readonly deletes: Rows;
  readonly conditional: ReadonlyMap<number, readonly ConditionalChange[]>;
  readonly numeric: ReadonlyMap<number, readonly GroundNumberChange[]>;
  /** Cost of each primitive task in the initial state. */
  readonly costs: Float64Array;
  /** Cost where it depends on the state. */
  readonly costOf: ReadonlyMap<number, (values: Float64Array) => number>;
  /** Value of the problem's metric; null when it is the sum of costs. */
  readonly metric: ((values: Float64Array) => number) | null;
  /** 1 for primitive tasks that do not show in a plan. */
  readonly isHidden: Uint8Array;
  /** By compound task (its number less operatorCount): its methods, in the author's order. */
  readonly methodsOf: Rows;
  readonly methodCount: number;
  readonly methodTask: Int32Array;
  readonly methodPreconditions: Rows;
  /** Tasks of a method; in their order, unless `methodOrder` has pairs for it. */
  readonly methodSubtasks: Rows;
  /** Pairs of positions in the row of subtasks, flat; null when every network is a sequence. */
  readonly methodOrder: readonly (Int32Array | null)[] | null;
  readonly root: number;
  /** Operator or compound task of the program, and its arguments. */
  readonly taskOf: (task: number) => { readonly task: number; readonly arguments: Int32Array };
  /** Method of the program, and what its matched slots are bound to. */
  readonly methodOf: (method: number) => { readonly method: number; readonly bound: Int32Array };
  /** Derived facts: comparisons first, then rules stratum by stratum. */
  readonly comparisons: readonly GroundComparison[];
  readonly strata: readonly { readonly facts: Int32Array; readonly rules: readonly GroundRule[] }[];
  /** Facts that a relaxation takes to hold at once: comparisons, and complements of derived facts. */
  readonly isOptimistic: Uint8Array;
  /** What the relaxations of all searches share. */
  readonly relaxed: RelaxedClauses;
  /** Of the tables, and of what it holds on to of those it was made from. */
  readonly bytes: number;
}
