// Guided search: depth first over the methods, following an earlier plan as far as it goes. Where it cannot be
// followed, the latest decision is changed first, so that the smallest part around the trouble is planned anew.
// It is for repair and for finding out why there is no plan; plans from nothing are for the searches.
//
// GS1 what it gives is a decomposition whose steps run; executed steps are its first ones, as they were.
// GS2 state, tree and open tasks after a decision was taken back are those before it.
import type { Changes } from '../state/changes.js';
import { changesOf } from '../state/changes.js';
import type { Domain, Problem } from '../domain.js';
import { holds, matches, quantity } from '../state/evaluate.js';
import type { Bindings } from '../state/evaluate.js';
import { createOptionFinder } from './guided-options.js';
import type { Option, OptionFinder } from './guided-options.js';
import type { MissLog } from '../explanation/misses.js';
import { matchOldChildren, sameTasks } from './old-children.js';
import { createOpenTree } from './open-tree.js';
import type { OpenNode, OpenTree } from './open-tree.js';
import { createOpenWorld } from './open-world.js';
import type { OpenWorld } from './open-world.js';
import type { HtnPlan } from '../solution.js';
import { showFormula } from '../language/show.js';
import { keyOf } from '../state/state-history.js';

export interface GuidedOptions {
  /** The plan that is followed. */
  readonly old?: HtnPlan;
  /** How many of its steps have been done: they come first, unchanged. */
  readonly done?: number;
  /** What is otherwise than predicted after these. */
  readonly observed?: Changes;
  /** Decisions at most [20,000]. */
  readonly nodes?: number;
  /** Steps of the plan at most [no limit]. */
  readonly steps?: number;
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => number) | undefined;
  readonly timeMs?: number | undefined;
  readonly misses?: MissLog;
}

/** `exhausted`: all there is was tried; `cut`: all that has no more steps than it may. */
export type GuidedOutcome =
  | {
      readonly status: 'solved';
      readonly plan: HtnPlan;
      readonly old: readonly (number | null)[];
      readonly nodes: number;
    }
  | { readonly status: 'exhausted' | 'cut' | 'limit'; readonly nodes: number };

interface Frame {
  readonly options: Generator<readonly [OpenNode | null, Option | Bindings]>;
  readonly tree: number;
  readonly world: number;
  readonly cost: number;
  /** The task that was taken up, to be forgotten again. */
  noted: string | undefined;
}

interface Searching {
  readonly domain: Domain;
  readonly problem: Problem;
  readonly options: GuidedOptions;
  readonly finder: OptionFinder;
  readonly tree: OpenTree;
  readonly world: OpenWorld;
  /** Tasks with objects → the nodes that were taken up for them, and in which states. */
  readonly taken: Map<string, { readonly index: number; readonly state: string }[]>;
  cost: number;
  bindings: Bindings;
  /** Whether something was left out because it had too many steps. */
  isCut: boolean;
}

/** Searches. */
export function guidedSearch(domain: Domain, problem: Problem, options: GuidedOptions = {}): GuidedOutcome {
  const searching: Searching = {
    domain,
    problem,
    options,
    finder: createOptionFinder(domain),
    tree: createOpenTree(new Set(domain.operators.map(({ name }) => name))),
    world: createOpenWorld(domain, problem),
    taken: new Map(),
    cost: 0,
    bindings: {},
    isCut: false,
  };
  const { nodes: most = 20_000, done = 0, observed } = options;
  if (done === 0 && observed !== undefined) searching.world.apply(observed);
  const frames: Frame[] = [frameOf(searching, beginnings(searching))];
  const startedAt = options.now?.() ?? 0;
  let count = 0;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    takeBack(searching, frame);
    const next = frame.options.next();
    if (next.done === true) {
      frames.pop();
      continue;
    }
    count += 1;
    const late = options.timeMs !== undefined && (options.now?.() ?? 0) - startedAt > options.timeMs;
    if (count > most || late || options.signal?.aborted === true) return { status: 'limit', nodes: count };
    const [node, chosen] = next.value;
    const isDone =
      node === null ? begin(searching, chosen as Bindings) : take(searching, node, chosen as Option, frame);
    if (!isDone) continue;
    if (!searching.tree.isComplete()) frames.push(frameOf(searching, choices(searching)));
    else if (isSolution(searching)) return solution(searching, count);
  }
  return { status: searching.isCut ? 'cut' : 'exhausted', nodes: count };
}

function frameOf({ tree, world, cost }: Searching, options: Frame['options']): Frame {
  return { options, tree: tree.mark(), world: world.mark(), cost, noted: undefined };
}

function takeBack(searching: Searching, frame: Frame): void {
  searching.tree.undo(frame.tree);
  searching.world.undo(frame.world);
  searching.cost = frame.cost;
  if (frame.noted !== undefined) searching.taken.get(frame.noted)?.pop();
  frame.noted = undefined;
}

/** The objects for the parameters of the initial network, those of the earlier plan first. */
function* beginnings({ problem, world, options }: Searching): Frame['options'] {
  const { parameters, constraints } = problem.network;
  const old = options.old?.bindings ?? {};
  const isOld = (one: Bindings): boolean => parameters.every(({ name }) => one[name] === old[name]);
  const hasOld = parameters.length > 0 && parameters.every(({ name }) => old[name] !== undefined);
  if (hasOld) for (const bindings of matches([], constraints, old, world.now())) yield [null, bindings];
  for (const bindings of matches(parameters, constraints, {}, world.now()))
    if (!hasOld || !isOld(bindings)) yield [null, bindings];
}

function begin(searching: Searching, bindings: Bindings): boolean {
  const { tree, problem, options } = searching;
  searching.bindings = bindings;
  tree.expand(
    null,
    problem.network,
    bindings,
    problem.network.subtasks.map((_, at) => options.old?.roots[at] ?? null),
  );
  return true;
}

/** What can be done with the ready tasks; those whose steps came first in the earlier plan come first. */
function* choices(searching: Searching): Frame['options'] {
  const { tree, world, finder, options } = searching;
  const { old, misses } = options;
  const turnOf = (node: OpenNode): number => {
    for (
      let at: OpenNode | undefined = node;
      at !== undefined;
      at = at.parent === null ? undefined : tree.nodes[at.parent]
    )
      if (at.old !== null) return old?.nodes[at.old]?.appliedAt ?? 0;
    return Number.POSITIVE_INFINITY;
  };
  const ready = tree.ready();
  const ranked =
    ready.length === 1
      ? ready
      : ready
          .map((node) => ({ node, turn: turnOf(node) }))
          .sort((a, b) => a.turn - b.turn)
          .map(({ node }) => node);
  for (const node of ranked) {
    const before = sameTasks(old, node.old);
    for (const option of finder.of(node, before, world.now(), misses, tree.steps.length))
      yield [node, option];
  }
}

/** Does what was chosen; false when it leads nowhere. */
function take(searching: Searching, node: OpenNode, option: Option, frame: Frame): boolean {
  const { tree, world, options } = searching;
  const { old, done = 0, observed, steps: most = Number.POSITIVE_INFINITY } = options;
  const position = tree.steps.length;
  node.appliedAt = position;
  node.method = null;
  node.reachedAt = null;
  if (option.kind === 'step') {
    if (position < done && !isSameStep(node, old?.steps[position])) return false;
    const { operator, bindings } = option;
    const situation = world.now();
    if (operator.cost === undefined) searching.cost += 1;
    else searching.cost += quantity(operator.cost, bindings, situation);
    world.apply(changesOf(operator.postcondition, bindings, situation));
    tree.carryOut(node);
    if (position + 1 === done && observed !== undefined) world.apply(observed);
    return finish(searching, node);
  }
  if (option.kind === 'held') return finish(searching, node);
  // The same task in the same state within itself: what it could do, it could have done at once.
  const key = keyOf(node.name, node.arguments);
  const state = world.fingerprint();
  if (isWithinItself(searching, node, key, state)) return false;
  node.method = option.method.name;
  node.bindings = option.bindings;
  const known = searching.taken.get(key) ?? [];
  searching.taken.set(key, known);
  known.push({ index: node.index, state });
  frame.noted = key;
  const { method, bindings } = option;
  const oldChildren = matchOldChildren(old, node.old, option, bindings);
  tree.expand(node, method, bindings, oldChildren);
  if (tree.leastSteps() > most) {
    searching.isCut = true;
    return false;
  }
  return method.subtasks.length > 0 || finish(searching, node);
}

function isSameStep(node: OpenNode, step: HtnPlan['steps'][number] | undefined): boolean {
  return step?.operator === node.name && step.arguments.every((object, at) => object === node.arguments[at]);
}

/**
 * Whether an ancestor is the same task for the same objects, taken up in the same state. What was taken up before
 * the executed steps were over does not count: they cannot be left out.
 */
function isWithinItself(
  { tree, taken, options }: Searching,
  node: OpenNode,
  key: string,
  state: string,
): boolean {
  const { done = 0 } = options;
  const alike = new Set(
    (taken.get(key) ?? []).flatMap(({ index, state: other }) => {
      const isFree = (tree.nodes[index]?.appliedAt ?? 0) >= done;
      return other === state && isFree ? [index] : [];
    }),
  );
  if (alike.size === 0) return false;
  const least = Math.min(...alike);
  for (let at = node.parent; at !== null && at >= least; at = tree.nodes[at]?.parent ?? null)
    if (alike.has(at)) return true;
  return false;
}

/** Completes a node; goals that end with it must hold. */
function finish({ tree, world }: Searching, node: OpenNode): boolean {
  const goals = tree.complete(node);
  const own = node.kind === 'goal' && node.method !== null ? [node, ...goals] : goals;
  for (const goal of own) {
    if (!world.now().state.holds(goal.name, goal.arguments)) return false;
    goal.reachedAt = tree.steps.length;
  }
  return true;
}

function isSolution({ problem, world, tree, options }: Searching): boolean {
  if (tree.steps.length < (options.done ?? 0)) return false;
  if (problem.goal === undefined || holds(problem.goal, {}, world.now())) return true;
  options.misses?.note({
    kind: 'goal',
    subject: '',
    condition: showFormula(problem.goal),
    steps: tree.steps.length,
    depth: 0,
    example: { task: 'the goal', condition: showFormula(problem.goal) },
  });
  return false;
}

function solution({ tree, world, problem, cost, bindings }: Searching, nodes: number): GuidedOutcome {
  const value = problem.metric === undefined ? cost : quantity(problem.metric.quantity, {}, world.now());
  return {
    status: 'solved',
    plan: tree.toPlan(bindings, value),
    old: tree.nodes.map(({ old }) => old),
    nodes,
  };
}
