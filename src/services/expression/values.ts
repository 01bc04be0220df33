// Values: the operators of the expression language over plain JSON values.
//
// V1 numbers are JSON numbers: whole and broken ones mix, `7 / 2` is 3.5, `1 == 1.0`. A result that is no
//    JSON number (a division by zero, an overflow) is an error.
// V2 `==` takes any two values and compares deeply; values of different kinds are not equal.
// V3 every other operator refuses values of the wrong kind and says which they are.
import type { Json } from '../../model/scalars.js';
import { ExpressionError } from './expression-error.js';
import type { ExpressionErrorCode } from './expression-error.js';

/** Where in the text an operator stands, for its errors. */
export interface Site {
  readonly text: string;
  readonly position: number;
}

export type ValueKind = 'null' | 'bool' | 'number' | 'string' | 'list' | 'map';
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | 'in';

/** Texts that an expression makes may have this many characters. */
export const maxTextLength = 16_777_216;
/** Lists that an expression makes may have this many items. */
export const maxListLength = 1_000_000;

export function fail(site: Site, code: ExpressionErrorCode, summary: string, hint?: string): never {
  throw new ExpressionError(code, summary, { text: site.text, position: site.position, hint });
}

export function kindOf(value: Json): ValueKind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'bool';
    default:
      if (value === null) return 'null';
      return Array.isArray(value) ? 'list' : 'map';
  }
}

/** A value in a few characters, for messages. */
export function showValue(value: Json, length = 60): string {
  const text = JSON.stringify(Array.isArray(value) && value.length > 20 ? value.slice(0, 20) : value);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Deep equality of JSON values. */
export function sameValue(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameValue(item, right[index] ?? null));
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key] ?? null, right[key] ?? null));
}

export function checkedText(site: Site, text: string): string {
  if (text.length > maxTextLength) {
    fail(
      site,
      'limit-exceeded',
      `the text would have ${text.length} characters; ${maxTextLength} is the limit`,
    );
  }
  return text;
}

export function checkedNumber(site: Site, value: number): number {
  if (!Number.isFinite(value)) fail(site, 'value-invalid', 'the result is too large to be a number');
  return value;
}

export function requireBool(site: Site, value: Json, what: string): boolean {
  if (typeof value === 'boolean') return value;
  return fail(
    site,
    'type-mismatch',
    `${what} must be true or false, got ${aKind(value)} ${showValue(value)}`,
  );
}

/** The operator as a function of two values. */
export function binaryOperation(operator: BinaryOperator, site: Site): (left: Json, right: Json) => Json {
  switch (operator) {
    case '==':
      return sameValue;
    case '!=':
      return (left, right) => !sameValue(left, right);
    case '<':
      return (left, right) => compare(site, operator, left, right) < 0;
    case '<=':
      return (left, right) => compare(site, operator, left, right) <= 0;
    case '>':
      return (left, right) => compare(site, operator, left, right) > 0;
    case '>=':
      return (left, right) => compare(site, operator, left, right) >= 0;
    case '+':
      return (left, right) => add(site, left, right);
    case 'in':
      return (left, right) => isIn(site, left, right);
    default:
      return (left, right) => calculate(site, operator, left, right);
  }
}

export function negate(site: Site, value: Json): number {
  if (typeof value === 'number') return -value;
  return fail(site, 'type-mismatch', `- needs a number, got ${aKind(value)} ${showValue(value)}`);
}

function compare(site: Site, operator: string, left: Json, right: Json): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return mismatch(site, operator, left, right, 'two numbers or two strings');
}

function add(site: Site, left: Json, right: Json): Json {
  if (typeof left === 'number' && typeof right === 'number') return checkedNumber(site, left + right);
  if (typeof left === 'string' && typeof right === 'string') return checkedText(site, left + right);
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length + right.length > maxListLength) {
      fail(site, 'limit-exceeded', `the list would have more than ${maxListLength} items`);
    }
    return [...left, ...right];
  }
  const hint =
    typeof left === 'string' || typeof right === 'string' ? 'Use string(x) to make a text.' : undefined;
  return mismatch(site, '+', left, right, 'two numbers, two strings or two lists', hint);
}

function calculate(site: Site, operator: '-' | '*' | '/' | '%', left: Json, right: Json): number {
  if (typeof left !== 'number' || typeof right !== 'number') {
    return mismatch(site, operator, left, right, 'two numbers');
  }
  if (right === 0 && (operator === '/' || operator === '%')) {
    fail(site, 'value-invalid', `${left} ${operator} 0: there is no division by zero`);
  }
  switch (operator) {
    case '-':
      return checkedNumber(site, left - right);
    case '*':
      return checkedNumber(site, left * right);
    case '/':
      return checkedNumber(site, left / right);
    case '%':
      return left % right;
  }
}

function isIn(site: Site, left: Json, right: Json): boolean {
  if (Array.isArray(right)) return right.some((item) => sameValue(item, left));
  if (typeof right === 'object' && right !== null) {
    return (typeof left === 'string' || typeof left === 'number') && Object.hasOwn(right, String(left));
  }
  const hint = typeof right === 'string' ? 'For a part of a text use contains(text, part).' : undefined;
  return fail(
    site,
    'type-mismatch',
    `\`in\` needs a list or a map on its right, got ${aKind(right)} ${showValue(right)}`,
    hint,
  );
}

function mismatch(
  site: Site,
  operator: string,
  left: Json,
  right: Json,
  expected: string,
  hint?: string,
): never {
  const got = `${aKind(left)} ${showValue(left, 30)} and ${aKind(right)} ${showValue(right, 30)}`;
  return fail(site, 'type-mismatch', `${operator} needs ${expected}, got ${got}`, hint);
}

/** The kind of a value with its article, for messages; the value itself follows. */
export function aKind(value: Json): string {
  return kindOf(value) === 'null' ? 'the value' : `the ${kindOf(value)}`;
}
