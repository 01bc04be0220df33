// Hostile domains: deep, cyclic, empty, enormous or malformed ones end with an answer, a limit or a named error.
import { describe, expect, test } from 'vitest';
import { EngineError } from '#src/errors.js';
import type { Domain, Method, Operator, Problem, Subtask } from '#src/services/planning/htn/domain.js';
import { type Formula, nothing, truth, type TypedName } from '#src/services/planning/htn/formula.js';
import { readHddl } from '#src/services/planning/htn/hddl/read-problem.js';
import { createLiftedSearch } from '#src/services/planning/htn/lifted/lifted-search.js';
import { createHtnSearch, planHtnNow } from '#src/services/planning/htn/plan-htn.js';
import type {
  SearchOptions,
  SearchOutcome,
  SearchStrategy,
} from '#src/services/planning/htn/search-outcome.js';
import { cutMethods } from '#src/services/planning/htn/program/cut.js';
import { lowerProgram } from '#src/services/planning/htn/program/lower.js';
import { validatePlan } from '#src/services/planning/htn/validate.js';

const empty: Domain = {
  name: 'hostile',
  types: [],
  constants: [],
  predicates: [],
  functions: [],
  tasks: [],
  operators: [],
  methods: [],
  axioms: [],
};

const call = (name: string, ...terms: string[]): Subtask => ({ id: name, kind: 'task', name, terms });

const order = (subtasks: readonly Subtask[]): (readonly [string, string])[] =>
  subtasks.slice(1).map((subtask, at) => [subtasks[at]!.id, subtask.id] as const);

function method(name: string, target: Subtask, subtasks: Subtask[], more: Partial<Method> = {}): Method {
  const variables = [...new Set([target, ...subtasks].flatMap((one) => one.terms))];
  return {
    name,
    parameters: variables.filter((term) => term.startsWith('?')).map((term) => ({ name: term, types: [] })),
    target,
    precondition: truth,
    subtasks,
    ordering: order(subtasks),
    constraints: [],
    ...more,
  };
}

function operator(name: string, parameters: readonly string[] = [], precondition: Formula = truth): Operator {
  const typed = parameters.map((each): TypedName => ({ name: each, types: [] }));
  return { name, parameters: typed, precondition, postcondition: nothing };
}

function problem(subtasks: Subtask[], more: Partial<Problem> = {}): Problem {
  return {
    name: 'hostile',
    domain: 'hostile',
    objects: [],
    facts: [],
    values: [],
    network: { parameters: [], subtasks, ordering: order(subtasks), constraints: [] },
    ...more,
  };
}

const strategies: (SearchStrategy | 'all')[] = ['lifted', 'ground', 'all'];

describe.each(strategies)('with the strategies %s', (strategy) => {
  const plan = (domain: Domain, of: Problem, options: SearchOptions = {}): SearchOutcome =>
    planHtnNow(domain, of, { ...(strategy === 'all' ? {} : { strategies: [strategy] }), ...options });

  test('nothing to do is done by no steps', () => {
    const outcome = plan(empty, problem([]));
    expect(outcome).toMatchObject({ status: 'solved', plan: { steps: [], nodes: [], roots: [], cost: 0 } });
  });

  test('a task without methods cannot be done', () => {
    const domain = { ...empty, tasks: [{ name: 'work', parameters: [] }] };
    expect(plan(domain, problem([call('work')])).status).toBe('unsolvable');
  });

  test('a task that becomes itself cannot be done', () => {
    const domain: Domain = {
      ...empty,
      tasks: [
        { name: 'work', parameters: [] },
        { name: 'play', parameters: [] },
      ],
      methods: [method('round', call('work'), [call('play')]), method('about', call('play'), [call('work')])],
    };
    expect(plan(domain, problem([call('work')]), { nodes: 20_000 }).status).toBe('unsolvable');
  });

  test('a task that grows for ever ends with a limit or a proof', () => {
    const domain: Domain = {
      ...empty,
      tasks: [{ name: 'work', parameters: [] }],
      operators: [operator('step')],
      methods: [method('more', call('work'), [{ ...call('work'), id: 'again' }, call('step')])],
    };
    const nodes = plan(domain, problem([call('work')]), { nodes: 20_000 });
    expect(['limit', 'unsolvable']).toContain(nodes.status);
    const memory = plan(domain, problem([call('work')]), { memoryMb: 8 });
    if (memory.status === 'limit') expect(memory.limit).toBe('memory');
    else expect(memory.status).toBe('unsolvable');
  });

  test('a task that grows on the left is done when a method ends it', () => {
    const domain: Domain = {
      ...empty,
      tasks: [{ name: 'work', parameters: [] }],
      operators: [operator('step'), operator('end')],
      methods: [
        method('more', call('work'), [{ ...call('work'), id: 'again' }, call('step')]),
        method('last', call('work'), [call('end')]),
      ],
    };
    const outcome = plan(domain, problem([call('work')]), { nodes: 200_000 });
    expect(outcome.status).toBe('solved');
    if (outcome.status !== 'solved') return;
    expect(validatePlan(domain, problem([call('work')]), outcome.plan).valid).toBe(true);
  });

  test('a limit of depth is kept, and a larger one solves', () => {
    const { domain, problem: of } = chain(30, true);
    expect(plan(domain, of, { depth: 20, nodes: 50_000 }).status).toBe('limit');
    expect(plan(domain, of, { depth: 200 }).status).toBe('solved');
  });

  test('what was asked to stop has stopped', () => {
    const { domain, problem: of } = chain(30, true);
    const outcome = plan(domain, of, { signal: AbortSignal.abort() });
    expect(['limit', 'solved']).toContain(outcome.status);
    if (outcome.status === 'limit') expect(outcome.limit).toBe('stopped');
  });
});

/** `down(o0)`: through a chain of objects, the step after the recursion or before it. */
function chain(length: number, isTail: boolean): { domain: Domain; problem: Problem } {
  const next: Formula = { kind: 'atom', predicate: 'next', terms: ['?x', '?y'] };
  const end: Formula = { kind: 'atom', predicate: 'end', terms: ['?x'] };
  const parameters = ['?x', '?y'].map((name): TypedName => ({ name, types: [] }));
  const subtasks = [call('step', '?x'), call('down', '?y')];
  const domain: Domain = {
    ...empty,
    predicates: [
      { name: 'next', parameters },
      { name: 'end', parameters: parameters.slice(0, 1) },
    ],
    tasks: [{ name: 'down', parameters: parameters.slice(0, 1) }],
    operators: [operator('step', ['?x'])],
    methods: [
      method('deeper', call('down', '?x'), isTail ? subtasks : subtasks.reverse(), { precondition: next }),
      method('ground', call('down', '?x'), [], { precondition: end }),
    ],
  };
  const objects = Array.from({ length: length + 1 }, (_, at) => `o${at}`);
  return {
    domain,
    problem: problem([call('down', 'o0')], {
      objects: objects.map((name) => ({ name, types: [] })),
      facts: [
        ...objects.slice(1).map((name, at) => ({ predicate: 'next', arguments: [`o${at}`, name] })),
        { predicate: 'end', arguments: [`o${length}`] },
      ],
    }),
  };
}

describe('a walk in a circle', () => {
  test('is taken once', () => {
    const at: Formula = { kind: 'atom', predicate: 'at', terms: ['?x'] };
    const places = Array.from({ length: 30 }, (_, index): TypedName => ({ name: `p${index}`, types: [] }));
    const parameters = ['?x', '?y'].map((name): TypedName => ({ name, types: [] }));
    const domain: Domain = {
      ...empty,
      predicates: [
        { name: 'at', parameters: parameters.slice(0, 1) },
        { name: 'road', parameters },
      ],
      tasks: [{ name: 'roam', parameters: [] }],
      operators: [
        {
          ...operator('walk', ['?x', '?y'], {
            kind: 'and',
            parts: [at, { kind: 'atom', predicate: 'road', terms: ['?x', '?y'] }],
          }),
          postcondition: {
            kind: 'and',
            parts: [
              { kind: 'delete', atom: { kind: 'atom', predicate: 'at', terms: ['?x'] } },
              { kind: 'add', atom: { kind: 'atom', predicate: 'at', terms: ['?y'] } },
            ],
          },
        },
      ],
      methods: [
        method('on', call('roam'), [call('walk', '?x', '?y'), { ...call('roam'), id: 'again' }]),
        method('end', call('roam'), []),
      ],
    };
    const of = problem([call('roam')], {
      objects: [...places, { name: 'nowhere', types: [] }],
      facts: [
        { predicate: 'at', arguments: ['p0'] },
        ...places.map((place, index) => ({
          predicate: 'road',
          arguments: [place.name, places[(index + 1) % places.length]!.name],
        })),
      ],
      goal: { kind: 'atom', predicate: 'at', terms: ['nowhere'] },
    });
    const outcome = planHtnNow(domain, of, { strategies: ['lifted'], nodes: 100_000 });
    expect(outcome.status).toBe('unsolvable');
    expect(outcome.statistics.nodes).toBeLessThan(300);
  });
});

describe('a recursion in the middle of a method', () => {
  test('is planned 100,000 deep', () => {
    const { domain, problem: of } = chain(100_000, false);
    const outcome = planHtnNow(domain, of, { strategies: ['lifted'] });
    expect(outcome.status === 'solved' && outcome.plan.steps.length).toBe(100_000);
    expect(outcome.statistics.depth).toBeGreaterThanOrEqual(100_000);
  }, 120_000);

  test('gives a valid plan', () => {
    const { domain, problem: of } = chain(5_000, false);
    const outcome = planHtnNow(domain, of, { strategies: ['lifted'] });
    expect(outcome.status === 'solved' && validatePlan(domain, of, outcome.plan).findings).toEqual([]);
  });
});

describe('an enormous domain', () => {
  const objects = Array.from({ length: 60 }, (_, at): TypedName => ({ name: `o${at}`, types: [] }));
  const variables = Array.from({ length: 12 }, (_, at) => `?v${at}`);

  test('with an operator of 12 parameters is planned without grounding when any will do', () => {
    const domain: Domain = {
      ...empty,
      tasks: [{ name: 'work', parameters: [] }],
      operators: [operator('step', variables)],
      methods: [method('any', call('work'), [call('step', ...variables)])],
    };
    const of = problem([call('work')], { objects });
    const outcome = planHtnNow(domain, of, { memoryMb: 256 });
    expect(outcome.status).toBe('solved');
  });

  test('whose condition hides among 60^12 bindings ends with a limit', () => {
    const hidden: Formula = {
      kind: 'and',
      parts: [
        { kind: 'not', part: { kind: 'atom', predicate: 'never', terms: [variables[11]!] } },
        { kind: 'or', parts: [{ kind: 'atom', predicate: 'never', terms: [variables[0]!] }] },
      ],
    };
    const domain: Domain = {
      ...empty,
      predicates: [{ name: 'never', parameters: [{ name: '?x', types: [] }] }],
      tasks: [{ name: 'work', parameters: [] }],
      operators: [
        operator('step', variables),
        {
          ...operator('learn', ['?x']),
          postcondition: { kind: 'add', atom: { kind: 'atom', predicate: 'never', terms: ['?x'] } },
        },
      ],
      methods: [method('any', call('work'), [call('step', ...variables)], { precondition: hidden })],
    };
    const of = problem([call('work')], { objects });
    const outcome = planHtnNow(domain, of, { strategies: ['lifted'], nodes: 1000 });
    expect(outcome.status).not.toBe('solved');
  });

  test('with nested quantifiers over everything does not hang', () => {
    const some: Formula = variables
      .slice(0, 8)
      .reduce<Formula>((part, name) => ({ kind: 'exists', variables: [{ name, types: [] }], part }), {
        kind: 'and',
        parts: variables.slice(0, 8).map((name) => ({ kind: 'equal', left: name, right: 'x' })),
      });
    const domain: Domain = {
      ...empty,
      constants: [{ name: 'x', types: [] }],
      operators: [operator('step', [], { kind: 'not', part: { kind: 'not', part: some } })],
    };
    const outcome = planHtnNow(domain, problem([call('step')], { objects }), {
      strategies: ['lifted'],
      nodes: 500,
    });
    expect(['solved', 'limit']).toContain(outcome.status);
  });
});

describe('a host', () => {
  test('gets the same plan in slices as at once', () => {
    const { domain, problem: of } = chain(500, true);
    const search = createHtnSearch(domain, of, { seed: 3 });
    let outcome = search.step(0);
    for (let slices = 0; outcome === null && slices < 100_000; slices += 1) outcome = search.step(0);
    expect(outcome).toEqual(planHtnNow(domain, of, { seed: 3 }));
  });
});

describe('malformed HDDL', () => {
  const good = `(define (domain d) (:types t) (:predicates (p ?x - t)) (:task w :parameters (?x - t))
    (:action a :parameters (?x - t) :precondition (p ?x) :effect (not (p ?x)))
    (:method m :parameters (?x - t) :task (w ?x) :ordered-subtasks (and (s1 (a ?x)))))`;

  test.each([
    ['an open bracket', good.slice(0, -1), /never closed/],
    ['a closed one too many', `${good})`, /closes nothing/],
    ['an unknown predicate', good.replace('(p ?x) :effect', '(q ?x) :effect'), /unknown predicate 'q'/],
    ['an unknown task', good.replace('(s1 (a ?x))', '(s1 (b ?x))'), /'b'/],
    ['terms too many', good.replace('(s1 (a ?x))', '(s1 (a ?x ?x))'), /takes 1 terms/],
    ['an unknown variable', good.replace('(s1 (a ?x))', '(s1 (a ?y))'), /unknown variable '\?y'/],
    ['types in a circle', good.replace('(:types t)', '(:types t - u u - t)'), /kinds of each other/],
    ['nothing at all', '', /expected '\(define/],
    ['a name declared twice', good.replace('(:predicates (p ?x - t))', '(:predicates (p) (p ?x))'), /twice/],
    ['brackets 100,000 deep', '('.repeat(100_000), /nested more than/],
  ])('%s is refused with line and column', (_, text, message) => {
    let thrown: unknown;
    try {
      readHddl(text, 'bad.hddl');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EngineError);
    expect((thrown as EngineError).code).toBe('INPUT_INVALID');
    expect((thrown as EngineError).message).toMatch(message);
    expect((thrown as EngineError).message).toMatch(/bad\.hddl:\d+:\d+/);
  });
});

describe('limits that make no sense', () => {
  test.each([
    ['nodes', { nodes: 0 }],
    ['memoryMb', { memoryMb: -1 }],
    ['timeMs', { timeMs: 0 }],
  ])('%s is refused', (name, options) => {
    expect(() => planHtnNow(empty, problem([]), options)).toThrow(new RegExp(name));
  });
});

describe('memory', () => {
  // Two ways to count, and a condition that no end of it meets: no needs show that, and every network is new.
  const fluent = { kind: 'fluent', function: 'count', terms: [] } as const;
  const growing: Domain = {
    ...empty,
    functions: [{ name: 'count', parameters: [] }],
    tasks: [{ name: 'work', parameters: [] }],
    operators: [1, 2].map((value) => ({
      ...operator(`count${value}`),
      postcondition: {
        kind: 'change',
        change: 'increase',
        fluent,
        value: { kind: 'number', value },
      },
    })),
    methods: [
      method('one', call('work'), [call('count1'), { ...call('work'), id: 'again' }]),
      method('two', call('work'), [call('count2'), { ...call('work'), id: 'again' }]),
      method('end', call('work'), [], {
        precondition: {
          kind: 'compare',
          operator: '<',
          left: fluent,
          right: { kind: 'number', value: -1 },
        },
      }),
    ],
  };

  test('is kept to by the lifted search, which then says so', () => {
    const program = cutMethods(lowerProgram(growing, problem([call('work')])));
    const memoryBytes = 4 * 2 ** 20;
    const search = createLiftedSearch({
      domain: growing,
      problem: problem([call('work')]),
      program,
      maxDepth: Infinity,
      memoryBytes,
      seed: 1,
    });
    let status = search.step();
    let most = 0;
    while (status === 'open') {
      status = search.step();
      most = Math.max(most, search.bytes);
    }
    expect(status).toBe('cut');
    expect(search.isFull).toBe(true);
    expect(most).toBeLessThan(memoryBytes);
  });
});
