// Draft of the ground model: what was reached and is asked for from the root, with conditions and changes as
// facts. Pruning makes the model of it.
import type { Program, ProgramOperator } from '../program/program.js';
import { Literals, sorted } from './literals.js';
import { groundTerms } from './early-checks.js';
import type { Reached } from './reach.js';
import { Numbers, Ragged } from './ragged.js';

/** Changes of one primitive task, in facts that are no complements. */
export interface DraftChange {
  readonly condition: readonly number[];
  readonly fact: number;
  readonly isAdded: boolean;
}

export interface DraftNumber {
  readonly condition: readonly number[];
  readonly target: number;
  readonly compute: (values: Float64Array) => number;
}

export interface Draft {
  readonly literals: Literals;
  /** By task: operator or compound task of the program, and number of its tuple. */
  readonly taskOf: Numbers;
  readonly taskTuple: Numbers;
  readonly preconditions: Map<number, readonly number[]>;
  readonly changes: Map<number, readonly DraftChange[]>;
  readonly numeric: Map<number, readonly DraftNumber[]>;
  readonly costs: Map<
    number,
    { readonly initial: number; readonly of: ((v: Float64Array) => number) | null }
  >;
  /** By method: its task, program method, tuple. */
  readonly methodTask: Numbers;
  readonly methodOf: Numbers;
  readonly methodTuple: Numbers;
  readonly methodPreconditions: Ragged;
  readonly methodSubtasks: Ragged;
  readonly root: number;
}

/** Makes the draft, with rests. Null when it was told to stop. */
export function* draftModel(
  program: Program,
  reached: Reached,
  ask: (size: number) => boolean,
): Generator<number, Draft | null> {
  const literals = new Literals(program, reached);
  const draft: Draft = {
    literals,
    taskOf: new Numbers(),
    taskTuple: new Numbers(),
    preconditions: new Map(),
    changes: new Map(),
    numeric: new Map(),
    costs: new Map(),
    methodTask: new Numbers(),
    methodOf: new Numbers(),
    methodTuple: new Numbers(),
    methodPreconditions: new Ragged(),
    methodSubtasks: new Ragged(),
    root: 0,
  };
  const ids = reached.tasks.map((set) => new Int32Array(set.count).fill(-1));
  const taskId = (task: number, tuple: number): number => {
    const known = ids[task]![tuple]!;
    if (known >= 0) return known;
    ids[task]![tuple] = draft.taskOf.length;
    draft.taskOf.push(task);
    draft.taskTuple.push(tuple);
    return draft.taskOf.length - 1;
  };
  taskId(program.root, 0);
  const instances = instancesByTask(program, reached);
  for (let task = 0; task < draft.taskOf.length; task += 1) {
    if (task % 1024 === 0) {
      if (!ask(draft.methodTask.length)) return null;
      yield 0;
    }
    const of = draft.taskOf.data[task]!;
    const tuple = draft.taskTuple.data[task]!;
    if (of < program.operators.length) draftOperator(program, reached, draft, task, instances.operators[of]!);
    else {
      for (const method of instances.methodsOf[of]!) {
        const { chain, first } = instances.methods[method]!;
        const mine: number[] = [];
        for (let at = first[tuple]!; at >= 0; at = chain[at]!) mine.push(at);
        for (const at of mine.reverse()) draftMethod(program, reached, draft, task, method, at, taskId);
      }
    }
  }
  for (const [rule, set] of reached.rules.entries()) draftRule(program, reached, literals, rule, set.count);
  return draft;
}

interface Chain {
  /** By tuple of the task: its newest instance; then each instance's next. -1 ends. */
  readonly first: Int32Array;
  readonly chain: Int32Array;
}

function instancesByTask(
  program: Program,
  reached: Reached,
): { methods: Chain[]; operators: Chain[]; methodsOf: number[][] } {
  const methodsOf: number[][] = reached.tasks.map(() => []);
  const methods = program.methods.map((method, id): Chain => {
    methodsOf[method.task]!.push(id);
    const set = reached.methods[id]!;
    const place = new Int32Array(method.slotTypes.length);
    const first = new Int32Array(reached.tasks[method.task]!.count).fill(-1);
    const chain = new Int32Array(set.count).fill(-1);
    for (let at = 0; at < set.count; at += 1) {
      if (reached.isComplete[id]![at] !== 1) continue;
      method.matched.forEach((slot, column) => (place[slot] = set.at(at, column)));
      const target = reached.tasks[method.task]!.find(groundTerms(method.terms, place));
      chain[at] = first[target]!;
      first[target] = at;
    }
    return { first, chain };
  });
  const operators = program.operators.map((operator, id): Chain => {
    const set = reached.operators[id]!;
    const first = new Int32Array(reached.tasks[id]!.count).fill(-1);
    const chain = new Int32Array(set.count).fill(-1);
    for (let at = 0; at < set.count; at += 1) {
      const target = reached.tasks[id]!.find(set.read(at).subarray(0, operator.parameterCount));
      chain[at] = first[target]!;
      first[target] = at;
    }
    return { first, chain };
  });
  return { methods, operators, methodsOf };
}

function bind(matched: readonly number[], slotCount: number, tuple: Int32Array): Int32Array {
  const slots = new Int32Array(slotCount).fill(-1);
  matched.forEach((slot, column) => (slots[slot] = tuple[column]!));
  return slots;
}

/** A condition's facts; null when it cannot hold. */
function conditionFacts(
  literals: Literals,
  condition: Program['methods'][number]['condition'],
  slots: Int32Array,
): number[] | null {
  const out: number[] = [];
  for (const atom of condition.atoms) {
    if (!literals.literal(atom.predicate, groundTerms(atom.terms, slots), false, out)) return null;
  }
  for (const check of condition.checks) if (!literals.conjoin(check, slots, out)) return null;
  return sorted(out);
}

function draftMethod(
  program: Program,
  reached: Reached,
  draft: Draft,
  task: number,
  method: number,
  at: number,
  taskId: (task: number, tuple: number) => number,
): void {
  const pattern = program.methods[method]!;
  const slots = bind(pattern.matched, pattern.slotTypes.length, reached.methods[method]!.read(at));
  const facts = conditionFacts(draft.literals, pattern.condition, slots);
  if (facts === null) return;
  draft.methodTask.push(task);
  draft.methodOf.push(method);
  draft.methodTuple.push(at);
  draft.methodPreconditions.add(facts);
  draft.methodSubtasks.add(
    pattern.subtasks.map((subtask) =>
      taskId(subtask.task, reached.tasks[subtask.task]!.find(groundTerms(subtask.terms, slots))),
    ),
  );
}

function draftOperator(program: Program, reached: Reached, draft: Draft, task: number, chain: Chain): void {
  const id = draft.taskOf.data[task]!;
  const operator = program.operators[id]!;
  const { literals } = draft;
  const ways: Int32Array[] = [];
  for (let at = chain.first[draft.taskTuple.data[task]!]!; at >= 0; at = chain.chain[at]!) {
    ways.push(bind(operator.matched, operator.slotTypes.length, reached.operators[id]!.read(at)));
  }
  const facts: number[] = [];
  const conditions = ways.map((slots) => (out: number[]): boolean => {
    const own = conditionFacts(literals, operator.condition, slots);
    if (own !== null) out.push(...own);
    return own !== null;
  });
  if (!literals.disjoin(conditions, facts)) return;
  draft.preconditions.set(task, sorted(facts));
  const slots = ways[0]!;
  draftChanges(program, reached, draft, task, operator, slots);
  const cost = literals.number(operator.cost, slots);
  draft.costs.set(task, {
    initial: cost.of(Float64Array.from(literals.values)),
    of: cost.isConstant ? null : cost.of,
  });
}

function draftChanges(
  program: Program,
  reached: Reached,
  draft: Draft,
  task: number,
  operator: ProgramOperator,
  slots: Int32Array,
): void {
  const { literals } = draft;
  const changes: DraftChange[] = [];
  for (const change of operator.facts) {
    forEachOwn(program, change.own, slots, () => {
      const objects = groundTerms(change.atom.terms, slots);
      const tuple = reached.facts[change.atom.predicate]!.find(objects);
      if (tuple < 0) return;
      const condition: number[] = [];
      if (change.condition !== null && !literals.conjoin(change.condition, slots, condition)) return;
      const fact = literals.fact(change.atom.predicate, tuple);
      changes.push({ condition: sorted(condition), fact, isAdded: change.isAdded });
    });
  }
  if (changes.length > 0) draft.changes.set(task, changes);
  const numeric: DraftNumber[] = [];
  for (const change of operator.numbers) {
    forEachOwn(program, change.own, slots, () => {
      const condition: number[] = [];
      if (change.condition !== null && !literals.conjoin(change.condition, slots, condition)) return;
      const target = literals.value(change.function, groundTerms(change.terms, slots));
      const value = literals.number(change.value, slots);
      const compute = numberChanges[change.change](target, value.of);
      numeric.push({ condition: sorted(condition), target, compute });
    });
  }
  if (numeric.length > 0) draft.numeric.set(task, numeric);
}

type Compute = (values: Float64Array) => number;

const numberChanges: Record<
  ProgramOperator['numbers'][number]['change'],
  (at: number, by: Compute) => Compute
> = {
  assign: (_, by) => by,
  increase: (at, by) => (values) => values[at]! + by(values),
  decrease: (at, by) => (values) => values[at]! - by(values),
  'scale-up': (at, by) => (values) => values[at]! * by(values),
  'scale-down': (at, by) => (values) => values[at]! / by(values),
};

function forEachOwn(
  program: Program,
  own: readonly { readonly slot: number; readonly type: number }[],
  slots: Int32Array,
  visit: () => void,
  depth = 0,
): void {
  const variable = own[depth];
  if (variable === undefined) {
    visit();
    return;
  }
  for (const member of program.types[variable.type]!.members) {
    slots[variable.slot] = member;
    forEachOwn(program, own, slots, visit, depth + 1);
  }
}

function draftRule(program: Program, reached: Reached, literals: Literals, id: number, count: number): void {
  const rule = program.rules[id]!;
  for (let at = 0; at < count; at += 1) {
    const slots = bind(rule.matched, rule.slotTypes.length, reached.rules[id]!.read(at));
    const body = conditionFacts(literals, rule.condition, slots);
    if (body === null) continue;
    const tuple = reached.facts[rule.head.predicate]!.find(groundTerms(rule.head.terms, slots));
    literals.rules.push({ head: literals.fact(rule.head.predicate, tuple), body });
  }
}
