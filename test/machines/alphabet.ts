// Alphabet: what can happen to an actor of one statechart, so that walks through the chart can be generated:
// the inputs it can be made with, the mail it can get, and the outcomes that each of its ports can have.
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { stateName } from '#src/actors/state-name.js';
import type { ActorKind } from '#src/model/address.js';

/** An event before it is stamped: mail, or the outcome of the port that a state invoked under an id. */
export type Letter =
  | { readonly mail: string; readonly data?: Readonly<Record<string, unknown>> }
  | { readonly port: string; readonly outcome: Readonly<Record<string, unknown>> };

export interface Alphabet {
  readonly kind: ActorKind;
  readonly machine: AnyStateMachine;
  /** Inputs by name: each opens branches that the others do not. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly mail: readonly Letter[];
  /** Invoke id → outcomes. */
  readonly outcomes: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** What of a context steers the chart, with everything that grows cut off: keeps the state space finite. */
  readonly project: (context: never, state: string) => unknown;
  /** Ports that are invoked but can never settle in this context: a deadline at instant 0 is none. */
  readonly isClosed?: (port: string, context: never) => boolean;
  /** Whether a letter can come in a state; without it any can. */
  readonly canCome?: (letter: Letter, state: string) => boolean;
}

/** The stamp of generated paths: always the same, so that equal situations look equal. */
export const stamp = { at: 1_700_000_000_000, random: 0.5 } as const;

/** Every letter that means something in a situation: all mail, and the outcomes of the ports that are open. */
export function lettersOf(alphabet: Alphabet, snapshot: AnyMachineSnapshot): Letter[] {
  const all = [...openPortsOf(alphabet, snapshot), ...alphabet.mail];
  const { canCome } = alphabet;
  return canCome === undefined ? all : all.filter((letter) => canCome(letter, stateName(snapshot.value)));
}

/** The outcomes of the ports that the active states have invoked. */
export function openPortsOf(alphabet: Alphabet, snapshot: AnyMachineSnapshot): Letter[] {
  if (snapshot.status !== 'active') return [];
  return invokedBy(snapshot)
    .filter((port) => alphabet.isClosed?.(port, snapshot.context as never) !== true)
    .flatMap((port) => (alphabet.outcomes[port] ?? []).map((outcome) => ({ port, outcome })));
}

/** The ids of what the active states invoke. */
export function invokedBy(snapshot: AnyMachineSnapshot): string[] {
  const nodes = snapshot._nodes as readonly { readonly invoke: readonly { readonly id: string }[] }[];
  return nodes.flatMap((node) => node.invoke.map(({ id }) => id));
}

/** A letter in words, for messages and names. */
export function spell(letter: Letter): string {
  return 'mail' in letter
    ? `${letter.mail}${letter.data === undefined ? '' : ` ${JSON.stringify(letter.data)}`}`
    : `${letter.port} ${JSON.stringify(letter.outcome)}`;
}
