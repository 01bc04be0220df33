// Replan model: a problem whose plans are the executed steps of an earlier plan, then what was observed, then
// anything that completes the decomposition (HTN plan repair by model transformation: Daniel Höller, Pascal
// Bercher, Gregor Behnke, Susanne Biundo, 2020). Any search can plan it; its plans are told in the original terms.
//
// RM1 a plan of the model, told in the original terms, is a plan of the original problem with what was observed,
//     and begins with the executed steps.
import type { Changes } from '../state/changes.js';
import type { Domain, Method, Operator, Problem } from '../domain.js';
import type { Atom, Formula, Postcondition } from '../formula.js';
import { bindParameters, createPlanRun } from '../state/plan-run.js';
import type { DecompositionNode, HtnPlan } from '../solution.js';

export interface ReplanModel {
  readonly domain: Domain;
  readonly problem: Problem;
  /** A plan of the model in the original terms. */
  translate(plan: HtnPlan): HtnPlan;
}

/** Marks names of the model; no reader makes such names. */
const mark = '\u0001';
const fact = (index: number): Atom => ({ kind: 'atom', predicate: `${mark}${index}`, terms: [] });

/** Makes the model. */
export function createReplanModel(
  domain: Domain,
  problem: Problem,
  plan: HtnPlan,
  done: number,
  observed: Changes,
): ReplanModel {
  if (done === 0) return { domain, problem: changedProblem(problem, observed), translate: (found) => found };
  const executed = plan.steps.slice(0, done);
  const used = new Set(executed.map(({ operator }) => operator));
  const operators = domain.operators.map(
    (one): Operator => ({
      ...one,
      name: used.has(one.name) ? `${one.name}${mark}` : one.name,
      precondition: { kind: 'and', parts: [fact(done), one.precondition] },
    }),
  );
  const steps = executedOperators(domain, problem, plan, done, observed);
  const methods = domain.operators
    .filter(({ name }) => used.has(name))
    .flatMap((one) => methodsOf(one, executed));
  const model: Domain = {
    ...domain,
    predicates: [
      ...domain.predicates,
      ...Array.from({ length: done + 1 }, (_, index) => ({ name: `${mark}${index}`, parameters: [] })),
    ],
    tasks: [
      ...domain.tasks,
      ...domain.operators
        .filter(({ name }) => used.has(name))
        .map(({ name, parameters }) => ({ name, parameters })),
    ],
    operators: [...steps, ...operators],
    methods: [...methods, ...domain.methods],
  };
  const own: Problem = { ...problem, facts: [...problem.facts, { predicate: `${mark}0`, arguments: [] }] };
  return { domain: model, problem: own, translate: (found) => translate(found, plan, done) };
}

function changedProblem(problem: Problem, observed: Changes): Problem {
  const key = (predicate: string, args: readonly string[]): string => [predicate, ...args].join('\u0000');
  const gone = new Set(
    [...observed.deletes, ...observed.adds].map((one) => key(one.predicate, one.arguments)),
  );
  const numbers = new Set(observed.numbers.map((one) => key(one.function, one.arguments)));
  return {
    ...problem,
    facts: [...problem.facts.filter((one) => !gone.has(key(one.predicate, one.arguments))), ...observed.adds],
    values: [
      ...problem.values.filter((one) => !numbers.has(key(one.function, one.arguments))),
      ...observed.numbers,
    ],
  };
}

/** An operator without parameters for each executed step, with what it changed; the last also what was observed. */
function executedOperators(
  domain: Domain,
  problem: Problem,
  plan: HtnPlan,
  done: number,
  observed: Changes,
): Operator[] {
  const byName = new Map(domain.operators.map((one) => [one.name, one]));
  const run = createPlanRun(domain, problem);
  return plan.steps.slice(0, done).flatMap((step, index): Operator[] => {
    const operator = byName.get(step.operator);
    if (operator === undefined) return [];
    const costBefore = run.cost;
    const changes = run.advance({ operator, bindings: bindParameters(operator.parameters, step.arguments) });
    const all = index === done - 1 ? merge(changes, observed) : changes;
    const moved: Postcondition[] = [
      { kind: 'delete', atom: fact(index) },
      { kind: 'add', atom: fact(index + 1) },
    ];
    return [
      {
        name: `${mark}step${index}`,
        parameters: [],
        precondition: fact(index),
        postcondition: { kind: 'and', parts: [...moved, ...asPostconditions(all)] },
        cost: { kind: 'number', value: run.cost - costBefore },
      },
    ];
  });
}

/** The changes of a step and then those that were observed. */
function merge(first: Changes, second: Changes): Changes {
  const key = (one: { readonly predicate: string; readonly arguments: readonly string[] }): string =>
    [one.predicate, ...one.arguments].join('\u0000');
  const later = new Set([...second.adds, ...second.deletes].map(key));
  const kept = (list: Changes['adds']): Changes['adds'] => list.filter((one) => !later.has(key(one)));
  return {
    adds: [...kept(first.adds), ...second.adds],
    deletes: [...kept(first.deletes), ...second.deletes],
    numbers: [...first.numbers, ...second.numbers],
  };
}

function asPostconditions(changes: Changes): Postcondition[] {
  const atom = (one: Changes['adds'][number]): Atom => ({
    kind: 'atom',
    predicate: one.predicate,
    terms: one.arguments,
  });
  return [
    ...changes.deletes.map((one): Postcondition => ({ kind: 'delete', atom: atom(one) })),
    ...changes.adds.map((one): Postcondition => ({ kind: 'add', atom: atom(one) })),
    ...changes.numbers.map(
      (one): Postcondition => ({
        kind: 'change',
        change: 'assign',
        fluent: { kind: 'fluent', function: one.function, terms: one.arguments },
        value: { kind: 'number', value: one.value },
      }),
    ),
  ];
}

/** What was an operator is a task: done as one of the executed steps, or anew. */
function methodsOf(operator: Operator, executed: HtnPlan['steps']): Method[] {
  const { name, parameters } = operator;
  const terms = parameters.map((one) => one.name);
  const base = { parameters, target: { kind: 'task', name, terms } as const, ordering: [] };
  const asExecuted = executed.flatMap((step, index): Method[] => {
    if (step.operator !== name) return [];
    const constraints = terms.map(
      (left, at): Formula => ({ kind: 'equal', left, right: step.arguments[at] ?? '' }),
    );
    const subtask = { id: 't1', kind: 'task', name: `${mark}step${index}`, terms: [] } as const;
    const precondition = fact(index);
    return [{ ...base, name: `${mark}${name}${index}`, precondition, subtasks: [subtask], constraints }];
  });
  const anew: Method = {
    ...base,
    name: `${mark}${name}`,
    precondition: { kind: 'and', parts: [] },
    subtasks: [{ id: 't1', kind: 'task', name: `${name}${mark}`, terms }],
    constraints: [],
  };
  return [...asExecuted, anew];
}

/** Leaves out the level that the model has put in. */
function translate(found: HtnPlan, plan: HtnPlan, done: number): HtnPlan {
  const isExtra = (node: DecompositionNode | undefined): boolean => node?.method?.startsWith(mark) === true;
  const place = new Map<number, number>();
  found.nodes.forEach((node, index) => {
    const isHidden = node.parent !== null && isExtra(found.nodes[node.parent]);
    if (!isHidden) place.set(index, place.size);
  });
  const nodes = found.nodes.flatMap((node, index): DecompositionNode[] => {
    if (!place.has(index)) return [];
    const parent = node.parent === null ? null : (place.get(node.parent) ?? null);
    if (!isExtra(node)) {
      const children = node.children.map((child) => place.get(child) ?? -1);
      return [{ ...node, parent, children }];
    }
    const step = found.nodes[node.children[0] ?? -1]?.step ?? null;
    const leaf = { ...node, parent, kind: 'operator', method: null, bindings: {}, children: [] } as const;
    return [{ ...leaf, step, appliedAt: step ?? 0 }];
  });
  const steps = found.steps.map((step, index) => {
    const leaf = found.nodes[step.node];
    const own =
      leaf?.parent !== null && isExtra(found.nodes[leaf?.parent ?? -1]) ? (leaf?.parent ?? -1) : step.node;
    const node = place.get(own) ?? -1;
    if (index < done) {
      const { operator, arguments: args } = plan.steps[index] ?? step;
      return { operator, arguments: args, node };
    }
    return { operator: step.operator.replace(mark, ''), arguments: step.arguments, node };
  });
  return { ...found, nodes, steps, roots: found.roots.map((root) => place.get(root) ?? -1) };
}
