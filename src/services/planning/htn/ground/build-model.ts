// A pruned draft → the ground model: facts that some condition needs and that can change, numbered anew; tasks and
// methods that are left.
import type { Program } from '../program/program.js';
import type { Draft, DraftChange } from './draft.js';
import { type KeptFacts, keptFacts } from './kept-facts.js';
import type { Literals } from './literals.js';
import type { ConditionalChange, GroundModel, GroundNumberChange, GroundRule } from './model.js';
import type { Pruned } from './prune.js';
import { invert, Numbers, Ragged } from './ragged.js';
import type { Reached } from './reached.js';
import { relaxedClauses } from './relaxed-clauses.js';
import { type Resting, rowsPerRest } from './rest.js';

/** Operators or rules with all their parts between two rests. */
const operatorsPerRest = 1 << 9;

/** Builds the model. Each rest tells about how many bytes it takes with what it is made of. */
export function* buildModel(
  program: Program,
  reached: Reached,
  draft: Draft,
  pruned: Pruned,
): Resting<GroundModel> {
  const { literals } = draft;
  const bytes = draft.methodPreconditions.bytes + draft.methodSubtasks.bytes + draft.taskOf.length * 8;
  const metric = program.metric === null ? null : literals.number(program.metric, new Int32Array(0)).of;
  const order = taskOrder(program, draft, pruned);
  yield bytes;
  const facts = yield* keptFacts(draft, pruned, bytes);
  const keep = (list: readonly number[] | Int32Array): Int32Array =>
    Int32Array.from(list, (fact) => facts.idOf[fact]!).filter((fact) => fact >= 0);
  const operators = yield* operatorRows(program, draft, order, keep, bytes);
  const methods = yield* methodRows(program, draft, pruned, order, facts, bytes);
  const complement = new Int32Array(facts.kept.length).fill(-1);
  facts.kept.forEach((fact, id) => {
    const other = literals.complements[fact]!;
    if (other >= 0) complement[id] = facts.idOf[other]!;
  });
  const model = {
    program,
    factCount: facts.kept.length,
    complement,
    initialFacts: Int32Array.from(facts.kept.keys()).filter((id) => literals.isInitial[facts.kept[id]!]),
    initialValues: Float64Array.from(literals.values),
    operatorCount: order.operatorCount,
    taskCount: order.tasks.length,
    ...operators,
    ...methods,
    metric,
    root: order.idOf[draft.root]!,
    ...origins(reached, draft, order, facts, methods.from),
    comparisons: literals.comparisons.flatMap(({ fact, holds }) => {
      const id = facts.idOf[fact]!;
      return id < 0 ? [] : [{ fact: id, holds }];
    }),
    strata: yield* strataOf(literals, pruned, facts, keep, bytes),
    isOptimistic: Uint8Array.from(facts.kept, (fact) => pruned.isOptimistic[fact]!),
  };
  const relaxed = yield* relaxedClauses(model, bytes);
  return { ...model, relaxed, bytes: relaxed.bytes + bytesOf(model) + originBytes(reached, draft) };
}

function bytesOf(model: Omit<GroundModel, 'relaxed' | 'bytes'>): number {
  const { preconditions, adds, deletes, methodsOf, methodPreconditions, methodSubtasks } = model;
  let sum = model.methodTask.byteLength + model.costs.byteLength + model.factCount * 16;
  for (const rows of [preconditions, adds, deletes, methodsOf, methodPreconditions, methodSubtasks]) {
    sum += rows.starts.byteLength + rows.items.byteLength;
  }
  return sum;
}

function originBytes({ tasks, methods }: Reached, { taskOf, methodOf }: Draft): number {
  const tables = [...tasks, ...methods].reduce((sum, set) => sum + set.bytes, 0);
  return tables + taskOf.data.byteLength * 4 + methodOf.data.byteLength * 3;
}

/** What facts, tasks and methods of the model stand for. Holds on to no more of the draft than it needs. */
function origins(
  { tasks, methods }: Reached,
  { taskOf, taskTuple, methodOf, methodTuple, literals }: Draft,
  order: TaskOrder,
  { kept }: KeptFacts,
  from: Int32Array,
): Pick<GroundModel, 'factName' | 'taskOf' | 'methodOf'> {
  const { names } = literals;
  return {
    factName: (fact) => names[kept[fact]!]!(),
    taskOf: (task) => {
      const of = taskOf.data[order.tasks[task]!]!;
      return { task: of, arguments: tasks[of]!.read(taskTuple.data[order.tasks[task]!]!) };
    },
    methodOf: (method) => {
      const of = methodOf.data[from[method]!]!;
      return { method: of, bound: methods[of]!.read(methodTuple.data[from[method]!]!) };
    },
  };
}

interface TaskOrder {
  /** Draft's task by number of the model. */
  readonly tasks: Int32Array;
  readonly idOf: Int32Array;
  readonly operatorCount: number;
}

function taskOrder(program: Program, draft: Draft, pruned: Pruned): TaskOrder {
  const primitive: number[] = [];
  const compound: number[] = [];
  for (let task = 0; task < draft.taskOf.length; task += 1) {
    if (pruned.isTaskAlive[task] !== 1) continue;
    (draft.taskOf.data[task]! < program.operators.length ? primitive : compound).push(task);
  }
  const tasks = new Int32Array(primitive.length + compound.length);
  tasks.set(primitive);
  tasks.set(compound, primitive.length);
  const idOf = new Int32Array(draft.taskOf.length).fill(-1);
  tasks.forEach((task, id) => (idOf[task] = id));
  return { tasks, idOf, operatorCount: primitive.length };
}

type Keep = (facts: readonly number[] | Int32Array) => Int32Array;

function* operatorRows(
  program: Program,
  draft: Draft,
  order: TaskOrder,
  keep: Keep,
  bytes: number,
): Resting<
  Pick<
    GroundModel,
    'preconditions' | 'adds' | 'deletes' | 'conditional' | 'numeric' | 'costs' | 'costOf' | 'isHidden'
  >
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
    if (id % operatorsPerRest === 0) yield bytes;
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

function* methodRows(
  program: Program,
  draft: Draft,
  pruned: Pruned,
  order: TaskOrder,
  facts: KeptFacts,
  bytes: number,
): Resting<
  Pick<
    GroundModel,
    'methodsOf' | 'methodCount' | 'methodTask' | 'methodPreconditions' | 'methodSubtasks' | 'methodOrder'
  > & { readonly from: Int32Array }
> {
  const orders = program.methods.map((each) =>
    each.ordering === null ? null : Int32Array.from(each.ordering.flat()),
  );
  const from = new Numbers();
  const task = new Numbers();
  const preconditions = new Ragged();
  const subtasks = new Ragged();
  const row = new Numbers();
  for (let method = 0; method < draft.methodTask.length; method += 1) {
    if (method % rowsPerRest === 0) yield bytes;
    if (pruned.isMethodAlive[method] !== 1) continue;
    from.push(method);
    task.push(order.idOf[draft.methodTask.data[method]!]! - order.operatorCount);
    row.length = 0;
    for (const fact of draft.methodPreconditions.row(method)) {
      if (facts.idOf[fact]! >= 0) row.push(facts.idOf[fact]!);
    }
    preconditions.add(row.view());
    row.length = 0;
    for (const each of draft.methodSubtasks.row(method)) row.push(order.idOf[each]!);
    subtasks.add(row.view());
  }
  // Each method has one task: the rows of tasks by method, the other way round.
  const starts = Int32Array.from({ length: from.length + 1 }, (_, method) => method);
  const methodTask = task.trimmed();
  const tasks = order.tasks.length - order.operatorCount;
  const methodsOf = yield* invert({ starts, items: methodTask }, tasks, bytes);
  return {
    methodsOf,
    methodCount: from.length,
    methodTask: methodTask.map((each) => each + order.operatorCount),
    methodPreconditions: preconditions.toRows(),
    methodSubtasks: subtasks.toRows(),
    methodOrder: program.isTotalOrder
      ? null
      : Array.from(from.view(), (method) => orders[draft.methodOf.data[method]!]!),
    from: from.trimmed(),
  };
}

function* strataOf(
  literals: Literals,
  pruned: Pruned,
  facts: KeptFacts,
  keep: Keep,
  bytes: number,
): Resting<GroundModel['strata']> {
  const strata: { facts: number[]; rules: GroundRule[] }[] = [];
  const at = (fact: number): { facts: number[]; rules: GroundRule[] } => {
    const level = pruned.stratumOf.get(fact) ?? 0;
    while (strata.length <= level) strata.push({ facts: [], rules: [] });
    return strata[level]!;
  };
  for (const fact of facts.kept) {
    if (literals.isDerived[fact] && pruned.stratumOf.has(fact)) at(fact).facts.push(facts.idOf[fact]!);
  }
  let work = 0;
  for (const rule of literals.rules) {
    work += 1;
    if (work % operatorsPerRest === 0) yield bytes;
    if (facts.idOf[rule.head]! < 0) continue;
    at(rule.head).rules.push({ head: facts.idOf[rule.head]!, body: keep(rule.body) });
  }
  return strata.map((each) => ({ facts: Int32Array.from(each.facts), rules: each.rules }));
}
