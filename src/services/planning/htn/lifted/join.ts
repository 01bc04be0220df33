// Join: finds the bindings for which a condition holds, one after the other. A walk can be left and gone on with: it
// is the cursors. How a condition becomes a join is in compile-join.ts.
import type { Test } from './checks.js';
import type { Relation, RelationIndex } from './relation.js';
import type { LiftedState } from './state.js';
import { findTuple } from './tuples.js';

/** One generator of a join: it binds slots in all ways that agree with what is bound. */
export interface Level {
  /** Null: the slot runs through `members`, or takes the value of `term`. */
  readonly relation: Relation | null;
  readonly index: RelationIndex | null;
  /** Terms at the index's places. */
  readonly keyTerms: Int32Array;
  readonly key: Int32Array;
  /** Places that bind a slot, the slot, and which objects it may be. */
  readonly places: Int32Array;
  readonly slots: Int32Array;
  readonly may: readonly Uint8Array[];
  /** Places whose slot an earlier place of the same atom has bound. */
  readonly samePlaces: Int32Array;
  readonly sameSlots: Int32Array;
  readonly members: Int32Array | null;
  readonly tests: readonly Test[];
}

export interface Join {
  readonly state: LiftedState;
  readonly tests: readonly Test[];
  readonly levels: readonly Level[];
}

function firstOf(level: Level, registers: Int32Array): number {
  const { index, keyTerms, members } = level;
  if (index === null) return members === null || members.length > 0 ? 0 : -1;
  if (index.places.length === 0) return index.heads[0]!;
  const first = keyTerms[0]!;
  if (index.lists === null) return index.heads[first < 0 ? ~first : registers[first]!]!;
  const { key } = level;
  for (let each = 0; each < keyTerms.length; each += 1) {
    const term = keyTerms[each]!;
    key[each] = term < 0 ? ~term : registers[term]!;
  }
  const list = findTuple(index.lists, key, 0);
  return list < 0 ? -1 : index.heads[list]!;
}

function nextOf(level: Level, cursor: number): number {
  if (level.index !== null) return level.index.next[cursor]!;
  return level.members !== null && cursor + 1 < level.members.length ? cursor + 1 : -1;
}

function bindAt(level: Level, cursor: number, registers: Int32Array): boolean {
  const { relation, slots, may } = level;
  if (relation === null) {
    const slot = slots[0]!;
    const term = level.keyTerms[0]!;
    const object = level.members === null ? (term < 0 ? ~term : registers[term]!) : level.members[cursor]!;
    if (may[0]![object] !== 1) return false;
    registers[slot] = object;
  } else {
    const { places, samePlaces, sameSlots } = level;
    const start = relation.factOf[cursor]! * relation.arity;
    const { keys } = relation.tuples;
    for (let each = 0; each < places.length; each += 1) {
      const object = keys[start + places[each]!]!;
      if (may[each]![object] !== 1) return false;
      registers[slots[each]!] = object;
    }
    for (let each = 0; each < samePlaces.length; each += 1) {
      if (keys[start + samePlaces[each]!] !== registers[sameSlots[each]!]) return false;
    }
  }
  const { tests } = level;
  for (let each = 0; each < tests.length; each += 1) if (!tests[each]!(registers)) return false;
  return true;
}

/**
 * Finds the first match, or goes on from the cursors to the next. The registers hold what was bound before the
 * join and, going on, the last match.
 */
export function findMatch(
  join: Join,
  registers: Int32Array,
  cursors: Int32Array,
  at: number,
  isFirst: boolean,
): boolean {
  const { levels, tests, state } = join;
  const depth = levels.length;
  if (isFirst) {
    for (let each = 0; each < tests.length; each += 1) if (!tests[each]!(registers)) return false;
    if (depth === 0) return true;
  }
  let level = isFirst ? 0 : depth - 1;
  let isNew = isFirst;
  while (level >= 0) {
    const generator = levels[level]!;
    let cursor = isNew ? firstOf(generator, registers) : nextOf(generator, cursors[at + level]!);
    while (cursor >= 0 && !bindAt(generator, cursor, registers)) {
      state.work -= 1;
      if (state.work < 0) return false;
      cursor = nextOf(generator, cursor);
    }
    isNew = cursor >= 0;
    if (!isNew) {
      level -= 1;
      continue;
    }
    cursors[at + level] = cursor;
    level += 1;
    if (level === depth) return true;
  }
  return false;
}
