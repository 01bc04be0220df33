// Stage: one actor of a chart, alone, with ports that record who asks what and settle when they are told to.
// It stands where the actor system stands in an engine: it stamps events and hears what the actor says.
import { createActor } from 'xstate';
import type { Actor, AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from 'xstate';
import { stateName } from '#src/actors/state-name.js';
import { portLogic, type PortCall } from '#src/machines/ports.js';
import type { Emitted, Stamp } from '#src/machines/protocol.js';
import type { Letter } from './alphabet.js';

/** A port that was started. */
export interface Call {
  readonly port: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What one event did. */
export interface Step {
  /** Undefined for the start of the actor. */
  readonly letter: Letter | undefined;
  readonly stamp: Stamp;
  readonly from: string;
  readonly to: string;
  readonly before: AnyMachineSnapshot | undefined;
  readonly after: AnyMachineSnapshot;
  readonly said: readonly Emitted[];
  readonly started: readonly Call[];
  readonly stopped: readonly string[];
  /** The ports that are open after it: id → what was asked. */
  readonly open: ReadonlyMap<string, Call>;
}

export interface Stage {
  readonly actor: Actor<AnyStateMachine>;
  /** Ports that have been started and have neither settled nor been stopped. */
  readonly open: ReadonlyMap<string, Call>;
  /** Plays a letter; a letter for a port that is not open does nothing. */
  play(letter: Letter, stamp: Stamp): Step;
  /** What the start did. */
  readonly first: Step;
  /** What would be on disk. */
  persisted(): unknown;
}

type Ref = PortCall<unknown, unknown>['ref'];

export interface StageOptions {
  readonly machine: AnyStateMachine;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly snapshot?: unknown;
  readonly stamp: Stamp;
  readonly inspect?: (event: InspectionEvent) => void;
}

interface Desk {
  start(call: PortCall<Readonly<Record<string, unknown>>, unknown>): void;
  stop(ref: Ref): void;
}

/** The stage of each actor, by the actor's XState system: a chart's ports are filled once for all stages. */
const desks = new WeakMap<object, Desk>();
const filled = new WeakMap<AnyStateMachine, AnyStateMachine>();

function withPorts(machine: AnyStateMachine): AnyStateMachine {
  const known = filled.get(machine);
  if (known !== undefined) return known;
  const deskOf = (ref: Ref): Desk | undefined => desks.get(ref.system as object);
  const logic = portLogic<Readonly<Record<string, unknown>>, unknown>({
    start: (call) => deskOf(call.ref)?.start(call),
    stop: (ref) => deskOf(ref)?.stop(ref),
  });
  const names = Object.keys(machine.implementations.actors);
  const made = machine.provide({ actors: Object.fromEntries(names.map((name) => [name, logic])) });
  filled.set(machine, made);
  return made;
}

/** Puts an actor on the stage and starts it, anew or from a persisted snapshot. */
export function createStage(options: StageOptions): Stage {
  const open = new Map<string, Call & { readonly ref: Ref }>();
  let said: Emitted[] = [];
  let started: Call[] = [];
  let stopped: string[] = [];

  const actor = createActor(withPorts(options.machine), {
    input: { ...options.input, ...options.stamp },
    ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot as never }),
    ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
  });
  desks.set(actor.system, {
    start: ({ input, ref }) => {
      const port = ref.id;
      open.set(port, { port, input, ref });
      started.push({ port, input });
    },
    stop: (ref) => {
      if (open.get(ref.id)?.ref === ref) open.delete(ref.id);
      stopped.push(ref.id);
    },
  });
  actor.on('*', (event) => void said.push(event as unknown as Emitted));
  actor.subscribe({ error: () => {} });
  const now = (): AnyMachineSnapshot => actor.getSnapshot() as AnyMachineSnapshot;

  function take(letter: Letter | undefined, stamp: Stamp, act: () => void): Step {
    [said, started, stopped] = [[], [], []];
    const before = letter === undefined ? undefined : now();
    act();
    const after = now();
    if (after.status === 'error') throw after.error;
    const to = stateName(after.value);
    // An actor that is made begins in `ready`; one that is restored is where it was.
    const from =
      before === undefined ? (options.snapshot === undefined ? 'ready' : to) : stateName(before.value);
    return { letter, stamp, from, to, before, after, said, started, stopped, open: new Map(open) };
  }

  const first = take(undefined, options.stamp, () => void actor.start());

  function settle(port: string, outcome: Readonly<Record<string, unknown>>, stamp: Stamp): void {
    const call = open.get(port);
    if (call === undefined) return;
    open.delete(port);
    call.ref.send({ type: 'port.settle', output: { ...outcome, ...stamp } });
  }

  return {
    actor,
    open,
    first,
    play: (letter, stamp) =>
      take(letter, stamp, () => {
        if ('mail' in letter) actor.send({ type: letter.mail, ...letter.data, ...stamp });
        else settle(letter.port, letter.outcome, stamp);
      }),
    persisted: () => JSON.parse(JSON.stringify(actor.getPersistedSnapshot())) as unknown,
  };
}
