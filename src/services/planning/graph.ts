// Graph builder: a plan → the order of its tasks, with what is wrong in its references and dependencies.
//
// G1 every reference to `tasks.<id>.output` makes a data edge, where the place orders (graph-references.ts).
// G2 a reference that may be missing (`has`, `default`) or that reads `status`, `attempts` or `failure` waits
//    for the end of the task, however it ends: a special edge `on_condition` with the condition `true`.
// G3 between two tasks only the strongest of these is kept: data, then sequential, then the end.
// G4 the graph is sound only when there are no problems: edges to unknown tasks and to the task itself are
//    left out, and with a cycle all tails are 0.
// G5 a temporal edge is a wish that holds its task back, so it orders too; one that would close a circle is
//    left out, not refused.
import type { z } from 'zod';
import type { Problem } from '../../errors.js';
import { ruleOf } from '../../model/approval.js';
import type { Dependency } from '../../model/dependency.js';
import { graphFlags, packLists } from '../../model/graph.js';
import type { PlanGraph, SpecialEdge } from '../../model/graph.js';
import type { PlanSpecInput } from '../../model/plan.js';
import type { TaskInput } from '../../model/task.js';
import type { Reference } from '../expression/compilation.js';
import type { Expressions } from '../expression/expressions.js';
import { didYouMean } from '../nearest.js';
import { orderGraph } from './graph-order.js';
import { visitTask } from './graph-references.js';
import type { Place } from './graph-references.js';
import { tailsOf } from './graph-paths.js';
import { createPlanProblems, toProblem } from './plan-problem.js';
import type { PlanPath, PlanProblem } from './plan-problem.js';
import { checkReference } from './reference-check.js';
import type { NamesOfPlan } from './reference-check.js';

/** A graph with the problems found while it was built. */
export interface GraphResult {
  readonly graph: PlanGraph;
  readonly problems: readonly Problem[];
  /** The same problems before they were put into words for people. */
  readonly planProblems: readonly PlanProblem[];
}

const defaultEstimateMs = 60_000;
const defaultPriority = 5;

/** What is gathered for one task while the plan is read; the same may come up more than once. */
interface Edges {
  readonly before: number[];
  readonly data: number[];
  readonly ended: number[];
}

interface Building extends NamesOfPlan {
  readonly ids: readonly string[];
  readonly edges: readonly Edges[];
  readonly special: SpecialEdge[];
  readonly exclusions: Map<string, [number, number]>;
}

/**
 * Builds the graph of a plan. It takes both the written and the parsed form of a plan.
 *
 * Reports unknown tasks, dependencies of a task on itself, cycles (with the cycle printed), expressions that
 * do not compile, and names that an expression cannot use where it stands. Never throws for a bad plan.
 */
export function buildGraph(plan: PlanSpecInput, expressions: Expressions): GraphResult {
  const ids = Object.keys(plan.tasks);
  const building: Building = {
    plan,
    ids,
    indexOf: new Map(ids.map((id, index) => [id, index])),
    edges: ids.map(() => ({ before: [], data: [], ended: [] })),
    special: [],
    exclusions: new Map(),
    problems: createPlanProblems(),
  };
  ids.forEach((id, index) => {
    const task = plan.tasks[id];
    if (task !== undefined) readTask(task, id, index, building, expressions);
  });
  plan.dependencies?.forEach((dependency, index) => {
    readDependency(dependency, index, building);
  });
  const graph = withoutContraryWishes(assemble(building));
  const { order, cycles } = orderGraph(graph);
  for (const cycle of cycles) building.problems.add(cycleProblem(cycle, building));
  const withTails = cycles.length > 0 ? graph : { ...graph, tailMs: tailsOf(graph, order) };
  const planProblems = building.problems.list;
  return { graph: withTails, problems: planProblems.map(toProblem), planProblems };
}

function readTask(
  task: TaskInput,
  id: string,
  index: number,
  building: Building,
  expressions: Expressions,
): void {
  const { problems } = building;
  const edges = building.edges[index];
  if (edges === undefined) return;
  task.after?.forEach((other, position) => {
    const from = findTask(other, ['tasks', id, 'after', position], building);
    if (from === index) {
      problems.add({ path: ['tasks', id, 'after', position], message: `task '${id}' comes after itself` });
    } else if (from !== undefined) edges.before.push(from);
  });
  visitTask(task, expressions, {
    reference: (reference, place, path) => {
      readReference(reference, place, path, { id, index, edges, building });
    },
    broken: (error, path) => {
      problems.add({
        path: ['tasks', id, ...path],
        message: error.summary,
        hint: error.hint,
        offset: error.position,
      });
    },
  });
}

interface Reader {
  readonly id: string;
  readonly index: number;
  readonly edges: Edges;
  readonly building: Building;
}

function readReference(reference: Reference, place: Place, path: PlanPath, reader: Reader): void {
  const { id, index, edges, building } = reader;
  const at = ['tasks', id, ...path];
  const known = checkReference(reference, place.roots, at, building);
  if (known === undefined) return;
  if (known === index) {
    if (place.ownOutput) return;
    building.problems.add({
      path: at,
      offset: reference.position,
      message: `task '${id}' refers to itself: ${reference.text}`,
      hint: 'An action can only read what other tasks gave.',
    });
    return;
  }
  if (!place.orders) return;
  const needsOutput = reference.path[1] === 'output' && !reference.guarded;
  (needsOutput ? edges.data : edges.ended).push(known);
}

function findTask(id: string, path: PlanPath, building: Building): number | undefined {
  const index = building.indexOf.get(id);
  if (index === undefined) {
    const hint = (): string | undefined => didYouMean(id, building.indexOf.keys());
    building.problems.add({ path, message: `there is no task '${id}'`, hint });
  }
  return index;
}

function readDependency(dependency: z.input<typeof Dependency>, position: number, building: Building): void {
  const path = ['dependencies', position];
  const from = findTask(dependency.from, [...path, 'from'], building);
  const to = findTask(dependency.to, [...path, 'to'], building);
  if (from === undefined || to === undefined) return;
  if (from === to) {
    building.problems.add({ path, message: `task '${dependency.to}' depends on itself` });
    return;
  }
  const type = dependency.type ?? 'sequential';
  if (type === 'sequential') building.edges[to]?.before.push(from);
  else if (type === 'data') building.edges[to]?.data.push(from);
  else if (type === 'resource' || type === 'conflict') {
    const pair: [number, number] = from < to ? [from, to] : [to, from];
    building.exclusions.set(pair.join(), pair);
  } else {
    const { when, minLagMs, maxLagMs } = dependency;
    building.special.push({
      from,
      to,
      type,
      ...(when === undefined ? {} : { when }),
      ...(minLagMs === undefined ? {} : { minLagMs }),
      ...(maxLagMs === undefined ? {} : { maxLagMs }),
    });
  }
}

function assemble(building: Building): PlanGraph {
  const { plan, ids, edges } = building;
  const special = [...building.special];
  const before: number[][] = [];
  const data: number[][] = [];
  edges.forEach((one, to) => {
    const read = without(one.data, none);
    const after = without(one.before, read);
    data.push(read);
    before.push(after);
    for (const from of without(without(one.ended, read), after)) {
      special.push({ from, to, type: 'on_condition', when: 'true' });
    }
  });
  const tasks = ids.map((id) => plan.tasks[id]);
  return {
    ids: [...ids],
    before: packLists(before),
    data: packLists(data),
    special,
    exclusions: [...building.exclusions.values()],
    estimateMs: tasks.map((task) => task?.estimate?.expectedMs ?? defaultEstimateMs),
    priority: tasks.map((task) => task?.priority ?? defaultPriority),
    tailMs: tasks.map(() => 0),
    flags: tasks.map((task) => (task === undefined ? 0 : flagsOf(task))),
  };
}

const none: readonly number[] = [];

/** A list without doubles and without what is in another list. Most lists have no or one entry. */
function without(list: readonly number[], other: readonly number[]): number[] {
  if (list.length === 0) return [];
  const [first = 0] = list;
  if (list.length === 1) return other.includes(first) ? [] : [first];
  const left = new Set(list);
  for (const index of other) left.delete(index);
  return [...left];
}

/** Leaves out temporal wishes until none of them closes a circle (G5). */
function withoutContraryWishes(graph: PlanGraph): PlanGraph {
  if (!graph.special.some((edge) => edge.type === 'temporal')) return graph;
  let special = graph.special;
  for (let round = 0; round < maxWishRounds; round += 1) {
    const { cycles } = orderGraph({ ...graph, special });
    const contrary = new Set(cycles.flatMap((cycle) => wishIn(cycle, special) ?? []));
    if (contrary.size === 0) return { ...graph, special };
    special = special.filter((edge) => !contrary.has(edge));
  }
  return { ...graph, special: special.filter((edge) => edge.type !== 'temporal') };
}

/** Rounds in which wishes are dropped one by circle; what is more tangled than that loses all of them. */
const maxWishRounds = 50;

function wishIn(cycle: readonly number[], special: readonly SpecialEdge[]): SpecialEdge | undefined {
  const next = new Map(cycle.map((index, at) => [index, cycle[(at + 1) % cycle.length]]));
  return special.find((edge) => edge.type === 'temporal' && next.get(edge.from) === edge.to);
}

function flagsOf(task: TaskInput): number {
  return (
    (task.optional === true ? graphFlags.optional : 0) |
    (task.critical === true ? graphFlags.critical : 0) |
    (task.action.kind === 'for_each' ? graphFlags.loop : 0) |
    (ruleOf(task.approval) === undefined ? 0 : graphFlags.needsApproval) |
    (task.action.kind === 'wait' ? graphFlags.waits : 0)
  );
}

function cycleProblem(cycle: readonly number[], building: Building): PlanProblem {
  const ids = cycle.map((index) => building.ids[index] ?? '');
  const shown =
    ids.length > 12 ? [...ids.slice(0, 6), `… (${ids.length - 10} more) …`, ...ids.slice(-4)] : ids;
  const [first = '', second = first] = ids;
  return {
    path: placeOfEdge(first, second, building.plan),
    message: `the tasks wait for each other in a circle: ${[...shown, first].join(' → ')}`,
    hint: 'Remove one of these dependencies or references.',
  };
}

/** Where it is written that one task comes after another: in `after`, in `dependencies`, or in a reference. */
function placeOfEdge(from: string, to: string, plan: PlanSpecInput): PlanPath {
  const after = plan.tasks[to]?.after?.indexOf(from) ?? -1;
  if (after >= 0) return ['tasks', to, 'after', after];
  const dependency = plan.dependencies?.findIndex((one) => one.from === from && one.to === to) ?? -1;
  return dependency >= 0 ? ['dependencies', dependency] : ['tasks', to, 'action'];
}
