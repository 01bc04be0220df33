// Large plans: they run, what an actor persists has a constant size, and the work for a task does not grow with
// the plan. Counted, not timed: bench/ measures.
import { Level } from 'level';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeRecord } from '#src/persistence/codec.js';
import { createHeld, echo, freshFolder, handClock, held, note, openWorkbench, settle } from './workbench.js';

/** Layers of trivial tasks, each depending on three of the layer before. */
function layered(layers: number, width: number): Record<string, unknown> {
  const tasks: Record<string, unknown> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (let i = 0; i < width; i++) {
      const after = layer === 0 ? [] : [0, 7, 13].map((shift) => `t${layer - 1}x${(i + shift) % width}`);
      tasks[`t${layer}x${i}`] = { action: note(i), after: [...new Set(after)] };
    }
  }
  return tasks;
}

describe('10,000 tasks in 10 layers', () => {
  test('all run once, none before those it depends on', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit(layered(10, 1_000), { strategy: { maxParallelTasks: 200 } });
    const order = new Map<string, number>();
    const started = new Map<string, number>();
    for await (const { type, seq, data } of goal.events()) {
      const id = String(data['taskId']);
      if (type === 'task.succeeded') order.set(id, seq);
      if (type === 'attempt.started') {
        expect(started.has(id)).toBe(false);
        started.set(id, seq);
      }
    }
    const result = await goal.result();
    expect(result.counts).toMatchObject({ total: 10_000, succeeded: 10_000 });
    expect(bench.notes.length).toBe(10_000);
    for (const [id, seq] of started) {
      const [layer = 0, i = 0] = id.slice(1).split('x').map(Number);
      if (layer === 0) continue;
      for (const shift of [0, 7, 13]) {
        expect(order.get(`t${layer - 1}x${(i + shift) % 1_000}`)).toBeLessThan(seq);
      }
    }
  }, 60_000);
});

describe('what is persisted', () => {
  /** Sizes of the actors' records while a plan of so many tasks is half done. */
  async function sizes(count: number): Promise<Map<string, number>> {
    const store = await freshFolder();
    const calls = createHeld();
    const bench = await openWorkbench({ store, held: calls, clock: handClock(), durability: 'relaxed' });
    const tasks: Record<string, unknown> = { hold: { action: held('hold'), after: [`t${count / 2}`] } };
    for (let i = 0; i < count; i++) {
      tasks[`t${i}`] = { action: echo(i), ...(i > count / 2 ? { after: ['hold'] } : {}) };
    }
    await bench.submit(tasks, { strategy: { maxParallelTasks: 50 } }, { goalId: 'g' });
    await calls.call('hold');
    for (let before = -1, now = 0; now !== before; ) {
      await settle();
      before = now;
      now = (await (await bench.engine.goal('g')).snapshot()).counts.succeeded;
    }
    await bench.engine.close({ graceMs: 0 });
    const db = new Level<string, string>(join(store, 'db'), { valueEncoding: 'utf8' });
    const found = new Map<string, number>();
    for await (const [key, value] of db.iterator({ gte: '!actors!', lt: '!actors!\uffff' })) {
      decodeRecord(key, value);
      found.set(key.replace(/!actors!g\//, ''), value.length);
    }
    await db.close();
    return found;
  }

  test('has the same size whatever the size of the plan', async () => {
    const small = await sizes(20);
    const large = await sizes(2_000);
    expect([...small.keys()].sort()).toEqual([...large.keys()].sort());
    expect([...large.keys()].some((key) => key.startsWith('plan'))).toBe(true);
    for (const [key, size] of large) {
      // Numbers have more digits, nothing else may differ.
      expect(size - (small.get(key) ?? 0)).toBeLessThan(60);
      expect(size).toBeLessThan(4_000);
    }
  });
});

describe('the work for a task', () => {
  /** Records read and written for each task of a plan, beyond those of a plan with one task. */
  async function writesPerTask(count: number): Promise<{ facts: number; bytes: number }> {
    const bench = await openWorkbench();
    let bytes = 0;
    let facts = 0;
    bench.engine.telemetry$.subscribe((one) => {
      if (one.kind !== 'fact') return;
      facts += 1;
      bytes += JSON.stringify(one.fact).length;
    });
    const { result } = await bench.run(layered(4, count / 4), { strategy: { maxParallelTasks: 20 } });
    expect(result.counts.succeeded).toBe(count);
    return { facts: facts / count, bytes: bytes / count };
  }

  test('does not grow with the plan', async () => {
    const small = await writesPerTask(80);
    const large = await writesPerTask(2_000);
    expect(large.facts).toBeLessThanOrEqual(small.facts);
    expect(large.bytes).toBeLessThanOrEqual(small.bytes * 1.05);
  });
});
