// Evaluation of formulas in a state: whether they hold, and for which objects. Written for checking, apart from
// the searches, which have compiled forms of their own; it looks at any state view and copies nothing.
//
// EV1 a formula with all variables bound has one truth value; unknown facts are false, unknown numbers 0.
// EV2 matches come in an order that depends only on the state and the declarations, each binding once.
import { invariant } from '../../../../errors.js';
import type { Atom, Comparison, Formula, Quantity, Term, TypedName } from '../formula.js';
import type { ObjectTypes } from './object-types.js';
import type { StateView } from './state-history.js';

/** Variables (`?x`) with the objects they stand for. */
export type Bindings = Readonly<Record<string, string>>;

/** What a formula is evaluated against. */
export interface Situation {
  readonly state: StateView;
  readonly objects: ObjectTypes;
}

/** The object that a term stands for. */
export function objectOf(term: Term, bindings: Bindings): string {
  if (!term.startsWith('?')) return term;
  const object = bindings[term];
  invariant(object !== undefined, `EV1 a variable that is evaluated is bound: ${term}`);
  return object;
}

/** The objects that terms stand for. */
export const objectsOf = (terms: readonly Term[], bindings: Bindings): string[] =>
  terms.map((term) => objectOf(term, bindings));

/** Whether a formula holds. All its free variables must be bound. */
export function holds(formula: Formula, bindings: Bindings, situation: Situation): boolean {
  switch (formula.kind) {
    case 'atom':
      return situation.state.holds(formula.predicate, objectsOf(formula.terms, bindings));
    case 'and':
      return formula.parts.every((part) => holds(part, bindings, situation));
    case 'or':
      return formula.parts.some((part) => holds(part, bindings, situation));
    case 'not':
      return !holds(formula.part, bindings, situation);
    case 'imply':
      return (
        !holds(formula.condition, bindings, situation) || holds(formula.consequence, bindings, situation)
      );
    case 'equal':
      return objectOf(formula.left, bindings) === objectOf(formula.right, bindings);
    case 'compare':
      return compare(
        formula.operator,
        quantity(formula.left, bindings, situation),
        quantity(formula.right, bindings, situation),
      );
    case 'exists': {
      const outer = without(bindings, formula.variables);
      return firstMatch(formula.variables, [formula.part], outer, situation) !== undefined;
    }
    case 'forall': {
      const outer = without(bindings, formula.variables);
      const contrary: Formula = { kind: 'not', part: formula.part };
      return firstMatch(formula.variables, [contrary], outer, situation) === undefined;
    }
  }
}

/** Bindings without the variables of a quantifier: those hide what has the same name further out. */
function without(bindings: Bindings, variables: readonly TypedName[]): Bindings {
  if (!variables.some(({ name }) => bindings[name] !== undefined)) return bindings;
  const outer = { ...bindings };
  for (const { name } of variables) delete outer[name];
  return outer;
}

/** The value of a quantity. */
export function quantity(one: Quantity, bindings: Bindings, situation: Situation): number {
  if (one.kind === 'number') return one.value;
  if (one.kind === 'fluent') return situation.state.value(one.function, objectsOf(one.terms, bindings));
  const [first = 0, ...rest] = one.parts.map((part) => quantity(part, bindings, situation));
  if (rest.length === 0) return one.operator === '-' ? -first : first;
  return rest.reduce((value, next) => arithmetic(one.operator, value, next), first);
}

function arithmetic(operator: '+' | '-' | '*' | '/', left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  return operator === '*' ? left * right : left / right;
}

function compare(operator: Comparison, left: number, right: number): boolean {
  if (operator === '=') return left === right;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** The first binding of the variables for which all conditions hold, with the bindings that were given. */
export function firstMatch(
  variables: readonly TypedName[],
  conditions: readonly Formula[],
  bindings: Bindings,
  situation: Situation,
): Bindings | undefined {
  for (const match of matches(variables, conditions, bindings, situation)) return match;
  return undefined;
}

/**
 * All bindings of the variables for which all conditions hold. Variables that are bound already keep their
 * objects. Facts that hold choose the objects where they can; only variables that no fact names run through
 * the objects of their types.
 */
export function* matches(
  variables: readonly TypedName[],
  conditions: readonly Formula[],
  bindings: Bindings,
  situation: Situation,
): Generator<Bindings> {
  const conjuncts = conditions.flatMap((condition) => conjunctsOf(condition, true));
  const open = variables.filter(({ name }) => bindings[name] === undefined);
  const unbound = new Map(open.map((variable) => [variable.name, variable]));
  yield* join(conjuncts, unbound, bindings, situation);
}

function* join(
  conjuncts: readonly Formula[],
  unbound: ReadonlyMap<string, TypedName>,
  bindings: Bindings,
  situation: Situation,
): Generator<Bindings> {
  const open: Formula[] = [];
  for (const conjunct of conjuncts) {
    if (mentions(conjunct, unbound)) open.push(conjunct);
    else if (!holds(conjunct, bindings, situation)) return;
  }
  const [variable] = unbound.values();
  if (variable === undefined) {
    yield bindings;
    return;
  }
  const equal = open.find((one) => one.kind === 'equal' && one.left !== one.right);
  if (equal?.kind === 'equal') {
    const [from, to] = unbound.has(equal.left) ? [equal.right, equal.left] : [equal.left, equal.right];
    if (!unbound.has(from)) {
      yield* bind([[to, objectOf(from, bindings)]], open, unbound, bindings, situation);
      return;
    }
  }
  const atom = mostBound(open, unbound);
  if (atom === undefined) {
    for (const object of situation.objects.ofTypes(variable.types))
      yield* bind([[variable.name, object]], open, unbound, bindings, situation);
    return;
  }
  const place = atom.terms.findIndex((term) => !unbound.has(term));
  const known: [number, string] | undefined =
    place < 0 ? undefined : [place, objectOf(atom.terms[place] ?? '', bindings)];
  for (const args of situation.state.factsOf(atom.predicate, known)) {
    const pairs = atom.terms.map((term, at): [string, string] => [term, args[at] ?? '']);
    yield* bind(pairs, open, unbound, bindings, situation);
  }
}

/** Goes on with terms bound to objects, when they agree with what is bound already and with the types. */
function* bind(
  pairs: readonly (readonly [Term, string])[],
  conjuncts: readonly Formula[],
  unbound: ReadonlyMap<string, TypedName>,
  bindings: Bindings,
  situation: Situation,
): Generator<Bindings> {
  const next = { ...bindings };
  const left = new Map(unbound);
  for (const [term, object] of pairs) {
    const variable = left.get(term);
    if (variable === undefined) {
      if (objectOf(term, next) !== object) return;
    } else {
      if (!situation.objects.isOf(object, variable.types)) return;
      next[term] = object;
      left.delete(term);
    }
  }
  yield* join(conjuncts, left, next, situation);
}

/** The positive fact with unbound variables that has the most terms bound: it leaves the fewest choices. */
function mostBound(open: readonly Formula[], unbound: ReadonlyMap<string, TypedName>): Atom | undefined {
  let best: Atom | undefined;
  let bestBound = -1;
  for (const one of open) {
    if (one.kind !== 'atom') continue;
    const bound = one.terms.filter((term) => !unbound.has(term)).length;
    if (bound > bestBound) {
      best = one;
      bestBound = bound;
    }
  }
  return best;
}

/** The parts of a formula, or of its negation, that must all hold. Negations go inwards as far as that takes. */
export function conjunctsOf(formula: Formula, isPositive: boolean): Formula[] {
  if (formula.kind === 'not') return conjunctsOf(formula.part, !isPositive);
  if (formula.kind === 'and' && isPositive) return formula.parts.flatMap((part) => conjunctsOf(part, true));
  if (formula.kind === 'or' && !isPositive) return formula.parts.flatMap((part) => conjunctsOf(part, false));
  if (formula.kind === 'imply' && !isPositive)
    return [...conjunctsOf(formula.condition, true), ...conjunctsOf(formula.consequence, false)];
  return [isPositive ? formula : { kind: 'not', part: formula }];
}

function mentions(formula: Formula, names: ReadonlyMap<string, TypedName>): boolean {
  if (names.size === 0) return false;
  switch (formula.kind) {
    case 'atom':
      return formula.terms.some((term) => names.has(term));
    case 'and':
    case 'or':
      return formula.parts.some((part) => mentions(part, names));
    case 'not':
      return mentions(formula.part, names);
    case 'imply':
      return mentions(formula.condition, names) || mentions(formula.consequence, names);
    case 'equal':
      return names.has(formula.left) || names.has(formula.right);
    case 'compare':
      return mentionsQuantity(formula.left, names) || mentionsQuantity(formula.right, names);
    case 'forall':
    case 'exists': {
      const outer = new Map(names);
      for (const { name } of formula.variables) outer.delete(name);
      return mentions(formula.part, outer);
    }
  }
}

function mentionsQuantity(one: Quantity, names: ReadonlyMap<string, TypedName>): boolean {
  if (one.kind === 'fluent') return one.terms.some((term) => names.has(term));
  return one.kind === 'arithmetic' && one.parts.some((part) => mentionsQuantity(part, names));
}
