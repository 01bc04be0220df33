// Condition text: conditions, postconditions, tasks and quantities as people write them in domain documents →
// formulas. A grammar of our own, read by descent:
//
//   condition  = or [ 'implies' or ]
//   or, and    = parts between 'or', 'and'; 'and' binds tighter
//   unary      = 'not' unary | ('forall' | 'every' | 'exists' | 'some') variables '(' condition ')'
//              | '(' condition ')' | 'true' | 'false' | comparison | name [ '(' terms ')' ]
//   comparison = term ('=' | '==' | '!=') term | quantity ('<' | '<=' | '==' | '=' | '!=' | '>=' | '>') quantity
//   change     = 'not' call | call | call (':=' | '+=' | '-=' | '*=' | '/=') quantity
//              | 'when' condition 'then' change | 'forall' variables '(' changes ')' | '(' changes ')'
//   variables  = [ type { 'or' type } ] '?x' { ',' … }, also '?x' ':' type
//
// Both sides of `=` that are variables or bare names are objects; a call, a number or arithmetic is a quantity.
import type { Token } from './condition-tokens.js';
import type {
  Atom,
  Comparison,
  Fluent,
  Formula,
  NumericChange,
  Postcondition,
  Quantity,
  SourcePosition,
  Term,
} from '../formula.js';
import { positionOf, quantity, terms, variables } from './quantity-text.js';
import type { Placing } from './quantity-text.js';
import { createTokenReader } from './token-reader.js';
import type { Reading, TokenReader } from './token-reader.js';
import { nothing, truth } from '../formula.js';

/** A task or goal as it is written: `move(?f, home)`, `achieve at(?f, home)`. */
export interface CallText {
  readonly isGoal: boolean;
  readonly name: string;
  readonly terms: readonly Term[];
  readonly position?: SourcePosition;
}

const nowhere: Placing = () => undefined;

/** Reads a condition. */
export function readCondition(text: string, place: Placing = nowhere): Reading<Formula> {
  return createTokenReader(text).whole(truth, (reader) => condition(reader, place));
}

/** Reads postconditions: changes joined by `and`. */
export function readPostcondition(text: string, place: Placing = nowhere): Reading<Postcondition> {
  return createTokenReader(text).whole(nothing, (reader) => changes(reader, place));
}

/** Reads a quantity such as `2 * size(?f) + 1`. */
export function readQuantity(text: string, place: Placing = nowhere): Reading<Quantity> {
  return createTokenReader(text).whole({ kind: 'number', value: 0 }, (reader) => quantity(reader, place));
}

/** Reads a task, or `achieve` with a fact. */
export function readCall(text: string, place: Placing = nowhere): Reading<CallText> {
  return createTokenReader(text).whole({ isGoal: false, name: '', terms: [] }, (reader) => {
    const isGoal = reader.takeWord('achieve');
    const name = reader.name('the name of a task');
    return { isGoal, name: name.text, terms: terms(reader), ...positionOf(name, place) };
  });
}

function condition(reader: TokenReader, place: Placing): Formula {
  return reader.nested(() => {
    const left = disjunction(reader, place);
    if (!reader.takeWord('implies')) return left;
    return { kind: 'imply', condition: left, consequence: disjunction(reader, place) };
  });
}

function disjunction(reader: TokenReader, place: Placing): Formula {
  const parts = [conjunction(reader, place)];
  while (reader.takeWord('or')) parts.push(conjunction(reader, place));
  return parts.length === 1 ? (parts[0] ?? truth) : { kind: 'or', parts };
}

function conjunction(reader: TokenReader, place: Placing): Formula {
  const parts = [unary(reader, place)];
  while (reader.takeWord('and')) parts.push(unary(reader, place));
  return parts.length === 1 ? (parts[0] ?? truth) : { kind: 'and', parts };
}

function unary(reader: TokenReader, place: Placing): Formula {
  if (reader.takeWord('not')) return reader.nested(() => ({ kind: 'not', part: unary(reader, place) }));
  const quantifier = takeQuantifier(reader);
  if (quantifier !== undefined) {
    const bound = variables(reader, place);
    reader.expect('(', 'a condition in brackets behind the variables');
    const part = condition(reader, place);
    reader.expect(')', "')' behind the condition");
    return { kind: quantifier, variables: bound, part };
  }
  if (reader.takeWord('true')) return truth;
  if (reader.takeWord('false')) return { kind: 'or', parts: [] };
  // A bracket opens a condition or a quantity: `(a or b)`, `(x() + 1) * 2 > y()`.
  if (reader.peek().text === '(' && reader.peek().kind === 'sign' && !opensQuantity(reader)) {
    reader.expect('(', "'('");
    const inner = condition(reader, place);
    reader.expect(')', "')'");
    return inner;
  }
  return factOrComparison(reader, place);
}

const quantifiers: Readonly<Record<string, 'forall' | 'exists'>> = {
  forall: 'forall',
  every: 'forall',
  exists: 'exists',
  some: 'exists',
};
const connectives: ReadonlySet<string> = new Set(['and', 'or', 'implies', 'then']);

/** Takes `every` and the like when variables follow; a fact may have such a name too: `exists(?d)`. */
function takeQuantifier(reader: TokenReader): 'forall' | 'exists' | undefined {
  const [word, next] = [reader.peek(), reader.peek(1)];
  const kind = word.kind === 'name' && !word.quoted ? quantifiers[word.text] : undefined;
  const isFollowed =
    next.kind === 'variable' || (next.kind === 'name' && (next.quoted || !connectives.has(next.text)));
  if (kind === undefined || !isFollowed) return undefined;
  reader.next();
  return kind;
}

/** Whether what follows the bracket that closes here is arithmetic or a comparison. */
function opensQuantity(reader: TokenReader): boolean {
  let depth = 0;
  for (let ahead = 0; ; ahead += 1) {
    const token = reader.peek(ahead);
    if (token.kind === 'end') return false;
    if (token.kind !== 'sign') continue;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0) continue;
    const { kind, text } = reader.peek(ahead + 1);
    return kind === 'sign' && /^([-+*/]|[<>]=?|[=!]?=)$/.test(text);
  }
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '<': '<',
  '<=': '<=',
  '=': '=',
  '==': '=',
  '>=': '>=',
  '>': '>',
};

function factOrComparison(reader: TokenReader, place: Placing): Formula {
  const first = reader.peek();
  const left = side(reader, place);
  const sign = reader.peek();
  if (sign.kind !== 'sign' || !/^([<>]=?|[=!]?=)$/.test(sign.text)) {
    if (left.kind === 'fluent' || (left.kind === 'term' && !left.term.startsWith('?'))) {
      const [predicate, own] = left.kind === 'fluent' ? [left.function, left.terms] : [left.term, []];
      return { kind: 'atom', predicate, terms: own, ...positionOf(first, place) };
    }
    reader.fail(sign, 'a comparison such as `= ?y` or `>= 3`');
    return truth;
  }
  reader.next();
  const right = side(reader, place);
  const position = positionOf(first, place);
  const isNot = sign.text === '!=';
  const operator = comparisons[sign.text] ?? '=';
  if (left.kind === 'term' && right.kind === 'term') {
    if (!isNot && sign.text !== '=' && sign.text !== '==') reader.fail(sign, "'=' or '!=' between objects");
    const equal: Formula = { kind: 'equal', left: left.term, right: right.term, ...position };
    return isNot ? { kind: 'not', part: equal } : equal;
  }
  const [one, other] = [asQuantity(reader, left, first), asQuantity(reader, right, first)];
  const compare: Formula = { kind: 'compare', operator, left: one, right: other, ...position };
  return isNot ? { kind: 'not', part: compare } : compare;
}

/** One side of a comparison: a term as long as nothing shows it to be a quantity. */
type Side = Quantity | { readonly kind: 'term'; readonly term: Term };

function side(reader: TokenReader, place: Placing): Side {
  const token = reader.peek();
  const after = reader.peek(1);
  const isBare =
    (token.kind === 'variable' || token.kind === 'name') &&
    !(after.kind === 'sign' && /^[(+*/-]$/.test(after.text));
  if (!isBare) return quantity(reader, place);
  reader.next();
  return { kind: 'term', term: token.text };
}

function asQuantity(reader: TokenReader, one: Side, token: Token): Quantity {
  if (one.kind !== 'term') return one;
  if (one.term.startsWith('?')) reader.fail(token, 'a quantity, because the other side is one');
  return { kind: 'fluent', function: one.term, terms: [] };
}

const numericChanges: Readonly<Record<string, NumericChange>> = {
  ':=': 'assign',
  '+=': 'increase',
  '-=': 'decrease',
  '*=': 'scale-up',
  '/=': 'scale-down',
};

function changes(reader: TokenReader, place: Placing): Postcondition {
  return reader.nested(() => {
    const parts = [change(reader, place)];
    while (reader.takeWord('and') || reader.take(',')) parts.push(change(reader, place));
    return parts.length === 1 ? (parts[0] ?? nothing) : { kind: 'and', parts };
  });
}

function change(reader: TokenReader, place: Placing): Postcondition {
  if (reader.takeWord('true')) return nothing;
  if (reader.takeWord('not')) return { kind: 'delete', atom: atom(reader, place) };
  if (reader.takeWord('when')) {
    const when = condition(reader, place);
    if (!reader.takeWord('then')) reader.fail(reader.peek(), "'then' behind the condition");
    return { kind: 'when', condition: when, postcondition: change(reader, place) };
  }
  if (takeQuantifier(reader) === 'forall') {
    const bound = variables(reader, place);
    reader.expect('(', 'changes in brackets behind the variables');
    const postcondition = changes(reader, place);
    reader.expect(')', "')' behind the changes");
    return { kind: 'forall', variables: bound, postcondition };
  }
  if (reader.take('(')) {
    const inner = changes(reader, place);
    reader.expect(')', "')'");
    return inner;
  }
  const added = atom(reader, place);
  const sign = reader.peek();
  const kind = sign.kind === 'sign' ? numericChanges[sign.text] : undefined;
  if (kind === undefined) return { kind: 'add', atom: added };
  reader.next();
  const fluent: Fluent = { ...added, kind: 'fluent', function: added.predicate };
  return { kind: 'change', change: kind, fluent: plain(fluent), value: quantity(reader, place) };
}

/** A fluent without what is left of the atom that it was taken for. */
function plain({ kind, function: name, terms: own, position }: Fluent): Fluent {
  return { kind, function: name, terms: own, ...(position === undefined ? {} : { position }) };
}

function atom(reader: TokenReader, place: Placing): Atom {
  const token = reader.name('a fact such as at(?x, home)');
  return { kind: 'atom', predicate: token.text, terms: terms(reader), ...positionOf(token, place) };
}
