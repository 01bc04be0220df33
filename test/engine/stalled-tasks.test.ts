// The monitor of stalled tasks.
import { describe, expect, test } from 'vitest';
import { factsOf, held, openWorkbench } from './workbench.js';

describe('the monitor of stalled tasks', () => {
  test('M1 M2 raises after the window, and clears when it ends', async () => {
    const bench = await openWorkbench({
      config: { monitor: { intervalMs: 1_000, windowMs: 3_000, stalledFactor: 2 } },
    });
    const goal = await bench.submit({
      a: { action: held('a'), estimate: { expected: '10s' } },
      b: { action: held('b') },
    });
    const a = await bench.held.call('a');
    await bench.clock.advance(20_000);
    const raised = async () => (await factsOf(goal)).filter(({ type }) => type.startsWith('monitor.'));
    expect(await raised()).toEqual([]);
    await bench.clock.advance(10_000);
    expect(await raised()).toMatchObject([{ type: 'monitor.raised', data: { taskId: 'a' } }]);
    a.finish();
    await bench.clock.advance(2_000);
    expect((await raised()).map(({ type }) => type)).toEqual(['monitor.raised', 'monitor.cleared']);
    (await bench.held.call('b')).finish();
    expect((await goal.result()).status).toBe('succeeded');
  });

  test('a task that ends within the window raises nothing', async () => {
    const bench = await openWorkbench({
      config: { monitor: { intervalMs: 1_000, windowMs: 3_000, stalledFactor: 2 } },
    });
    const goal = await bench.submit({
      a: { action: held('a'), estimate: { expected: '10s' } },
      b: { action: held('b') },
    });
    const a = await bench.held.call('a');
    await bench.clock.advance(21_500);
    a.finish();
    await bench.clock.advance(10_000);
    (await bench.held.call('b')).finish();
    await goal.result();
    expect((await factsOf(goal)).filter(({ type }) => type.startsWith('monitor.'))).toEqual([]);
  });
});
