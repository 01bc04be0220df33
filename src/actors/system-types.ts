// Actor system types: what the actor system (system.ts) is made from and what it offers.
import type { ActorRefLike, AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from 'xstate';
import type { ActorKind } from '../model/address.js';
import type { Mail } from '../machines/protocol.js';
import type { Ledger } from '../persistence/ledger.js';
import type { ActorRecord } from '../persistence/records.js';
import type { Desk, TurnContext } from './turn.js';

/** A statechart with its ports filled, and its version. */
export interface ChartBinding {
  readonly machine: AnyStateMachine;
  readonly version: number;
}

export interface ActorSystemOptions {
  readonly ledger: Ledger;
  readonly charts: Readonly<Record<ActorKind, ChartBinding>>;
  readonly now: () => number;
  readonly random: () => number;
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
  /** Finds the desk at an address. */
  readonly desk: (address: string) => Desk | undefined;
  /** Called in the turn in which an actor changed its state or ended. */
  readonly onChange: (change: ActorChange, turn: TurnContext) => void;
  /** Told after a goal was stopped by a bug. */
  readonly onFault: (goalId: string, where: string, error: unknown) => void;
}

export interface ActorChange {
  readonly kind: ActorKind;
  readonly address: string;
  readonly from: string;
  readonly to: string;
  readonly snapshot: AnyMachineSnapshot;
  readonly ended: boolean;
}

/** The answer to a command. */
export interface CommandAnswer {
  readonly accepted: boolean;
  readonly reason?: string;
}

export interface ActorSystem {
  /** Delivers mail from outside: a turn of its own. */
  post(to: string, event: Mail, from?: string): void;
  /** Delivers a command if the statechart allows it in the present state; `Ledger.settled` says when that is on disk. */
  command(to: string, event: Mail): Promise<CommandAnswer>;
  /** Settles a port within the running turn. */
  settleNow(ref: ActorRefLike, outcome: unknown): void;
  /** Runs something as a turn of a goal. */
  run(goalId: string, work: (turn: TurnContext) => void): void;
  /** Runs something as a turn of a goal; resolves when that is on disk, rejects when it cannot be written. */
  perform(goalId: string, work: (turn: TurnContext) => void): Promise<void>;
  /** The running turn, for ports that start in it. */
  current(): TurnContext;
  currentOrNone(): TurnContext | undefined;
  /** Puts actors of a goal back and starts them, in one turn. */
  restore(goalId: string, records: ReadonlyMap<string, ActorRecord>): void;
  snapshot(address: string): AnyMachineSnapshot | undefined;
  /** The address of the actor that a port belongs to. */
  addressOf(ref: ActorRefLike): string;
  addressesOf(goalId: string): string[];
  /** Stops all actors of a goal and forgets them; nothing is written. */
  drop(goalId: string): void;
  /** Stops all actors and takes nothing more: commands are refused, the rest is dropped. */
  close(): void;
}
