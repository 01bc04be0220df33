// The actor system, with small charts of its own: turns, mail, faults, commands, and what is written.
import { assign, emit, setup, type AnyStateMachine } from 'xstate';
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { createActorSystem } from '#src/actors/system.js';
import type { ActorChange, ActorSystem } from '#src/actors/system-types.js';
import type { TurnContext } from '#src/actors/turn.js';
import { portLogic } from '#src/machines/ports.js';
import { fact, mail, spawn, type Emitted, type Mail } from '#src/machines/protocol.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import { settle } from '../engine/workbench.js';

interface Context {
  readonly self: string;
  readonly count: number;
}

/** Counts; passes on what it is told to; throws, ends or waits for a port when it is asked to. */
function counter(port = portLogic<object, unknown>({ start: () => {}, stop: () => {} })): AnyStateMachine {
  return setup({
    types: {
      context: {} as Context,
      events: {} as Mail,
      input: {} as { self: string },
      emitted: {} as Emitted,
    },
    actors: { port },
    actions: {
      boom: () => {
        throw new Error('boom');
      },
    },
  }).createMachine({
    id: 'counter',
    context: ({ input }) => ({ self: input.self, count: 0 }),
    initial: 'idle',
    states: {
      idle: {
        on: {
          count: {
            actions: [
              assign({ count: ({ context }) => context.count + 1 }),
              emit(({ context }) => fact('x.counted', { count: context.count + 1 })),
            ],
          },
          pass: {
            actions: emit(({ event }) => {
              const [next, ...rest] = event['route'] as string[];
              return next === undefined ? fact('x.arrived', {}) : mail(next, { type: 'pass', route: rest });
            }),
          },
          hop: {
            actions: emit(({ event, context }) => {
              const left = Number(event['left']);
              const other = context.self.endsWith('a')
                ? context.self.replace(/a$/, 'b')
                : context.self.replace(/b$/, 'a');
              return left === 0 ? fact('x.arrived', {}) : mail(other, { type: 'hop', left: left - 1 });
            }),
          },
          make: { actions: emit(({ event }) => spawn(String(event['to']), { self: String(event['to']) })) },
          boom: { actions: [emit(fact('x.before', {})), 'boom'] },
          wait: 'waiting',
          end: 'over',
        },
      },
      waiting: { invoke: { id: 'port', src: 'port', input: {}, onDone: 'over' }, on: { back: 'idle' } },
      over: { type: 'final' },
    },
  });
}

async function open(
  options: {
    port?: ReturnType<typeof portLogic<object, unknown>>;
    desk?: (mail: Mail, turn: TurnContext) => void;
  } = {},
) {
  const db = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await db.open();
  const facts: { type: string; goal: string; at: number }[] = [];
  const faults: { goal: string; where: string; message: string }[] = [];
  const changes: ActorChange[] = [];
  const ledger = createLedger({
    db: db as unknown as Database,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: () => {},
  });
  ledger.onFacts((all) => facts.push(...all));
  const machine = counter(options.port);
  const chart = { machine, version: 1 };
  let now = 1000;
  const system: ActorSystem = createActorSystem({
    ledger,
    charts: { goal: chart, plan: chart, task: chart, monitor: chart, contingency: chart },
    now: () => now++,
    random: () => 0.5,
    desk: (address) =>
      address.startsWith('frontier/')
        ? { receive: (event, _, turn) => options.desk?.(event, turn) }
        : undefined,
    onChange: (change) => void changes.push(change),
    onFault: (goal, where, error) => void faults.push({ goal, where, message: (error as Error).message }),
  });
  const make = async (...addresses: string[]): Promise<void> => {
    for (const address of addresses)
      await system.perform(address.split('/')[1] ?? '', (turn) => turn.spawn('', address, { self: address }));
  };
  const countOf = (address: string): number =>
    (system.snapshot(address)?.context as Context | undefined)?.count ?? -1;
  const calm = async (): Promise<void> => {
    await settle();
    await ledger.settled();
  };
  const stored = (address: string): boolean => ledger.read('actor', keys.actor(address)) !== undefined;
  return { db, ledger, system, facts, faults, changes, make, countOf, calm, stored };
}

describe('mail', () => {
  test('S1 is delivered in order; a whole turn has one instant', async () => {
    const { system, make, facts, calm } = await open();
    await make('task/g/a', 'task/g/b');
    for (let i = 0; i < 3; i++) system.post('task/g/a', { type: 'count' });
    system.post('task/g/a', { type: 'pass', route: ['task/g/b', 'task/g/a', 'task/g/b'] });
    await calm();
    expect(facts.map(({ type }) => type)).toEqual(['x.counted', 'x.counted', 'x.counted', 'x.arrived']);
    expect(new Set(facts.map(({ at }) => at)).size).toBe(4);
  });

  test('a chain of 20,000 hops does not overflow, and is one turn', async () => {
    const { system, make, facts, calm, ledger } = await open();
    await make('task/g/a', 'task/g/b');
    const before = ledger.commits();
    system.post('task/g/a', { type: 'hop', left: 20_000 });
    await calm();
    expect(facts.map(({ type }) => type)).toEqual(['x.arrived']);
    expect(ledger.commits()).toBe(before + 1);
  });

  test('S2 mail for another goal starts a turn of its own', async () => {
    const { system, make, facts, calm } = await open();
    await make('task/g/a', 'task/h/a');
    system.post('task/g/a', { type: 'pass', route: ['task/h/a'] });
    await calm();
    expect(facts).toMatchObject([{ type: 'x.arrived', goal: 'h' }]);
  });

  test('S4 mail to nobody, and to those who have ended, is dropped', async () => {
    const { system, make, calm, faults, stored } = await open();
    await make('task/g/a');
    system.post('task/g/nobody', { type: 'count' });
    system.post('task/g/a', { type: 'end' });
    system.post('task/g/a', { type: 'count' });
    await calm();
    expect(faults).toEqual([]);
    expect(system.snapshot('task/g/a')).toBeUndefined();
    expect(stored('task/g/a')).toBe(false);
  });

  test('an actor that is there already is kept when it is spawned again', async () => {
    const { system, make, countOf, calm } = await open();
    await make('task/g/a');
    system.post('task/g/a', { type: 'count' });
    system.post('task/g/a', { type: 'make', to: 'task/g/a' });
    system.post('task/g/a', { type: 'make', to: 'task/g/new' });
    await calm();
    expect([countOf('task/g/a'), countOf('task/g/new')]).toEqual([1, 0]);
  });
});

describe('faults', () => {
  test('S3 a machine that throws stops its goal only; nothing of its turn is kept', async () => {
    const { system, make, faults, facts, calm, countOf, stored, ledger } = await open();
    await make('task/g/a', 'task/g/b', 'task/h/a');
    system.post('task/g/a', { type: 'count' });
    await calm();
    system.post('task/g/b', { type: 'pass', route: ['task/g/b'] });
    system.post('task/g/a', { type: 'boom' });
    system.post('task/g/b', { type: 'count' });
    system.post('task/h/a', { type: 'count' });
    await calm();
    expect(faults).toMatchObject([
      { goal: 'g', message: 'boom', where: expect.stringMatching(/task\/g\/a in idle on boom/) as string },
    ]);
    expect(facts.map(({ type }) => type)).not.toContain('x.before');
    expect(countOf('task/h/a')).toBe(1);
    expect(system.addressesOf('g')).toEqual([]);
    const record = ledger.read('actor', keys.actor('task/g/a'));
    expect(stored('task/g/a')).toBe(true);
    expect(record?.snapshot['context']).toMatchObject({ count: 1 });
  });

  test('S3 so does a desk that throws, and work that does', async () => {
    const { system, make, faults, calm } = await open({
      desk: () => {
        throw new Error('bad desk');
      },
    });
    await make('task/g/a', 'task/h/a');
    system.post('task/g/a', { type: 'pass', route: ['frontier/g'] });
    await expect(
      system.perform('h', () => {
        throw new Error('bad work');
      }),
    ).rejects.toThrow('bad work');
    await calm();
    expect(faults.map(({ goal, message }) => [goal, message])).toEqual([
      ['g', 'bad desk'],
      ['h', 'bad work'],
    ]);
  });
});

describe('commands', () => {
  test('are journaled and carried out, or refused with the state', async () => {
    const { system, make, facts, ledger } = await open();
    await make('task/g/a');
    expect(await system.command('task/g/a', { type: 'count', by: 'eve' })).toEqual({ accepted: true });
    await ledger.settled();
    expect(facts.map(({ type }) => type)).toEqual(['task.commanded', 'x.counted']);
    expect(await system.command('task/g/a', { type: 'back' })).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/idle and does not take back/) as string,
    });
    expect(await system.command('task/g/b', { type: 'count' })).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/no task\/g\/b/) as string,
    });
  });
});

describe('ports', () => {
  test('settle once; what comes after the state was left is ignored', async () => {
    const refs: Parameters<ActorSystem['settleNow']>[0][] = [];
    const stopped: unknown[] = [];
    const port = portLogic<object, unknown>({
      start: ({ ref }) => void refs.push(ref),
      stop: (ref) => void stopped.push(ref),
    });
    const { system, make, calm, changes } = await open({ port });
    await make('task/g/a', 'task/g/b');
    system.post('task/g/a', { type: 'wait' });
    system.post('task/g/b', { type: 'wait' });
    system.post('task/g/b', { type: 'back' });
    await calm();
    expect(stopped.length).toBe(1);
    for (const ref of refs) for (let i = 0; i < 2; i++) system.run('g', () => system.settleNow(ref, {}));
    await calm();
    expect(changes.filter(({ ended }) => ended).map(({ address }) => address)).toEqual(['task/g/a']);
    expect(system.snapshot('task/g/b')?.value).toBe('idle');
  });

  test('a stored actor is restored with its state, and its port is begun again', async () => {
    let begun = 0;
    const port = portLogic<object, unknown>({ start: () => void (begun += 1), stop: () => {} });
    const first = await open({ port });
    await first.make('task/g/a');
    first.system.post('task/g/a', { type: 'count' });
    first.system.post('task/g/a', { type: 'wait' });
    await first.calm();
    const record = first.ledger.read('actor', keys.actor('task/g/a'));
    first.system.close();
    const second = await open({ port });
    expect(record).toBeDefined();
    if (record !== undefined) second.system.restore('g', new Map([['task/g/a', record]]));
    await second.calm();
    expect(second.system.snapshot('task/g/a')?.value).toBe('waiting');
    expect(second.countOf('task/g/a')).toBe(1);
    expect(begun).toBe(2);
    expect(second.facts).toEqual([]);
  });
});

test('S5 closed, it does nothing more and refuses commands', async () => {
  const { system, make, calm, facts } = await open();
  await make('task/g/a');
  system.close();
  system.post('task/g/a', { type: 'count' });
  expect(await system.command('task/g/a', { type: 'count' })).toMatchObject({ accepted: false });
  await expect(system.perform('g', () => {})).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  await calm();
  expect(facts).toEqual([]);
});

test('an actor that lives for one turn only is never written', async () => {
  const { system, calm, db } = await open();
  system.run('g', (turn) => {
    turn.spawn('', 'task/g/a', { self: 'task/g/a' });
    turn.mail('', 'task/g/a', { type: 'end' });
  });
  await calm();
  expect(await db.keys({ gte: '!actors!', lt: '!actors!\uffff' }).all()).toEqual([]);
});
