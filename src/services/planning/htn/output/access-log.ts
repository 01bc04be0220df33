// Access log: which steps write and read a fact or number, and the order among them that this asks for.
//
// A fact goes through epochs in which it keeps its value. Steps that rest on the value of an epoch come after the
// step that made it, which comes after all that wrote the contrary before; and all that write the contrary later
// come after them. The end rests on the last value of everything, so that every order ends in the same world.
import type { FactChange } from '../state/changes.js';
import { keyOf } from '../state/state-history.js';
import type { Reads } from './step-reads.js';

/** A step provides a fact that another needs. */
export interface CausalLink {
  /** Index of the step that made it; null for the beginning. */
  readonly from: number | null;
  /** Index of the step that needs it; null for the goal. */
  readonly to: number | null;
  readonly predicate: string;
  readonly arguments: readonly string[];
  /** False when it is needed that the fact does not hold. */
  readonly value: boolean;
}

export interface AccessLog {
  /** What a step rests on; the step after the last stands for the goal. Before its writes. */
  read(step: number, reads: Reads): void;
  /** `held` is whether the fact held before. */
  write(step: number, fact: FactChange, value: boolean, held: boolean): void;
  /** `commutes`: the change adds or subtracts, so that such changes may come in any order. */
  writeNumber(step: number, key: string, commutes: boolean): void;
  finish(): { readonly before: readonly Set<number>[]; readonly links: readonly CausalLink[] };
}

interface Epoch {
  readonly value: boolean;
  /** The first made the value; later ones repeat it. Empty for the beginning. */
  readonly writers: number[];
  readonly readers: number[];
  /** Steps that rest on a derived fact, and so on the value of every fact that it may follow from. */
  readonly watchers: number[];
}

interface FactLog {
  readonly predicate: string;
  readonly arguments: readonly string[];
  readonly epochs: Epoch[];
}

/** Steps in turns: those that read, then those that write. */
interface Turn {
  readonly readers: number[];
  readonly writers: number[];
}

/** Makes the log of a plan of so many steps. */
export function createAccessLog(count: number): AccessLog {
  const facts = new Map<string, FactLog>();
  const factsOf = new Map<string, FactLog[]>();
  const numbers = new Map<string, Turn[]>();
  const predicates = new Map<string, Turn[]>();
  const before = Array.from({ length: count + 1 }, () => new Set<number>());
  const links: CausalLink[] = [];
  const logOf = ({ predicate, arguments: args }: FactChange, first: boolean): FactLog => {
    const key = keyOf(predicate, args);
    let log = facts.get(key);
    if (log === undefined) {
      log = { predicate, arguments: args, epochs: [newEpoch(first)] };
      facts.set(key, log);
      const own = factsOf.get(predicate);
      if (own === undefined) factsOf.set(predicate, [log]);
      else own.push(log);
    }
    return log;
  };
  return {
    read(step, reads) {
      for (const fact of reads.facts.values()) logOf(fact, fact.value).epochs.at(-1)?.readers.push(step);
      for (const key of reads.numbers) turn(numbers, key, step, true);
      for (const name of reads.predicates) {
        turn(predicates, name, step, true);
        for (const { epochs } of factsOf.get(name) ?? []) epochs.at(-1)?.watchers.push(step);
      }
    },
    write(step, fact, value, held) {
      const { epochs } = logOf(fact, held);
      const last = epochs.at(-1);
      if (last?.value === value) last.writers.push(step);
      else epochs.push(newEpoch(value, step));
      turn(predicates, fact.predicate, step, false);
    },
    writeNumber(step, key, commutes) {
      if (!commutes) close(numbers.get(key));
      turn(numbers, key, step, false);
      if (!commutes) close(numbers.get(key));
    },
    finish() {
      const order = (first: number | undefined, second: number | undefined): void => {
        if (first !== undefined && second !== undefined && first < second) before[second]?.add(first);
      };
      for (const log of facts.values()) orderEpochs(log, count, order, links);
      for (const turns of [...numbers.values(), ...predicates.values()]) orderTurns(turns, order);
      return { before: before.slice(0, count), links };
    },
  };
}

const newEpoch = (value: boolean, ...writers: number[]): Epoch => ({
  value,
  writers,
  readers: [],
  watchers: [],
});

function turn(map: Map<string, Turn[]>, key: string, step: number, isRead: boolean): void {
  const turns = map.get(key) ?? [{ readers: [], writers: [] }];
  map.set(key, turns);
  let last = turns.at(-1);
  if (last === undefined || (isRead && last.writers.length > 0)) {
    last = { readers: [], writers: [] };
    turns.push(last);
  }
  (isRead ? last.readers : last.writers).push(step);
}

/** Begins a new turn, unless the last one has no writers yet. */
function close(turns: Turn[] | undefined): void {
  if (turns?.at(-1)?.writers.length !== 0) turns?.push({ readers: [], writers: [] });
}

type Order = (first: number | undefined, second: number | undefined) => void;

function orderEpochs(log: FactLog, end: number, order: Order, links: CausalLink[]): void {
  const { epochs, predicate, arguments: args } = log;
  const matters = (epoch: Epoch | undefined, at: number): boolean =>
    epoch !== undefined &&
    (epoch.readers.length > 0 || epoch.watchers.length > 0 || at === epochs.length - 1);
  epochs.forEach((epoch, at) => {
    if (!matters(epoch, at)) return;
    const [maker] = epoch.writers;
    for (const reader of epoch.readers) {
      order(maker, reader);
      const link = { predicate, arguments: args, value: epoch.value };
      links.push({ from: maker ?? null, to: reader === end ? null : reader, ...link });
    }
    for (const watcher of epoch.watchers) order(maker, watcher);
    // The contrary that was written before; what lies behind an epoch that matters follows from it.
    for (let past = at - 1; past >= 0; past -= 2) {
      for (const writer of epochs[past]?.writers ?? []) order(writer, maker);
      if (matters(epochs[past - 1], past - 1)) break;
    }
    for (let next = at + 1; next < epochs.length; next += 2) {
      for (const writer of epochs[next]?.writers ?? [])
        for (const reader of [...epoch.readers, ...epoch.watchers]) order(reader, writer);
      if (matters(epochs[next + 1], next + 1)) break;
    }
  });
}

/** Readers see what all writers before them made, and writers come after those that read what was before. */
function orderTurns(turns: readonly Turn[], order: Order): void {
  turns.forEach(({ readers, writers }, at) => {
    for (const writer of turns[at - 1]?.writers ?? []) for (const reader of readers) order(writer, reader);
    for (const reader of readers) for (const writer of writers) order(reader, writer);
    // With readers between them, writers are in order already.
    if (readers.length > 0) return;
    for (const past of turns[at - 1]?.writers ?? []) for (const writer of writers) order(past, writer);
  });
}
