// Formulas, quantities and postconditions of HDDL. Descends into lists, whose nesting the parser limits.
import type { Comparison, Fluent, Formula, NumericChange, Postcondition, Quantity } from '../formula.js';
import {
  expectList,
  expectSymbol,
  type HddlExpression,
  type HddlList,
  headOf,
  hddlError,
  showExpression,
} from './expression.js';
import {
  type HddlNames,
  readCall,
  readParameters,
  readTerm,
  resolveType,
  type Scope,
  scopeOf,
} from './names.js';

const comparisons: readonly string[] = ['<', '<=', '>=', '>'];
const changes: readonly string[] = ['assign', 'increase', 'decrease', 'scale-up', 'scale-down'];

export function readFormula(names: HddlNames, expression: HddlExpression, scope: Scope): Formula {
  const list = expectList(expression, 'a condition', expression);
  const head = headOf(list);
  if (list.items.length === 0) return { kind: 'and', parts: [] };
  switch (head) {
    case 'and':
    case 'or':
      return { kind: head, parts: list.items.slice(1).map((part) => readFormula(names, part, scope)) };
    case 'not':
      return { kind: 'not', part: readFormula(names, only(list, 1, 'not')[0]!, scope) };
    case 'imply': {
      const [condition, consequence] = only(list, 2, 'imply');
      return {
        kind: 'imply',
        condition: readFormula(names, condition!, scope),
        consequence: readFormula(names, consequence!, scope),
      };
    }
    case 'forall':
    case 'exists': {
      const [variables, part] = only(list, 2, head);
      const bound = readParameters(names, expectList(variables, 'variables', list));
      return { kind: head, variables: bound, part: readFormula(names, part!, scopeOf(bound, scope)) };
    }
    case 'sortof':
    case 'sort-of':
    case 'notsortof':
      return readSort(names, list, scope, head === 'notsortof');
    case 'preference':
      throw hddlError(
        list.position,
        'preferences are not supported.',
        'State it as a condition, or leave it out.',
      );
    case '=':
      return readEquality(names, list, scope);
    default:
      if (comparisons.includes(head)) return readComparison(names, list, scope, head as Comparison);
      return readAtom(names, list, scope);
  }
}

function readAtom(names: HddlNames, list: HddlList, scope: Scope): Formula & { kind: 'atom' } {
  const { name, terms } = readCall(names, list, names.predicates, scope);
  return { kind: 'atom', predicate: name, terms, position: list.position };
}

function readEquality(names: HddlNames, list: HddlList, scope: Scope): Formula {
  const [left, right] = only(list, 2, '=');
  const isNumeric = (each: HddlExpression): boolean => each.kind === 'list' || isNumber(each.text);
  if (isNumeric(left!) || isNumeric(right!)) return readComparison(names, list, scope, '=');
  return {
    kind: 'equal',
    left: readTerm(names, left, scope, list),
    right: readTerm(names, right, scope, list),
    position: list.position,
  };
}

/** `(sortof ?x - t)`: there is something of the type that it is. */
function readSort(names: HddlNames, list: HddlList, scope: Scope, isNegated: boolean): Formula {
  const term = readTerm(names, list.items[1], scope, list);
  const last = expectSymbol(list.items.at(-1), 'a type', list);
  const variable = '?sort-of-it';
  const sort: Formula = {
    kind: 'exists',
    variables: [{ name: variable, types: [resolveType(names, last)] }],
    part: { kind: 'equal', left: variable, right: term },
  };
  return isNegated ? { kind: 'not', part: sort } : sort;
}

function readComparison(names: HddlNames, list: HddlList, scope: Scope, operator: Comparison): Formula {
  const [left, right] = only(list, 2, operator);
  return {
    kind: 'compare',
    operator,
    left: readQuantity(names, left!, scope),
    right: readQuantity(names, right!, scope),
    position: list.position,
  };
}

export function readQuantity(names: HddlNames, expression: HddlExpression, scope: Scope): Quantity {
  if (expression.kind === 'symbol') {
    if (isNumber(expression.text)) return { kind: 'number', value: Number(expression.text) };
    return readFluent(names, { kind: 'list', items: [expression], position: expression.position }, scope);
  }
  const head = headOf(expression);
  if (head !== '+' && head !== '-' && head !== '*' && head !== '/')
    return readFluent(names, expression, scope);
  const parts = expression.items.slice(1).map((part) => readQuantity(names, part, scope));
  if (parts.length < (head === '-' ? 1 : 2)) {
    throw hddlError(expression.position, `'${head}' takes two quantities, found ${parts.length}.`);
  }
  return { kind: 'arithmetic', operator: head, parts };
}

function readFluent(names: HddlNames, list: HddlList, scope: Scope): Fluent {
  const { name, terms } = readCall(names, list, names.functions, scope);
  return { kind: 'fluent', function: name, terms, position: list.position };
}

export function readPostcondition(names: HddlNames, expression: HddlExpression, scope: Scope): Postcondition {
  const list = expectList(expression, 'an effect', expression);
  const head = headOf(list);
  if (list.items.length === 0) return { kind: 'and', parts: [] };
  switch (head) {
    case 'and':
      return { kind: 'and', parts: list.items.slice(1).map((part) => readPostcondition(names, part, scope)) };
    case 'not': {
      const [part] = only(list, 1, 'not');
      return { kind: 'delete', atom: readAtom(names, expectList(part, 'a fact', list), scope) };
    }
    case 'when': {
      const [condition, then] = only(list, 2, 'when');
      return {
        kind: 'when',
        condition: readFormula(names, condition!, scope),
        postcondition: readPostcondition(names, then!, scope),
      };
    }
    case 'forall': {
      const [variables, then] = only(list, 2, 'forall');
      const bound = readParameters(names, expectList(variables, 'variables', list));
      return {
        kind: 'forall',
        variables: bound,
        postcondition: readPostcondition(names, then!, scopeOf(bound, scope)),
      };
    }
    default: {
      if (!changes.includes(head)) return { kind: 'add', atom: readAtom(names, list, scope) };
      const [target, value] = only(list, 2, head);
      const fluent = readQuantity(names, target!, scope);
      if (fluent.kind !== 'fluent') {
        throw hddlError(target!.position, `'${head}' changes a function, found ${showExpression(target)}.`);
      }
      const quantity = readQuantity(names, value!, scope);
      return { kind: 'change', change: head as NumericChange, fluent, value: quantity };
    }
  }
}

function only(list: HddlList, count: number, head: string): readonly HddlExpression[] {
  const parts = list.items.slice(1);
  if (parts.length === count) return parts;
  throw hddlError(list.position, `'${head}' takes ${count} parts, found ${parts.length}.`);
}

/** A number as HDDL writes it. */
export function isNumber(text: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
}
