// Guided options: what a guided search can do next, the most wanted first: what the earlier plan did, then the
// other objects and methods in the author's order.
import type { Domain, Method, Operator } from '../domain.js';
import { conjunctsOf, holds, matches } from '../state/evaluate.js';
import type { Bindings, Situation } from '../state/evaluate.js';
import { failingPart } from '../state/failing.js';
import type { Formula } from '../formula.js';
import { isVariable } from '../formula.js';
import { changedBy } from '../language/domain-check.js';
import { blockingCondition } from '../explanation/misses.js';
import type { Miss, MissLog } from '../explanation/misses.js';
import type { OpenNode } from './open-tree.js';
import { bindParameters } from '../state/plan-run.js';
import { showCall, showFormula } from '../language/show.js';
import type { DecompositionNode } from '../solution.js';

/** One thing that can be done with a ready task. */
export type Option =
  | { readonly kind: 'step'; readonly operator: Operator; readonly bindings: Bindings }
  | { readonly kind: 'held' }
  | {
      readonly kind: 'method';
      readonly method: Method;
      readonly bindings: Bindings;
      /** The node of the earlier plan that did the same; null when none did. */
      readonly asBefore: number | null;
    };

/** A node of the earlier plan. */
export interface OldNode {
  readonly index: number;
  readonly node: DecompositionNode;
}

/** A domain prepared for looking up what can be done. */
export interface OptionFinder {
  readonly operators: ReadonlyMap<string, Operator>;
  readonly methods: ReadonlyMap<string, Method>;
  /** `old` are nodes of the earlier plan that did the same task: the one that it stands for, then later ones. */
  of(
    node: OpenNode,
    old: Iterable<OldNode>,
    situation: Situation,
    misses?: MissLog,
    steps?: number,
  ): Generator<Option>;
}

/** Bindings of one method in one state at most. */
const mostMatches = 20_000;

/** Prepares a domain. */
export function createOptionFinder(domain: Domain): OptionFinder {
  const operators = new Map(domain.operators.map((one) => [one.name, one]));
  const methods = new Map(domain.methods.map((one) => [one.name, one]));
  const byTarget = new Map<string, Method[]>();
  for (const method of domain.methods) {
    const key = `${method.target.kind} ${method.target.name}`;
    byTarget.set(key, [...(byTarget.get(key) ?? []), method]);
  }
  const conditions = new Map(domain.methods.map((one) => [one.name, conditionsOf(domain, one, operators)]));
  return {
    operators,
    methods,
    *of(node, old, situation, misses, steps = 0) {
      const operator = node.kind === 'operator' ? operators.get(node.name) : undefined;
      if (operator !== undefined) {
        yield* stepOption(node, operator, situation, misses, steps);
        return;
      }
      if (node.kind === 'goal' && situation.state.holds(node.name, node.arguments)) {
        yield { kind: 'held' };
        return;
      }
      const all = byTarget.get(`${node.kind} ${node.name}`) ?? [];
      let count = 0;
      let first: DecompositionNode | undefined;
      const done: Extract<Option, { kind: 'method' }>[] = [];
      for (const before of old) {
        first ??= before.node;
        const option = optionAsBefore(node, before, methods, conditions, situation);
        if (option === undefined) continue;
        done.push(option);
        count += 1;
        yield option;
      }
      const wanted = first?.method ?? null;
      for (const method of [...all].sort(
        (one, other) => Number(other.name === wanted) - Number(one.name === wanted),
      )) {
        const own = conditions.get(method.name);
        if (own === undefined) continue;
        const like = method.name === wanted ? first : undefined;
        for (const option of methodOptions(node, method, own.all, like, situation)) {
          if (
            option.kind === 'method' &&
            done.some((one) => one.method === option.method && isSame(one.bindings, option.bindings))
          )
            continue;
          count += 1;
          yield option;
        }
      }
      // Only where nothing was possible is something missing.
      if (count > 0 || misses === undefined) return;
      for (const method of all) {
        const own = conditions.get(method.name);
        if (own !== undefined) noteMiss(node, method, own, situation, misses, steps);
      }
    },
  };
}

/** What a method asks for in any case. */
interface Conditions {
  /** Its own conditions. */
  readonly own: readonly Formula[];
  /** What never changes of those of its operators. */
  readonly fixed: readonly { readonly formula: Formula; readonly operator: string }[];
  readonly all: readonly Formula[];
}

function conditionsOf(domain: Domain, method: Method, operators: ReadonlyMap<string, Operator>): Conditions {
  const changing = new Set([
    ...domain.operators.flatMap(({ postcondition }) => changedBy(postcondition)),
    ...domain.axioms.map(({ predicate }) => predicate),
  ]);
  const fixed = method.subtasks.flatMap((subtask): Conditions['fixed'] => {
    const operator = subtask.kind === 'task' ? operators.get(subtask.name) : undefined;
    if (operator === undefined) return [];
    const terms = new Map(operator.parameters.map(({ name }, at) => [name, subtask.terms[at] ?? name]));
    return conjunctsOf(operator.precondition, true).flatMap((one): Conditions['fixed'] => {
      if (one.kind !== 'atom' || changing.has(one.predicate)) return [];
      const formula = { ...one, terms: one.terms.map((term) => terms.get(term) ?? term) };
      return [{ formula, operator: operator.name }];
    });
  });
  const own = [method.precondition, ...method.constraints];
  return { own, fixed, all: [...own, ...fixed.map(({ formula }) => formula)] };
}

function* stepOption(
  node: OpenNode,
  operator: Operator,
  situation: Situation,
  misses: MissLog | undefined,
  steps: number,
): Generator<Option> {
  const bindings = bindParameters(operator.parameters, node.arguments);
  const fits = operator.parameters.every(({ name, types }) =>
    situation.objects.isOf(bindings[name] ?? '', types),
  );
  if (fits && holds(operator.precondition, bindings, situation)) {
    yield { kind: 'step', operator, bindings };
    return;
  }
  if (misses === undefined) return;
  const failing = failingPart(operator.precondition, bindings, situation);
  if (failing === undefined) return;
  misses.note({
    kind: 'operator',
    subject: operator.name,
    condition: showFormula(failing),
    steps,
    depth: node.depth,
    example: { task: showCall(node.name, node.arguments), condition: showFormula(failing, bindings) },
  });
}

/** What a node of the earlier plan did, where it can be done again. */
function optionAsBefore(
  node: OpenNode,
  { index, node: before }: OldNode,
  methods: ReadonlyMap<string, Method>,
  conditions: ReadonlyMap<string, Conditions>,
  situation: Situation,
): Extract<Option, { kind: 'method' }> | undefined {
  const method = before.method === null ? undefined : methods.get(before.method);
  const given = method === undefined ? undefined : targetBindings(method, node.arguments, situation);
  if (method === undefined || given === undefined) return undefined;
  const { bindings } = before;
  const own = conditions.get(method.name)?.all ?? [];
  if (!own.every((one) => isSatisfied(method, one, bindings, given, situation))) return undefined;
  return { kind: 'method', method, bindings, asBefore: index };
}

function* methodOptions(
  node: OpenNode,
  method: Method,
  conditions: readonly Formula[],
  like: DecompositionNode | undefined,
  situation: Situation,
): Generator<Option> {
  const given = targetBindings(method, node.arguments, situation);
  if (given === undefined) return;
  // All at once: the state is another one when the search comes back for the next.
  const all: Bindings[] = [];
  for (const bindings of matches(method.parameters, conditions, given, situation)) {
    all.push(bindings);
    if (all.length >= mostMatches) break;
  }
  for (const bindings of like === undefined ? all : byLikeness(all, like.bindings))
    yield { kind: 'method', method, bindings, asBefore: null };
}

function noteMiss(
  node: OpenNode,
  method: Method,
  { own, fixed, all }: Conditions,
  situation: Situation,
  misses: MissLog,
  steps: number,
): void {
  const given = targetBindings(method, node.arguments, situation);
  if (given === undefined) return;
  const { parameters } = method;
  const task = showCall(node.name, node.arguments);
  const base = { steps, depth: node.depth };
  const blocking = blockingCondition(parameters, own, given, situation);
  const inner = blocking ?? blockingCondition(parameters, all, given, situation);
  if (inner === undefined) return;
  const { condition, bindings } = inner;
  const cause = fixed.find(({ formula }) => formula === condition);
  const subject: Pick<Miss, 'kind' | 'subject'> =
    blocking !== undefined || cause === undefined
      ? { kind: 'method', subject: method.name }
      : { kind: 'operator', subject: cause.operator };
  const example = { task, condition: showFormula(condition, bindings) };
  misses.note({ ...base, ...subject, condition: showFormula(condition), example });
}

/** What the arguments of a task say of a method's variables; undefined when the method is for other objects. */
export function targetBindings(
  method: Method,
  args: readonly string[],
  situation: Situation,
): Bindings | undefined {
  const types = new Map(method.parameters.map((one) => [one.name, one.types]));
  const bindings: Record<string, string> = {};
  for (const [at, term] of method.target.terms.entries()) {
    const object = args[at] ?? '';
    if (!isVariable(term)) {
      if (term !== object) return undefined;
    } else if (
      (bindings[term] ?? object) !== object ||
      !situation.objects.isOf(object, types.get(term) ?? [])
    )
      return undefined;
    else bindings[term] = object;
  }
  return bindings;
}

function isSatisfied(
  method: Method,
  condition: Formula,
  bindings: Bindings,
  given: Bindings,
  situation: Situation,
): boolean {
  if (Object.entries(given).some(([name, object]) => bindings[name] !== object)) return false;
  const isBound = method.parameters.every(
    ({ name, types }) => bindings[name] !== undefined && situation.objects.isOf(bindings[name], types),
  );
  return isBound && holds(condition, bindings, situation);
}

const isSame = (one: Bindings, other: Bindings): boolean =>
  Object.entries(one).every(([name, object]) => other[name] === object);

/** Those with the most objects of the earlier plan first. */
function byLikeness(all: readonly Bindings[], old: Bindings): Bindings[] {
  const likeness = (one: Bindings): number =>
    Object.entries(one).filter(([name, object]) => old[name] === object).length;
  return all
    .map((bindings) => ({ bindings, like: likeness(bindings) }))
    .sort((one, other) => other.like - one.like)
    .map(({ bindings }) => bindings);
}
