// The actor system: the only mailman. Every domain actor is an XState root actor at an address.
//
// S1 mail is delivered one item at a time, first in, first out; no actor is sent to in the middle of a transition.
// S2 a turn belongs to one goal; its changes are written in one batch.
// S3 an actor that throws, or a desk that does, stops its goal only; nothing of that turn is kept.
// S4 an ended actor takes no more mail; mail to nobody is dropped.
// S5 once it is closed nothing happens any more, whoever comes late.
// S6 while the store cannot be written no command is taken; the rest goes on, and waits while nothing can be read.
import { createActor } from 'xstate';
import type { Actor, ActorRefLike, AnyActorLogic, AnyMachineSnapshot } from 'xstate';
import { EngineError, invariant } from '../errors.js';
import { parseAddress } from '../model/address.js';
import type { ActorKind } from '../model/address.js';
import type { FactData } from '../model/fact.js';
import type { Emitted, Stamp } from '../machines/protocol.js';
import { whyRefused } from '../machines/refusals.js';
import { keys } from '../persistence/keys.js';
import type { ActorRecord } from '../persistence/records.js';
import { createInspection } from './inspection.js';
import { afterTurn, describe, Fault, isAsked, type Item } from './mail-item.js';
import { createQueue } from './queue.js';
import { stateName } from './state-name.js';
import type { ActorSystem, ActorSystemOptions } from './system-types.js';
import type { TurnContext } from './turn.js';

interface Live {
  readonly address: string;
  readonly kind: ActorKind;
  readonly actor: Actor<AnyActorLogic>;
  state: string;
  stored: boolean;
}

/** Makes an actor system. It has no actors until some are spawned or restored. */
export function createActorSystem(options: ActorSystemOptions): ActorSystem {
  const { ledger, charts } = options;
  const inspection = createInspection(options.inspect);
  const live = new Map<string, Live>();
  const byGoal = new Map<string, Set<string>>();
  const owners = new WeakMap<object, string>();
  const inbox = createQueue<Item>();
  const inner = createQueue<Item>();
  const dirty = new Set<Live>();
  let scheduled = false;
  let closed = false;
  let turn: TurnContext | undefined;
  let cause = '';
  let sender: Live | undefined;
  let emitted: { type: string; data: FactData }[] = [];

  const push = (item: Item): void => {
    if (closed) return refuse(item, new EngineError('ENGINE_CLOSED', 'the engine was closed'));
    const trouble = ledger.disk.trouble();
    if (trouble !== undefined && isAsked(item)) return refuse(item, trouble);
    inbox.push(item);
    if (scheduled || turn !== undefined) return;
    scheduled = true;
    queueMicrotask(drain);
  };

  /** Within a turn, what concerns its goal stays in it; the rest waits for a turn of its own. */
  const route = (item: Item): void =>
    turn !== undefined && item.goalId === turn.goalId ? inner.push(item) : push(item);

  function drain(): void {
    if (ledger.disk.isAway()) return void ledger.disk.back().then(drain);
    scheduled = false;
    for (let item = inbox.shift(); item !== undefined; item = inbox.shift()) {
      const broken = ledger.broken();
      if (broken !== undefined) refuse(item, broken);
      else takeTurn(item);
    }
  }

  function takeTurn(first: Item): void {
    const at = options.now();
    const changes = ledger.begin();
    const stamp = (): Stamp => ({ at, random: options.random() });
    turn = {
      at,
      goalId: first.goalId,
      changes,
      stamp,
      mail: (from, to, event) => route({ kind: 'mail', goalId: parseAddress(to).goalId, to, from, event }),
      spawn: (from, to, input) => route({ kind: 'spawn', goalId: parseAddress(to).goalId, to, from, input }),
      fact: (actor, type, data) => changes.fact({ at, goal: parseAddress(actor).goalId, actor, type, data }),
    };
    try {
      for (let item: Item | undefined = first; item !== undefined; item = inner.shift()) deliver(item);
      for (const one of dirty) persist(one);
      dirty.clear();
      ledger.end();
      turn = undefined;
    } catch (error) {
      abandon(first, error);
    }
  }

  /** S3: what the turn did to the goal is forgotten, in memory too. */
  function abandon(first: Item, error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault(describe(first), error);
    inner.clear();
    dirty.clear();
    ledger.discard();
    turn = undefined;
    emitted = [];
    drop(first.goalId);
    options.onFault(first.goalId, fault.where, fault.error);
    refuse(first, fault.error);
  }

  function refuse(item: Item, error: unknown): void {
    if (item.kind === 'mail') item.answer?.({ accepted: false, reason: (error as Error).message });
    else if (item.kind === 'run') item.refuse?.(error);
  }

  function deliver(item: Item): void {
    invariant(turn, 'S1 mail is delivered in a turn');
    if (item.kind === 'run') return item.work(turn);
    if (item.kind === 'spawn') return create(item.to, item.from, item.input, turn);
    if (item.kind === 'settle') return settleRef(item.ref, item.outcome, turn);
    const target = live.get(item.to);
    if (target === undefined) {
      const desk = options.desk(item.to);
      if (desk === undefined)
        return item.answer?.({ accepted: false, reason: `there is no ${item.to} any more` });
      return desk.receive(item.event, item.from, turn);
    }
    const event = { ...item.event, ...turn.stamp() };
    if (item.answer !== undefined) {
      const { answer } = item;
      const now = target.actor.getSnapshot() as AnyMachineSnapshot;
      if (!now.can(event))
        return answer({ accepted: false, reason: whyRefused(item.to, target.state, event, now) });
      const { type, ...data } = item.event;
      turn.fact(item.to, `${target.kind}.commanded`, { command: type, ...(data as FactData) });
      afterTurn(() => answer({ accepted: true }));
    }
    inspection.from(live.get(item.from)?.actor);
    step(target, event.type, () => target.actor.send(event), turn);
    inspection.from(undefined);
  }

  /** Lets one actor make its transition, then notes what it said and how it changed. */
  function step(one: Live, type: string, act: () => void, now: TurnContext): void {
    const before = one.state;
    cause = type;
    sender = one;
    act();
    sender = undefined;
    const snapshot = one.actor.getSnapshot() as AnyMachineSnapshot;
    if (snapshot.status === 'error')
      throw new Fault(`${one.address} in ${before} on ${type}`, snapshot.error);
    one.state = stateName(snapshot.value);
    dirty.add(one);
    const moved = before !== one.state;
    const facts = emitted;
    emitted = [];
    const { at, goalId: goal } = now;
    const [from, to] = moved ? [before, one.state] : [];
    for (const { type: fact, data } of facts) {
      now.changes.fact({ at, goal, actor: one.address, type: fact, from, to, cause, data });
    }
    const ended = snapshot.status === 'done';
    if (ended) forget(one);
    if (moved || ended) {
      const { kind, address } = one;
      options.onChange({ kind, address, from: before, to: one.state, snapshot, ended }, now);
    }
  }

  function forget(one: Live): void {
    live.delete(one.address);
    byGoal.get(parseAddress(one.address).goalId)?.delete(one.address);
  }

  function create(
    address: string,
    from: string,
    input: object,
    now: TurnContext,
    record?: ActorRecord,
  ): void {
    if (live.has(address)) return;
    const { kind, goalId } = parseAddress(address);
    const chart = charts[kind as ActorKind];
    invariant(chart, `S4 there is a statechart for ${address}`);
    const snapshot = record === undefined ? {} : { snapshot: record.snapshot };
    const actor = createActor(
      chart.machine as AnyActorLogic,
      {
        id: address,
        input: { ...input, ...now.stamp() },
        ...(inspection.inspect === undefined ? {} : { inspect: inspection.inspect }),
        ...snapshot,
      } as never,
    ) as Actor<AnyActorLogic>;
    const one: Live = { address, kind: kind as ActorKind, actor, state: '', stored: record !== undefined };
    owners.set(actor.system, address);
    actor.on('*' as never, (event: unknown) => hear(event as Emitted));
    actor.subscribe({ error: () => {} });
    live.set(address, one);
    const mates = byGoal.get(goalId) ?? new Set<string>();
    byGoal.set(goalId, mates.add(address));
    inspection.from(live.get(from)?.actor);
    step(one, record === undefined ? 'spawned' : 'restored', () => actor.start(), now);
  }

  function hear(event: Emitted): void {
    invariant(sender, 'S1 an actor speaks only while it is sent to');
    if (event.type === 'fact') emitted.push({ type: event.fact, data: event.data });
    else if (event.type === 'mail') turn?.mail(sender.address, event.to, event.event);
    else turn?.spawn(sender.address, event.to, event.input);
  }

  function settleRef(ref: ActorRefLike, outcome: unknown, now: TurnContext): void {
    const owner = live.get(addressOfRef(ref));
    // A port that its owner has left is not its child any more.
    const snapshot = owner?.actor.getSnapshot() as AnyMachineSnapshot | undefined;
    const children = snapshot?.children as Readonly<Record<string, unknown>> | undefined;
    const name = (ref as { id?: string }).id ?? '';
    if (owner === undefined || children?.[name] !== ref) return;
    step(owner, `${name}.settled`, () => ref.send({ type: 'port.settle', output: outcome }), now);
  }

  function persist(one: Live): void {
    const key = keys.actor(one.address);
    const present = live.get(one.address);
    if (present !== one) {
      // What was never written leaves nothing. A successor of what was must be removed even if it was never written.
      if (one.stored && present === undefined) turn?.changes.remove(key);
      else if (present !== undefined) present.stored ||= one.stored;
      return;
    }
    const snapshot = one.actor.getPersistedSnapshot() as unknown as Record<string, unknown>;
    const value = { machine: one.kind, version: charts[one.kind].version, snapshot };
    if (one.stored) turn?.changes.put('actor', key, value);
    else turn?.changes.create('actor', key, value);
    one.stored = true;
  }

  function addressOfRef(ref: ActorRefLike): string {
    const system = (ref as { system?: object }).system;
    const address = system === undefined ? undefined : owners.get(system);
    invariant(address, 'S2 a port belongs to an actor of the system');
    return address;
  }

  function drop(goalId: string): void {
    for (const address of byGoal.get(goalId) ?? []) {
      live.get(address)?.actor.stop();
      live.delete(address);
    }
    byGoal.delete(goalId);
  }

  return {
    post: (to, event, from = '') => push({ kind: 'mail', goalId: parseAddress(to).goalId, to, from, event }),
    command: (to, event) =>
      new Promise((answer) =>
        push({ kind: 'mail', goalId: parseAddress(to).goalId, to, from: '', event, answer }),
      ),
    settleNow: (ref, outcome) => {
      invariant(turn, 'S2 a port is settled at once only in a turn');
      inner.push({ kind: 'settle', goalId: turn.goalId, ref, outcome });
    },
    run: (goalId, work) => push({ kind: 'run', goalId, work }),
    perform: async (goalId, work) => {
      await new Promise<void>((resolve, reject) => {
        const attempt = (now: TurnContext): void => {
          work(now);
          afterTurn(resolve);
        };
        push({ kind: 'run', goalId, work: attempt, refuse: reject });
      });
      await ledger.settled();
    },
    current: () => {
      invariant(turn, 'S2 ports start in a turn');
      return turn;
    },
    currentOrNone: () => turn,
    restore: (goalId, records) => {
      const work = (now: TurnContext): void => {
        for (const [address, record] of records) create(address, '', {}, now, record);
      };
      push({ kind: 'run', goalId, work });
    },
    snapshot: (address) => live.get(address)?.actor.getSnapshot() as AnyMachineSnapshot | undefined,
    addressOf: addressOfRef,
    addressesOf: (goalId) => [...(byGoal.get(goalId) ?? [])],
    drop,
    close: () => {
      closed = true;
      for (const goalId of byGoal.keys()) drop(goalId);
    },
  };
}
