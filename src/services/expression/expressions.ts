// Expressions: the one language in which plans state conditions and refer to values. See compile.ts for
// what an expression may hold and template.ts for strings with `{{ … }}`.
import type { Json } from '../../model/scalars.js';
import { createBoundedCache } from './bounded-cache.js';
import { compileExpression } from './compile.js';
import type { CompiledExpression, Reference, Scope } from './compilation.js';
import { ExpressionError } from './expression-error.js';
import { createFunctions } from './functions.js';
import { compileTemplate, isTemplate } from './template.js';
import type { Template } from './template.js';
import { requireBool } from './values.js';

/** Compiles, checks and evaluates expressions and templates; keeps what was compiled. */
export interface Expressions {
  /** @throws ExpressionError when it cannot be compiled. */
  compile(text: string): CompiledExpression;
  /** @throws ExpressionError when it cannot be compiled or evaluated. */
  evaluate(text: string, scope: Scope): Json;
  /** A condition's value. @throws ExpressionError also when it is neither true nor false. */
  holds(text: string, scope: Scope): boolean;
  /** What is wrong with an expression before it is evaluated; undefined when nothing is. */
  check(text: string): ExpressionError | undefined;
  /** What an expression refers to. What is not kept already is not kept for this: plans are analysed once. @throws ExpressionError when it cannot be compiled. */
  references(text: string): readonly Reference[];
  /** What the `{{ … }}` in a string refer to; kept no more than with `references`. @throws ExpressionError */
  templateReferences(text: string): readonly Reference[];
  /** The compiled form of a string with `{{ … }}`; undefined for a plain string. @throws ExpressionError */
  template(text: string): Template | undefined;
  /**
   * Resolves the `{{ … }}` in all strings of a value; keys of maps stay as they are. What holds none is
   * given back as it is, not copied.
   *
   * @throws ExpressionError
   */
  resolve(value: Json, scope: Scope): Json;
}

/**
 * Makes an evaluator of expressions. It is pure but for its caches.
 *
 * @param options - `cacheSize`: compiled texts kept [10,000].
 *
 * @example
 * ```ts
 * const expressions = createExpressions();
 * expressions.evaluate('size(tasks.fetch.output.items) > 2', { tasks: { fetch: { output: { items: [1, 2, 3] } } } }); // true
 * expressions.resolve({ to: '{{ inputs.out }}/index.md' }, { inputs: { out: 'docs' } }); // { to: 'docs/index.md' }
 * ```
 */
export function createExpressions(options: { readonly cacheSize?: number } = {}): Expressions {
  const functions = createFunctions();
  const compiled = createBoundedCache<string, CompiledExpression>(options.cacheSize ?? 10_000);
  const templates = createBoundedCache<string, Template>(options.cacheSize ?? 10_000);
  const makeExpression = (text: string): CompiledExpression => compileExpression(text, functions);
  const makeTemplate = (text: string): Template => compileTemplate(text, functions);

  const compile = (text: string): CompiledExpression => compiled.get(text, makeExpression);
  const template = (text: string): Template | undefined =>
    isTemplate(text) ? templates.get(text, makeTemplate) : undefined;

  const resolve = (value: Json, scope: Scope): Json => {
    if (typeof value === 'string')
      return isTemplate(value) ? templates.get(value, makeTemplate).render(scope) : value;
    if (typeof value !== 'object' || value === null) return value;
    return Array.isArray(value) ? resolveList(value, scope) : resolveMap(value, scope);
  };
  const resolveList = (list: Json[], scope: Scope): Json => {
    let copy: Json[] | undefined;
    list.forEach((item, index) => {
      const resolved = resolve(item, scope);
      if (resolved !== item) {
        copy ??= [...list];
        copy[index] = resolved;
      }
    });
    return copy ?? list;
  };
  const resolveMap = (map: { [key: string]: Json }, scope: Scope): Json => {
    let changed = false;
    const entries = Object.entries(map).map(([key, item]): [string, Json] => {
      const resolved = resolve(item, scope);
      changed ||= resolved !== item;
      return [key, resolved];
    });
    return changed ? Object.fromEntries(entries) : map;
  };

  return {
    compile,
    evaluate: (text, scope) => compile(text).evaluate(scope),
    holds: (text, scope) => requireBool({ text, position: 0 }, compile(text).evaluate(scope), 'a condition'),
    check: (text) => {
      try {
        makeExpression(text);
        return undefined;
      } catch (error) {
        if (error instanceof ExpressionError) return error;
        throw error;
      }
    },
    references: (text) => (compiled.peek(text) ?? makeExpression(text)).references,
    templateReferences: (text) =>
      isTemplate(text) ? (templates.peek(text) ?? makeTemplate(text)).references : [],
    template,
    resolve,
  };
}
