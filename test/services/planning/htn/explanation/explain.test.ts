// Explanations: why a method was chosen, what the others lacked, and what was missing where there is no plan.
import { describe, expect, test } from 'vitest';
import { decompositionLines } from '#src/services/planning/htn/output/decomposition-text.js';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { readDomainDocument } from '#src/services/planning/htn/language/domain-document.js';
import { explainFailure, failureLines } from '#src/services/planning/htn/explanation/explain-failure.js';
import { explainPlan, explanationLines } from '#src/services/planning/htn/explanation/explain-plan.js';
import { readHtnPlan } from '#src/services/planning/htn/validation/read-plan.js';
import { parcels, parcelsPlan } from '../parcels.js';

const { domain, problem } = parcels();
const plan = readHtnPlan(parcelsPlan, domain, problem);

describe('why a plan is as it is', () => {
  const explainer = explainPlan(domain, problem, plan);
  const linesOf = (task: string): string[] => {
    const found = explainer.all().filter((one) => one.task === task);
    return found.flatMap(explanationLines);
  };

  test('each task has its method, its reason and what the others lacked', () => {
    expect(linesOf('deliver(p, c)')).toEqual([
      "deliver(p, c): by 'bring', because at(p, a) and not at(p, c) held at the beginning",
      "  not 'leave-it': at(p, c) did not hold",
    ]);
    expect(linesOf('go(t, a)')).toEqual([
      "go(t, a): by 'step', because at(t, b) and road(b, a) and not at(t, a) held at the beginning",
      "  not 'stay': at(t, a) did not hold",
      "go(t, a): by 'stay', because at(t, a) held after step 1",
      "  not 'step': not at(t, a) did not hold",
    ]);
  });

  test('also of what is possible too', () => {
    const twice = {
      ...domain,
      methods: domain.methods.flatMap((one) => [one, { ...one, name: `${one.name}-2` }]),
    };
    const root = explainPlan(twice, problem, plan).node(0);
    expect(root?.alternatives).toContainEqual({ method: 'bring-2' });
    expect(explanationLines(root as never)).toContain("  'bring-2' was possible too");
  });

  test('steps need no explanation', () =>
    expect(explainer.node(plan.nodes.findIndex(({ kind }) => kind === 'operator'))).toBeUndefined());

  test('the tree as text lays recursion flat', () => {
    expect(decompositionLines(plan)).toEqual([
      '├─ deliver(p, c) ← bring',
      '│  ├─ go(t, a) ← step',
      '│  │  ├─ 1. drive(t, b, a)',
      '│  │  └─ go(t, a) ← stay',
      '│  ├─ 2. load(p, t, a)',
      '│  ├─ go(t, c) ← step',
      '│  │  ├─ 3. drive(t, a, b)',
      '│  │  ├─ 4. drive(t, b, c)',
      '│  │  └─ go(t, c) ← stay',
      '│  └─ 5. unload(p, t, c)',
      '└─ deliver(q, b) ← leave-it',
    ]);
    expect(decompositionLines(plan, { depth: 1, ascii: true, width: 2 })).toEqual([
      '|- deliver(p, c) by bring',
      '`- deliver(q, b) by leave-it',
    ]);
    expect(decompositionLines(plan, { lines: 2 })).toHaveLength(3);
  });
});

describe('why there is no plan', () => {
  test('the nearest misses, ranked', () => {
    const facts = problem.facts.filter(
      ({ predicate, arguments: [from] }) => predicate !== 'road' || from !== 'b',
    );
    const failure = explainFailure(domain, { ...problem, facts });
    expect(failure.status).toBe('none');
    // From b no road leads anywhere: the truck that stands there never starts, the other comes to b and stays.
    const nearest = failure.misses.slice(0, 2).map(({ subject, condition }) => `${subject}: ${condition}`);
    expect(nearest.sort()).toEqual(['stay: at(?t, ?to)', 'step: road(?a, ?b)']);
    expect(failureLines(failure)).toContainEqual(
      expect.stringMatching(
        /^ {2}\d\. the method 'step' for go\([tu], [abc]\) needs road\(\?a, \?b\), there road\(b, \?b\) \(\d+ times?, at best after \d+ steps? at depth \d+\)$/,
      ),
    );
    for (const [at, miss] of failure.misses.entries())
      expect(miss.steps).toBeLessThanOrEqual(failure.misses[at - 1]?.steps ?? Number.POSITIVE_INFINITY);
  });

  test('what nothing can make true', () => {
    const { domain: own, problem: impossible } = readDomainDocument(`version: 1
domain: door
predicates: { open: [], key: [] }
operators: { unlock: { preconditions: key(), postconditions: open() } }
tasks: { enter: }
methods: { by-door: { for: enter(), subtasks: [unlock()] } }
problem: { tasks: [enter()], goal: open() }
`);
    if (impossible === undefined) throw new Error('no problem');
    const failure = explainFailure(own, impossible);
    expect(failureLines(failure)).toEqual([
      'There is no plan: all there is was tried.',
      'Nearest misses:',
      "  1. the operator 'unlock' for enter() needs key() (1 time, at best after 0 steps at depth 0)",
      'Nothing can ever make these true:',
      '  open(), which the goal needs',
      "  key(), which the operator 'unlock' needs",
    ]);
  });
});

describe('a failure that takes long to explain', () => {
  const many =
    readHddl(`(define (domain d) (:types t) (:predicates (never) (seen ?x - t)) (:task go :parameters (?x - t))
    (:method m :parameters (?x - t) :task (go ?x) :ordered-subtasks (and (look ?x) (end)))
    (:action look :parameters (?x - t) :effect (seen ?x)) (:action end :precondition (never)))`);
  const names = Array.from({ length: 60 }, (_, index) => `o${index}`);
  const free = ['?a', '?b', '?c', '?d', '?e', '?f'];
  const asked = many.problem(`(define (problem p) (:domain d) (:objects ${names.join(' ')} - t)
    (:htn :parameters (${free.join(' ')} - t) :ordered-subtasks (and ${free.map((x) => `(go ${x})`).join(' ')})) (:init))`);

  test('ends at its decisions, however many bindings the initial network has', () => {
    const told = explainFailure(many.domain, asked, { nodes: 50 });
    expect(told.status).toBe('limit');
    expect(told.misses[0]).toMatchObject({ subject: 'end', condition: 'never()' });
  });

  test('ends at its time', () => {
    let now = 0;
    const told = explainFailure(many.domain, asked, { now: () => (now += 100), timeMs: 1000, nodes: 1e9 });
    expect(told.status).toBe('limit');
    expect(told.misses[0]?.count).toBeLessThan(12);
  });
});
