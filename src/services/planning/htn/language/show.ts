// Show: formulas, postconditions and tasks as text of the domain language, for messages and documents. What is
// shown can be read again by condition-text.ts.
import type { Atom, Fluent, Formula, Postcondition, Quantity, Term, TypedName } from '../formula.js';

/** Objects for variables: shown in their place where they are known. */
export type ShownBindings = Readonly<Record<string, string>>;

const words: ReadonlySet<string> = new Set('and or not implies true false when then achieve'.split(' '));

/** A name; in quotes when it is none by itself. */
export function showName(name: string): string {
  const isPlain =
    /^[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*$/.test(name) && !words.has(name.toLowerCase());
  return isPlain ? name : `"${name.replace(/[\\"]/g, '\\$&')}"`;
}

function showTerm(term: Term, bindings: ShownBindings): string {
  if (!term.startsWith('?')) return showName(term);
  const bound = bindings[term];
  return bound === undefined ? term : showName(bound);
}

/** A name with its terms: `at(?f, home)`. */
export function showCall(name: string, terms: readonly Term[], bindings: ShownBindings = {}): string {
  return `${showName(name)}(${terms.map((term) => showTerm(term, bindings)).join(', ')})`;
}

const showAtom = ({ predicate, terms }: Atom, bindings: ShownBindings): string =>
  showCall(predicate, terms, bindings);
const showFluent = (fluent: Fluent, bindings: ShownBindings): string =>
  showCall(fluent.function, fluent.terms, bindings);

/** A quantity as text. */
export function showQuantity(one: Quantity, bindings: ShownBindings = {}): string {
  if (one.kind === 'number') return String(one.value);
  if (one.kind === 'fluent') return showFluent(one, bindings);
  const parts = one.parts.map((part) => showQuantity(part, bindings));
  if (parts.length === 1) return one.operator === '-' ? `-${parts[0] ?? '0'}` : (parts[0] ?? '0');
  return `(${parts.join(` ${one.operator} `)})`;
}

const showVariables = (variables: readonly TypedName[]): string =>
  variables
    .map(({ name, types }) => (types.length === 0 ? name : `${types.map(showName).join(' or ')} ${name}`))
    .join(', ');

/** A formula as text. */
export function showFormula(formula: Formula, bindings: ShownBindings = {}): string {
  return textOf(formula, bindings, 0);
}

/** `tightness` of the surrounding: 0 none, 1 `implies`, 2 `or`, 3 `and`, 4 `not`. */
function textOf(formula: Formula, bindings: ShownBindings, tightness: number): string {
  const wrap = (own: number, text: string): string => (own < tightness ? `(${text})` : text);
  switch (formula.kind) {
    case 'atom':
      return showAtom(formula, bindings);
    case 'and':
    case 'or': {
      if (formula.parts.length === 0) return formula.kind === 'and' ? 'true' : 'false';
      const own = formula.kind === 'and' ? 3 : 2;
      const parts = formula.parts.map((part) => textOf(part, bindings, own + 1));
      return parts.length === 1 ? (parts[0] ?? '') : wrap(own, parts.join(` ${formula.kind} `));
    }
    case 'not':
      if (formula.part.kind === 'equal')
        return wrap(
          4,
          `${showTerm(formula.part.left, bindings)} != ${showTerm(formula.part.right, bindings)}`,
        );
      return `not ${textOf(formula.part, bindings, 4)}`;
    case 'imply':
      return wrap(
        1,
        `${textOf(formula.condition, bindings, 2)} implies ${textOf(formula.consequence, bindings, 2)}`,
      );
    case 'equal':
      return wrap(4, `${showTerm(formula.left, bindings)} = ${showTerm(formula.right, bindings)}`);
    case 'compare': {
      const sign = formula.operator === '=' ? '==' : formula.operator;
      const [left, right] = [showQuantity(formula.left, bindings), showQuantity(formula.right, bindings)];
      return wrap(4, `${left} ${sign} ${right}`);
    }
    case 'forall':
    case 'exists': {
      const inner = { ...bindings };
      for (const { name } of formula.variables) delete inner[name];
      return `${formula.kind === 'forall' ? 'every' : 'some'} ${showVariables(formula.variables)} (${textOf(formula.part, inner, 0)})`;
    }
  }
}

const changeSigns = {
  assign: ':=',
  increase: '+=',
  decrease: '-=',
  'scale-up': '*=',
  'scale-down': '/=',
} as const;

/** A postcondition as text. */
export function showPostcondition(one: Postcondition, bindings: ShownBindings = {}): string {
  switch (one.kind) {
    case 'add':
      return showAtom(one.atom, bindings);
    case 'delete':
      return `not ${showAtom(one.atom, bindings)}`;
    case 'change':
      return `${showFluent(one.fluent, bindings)} ${changeSigns[one.change]} ${showQuantity(one.value, bindings)}`;
    case 'and':
      return one.parts.length === 0
        ? 'true'
        : one.parts.map((part) => showPostcondition(part, bindings)).join(' and ');
    case 'when': {
      const condition = showFormula(one.condition, bindings);
      return `when ${condition} then (${showPostcondition(one.postcondition, bindings)})`;
    }
    case 'forall': {
      const inner = { ...bindings };
      for (const { name } of one.variables) delete inner[name];
      return `every ${showVariables(one.variables)} (${showPostcondition(one.postcondition, inner)})`;
    }
  }
}
