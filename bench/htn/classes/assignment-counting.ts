// Counting the assignments that satisfy a formula by going through all of them: plans of very many steps, deep
// recursion, and a counter of objects.
import { named, type ProblemClass, problemText, upTo } from './problem-class.js';

const domain = `(define (domain assignment-counting)
  (:requirements :typing :hierarchy :negative-preconditions :method-preconditions)
  (:types variable clause number - object)
  (:predicates (is-true ?v - variable) (after ?v ?w - variable) (last ?v - variable) (follows ?c ?d - clause)
    (final ?c - clause) (first ?c - clause) (positive ?c - clause ?v - variable) (negative ?c - clause ?v - variable)
    (next ?n ?m - number) (count ?n - number))
  (:task explore :parameters (?v - variable))
  (:task deeper :parameters (?v - variable))
  (:task check :parameters (?c - clause))
  (:task on-to :parameters (?c - clause))
  (:method both :parameters (?v - variable) :task (explore ?v)
    :ordered-subtasks (and (set ?v) (deeper ?v) (unset ?v) (deeper ?v)))
  (:method down :parameters (?v ?w - variable) :task (deeper ?v) :precondition (after ?v ?w)
    :ordered-subtasks (explore ?w))
  (:method leaf :parameters (?v - variable ?c - clause) :task (deeper ?v) :precondition (and (last ?v) (first ?c))
    :ordered-subtasks (check ?c))
  (:method by-true :parameters (?c - clause ?v - variable) :task (check ?c)
    :precondition (and (positive ?c ?v) (is-true ?v)) :ordered-subtasks (on-to ?c))
  (:method by-false :parameters (?c - clause ?v - variable) :task (check ?c)
    :precondition (and (negative ?c ?v) (not (is-true ?v))) :ordered-subtasks (on-to ?c))
  (:method failed :parameters (?c - clause) :task (check ?c)
    :precondition (and (forall (?v - variable) (or (not (positive ?c ?v)) (not (is-true ?v))))
      (forall (?v - variable) (or (not (negative ?c ?v)) (is-true ?v))))
    :ordered-subtasks ())
  (:method next-clause :parameters (?c ?d - clause) :task (on-to ?c) :precondition (follows ?c ?d)
    :ordered-subtasks (check ?d))
  (:method satisfied :parameters (?c - clause ?n ?m - number) :task (on-to ?c)
    :precondition (and (final ?c) (count ?n) (next ?n ?m)) :ordered-subtasks (add-one ?n ?m))
  (:action set :parameters (?v - variable) :precondition () :effect (is-true ?v))
  (:action unset :parameters (?v - variable) :precondition () :effect (not (is-true ?v)))
  (:action add-one :parameters (?n ?m - number) :precondition (and (count ?n) (next ?n ?m))
    :effect (and (not (count ?n)) (count ?m)))
)
`;

export const assignmentCounting: ProblemClass = {
  name: 'assignment-counting',
  order: 'total-order',
  sizes: [3, 6, 9, 12, 14, 16],
  domain,
  problem(size, chance) {
    const variables = named('v', size);
    const clauses = named('c', Math.max(2, Math.floor(size * 1.5)));
    const literals = clauses.map(() =>
      Array.from({ length: 3 }, () => ({ at: upTo(chance, size), isPositive: upTo(chance, 2) === 0 })),
    );
    let models = 0;
    for (let values = 0; values < 2 ** size; values += 1) {
      const holds = literals.every((clause) =>
        clause.some(({ at, isPositive }) => (((values >> at) & 1) === 1) === isPositive),
      );
      if (holds) models += 1;
    }
    const numbers = Array.from({ length: models + 2 }, (_, value) => `n${value}`);
    return problemText({
      domain: 'assignment-counting',
      objects: { variable: variables, clause: clauses, number: numbers },
      facts: [
        'count n0',
        'first c1',
        `final c${clauses.length}`,
        `last v${size}`,
        ...variables.slice(1).map((each, at) => `after ${variables[at]!} ${each}`),
        ...clauses.slice(1).map((each, at) => `follows ${clauses[at]!} ${each}`),
        ...numbers.slice(1).map((each, at) => `next ${numbers[at]!} ${each}`),
        ...literals.flatMap((clause, at) =>
          clause.map((each) => `${each.isPositive ? 'positive' : 'negative'} c${at + 1} v${each.at + 1}`),
        ),
      ],
      tasks: ['explore v1'],
      goal: [`count n${models}`],
    });
  },
};
