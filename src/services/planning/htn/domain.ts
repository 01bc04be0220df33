// Domain and problem of the hierarchical planner, lifted and as plain data: what every reader (HDDL, YAML,
// builders) makes, and every search, check and explanation takes. Names are unique within their kind;
// `object` is the type of everything and needs no declaration. Readers promise that names, arities and
// types agree.
import type { Formula, Postcondition, Quantity, SourcePosition, Term, TypedName } from './formula.js';

/** A type and the types it is a kind of; none means `object`. Several parents: it is each of them. */
export interface TypeDeclaration {
  readonly name: string;
  readonly parents: readonly string[];
  readonly position?: SourcePosition;
}

/** A predicate (facts), or a function (numbers), with its parameters. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly TypedName[];
  readonly position?: SourcePosition;
}

/** The tool that carries out an operator, with an input template of the host's own making. */
export interface ToolBinding {
  readonly tool: string;
  readonly input?: unknown;
  /** Other fields of the engine's task in its plan documents' form, such as `retry`, `timeout`, `locks`. */
  readonly task?: Readonly<Record<string, unknown>>;
}

/** A step that can be done: `precondition` must hold, then `postcondition` changes the state. */
export interface Operator extends Signature {
  readonly precondition: Formula;
  readonly postcondition: Postcondition;
  /** Evaluated in the state before the step; not negative [1]. */
  readonly cost?: Quantity;
  /** Milliseconds. */
  readonly durationMs?: Quantity;
  readonly tool?: ToolBinding;
  readonly description?: string;
}

/** A task that methods decompose. */
export type CompoundTask = Signature;

/**
 * What is to be done: a `task` (compound, or an operator), or a `goal`: an atom that is to be made true. A goal
 * that holds already asks for nothing; else a goal method is applied, and the atom must hold after it.
 */
export interface TaskReference {
  readonly kind: 'task' | 'goal';
  /** The task, operator, or (of a goal) predicate. */
  readonly name: string;
  readonly terms: readonly Term[];
  readonly position?: SourcePosition;
}

/** A task of a network, with an id that is unique in the network. */
export interface Subtask extends TaskReference {
  readonly id: string;
}

/** Tasks, partly ordered. */
export interface TaskNetwork {
  readonly subtasks: readonly Subtask[];
  /** Pairs of ids: the first ends before the second begins. Acyclic; need not be transitively closed. */
  readonly ordering: readonly (readonly [string, string])[];
  /** What must be true of the variables, whatever the state: equalities, inequalities, and, or, not. */
  readonly constraints: readonly Formula[];
}

/**
 * One way to do a task or reach a goal. `precondition` must hold in a state after all that is ordered before
 * the task, and before the first step of its subtasks.
 */
export interface Method extends TaskNetwork {
  readonly name: string;
  /** All variables of the method. Those of `target` may be among them under any name. */
  readonly parameters: readonly TypedName[];
  readonly target: TaskReference;
  readonly precondition: Formula;
  readonly description?: string;
  readonly position?: SourcePosition;
}

/** A derived predicate: it holds where the condition of one of its axioms holds. No operator changes it. */
export interface Axiom {
  readonly predicate: string;
  readonly parameters: readonly TypedName[];
  readonly condition: Formula;
  readonly position?: SourcePosition;
}

/** What is possible. */
export interface Domain {
  readonly name: string;
  readonly types: readonly TypeDeclaration[];
  readonly constants: readonly TypedName[];
  readonly predicates: readonly Signature[];
  readonly functions: readonly Signature[];
  readonly tasks: readonly CompoundTask[];
  readonly operators: readonly Operator[];
  /** In the order in which the author prefers them. */
  readonly methods: readonly Method[];
  readonly axioms: readonly Axiom[];
}

/** The value of a numeric fluent at the beginning. Fluents without one are 0. */
export interface InitialValue {
  readonly function: string;
  readonly arguments: readonly string[];
  readonly value: number;
}

/** A fact without variables. */
export interface Fact {
  readonly predicate: string;
  readonly arguments: readonly string[];
}

/** What is the case, and what is to be done. */
export interface Problem {
  readonly name: string;
  /** Name of its domain. */
  readonly domain: string;
  readonly objects: readonly TypedName[];
  readonly facts: readonly Fact[];
  readonly values: readonly InitialValue[];
  /** The initial task network, whose variables (`parameters`) the planner chooses. */
  readonly network: TaskNetwork & { readonly parameters: readonly TypedName[] };
  /** Must hold at the end, besides the network. */
  readonly goal?: Formula;
  /** What is minimised; sum of the steps' costs when absent. */
  readonly metric?: { readonly direction: 'minimise' | 'maximise'; readonly quantity: Quantity };
}
