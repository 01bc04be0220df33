// Supervision: a machine or a desk that throws stops its goal only, and nothing of that turn is kept.
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { z } from 'zod';
import { createActorSystem } from '#src/actors/system.js';
import type { ChartBinding } from '#src/actors/system-types.js';
import { createEngine } from '#src/engine.js';
import { EngineError } from '#src/errors.js';
import { keys } from '#src/persistence/keys.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import type { EffectClass } from '#src/model/action.js';
import { createScript } from '#src/testing/script.js';
import { defineTool, type Tool } from '#src/services/tools/tool.js';

/** A chart that breaks where it is told to. */
const brittle = setup({
  types: { events: {} as { type: 'go' } | { type: 'break.action' } | { type: 'break.guard' } },
  guards: {
    breaks: () => {
      throw new Error('the guard broke');
    },
  },
  actions: {
    break: () => {
      throw new Error('the action broke');
    },
  },
}).createMachine({
  initial: 'ready',
  states: {
    ready: {
      on: {
        go: 'succeeded',
        'break.action': { target: 'succeeded', actions: 'break' },
        'break.guard': { guard: 'breaks', target: 'succeeded' },
      },
    },
    succeeded: {},
  },
});

async function createStage() {
  const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
  await level.open();
  const db = level as unknown as Database;
  const ledger = createLedger({
    db,
    durability: 'memory',
    lastCommit: 0,
    lastSeq: 0,
    onWriteError: (error) => {
      throw error;
    },
  });
  const chart = { machine: brittle, version: 1 } as unknown as ChartBinding;
  const faults: { goalId: string; where: string; message: string }[] = [];
  const system = createActorSystem({
    ledger,
    charts: { goal: chart, plan: chart, task: chart, monitor: chart, contingency: chart },
    now: () => 1,
    random: () => 0.5,
    desk: (address) =>
      address.startsWith('frontier/')
        ? {
            receive: () => {
              throw new Error('the desk broke');
            },
          }
        : undefined,
    onChange: () => {},
    onFault: (goalId, where, error) => faults.push({ goalId, where, message: (error as Error).message }),
  });
  for (const goalId of ['a', 'b']) {
    await system.perform(goalId, (turn) => {
      turn.spawn('', `task/${goalId}/t`, {});
      turn.spawn('', `task/${goalId}/u`, {});
    });
  }
  return { db, ledger, system, faults };
}

describe('an actor system', () => {
  test.each([
    ['an action', 'task/a/t', 'break.action', 'the action broke', 'task/a/t in ready on break.action'],
    ['a guard', 'task/a/t', 'break.guard', "Unable to evaluate guard 'breaks'", 'task/a/t in ready'],
    ['a desk', 'frontier/a', 'anything', 'the desk broke', 'mail to frontier/a'],
  ])('stops the goal in which %s throws, and no other', async (_name, to, type, message, where) => {
    const { db, system, faults } = await createStage();
    const stored = await db.get(keys.actor('task/a/t'));
    system.post(to, { type });
    system.post('task/b/t', { type: 'go' });
    await system.perform('b', () => {});
    expect(faults).toHaveLength(1);
    expect(faults[0]?.goalId).toBe('a');
    expect(faults[0]?.message).toContain(message);
    expect(faults[0]?.where).toContain(where);
    expect(system.addressesOf('a')).toEqual([]);
    expect(await db.get(keys.actor('task/a/t'))).toBe(stored);
    expect(system.snapshot('task/b/t')?.value).toBe('succeeded');
  });

  test('keeps nothing of a turn in which something throws, not even what came before', async () => {
    const { db, system, faults } = await createStage();
    const stored = await db.get(keys.actor('task/a/u'));
    const done = system.perform('a', (turn) => {
      turn.fact('task/a/u', 'never.said', {});
      turn.mail('', 'task/a/u', { type: 'go' });
      turn.mail('', 'task/a/t', { type: 'break.action' });
    });
    await expect(done).rejects.toThrow('the action broke');
    await system.perform('b', () => {});
    expect(faults).toHaveLength(1);
    expect(await db.get(keys.actor('task/a/u'))).toBe(stored);
    const journal = await db.values(keys.journalAll).all();
    expect(journal.join('')).not.toContain('never.said');
  });
});

describe('a command', () => {
  test('is not acknowledged when its turn fails', async () => {
    const { system } = await createStage();
    const answer = await system.command('task/a/t', { type: 'break.action' });
    expect(answer).toEqual({ accepted: false, reason: 'the action broke' });
    expect(await system.command('task/b/t', { type: 'go' })).toEqual({ accepted: true });
  });
});

/** A host's tool whose effect class cannot be told for some inputs: the frontier, which asks for it, throws. */
function createBrittleTool(): Tool {
  const tool = defineTool({
    name: 'host.brittle',
    description: 'Breaks the engine where it is asked about its effect.',
    input: z.object({ breaks: z.boolean().default(false) }),
    output: z.unknown(),
    effect: ({ breaks }): EffectClass => {
      if (breaks) throw new Error('no such class');
      return 'idempotent';
    },
    run: () => ({}),
  });
  return tool as unknown as Tool;
}

describe('an engine', () => {
  const act = (breaks: boolean) => ({ tool: 'host.brittle', input: { breaks } });
  const requires = { locks: [{ name: 'shared' }] };

  test('sets the goal aside in which a desk throws; the others finish, and what it held is free', async () => {
    await using engine = await createEngine({ store: 'memory', tools: [createBrittleTool()] });
    const good = { version: 1, goal: { name: 'good' }, tasks: { a: { action: act(false), requires } } };
    const bad = {
      version: 1,
      goal: { name: 'bad' },
      tasks: { a: { action: act(false), requires }, b: { action: act(true), after: ['a'] } },
    };
    const before = await engine.submit(good);
    const broken = await engine.submit(bad);
    const after = await engine.submit(good);
    const error: unknown = await broken.result().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('GOAL_FAULTED');
    expect((error as EngineError).message).toContain('no such class');
    expect((await before.result()).status).toBe('succeeded');
    expect((await after.result()).status).toBe('succeeded');
    const later = await engine.submit(good);
    expect((await later.result()).status).toBe('succeeded');
    expect((await engine.diagnose()).findings.some(({ goal }) => goal === broken.id)).toBe(true);
  });

  test('lets a goal have the lock that the one held which was set aside', async () => {
    const script = createScript();
    const tools = [...script.tools, createBrittleTool()];
    await using engine = await createEngine({ store: 'memory', tools });
    const waits = { tool: 'script.act' };
    const broken = await engine.submit({
      version: 1,
      goal: { name: 'bad' },
      tasks: { a: { action: waits, requires }, b: { action: waits }, c: { action: act(true), after: ['b'] } },
    });
    const other = await engine.submit({
      version: 1,
      goal: { name: 'good' },
      tasks: { a: { action: act(false), requires } },
    });
    await engine.settled();
    expect((await other.snapshot()).status).not.toBe('succeeded');
    script.find('script.act', broken.id, 'b')?.succeed();
    await expect(broken.result()).rejects.toThrow('no such class');
    expect((await other.result()).status).toBe('succeeded');
    script.find('script.act', broken.id, 'a')?.succeed();
  });

  test('does not take a goal whose first turn fails', async () => {
    await using engine = await createEngine({ store: 'memory', tools: [createBrittleTool()] });
    const submitted = engine.submit(
      { version: 1, goal: { name: 'bad' }, tasks: { a: { action: act(true) } } },
      { goalId: 'bad' },
    );
    await expect(submitted).rejects.toThrow('no such class');
    await expect(engine.goal('bad')).rejects.toThrow('There is no goal');
  });
});
