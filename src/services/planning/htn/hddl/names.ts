// Names of an HDDL domain: what is declared, found as written, or else regardless of capitals (PDDL does not
// tell them apart, common planners do). Unknown names and wrong arities end with an error at their place.
import { didYouMean } from '../../../nearest.js';
import type { TypedName } from '../formula.js';
import {
  expectSymbol,
  type HddlExpression,
  type HddlList,
  type HddlSymbol,
  hddlError,
  showExpression,
} from './expression.js';

/** Names of one kind, such as predicates. */
export interface NameTable<T> {
  readonly what: string;
  /** Adds a declaration. @throws when the name is taken. */
  declare(symbol: HddlSymbol, value: T): void;
  /** The declaration and its name as declared; undefined when there is none. */
  find(name: string): { readonly name: string; readonly value: T } | undefined;
  /** @throws EngineError when the name is not declared. */
  resolve(symbol: HddlSymbol): { readonly name: string; readonly value: T };
  names(): Iterable<string>;
  values(): T[];
}

export function createNameTable<T>(what: string): NameTable<T> {
  const exact = new Map<string, { name: string; value: T }>();
  const folded = new Map<string, { name: string; value: T }>();
  const find = (name: string): { name: string; value: T } | undefined =>
    exact.get(name) ?? folded.get(name.toLowerCase());
  return {
    what,
    declare(symbol, value) {
      if (exact.has(symbol.text)) {
        throw hddlError(symbol.position, `the ${what} '${symbol.text}' is declared twice.`, 'Rename one.');
      }
      const entry = { name: symbol.text, value };
      exact.set(symbol.text, entry);
      const key = symbol.text.toLowerCase();
      if (!folded.has(key)) folded.set(key, entry);
    },
    find,
    resolve(symbol) {
      const found = find(symbol.text);
      if (found !== undefined) return found;
      const hint = didYouMean(symbol.text, exact.keys()) ?? `Declare the ${what} first.`;
      throw hddlError(symbol.position, `unknown ${what} '${symbol.text}'.`, hint);
    },
    names: () => exact.keys(),
    values: () => [...exact.values()].map((entry) => entry.value),
  };
}

/** What can be named in formulas and networks. */
export interface HddlNames {
  readonly types: NameTable<true>;
  readonly objects: NameTable<TypedName>;
  readonly predicates: NameTable<number>;
  readonly functions: NameTable<number>;
  /** Compound tasks and operators, with their number of parameters. */
  readonly tasks: NameTable<number>;
}

/** The variables that may be used at a place, by name. */
export type Scope = ReadonlyMap<string, TypedName>;

/** Reads `a b - t c - (either t u) d`; types are resolved, or added to the table with `declareTypes`. */
export function readTypedNames(
  list: HddlList,
  from: number,
  resolveType: (symbol: HddlSymbol) => string,
  what: string,
): TypedName[] {
  const read: TypedName[] = [];
  let waiting: HddlSymbol[] = [];
  for (let index = from; index < list.items.length; index += 1) {
    const symbol = expectSymbol(list.items[index], what, list);
    if (symbol.text !== '-') {
      waiting.push(symbol);
      continue;
    }
    index += 1;
    const types = readTypes(list.items[index], list, resolveType);
    read.push(...waiting.map(({ text, position }) => ({ name: text, types, position })));
    waiting = [];
  }
  read.push(...waiting.map(({ text, position }) => ({ name: text, types: [], position })));
  return read;
}

function readTypes(
  expression: HddlExpression | undefined,
  within: HddlList,
  resolveType: (symbol: HddlSymbol) => string,
): string[] {
  if (expression?.kind === 'symbol') return [resolveType(expression)];
  const [head, ...types] = expression?.items ?? [];
  if (head?.kind !== 'symbol' || head.text.toLowerCase() !== 'either') {
    const position = (expression ?? within).position;
    throw hddlError(position, `expected a type or '(either …)', found ${showExpression(expression)}.`);
  }
  return types.map((type) => resolveType(expectSymbol(type, 'a type', within)));
}

/** The type as declared; the `object` that every domain has is left as it is. */
export function resolveType(names: HddlNames, symbol: HddlSymbol): string {
  if (!names.types.find(symbol.text) && symbol.text.toLowerCase() === 'object') return 'object';
  return names.types.resolve(symbol).name;
}

/** Parameters (`?x - t …`): each begins with `?`, none comes twice. */
export function readParameters(names: HddlNames, list: HddlList, from = 0): TypedName[] {
  const read = readTypedNames(list, from, (symbol) => resolveType(names, symbol), 'a variable');
  const seen = new Set<string>();
  for (const { name, position } of read) {
    if (!name.startsWith('?')) {
      throw hddlError(
        position ?? list.position,
        `expected a variable, found '${name}'.`,
        `Write '?${name}'.`,
      );
    }
    if (seen.has(name)) throw hddlError(position ?? list.position, `the variable '${name}' comes twice.`);
    seen.add(name);
  }
  return read;
}

export function scopeOf(parameters: readonly TypedName[], outer?: Scope): Scope {
  return new Map([...(outer ?? []), ...parameters.map((each) => [each.name, each] as const)]);
}

/** A term: a variable in scope, or a constant or object. */
export function readTerm(
  names: HddlNames,
  expression: HddlExpression | undefined,
  scope: Scope,
  within: HddlList,
): string {
  const symbol = expectSymbol(expression, 'a variable or an object', within);
  if (!symbol.text.startsWith('?')) return names.objects.resolve(symbol).name;
  if (scope.has(symbol.text)) return symbol.text;
  const hint = didYouMean(symbol.text, scope.keys()) ?? 'Add it to the parameters.';
  throw hddlError(symbol.position, `unknown variable '${symbol.text}'.`, hint);
}

/** The name and terms of `(name term …)`, with the right number of terms. */
export function readCall(
  names: HddlNames,
  list: HddlList,
  table: NameTable<number>,
  scope: Scope,
): { name: string; terms: string[] } {
  const symbol = expectSymbol(list.items[0], `a ${table.what}`, list);
  const { name, value: arity } = table.resolve(symbol);
  const terms = list.items.slice(1).map((item) => readTerm(names, item, scope, list));
  if (terms.length !== arity) {
    throw hddlError(list.position, `'${name}' takes ${arity} terms, found ${terms.length}.`);
  }
  return { name, terms };
}
