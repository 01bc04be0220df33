// Random small domains with problems, for properties: types with inheritance, constants, negation, disjunction,
// quantifiers, equality, conditional changes, numbers, costs, an axiom, goals and partial order, each as chance
// has it. Chance is a tape of numbers, which fast-check shrinks.
import fc from 'fast-check';
import type {
  Domain,
  Method,
  Operator,
  Problem,
  Subtask,
  TaskNetwork,
} from '#src/services/planning/htn/domain.js';
import type { Formula, Postcondition, TypedName } from '#src/services/planning/htn/formula.js';

/** What random problems may have. */
export interface Features {
  /** Subtasks of their own task, last or in the middle. */
  readonly isRecursive: boolean;
  readonly isPartial: boolean;
}

/** Gives the next number below a bound. */
type Draw = (below: number) => number;

const typed = (name: string, type: string): TypedName => ({ name, types: [type] });
const objects = [typed('a', 'thing'), typed('b', 'thing'), typed('c', 'box'), typed('d', 'box')];
/** The others are objects of the problem, which the domain does not know. */
const constants = objects.slice(0, 3);
const predicates = [
  { name: 'lit', parameters: [] },
  { name: 'open', parameters: [typed('?x', 'thing')] },
  { name: 'on', parameters: [typed('?x', 'thing'), typed('?y', 'thing')] },
];

export function randomProblems(features: Features): fc.Arbitrary<{ domain: Domain; problem: Problem }> {
  return fc
    .array(fc.nat({ max: 0x7fff }), { minLength: 40, maxLength: 400 })
    .map((tape) => build(tape, features));
}

function build(tape: readonly number[], features: Features): { domain: Domain; problem: Problem } {
  let at = 0;
  const draw: Draw = (below) => {
    at += 1;
    return (tape[at % tape.length]! + Math.floor(at / tape.length)) % below;
  };
  const operators = [0, 1, 2].map((index) => operatorOf(draw, index));
  const tasks = [0, 1, 2].map((index) => ({
    name: `task${index}`,
    parameters: index === 1 ? [typed('?x', 'thing')] : [],
  }));
  const domain: Domain = {
    name: 'random',
    types: [
      { name: 'thing', parents: [] },
      { name: 'box', parents: ['thing'] },
    ],
    constants,
    predicates: [...predicates, { name: 'shut', parameters: [typed('?x', 'box')] }],
    functions: [{ name: 'level', parameters: [typed('?x', 'thing')] }],
    tasks,
    operators,
    methods: tasks.flatMap((_, task) =>
      Array.from({ length: 1 + draw(2) }, (__, index) => methodOf(draw, task, index, features)),
    ),
    axioms: [
      { predicate: 'shut', parameters: [typed('?x', 'box')], condition: formulaOf(draw, ['?x'], 1, false) },
    ],
  };
  const network = networkOf(draw, -1, [], 1 + draw(2), features);
  const goal = draw(3) === 0 ? { goal: formulaOf(draw, [], 1, true) } : {};
  const facts = predicates.flatMap(({ name, parameters }) =>
    tuples(parameters.length)
      .filter(() => draw(3) === 0)
      .map((args) => ({ predicate: name, arguments: args })),
  );
  const values = objects
    .filter(() => draw(2) === 0)
    .map((object) => ({ function: 'level', arguments: [object.name], value: draw(3) }));
  const problem: Problem = {
    name: 'instance',
    domain: 'random',
    objects: objects.slice(3),
    facts,
    values,
    network: { parameters: [], ...network },
    ...goal,
  };
  return { domain, problem };
}

function tuples(width: number): string[][] {
  if (width === 0) return [[]];
  return tuples(width - 1).flatMap((rest) => objects.map((object) => [...rest, object.name]));
}

function termOf(draw: Draw, variables: readonly string[]): string {
  const all = [...variables, ...variables, ...constants.map((constant) => constant.name)];
  return all[draw(all.length)]!;
}

function atomOf(draw: Draw, variables: readonly string[]): Formula & { kind: 'atom' } {
  const { name, parameters } = predicates[draw(3)]!;
  return { kind: 'atom', predicate: name, terms: parameters.map(() => termOf(draw, variables)) };
}

function formulaOf(draw: Draw, variables: readonly string[], depth: number, mayDerive: boolean): Formula {
  const part = (more: readonly string[] = []): Formula =>
    formulaOf(draw, [...variables, ...more], depth - 1, mayDerive);
  const kind = draw(depth > 0 ? 11 : 6);
  if (kind === 5 && mayDerive) return { kind: 'atom', predicate: 'shut', terms: ['c'] };
  if (kind === 3) return { kind: 'not', part: atomOf(draw, variables) };
  if (kind === 4) return { kind: 'equal', left: termOf(draw, variables), right: termOf(draw, variables) };
  if (kind < 6) return atomOf(draw, variables);
  if (kind === 6) return { kind: 'or', parts: [part(), part()] };
  if (kind === 7) {
    const fluent = { kind: 'fluent', function: 'level', terms: [termOf(draw, variables)] } as const;
    return { kind: 'compare', operator: '>=', left: fluent, right: { kind: 'number', value: draw(3) } };
  }
  if (kind === 8) return { kind: 'imply', condition: part(), consequence: part() };
  const variable = `?q${depth}${variables.length}`;
  return {
    kind: kind === 9 ? 'forall' : 'exists',
    variables: [typed(variable, draw(2) === 0 ? 'thing' : 'box')],
    part: part([variable]),
  };
}

function conjunction(draw: Draw, variables: readonly string[]): Formula {
  return {
    kind: 'and',
    parts: Array.from({ length: draw(3) }, () => formulaOf(draw, variables, 1, true)),
  };
}

function changeOf(draw: Draw, variables: readonly string[]): Postcondition {
  const atom = atomOf(draw, variables);
  const simple: Postcondition = { kind: draw(2) === 0 ? 'add' : 'delete', atom };
  const kind = draw(8);
  if (kind === 0) {
    return { kind: 'when', condition: formulaOf(draw, variables, 0, true), postcondition: simple };
  }
  if (kind === 1) {
    const own = atomOf(draw, [...variables, '?each']);
    return {
      kind: 'forall',
      variables: [typed('?each', 'box')],
      postcondition: { kind: 'delete', atom: own },
    };
  }
  if (kind === 2) {
    const fluent = { kind: 'fluent', function: 'level', terms: [termOf(draw, variables)] } as const;
    return { kind: 'change', change: 'increase', fluent, value: { kind: 'number', value: 1 } };
  }
  return simple;
}

function operatorOf(draw: Draw, index: number): Operator {
  const parameters = [typed('?x', 'thing'), typed('?y', 'box')].slice(0, index);
  const variables = parameters.map((parameter) => parameter.name);
  return {
    name: `act${index}`,
    parameters,
    precondition: conjunction(draw, variables),
    postcondition: {
      kind: 'and',
      parts: Array.from({ length: 1 + draw(3) }, () => changeOf(draw, variables)),
    },
    cost: { kind: 'number', value: draw(4) },
  };
}

function methodOf(draw: Draw, task: number, index: number, features: Features): Method {
  const parameters = [typed('?x', 'thing'), typed('?z', 'box')].slice(0, task === 1 ? 1 + draw(2) : draw(3));
  const variables = parameters.map((parameter) => parameter.name);
  const target = task === 1 ? ['?x'] : [];
  return {
    name: `method${task}${index}`,
    parameters,
    target: { kind: 'task', name: `task${task}`, terms: target },
    precondition: conjunction(draw, variables),
    ...networkOf(draw, task, variables, draw(4), features),
  };
}

function networkOf(
  draw: Draw,
  task: number,
  variables: readonly string[],
  count: number,
  features: Features,
): TaskNetwork {
  const subtasks = Array.from({ length: count }, (_, at): Subtask => {
    const id = `s${at}`;
    const lowest = features.isRecursive ? Math.max(0, task) : task + 1;
    const deeper = lowest + draw(3);
    if (draw(2) === 0 && deeper < 3) {
      const terms = deeper === 1 ? [termOf(draw, variables)] : [];
      return { id, kind: 'task', name: `task${deeper}`, terms };
    }
    const operator = draw(3);
    const boxes = variables.includes('?z') ? ['?z', '?z', 'c'] : ['c'];
    const terms = [termOf(draw, variables), boxes[draw(boxes.length)]!].slice(0, operator);
    return { id, kind: 'task', name: `act${operator}`, terms };
  });
  const ordering = subtasks.slice(1).map((subtask, at) => [`s${at}`, subtask.id] as const);
  return {
    subtasks,
    ordering: features.isPartial ? ordering.filter(() => draw(2) === 0) : ordering,
    constraints: [],
  };
}

/** The same with other names, and what is declared in the opposite order. */
export function disguised({ domain, problem }: { domain: Domain; problem: Problem }): {
  domain: Domain;
  problem: Problem;
} {
  const rename = <Value>(value: Value): Value =>
    JSON.parse(
      JSON.stringify(value).replace(/"(\??)([a-z]+[0-9]*)"(?!:)/g, (whole, sign: string, name: string) =>
        kept.has(name) ? whole : `"${sign}${name.split('').reverse().join('')}_x"`,
      ),
    ) as Value;
  const renamed = rename(domain);
  return {
    domain: {
      ...renamed,
      types: [...renamed.types].reverse(),
      constants: [...renamed.constants].reverse(),
      predicates: [...renamed.predicates].reverse(),
      tasks: [...renamed.tasks].reverse(),
      operators: [...renamed.operators].reverse(),
      methods: [...renamed.methods].reverse(),
    },
    problem: (({ facts, ...rest }) => ({ ...rest, facts: [...facts].reverse() }))(rename(problem)),
  };
}

/** Words of the plain data that are no names. */
const kept = new Set(
  'atom and or not imply equal compare forall exists fluent number arithmetic add delete change when increase task goal'.split(
    ' ',
  ),
);
