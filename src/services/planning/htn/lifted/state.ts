// State of the lifted search: facts that hold and values of numbers, with the trail that undoes their changes.
//
// LS1 undoing to a mark restores facts, their order in every list, numbers and hash as they were at the mark.
import type { Program } from '../program/program.js';
import { mixHigh, mixLow } from './hash.js';
import {
  createRelation,
  internFact,
  dropCell,
  linkFact,
  type Relation,
  relationBytes,
  relinkCell,
  unlinkCell,
} from './relation.js';
import { addTuple, createTuples, enlarged, findTuple, type Tuples } from './tuples.js';

/** The values of one function, by its arguments. */
export interface NumberTable {
  readonly tuples: Tuples;
  values: Float64Array;
}

export interface LiftedState {
  readonly relations: readonly Relation[];
  readonly numbers: readonly NumberTable[];
  /** Of the facts and numbers that no axiom derives. */
  hashLow: number;
  hashHigh: number;
  /** Grows with every change and shrinks with its undoing. */
  trailSize: number;
  /** Two entries a change: `table * 8 + what`, and the cell or fluent. */
  trail: Int32Array;
  /** Values before changes. */
  past: Float64Array;
  pastSize: number;
  /** Bindings that may still be tried before the dive looks up; below 0 nothing holds any more. */
  work: number;
}

const added = 0;
const deleted = 1;
const changed = 2;

export function createState(program: Program): LiftedState {
  const objects = program.objects.length;
  return {
    relations: program.predicates.map(({ arity }, predicate) => createRelation(predicate, arity, objects)),
    numbers: program.functions.map((_, id) => ({
      tuples: createTuples(arityOf(program, id), objects),
      values: new Float64Array(4),
    })),
    hashLow: 0,
    hashHigh: 0,
    trailSize: 0,
    trail: new Int32Array(64),
    past: new Float64Array(16),
    pastSize: 0,
    work: Infinity,
  };
}

function arityOf(program: Program, id: number): number {
  return program.functions[id]!.arity;
}

function note(state: LiftedState, what: number, which: number): void {
  if (state.trailSize + 2 > state.trail.length) state.trail = enlarged(state.trail, state.trailSize + 2);
  state.trail[state.trailSize] = what;
  state.trail[state.trailSize + 1] = which;
  state.trailSize += 2;
}

function toggleHash(state: LiftedState, relation: Relation, fact: number): void {
  state.hashLow ^= relation.hashLow[fact]!;
  state.hashHigh ^= relation.hashHigh[fact]!;
}

/** Makes the fact with these arguments hold. */
export function addFact(
  state: LiftedState,
  predicate: number,
  from: Int32Array,
  isDerived: boolean,
): boolean {
  const relation = state.relations[predicate]!;
  const fact = internFact(relation, from, 0);
  if (relation.holds[fact] === 1) return false;
  const cell = linkFact(relation, fact);
  if (!isDerived) toggleHash(state, relation, fact);
  note(state, predicate * 8 + added + (isDerived ? 4 : 0), cell);
  return true;
}

/** Makes a fact cease to hold, if it does. */
export function deleteFact(state: LiftedState, predicate: number, fact: number, isDerived: boolean): void {
  const relation = state.relations[predicate]!;
  if (fact < 0 || relation.holds[fact] === 0) return;
  const cell = relation.cellOf[fact]!;
  unlinkCell(relation, cell);
  if (!isDerived) toggleHash(state, relation, fact);
  note(state, predicate * 8 + deleted + (isDerived ? 4 : 0), cell);
}

/** The value of a fluent; 0 for one that was never given one. */
export function valueOf(state: LiftedState, id: number, from: Int32Array): number {
  const table = state.numbers[id]!;
  const fluent = findTuple(table.tuples, from, 0);
  return fluent < 0 ? 0 : table.values[fluent]!;
}

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

function toggleValue(state: LiftedState, id: number, fluent: number, value: number): void {
  // 0 is the value of what was never set: it leaves no trace in the hash, and -0 is the same number.
  if (value === 0) return;
  bits[0] = value;
  state.hashLow ^= mixLow(mixLow(mixLow(mixLow(0x3c6ef372, id), fluent), words[0]!), words[1]!);
  state.hashHigh ^= mixHigh(mixHigh(mixHigh(mixHigh(0x1b873593, id), fluent), words[0]!), words[1]!);
}

/** Gives a fluent a value. */
export function setValue(state: LiftedState, id: number, from: Int32Array, value: number): void {
  const table = state.numbers[id]!;
  const fluent = addTuple(table.tuples, from, 0);
  if (fluent >= table.values.length) {
    const values = new Float64Array(fluent * 2);
    values.set(table.values);
    table.values = values;
  }
  const before = table.values[fluent]!;
  if (before === value) return;
  if (state.pastSize === state.past.length) {
    const past = new Float64Array(state.past.length * 2);
    past.set(state.past);
    state.past = past;
  }
  state.past[state.pastSize] = before;
  state.pastSize += 1;
  note(state, id * 8 + changed, fluent);
  toggleValue(state, id, fluent, before);
  toggleValue(state, id, fluent, value);
  table.values[fluent] = value;
}

/** Undoes all changes since the trail had this size. */
export function undoState(state: LiftedState, mark: number): void {
  const { trail, relations } = state;
  while (state.trailSize > mark) {
    state.trailSize -= 2;
    const entry = trail[state.trailSize]!;
    const which = trail[state.trailSize + 1]!;
    const table = entry >> 3;
    const kind = entry & 3;
    if (kind === changed) {
      const { values } = state.numbers[table]!;
      toggleValue(state, table, which, values[which]!);
      state.pastSize -= 1;
      values[which] = state.past[state.pastSize]!;
      toggleValue(state, table, which, values[which]!);
      continue;
    }
    const relation = relations[table]!;
    if (kind === added) dropCell(relation, which);
    else relinkCell(relation, which);
    if ((entry & 4) === 0) toggleHash(state, relation, relation.factOf[which]!);
  }
}

/** Bytes of the state's arrays. */
export function stateBytes(state: LiftedState): number {
  let bytes = state.trail.byteLength + state.past.byteLength;
  for (const relation of state.relations) bytes += relationBytes(relation);
  for (const { tuples, values } of state.numbers) bytes += values.byteLength + tuples.keys.byteLength * 2;
  return bytes;
}
