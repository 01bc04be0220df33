// Limits: each at its figure, and one step beyond (docs/limits.md). As part of all tests the figures are a hundredth
// of the documented ones; `npm run test:limits` runs them whole and prints what each took.
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { limits } from '#src/model/limits.js';
import { parsePlanDocument } from '#src/index.js';
import { createLedger, type Database } from '#src/persistence/ledger.js';
import { openStore } from '#src/persistence/store.js';
import { echo, freshFolder, openWorkbench, plan } from '../engine/workbench.js';

const isFull = process.env['STATEWRIGHT_LIMITS'] === 'full';
const figure = (whole: number): number => (isFull ? whole : whole / 100);
const mib = 1024 * 1024;
const long = isFull ? 600_000 : 60_000;

/** Does something and prints what it took: also the time of the processor, which others on the machine change less. */
async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const seconds = ((performance.now() - begun) / 1_000).toFixed(2);
  const { user, system } = process.cpuUsage(cpu);
  const used = ((user + system) / 1e6).toFixed(2);
  const memory = Math.round(process.memoryUsage.rss() / mib);
  if (isFull) console.log(`${what}: ${seconds} s, processor ${used} s, ${memory} MiB`);
  return result;
}
/** A bench on the disk; nothing is deleted by itself. */
async function open(more: Parameters<typeof openWorkbench>[0] = {}) {
  const store = await freshFolder();
  const retention = { automatic: false };
  return {
    store,
    bench: await openWorkbench({ store, durability: 'relaxed', config: { retention } as never, ...more }),
  };
}

const strategy = { maxParallelTasks: 1_000 };

describe('a plan', () => {
  test(
    'of so many tasks, and one that depends on all of them',
    async () => {
      const count = figure(limits.tasks) - 1;
      const tasks: Record<string, unknown> = {};
      for (let i = 0; i < count; i++) tasks[`t${i}`] = { action: echo(i) };
      tasks['join'] = { action: echo('joined'), after: Object.keys(tasks) };
      const { bench } = await open();
      const goal = await measured(`submit ${count + 1} tasks`, () => bench.submit(tasks, { strategy }));
      const result = await measured(`run ${count + 1} tasks`, () => goal.result());
      expect(result.counts).toMatchObject({ total: count + 1, succeeded: count + 1 });
      const shown = await measured(`show 100 of ${count + 1} tasks`, () => goal.tasks({ limit: 100 }));
      expect(shown.length).toBe(100);
      const { bytes } = await measured(`delete a goal of ${count + 1} tasks`, () =>
        bench.engine.collect({ keep: 0 }),
      );
      expect(bytes).toBeGreaterThan(count * 100);
    },
    long,
  );

  test('of more is refused', () => {
    const tasks: Record<string, unknown> = {};
    for (let i = 0; i <= limits.tasks; i++) tasks[`t${i}`] = null;
    const text = JSON.stringify(plan(tasks));
    expect(() => parsePlanDocument(text)).toThrow(
      /tasks: expected at most 100000 tasks, got 100001.*forEach/s,
    );
  });

  test(
    'as text: of so many characters, and of more',
    async () => {
      const filler = 'x'.repeat(figure(limits.documentLength) - 200);
      const document = JSON.stringify(plan({ a: { action: echo('a') } }, { metadata: { filler } }));
      await measured(`read a document of ${document.length} characters`, async () =>
        parsePlanDocument(document),
      );
      const tooLong = `${JSON.stringify(plan({}))}${' '.repeat(limits.documentLength)}`;
      expect(() => parsePlanDocument(tooLong)).toThrow(/at most 33554432 characters, got \d+.*files/s);
    },
    long,
  );

  test(
    'as YAML of so many tasks',
    async () => {
      const count = figure(20_000);
      const lines = ['version: 1', 'goal: Many', 'tasks:'];
      for (let i = 0; i < count; i++)
        lines.push(`  t${i}: { action: { tool: fs.read, input: { path: f${i} } } }`);
      const text = lines.join('\n');
      const { graph } = await measured(`read YAML of ${count} tasks`, async () => parsePlanDocument(text));
      expect(graph.ids.length).toBe(count);
    },
    long,
  );
});

describe('a loop', () => {
  test(
    'of so many items',
    async () => {
      const count = figure(limits.rounds);
      const { bench } = await open();
      const { result } = await measured(`loop over ${count} items`, () =>
        bench.run(
          {
            list: { action: echo(Array.from({ length: count }, (_, i) => i)) },
            each: { action: { forEach: '{{ tasks.list.output }}', width: 1_000, do: echo('{{ item }}') } },
          },
          { strategy },
        ),
      );
      expect(result.tasks['each']).toMatchObject({ status: 'succeeded' });
      expect(result.status).toBe('succeeded');
    },
    long,
  );

  test('of more fails its task, and says what to do', async () => {
    const { bench } = await open();
    const items = Array.from({ length: limits.rounds + 1 }, () => 0);
    const { result } = await bench.run({
      list: { action: echo(items) },
      each: { action: { forEach: '{{ tasks.list.output }}', do: echo(1) } },
    });
    expect(result.tasks['each']?.failure?.message).toMatch(/at most 100000 items.*gives 100001.*parts/);
  });
});

describe('values', () => {
  /** A text whose JSON has so many bytes. */
  const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2);
  const most = 16 * mib;

  test(
    'of tasks: inline, apart, at the limit, and over it',
    async () => {
      const { bench } = await open();
      const sizes = { inline: 64 * 1024, apart: 64 * 1024 + 1, most };
      for (const [goalId, bytes] of Object.entries(sizes)) {
        const goal = await bench.submit(
          { a: { action: { tool: 'held.work', input: { name: goalId } } } },
          {},
          { goalId },
        );
        (await bench.held.call(goalId)).finish(ofBytes(bytes));
        const task = (await measured(`an output of ${bytes} bytes`, () => goal.result())).tasks['a'];
        expect(task?.status).toBe('succeeded');
        expect(task?.outputBlob !== undefined).toBe(goalId !== 'inline');
      }
      const goal = await bench.submit({ a: { action: { tool: 'held.work', input: { name: 'over' } } } });
      (await bench.held.call('over')).finish(ofBytes(most + 1));
      expect((await goal.result()).tasks['a']?.failure).toMatchObject({
        code: 'output-too-large',
        message: expect.stringMatching(/16777217 bytes is over the limit of 16777216.*file/) as string,
      });
    },
    long,
  );

  test(
    'of signals and inputs: at the limit, and over it; the goal is not hurt',
    async () => {
      const { bench } = await open();
      const wait = { action: { wait: { signal: 'go' } } };
      const goal = await bench.submit({ a: wait, b: { action: echo('b'), after: ['a'] } });
      await expect(goal.signal('go', ofBytes(most + 1))).rejects.toMatchObject({
        code: 'COMMAND_REFUSED',
        message: expect.stringMatching(/16777217 bytes .*16777216.*file/) as string,
      });
      await goal.signal('go', ofBytes(most));
      expect((await goal.result()).status).toBe('succeeded');
      const inputs = { inputs: { text: { type: 'string' } } };
      const given = (length: number) =>
        bench.submit({ a: { action: echo('a') } }, inputs, { inputs: { text: 'x'.repeat(length) } });
      await given(most - 100);
      await expect(given(most)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/inputs are too large.*16777216 bytes/) as string,
      });
    },
    long,
  );

  test('what a failure says is cut', async () => {
    const { bench } = await open();
    const goal = await bench.submit({ a: { action: { tool: 'held.work', input: { name: 'a' } } } });
    const details = { text: 'x'.repeat(limits.failureDetails) };
    (await bench.held.call('a')).fail({ message: 'm'.repeat(10 * mib), details });
    const failure = (await goal.result()).tasks['a']?.failure;
    expect(failure?.message).toMatch(/^m{16384}… \(10485760 characters\)$/);
    expect(failure?.details).toBeUndefined();
  });
});

describe('a goal', () => {
  test(
    'of so many facts is shown in pages, from either end and the middle',
    async () => {
      const count = figure(1_000_000);
      const { store, bench } = await open();
      const { facts } = await bench.run({ a: { action: echo('a') } }, {}, { goalId: 'long' });
      await bench.engine.close();
      await appendFacts(store, count - facts.length);
      const second = await openWorkbench({ store, durability: 'relaxed' });
      const goal = await second.engine.goal('long');
      for (const [what, options] of Object.entries({
        first: { limit: 1_000 },
        middle: { from: count / 2, limit: 1_000 },
        last: { reverse: true, limit: 1_000 },
      })) {
        const page = await measured(`the ${what} 1,000 of ${count} facts`, () => goal.facts(options));
        expect(page.facts.length).toBe(1_000);
        const at = { first: 1, middle: count / 2, last: count }[what] ?? 0;
        expect(page.facts[0]?.seq).toBe(at);
      }
      let read = 0;
      await measured(`all of ${count} facts, one by one`, async () => {
        for await (const fact of goal.events({ follow: false })) read = fact.seq;
      });
      expect(read).toBe(count);
      const { bytes } = await measured(`delete a goal of ${count} facts`, () =>
        second.engine.collect({ keep: 0 }),
      );
      expect(bytes).toBeGreaterThan(count * 50);
    },
    long,
  );

  test(
    'of so many tasks that wait at once, each for its signal',
    async () => {
      const count = figure(10_000);
      const tasks: Record<string, unknown> = {};
      for (let i = 0; i < count; i++) tasks[`t${i}`] = { action: { wait: { signal: `s${i}` } } };
      const { bench } = await open();
      const goal = await measured(`begin ${count} waits`, async () => {
        const begun = await bench.submit(tasks, { strategy: { maxParallelTasks: count } });
        let waiting = 0;
        for await (const { type } of begun.events())
          if (type === 'task.blocked' && ++waiting === count) break;
        return begun;
      });
      const { waits } = await measured(`explain ${count} waits`, () => goal.explain());
      expect(waits.length).toBe(count);
      await measured(`answer ${count} waits`, async () => {
        await Promise.all(Array.from({ length: count }, (_, i) => goal.signal(`s${i}`, i)));
        expect((await goal.result()).counts.succeeded).toBe(count);
      });
    },
    long,
  );

  test('keeps so many signals that nobody waits for; the next is refused', async () => {
    const { bench } = await open();
    const goal = await bench.submit({ a: { action: { wait: { signal: 'go' } } } });
    for (let i = 0; i < 100; i++) await goal.signal(`early${i}`);
    await expect(goal.signal('late')).rejects.toMatchObject({
      message: expect.stringMatching(/100 signals are kept already/) as string,
    });
    await expect(goal.signal('x'.repeat(129))).rejects.toMatchObject({
      message: expect.stringMatching(/1 to 128 characters, got 129/) as string,
    });
  });

  test('and its tasks have names of at most 128 characters', async () => {
    const { bench } = await open();
    const id = 'n'.repeat(128);
    const { result } = await bench.run({ [id]: { action: echo(1) } }, {}, { goalId: id });
    expect(result.status).toBe('succeeded');
    await expect(bench.submit({ [`${id}n`]: { action: echo(1) } })).rejects.toThrow(/1 to 128 letters/);
    await expect(bench.submit({ a: { action: echo(1) } }, {}, { goalId: `${id}n` })).rejects.toThrow(
      /1 to 128/,
    );
    await expect(bench.submit({ a: { action: echo(1) } }, { goal: 'g'.repeat(501) })).rejects.toThrow(/500/);
  });
});

describe('a store', () => {
  test(
    'of so many goals that wait: listed, opened again, and ended',
    async () => {
      const count = figure(10_000);
      const { store, bench } = await open();
      await measured(`begin ${count} goals`, async () => {
        for (let i = 0; i < count; i += 100) {
          const part = Array.from({ length: 100 }, (_, n) => `g${i + n}`);
          await Promise.all(
            part.map((goalId) => bench.submit({ a: { action: { wait: { signal: 'go' } } } }, {}, { goalId })),
          );
        }
      });
      await bench.engine.close({ graceMs: 0 });
      const second = await measured(`open a store of ${count} goals that wait`, () =>
        openWorkbench({ store, durability: 'relaxed' }),
      );
      const list = await measured(`list ${count} goals`, () => second.engine.goals({ status: 'open' }));
      expect(list.length).toBe(count);
      await measured(`end ${count} goals`, async () => {
        for (let i = 0; i < count; i += 100) {
          await Promise.all(
            Array.from({ length: 100 }, async (_, n) => {
              const goal = await second.engine.goal(`g${i + n}`);
              await goal.signal('go');
              expect((await goal.result()).status).toBe('succeeded');
            }),
          );
        }
      });
      const { goals } = await measured(`delete ${count} goals`, () => second.engine.collect({ keep: 0 }));
      expect(goals.length).toBe(count);
      expect((await second.engine.diagnose()).findings).toEqual([]);
    },
    long,
  );
});

/** Adds facts of the goal `long` to a closed store, a hundred in a batch. */
async function appendFacts(store: string, count: number): Promise<void> {
  const level = new Level<string, string>(join(store, 'db'), { valueEncoding: 'utf8' });
  await level.open();
  const db = level as unknown as Database;
  const { lastCommit, lastSeq } = await openStore(db, 1);
  const ledger = createLedger({ db, durability: 'relaxed', lastCommit, lastSeq, onWriteError: () => {} });
  for (let left = count; left > 0; ) {
    const turn = ledger.begin();
    for (let i = 0; i < 100 && left > 0; i++, left--) {
      const data = { taskId: `t${left % 1_000}`, attempt: 1 };
      turn.fact({ at: 1, goal: 'long', actor: 'task/long/a', type: 'attempt.completed', data });
    }
    ledger.end();
    await ledger.settled();
  }
  await level.close();
}
