// What must hold when a task begins, whatever becomes of it: literals over its parameters, to a fixpoint over the
// methods. What a later subtask needs, and no earlier one can make, must hold from the beginning: so a method can
// be tested, and its variables bound, by what its subtasks will ask for. (Pulling preconditions up is done by
// HyperTensioN, Maurício Magnaguagno, Felipe Meneguzzi and Lavindra de Silva, 2020.)
import type { AtomPattern, Program, ProgramMethod, ProgramOperator } from '../program/program.js';
import { atomKey, substitute } from '../program/slots.js';
import { type ChangePattern, findMayChange, generalised, type MayChange, mayBeAmong } from './may-change.js';

/** A fact that must hold, or must not. */
export interface Need {
  readonly atom: AtomPattern;
  readonly isNegated: boolean;
}

/** Needs by a key that is the same for the same need. */
export type Needs = ReadonlyMap<string, Need>;

/** What of each method's subtasks may be asked for when it is applied. */
export interface FoundNeeds {
  /** Per method, over its slots: what it needs. Null when it can never be carried to its end. */
  readonly ofMethods: readonly (Needs | null)[];
}

const mostNeeds = 64;
/** Subtasks of one method that are looked at, so that networks of very many are not compared each with each. */
const mostSubtasks = 1000;

function keyOf({ atom, isNegated }: Need): string {
  return `${isNegated ? '!' : ''}${atomKey(atom)}`;
}

function put(needs: Map<string, Need>, need: Need): void {
  if (needs.size < mostNeeds) needs.set(keyOf(need), need);
}

/**
 * @param others - What tasks outside of a method may change between its subtasks: nothing in a total order, and in
 * a partial one whatever the operators change (`'all'`), unless that is not reckoned with.
 */
export function findNeeds(program: Program, others: 'none' | 'all'): FoundNeeds {
  const { operators, methods } = program;
  const mayChange = findMayChange(program);
  const general = others === 'all' ? anyChanges(program, mayChange) : { added: [], deleted: [] };
  const found: (Needs | null)[] = [...operators.map(needsOfOperator), ...program.tasks.map(() => null)];
  const own = methods.map((method) => needsOfCondition(method));
  const needsOf = (index: number): Needs | null =>
    needsOfMethod({ program, found, mayChange, general }, methods[index]!, own[index]!);
  const byTask = new Map<number, number[]>();
  methods.forEach((method, index) => byTask.set(method.task, [...(byTask.get(method.task) ?? []), index]));
  // Backwards and forwards in turn: domains are written from the top down or from the bottom up.
  const inTurn = [...byTask];
  for (let isStable = false; !isStable; ) {
    isStable = true;
    inTurn.reverse();
    for (const [task, indices] of inTurn) {
      const before = found[task]!;
      const lifted = indices.map((index) => lift(methods[index]!, needsOf(index)));
      const after = intersection(before === null ? lifted : [before, ...lifted]);
      if (after === null || before?.size === after.size) continue;
      found[task] = after;
      isStable = false;
    }
  }
  return { ofMethods: methods.map((_, index) => needsOf(index)) };
}

function needsOfOperator(operator: ProgramOperator): Needs {
  const needs = new Map<string, Need>();
  for (const need of literalsOf(operator.condition)) {
    if (need.atom.terms.every((term) => term < operator.parameterCount)) put(needs, need);
  }
  return needs;
}

function needsOfCondition(method: ProgramMethod): Needs {
  const needs = new Map<string, Need>();
  const matched = new Set(method.matched);
  for (const need of literalsOf(method.condition)) {
    if (need.atom.terms.every((term) => term < 0 || matched.has(term))) put(needs, need);
  }
  return needs;
}

function* literalsOf(condition: ProgramMethod['condition']): Generator<Need> {
  for (const atom of condition.atoms) yield { atom, isNegated: false };
  for (const check of condition.checks) if (check.kind === 'literal') yield check;
}

/** A method's needs over the parameters of its task; those of other slots are not its task's. */
function lift(method: ProgramMethod, needs: Needs | null): Needs | null {
  if (needs === null) return null;
  const positions = new Map<number, number>();
  method.terms.forEach((term, index) => {
    if (term >= 0 && !positions.has(term)) positions.set(term, index);
  });
  const lifted = new Map<string, Need>();
  for (const { atom, isNegated } of needs.values()) {
    const own = substitute(atom, (slot) => positions.get(slot));
    if (own !== null) put(lifted, { atom: own, isNegated });
  }
  return lifted;
}

function intersection(all: readonly (Needs | null)[]): Needs | null {
  const [one, ...rest] = all.filter((each) => each !== null);
  if (one === undefined) return null;
  return new Map([...one].filter(([key]) => rest.every((other) => other.has(key))));
}

interface Analysis {
  readonly program: Program;
  readonly found: readonly (Needs | null)[];
  readonly mayChange: MayChange;
  /** What tasks outside of a method may change. */
  readonly general: GeneralChanges;
}

interface GeneralChanges {
  readonly added: readonly ChangePattern[];
  readonly deleted: readonly ChangePattern[];
}

function anyChanges(program: Program, { added, deleted }: MayChange): GeneralChanges {
  const of = (changes: MayChange['added']): ChangePattern[] =>
    program.operators.flatMap((operator, task) =>
      [...changes[task]!.values()].map((pattern) => generalised(pattern, operator.slotTypes)),
    );
  return { added: of(added), deleted: of(deleted) };
}

function needsOfMethod(analysis: Analysis, method: ProgramMethod, own: Needs): Needs | null {
  const { program, found, mayChange, general } = analysis;
  const needs = new Map(own);
  const before = predecessors(method);
  const among = (atom: AtomPattern, patterns: Iterable<ChangePattern>, terms: Int32Array): boolean => {
    for (const pattern of patterns) if (mayBeAmong(program, method, atom, pattern, terms)) return true;
    return false;
  };
  if (method.subtasks.some(({ task }) => found[task] === null)) return null;
  const looked = Math.min(method.subtasks.length, mostSubtasks);
  for (let index = 0; index < looked && needs.size < mostNeeds; index += 1) {
    const subtask = method.subtasks[index]!;
    const earlier = before(index);
    for (const { atom, isNegated } of found[subtask.task]!.values()) {
      const instance = substitute(atom, (slot) => subtask.terms[slot]!)!;
      const kind = isNegated ? 'deleted' : 'added';
      const isLate = program.predicates[atom.predicate]!.isDerived
        ? earlier.length > 0 || method.ordering !== null
        : earlier.some((each) => among(instance, mayChange[kind][each.task]!.values(), each.terms)) ||
          among(instance, general[kind], subtask.terms);
      if (!isLate) put(needs, { atom: instance, isNegated });
    }
  }
  return needs;
}

/** The subtasks that may come before one: all but those ordered after it. */
function predecessors(method: ProgramMethod): (index: number) => ProgramMethod['subtasks'] {
  const { subtasks, ordering } = method;
  if (ordering === null) return (index) => subtasks.slice(0, index);
  const followers = subtasks.map((): number[] => []);
  for (const [first, second] of ordering) followers[first]!.push(second);
  const isAfter = new Uint8Array(subtasks.length);
  return (index) => {
    isAfter.fill(0);
    const open = [index];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const each of followers[next]!) {
        if (isAfter[each] === 1) continue;
        isAfter[each] = 1;
        open.push(each);
      }
    }
    return subtasks.filter((_, other) => other !== index && isAfter[other] === 0);
  };
}
