// A pruned draft → the ground model: facts that some condition needs and that can change, numbered anew; tasks and
// methods that are left.
import type { Program } from '../program/program.js';
import type { Draft, DraftChange } from './draft.js';
import type { Literals } from './literals.js';
import type { ConditionalChange, GroundModel, GroundNumberChange, GroundRule } from './model.js';
import { isOptimistic, type Pruned } from './prune.js';
import { Numbers, Ragged } from './ragged.js';
import type { Reached } from './reach.js';

export function buildModel(program: Program, reached: Reached, draft: Draft, pruned: Pruned): GroundModel {
  const { literals } = draft;
  const metric = program.metric === null ? null : literals.number(program.metric, new Int32Array(0)).of;
  const order = taskOrder(program, draft, pruned);
  const facts = keptFacts(draft, pruned);
  const keep = (list: readonly number[] | Int32Array): Int32Array =>
    Int32Array.from(list, (fact) => facts.idOf[fact]!).filter((fact) => fact >= 0);
  const operators = operatorRows(program, draft, order, keep);
  const methods = methodRows(program, draft, pruned, order, keep);
  const complement = new Int32Array(facts.kept.length).fill(-1);
  facts.kept.forEach((fact, id) => {
    const other = literals.complements[fact]!;
    if (other >= 0) complement[id] = facts.idOf[other]!;
  });
  const matchedOf = (of: number, tuple: number): Int32Array => reached.methods[of]!.read(tuple);
  return {
    program,
    factCount: facts.kept.length,
    factName: (fact) => literals.names[facts.kept[fact]!]!(),
    complement,
    initialFacts: Int32Array.from(facts.kept.keys()).filter((id) => literals.isInitial[facts.kept[id]!]),
    initialValues: Float64Array.from(literals.values),
    operatorCount: order.operatorCount,
    taskCount: order.tasks.length,
    ...operators,
    ...methods,
    metric,
    root: order.idOf[draft.root]!,
    taskOf: (task) => {
      const of = draft.taskOf.data[order.tasks[task]!]!;
      return { task: of, arguments: reached.tasks[of]!.read(draft.taskTuple.data[order.tasks[task]!]!) };
    },
    methodOf: (method) => {
      const from = methods.from[method]!;
      const of = draft.methodOf.data[from]!;
      return { method: of, bound: matchedOf(of, draft.methodTuple.data[from]!) };
    },
    comparisons: literals.comparisons.flatMap(({ fact, holds }) => {
      const id = facts.idOf[fact]!;
      return id < 0 ? [] : [{ fact: id, holds }];
    }),
    strata: strataOf(literals, pruned, facts, keep),
    isOptimistic: Uint8Array.from(facts.kept, (fact) => (isOptimistic(draft, fact) ? 1 : 0)),
  };
}

interface TaskOrder {
  /** Draft's task by number of the model. */
  readonly tasks: readonly number[];
  readonly idOf: Int32Array;
  readonly operatorCount: number;
}

function taskOrder(program: Program, draft: Draft, pruned: Pruned): TaskOrder {
  const alive = [...pruned.isTaskAlive.keys()].filter((task) => pruned.isTaskAlive[task] === 1);
  const isPrimitive = (task: number): boolean => draft.taskOf.data[task]! < program.operators.length;
  const primitive = alive.filter(isPrimitive);
  const tasks = [...primitive, ...alive.filter((task) => !isPrimitive(task))];
  const idOf = new Int32Array(draft.taskOf.length).fill(-1);
  tasks.forEach((task, id) => (idOf[task] = id));
  return { tasks, idOf, operatorCount: primitive.length };
}

interface KeptFacts {
  readonly kept: readonly number[];
  readonly idOf: Int32Array;
}

/** The facts that some condition needs, and that are not true for good. */
function keptFacts(draft: Draft, pruned: Pruned): KeptFacts {
  const { literals } = draft;
  const count = literals.names.length;
  const mayFall = new Uint8Array(count);
  for (const [task, changes] of draft.changes) {
    if (pruned.isTaskAlive[task] !== 1) continue;
    for (const { fact, isAdded } of changes) {
      const falls = isAdded ? literals.complements[fact]! : fact;
      if (falls >= 0) mayFall[falls] = 1;
    }
  }
  const isNeeded = new Uint8Array(count);
  const need = (facts: ArrayLike<number>): void => {
    for (let index = 0; index < facts.length; index += 1) isNeeded[facts[index]!] = 1;
  };
  for (const [task, facts] of draft.preconditions) {
    if (pruned.isTaskAlive[task] !== 1) continue;
    need(facts);
    for (const { condition } of draft.changes.get(task) ?? []) need(condition);
    for (const { condition } of draft.numeric.get(task) ?? []) need(condition);
  }
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    if (pruned.isMethodAlive[method] === 1) need(draft.methodPreconditions.row(method));
  }
  for (const rule of literals.rules) need(rule.body);
  const idOf = new Int32Array(count).fill(-1);
  const kept: number[] = [];
  for (let fact = 0; fact < count; fact += 1) {
    // The opposite of a derived fact is computed from it.
    const complement = literals.complements[fact]!;
    const isOpposed = literals.isDerived[fact] && complement >= 0 && isNeeded[complement] === 1;
    if (isNeeded[fact] !== 1 && !isOpposed) continue;
    if (literals.isInitial[fact] && mayFall[fact] !== 1 && !literals.isDerived[fact]) continue;
    idOf[fact] = kept.push(fact) - 1;
  }
  return { kept, idOf };
}

type Keep = (facts: readonly number[] | Int32Array) => Int32Array;

function operatorRows(
  program: Program,
  draft: Draft,
  order: TaskOrder,
  keep: Keep,
): Pick<
  GroundModel,
  'preconditions' | 'adds' | 'deletes' | 'conditional' | 'numeric' | 'costs' | 'costOf' | 'isHidden'
> {
  const preconditions = new Ragged();
  const adds = new Ragged();
  const deletes = new Ragged();
  const conditional = new Map<number, ConditionalChange[]>();
  const numeric = new Map<number, GroundNumberChange[]>();
  const costs = new Float64Array(order.operatorCount);
  const costOf = new Map<number, (values: Float64Array) => number>();
  const { complements } = draft.literals;
  const opposites = (list: readonly number[]): number[] =>
    list.map((fact) => complements[fact]!).filter((fact) => fact >= 0);
  for (let id = 0; id < order.operatorCount; id += 1) {
    const task = order.tasks[id]!;
    const changes = draft.changes.get(task) ?? [];
    preconditions.add(keep(draft.preconditions.get(task)!));
    const added = new Set(changes.filter((each) => each.isAdded && isAlways(each)).map((each) => each.fact));
    const deleted = changes
      .filter((each) => !each.isAdded && isAlways(each) && !added.has(each.fact))
      .map((each) => each.fact);
    adds.add(keep([...added, ...opposites(deleted)]));
    deletes.add(keep([...deleted, ...opposites([...added])]));
    const own = changes
      .filter((each) => !isAlways(each) && !added.has(each.fact))
      .sort((one, other) => Number(one.isAdded) - Number(other.isAdded))
      .map((each): ConditionalChange => {
        const itself = keep([each.fact]);
        const opposite = keep(opposites([each.fact]));
        return {
          condition: keep(each.condition),
          clears: each.isAdded ? opposite : itself,
          sets: each.isAdded ? itself : opposite,
        };
      });
    if (own.length > 0) conditional.set(id, own);
    const numbers = draft.numeric.get(task);
    if (numbers !== undefined) {
      numeric.set(
        id,
        numbers.map((each) => ({ ...each, condition: keep(each.condition) })),
      );
    }
    const cost = draft.costs.get(task)!;
    costs[id] = cost.initial;
    if (cost.of !== null) costOf.set(id, cost.of);
  }
  return {
    preconditions: preconditions.toRows(),
    adds: adds.toRows(),
    deletes: deletes.toRows(),
    conditional,
    numeric,
    costs,
    costOf,
    isHidden: Uint8Array.from({ length: order.operatorCount }, (_, id) =>
      program.operators[draft.taskOf.data[order.tasks[id]!]!]!.hidden === null ? 0 : 1,
    ),
  };
}

function isAlways(change: DraftChange): boolean {
  return change.condition.length === 0;
}

function methodRows(
  program: Program,
  draft: Draft,
  pruned: Pruned,
  order: TaskOrder,
  keep: Keep,
): Pick<
  GroundModel,
  'methodsOf' | 'methodCount' | 'methodTask' | 'methodPreconditions' | 'methodSubtasks'
> & { readonly methodOrder: (Int32Array | null)[] | null; readonly from: Int32Array } {
  const orders = program.methods.map((each) =>
    each.ordering === null ? null : Int32Array.from(each.ordering.flat()),
  );
  const lists: number[][] = Array.from({ length: order.tasks.length - order.operatorCount }, () => []);
  const from = new Numbers();
  const task = new Numbers();
  const preconditions = new Ragged();
  const subtasks = new Ragged();
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    if (pruned.isMethodAlive[method] !== 1) continue;
    const of = order.idOf[draft.methodTask.data[method]!]!;
    lists[of - order.operatorCount]!.push(from.length);
    from.push(method);
    task.push(of);
    preconditions.add(keep(draft.methodPreconditions.row(method)));
    subtasks.add(draft.methodSubtasks.row(method).map((each) => order.idOf[each]!));
  }
  const methodsOf = new Ragged();
  for (const list of lists) methodsOf.add(list);
  return {
    methodsOf: methodsOf.toRows(),
    methodCount: from.length,
    methodTask: task.trimmed(),
    methodPreconditions: preconditions.toRows(),
    methodSubtasks: subtasks.toRows(),
    methodOrder: program.isTotalOrder
      ? null
      : Array.from(from.trimmed(), (method) => orders[draft.methodOf.data[method]!]!),
    from: from.trimmed(),
  };
}

function strataOf(literals: Literals, pruned: Pruned, facts: KeptFacts, keep: Keep): GroundModel['strata'] {
  const strata: { facts: number[]; rules: GroundRule[] }[] = [];
  const at = (fact: number): { facts: number[]; rules: GroundRule[] } => {
    const level = pruned.stratumOf.get(fact) ?? 0;
    while (strata.length <= level) strata.push({ facts: [], rules: [] });
    return strata[level]!;
  };
  for (const fact of facts.kept) {
    if (literals.isDerived[fact] && pruned.stratumOf.has(fact)) at(fact).facts.push(facts.idOf[fact]!);
  }
  for (const rule of literals.rules) {
    if (facts.idOf[rule.head]! < 0) continue;
    at(rule.head).rules.push({ head: facts.idOf[rule.head]!, body: keep(rule.body) });
  }
  return strata.map((each) => ({ facts: Int32Array.from(each.facts), rules: each.rules }));
}
