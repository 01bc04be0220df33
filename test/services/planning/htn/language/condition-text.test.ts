// The grammar of conditions: what is shown can be read again, and faults are told where they are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readCall,
  readCondition,
  readPostcondition,
  readQuantity,
} from '#src/services/planning/htn/language/condition-text.js';
import type { Formula, Postcondition, Quantity } from '#src/services/planning/htn/formula.js';
import { showFormula, showPostcondition, showQuantity } from '#src/services/planning/htn/language/show.js';

const name = fc.constantFrom('at', 'exists', 'every', 'in-range', 'and', 'a b', 'x"y', 'Über', 'f.txt', '1');
const term = fc.oneof(fc.constantFrom('?x', '?y-2', '?Z'), name);
const terms = fc.array(term, { maxLength: 3 });
const variables = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('?x', '?q', '?r'), types: fc.array(name, { maxLength: 2 }) }),
  { minLength: 1, maxLength: 2, selector: (one) => one.name },
);
const atom = fc.record({ kind: fc.constant('atom' as const), predicate: name, terms });
const fluent = fc.record({ kind: fc.constant('fluent' as const), function: name, terms });
const { quantity } = fc.letrec<{ quantity: Quantity }>((tie) => ({
  quantity: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('number' as const),
      value: fc.double({ min: 0, max: 1e9, noNaN: true }).map(Math.abs),
    }),
    fluent,
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('+', '-', '*', '/'),
      parts: fc.tuple(tie('quantity'), tie('quantity')),
    }),
  ),
}));
const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.record({ kind: fc.constant('equal' as const), left: term, right: term }),
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('<', '<=', '=', '>=', '>'),
      left: quantity,
      right: quantity,
    }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      parts: fc.array(tie('formula'), { minLength: 2, maxLength: 3 }),
    }),
    fc.constantFrom<Formula>({ kind: 'and', parts: [] }, { kind: 'or', parts: [] }),
    fc.record({ kind: fc.constant('not' as const), part: tie('formula') }),
    fc.record({
      kind: fc.constant('imply' as const),
      condition: tie('formula'),
      consequence: tie('formula'),
    }),
    fc.record({ kind: fc.constantFrom('forall', 'exists'), variables, part: tie('formula') }),
  ),
}));
const { change } = fc.letrec<{ change: Postcondition }>((tie) => ({
  change: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constantFrom('add', 'delete'), atom }),
    fc.record({
      kind: fc.constant('change' as const),
      change: fc.constantFrom('assign', 'increase', 'decrease', 'scale-up', 'scale-down'),
      fluent,
      value: quantity,
    }),
    fc.record({ kind: fc.constant('when' as const), condition: formula, postcondition: tie('change') }),
    fc.record({ kind: fc.constant('forall' as const), variables, postcondition: tie('change') }),
  ),
}));
const read = <Value>(reading: { value: Value; fault: unknown }): Value => {
  expect(reading.fault).toBeUndefined();
  return reading.value;
};

describe('DL1 what is shown is read again', () => {
  test('conditions', () => {
    const same = (one: Formula): void => {
      expect(read(readCondition(showFormula(one)))).toEqual(one);
    };
    fc.assert(fc.property(formula, same));
  });

  test('postconditions', () => {
    const same = (one: Postcondition): void => {
      expect(read(readPostcondition(showPostcondition(one)))).toEqual(one);
    };
    fc.assert(fc.property(change, same));
  });

  test('quantities', () => {
    const same = (one: Quantity): void => {
      expect(read(readQuantity(showQuantity(one)))).toEqual(one);
    };
    fc.assert(fc.property(quantity, same));
  });
});

describe('conditions as people write them', () => {
  test.each([
    ['at(?x, home) and not full(home)', 'at(?x, home) and not full(home)'],
    ['done', 'done()'],
    ['not a or b and c', 'not a() or b() and c()'],
    ['(a or b) and c implies d', '(a() or b()) and c() implies d()'],
    ['?a != ?b', '?a != ?b'],
    ['size(?f) + 2 * 3 >= limit', '(size(?f) + (2 * 3)) >= limit()'],
    ['(size(?f) + 2) * 3 < 9', '((size(?f) + 2) * 3) < 9'],
    ['every ?f: file, ?d: a or b (at(?f, ?d))', 'every file ?f, a or b ?d (at(?f, ?d))'],
    ['forall file ?f, a or b ?d (at(?f, ?d))', 'every file ?f, a or b ?d (at(?f, ?d))'],
    ['some ?f (big(?f)) and x', 'some ?f (big(?f)) and x()'],
    ['a and (b)', 'a() and b()'],
    ['exists(?d) and some and x', 'exists(?d) and some() and x()'],
    ['fuel(?t) = -3', 'fuel(?t) == -3'],
  ])('%s', (text, shown) => expect(showFormula(read(readCondition(text)))).toBe(shown));

  test('a goal among tasks', () => {
    expect(read(readCall('achieve at(?f, home)'))).toMatchObject({ isGoal: true, name: 'at' });
  });
});

describe('faults', () => {
  test.each([
    ['at(?x', 5, "expected ',' or ')', got the end"],
    ['at(?x) full', 7, "expected the end, got 'full'"],
    ['at(?x) && full', 7, "the sign '&' is not known here"],
    ['forall ?x at', 10, "expected a condition in brackets behind the variables, got 'at'"],
    ['?x', 2, 'expected a comparison such as `= ?y` or `>= 3`, got the end'],
    ['a and', 5, 'expected a fact, a number, or a variable with a comparison, got the end'],
    ['?x < ?y', 3, "expected '=' or '!=' between objects, got '<'"],
    ['', 0, 'expected a condition, got an empty text'],
    ['"open', 0, 'expected a closing quotation mark'],
    ['('.repeat(300), 200, 'conditions may be nested 200 deep'],
    ['not '.repeat(300), 800, 'conditions may be nested 200 deep'],
  ])('%s', (text, at, message) => expect(readCondition(text).fault).toMatchObject({ at, message }));

  test('any text ends with a value or a fault', () => {
    const words = fc.constantFrom(
      '(',
      ')',
      'and',
      'not',
      '?x',
      'at',
      ',',
      '=',
      '3',
      'forall',
      '-',
      ':=',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(' ')),
        ),
        (text) => {
          readCondition(text);
          readPostcondition(text);
        },
      ),
    );
  });
});
