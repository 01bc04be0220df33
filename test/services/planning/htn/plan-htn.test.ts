// The planner: every plan passes the validator, which is written apart; every way of saying something is planned
// with; what cannot be planned ends with a proof or a limit.
import { describe, expect, test } from 'vitest';
import type { Domain, Problem } from '../../../../src/services/planning/htn/domain.js';
import { readHddl } from '../../../../src/services/planning/htn/hddl/read-problem.js';
import { createHtnSearch, planHtnNow } from '../../../../src/services/planning/htn/plan-htn.js';
import type { SearchOptions, SearchOutcome } from '../../../../src/services/planning/htn/search-outcome.js';
import { validatePlan } from '../../../../src/services/planning/htn/validate.js';

const problemOf = (domain: string, problem: string): [Domain, Problem] => {
  const reader = readHddl(`(define (domain d) ${domain})`);
  return [reader.domain, reader.problem(`(define (problem p) (:domain d) ${problem})`)];
};

const plan = (domain: string, problem: string, options: SearchOptions = {}): SearchOutcome => {
  const [read, asked] = problemOf(domain, problem);
  const outcome = planHtnNow(read, asked, { nodes: 200_000, ...options });
  if (outcome.status === 'solved') {
    expect(validatePlan(read, asked, outcome.plan).findings).toEqual([]);
  }
  return outcome;
};

const stepsOf = (outcome: SearchOutcome): string[] =>
  outcome.status === 'solved'
    ? outcome.plan.steps.map((step) => [step.operator, ...step.arguments].join(' '))
    : [outcome.status];

const road = `(:types place)
  (:predicates (at ?p - place) (road ?a ?b - place) (open ?p - place))
  (:task reach :parameters (?p - place))
  (:method there :parameters (?p - place) :task (reach ?p) :precondition (at ?p) :ordered-subtasks ())
  (:method via :parameters (?p ?a ?b - place) :task (reach ?p)
    :precondition (and (at ?a) (road ?a ?b) (not (at ?p))) :ordered-subtasks (and (go ?a ?b) (reach ?p)))
  (:action go :parameters (?a ?b - place) :precondition (and (at ?a) (road ?a ?b))
    :effect (and (not (at ?a)) (at ?b)))`;

describe.each([['lifted' as const], ['ground' as const]])('the %s search', (strategy) => {
  const options = { strategies: [strategy] };

  test('finds its way through recursive methods, past dead ends and circles', () => {
    const outcome = plan(
      road,
      `(:objects a b c d e - place) (:htn :ordered-subtasks (reach e))
       (:init (at a) (road a b) (road b a) (road b c) (road c a) (road a d) (road c e))`,
      options,
    );
    expect(stepsOf(outcome).at(-1)).toBe('go c e');
  });

  test('plans a recursion 100,000 deep without running out of stack', () => {
    const [domain, problem] = problemOf(
      `(:types n) (:predicates (next ?a ?b - n) (last ?a - n))
      (:task count :parameters (?a - n))
      (:method more :parameters (?a ?b - n) :task (count ?a) :precondition (next ?a ?b)
        :ordered-subtasks (and (tick ?a ?b) (count ?b)))
      (:method end :parameters (?a - n) :task (count ?a) :precondition (last ?a) :ordered-subtasks ())
      (:action tick :parameters (?a ?b - n) :precondition (next ?a ?b))`,
      '(:htn)',
    );
    const length = 100_000;
    const names = Array.from({ length: length + 1 }, (_, index) => `n${index}`);
    const deep: Problem = {
      ...problem,
      objects: names.map((name) => ({ name, types: ['n'] })),
      facts: [
        { predicate: 'last', arguments: [names.at(-1)!] },
        ...names.slice(1).map((name, index) => ({ predicate: 'next', arguments: [names[index]!, name] })),
      ],
      network: {
        parameters: [],
        ordering: [],
        constraints: [],
        subtasks: [{ id: 't', kind: 'task', name: 'count', terms: ['n0'] }],
      },
    };
    const outcome = planHtnNow(domain, deep, options);
    expect(outcome.status).toBe('solved');
    expect(outcome.status === 'solved' && outcome.plan.steps.length).toBe(length);
    expect(outcome.status === 'solved' && outcome.plan.nodes.length).toBe(2 * length + 1);
  });

  test('keeps negative, quantified, disjunctive and conditional conditions', () => {
    const outcome = plan(
      `(:types box) (:predicates (full ?b - box) (sealed ?b - box) (red ?b - box) (shipped))
       (:task ship)
       (:method all :task (ship) :precondition (forall (?b - box) (or (sealed ?b) (not (full ?b))))
         :ordered-subtasks (send))
       (:method one :parameters (?b - box) :task (ship)
         :precondition (and (full ?b) (not (sealed ?b)) (imply (red ?b) (not (shipped))))
         :ordered-subtasks (and (seal ?b) (ship)))
       (:action seal :parameters (?b - box) :precondition (full ?b)
         :effect (and (when (red ?b) (sealed ?b)) (when (not (red ?b)) (not (full ?b)))))
       (:action send :precondition (exists (?b - box) (not (red ?b))) :effect (shipped))`,
      `(:objects x y z - box) (:htn :ordered-subtasks (ship))
       (:init (full x) (full y) (red x)) (:goal (and (shipped) (sealed x) (not (full y))))`,
      options,
    );
    expect(stepsOf(outcome).toSorted()).toEqual(['seal x', 'seal y', 'send']);
  });

  test('keeps the conditions of what is not there', () => {
    expect(
      plan('(:predicates (p)) (:action a :precondition (p))', '(:htn :ordered-subtasks (a)) (:init)', options)
        .status,
    ).not.toBe('solved');
  });
});

describe('what a domain may say', () => {
  test('derived predicates are computed, negated ones too', () => {
    const outcome = plan(
      `(:types place) (:predicates (road ?a ?b - place) (near ?a ?b - place) (alone ?a - place) (built))
       (:derived (near ?a ?b - place) (or (road ?a ?b) (exists (?c - place) (and (road ?a ?c) (near ?c ?b)))))
       (:derived (alone ?a - place) (forall (?b - place) (not (near ?a ?b))))
       (:action build :parameters (?a ?b - place) :precondition (alone ?a) :effect (road ?a ?b))
       (:action check :parameters (?a ?b - place) :precondition (and (near ?a ?b) (not (alone ?a))) :effect (built))`,
      `(:objects a b c - place) (:htn :ordered-subtasks (and (build a b) (check a c))) (:init (road b c)) (:goal (built))`,
    );
    expect(stepsOf(outcome)).toEqual(['build a b', 'check a c']);
  });

  test('numbers are compared and changed, costs depend on them', () => {
    const outcome = plan(
      `(:predicates (done)) (:functions (fuel) (price) (total-cost))
       (:task work)
       (:method now :task (work) :precondition (>= (fuel) 3) :ordered-subtasks (run))
       (:method first :task (work) :precondition (< (fuel) 3) :ordered-subtasks (and (fill) (work)))
       (:action fill :effect (and (increase (fuel) 1) (increase (total-cost) (price))))
       (:action run :effect (and (assign (fuel) 0) (done) (increase (total-cost) (* 2 (fuel)))))`,
      `(:htn :ordered-subtasks (work)) (:init (= (fuel) 1) (= (price) 5)) (:goal (and (done) (= (fuel) 0)))`,
    );
    expect(stepsOf(outcome)).toEqual(['fill', 'fill', 'run']);
    expect(outcome.status === 'solved' && outcome.plan.cost).toBe(16);
  });

  test('subtasks of different tasks are interleaved where only that leads to a plan', () => {
    const outcome = plan(
      `(:predicates (a) (b)) (:task one) (:task two)
       (:method m1 :task (one) :ordered-subtasks (and (x1) (x2)))
       (:method m2 :task (two) :ordered-subtasks (and (y1) (y2)))
       (:action x1 :effect (a)) (:action x2 :precondition (b)) (:action y1 :precondition (a) :effect (and (b) (not (a))))
       (:action y2 :precondition (b))`,
      '(:htn :subtasks (and (one) (two))) (:init)',
    );
    expect(stepsOf(outcome).slice(0, 2)).toEqual(['x1', 'y1']);
  });

  test('goals are tasks of their own: held ones ask for nothing, reached ones are checked', () => {
    const [domain, problem] = problemOf(
      `(:types t) (:predicates (on ?x - t) (power)) (:action press :parameters (?x - t) :precondition (power) :effect (on ?x))
       (:action plug :effect (power))`,
      '(:objects a b - t) (:htn) (:init (on a))',
    );
    const goal = (name: string, terms: string[], id: string) => ({ kind: 'goal' as const, name, terms, id });
    const truth = { kind: 'and' as const, parts: [] };
    const withMethods: Domain = {
      ...domain,
      methods: [
        {
          name: 'switch-on',
          parameters: [{ name: '?x', types: ['t'] }],
          target: { kind: 'goal', name: 'on', terms: ['?x'] },
          precondition: truth,
          subtasks: [goal('power', [], 'p'), { id: 's', kind: 'task', name: 'press', terms: ['?x'] }],
          ordering: [['p', 's']],
          constraints: [],
        },
        {
          name: 'plug-in',
          parameters: [],
          target: { kind: 'goal', name: 'power', terms: [] },
          precondition: truth,
          subtasks: [{ id: 's', kind: 'task', name: 'plug', terms: [] }],
          ordering: [],
          constraints: [],
        },
      ],
    };
    for (const ordering of [[['1', '2'] as const], []]) {
      const asked: Problem = {
        ...problem,
        network: {
          parameters: [],
          subtasks: [goal('on', ['a'], '1'), goal('on', ['b'], '2')],
          ordering,
          constraints: [],
        },
      };
      const outcome = planHtnNow(withMethods, asked);
      expect(stepsOf(outcome)).toEqual(['plug', 'press b']);
      expect(outcome.status === 'solved' && validatePlan(withMethods, asked, outcome.plan).findings).toEqual(
        [],
      );
    }
  });

  test('an empty domain has the empty plan', () => {
    expect(stepsOf(plan('', '(:htn) (:init)'))).toEqual([]);
  });

  test('a cheaper plan is searched for, and known to be the cheapest', () => {
    const methods = [3, 1, 2].map(
      (count) => `(:method m${count} :task (t) :ordered-subtasks (and ${'(a) '.repeat(count)}))`,
    );
    const outcome = plan(
      `(:task t) ${methods.join(' ')} (:action a)`,
      '(:htn :ordered-subtasks (and (t) (t))) (:init)',
      {
        improve: true,
      },
    );
    expect(outcome).toMatchObject({ status: 'solved', optimal: true, plan: { cost: 2 } });
  });
});

describe('what ends without a plan', () => {
  test('a relaxed proof, or all decompositions tried', () => {
    const lost = `(:objects a b - place) (:htn :ordered-subtasks (reach b)) (:init (at a))`;
    expect(plan(road, lost).status).toBe('unsolvable');
    const twice = plan(
      '(:predicates (p)) (:action use :precondition (p) :effect (not (p)))',
      '(:htn :subtasks (and (use) (use))) (:init (p))',
    );
    expect(twice.status).toBe('unsolvable');
  });

  test('methods that call each other for ever', () => {
    const circle = `(:task a) (:task b) (:method ab :task (a) :ordered-subtasks (b)) (:method ba :task (b) :ordered-subtasks (a))`;
    expect(plan(circle, '(:htn :ordered-subtasks (a)) (:init)').status).toBe('unsolvable');
  });

  test.each([
    ['nodes', { nodes: 500 }],
    ['depth', { depth: 40 }],
    ['memory', { memoryMb: 4, nodes: 100_000_000 }],
  ])('an endless growth ends at its limit of %s', (limit, options) => {
    // The base needs two facts of which there is never more than one; left recursion grows for ever.
    const growth = `(:predicates (p) (q)) (:task a)
      (:method grow :task (a) :ordered-subtasks (and (a) (pq)))
      (:method left :task (a) :ordered-subtasks (and (pq) (a)))
      (:method right :task (a) :ordered-subtasks (and (qp) (a)))
      (:method base :task (a) :precondition (and (p) (q)) :ordered-subtasks ())
      (:action pq :precondition (p) :effect (and (not (p)) (q)))
      (:action qp :precondition (q) :effect (and (not (q)) (p)))`;
    const outcome = plan(growth, '(:htn :ordered-subtasks (a)) (:init (p))', options);
    expect(outcome).toMatchObject({ status: 'limit', limit });
  });

  test('an enormous grounding ends at the limit of memory', () => {
    const names = Array.from({ length: 60 }, (_, index) => `o${index}`).join(' ');
    const variables = '?a ?b ?c ?d ?e ?f';
    const outcome = plan(
      `(:types t) (:predicates (p ${variables} - t) (never)) (:task go)
       (:method m :parameters (${variables} - t) :task (go) :ordered-subtasks (and (x ${variables}) (end)))
       (:action x :parameters (${variables} - t) :effect (p ${variables})) (:action end :precondition (never))
       (:action make :effect (never))`,
      `(:objects ${names} - t) (:htn :ordered-subtasks (and (go) (make))) (:init)`,
      { memoryMb: 16, strategies: ['ground'], nodes: 100_000_000 },
    );
    expect(outcome).toMatchObject({ status: 'limit', limit: 'memory' });
  });

  test('a signal stops, a slice rests', () => {
    const [domain, problem] = problemOf(
      road,
      '(:objects a b c - place) (:htn :ordered-subtasks (reach c)) (:init (at a) (road a b) (road b c))',
    );
    const stopped = planHtnNow(domain, problem, { signal: AbortSignal.abort(), strategies: ['ground'] });
    expect(stopped.status === 'solved' || stopped.status === 'limit').toBe(true);
    let now = 0;
    const search = createHtnSearch(domain, problem, { now: () => (now += 1) });
    let rests = 0;
    let outcome = search.step(1);
    for (; outcome === null && rests < 10_000; rests += 1) outcome = search.step(1);
    expect(outcome?.status).toBe('solved');
    expect(search.step(1)).toBe(outcome);
  });

  test('limits that make no sense are refused', () => {
    const [domain, problem] = problemOf('', '(:htn) (:init)');
    expect(() => planHtnNow(domain, problem, { nodes: 0 })).toThrow("'nodes'");
    expect(() => planHtnNow(domain, problem, { sliceMs: -1 })).toThrow("'sliceMs'");
  });
});
