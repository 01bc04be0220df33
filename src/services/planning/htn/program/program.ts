// Program: domain and problem together in the form that grounding and search take. Names are numbers,
// conditions are split into atoms to join and a rest to check, goals of methods, goal formula and initial
// network have become tasks, operators and methods like all others.
import type { Comparison, NumericChange } from '../formula.js';

/** A term: a variable's slot (>= 0), or an object `o` as `~o` (< 0). */
export type Slot = number;

/** An atom whose terms are slots and objects. */
export interface AtomPattern {
  readonly predicate: number;
  readonly terms: Int32Array;
}

/** A number to compute. */
export type NumberPattern =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'fluent'; readonly function: number; readonly terms: Int32Array }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      readonly parts: readonly NumberPattern[];
    };

/** A formula in negation normal form. */
export type Check =
  | { readonly kind: 'literal'; readonly atom: AtomPattern; readonly isNegated: boolean }
  | { readonly kind: 'equal'; readonly left: Slot; readonly right: Slot; readonly isNegated: boolean }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: NumberPattern;
      readonly right: NumberPattern;
      readonly isNegated: boolean;
    }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Check[] }
  | {
      readonly kind: 'every' | 'some';
      readonly slot: number;
      readonly type: number;
      readonly part: Check;
    };

/** A conjunction: positive atoms to join, and the rest. */
export interface Condition {
  readonly atoms: AtomPattern[];
  readonly checks: Check[];
}

/** One change of one fact, for every binding of its own slots. */
export interface FactChange {
  readonly atom: AtomPattern;
  readonly isAdded: boolean;
  readonly condition: Check | null;
  readonly own: readonly { readonly slot: number; readonly type: number }[];
}

/** One change of one number, for every binding of its own slots. */
export interface NumberChange {
  readonly function: number;
  readonly terms: Int32Array;
  readonly change: NumericChange;
  readonly value: NumberPattern;
  readonly condition: Check | null;
  readonly own: readonly { readonly slot: number; readonly type: number }[];
}

/** An operator. Slots 0 … parameterCount-1 are its parameters; others are bound by its condition. */
export interface ProgramOperator {
  readonly name: string;
  readonly parameterCount: number;
  /** Type of each slot. */
  readonly slotTypes: number[];
  /** Slots that a match binds; those of quantifiers are not among them. */
  readonly matched: readonly number[];
  readonly condition: Condition;
  readonly facts: readonly FactChange[];
  readonly numbers: readonly NumberChange[];
  readonly cost: NumberPattern;
  /**
   * Set for a check of the program's own, which is no step of the plan: of the goal formula, of a goal that a method
   * was to reach, or of what a method asks where it is applied.
   */
  readonly hidden: 'goal' | 'reached' | 'asked' | null;
}

/** A compound task. */
export interface ProgramTask {
  readonly name: string;
  readonly arity: number;
  /** Type of each parameter. */
  readonly types: readonly number[];
  /** `part`: belongs to the method application that called it; its subtasks are that method's. */
  readonly kind: 'task' | 'goal' | 'part';
}

/** A task to do: operators are 0 … operators-1, compound tasks follow. */
export interface ProgramSubtask {
  readonly task: number;
  readonly terms: Int32Array;
  /** Index of the subtask in the domain's method (or initial network); -1 for the program's own. */
  readonly index: number;
}

/** A method. */
export interface ProgramMethod {
  /** Index of the method in the domain; -1 for the program's own, which do not show in a plan. */
  readonly source: number;
  readonly task: number;
  readonly terms: Int32Array;
  readonly slotTypes: number[];
  readonly matched: readonly number[];
  /** Names of the slots that are variables of the domain's method; '' for others. */
  readonly slotNames: readonly string[];
  readonly condition: Condition;
  readonly subtasks: readonly ProgramSubtask[];
  /** Pairs of indices into `subtasks`; null when they are done in the order of the list. */
  readonly ordering: readonly (readonly [number, number])[] | null;
}

/** A rule for a derived predicate. */
export interface ProgramRule {
  readonly head: AtomPattern;
  readonly slotTypes: number[];
  readonly matched: readonly number[];
  readonly condition: Condition;
}

export interface Program {
  readonly objects: readonly string[];
  /** Per type: its objects, and whether each object is one. */
  readonly types: readonly { readonly members: Int32Array; readonly has: Uint8Array }[];
  readonly predicates: readonly {
    readonly name: string;
    readonly arity: number;
    /** No operator changes it, no axiom derives it. */
    readonly isStatic: boolean;
    readonly isDerived: boolean;
  }[];
  readonly functions: readonly {
    readonly name: string;
    readonly arity: number;
    readonly isStatic: boolean;
  }[];
  /** Facts of the beginning: predicate and objects. */
  readonly facts: readonly { readonly predicate: number; readonly arguments: Int32Array }[];
  /** Values of the beginning by `function,object,object…`. */
  readonly values: ReadonlyMap<string, number>;
  readonly operators: ProgramOperator[];
  readonly tasks: ProgramTask[];
  readonly methods: ProgramMethod[];
  readonly rules: readonly ProgramRule[];
  /** What is minimised besides the sum of costs; its variables are none. */
  readonly metric: NumberPattern | null;
  /** The compound task without parameters that stands for the problem (an index as in subtasks). */
  readonly root: number;
  /** Whether every network is totally ordered. */
  readonly isTotalOrder: boolean;
}

/** The key of a numeric fluent. */
export function valueKey(fluent: number, objects: ArrayLike<number>): string {
  let key = `${fluent}`;
  for (let index = 0; index < objects.length; index += 1) key += `,${objects[index]}`;
  return key;
}
