// HDDL: what is read says what was written, is written again to the same, and what is wrong is named at its place.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../../src/errors.js';
import { readHddl } from '../../../../src/services/planning/htn/hddl/read-problem.js';
import { writeHddlDomain, writeHddlProblem } from '../../../../src/services/planning/htn/hddl/write.js';

const domainText = `
(define (domain Tea) ; a comment (
  (:requirements :hierarchy :typing)
  (:types cup pot - vessel room  guest host - person  tray - (either vessel room))
  (:constants Earl - guest)
  (:predicates (in ?v - vessel ?r - room) (full ?v - vessel) (thirsty ?p - person) (quiet))
  (:functions (volume ?v - vessel) - number (total-cost) - number)
  (:task serve :parameters (?p - person))
  (:task fill :parameters (?v - vessel) :precondition () :effect ())
  (:method serve-cup
    :parameters (?p - person ?c - cup)
    :task (serve ?p)
    :precondition (and (thirsty ?p) (not (= ?p Earl)) (or (quiet) (forall (?r - room) (not (in ?c ?r)))))
    :subtasks (and (a (fill ?c)) (b (pour ?c ?p)) (c (bow)))
    :ordering (and (< a b) (< a c))
    :constraints (and (not (= ?p EARL))))
  (:method fill-it :parameters (?v - (either cup pot)) :task (fill ?v) :ordered-subtasks (and (boil) (bow)))
  (:method fill-it :parameters (?v - vessel) :task (fill ?v) :precondition (full ?v) :ordered-subtasks ())
  (:action boil :parameters () :precondition () :effect (and (increase (total-cost) 3)))
  (:action bow :parameters ())
  (:action pour :parameters (?c - cup ?p - person)
    :precondition (and (exists (?r - room) (in ?c ?r)) (>= (volume ?c) 2))
    :effect (and (not (thirsty ?p)) (when (quiet) (not (full ?c))) (forall (?q - host) (thirsty ?q))
                 (decrease (volume ?c) 2) (increase (total-cost) (* 2 (volume ?c)))))
)`;

const problemText = `
(define (problem party) (:domain Tea)
  (:objects blue - cup kitchen - room Ann - host)
  (:htn :parameters (?g - guest) :subtasks (and (t1 (serve Ann)) (serve ?g)) :ordering () :constraints ())
  (:init (in blue kitchen) (thirsty Ann) (= (volume blue) 4.5) (= (total-cost) 0) (not (quiet)))
  (:goal (and (not (thirsty Ann))))
  (:metric minimize (total-cost)))`;

const read = (): ReturnType<typeof readHddl> => readHddl(domainText, 'tea.hddl');

/** A value without its places in the text. */
const placeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'position' ? undefined : each)));

describe('reading HDDL', () => {
  test('types may have several kinds above them, names fold capitals, costs leave the effects', () => {
    const { domain } = read();
    expect(domain.types.find((type) => type.name === 'tray')?.parents).toEqual(['vessel', 'room']);
    expect(domain.functions.map((each) => each.name)).toEqual(['volume']);
    const pour = domain.operators.find((operator) => operator.name === 'pour')!;
    expect(pour.cost).toMatchObject({ kind: 'arithmetic', operator: '*' });
    expect(domain.operators.find((operator) => operator.name === 'bow')?.cost).toEqual({
      kind: 'number',
      value: 0,
    });
    expect(placeless(domain.methods[0]!.constraints)).toEqual([
      { kind: 'not', part: { kind: 'equal', left: '?p', right: 'Earl' } },
    ]);
  });

  test('methods of one name are told apart', () => {
    expect(read().domain.methods.map((method) => method.name)).toEqual(['serve-cup', 'fill-it', 'fill-it-2']);
  });

  test('a problem has facts, numbers, a network with variables and ids of its own, and a goal', () => {
    const problem = read().problem(problemText, 'party.hddl');
    expect(problem.values).toEqual([{ function: 'volume', arguments: ['blue'], value: 4.5 }]);
    expect(problem.network.subtasks.map((subtask) => subtask.id)).toEqual(['t1', 'task1']);
    expect(problem.metric).toBeUndefined();
    expect(problem.facts).toHaveLength(2);
  });

  test('what is written is read to the same', () => {
    const { domain, problem } = read();
    const again = readHddl(writeHddlDomain(domain), 'again.hddl');
    expect(placeless(again.domain)).toEqual(placeless(domain));
    const party = problem(problemText);
    expect(placeless(again.problem(writeHddlProblem(party)))).toEqual(placeless(party));
  });
});

describe('what is wrong', () => {
  const refusal = (text: string): EngineError => {
    try {
      readHddl(text, 'x.hddl');
    } catch (error) {
      if (error instanceof EngineError) return error;
      throw error;
    }
    throw new Error('It was accepted.');
  };
  const within = (body: string): string =>
    `(define (domain d)\n(:types t)\n(:predicates (near ?a ?b - t) (done))\n(:task go :parameters (?a - t))\n${body})`;

  test.each([
    ['(define (domain d)', '1:1', "'(' is never closed"],
    ['(define (domain d)))', '1:20', "')' closes nothing"],
    [within('(:method m :parameters (?a - t) :task (go ?a) :precondition (naer ?a ?a))'), '5:62', "'near'"],
    [
      within('(:method m :parameters (?a - t) :task (go ?a) :precondition (near ?a))'),
      '5:61',
      'takes 2 terms',
    ],
    [within('(:method m :parameters (?a - t) :task (go ?b))'), '5:43', "unknown variable '?b'"],
    [within('(:method m :parameters (?a - u) :task (go ?a))'), '5:30', "unknown type 'u'"],
    [within('(:action a :parameters () :effekt ())'), '5:27', ':effect'],
    [within('(:action a :parameters (?x ?x))'), '5:28', 'comes twice'],
    [within('(:action a) (:action a)'), '5:22', 'declared twice'],
    [
      within(
        '(:method m :parameters (?a - t) :task (go ?a) :subtasks (and (x (go ?a)) (y (go ?a))) :ordering (and (< x y) (< y x)))',
      ),
      '5:57',
      'is a cycle',
    ],
    [
      within('(:method m :parameters (?a - t) :task (go ?a) :subtasks (x (go ?a)) :ordering (< x z))'),
      '5:84',
      "'z'",
    ],
    ['(define (domain d) (:types a - b b - a))', '1:20', 'kinds of each other'],
    ['(define (problem p))', '1:9', '(domain name)'],
    [`${'('.repeat(600)}`, '1:501', 'nested'],
    ['', '1:1', 'define'],
  ])('is named with line and column: %s', (text, place, message) => {
    const error = refusal(text);
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain(`x.hddl:${place}: `);
    expect(error.message).toContain(message);
    expect(error.problems[0]).toMatchObject({ line: Number(place.split(':')[0]), file: 'x.hddl' });
  });

  test('any text is read, or refused by name', () => {
    const token = fc.constantFrom(
      '(',
      ')',
      'define',
      '(domain d)',
      ':types',
      ':action',
      ':method',
      'and',
      'not',
      '?x',
      '-',
      't',
      ':task',
      ';\n',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        try {
          readHddl(tokens.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
