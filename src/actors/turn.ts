// Turn: what anybody who takes part in a turn of the actor system can do.
import type { FactData } from '../model/fact.js';
import type { Mail, Stamp } from '../machines/protocol.js';
import type { Turn } from '../persistence/ledger.js';

/** One turn: an event from outside and all that it sets off, up to the moment when every mailbox is empty. */
export interface TurnContext {
  /** The instant of the whole turn, in epoch milliseconds. */
  readonly at: number;
  /** The goal the turn belongs to. Mail for another goal starts a turn of its own. */
  readonly goalId: string;
  /** What the turn writes. */
  readonly changes: Turn;
  /** A new stamp: the instant and a random number. */
  stamp(): Stamp;
  /** Sends mail; `from` is the address of the sender. */
  mail(from: string, to: string, event: Mail): void;
  /** Makes an actor, unless there is one at the address. */
  spawn(from: string, to: string, input: object): void;
  /** States a fact for the journal. */
  fact(actor: string, type: string, data: FactData): void;
}

/** A companion of actors that takes mail at an address but is no statechart: it keeps what can be derived. */
export interface Desk {
  receive(event: Mail, from: string, turn: TurnContext): void;
}
