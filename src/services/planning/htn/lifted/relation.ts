// Relation: the facts of one predicate. A fact keeps its id for good, whether it holds or not. Each time it begins
// to hold it gets a new cell, which is linked in lists, one for each value of the places that an index looks at. A
// cell that is taken out keeps its links, so that undoing changes in reverse order restores every list exactly
// (dancing links, Hitotsumatsu and Noshita, 1979; Knuth, 2000): a walk along a list may go on after backtracking.
import { mixHigh, mixLow } from './hash.js';
import { addTuple, createTuples, enlarged, findTuple, type Tuples } from './tuples.js';

/** Lists of the facts that hold, by their arguments at some places. */
export interface RelationIndex {
  readonly places: Int32Array;
  /** Keys of the lists. Without places there is one list, with one place the object is the list. */
  readonly lists: Tuples | null;
  /** First and last cell of each list, or -1. */
  heads: Int32Array;
  tails: Int32Array;
  /** By fact: its list. */
  listOf: Int32Array;
  /** By cell: its neighbours. */
  next: Int32Array;
  previous: Int32Array;
}

export interface Relation {
  readonly predicate: number;
  readonly arity: number;
  readonly tuples: Tuples;
  /** By fact. */
  holds: Uint8Array;
  /** By fact: the cell in which it holds, or held last. */
  cellOf: Int32Array;
  /** By cell: its fact. */
  factOf: Int32Array;
  cells: number;
  hashLow: Int32Array;
  hashHigh: Int32Array;
  readonly indexes: RelationIndex[];
  readonly key: Int32Array;
}

export function createRelation(predicate: number, arity: number, objects: number): Relation {
  return {
    predicate,
    arity,
    tuples: createTuples(arity, objects),
    holds: new Uint8Array(4),
    cellOf: new Int32Array(4),
    factOf: new Int32Array(4),
    cells: 0,
    hashLow: new Int32Array(4),
    hashHigh: new Int32Array(4),
    indexes: [],
    key: new Int32Array(Math.max(1, arity)),
  };
}

/** The index over some places, made when it is first asked for: before any fact is. */
export function indexOver(relation: Relation, places: readonly number[], objects: number): RelationIndex {
  const known = relation.indexes.find((each) => each.places.join() === places.join());
  if (known !== undefined) return known;
  const lists = places.length > 1 ? createTuples(places.length, objects) : null;
  const count = places.length === 0 ? 1 : places.length === 1 ? objects : 4;
  const index: RelationIndex = {
    places: Int32Array.from(places),
    lists,
    heads: new Int32Array(count).fill(-1),
    tails: new Int32Array(count).fill(-1),
    listOf: new Int32Array(4),
    next: new Int32Array(4),
    previous: new Int32Array(4),
  };
  relation.indexes.push(index);
  return index;
}

/** The id of a fact by its arguments, or -1 when it was never met. */
export function findFact(relation: Relation, from: Int32Array, at: number): number {
  return findTuple(relation.tuples, from, at);
}

/** The id of a fact by its arguments. */
export function internFact(relation: Relation, from: Int32Array, at: number): number {
  const before = relation.tuples.count;
  const fact = addTuple(relation.tuples, from, at);
  if (fact === before) enter(relation, fact);
  return fact;
}

function enter(relation: Relation, fact: number): void {
  const { keys } = relation.tuples;
  if (fact >= relation.holds.length) {
    const holds = new Uint8Array(fact * 2);
    holds.set(relation.holds);
    relation.holds = holds;
    relation.cellOf = enlarged(relation.cellOf, fact * 2);
    relation.hashLow = enlarged(relation.hashLow, fact * 2);
    relation.hashHigh = enlarged(relation.hashHigh, fact * 2);
  }
  let low = mixLow(0x51ed270b, relation.predicate);
  let high = mixHigh(0x2545f491, relation.predicate);
  for (let place = 0; place < relation.arity; place += 1) {
    low = mixLow(low, keys[fact * relation.arity + place]!);
    high = mixHigh(high, keys[fact * relation.arity + place]!);
  }
  relation.hashLow[fact] = low;
  relation.hashHigh[fact] = high;
  for (const index of relation.indexes) enterIndex(relation, index, fact);
}

function enterIndex(relation: Relation, index: RelationIndex, fact: number): void {
  const { keys } = relation.tuples;
  const { places, lists } = index;
  if (fact >= index.listOf.length) {
    index.listOf = enlarged(index.listOf, fact * 2);
  }
  let list = 0;
  if (places.length === 1) list = keys[fact * relation.arity + places[0]!]!;
  else if (lists !== null) {
    for (let each = 0; each < places.length; each += 1) {
      relation.key[each] = keys[fact * relation.arity + places[each]!]!;
    }
    list = addTuple(lists, relation.key, 0);
    if (list >= index.heads.length) {
      const { length } = index.heads;
      index.heads = enlarged(index.heads, list * 2).fill(-1, length);
      index.tails = enlarged(index.tails, list * 2).fill(-1, length);
    }
  }
  index.listOf[fact] = list;
}

/** Makes a fact hold, last in its lists; its new cell. */
export function linkFact(relation: Relation, fact: number): number {
  const cell = relation.cells;
  relation.cells += 1;
  if (cell >= relation.factOf.length) relation.factOf = enlarged(relation.factOf, cell * 2);
  relation.factOf[cell] = fact;
  relation.cellOf[fact] = cell;
  relation.holds[fact] = 1;
  for (const index of relation.indexes) {
    if (cell >= index.next.length) {
      index.next = enlarged(index.next, cell * 2);
      index.previous = enlarged(index.previous, cell * 2);
    }
    const list = index.listOf[fact]!;
    const last = index.tails[list]!;
    index.previous[cell] = last;
    index.next[cell] = -1;
    if (last < 0) index.heads[list] = cell;
    else index.next[last] = cell;
    index.tails[list] = cell;
  }
  return cell;
}

/** Makes the fact of a cell cease to hold: the cell keeps its links, for `relinkCell`. */
export function unlinkCell(relation: Relation, cell: number): void {
  const fact = relation.factOf[cell]!;
  relation.holds[fact] = 0;
  for (const index of relation.indexes) {
    const before = index.previous[cell]!;
    const after = index.next[cell]!;
    if (before < 0) index.heads[index.listOf[fact]!] = after;
    else index.next[before] = after;
    if (after < 0) index.tails[index.listOf[fact]!] = before;
    else index.previous[after] = before;
  }
}

/** Undoes `linkFact`, the last one that is not undone. */
export function dropCell(relation: Relation, cell: number): void {
  unlinkCell(relation, cell);
  relation.cells = cell;
}

/** Undoes the unlinking that was done last of those not yet undone. */
export function relinkCell(relation: Relation, cell: number): void {
  const fact = relation.factOf[cell]!;
  relation.holds[fact] = 1;
  relation.cellOf[fact] = cell;
  for (const index of relation.indexes) {
    const before = index.previous[cell]!;
    const after = index.next[cell]!;
    if (before < 0) index.heads[index.listOf[fact]!] = cell;
    else index.next[before] = cell;
    if (after < 0) index.tails[index.listOf[fact]!] = cell;
    else index.previous[after] = cell;
  }
}

/** Bytes of a relation's arrays. */
export function relationBytes(relation: Relation): number {
  const { tuples, holds, indexes, factOf } = relation;
  let bytes = tuples.keys.byteLength + tuples.slots.byteLength + holds.length * 13 + factOf.byteLength;
  for (const index of indexes) {
    bytes +=
      index.heads.byteLength * 2 +
      index.listOf.byteLength +
      index.next.byteLength * 2 +
      (index.lists?.slots.byteLength ?? 0);
  }
  return bytes;
}
