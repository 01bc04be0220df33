// Draft of the ground model: what was reached and is asked for from the root, with conditions and changes as
// facts. Pruning makes the model of it.
import type { Program, ProgramOperator } from '../program/program.js';
import { groundTerms } from './early-checks.js';
import { type Chain, instanceBytes, instancesByTask } from './instances.js';
import { Literals, sorted } from './literals.js';
import type { Reached } from './reached.js';
import { Numbers, Ragged } from './ragged.js';
import type { Resting } from './rest.js';

/** Operators, methods and rules that are drafted between two rests. */
const draftsPerRest = 256;
/** About what the parts of an operator, and a fact with its names, take of the heap. */
const operatorBytes = 600;
const factBytes = 250;

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

/** Makes the draft. */
export function* draftModel(program: Program, reached: Reached): Resting<Draft> {
  const tableBytes = instanceBytes(program, reached);
  yield tableBytes;
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
  const bytes = (): number => tableBytes + draftBytes(draft);
  const instances = yield* instancesByTask(program, reached, tableBytes);
  let work = 0;
  for (let task = 0; task < draft.taskOf.length; task += 1) {
    work += 1;
    if (work % draftsPerRest === 0) yield bytes();
    const of = draft.taskOf.data[task]!;
    const tuple = draft.taskTuple.data[task]!;
    if (of < program.operators.length) draftOperator(program, reached, draft, task, instances.operators[of]!);
    else {
      for (const method of instances.methodsOf[of]!) {
        const { chain, first } = instances.methods[method]!;
        for (let at = first[tuple]!; at >= 0; at = chain[at]!) {
          draftMethod(program, reached, draft, task, method, at, taskId);
          work += 1;
          if (work % draftsPerRest === 0) yield bytes();
        }
      }
    }
  }
  for (const [rule, { count }] of reached.rules.entries()) {
    for (let at = 0; at < count; at += 1) {
      draftRule(program, reached, literals, rule, at);
      work += 1;
      if (work % draftsPerRest === 0) yield bytes();
    }
  }
  return draft;
}

/** About how many bytes a draft takes. */
export function draftBytes(draft: Draft): number {
  const { taskOf, methodTask, methodPreconditions, methodSubtasks, preconditions, literals } = draft;
  return (
    taskOf.data.byteLength * 2 +
    methodTask.data.byteLength * 3 +
    methodPreconditions.bytes +
    methodSubtasks.bytes +
    preconditions.size * operatorBytes +
    (literals.names.length + literals.rules.length) * factBytes
  );
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

function draftRule(program: Program, reached: Reached, literals: Literals, id: number, at: number): void {
  const rule = program.rules[id]!;
  const slots = bind(rule.matched, rule.slotTypes.length, reached.rules[id]!.read(at));
  const body = conditionFacts(literals, rule.condition, slots);
  if (body === null) return;
  const tuple = reached.facts[rule.head.predicate]!.find(groundTerms(rule.head.terms, slots));
  literals.rules.push({ head: literals.fact(rule.head.predicate, tuple), body });
}
