// Scenes that no path of a single chart leads to: what plans do with each other, with locks and with compensation.
import { expect } from 'vitest';
import type { GoalHandle } from '#src/engine/api.js';
import { patienceMs, type RealEngine } from './real-engine.js';

export interface Situation {
  readonly name: string;
  readonly play: (world: RealEngine, goalId: string) => Promise<void>;
}

const forever = 1_000_000_000_000;
const act = { tool: 'script.act' };
const work = (more: Record<string, unknown> = {}) => ({ action: act, timeoutMs: forever, ...more });
const withLocks = (...names: string[]) => work({ requires: { locks: names.map((name) => ({ name })) } });

async function submit(
  world: RealEngine,
  goalId: string,
  document: Record<string, unknown>,
): Promise<GoalHandle> {
  const goal = await world.engine.submit({ version: 1, goal: { name: goalId }, ...document }, { goalId });
  await world.quiet();
  return goal;
}

async function answer(
  world: RealEngine,
  goalId: string,
  taskId: string,
  well: boolean,
  tool = 'script.act',
): Promise<void> {
  const call = world.script.find(tool, goalId, taskId);
  if (call === undefined) throw new Error(`${tool} was not called for ${taskId} of ${goalId}.`);
  if (well) call.succeed();
  else call.fail({ class: 'logic' });
  await world.quiet();
}

async function submitWithFailure(
  world: RealEngine,
  goalId: string,
  tasks: Record<string, unknown>,
): Promise<GoalHandle> {
  const goal = await submit(world, goalId, { tasks: { broken: work(), ...tasks } });
  await answer(world, goalId, 'broken', false);
  return goal;
}

const undoing = {
  strategy: { compensateOnFailure: true },
  tasks: { a: work({ compensate: { tool: 'script.undo' } }), b: work(), c: work({ critical: true }) },
};

export const situations: readonly Situation[] = [
  {
    name: 'two people approve a result, one after the other',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, { tasks: { a: work({ review: { quorum: 2 } }) } });
      await answer(world, goalId, 'a', true);
      await goal.approve('a', { by: 'ann' });
      expect(world.state(`task/${goalId}/a`)).toBe('blocked.approval.asking');
      await goal.approve('a', { by: 'bob' });
      await world.quiet();
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'what is asked for changes while it is asked for, and again after it was approved',
    play: async (world, goalId) => {
      const lock = { requires: { locks: [{ name: goalId }] } };
      await submit(world, `${goalId}-holder`, { tasks: { h: withLocks(goalId) } });
      const goal = await submitWithFailure(world, goalId, { a: work({ approval: 'required', ...lock }) });
      await goal.retry('broken');
      await answer(world, goalId, 'broken.2', false);
      await goal.approve('a');
      await goal.retry('broken.2');
      await answer(world, goalId, 'broken.3', true);
      await answer(world, `${goalId}-holder`, 'h', true);
      expect(world.state(`task/${goalId}/a`)).toBe('blocked.approval.asking');
      await goal.approve('a');
      await world.quiet();
      await answer(world, goalId, 'a', true);
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'a plan that succeeds in part is undone and ends partial',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, undoing);
      await answer(world, goalId, 'a', true);
      await answer(world, goalId, 'c', true);
      await answer(world, goalId, 'b', false);
      await answer(world, goalId, 'a~undo', true, 'script.undo');
      expect((await goal.snapshot()).status).toBe('partial');
    },
  },
  {
    name: 'a plan whose critical task fails is undone and fails',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, undoing);
      await answer(world, goalId, 'a', true);
      await answer(world, goalId, 'c', false);
      await answer(world, goalId, 'b', true);
      await answer(world, goalId, 'a~undo', true, 'script.undo');
      expect((await goal.snapshot()).status).toBe('failed');
    },
  },
  {
    name: 'a plan waits for two locks that come one after the other',
    play: async (world, goalId) => {
      const [one, two] = [`${goalId}-one`, `${goalId}-two`];
      await submit(world, one, { tasks: { h: withLocks(one) } });
      await submit(world, two, { tasks: { h: withLocks(two) } });
      const goal = await submit(world, goalId, { tasks: { a: withLocks(one, two) } });
      expect(world.state(`plan/${goalId}`)).toBe('blocked.waiting');
      await answer(world, one, 'h', true);
      expect(world.state(`plan/${goalId}`)).toBe('blocked.waiting');
      await answer(world, two, 'h', true);
      await answer(world, goalId, 'a', true);
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'a task that waits for a lock says so when it waits for a place instead',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, {
        strategy: {
          maxParallelTasks: 1,
          retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1_000 } },
        },
        tasks: {
          a: withLocks(goalId),
          go: { action: { wait: { signal: 'go' } } },
          b: work({ after: ['go'] }),
        },
      });
      const waits = async (): Promise<string[]> =>
        (await goal.explain()).waits.flatMap(({ subject, detail }) => (subject === 'a' ? [detail] : []));
      world.script.find('script.act', goalId, 'a')?.fail();
      await world.quiet();
      await submit(world, `${goalId}-holder`, { tasks: { h: withLocks(goalId) } });
      await world.moveBy(1_000);
      expect(await waits()).toEqual([expect.stringContaining('a lock')]);
      await goal.signal('go');
      await world.quiet();
      await answer(world, `${goalId}-holder`, 'h', true);
      expect(await waits()).toEqual([expect.stringContaining('a place')]);
      await answer(world, goalId, 'b', true);
      await answer(world, goalId, 'a', true);
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'a plan gives up waiting for a lock that never comes',
    play: async (world, goalId) => {
      const holder = await submit(world, `${goalId}-holder`, { tasks: { h: withLocks(goalId) } });
      const goal = await submit(world, goalId, { tasks: { a: withLocks(goalId) } });
      await world.moveBy(patienceMs);
      expect((await goal.snapshot()).status).toBe('failed');
      await holder.abort();
    },
  },
  {
    name: 'a task comes back from its back-off while the plan is paused',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, {
        strategy: { retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 1_000 } } },
        tasks: { a: work() },
      });
      world.script.find('script.act', goalId)?.fail();
      await world.quiet();
      await goal.pause();
      await world.moveBy(1_000);
      expect(world.state(`task/${goalId}/a`)).toBe('blocked.resource');
      await goal.resume();
      await world.quiet();
      await answer(world, goalId, 'a', true);
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'a contingency tries its task again after a while, and that helps',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, {
        contingencies: [{ id: 'c', actions: [{ id: 'again', do: { retry: { delayMs: 5_000 } } }] }],
        tasks: { a: work() },
      });
      await answer(world, goalId, 'a', false);
      await world.moveBy(5_000);
      await answer(world, goalId, 'a', true);
      expect(world.state(`contingency/${goalId}/c/a`)).toBe('succeeded');
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
  {
    name: 'a contingency that gives up has its fallback skip the task',
    play: async (world, goalId) => {
      const goal = await submit(world, goalId, {
        contingencies: [
          {
            id: 'first',
            fallback: 'second',
            actions: [{ id: 'up', do: { escalate: 'too hard' } }],
            cost: 0.1,
          },
          { id: 'second', actions: [{ id: 'skip', do: { skip: true } }] },
        ],
        tasks: { a: work(), b: work() },
      });
      await answer(world, goalId, 'a', false);
      expect(world.state(`contingency/${goalId}/first/a`)).toBe('failed');
      expect(world.state(`contingency/${goalId}/second/a`)).toBe('succeeded');
      await answer(world, goalId, 'b', true);
      expect((await goal.snapshot()).status).toBe('succeeded');
    },
  },
];
