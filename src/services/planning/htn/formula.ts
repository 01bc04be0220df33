// Formulas of the planner: what preconditions, postconditions, goals and axioms say, as plain data.
// Names are strings; a term that begins with `?` is a variable, every other term is a constant or an object.

/** Where something was written, for messages. Lines and columns count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
  readonly file?: string;
}

/** A variable (`?x`) or the name of a constant or object. */
export type Term = string;

/**
 * A name with its types: a parameter (its name begins with `?`), a constant or an object. Several types are
 * alternatives (HDDL's `either`); none means any type.
 */
export interface TypedName {
  readonly name: string;
  readonly types: readonly string[];
  readonly position?: SourcePosition;
}

/** A fact: a predicate of terms. */
export interface Atom {
  readonly kind: 'atom';
  readonly predicate: string;
  readonly terms: readonly Term[];
  readonly position?: SourcePosition;
}

/** A number that belongs to terms and may change, such as the fuel of a truck. */
export interface Fluent {
  readonly kind: 'fluent';
  readonly function: string;
  readonly terms: readonly Term[];
  readonly position?: SourcePosition;
}

/** Something that has a numeric value in a state. */
export type Quantity =
  | { readonly kind: 'number'; readonly value: number }
  | Fluent
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      /** Two or more; one with `-` is the negation. */
      readonly parts: readonly Quantity[];
    };

export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** Something that holds in a state or does not. An `and` without parts is true, an `or` without parts false. */
export type Formula =
  | Atom
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly part: Formula }
  | { readonly kind: 'imply'; readonly condition: Formula; readonly consequence: Formula }
  | {
      readonly kind: 'equal';
      readonly left: Term;
      readonly right: Term;
      readonly position?: SourcePosition;
    }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Quantity;
      readonly right: Quantity;
      readonly position?: SourcePosition;
    }
  | { readonly kind: 'forall' | 'exists'; readonly variables: readonly TypedName[]; readonly part: Formula };

/** How a postcondition changes a number. */
export type NumericChange = 'assign' | 'increase' | 'decrease' | 'scale-up' | 'scale-down';

/**
 * What an operator changes. Conditions and values are those of the state before; of a fact both deleted and
 * added by one step, the addition wins (as in PDDL).
 */
export type Postcondition =
  | { readonly kind: 'add' | 'delete'; readonly atom: Atom }
  | {
      readonly kind: 'change';
      readonly change: NumericChange;
      readonly fluent: Fluent;
      readonly value: Quantity;
    }
  | { readonly kind: 'and'; readonly parts: readonly Postcondition[] }
  | { readonly kind: 'when'; readonly condition: Formula; readonly postcondition: Postcondition }
  | {
      readonly kind: 'forall';
      readonly variables: readonly TypedName[];
      readonly postcondition: Postcondition;
    };

/** The formula that always holds. */
export const truth: Formula = { kind: 'and', parts: [] };

/** The postcondition that changes nothing. */
export const nothing: Postcondition = { kind: 'and', parts: [] };

export function isVariable(term: Term): boolean {
  return term.startsWith('?');
}
