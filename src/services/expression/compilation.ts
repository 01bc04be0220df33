// Compilation: the shapes that the parts of the expression compiler share, and what it gives.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../model/scalars.js';
import type { ExpressionFunction } from './functions.js';
import type { Site } from './values.js';

/** The values that an expression can refer to, by root: `inputs`, `tasks`, `goal`, `item` … */
export type Scope = Readonly<Record<string, Json | undefined>>;

/** What one evaluation carries along. */
export interface Run {
  readonly scope: Scope;
  /** The variables of the loops around, outermost first. */
  readonly locals: Json[];
  steps: number;
}

export type Evaluate = (run: Run) => Json;

/** Something in the scope that an expression reads. */
export interface Reference {
  /** The first name: `tasks`, `inputs`, `item` … */
  readonly root: string;
  /** The names and indices after it, up to the first that is computed. */
  readonly path: readonly (string | number)[];
  /** As it would be written: `tasks.fetch.output.items`. */
  readonly text: string;
  /** 0-based offset in the text. */
  readonly position: number;
  /** Inside of `has()` or `default()`: it may be missing. */
  readonly guarded: boolean;
}

export interface CompiledExpression {
  readonly text: string;
  readonly references: readonly Reference[];
  /** @throws ExpressionError */
  evaluate(scope: Scope): Json;
}

/** What the parts of the compiler share while one text is compiled. */
export interface Compilation {
  readonly functions: ReadonlyMap<string, ExpressionFunction>;
  readonly references: Reference[];
  /** The names of the loop variables around, outermost first. */
  readonly bound: string[];
  /** More than 0 inside of `has()` and `default()`. */
  guards: number;
  siteOf(node: ASTNode): Site;
  siteAt(position: number): Site;
  compile(node: ASTNode): Evaluate;
}

/** The text in which an expression stands, for positions: a template around it. */
export interface Surroundings {
  readonly text: string;
  readonly offset: number;
}
