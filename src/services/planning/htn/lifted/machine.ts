// Machine of the lifted search: state, network and compiled model of one dive, at the beginning.
import type { Program } from '../program/program.js';
import type { Compiling } from './checks.js';
import { compileDerivation, type Derivation, derive } from './derive.js';
import { createLedger, type Ledger } from './ledger.js';
import { cardinalitiesOf, compileModel, type LiftedModel } from './model.js';
import type { Needs } from './needs.js';
import { createNetwork } from './network.js';
import { type Network, networkBytes } from './network-table.js';
import { addFact, createState, type LiftedState, setValue, stateBytes } from './state.js';
import { createPendingChanges, type PendingChanges } from './steps.js';
import type { Visited } from './visited.js';

export interface Machine {
  readonly program: Program;
  readonly state: LiftedState;
  readonly network: Network;
  readonly model: LiftedModel;
  readonly visited: Visited;
  readonly derivation: Derivation;
  readonly registers: Int32Array;
  readonly pending: PendingChanges;
  readonly ledger: Ledger;
  /** The axioms ask for too much even at the beginning: nothing can be said of this problem. */
  readonly isSpent: boolean;
}

/** Bindings tried for what the axioms say of the beginning. */
const mostWork = 100_000_000;

/** Facts of the beginning between two rests. */
const factsPerRest = 128;

/**
 * Makes a machine, with rests in which a caller may do something else.
 *
 * @param chance - Puts facts and objects in an order of chance; null for the author's.
 */
export function* buildMachine(
  program: Program,
  needs: readonly (Needs | null)[],
  visited: Visited,
  chance: (() => number) | null,
): Generator<void, Machine> {
  const state = createState(program);
  const members = program.types.map((type) => type.members.slice());
  if (chance !== null) for (const each of members) shuffle(each, chance);
  const compiling: Compiling = { program, state, members };
  const cardinalities = cardinalitiesOf(program);
  const model = compileModel(compiling, needs, cardinalities);
  const derivation = compileDerivation(compiling, cardinalities);
  yield;
  yield* begin(state, program, chance);
  state.work = mostWork;
  derive(state, derivation);
  state.trailSize = 0;
  state.pastSize = 0;
  return {
    program,
    state,
    network: createNetwork(program.root),
    model,
    visited,
    derivation,
    registers: new Int32Array(model.widest.slots),
    pending: createPendingChanges(model.widest.terms),
    ledger: createLedger(),
    isSpent: state.work < 0,
  };
}

/** Makes the facts and values of the beginning hold. */
function* begin(state: LiftedState, program: Program, chance: (() => number) | null): Generator<void, void> {
  const order = Int32Array.from(program.facts.keys());
  if (chance !== null) shuffle(order, chance);
  for (let index = 0; index < order.length; index += 1) {
    const { predicate, arguments: objects } = program.facts[order[index]!]!;
    addFact(state, predicate, objects, false);
    if ((index + 1) % factsPerRest === 0) yield;
  }
  for (const [key, value] of program.values) {
    const [id, ...objects] = key.split(',').map(Number);
    setValue(state, id!, Int32Array.from(objects), value);
  }
}

/** Puts numbers into an order of chance (Fisher and Yates, 1938). */
function shuffle(numbers: Int32Array, chance: () => number): void {
  for (let index = numbers.length - 1; index > 0; index -= 1) {
    const other = Math.floor(chance() * (index + 1));
    const held = numbers[index]!;
    numbers[index] = numbers[other]!;
    numbers[other] = held;
  }
}

/** Bytes of the machine's arrays, but for what was visited. */
export function machineBytes({ state, network, ledger }: Machine): number {
  return stateBytes(state) + networkBytes(network) + ledger.nodes.byteLength * 3;
}
