// Model of the lifted search: methods and operators compiled for a state, with the needs of subtasks drawn into
// the methods. Made anew for each dive that wants another order.
import type { Check, Program, ProgramMethod } from '../program/program.js';
import type { Compiling } from './checks.js';
import { type Cardinality, compileJoin } from './compile-join.js';
import type { Join } from './join.js';
import type { Needs } from './needs.js';
import { compileStep, type LiftedStep } from './steps.js';

/** A method, ready to be applied. */
export interface LiftedMethod {
  readonly id: number;
  /** Terms of its task: slots that are bound by the task's arguments, or objects they must be. */
  readonly head: Int32Array;
  readonly may: readonly Uint8Array[];
  readonly join: Join;
  readonly slotCount: number;
  readonly subtasks: ProgramMethod['subtasks'];
  /** Number of terms of all subtasks. */
  readonly termCount: number;
  /** By subtask: which wait for it, and for how many it waits. */
  readonly followers: readonly Int32Array[];
  readonly waits: Int32Array;
  /** Subtasks such that those ordered after come first. */
  readonly hashOrder: Int32Array;
  /** Several subtasks have nothing after them. */
  readonly isForked: boolean;
}

export interface LiftedModel {
  readonly steps: readonly LiftedStep[];
  readonly methods: readonly LiftedMethod[];
  /** By task: its methods. */
  readonly methodsOf: readonly (readonly number[])[];
  readonly arity: Int32Array;
  readonly widest: { readonly slots: number; readonly levels: number; readonly terms: number };
}

/** @param needs - By method; null for one that can never be carried to its end. */
export function compileModel(
  compiling: Compiling,
  needs: readonly (Needs | null)[],
  cardinalities: readonly Cardinality[],
): LiftedModel {
  const { program } = compiling;
  const steps = program.operators.map((operator) => compileStep(compiling, operator, cardinalities));
  const methods = program.methods.map((method, id) =>
    compileMethod(compiling, method, id, needs[id] ?? new Map(), cardinalities),
  );
  const methodsOf = [...program.operators, ...program.tasks].map((): number[] => []);
  program.methods.forEach((method, id) => {
    if (needs[id] !== null) methodsOf[method.task]!.push(id);
  });
  const levels = [...steps, ...methods].map((each) => each.join.levels.length);
  const slotCounts = [...program.operators, ...program.methods].map((each) => each.slotTypes.length);
  return {
    steps,
    methods,
    methodsOf,
    arity: Int32Array.from([
      ...program.operators.map((each) => each.parameterCount),
      ...program.tasks.map((each) => each.arity),
    ]),
    widest: {
      slots: greatest(slotCounts),
      levels: greatest(levels),
      terms: greatest(program.predicates.map((each) => each.arity)),
    },
  };
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 1);
}

function compileMethod(
  compiling: Compiling,
  method: ProgramMethod,
  id: number,
  needs: Needs,
  cardinalities: readonly Cardinality[],
): LiftedMethod {
  const { subtasks, slotTypes, condition } = method;
  const drawn = [...needs.values()];
  const checks: Check[] = drawn
    .filter((need) => need.isNegated)
    .map(({ atom }) => ({ kind: 'literal', atom, isNegated: true }));
  const own = condition.checks.filter((check) => check.kind !== 'literal' || !isAmong(check, needs));
  const wanted = new Set(method.matched);
  for (const { terms } of subtasks) for (const term of terms) if (term >= 0) wanted.add(term);
  const join = compileJoin(
    compiling,
    {
      atoms: uniqueAtoms(condition.atoms, drawn),
      checks: [...own, ...checks],
      slotTypes,
      bound: new Set(method.terms.filter((term) => term >= 0)),
      wanted,
    },
    cardinalities,
  );
  return {
    id,
    head: method.terms,
    may: slotTypes.map((type) => compiling.program.types[type]!.has),
    join,
    slotCount: slotTypes.length,
    subtasks,
    termCount: subtasks.reduce((sum, { terms }) => sum + terms.length, 0),
    ...orderOf(method),
  };
}

function isAmong(check: Extract<Check, { kind: 'literal' }>, needs: Needs): boolean {
  return check.isNegated && needs.has(`!${check.atom.predicate}:${check.atom.terms.join()}`);
}

function uniqueAtoms(
  own: ProgramMethod['condition']['atoms'],
  drawn: readonly {
    readonly atom: ProgramMethod['condition']['atoms'][number];
    readonly isNegated: boolean;
  }[],
): ProgramMethod['condition']['atoms'] {
  const atoms = new Map(own.map((atom) => [`${atom.predicate}:${atom.terms.join()}`, atom]));
  for (const { atom, isNegated } of drawn) {
    if (!isNegated) atoms.set(`${atom.predicate}:${atom.terms.join()}`, atom);
  }
  return [...atoms.values()];
}

function orderOf(
  method: ProgramMethod,
): Pick<LiftedMethod, 'followers' | 'waits' | 'hashOrder' | 'isForked'> {
  const count = method.subtasks.length;
  const pairs =
    method.ordering === null
      ? method.subtasks.slice(1).map((_, index) => [index, index + 1] as const)
      : reduced(method.ordering, count);
  const lists: number[][] = method.subtasks.map(() => []);
  const before: number[][] = method.subtasks.map(() => []);
  const waits = new Int32Array(count);
  for (const [first, second] of pairs) {
    lists[first]!.push(second);
    before[second]!.push(first);
    waits[second]! += 1;
  }
  const left = Int32Array.from(lists, (list) => list.length);
  const hashOrder: number[] = [...left.keys()].filter((index) => left[index] === 0);
  for (const place of hashOrder) {
    for (const first of before[place]!) {
      left[first]! -= 1;
      if (left[first] === 0) hashOrder.push(first);
    }
  }
  return {
    followers: lists.map((list) => Int32Array.from(list)),
    waits,
    hashOrder: Int32Array.from(hashOrder),
    isForked: lists.filter((list) => list.length === 0).length > 1,
  };
}

/** Steps to find out which pairs follow from others; beyond them the rest is kept, which changes nothing. */
const mostReducing = 50_000_000;

/** The pairs that do not follow from others. */
function reduced(
  pairs: readonly (readonly [number, number])[],
  count: number,
): (readonly [number, number])[] {
  const after = Array.from({ length: count }, () => new Set<number>());
  for (const [first, second] of pairs) after[first]!.add(second);
  // By task: the last one from which it was reached, over another.
  const reachedFrom = new Int32Array(count).fill(-1);
  let work = mostReducing;
  return after.flatMap((own, first) => {
    const open = own.size > 1 && work > 0 ? [...own] : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const each of after[next]!) {
        work -= 1;
        if (reachedFrom[each] === first) continue;
        reachedFrom[each] = first;
        open.push(each);
      }
    }
    return [...own]
      .filter((second) => reachedFrom[second] !== first)
      .map((second) => [first, second] as const);
  });
}

/** How the facts of the beginning are spread. */
export function cardinalitiesOf(program: Program): Cardinality[] {
  const objects = program.predicates.map(({ arity }) => Array.from({ length: arity }, () => 0));
  const seen = program.predicates.map((): Uint8Array[] => []);
  const facts = program.predicates.map(() => 0);
  for (const { predicate, arguments: terms } of program.facts) {
    facts[predicate]! += 1;
    for (let place = 0; place < terms.length; place += 1) {
      const marks = (seen[predicate]![place] ??= new Uint8Array(program.objects.length));
      if (marks[terms[place]!] === 0) objects[predicate]![place]! += 1;
      marks[terms[place]!] = 1;
    }
  }
  return facts.map((count, predicate) => ({ facts: count, objects: objects[predicate]! }));
}
