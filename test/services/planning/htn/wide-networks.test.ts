// Networks of very many subtasks, in a sequence, without order, and with an order that is neither: what is worked out
// about them must not grow with the square of their number.
import { describe, expect, test } from 'vitest';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';

const reader =
  readHddl(`(define (domain wide) (:types t) (:predicates (done ?x - t)) (:task go :parameters (?x - t))
  (:method m :parameters (?x - t) :task (go ?x) :precondition (not (done ?x)) :ordered-subtasks (and (act ?x)))
  (:action act :parameters (?x - t) :effect (done ?x)))`);

describe.each([
  ['a sequence', 10_000, (tasks: string) => `:ordered-subtasks (and ${tasks})`],
  ['no order', 1500, (tasks: string) => `:subtasks (and ${tasks})`],
  [
    'two chains and what follows from them',
    1500,
    (tasks: string, count: number) => {
      const pairs = Array.from(
        { length: count - 4 },
        (_, at) => `(< t${at} t${at + 2}) (< t${at} t${at + 4})`,
      );
      return `:subtasks (and ${tasks}) :ordering (and ${pairs.join(' ')})`;
    },
  ],
] as const)('%s', (_, count, network) => {
  test('is planned', () => {
    const names = Array.from({ length: count }, (_, at) => `o${at}`);
    const tasks = names.map((name, at) => `(t${at} (go ${name}))`).join(' ');
    const problem = reader.problem(`(define (problem p) (:domain wide) (:objects ${names.join(' ')} - t)
      (:htn ${network(tasks, count)}) (:init) (:goal (done o1)))`);
    const outcome = planHtnNow(reader.domain, problem, { strategies: ['lifted'] });
    if (outcome.status !== 'solved') throw new Error(outcome.reason);
    expect(outcome.plan.steps).toHaveLength(count);
    expect(validatePlan(reader.domain, problem, outcome.plan).findings).toEqual([]);
  });
});
