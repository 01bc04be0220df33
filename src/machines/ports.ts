// Ports: what a machine asks of the world. A machine names the port and its types; engine.ts provides the
// real one. Until then a port is open: it fails as soon as it is used, and an engine refuses to start with it.
import type { ActorLogic, ActorScope, Snapshot } from 'xstate';
import { EngineError } from '../errors.js';

/** The snapshot of a port: its input while it works, its outcome when it is done. */
export type PortSnapshot<Input, Outcome> = Snapshot<Outcome> & { input: Input };

/** The one event a port takes: its outcome. XState adds `xstate.stop` when the state that asked is left. */
export type PortEvent<Outcome> = { type: 'port.settle'; output: Outcome } | { type: 'xstate.stop' };

export type PortLogic<Input, Outcome> = ActorLogic<PortSnapshot<Input, Outcome>, PortEvent<Outcome>, Input>;

type PortScope<Input, Outcome> = ActorScope<PortSnapshot<Input, Outcome>, PortEvent<Outcome>>;

/** The running port that whoever fulfils it sees. */
export interface PortCall<Input, Outcome> {
  readonly input: Input;
  readonly ref: PortScope<Input, Outcome>['self'];
}

/**
 * Makes a port's logic from what begins and what stops it. Both are called in the middle of a turn and
 * must not send to any actor before the turn is over.
 */
export function portLogic<Input, Outcome>(begin: {
  start(call: PortCall<Input, Outcome>): void;
  stop(ref: PortCall<Input, Outcome>['ref']): void;
}): PortLogic<Input, Outcome> {
  return {
    getInitialSnapshot: (_scope, input) =>
      ({ status: 'active', output: undefined, error: undefined, input }) as PortSnapshot<Input, Outcome>,
    transition: (snapshot, event, scope) => {
      if (event.type === 'port.settle') {
        return { ...snapshot, status: 'done', output: event.output } as PortSnapshot<Input, Outcome>;
      }
      if (event.type === 'xstate.stop') begin.stop(scope.self);
      return snapshot;
    },
    start: (snapshot, scope) => begin.start({ input: snapshot.input, ref: scope.self }),
    getPersistedSnapshot: (snapshot) => snapshot,
    restoreSnapshot: (snapshot) => snapshot as PortSnapshot<Input, Outcome>,
  };
}

const openPorts = new WeakSet<object>();

/** A port that nobody has filled yet. */
export function openPort<Input, Outcome>(name: string): PortLogic<Input, Outcome> {
  const logic = portLogic<Input, Outcome>({
    start: () => {
      throw new EngineError('ENGINE_PORT_OPEN', `The port '${name}' was used but nobody has provided it.`);
    },
    stop: () => {},
  });
  openPorts.add(logic);
  return logic;
}

/** Names of the ports in a machine's implementations that are still open. */
export function portsLeftOpen(actors: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(actors)
    .filter(([, logic]) => typeof logic === 'object' && logic !== null && openPorts.has(logic))
    .map(([name]) => name);
}
