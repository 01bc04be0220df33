// Joins: a rule's body is matched with every new tuple in turn, the other atoms looked up by index (semi-naive
// evaluation; Bancilhon and Ramakrishnan, 1986). For each atom of the body there is a plan made beforehand: the
// order of the other atoms, and which columns are known when each is reached.
import type { Program } from '../program/program.js';
import { type TupleIndex, TupleSet } from './tuples.js';

/** An atom of a body: a table and, by column, a slot (>= 0) or an object (`~object`). */
export interface BodyAtom {
  readonly tuples: TupleSet;
  readonly terms: Int32Array;
}

/** Something checked as soon as its slots are bound. */
export interface EarlyCheck {
  readonly slots: readonly number[];
  readonly holds: (slots: Int32Array) => boolean;
}

export interface JoinRule {
  readonly body: readonly BodyAtom[];
  /** Slots to bind; those that no atom binds are enumerated. */
  readonly matched: readonly number[];
  readonly slotTypes: readonly number[];
  readonly checks: readonly EarlyCheck[];
  /** Called for each match with all slots; false ends all matching. */
  readonly fire: (slots: Int32Array) => boolean;
}

const nothing: BodyAtom = { tuples: new TupleSet(0), terms: new Int32Array(0) };

interface Step {
  /** Atom to look up; null to enumerate the objects of a type. */
  readonly tuples: TupleSet | null;
  readonly index: TupleIndex | null;
  /** The values to look up: slots or objects. */
  readonly keys: Int32Array;
  readonly key: Int32Array;
  /** Columns that bind slots, in pairs of column and slot; -1 - slot for one that is compared. */
  readonly binds: Int32Array;
  readonly members: Int32Array;
  readonly slot: number;
  readonly checks: readonly EarlyCheck[];
}

/** Matches one atom of a rule with new tuples of its table. */
export interface Trigger {
  /** Matches the rule with this tuple. False when a fire said to end. */
  match(id: number): boolean;
}

/**
 * The triggers of a rule, by atom of its body. Atoms without variables are only counted until all are there: a goal may have
 * a thousand of them.
 */
export function createTriggers(program: Program, rule: JoinRule): Trigger[] {
  const open = rule.body.filter((atom) => !isGround(atom));
  const openRule = { ...rule, body: open };
  let missing = rule.body.length - open.length;
  let whole: Trigger | null = null;
  return rule.body.map((atom): Trigger => {
    if (!isGround(atom)) {
      const trigger = createTrigger(program, openRule, open.indexOf(atom));
      return { match: (id) => missing > 0 || trigger.match(id) };
    }
    const { tuples, terms } = atom;
    return {
      match(id) {
        for (let column = 0; column < terms.length; column += 1) {
          if (tuples.at(id, column) !== ~terms[column]!) return true;
        }
        missing -= 1;
        if (missing > 0) return true;
        whole ??= createTrigger(program, openRule, -1);
        return whole.match(id);
      },
    };
  });
}

function isGround(atom: BodyAtom): boolean {
  return atom.terms.every((term) => term < 0);
}

/** Matches with one atom of the body given, or with none (-1). */
function createTrigger(program: Program, rule: JoinRule, position: number): Trigger {
  const slotCount = rule.slotTypes.length;
  const slots = new Int32Array(slotCount).fill(-1);
  const typeOf = rule.slotTypes.map((type) => program.types[type]!.has);
  const steps = planSteps(program, rule, position);
  const { tuples, terms } = rule.body[position] ?? nothing;
  const bind = (set: TupleSet, id: number, binds: Int32Array): boolean => {
    for (let at = 0; at < binds.length; at += 2) {
      const value = set.at(id, binds[at]!);
      const slot = binds[at + 1]!;
      if (slot < 0) {
        if (slots[-1 - slot] !== value) return false;
      } else {
        if (typeOf[slot]![value] !== 1) return false;
        slots[slot] = value;
      }
    }
    return true;
  };
  const run = (depth: number): boolean => {
    const step = steps[depth];
    if (step === undefined) return rule.fire(slots);
    if (step.tuples === null) {
      for (const member of step.members) {
        slots[step.slot] = member;
        if (passes(step.checks, slots) && !run(depth + 1)) return false;
      }
      return true;
    }
    const { keys, key } = step;
    for (let at = 0; at < keys.length; at += 1) key[at] = keys[at]! >= 0 ? slots[keys[at]!]! : ~keys[at]!;
    if (step.index === null) {
      const id = step.tuples.find(key);
      if (id < 0 || id >= step.tuples.processed) return true;
      return run(depth + 1);
    }
    for (let id = step.index.first(key); id >= 0; id = step.index.after(id)) {
      if (bind(step.tuples, id, step.binds) && passes(step.checks, slots) && !run(depth + 1)) return false;
    }
    return true;
  };
  const first = bindsOf(terms, new Set());
  const checks = checksAfter(rule, new Set(), new Set(first.bound));
  return {
    match(id) {
      for (let column = 0; column < terms.length; column += 1) {
        if (terms[column]! < 0 && tuples.at(id, column) !== ~terms[column]!) return true;
      }
      if (!bind(tuples, id, first.binds) || !passes(checks, slots)) return true;
      return run(0);
    },
  };
}

function passes(checks: readonly EarlyCheck[], slots: Int32Array): boolean {
  for (const check of checks) if (!check.holds(slots)) return false;
  return true;
}

/** How the columns that are not known bind slots; a slot that comes twice is compared the second time. */
function bindsOf(terms: Int32Array, bound: ReadonlySet<number>): { binds: Int32Array; bound: Set<number> } {
  const now = new Set(bound);
  const binds: number[] = [];
  terms.forEach((term, column) => {
    if (term < 0 || bound.has(term)) return;
    binds.push(column, now.has(term) ? -1 - term : term);
    now.add(term);
  });
  return { binds: Int32Array.from(binds), bound: now };
}

function checksAfter(rule: JoinRule, before: ReadonlySet<number>, now: ReadonlySet<number>): EarlyCheck[] {
  return rule.checks.filter(
    (check) =>
      check.slots.every((slot) => now.has(slot)) &&
      (check.slots.length === 0 ? before.size === 0 : !check.slots.every((slot) => before.has(slot))),
  );
}

/** The atom to look up next: the one with the smallest share of unknown columns, then the smallest table. */
function nextAtom(left: readonly BodyAtom[], bound: ReadonlySet<number>): number {
  let best = -1;
  let bestScore = Infinity;
  left.forEach((atom, index) => {
    let unknown = 0;
    for (const term of atom.terms) if (term >= 0 && !bound.has(term)) unknown += 1;
    const share = atom.terms.length === 0 ? 0 : unknown / atom.terms.length;
    const score = unknown === 0 ? -1 : unknown + share - (atom.tuples.count > 0 ? 0.5 : 0);
    if (score < bestScore) {
      best = index;
      bestScore = score;
    }
  });
  return best;
}

function planSteps(program: Program, rule: JoinRule, position: number): Step[] {
  let bound = bindsOf((rule.body[position] ?? nothing).terms, new Set()).bound;
  let left = rule.body.filter((_, index) => index !== position);
  const steps: Step[] = [];
  const none = new Int32Array(0);
  while (left.length > 0) {
    const chosen = left[nextAtom(left, bound)]!;
    left = left.filter((atom) => atom !== chosen);
    const before = bound;
    const columns = [...chosen.terms.keys()].filter(
      (column) => chosen.terms[column]! < 0 || before.has(chosen.terms[column]!),
    );
    const { binds, bound: now } = bindsOf(chosen.terms, before);
    const isKnown = columns.length === chosen.terms.length;
    steps.push({
      tuples: chosen.tuples,
      index: isKnown ? null : chosen.tuples.indexBy(columns),
      keys: Int32Array.from(columns, (column) => chosen.terms[column]!),
      key: new Int32Array(columns.length),
      binds,
      members: none,
      slot: -1,
      checks: checksAfter(rule, before, now),
    });
    bound = now;
  }
  for (const slot of rule.matched) {
    if (bound.has(slot)) continue;
    const now = new Set(bound).add(slot);
    const { members } = program.types[rule.slotTypes[slot]!]!;
    const checks = checksAfter(rule, bound, now);
    steps.push({ tuples: null, index: null, keys: none, key: none, binds: none, members, slot, checks });
    bound = now;
  }
  return steps;
}
