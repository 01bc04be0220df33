// A disk that is really full: a file system of its own in memory, filled by the engine itself. Room is made, and it goes
// on. Skipped where mounting is not allowed.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineTool, type Engine, type Fact, type Json } from '#src/index.js';

const diskMb = 40;
const place = mkdtempSync(join(tmpdir(), 'statewright full '));

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const isMounted = mount();
if (!isMounted) console.log('full-disk.test.ts is skipped: a file system of its own cannot be mounted here.');
afterAll(() => {
  if (isMounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true, force: true });
});

const store = join(place, 'store');
const ran: string[] = [];
const opened: Engine[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close({ graceMs: 0 });
});
async function open(): Promise<Engine> {
  const engine = await createEngine({
    store,
    endpoint: false,
    builtinTools: false,
    tools: [
      defineTool({
        name: 'fill.some',
        description: 'Gives what takes room.',
        input: z.object({ name: z.string() }),
        output: z.any(),
        effect: 'once',
        run: ({ name }) => {
          ran.push(name);
          return randomBytes(30_000).toString('base64') as Json;
        },
      }),
    ],
  });
  opened.push(engine);
  return engine;
}

const count = 300;
const document = {
  version: 1,
  goal: { name: 'Fill' },
  strategy: { maxParallelTasks: 8 },
  tasks: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `t${i}`,
      { action: { tool: 'fill.some', input: { name: `t${i}` } }, after: i < 8 ? [] : [`t${i - 8}`] },
    ]),
  ),
};

/** Resolves when there is trouble with the store, or none any more. */
const untilTrouble = (engine: Engine, wanted: boolean): Promise<void> =>
  new Promise((resolve) => {
    const subscription = engine.telemetry$.subscribe((one) => {
      if (one.kind !== 'store' || (one.trouble !== undefined) !== wanted) return;
      subscription.unsubscribe();
      resolve();
    });
  });

test.skipIf(!isMounted)(
  'the engine fills it, waits, goes on when there is room, and has lost nothing',
  { timeout: 120_000 },
  async () => {
    const filler = join(place, 'filler');
    let engine = await open();
    const full = untilTrouble(engine, true);
    // Leaves less than the goal needs.
    await expect.poll(() => existsSync(join(store, 'ballast')), { timeout: 10_000 }).toBe(true);
    writeFileSync(filler, Buffer.alloc((diskMb - 8 - 5) * 1024 * 1024));
    const goal = await engine.submit(document, { goalId: 'fill' });
    await full;
    expect((await engine.trouble())?.message).toMatch(/No space left/);
    const [done, begun] = [(await goal.snapshot()).counts.succeeded, ran.length];
    expect(done).toBeLessThan(count);
    await expect(goal.pause()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect((await engine.goals()).map(({ status }) => status)).toEqual(['executing']);
    expect(ran.length).toBe(begun);
    const told: Fact[] = [];
    for await (const fact of goal.events({ follow: false })) told.push(fact);

    const over = untilTrouble(engine, false);
    rmSync(filler);
    await over;
    expect((await goal.result()).status).toBe('succeeded');
    // None was run twice, though its outcome waited.
    expect(ran.toSorted()).toEqual(Object.keys(document.tasks).toSorted());
    expect((await engine.diagnose()).findings).toEqual([]);
    await engine.close();
    expect(statSync(join(store, 'ballast')).size).toBe(8 * 1024 * 1024);

    engine = await open();
    const kept: Fact[] = [];
    for await (const fact of engine.events({ follow: false })) kept.push(fact);
    expect(kept.slice(0, told.length)).toEqual(told);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => i + 1));
    expect(kept.filter(({ type }) => type === 'task.succeeded').length).toBe(count);
    expect(kept.some(({ type }) => type === 'store.recovered')).toBe(true);
    await engine.close();
  },
);

test.skipIf(!isMounted)(
  'a store on a full disk can be opened: the ballast is given up for it',
  { timeout: 60_000 },
  async () => {
    let engine = await open();
    await engine.submit(
      { version: 1, goal: { name: 'Late' }, tasks: { a: { action: { wait: 3_600_000 } } } },
      { goalId: 'late' },
    );
    await engine.close();
    const filler = join(place, 'filler');
    // To the last byte.
    for (const size of [1024 * 1024, 4096]) {
      for (let i = 0; ; i++) {
        try {
          writeFileSync(`${filler}.${size}.${i}`, Buffer.alloc(size));
        } catch {
          break;
        }
      }
    }
    engine = await open();
    expect((await engine.goals({ status: 'open' })).map(({ id }) => id)).toEqual(['late']);
    expect(existsSync(join(store, 'ballast'))).toBe(false);
    await engine.close();
  },
);
