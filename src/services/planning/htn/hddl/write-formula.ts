// Formulas, postconditions and quantities → HDDL text; and the names in them, which HDDL must be able to read back.
import { EngineError } from '../../../../errors.js';
import type { Formula, Postcondition, Quantity, TypedName } from '../formula.js';

/** Notes what a text asks of a planner, for `:requirements`. */
export type Requirements = Set<string>;

/** Words that HDDL reads as something of its own where a predicate could stand. */
const reserved = new Set(
  'and or not imply forall exists when preference sortof sort-of notsortof either = < <= > >= + - * / assign increase decrease scale-up scale-down'.split(
    ' ',
  ),
);

/** @throws EngineError `INPUT_INVALID` for a name that HDDL would read as something else. */
export function writeName(name: string, what: string): string {
  const isReadable = /^[^\s();]+$/.test(name) && !name.startsWith(':') && !reserved.has(name.toLowerCase());
  if (isReadable) return name;
  const message = `the ${what} '${name}' cannot be written as HDDL: it has blanks, brackets or semicolons, or is a word of HDDL's own.`;
  throw new EngineError('INPUT_INVALID', `${message} Rename it.`, {
    problems: [{ path: name, message, hint: 'Rename it.' }],
  });
}

/** @throws EngineError `INPUT_INVALID` for infinity and what is no number. */
export function writeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  const message = `expected a finite number, got ${value}.`;
  throw new EngineError('INPUT_INVALID', message, { problems: [{ path: 'value', message }] });
}

/** `(head a b …)`. */
export function call(head: string, terms: readonly string[]): string {
  return `(${[head, ...terms].join(' ')})`;
}

/** `a - t b - (either t u)`. */
export function writeTypedNames(names: readonly TypedName[], what: string): string {
  return names
    .map(({ name, types }) => {
      const kinds = types.map((type) => writeName(type, 'type'));
      const type =
        kinds.length > 1 ? `(either ${kinds.join(' ')})` : kinds.length === 1 ? kinds[0] : 'object';
      return `${writeName(name, what)} - ${type}`;
    })
    .join(' ');
}

function writeTerms(terms: readonly string[]): string[] {
  return terms.map((term) => writeName(term, 'term'));
}

export function writeFormula(formula: Formula, uses: Requirements): string {
  switch (formula.kind) {
    case 'atom':
      return call(writeName(formula.predicate, 'predicate'), writeTerms(formula.terms));
    case 'and':
    case 'or':
      if (formula.kind === 'or') uses.add(':disjunctive-preconditions');
      return call(
        formula.kind,
        formula.parts.map((part) => writeFormula(part, uses)),
      );
    case 'not':
      uses.add(':negative-preconditions');
      return call('not', [writeFormula(formula.part, uses)]);
    case 'imply':
      uses.add(':disjunctive-preconditions');
      return call('imply', [writeFormula(formula.condition, uses), writeFormula(formula.consequence, uses)]);
    case 'equal':
      uses.add(':equality');
      return call('=', writeTerms([formula.left, formula.right]));
    case 'compare':
      uses.add(':numeric-fluents');
      return call(formula.operator, [writeQuantity(formula.left, uses), writeQuantity(formula.right, uses)]);
    default:
      uses.add(formula.kind === 'forall' ? ':universal-preconditions' : ':existential-preconditions');
      return call(formula.kind, [
        `(${writeTypedNames(formula.variables, 'variable')})`,
        writeFormula(formula.part, uses),
      ]);
  }
}

export function writeQuantity(quantity: Quantity, uses: Requirements): string {
  if (quantity.kind === 'number') return writeNumber(quantity.value);
  if (quantity.kind === 'fluent')
    return call(writeName(quantity.function, 'function'), writeTerms(quantity.terms));
  return call(
    quantity.operator,
    quantity.parts.map((part) => writeQuantity(part, uses)),
  );
}

export function writePostcondition(postcondition: Postcondition, uses: Requirements): string {
  switch (postcondition.kind) {
    case 'add':
    case 'delete': {
      const { predicate, terms } = postcondition.atom;
      const atom = call(writeName(predicate, 'predicate'), writeTerms(terms));
      return postcondition.kind === 'add' ? atom : call('not', [atom]);
    }
    case 'change':
      uses.add(':numeric-fluents');
      return call(postcondition.change, [
        writeQuantity(postcondition.fluent, uses),
        writeQuantity(postcondition.value, uses),
      ]);
    case 'and':
      return call(
        'and',
        postcondition.parts.map((part) => writePostcondition(part, uses)),
      );
    case 'when':
      uses.add(':conditional-effects');
      return call('when', [
        writeFormula(postcondition.condition, uses),
        writePostcondition(postcondition.postcondition, uses),
      ]);
    default:
      uses.add(':conditional-effects');
      return call('forall', [
        `(${writeTypedNames(postcondition.variables, 'variable')})`,
        writePostcondition(postcondition.postcondition, uses),
      ]);
  }
}
