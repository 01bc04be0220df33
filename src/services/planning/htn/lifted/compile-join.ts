// Compiles conditions to joins: atoms are put in an order in which each has as few matches as can be told
// beforehand, and looked up by what is bound by then; every check is made as soon as its slots are bound.
import type { AtomPattern, Check } from '../program/program.js';
import { slotsOfCheck } from '../program/slots.js';
import { compileCheck, compileLiteral, type Compiling, type Test } from './checks.js';
import type { Join, Level } from './join.js';
import { indexOver } from './relation.js';

/** What a join is made from. */
export interface JoinSource {
  readonly atoms: readonly AtomPattern[];
  readonly checks: readonly Check[];
  readonly slotTypes: readonly number[];
  /** Slots that are bound before. */
  readonly bound: ReadonlySet<number>;
  /** Slots that must be bound after. */
  readonly wanted: Iterable<number>;
}

/** How many facts there are at the beginning, and how many objects at each place. */
export interface Cardinality {
  readonly facts: number;
  readonly objects: readonly number[];
}

interface Draft {
  readonly compiling: Compiling;
  readonly source: JoinSource;
  readonly bound: Set<number>;
  readonly atoms: AtomPattern[];
  readonly waiting: { readonly slots: Set<number>; readonly check: Check }[];
}

/** Compiles a condition. */
export function compileJoin(
  compiling: Compiling,
  source: JoinSource,
  cardinalities: readonly Cardinality[],
): Join {
  const draft: Draft = {
    compiling,
    source,
    bound: new Set(source.bound),
    atoms: [...source.atoms],
    waiting: source.checks.map((check) => ({ check, slots: freeSlots(check) })),
  };
  const tests = takeTests(draft);
  const levels: Level[] = [];
  for (;;) {
    const level = nextEqual(draft) ?? nextAtom(draft, cardinalities) ?? nextMember(draft);
    if (level === null) return { state: compiling.state, tests, levels };
    levels.push({ ...level, tests: takeTests(draft) });
  }
}

/** Slots of a check that are not its own quantifiers'. */
function freeSlots(check: Check): Set<number> {
  const slots = slotsOfCheck(check);
  const open: Check[] = [check];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'all' || next.kind === 'any') open.push(...next.parts);
    if (next.kind !== 'every' && next.kind !== 'some') continue;
    slots.delete(next.slot);
    open.push(next.part);
  }
  return slots;
}

function isBound(draft: Draft, terms: Iterable<number>): boolean {
  for (const term of terms) if (term >= 0 && !draft.bound.has(term)) return false;
  return true;
}

/** The tests whose slots are all bound by now. */
function takeTests(draft: Draft): Test[] {
  const { compiling } = draft;
  const tests: Test[] = [];
  const keep = <Item>(items: Item[], terms: (item: Item) => Iterable<number>, make: (item: Item) => Test) => {
    const rest = items.filter((item) => {
      const isReady = isBound(draft, terms(item));
      if (isReady) tests.push(make(item));
      return !isReady;
    });
    items.splice(0, items.length, ...rest);
  };
  keep(
    draft.atoms,
    (atom) => atom.terms,
    (atom) => compileLiteral(compiling, atom, false),
  );
  keep(
    draft.waiting,
    (each) => each.slots,
    (each) => compileCheck(compiling, each.check),
  );
  return tests;
}

const none = new Int32Array(0);

/** A slot that must equal what is bound. */
function nextEqual(draft: Draft): Level | null {
  for (const [at, { check }] of draft.waiting.entries()) {
    if (check.kind !== 'equal' || check.isNegated) continue;
    const { left, right } = check;
    const [slot, term] = isBound(draft, [right]) ? [left, right] : [right, left];
    if (!isBound(draft, [term]) || slot < 0) continue;
    draft.waiting.splice(at, 1);
    draft.bound.add(slot);
    return memberLevel(draft, slot, null, Int32Array.of(term));
  }
  return null;
}

function memberLevel(draft: Draft, slot: number, members: Int32Array | null, keyTerms: Int32Array): Level {
  const type = draft.source.slotTypes[slot]!;
  return {
    relation: null,
    index: null,
    keyTerms,
    key: none,
    places: none,
    slots: Int32Array.of(slot),
    may: [draft.compiling.program.types[type]!.has],
    samePlaces: none,
    sameSlots: none,
    members,
    tests: [],
  };
}

/** The atom with the fewest matches to be expected. */
function nextAtom(draft: Draft, cardinalities: readonly Cardinality[]): Level | null {
  let best = -1;
  let least = Infinity;
  draft.atoms.forEach(({ predicate, terms }, at) => {
    const { facts, objects } = cardinalities[predicate]!;
    let expected = Math.max(1, facts);
    terms.forEach((term, place) => {
      if (isBound(draft, [term])) expected /= Math.max(1, objects[place]!);
    });
    if (expected >= least) return;
    least = expected;
    best = at;
  });
  const [atom] = best < 0 ? [] : draft.atoms.splice(best, 1);
  return atom === undefined ? null : atomLevel(draft, atom);
}

function atomLevel(draft: Draft, { predicate, terms }: AtomPattern): Level {
  const { program, state } = draft.compiling;
  const relation = state.relations[predicate]!;
  const known: number[] = [];
  const places: number[] = [];
  const slots: number[] = [];
  const same: [number, number][] = [];
  terms.forEach((term, place) => {
    if (isBound(draft, [term])) known.push(place);
    else if (slots.includes(term)) same.push([place, term]);
    else {
      places.push(place);
      slots.push(term);
    }
  });
  for (const slot of slots) draft.bound.add(slot);
  return {
    relation,
    index: indexOver(relation, known, program.objects.length),
    keyTerms: Int32Array.from(known, (place) => terms[place]!),
    key: new Int32Array(Math.max(1, known.length)),
    places: Int32Array.from(places),
    slots: Int32Array.from(slots),
    may: slots.map((slot) => program.types[draft.source.slotTypes[slot]!]!.has),
    samePlaces: Int32Array.from(same, ([place]) => place),
    sameSlots: Int32Array.from(same, ([, slot]) => slot),
    members: null,
    tests: [],
  };
}

/** A slot that nothing binds runs through its type: the one that lets most checks be made. */
function nextMember(draft: Draft): Level | null {
  const open = new Set<number>();
  for (const slot of draft.source.wanted) if (!draft.bound.has(slot)) open.add(slot);
  for (const { slots } of draft.waiting) for (const slot of slots) if (!draft.bound.has(slot)) open.add(slot);
  const [slot] = [...open].sort((one, other) => sizeOf(draft, one) - sizeOf(draft, other));
  if (slot === undefined) return null;
  draft.bound.add(slot);
  return memberLevel(draft, slot, draft.compiling.members[draft.source.slotTypes[slot]!]!, none);
}

function sizeOf(draft: Draft, slot: number): number {
  return draft.compiling.members[draft.source.slotTypes[slot]!]!.length;
}
