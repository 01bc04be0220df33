// Reachable facts: which facts can come about at all, by patterns of types: a lifted relaxed reachability without
// deletions. What is not reachable here never holds; what is reachable may still never hold.
import type { Domain, Problem } from '../domain.js';
import type { Atom, Formula, Postcondition, Term, TypedName } from '../formula.js';
import { isVariable } from '../formula.js';
import { ancestorsOf, anyType, createObjectTypes } from '../state/object-types.js';
import type { ObjectTypes } from '../state/object-types.js';

/** The types of the variables that a formula may use. */
export type TypeScope = ReadonlyMap<string, readonly string[]>;

export interface ReachableFacts {
  /** The first part of a condition that can never hold; undefined when nothing speaks against it. */
  unreachablePart(formula: Formula, scope: TypeScope): Formula | undefined;
  /** Operators whose preconditions can hold. */
  readonly operators: ReadonlySet<string>;
}

/** Arguments of a fact: an object, or the types that a variable may have. */
type Pattern = readonly (string | readonly string[])[];

interface Reaching {
  readonly objects: ObjectTypes;
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>;
  readonly patterns: Map<string, Map<string, Pattern>>;
}

export function scopeOfTypes(parameters: readonly TypedName[], outer: TypeScope = new Map()): TypeScope {
  return new Map([
    ...outer,
    ...parameters.map(({ name, types }): [string, readonly string[]] => [name, types]),
  ]);
}

/** Works out what the operators and axioms of a domain can make of the facts of a problem. */
export function reachableFacts(domain: Domain, problem: Problem): ReachableFacts {
  const reaching: Reaching = {
    objects: createObjectTypes(domain, problem),
    ancestors: ancestorsOf(domain),
    patterns: new Map(),
  };
  for (const { predicate, arguments: args } of problem.facts) enter(reaching, predicate, args);
  const operators = new Set<string>();
  const waiting = new Set<Domain['operators'][number] | Domain['axioms'][number]>([
    ...domain.operators,
    ...domain.axioms,
  ]);
  for (let grows = true; grows; ) {
    grows = false;
    for (const one of waiting) {
      const scope = scopeOfTypes(one.parameters);
      const condition = 'precondition' in one ? one.precondition : one.condition;
      if (failing(reaching, condition, true, scope) !== undefined) continue;
      waiting.delete(one);
      grows = true;
      if ('precondition' in one) {
        operators.add(one.name);
        enterAdded(reaching, one.postcondition, scope);
      } else
        enter(
          reaching,
          one.predicate,
          one.parameters.map(({ types }) => types),
        );
    }
  }
  return { operators, unreachablePart: (formula, scope) => failing(reaching, formula, true, scope) };
}

function enter(reaching: Reaching, predicate: string, pattern: Pattern): void {
  const known = reaching.patterns.get(predicate) ?? new Map<string, Pattern>();
  reaching.patterns.set(predicate, known);
  known.set(JSON.stringify(pattern), pattern);
}

function patternOf(terms: readonly Term[], scope: TypeScope): Pattern {
  return terms.map((term) => (isVariable(term) ? (scope.get(term) ?? []) : term));
}

function enterAdded(reaching: Reaching, one: Postcondition, scope: TypeScope): void {
  if (one.kind === 'add') enter(reaching, one.atom.predicate, patternOf(one.atom.terms, scope));
  else if (one.kind === 'and') for (const part of one.parts) enterAdded(reaching, part, scope);
  else if (one.kind === 'when') enterAdded(reaching, one.postcondition, scope);
  else if (one.kind === 'forall') enterAdded(reaching, one.postcondition, scopeOfTypes(one.variables, scope));
}

/** The first part that cannot be as it is asked for: true, or false where `isPositive` is false. */
function failing(
  reaching: Reaching,
  formula: Formula,
  isPositive: boolean,
  scope: TypeScope,
): Formula | undefined {
  switch (formula.kind) {
    case 'atom':
      return !isPositive || canHold(reaching, formula, scope) ? undefined : formula;
    case 'not':
      return failing(reaching, formula.part, !isPositive, scope);
    case 'imply':
      return isPositive
        ? failing(
            reaching,
            { kind: 'or', parts: [{ kind: 'not', part: formula.condition }, formula.consequence] },
            true,
            scope,
          )
        : (failing(reaching, formula.condition, true, scope) ??
            failing(reaching, formula.consequence, false, scope));
    case 'and':
    case 'or': {
      const parts = formula.parts.map((part) => failing(reaching, part, isPositive, scope));
      if ((formula.kind === 'and') === isPositive) return parts.find((part) => part !== undefined);
      return parts.every((part) => part !== undefined) ? (parts[0] ?? formula) : undefined;
    }
    case 'forall':
    case 'exists': {
      const inner = scopeOfTypes(formula.variables, scope);
      const isEmpty = formula.variables.some(({ types }) => reaching.objects.ofTypes(types).length === 0);
      const isForall = (formula.kind === 'forall') === isPositive;
      if (isEmpty) return isForall ? undefined : formula;
      return failing(reaching, formula.part, isPositive, inner);
    }
    case 'equal':
      return canBeEqual(reaching, formula.left, formula.right, scope) || !isPositive ? undefined : formula;
    case 'compare':
      return undefined;
  }
}

function canHold(reaching: Reaching, atom: Atom, scope: TypeScope): boolean {
  const asked = patternOf(atom.terms, scope);
  for (const pattern of reaching.patterns.get(atom.predicate)?.values() ?? [])
    if (asked.every((one, at) => meet(reaching, one, pattern[at] ?? []))) return true;
  return false;
}

const canBeEqual = (reaching: Reaching, left: Term, right: Term, scope: TypeScope): boolean => {
  const [one, other] = patternOf([left, right], scope);
  return meet(reaching, one ?? [], other ?? []);
};

function meet(
  reaching: Reaching,
  one: string | readonly string[],
  other: string | readonly string[],
): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one === other;
  if (typeof one === 'string') return reaching.objects.isOf(one, other as readonly string[]);
  if (typeof other === 'string') return reaching.objects.isOf(other, one);
  const isAny = (types: readonly string[]): boolean => types.length === 0 || types.includes(anyType);
  if (isAny(one) || isAny(other)) return true;
  for (const ancestors of reaching.ancestors.values())
    if (one.some((type) => ancestors.has(type)) && other.some((type) => ancestors.has(type))) return true;
  return false;
}
