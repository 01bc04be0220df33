// Conditions and changes for the domain builder: small functions that give the plain data of formula.ts.
import type { ParameterMap, Scope, TypedTerm, Change } from './builder-types.js';
import { EngineError } from '../../../../errors.js';
import type {
  Comparison,
  Fluent,
  Formula,
  NumericChange,
  Postcondition,
  Quantity,
  TypedName,
} from '../formula.js';

const numberOf = (one: Quantity | number): Quantity =>
  typeof one === 'number' ? { kind: 'number', value: one } : one;

/** All of these. */
export const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
/** At least one of these. */
export const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });
export const not = (part: Formula): Formula => ({ kind: 'not', part });
export const implies = (condition: Formula, consequence: Formula): Formula => ({
  kind: 'imply',
  condition,
  consequence,
});
/** Both are the same object. */
export const same = (left: TypedTerm, right: TypedTerm): Formula => ({
  kind: 'equal',
  left: left.text,
  right: right.text,
});
export const different = (left: TypedTerm, right: TypedTerm): Formula => not(same(left, right));

/** Compares two quantities. */
export const compare = (
  left: Quantity | number,
  operator: Comparison,
  right: Quantity | number,
): Formula => ({
  kind: 'compare',
  operator,
  left: numberOf(left),
  right: numberOf(right),
});

/** Arithmetic of two quantities. */
export const arithmetic = (
  left: Quantity | number,
  operator: '+' | '-' | '*' | '/',
  right: Quantity | number,
): Quantity => ({ kind: 'arithmetic', operator, parts: [numberOf(left), numberOf(right)] });

/** Parameters with their question marks, and the terms for a body. */
export function scopeOf<Parameters extends ParameterMap>(
  parameters: Parameters,
): { readonly list: readonly TypedName[]; readonly scope: Scope<Parameters> } {
  const list = Object.entries(parameters).map(([name, type]) => ({
    name: `?${name}`,
    types: type === 'object' ? [] : [type],
  }));
  const scope = Object.fromEntries(
    list.map(({ name, types }): [string, TypedTerm] => [name.slice(1), { text: name, types }]),
  );
  return { list, scope: scope as Scope<Parameters> };
}

function quantified(kind: 'forall' | 'exists') {
  return <const Parameters extends ParameterMap>(
    parameters: Parameters,
    body: (scope: Scope<Parameters>) => Formula,
  ): Formula => {
    const { list, scope } = scopeOf(parameters);
    return { kind, variables: list, part: body(scope) };
  };
}

/** For every object of these types. */
export const every = quantified('forall');
/** For some object of these types. */
export const some = quantified('exists');

/** A change that happens where a condition holds. */
export const when = (condition: Formula, ...changes: readonly Change[]): Postcondition => ({
  kind: 'when',
  condition,
  postcondition: changesOf(changes),
});

/** Changes for every object of these types. */
export function forEvery<const Parameters extends ParameterMap>(
  parameters: Parameters,
  body: (scope: Scope<Parameters>) => readonly Change[],
): Postcondition {
  const { list, scope } = scopeOf(parameters);
  return { kind: 'forall', variables: list, postcondition: changesOf(body(scope)) };
}

/** Changes a number. */
export const change = (fluent: Fluent, by: NumericChange, value: Quantity | number): Postcondition => ({
  kind: 'change',
  change: by,
  fluent,
  value: numberOf(value),
});

/** Facts as additions, negated facts as deletions, all else as it is. */
export function changesOf(changes: readonly Change[]): Postcondition {
  const parts = changes.map((one): Postcondition => {
    if (one.kind === 'atom') return { kind: 'add', atom: one };
    if (one.kind === 'not' && one.part.kind === 'atom') return { kind: 'delete', atom: one.part };
    if (isPostcondition(one)) return one;
    const message = `a postcondition is a fact, a negated fact, or a change; got a condition of kind '${one.kind}'`;
    throw new EngineError('INPUT_INVALID', message, { problems: [{ path: 'postconditions', message }] });
  });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

function isPostcondition(one: Change): one is Postcondition {
  return (
    one.kind === 'add' ||
    one.kind === 'delete' ||
    one.kind === 'change' ||
    one.kind === 'when' ||
    'postcondition' in one
  );
}
