// Long chains: mail that sets off mail 20,000 times in one turn overflows no stack and is one commit.
import { MemoryLevel } from 'memory-level';
import { describe, expect, test } from 'vitest';
import { emit, setup } from 'xstate';
import { createActorSystem } from '#src/actors/system.js';
import type { ActorSystem, ChartBinding } from '#src/actors/system-types.js';
import { createEngine } from '#src/engine.js';
import { mail, type Emitted } from '#src/machines/protocol.js';
import type { ActorKind } from '#src/model/address.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';

const hops = 20_000;

/** An actor that passes a message on to its mate until it has been passed often enough. */
const relay = setup({
  types: {
    context: {} as { readonly mate: string; readonly left: number },
    events: {} as { type: 'hop'; left: number },
    input: {} as { mate: string },
    emitted: {} as Emitted,
  },
}).createMachine({
  context: ({ input }) => ({ mate: input.mate, left: hops }),
  initial: 'passing',
  states: {
    passing: {
      on: {
        hop: [
          {
            guard: ({ event }) => event.left > 0,
            actions: emit(({ context, event }) => mail(context.mate, { type: 'hop', left: event.left - 1 })),
          },
          { target: 'tired' },
        ],
      },
    },
    tired: {},
  },
});

describe(`a chain of ${hops} hops`, () => {
  test('between two actors is one turn and one commit', async () => {
    const level = new MemoryLevel<string, string>({ valueEncoding: 'utf8' });
    await level.open();
    const ledger = createLedger({
      db: level as unknown as Database,
      durability: 'memory',
      lastCommit: 0,
      lastSeq: 0,
      onWriteError: (error) => {
        throw error;
      },
    });
    const chart = { machine: relay, version: 1 } as unknown as ChartBinding;
    const faults: unknown[] = [];
    const system: ActorSystem = createActorSystem({
      ledger,
      charts: { goal: chart, plan: chart, task: chart, monitor: chart, contingency: chart } satisfies Record<
        ActorKind,
        ChartBinding
      >,
      now: () => 1,
      random: () => 0.5,
      desk: () => undefined,
      onChange: () => {},
      onFault: (_goalId, _where, error) => faults.push(error),
    });
    await system.perform('g', (turn) => {
      turn.spawn('', 'task/g/a', { mate: 'task/g/b' });
      turn.spawn('', 'task/g/b', { mate: 'task/g/a' });
    });
    const before = ledger.commits();
    system.post('task/g/a', { type: 'hop', left: hops });
    await system.perform('g', () => {});
    expect(faults).toEqual([]);
    expect(system.snapshot('task/g/a')?.value).toBe('tired');
    expect(ledger.commits()).toBe(before + 1);
    await level.close();
  });

  test('through a plan: tasks that are skipped one after the other', async () => {
    await using engine = await createEngine({ store: 'memory', builtinTools: false });
    const tasks: Record<string, unknown> = {};
    for (let i = 0; i < hops; i++) {
      tasks[`t${i}`] = {
        action: { wait: { durationMs: 0 } },
        when: 'false',
        ...(i === 0 ? {} : { after: [`t${i - 1}`] }),
      };
    }
    const goal = await engine.submit({ version: 1, goal: { name: 'a long chain' }, tasks });
    const result = await goal.result();
    expect(result.status).toBe('succeeded');
    expect(result.counts).toMatchObject({ total: hops, skipped: hops });
  });
});
