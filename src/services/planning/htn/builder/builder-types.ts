// Types of the domain builder: terms that carry the name of their type, and what may stand where by the
// hierarchy of types. They exist for the compiler; at run time a term is its text.
import type { Formula, Postcondition, Quantity, TypedName } from '../formula.js';
import type { ToolBinding } from '../domain.js';

/** Types by name, each with the type it is a kind of; `object` is the type of everything. */
export type TypeMap = Readonly<Record<string, string>>;
/** Parameter types of a predicate or function, in order. */
export type Shape = readonly string[];
/** Parameters by name, without the question mark, with their types. */
export type ParameterMap = Readonly<Record<string, string>>;

/** The names of types that a map may use. */
export type TypeName<Types extends TypeMap> = (keyof Types & string) | 'object';

/** A type and all it is a kind of. */
export type Ancestors<Types extends TypeMap, Name extends string> =
  | Name
  | 'object'
  | (Name extends keyof Types ? (Types[Name] extends Name ? never : Ancestors<Types, Types[Name]>) : never);

/** All types that are kinds of a type. */
export type KindsOf<Types extends TypeMap, Name extends string> = Name extends 'object'
  ? TypeName<Types>
  : { [Each in TypeName<Types>]: Name extends Ancestors<Types, Each> ? Each : never }[TypeName<Types>];

declare const typeOfTerm: unique symbol;

/** A variable, constant or object of a type. */
export interface TypedTerm<Type extends string = string> {
  readonly text: string;
  readonly types: readonly string[];
  readonly [typeOfTerm]?: Type;
}

/** A term that may stand where a type is asked for. */
export type TermFor<Types extends TypeMap, Name extends string> = TypedTerm<KindsOf<Types, Name>>;

/** The terms for a shape, in order. */
export type TermsFor<Types extends TypeMap, Own extends Shape> = {
  readonly [At in keyof Own]: TermFor<Types, Own[At] & string>;
};

/** The terms for parameters by name, as a body gets them. */
export type Scope<Parameters extends ParameterMap> = {
  readonly [Name in keyof Parameters]: TypedTerm<Parameters[Name]>;
};

/** The arguments by name that a task or operator is asked with. */
export type Arguments<Types extends TypeMap, Parameters extends ParameterMap> = {
  readonly [Name in keyof Parameters]: TermFor<Types, Parameters[Name]>;
};

/** A task or goal that is to be done. */
export interface Call {
  readonly kind: 'task' | 'goal';
  readonly name: string;
  readonly terms: readonly string[];
}

/** A task or operator that was declared: called with its arguments by name it is a subtask. */
export interface Callable<Types extends TypeMap, Parameters extends ParameterMap> {
  (args: Arguments<Types, Parameters>): Call;
  readonly taskName: string;
  readonly parameters: readonly TypedName[];
}

/** Subtasks in a sequence; a list within a list is a group in any order, a list in that a sequence again. */
export type CallList = readonly (Call | CallList)[];

/** A change: a fact is added, a negated fact deleted. */
export type Change = Formula | Postcondition;

/** What an operator says. */
export interface OperatorBody {
  readonly description?: string;
  readonly preconditions?: Formula | readonly Formula[];
  readonly postconditions?: readonly Change[];
  /** [1] */
  readonly cost?: Quantity | number;
  readonly durationMs?: Quantity | number;
  readonly tool?: ToolBinding;
}

/** What a method says. */
export interface MethodBody {
  readonly description?: string;
  readonly preconditions?: Formula | readonly Formula[];
  /** [none: the task is done by itself] */
  readonly subtasks?: CallList | Readonly<Record<string, Call>>;
  /** Pairs of names of subtasks that were given by name. */
  readonly order?: readonly (readonly [string, string])[];
  readonly constraints?: readonly Formula[];
}

/** What a domain speaks of. */
export interface DomainWords<
  Types extends TypeMap,
  Constants extends Readonly<Record<string, TypeName<Types>>>,
  Predicates extends Readonly<Record<string, Shape>>,
  Functions extends Readonly<Record<string, Shape>>,
> {
  readonly name: string;
  readonly types?: Types;
  /** Each with its type. */
  readonly constants?: Constants;
  readonly predicates?: Predicates;
  readonly functions?: Functions;
}
