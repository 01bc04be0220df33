// Open world: a state that a search changes and takes back. What was changed after a mark is undone in reverse.
//
// OW1 after `undo(mark)` every fact and number is as it was when the mark was made.
import { createDeriving } from '../state/axioms.js';
import type { Changes } from '../state/changes.js';
import type { Domain, Problem } from '../domain.js';
import type { Situation } from '../state/evaluate.js';
import { createObjectTypes } from '../state/object-types.js';
import type { ObjectTypes } from '../state/object-types.js';
import { createFactIndex, keyOf } from '../state/state-history.js';

export interface OpenWorld {
  readonly objects: ObjectTypes;
  /** The state now, with what follows from the axioms. */
  now(): Situation;
  apply(changes: Changes): void;
  mark(): number;
  undo(mark: number): void;
  /** The same for the same facts and numbers, whatever the way to them. */
  fingerprint(): string;
}

/** Two numbers of 32 bits. */
interface Hash {
  readonly low: number;
  readonly high: number;
}

interface Entry extends Hash {
  readonly args: readonly string[];
  holds: boolean;
}

type Undo = readonly [entry: Entry, held: boolean] | readonly [key: string, value: number | undefined];

/** Makes the initial state of a problem. */
export function createOpenWorld(domain: Domain, problem: Problem): OpenWorld {
  const objects = createObjectTypes(domain, problem);
  const derive = createDeriving(domain, objects);
  const facts = new Map<string, Entry>();
  const numbers = new Map<string, number>();
  const index = createFactIndex<Entry>();
  const trail: Undo[] = [];
  let version = 0;
  let low = 0;
  let high = 0;
  let derived: { readonly version: number; readonly situation: Situation } | undefined;
  /** Sums that wrap do not depend on the order in which facts came and went. */
  const count = (hash: Hash, times: 1 | -1): void => {
    low = (low + times * hash.low) | 0;
    high = (high + times * hash.high) | 0;
  };
  const setFact = (predicate: string, args: readonly string[], holds: boolean): void => {
    const key = keyOf(predicate, args);
    let entry = facts.get(key);
    if (entry === undefined) {
      if (!holds) return;
      entry = { args: [...args], ...hashOf(key), holds: false };
      facts.set(key, entry);
      index.add(predicate, entry);
    }
    if (entry.holds === holds) return;
    trail.push([entry, entry.holds]);
    turn(entry, holds);
  };
  const turn = (entry: Entry, holds: boolean): void => {
    entry.holds = holds;
    count(entry, holds ? 1 : -1);
    version += 1;
  };
  const setValue = (key: string, value: number | undefined): void => {
    const before = numbers.get(key);
    if (before !== undefined) count(hashOf(`${key}=${before}`), -1);
    if (value === undefined) numbers.delete(key);
    else {
      numbers.set(key, value);
      count(hashOf(`${key}=${value}`), 1);
    }
    version += 1;
  };
  const state = {
    holds: (predicate: string, args: readonly string[]) => facts.get(keyOf(predicate, args))?.holds ?? false,
    value: (name: string, args: readonly string[]) => numbers.get(keyOf(name, args)) ?? 0,
    *factsOf(predicate: string, known?: readonly [number, string]) {
      for (const entry of index.find(predicate, known)) if (entry.holds) yield entry.args;
    },
  };
  for (const fact of problem.facts) setFact(fact.predicate, fact.arguments, true);
  for (const one of problem.values) setValue(keyOf(one.function, one.arguments), one.value);
  trail.length = 0;
  return {
    objects,
    now() {
      if (derived?.version !== version) derived = { version, situation: { state: derive(state), objects } };
      return derived.situation;
    },
    apply(changes) {
      for (const one of changes.deletes) setFact(one.predicate, one.arguments, false);
      for (const one of changes.adds) setFact(one.predicate, one.arguments, true);
      for (const one of changes.numbers) {
        const key = keyOf(one.function, one.arguments);
        trail.push([key, numbers.get(key)]);
        setValue(key, one.value);
      }
    },
    mark: () => trail.length,
    undo(mark) {
      while (trail.length > mark) {
        const last = trail.pop();
        if (last === undefined) return;
        if (typeof last[0] === 'string') setValue(last[0], last[1] as number | undefined);
        else turn(last[0], last[1] === true);
      }
    },
    fingerprint: () => `${low}:${high}`,
  };
}

/** Two numbers of 32 bits from a text (after Glenn Fowler, Landon Noll and Kiem-Phong Vo, 1991). */
function hashOf(text: string): Hash {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + at), 0x85ebca6b);
  }
  return { low, high };
}
