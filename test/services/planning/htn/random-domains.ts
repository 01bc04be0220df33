// Small random domains, and a reference planner that tries everything: it shares nothing with the real one.
import fc from 'fast-check';
import type {
  Domain,
  Method,
  Problem,
  Subtask,
  TaskNetwork,
} from '../../../../src/services/planning/htn/domain.js';
import type { Formula, Postcondition } from '../../../../src/services/planning/htn/formula.js';

const facts = ['p', 'q', 'r'];
const operatorNames = ['a', 'b', 'c'];
const taskNames = ['s', 't', 'u'];

const literal = fc.tuple(fc.constantFrom(...facts), fc.boolean()).map(([predicate, isNegated]): Formula => {
  const atom: Formula = { kind: 'atom', predicate, terms: [] };
  return isNegated ? { kind: 'not', part: atom } : atom;
});

const formula: fc.Arbitrary<Formula> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(literal, { maxLength: 1 }).map((parts): Formula => ({ kind: 'and', parts })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(literal, { minLength: 2, maxLength: 2 })
      .map((parts): Formula => ({ kind: 'or', parts })),
  },
);

const change = fc
  .tuple(fc.constantFrom(...facts), fc.boolean(), fc.option(literal, { freq: 4 }))
  .map(([predicate, isAdded, condition]): Postcondition => {
    const made: Postcondition = {
      kind: isAdded ? 'add' : 'delete',
      atom: { kind: 'atom', predicate, terms: [] },
    };
    return condition === null ? made : { kind: 'when', condition, postcondition: made };
  });

/** A network of tasks that come after `from`, so that every decomposition ends. */
const network = (from: number, maxLength: number): fc.Arbitrary<TaskNetwork> => {
  const names = [...operatorNames, ...taskNames.slice(from)];
  return fc
    .tuple(
      fc.array(fc.constantFrom(...names), { maxLength }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    )
    .map(([tasks, isOrdered]) => {
      const subtasks = tasks.map(
        (name, index): Subtask => ({ id: `${index}`, kind: 'task', name, terms: [] }),
      );
      const pairs = tasks.flatMap((_, second) =>
        Array.from({ length: second }, (__, first): [string, string] => [`${first}`, `${second}`]),
      );
      return { subtasks, ordering: pairs.filter((_, index) => isOrdered[index % 6]), constraints: [] };
    });
};

/** Domain and problem without variables, whose tasks are not recursive. */
export const smallProblem: fc.Arbitrary<{ domain: Domain; problem: Problem }> = fc
  .record({
    operators: fc.tuple(
      ...operatorNames.map((name) =>
        fc.tuple(formula, fc.array(change, { maxLength: 2 })).map(([precondition, parts]) => ({
          name,
          parameters: [],
          precondition,
          postcondition: { kind: 'and' as const, parts },
        })),
      ),
    ),
    methods: fc.tuple(
      ...taskNames.map((name, index) =>
        fc.array(fc.tuple(formula, network(index + 1, 2)), { minLength: 1, maxLength: 2 }).map((list) =>
          list.map(
            ([precondition, own], number): Method => ({
              name: `${name}${number}`,
              parameters: [],
              target: { kind: 'task', name, terms: [] },
              precondition,
              ...own,
            }),
          ),
        ),
      ),
    ),
    initial: fc.subarray(facts),
    top: network(0, 3),
    goal: formula,
  })
  .map(({ operators, methods, initial, top, goal }) => ({
    domain: {
      name: 'random',
      types: [],
      constants: [],
      predicates: facts.map((name) => ({ name, parameters: [] })),
      functions: [],
      tasks: taskNames.map((name) => ({ name, parameters: [] })),
      operators,
      methods: methods.flat(),
      axioms: [],
    },
    problem: {
      name: 'random',
      domain: 'random',
      objects: [],
      facts: initial.map((predicate) => ({ predicate, arguments: [] })),
      values: [],
      network: { parameters: [], ...top },
      goal,
    },
  }));

type State = ReadonlySet<string>;

function holds(condition: Formula, state: State): boolean {
  switch (condition.kind) {
    case 'atom':
      return state.has(condition.predicate);
    case 'not':
      return !holds(condition.part, state);
    case 'and':
      return condition.parts.every((part) => holds(part, state));
    case 'or':
      return condition.parts.some((part) => holds(part, state));
    default:
      throw new Error(`The reference planner does not know ${condition.kind}.`);
  }
}

function after(postcondition: Postcondition, state: State): Set<string> {
  const [added, deleted] = [new Set<string>(), new Set<string>()];
  const collect = (part: Postcondition): void => {
    if (part.kind === 'and') part.parts.forEach(collect);
    else if (part.kind === 'when') {
      if (holds(part.condition, state)) collect(part.postcondition);
    } else if (part.kind === 'add') added.add(part.atom.predicate);
    else if (part.kind === 'delete') deleted.add(part.atom.predicate);
  };
  collect(postcondition);
  return new Set([...[...state].filter((fact) => !deleted.has(fact)), ...added]);
}

/** A task to come, after those with the ids of `after`; a `check` is a method's precondition. */
interface Open {
  readonly id: number;
  readonly what: string | Formula;
  readonly after: readonly number[];
}

/** The least number of steps of a plan; Infinity when there is none. */
export function leastSteps({ domain, problem }: { domain: Domain; problem: Problem }): number {
  let ids = 0;
  const open = (from: TaskNetwork, before: readonly number[]): Open[] => {
    const own = new Map(from.subtasks.map((subtask) => [subtask.id, (ids += 1)]));
    return from.subtasks.map((subtask) => ({
      id: own.get(subtask.id)!,
      what: subtask.name,
      after: [
        ...before,
        ...from.ordering.filter((pair) => pair[1] === subtask.id).map((pair) => own.get(pair[0])!),
      ],
    }));
  };
  const search = (tasks: readonly Open[], state: State): number => {
    if (tasks.length === 0) return holds(problem.goal ?? { kind: 'and', parts: [] }, state) ? 0 : Infinity;
    let least = Infinity;
    for (const task of tasks) {
      if (task.after.some((id) => tasks.some((other) => other.id === id))) continue;
      const others = tasks.filter((other) => other !== task);
      if (typeof task.what !== 'string') {
        if (holds(task.what, state)) least = Math.min(least, search(others, state));
        continue;
      }
      const operator = domain.operators.find((each) => each.name === task.what);
      if (operator !== undefined) {
        if (!holds(operator.precondition, state)) continue;
        least = Math.min(least, 1 + search(others, after(operator.postcondition, state)));
        continue;
      }
      for (const method of domain.methods.filter((each) => each.target.name === task.what)) {
        const check: Open = { id: (ids += 1), what: method.precondition, after: [] };
        const made = [check, ...open(method, [check.id])];
        const all = made.map((each) => each.id);
        const followers = others.map((other) =>
          other.after.includes(task.id) ? { ...other, after: [...other.after, ...all] } : other,
        );
        least = Math.min(least, search([...followers, ...made], state));
      }
      // Which compound task is decomposed first makes no difference.
      return least;
    }
    return least;
  };
  return search(open(problem.network, []), new Set(problem.facts.map((fact) => fact.predicate)));
}
