// Steps: the operators of a program compiled, to be tested in the state and carried out there. All conditions and
// values are those of the state before; additions win over deletions (PDDL).
import type { FactChange, NumberChange, ProgramOperator } from '../program/program.js';
import { compileCheck, compileNumber, type Compiling, fill, type Measure, type Test } from './checks.js';
import { type Cardinality, compileJoin } from './compile-join.js';
import { findMatch, type Join } from './join.js';
import { findFact } from './relation.js';
import { addFact, deleteFact, type LiftedState, setValue, valueOf } from './state.js';
import { enlarged } from './tuples.js';

/** An operator, ready to be carried out. Its parameters are the first registers. */
export interface LiftedStep {
  readonly parameterCount: number;
  readonly isHidden: boolean;
  /** Which objects each parameter may be. */
  readonly may: readonly Uint8Array[];
  readonly join: Join;
  readonly cost: Measure;
  readonly facts: readonly CompiledChange[];
  readonly numbers: readonly CompiledNumber[];
}

interface Conditional {
  readonly condition: Test | null;
  readonly slots: Int32Array;
  readonly members: readonly Int32Array[];
}

interface CompiledChange extends Conditional {
  readonly predicate: number;
  readonly terms: Int32Array;
  readonly isAdded: boolean;
}

interface CompiledNumber extends Conditional {
  readonly function: number;
  readonly terms: Int32Array;
  readonly change: NumberChange['change'];
  readonly value: Measure;
}

export function compileStep(
  compiling: Compiling,
  operator: ProgramOperator,
  cardinalities: readonly Cardinality[],
): LiftedStep {
  const { slotTypes, parameterCount, condition } = operator;
  const conditional = (change: FactChange | NumberChange): Conditional => ({
    condition: change.condition === null ? null : compileCheck(compiling, change.condition),
    slots: Int32Array.from(change.own, (each) => each.slot),
    members: change.own.map((each) => compiling.members[each.type]!),
  });
  return {
    parameterCount,
    isHidden: operator.hidden !== null,
    may: slotTypes.slice(0, parameterCount).map((type) => compiling.program.types[type]!.has),
    join: compileJoin(
      compiling,
      {
        atoms: condition.atoms,
        checks: condition.checks,
        slotTypes,
        bound: new Set([...slotTypes.keys()].slice(0, parameterCount)),
        wanted: operator.matched,
      },
      cardinalities,
    ),
    cost: compileNumber(compiling, operator.cost),
    facts: operator.facts.map((change) => ({
      predicate: change.atom.predicate,
      terms: change.atom.terms,
      isAdded: change.isAdded,
      ...conditional(change),
    })),
    numbers: operator.numbers.map((change) => ({
      function: change.function,
      terms: change.terms,
      change: change.change,
      value: compileNumber(compiling, change.value),
      ...conditional(change),
    })),
  };
}

/** Whether an operator may be carried out with the arguments in the registers. */
export function isApplicable(step: LiftedStep, registers: Int32Array, cursors: Int32Array): boolean {
  for (let index = 0; index < step.parameterCount; index += 1) {
    if (step.may[index]![registers[index]!] !== 1) return false;
  }
  return findMatch(step.join, registers, cursors, 0, true);
}

/** What a step is about to change. One for a search, used again and again. */
export interface PendingChanges {
  entries: Int32Array;
  size: number;
  readonly values: Map<string, { readonly function: number; readonly key: Int32Array; value: number }>;
  readonly key: Int32Array;
}

export function createPendingChanges(widest: number): PendingChanges {
  return {
    entries: new Int32Array(64),
    size: 0,
    values: new Map(),
    key: new Int32Array(Math.max(1, widest)),
  };
}

/** Calls back for each binding of a change's own slots for which its condition holds. */
function forEachBinding(
  state: LiftedState,
  change: Conditional,
  registers: Int32Array,
  visit: () => void,
): void {
  const { slots, members, condition } = change;
  const count = slots.length;
  if (members.some((each) => each.length === 0)) return;
  const at = new Int32Array(count);
  for (let index = 0; index < count; index += 1) registers[slots[index]!] = members[index]![0]!;
  while (state.work >= 0) {
    state.work -= 1;
    if (condition === null || condition(registers)) visit();
    let place = count - 1;
    while (place >= 0 && at[place]! + 1 === members[place]!.length) {
      at[place] = 0;
      registers[slots[place]!] = members[place]![0]!;
      place -= 1;
    }
    if (place < 0) return;
    at[place]! += 1;
    registers[slots[place]!] = members[place]![at[place]!]!;
  }
}

/** Carries out a step whose arguments are in the registers. */
export function carryOut(
  state: LiftedState,
  step: LiftedStep,
  registers: Int32Array,
  pending: PendingChanges,
): void {
  pending.size = 0;
  for (const change of step.facts) {
    if (change.slots.length > 0) {
      forEachBinding(state, change, registers, () => notePending(pending, change, registers));
    } else if (change.condition === null || change.condition(registers)) {
      notePending(pending, change, registers);
    }
  }
  if (step.numbers.length > 0) measureNumbers(state, step, registers, pending);
  applyPending(state, pending, false);
  applyPending(state, pending, true);
  if (step.numbers.length === 0) return;
  for (const { function: id, key, value } of pending.values.values()) setValue(state, id, key, value);
}

function notePending(pending: PendingChanges, change: CompiledChange, registers: Int32Array): void {
  const { terms } = change;
  const end = pending.size + terms.length + 2;
  if (end > pending.entries.length) pending.entries = enlarged(pending.entries, end);
  pending.entries[pending.size] = change.predicate * 2 + (change.isAdded ? 1 : 0);
  pending.entries[pending.size + 1] = terms.length;
  for (let index = 0; index < terms.length; index += 1) {
    const term = terms[index]!;
    pending.entries[pending.size + 2 + index] = term < 0 ? ~term : registers[term]!;
  }
  pending.size = end;
}

function applyPending(state: LiftedState, pending: PendingChanges, isAdding: boolean): void {
  const { entries, key, size } = pending;
  let at = 0;
  while (at < size) {
    const what = entries[at]!;
    const length = entries[at + 1]!;
    if (((what & 1) === 1) === isAdding) {
      for (let index = 0; index < length; index += 1) key[index] = entries[at + 2 + index]!;
      const predicate = what >> 1;
      if (isAdding) addFact(state, predicate, key, false);
      else deleteFact(state, predicate, findFact(state.relations[predicate]!, key, 0), false);
    }
    at += length + 2;
  }
}

/** Several changes of one number by one step come one after the other. */
function measureNumbers(
  state: LiftedState,
  step: LiftedStep,
  registers: Int32Array,
  pending: PendingChanges,
): void {
  const { values } = pending;
  values.clear();
  for (const change of step.numbers) {
    const measure = (): void => {
      const key = new Int32Array(Math.max(1, change.terms.length));
      fill(change.terms, registers, key);
      const name = `${change.function},${key.join()}`;
      let entry = values.get(name);
      if (entry === undefined) {
        entry = { function: change.function, key, value: valueOf(state, change.function, key) };
        values.set(name, entry);
      }
      entry.value = changed(change.change, entry.value, change.value(registers));
    };
    if (change.slots.length > 0) forEachBinding(state, change, registers, measure);
    else if (change.condition === null || change.condition(registers)) measure();
  }
}

function changed(change: NumberChange['change'], before: number, value: number): number {
  if (change === 'assign') return value;
  if (change === 'increase') return before + value;
  if (change === 'decrease') return before - value;
  return change === 'scale-up' ? before * value : before / value;
}
