// The store of an engine: opening, closing, damage, and what is deleted when.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { createEngine, type Fact } from '#src/index.js';
import { decodeRecord, encodeRecord } from '#src/persistence/codec.js';
import { keys } from '#src/persistence/keys.js';
import {
  createHeld,
  echo,
  factsOf,
  freshFolder,
  handClock,
  held,
  note,
  openWorkbench,
  plan,
  settle,
  statuses,
  until,
} from './workbench.js';

/** Changes a closed store behind the engine's back. */
async function meddle(store: string, work: (db: Level<string, string>) => Promise<unknown>): Promise<void> {
  const db = new Level<string, string>(join(store, 'db'), { valueEncoding: 'utf8' });
  await db.open();
  await work(db);
  await db.close();
}

/** Flips one bit in the middle of a record. */
async function flip(db: Level<string, string>, key: string): Promise<void> {
  const value = await db.get(key);
  expect(value).toBeDefined();
  const bytes = Buffer.from(value ?? '');
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await db.put(key, bytes.toString());
}

async function openBoth() {
  const store = await freshFolder();
  const options = { store, clock: handClock(), held: createHeld(), durability: 'relaxed' as const };
  return { store, options, bench: await openWorkbench(options) };
}

describe('closing and opening', () => {
  test('close waits for what runs, up to the grace; what had ended is there, the rest goes on', async () => {
    const { options, bench } = await openBoth();
    const calls = options.held;
    const goal = await bench.submit({
      a: { action: held('a') },
      b: { action: held('b') },
      c: { action: note('c'), after: ['a'] },
    });
    const a = await calls.call('a');
    const b = await calls.call('b');
    const closing = bench.engine.close({ graceMs: 5_000 });
    await settle();
    a.finish('in time');
    await options.clock.advance(5_000);
    await closing;
    expect(b.context.signal.aborted).toBe(true);
    await expect(bench.submit({ x: { action: echo(1) } })).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(bench.notes).toEqual([]);

    const second = await openWorkbench(options);
    (await calls.call('b')).finish('again');
    const result = await (await second.engine.goal(goal.id)).result();
    expect(result.tasks['a']).toMatchObject({ output: 'in time', attempts: 1 });
    expect(result.tasks['b']).toMatchObject({ output: 'again', attempts: 1 });
    expect(second.notes).toEqual(['c']);
    expect(calls.log).toEqual(['a', 'b', 'b']);
  });

  test('a `once` task that was under way is interrupted, and asked about', async () => {
    const { options, bench } = await openBoth();
    const goal = await bench.submit({
      a: { action: { tool: 'held.once', input: { name: 'a' } } },
      probed: { action: { tool: 'held.once', input: { name: 'p' } }, probe: echo(true) },
      keyed: { action: { tool: 'held.keyed', input: { name: 'k' } } },
    });
    for (const name of ['a', 'p', 'k']) await options.held.call(name);
    await bench.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    const again = await second.engine.goal(goal.id);
    const k = await options.held.call('k');
    k.finish();
    expect((await until(again, 'task.blocked', 'a')).data['kind']).toBe('interrupted');
    await again.approve('a');
    const result = await again.result();
    expect(statuses(result)).toEqual({ a: 'succeeded', probed: 'succeeded', keyed: 'succeeded' });
    expect(options.held.log.sort()).toEqual(['a', 'k', 'k', 'p']);
  });

  test('closing while tasks fail and retry at once ends', async () => {
    const { options, bench } = await openBoth();
    await bench.submit({
      a: { action: held('a'), retry: { maxRetries: 1000, backoff: { kind: 'fixed', baseMs: 0 } } },
    });
    const a = await options.held.call('a');
    const closing = bench.engine.close({ graceMs: 60_000 });
    a.fail({ class: 'transient' });
    await settle(20);
    await closing;
    expect(options.held.log.length).toBe(1);
    const second = await openWorkbench(options);
    (await options.held.call('a')).finish();
    expect((await second.engine.goals({ status: 'open' })).length).toBeLessThanOrEqual(1);
  });

  test('closing twice, and using a closed engine', async () => {
    const { bench } = await openBoth();
    const goal = await bench.submit({ a: { action: held('a') } });
    await bench.held.call('a');
    const result = expect(goal.result()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    const events = goal.events() as AsyncGenerator<Fact>;
    expect(await events.next()).toMatchObject({ value: { seq: 1 } });
    const following = factsUntilEnd(events);
    // The shorter grace holds, whoever asked first.
    await Promise.all([bench.engine.close(), bench.engine.close({ graceMs: 0 })]);
    await result;
    await following;
    await expect(goal.pause()).rejects.toThrow();
  });

  test('waits, approvals, signals and pauses survive; acknowledged commands are there', async () => {
    const { options, bench } = await openBoth();
    const goal = await bench.submit({
      time: { action: { wait: '1h' } },
      signal: { action: { wait: { signal: 'go' } } },
      early: { action: { wait: { signal: 'soon' } }, after: ['hold'] },
      ask: { action: note('asked'), approval: 'required' },
      backs: { action: held('backs'), retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 60_000 } } },
      hold: { action: held('hold') },
    });
    (await options.held.call('backs')).fail({ class: 'transient' });
    await options.held.call('hold');
    await until(goal, 'task.blocked', 'ask');
    await until(goal, 'task.retrying', 'backs');
    await goal.signal('go', 1);
    await goal.signal('soon', 2);
    await goal.pause();
    await bench.engine.close({ graceMs: 0 });

    const second = await openWorkbench(options);
    const again = await second.engine.goal(goal.id);
    expect((await again.snapshot()).status).toBe('blocked');
    await again.resume();
    await again.approve('ask');
    (await options.held.call('hold')).finish();
    await options.clock.advance(60_000);
    (await options.held.call('backs')).finish();
    await options.clock.advance(3_600_000);
    const result = await again.result();
    expect(result.status).toBe('succeeded');
    expect(result.tasks['signal']?.output).toBe(1);
    expect(result.tasks['early']?.output).toBe(2);
    expect(second.notes).toEqual(['asked']);
  });

  test('locks and resources are taken back before anybody goes on', async () => {
    const { options, bench } = await openBoth();
    const lock = { requires: { locks: [{ name: 'disk' }] } };
    await bench.submit(
      { first: { action: held('first') }, wants: { action: held('wants'), after: ['first'], ...lock } },
      {},
      { goalId: 'a-earlier' },
    );
    await bench.submit({ holds: { action: held('holds'), ...lock } }, {}, { goalId: 'b-later' });
    await options.held.call('holds');
    (await options.held.call('first')).finish();
    await settle();
    expect(options.held.open()).toEqual(['holds']);
    await bench.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    const holds = await options.held.call('holds');
    await settle(20);
    expect(options.held.open()).toEqual(['holds']);
    holds.finish();
    (await options.held.call('wants')).finish();
    for (const id of ['a-earlier', 'b-later'])
      expect((await (await second.engine.goal(id)).result()).status).toBe('succeeded');
  });

  test('a task that waits for a lock gets it after a restart', async () => {
    const { options, bench } = await openBoth();
    const lock = { requires: { locks: [{ name: 'disk' }] } };
    const goal = await bench.submit({
      tried: {
        action: held('tried'),
        priority: 9,
        retry: { maxRetries: 1, backoff: { kind: 'fixed', baseMs: 10 } },
        ...lock,
      },
      holds: { action: held('holds'), ...lock },
    });
    (await options.held.call('tried')).fail({ class: 'transient' });
    await options.held.call('holds');
    await options.clock.advance(10);
    await until(goal, 'task.blocked', 'tried');
    await bench.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    (await options.held.call('holds')).finish();
    (await options.held.call('tried')).finish();
    expect((await (await second.engine.goal(goal.id)).result()).status).toBe('succeeded');
  });

  test('what was used up stays used up', async () => {
    const { options, bench } = await openBoth();
    const needs = (amount: number) => ({
      requires: { resources: [{ name: 'fuel', amount, when: 'start' }] },
    });
    const makes = (amount: number) => ({ requires: { resources: [{ name: 'goods', amount, when: 'end' }] } });
    const goal = await bench.submit(
      {
        a: { action: held('a'), ...needs(2) },
        make: { action: note('make'), ...makes(3) },
        wait: { action: held('wait') },
        b: { action: held('b'), after: ['wait'], ...needs(2), optional: true },
        use: {
          action: note('use'),
          after: ['wait'],
          requires: { resources: [{ name: 'goods', amount: 3, when: 'start' }] },
        },
      },
      { resources: { fuel: { kind: 'consumable', initial: 3 }, goods: { kind: 'producible', initial: 0 } } },
    );
    (await options.held.call('a')).finish();
    await until(goal, 'task.succeeded', 'a');
    await bench.engine.close({ graceMs: 0 });
    const second = await openWorkbench(options);
    (await options.held.call('wait')).finish();
    const again = await second.engine.goal(goal.id);
    await until(again, 'task.succeeded', 'use');
    await settle(20);
    expect(options.held.open()).toEqual([]);
    expect((await again.snapshot()).status).toBe('blocked');
    await again.abort();
    await again.result();
  });
});

describe('who may open a store', () => {
  test('a second engine is refused with who has it', async () => {
    const { store } = await openBoth();
    await expect(createEngine({ store })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringMatching(new RegExp(`process ${process.pid}`)) as string,
    });
  });

  test('a store of a newer format is refused, and not touched', async () => {
    const { store, bench } = await openBoth();
    await bench.engine.close();
    await meddle(store, async (db) =>
      db.put(keys.format, encodeRecord(keys.format, { format: 99, createdAt: 0 })),
    );
    await expect(createEngine({ store })).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringMatching(/99/) as string,
    });
    await meddle(store, async (db) =>
      expect(decodeRecord(keys.format, (await db.get(keys.format)) ?? '')).toMatchObject({ format: 99 }),
    );
  });

  test('a folder that cannot be written, and a path that is a file', async () => {
    const folder = await freshFolder();
    const file = join(folder, 'file');
    await writeFile(file, 'x');
    await expect(createEngine({ store: file })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    if (process.getuid?.() === 0) return;
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0o500);
    await expect(createEngine({ store: join(folder, 'closed', 'store') })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    });
  });

  test('the lock file is there while the engine runs, for its owner only', async () => {
    const { store, bench } = await openBoth();
    expect(await readdir(store)).toContain('engine.json');
    await bench.engine.close();
    expect(await readdir(store)).not.toContain('engine.json');
  });
});

describe('damage', () => {
  /** Two goals that wait; then a record of the first is spoilt, and the store opened again. */
  async function spoil(key: (goalId: string) => string | Promise<string>, how = flip) {
    const { store, options, bench } = await openBoth();
    const tasks = {
      done: { action: note('done') },
      hold: { action: held('hold {{ goal.id }}'), after: ['done'] },
      more: { action: note('more'), after: ['hold'] },
    };
    for (const id of ['sick', 'well']) {
      await bench.submit(tasks, {}, { goalId: id });
      await options.held.call(`hold ${id}`);
    }
    await bench.engine.close({ graceMs: 0 });
    await meddle(store, async (db) => how(db, await key('sick')));
    const second = await openWorkbench(options);
    return { store, options, bench: second };
  }
  async function expectSetAside({ options, bench }: Awaited<ReturnType<typeof spoil>>, message: RegExp) {
    (await options.held.call('hold well')).finish();
    const well = await bench.engine.goal('well');
    expect((await well.result()).status).toBe('succeeded');
    const list = await bench.engine.goals();
    expect(list.map(({ id }) => id).sort()).toEqual(['sick', 'well']);
    expect(list.find(({ id }) => id === 'sick')?.fault).toMatch(message);
    const { healthy, findings } = await bench.engine.diagnose();
    expect(healthy).toBe(false);
    expect(findings.some(({ goal, message: text }) => goal === 'sick' && message.test(text))).toBe(true);
    expect(findings.every(({ goal }) => goal === 'sick')).toBe(true);
    expect(options.held.log.filter((name) => name === 'hold sick').length).toBe(1);
  }

  test('of an actor', async () => {
    await expectSetAside(await spoil((id) => keys.actor(`task/${id}/hold`)), /actors!sick.*damaged/);
  });
  test('of the plan’s actor', async () => {
    await expectSetAside(await spoil((id) => keys.actor(`plan/${id}`)), /actors!sick\/plan.*damaged/);
  });
  test('of a task', async () => {
    await expectSetAside(await spoil((id) => keys.task(id, 'done')), /tasks!sick\/done.*damaged/);
  });
  test('of the plan, its graph, or a part of it', async () => {
    for (const key of [
      keys.plan,
      keys.planGraph,
      (id: string, version: number) => keys.planPart(id, version, 0),
    ]) {
      await expectSetAside(await spoil((id) => key(id, 1)), /plans!sick.*damaged/);
    }
  });
  test('of the goal’s own record', async () => {
    const spoilt = await spoil((id) => keys.goal(id));
    await expectSetAside(spoilt, /goals!sick.*damaged/);
    await expect(spoilt.bench.engine.goal('sick')).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect((await spoilt.bench.engine.collect({ keep: 0 })).goals).toEqual(['well']);
  });
  test('a missing part of a plan', async () => {
    await expectSetAside(
      await spoil(
        (id) => keys.planPart(id, 1, 0),
        (db, key) => db.del(key),
      ),
      /part/,
    );
  });
  test('a record under another key', async () => {
    const swap = async (db: Level<string, string>, key: string): Promise<void> =>
      db.put(key, (await db.get(keys.task('well', 'done'))) ?? '');
    await expectSetAside(await spoil((id) => keys.task(id, 'done'), swap), /checksum/);
  });
  test('an actor of a newer chart', async () => {
    const newer = async (db: Level<string, string>, key: string): Promise<void> => {
      const record = decodeRecord(key, (await db.get(key)) ?? '') as object;
      await db.put(key, encodeRecord(key, { ...record, version: 99 }));
    };
    const spoilt = await spoil((id) => keys.actor(`task/${id}/hold`), newer);
    expect((await spoilt.bench.engine.goals()).find(({ id }) => id === 'sick')?.fault).toMatch(/version 99/);
  });

  test('commands to a goal that was set aside say so; once it is mended it can be revived', async () => {
    let before = '';
    const spoilt = await spoil(
      (id) => keys.task(id, 'done'),
      async (db, key) => {
        before = (await db.get(key)) ?? '';
        await flip(db, key);
      },
    );
    const sick = await spoilt.bench.engine.goal('sick');
    await expect(sick.abort()).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      message: expect.stringMatching(/set aside/) as string,
    });
    await expect(sick.result()).rejects.toMatchObject({
      message: expect.stringMatching(/set aside/) as string,
    });
    await spoilt.bench.engine.close({ graceMs: 0 });
    await meddle(spoilt.store, (db) => db.put(keys.task('sick', 'done'), before));
    const third = await openWorkbench(spoilt.options);
    (await spoilt.options.held.call('hold sick')).finish();
    expect((await (await third.engine.goal('sick')).result()).status).toBe('succeeded');
  });

  test('of the journal’s last record: the store still opens, and says what is wrong', async () => {
    const { store, options, bench } = await openBoth();
    await bench.run({ a: { action: note('a') } }, {}, { goalId: 'one' });
    await bench.engine.close();
    await meddle(store, async (db) => {
      const [last] = await db.keys({ ...keys.journalAll, reverse: true, limit: 1 }).all();
      await flip(db, last ?? '');
    });
    const second = await openWorkbench(options);
    expect((await (await second.engine.goal('one')).snapshot()).status).toBe('succeeded');
    const { result, facts } = await second.run({ b: { action: note('b') } });
    expect(result.status).toBe('succeeded');
    expect(new Set(facts.map(({ seq }) => seq)).size).toBe(facts.length);
    expect((await second.engine.diagnose()).healthy).toBe(false);
  });

  test('of a blob: the task that reads it fails, nothing else', async () => {
    const { store, options, bench } = await openBoth();
    const goal = await bench.submit({
      a: { action: held('big') },
      hold: { action: held('hold'), after: ['a'] },
      use: { action: note('{{ size(tasks.a.output) }}'), after: ['hold'] },
    });
    (await options.held.call('big')).finish('x'.repeat(100_000));
    await options.held.call('hold');
    await bench.engine.close({ graceMs: 0 });
    await meddle(store, async (db) => {
      const [blob] = await db.keys({ gte: '!blobs!', lt: '!blobs!\uffff' }).all();
      await flip(db, blob ?? '');
    });
    const second = await openWorkbench(options);
    (await options.held.call('hold')).finish();
    const again = await second.engine.goal(goal.id);
    await until(again, 'task.failed', 'use');
    expect((await second.engine.diagnose()).findings.map(({ message }) => message).join()).toMatch(/blobs!/);
  });
});

describe('diagnose()', () => {
  test('a healthy store', async () => {
    const { bench } = await openBoth();
    await bench.run({ a: { action: note('a') } });
    const diagnosis = await bench.engine.diagnose();
    expect(diagnosis).toMatchObject({ healthy: true, findings: [], goals: { succeeded: 1 } });
    expect(diagnosis.store.facts).toBeGreaterThan(5);
  });

  test('a missing commit', async () => {
    const { store, options, bench } = await openBoth();
    await bench.run({ a: { action: note('a') }, b: { action: note('b'), after: ['a'] } });
    await bench.engine.close();
    await meddle(store, async (db) => {
      const all = await db.keys(keys.journalAll).all();
      await db.del(all[1] ?? '');
    });
    const second = await openWorkbench(options);
    const { healthy, findings } = await second.engine.diagnose();
    expect(healthy).toBe(false);
    expect(findings.map(({ message }) => message).join()).toMatch(/commits 2 to 2 are missing/);
  });
});

describe('collect()', () => {
  test('deletes ended goals over age or count with all that is theirs; never open ones', async () => {
    const { store, options, bench } = await openBoth();
    for (const id of ['one', 'two', 'three']) {
      await bench.run({ a: { action: note('a') } }, {}, { goalId: id });
      await options.clock.advance(1000);
    }
    await bench.submit({ a: { action: held('a') } }, {}, { goalId: 'open' });
    await options.held.call('a');
    const dry = await bench.engine.collect({ keep: 1, dryRun: true });
    expect(dry.goals.sort()).toEqual(['one', 'two']);
    expect((await bench.engine.goals()).length).toBe(4);
    const byAge = await bench.engine.collect({ olderThanMs: 2_500 });
    expect(byAge.goals).toEqual(['one']);
    expect(byAge.bytes).toBeGreaterThan(0);
    expect((await bench.engine.collect({ keep: 0 })).goals.sort()).toEqual(['three', 'two']);
    expect((await bench.engine.goals()).map(({ id }) => id)).toEqual(['open']);
    await bench.engine.close({ graceMs: 0 });
    await meddle(store, async (db) => {
      const left = (await db.keys().all()).filter((key) => /!(one|two|three)(\/|$)/.test(key));
      expect(left).toEqual([]);
    });
  });

  test('equal blobs stay while somebody has them', async () => {
    const { bench } = await openBoth();
    const text = 'x'.repeat(100_000);
    await bench.run({ a: { action: echo(text) } }, {}, { goalId: 'one' });
    await bench.clock.advance(10);
    const two = await bench.run({ a: { action: echo(text) } }, {}, { goalId: 'two' });
    await bench.engine.collect({ keep: 1 });
    expect((await bench.engine.goals()).map(({ id }) => id)).toEqual(['two']);
    expect((await bench.engine.diagnose()).healthy).toBe(true);
    expect((await two.goal.snapshot()).tasks['a']?.outputBlob).toBeDefined();
    await bench.engine.collect({ keep: 0 });
    expect((await bench.engine.diagnose()).healthy).toBe(true);
  });
});

describe('events', () => {
  test('from any number on, each once and in order, for a goal and for all', async () => {
    const bench = await openWorkbench();
    const one = await bench.run({ a: { action: note('a') } });
    await bench.run({ b: { action: note('b') } });
    const all: number[] = [];
    for await (const { seq } of bench.engine.events({ follow: false })) all.push(seq);
    expect(all).toEqual(Array.from({ length: all.length }, (_, i) => i + 1));
    for (const from of [1, 2, 5, all.length, all.length + 5]) {
      const part: number[] = [];
      for await (const { seq } of bench.engine.events({ follow: false, from })) part.push(seq);
      expect(part).toEqual(all.filter((seq) => seq >= from));
      const own = (await factsOf(one.goal, from)).map(({ seq }) => seq);
      expect(own).toEqual(one.facts.map(({ seq }) => seq).filter((seq) => seq >= from));
    }
  });

  test('live: what is read is on disk, and following ends with the goal', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    const reading = factsUntilEnd(goal.events());
    (await bench.held.call('a')).finish();
    const facts = await reading;
    expect(facts.at(-1)?.type).toBe('goal.succeeded');
    expect(facts).toEqual(await factsOf(goal));
  });

  test('a follower can be stopped by a signal or by leaving its loop', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    await bench.held.call('a');
    const controller = new AbortController();
    const reading = factsUntilEnd(bench.engine.events({ signal: controller.signal }));
    await settle();
    controller.abort();
    expect((await reading).length).toBeGreaterThan(0);
    for await (const fact of goal.events()) if (fact.type === 'attempt.started') break;
    await goal.abort();
  });

  test('result() can be given up by a signal, before and while it waits', async () => {
    const bench = await openWorkbench();
    const goal = await bench.submit({ a: { action: held('a') } });
    await expect(goal.result({ signal: AbortSignal.abort(new Error('no time')) })).rejects.toThrow('no time');
    const controller = new AbortController();
    const waiting = goal.result({ signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    (await bench.held.call('a')).finish();
    expect((await goal.result({ signal: new AbortController().signal })).status).toBe('succeeded');
  });
});

test('a goal that was acknowledged is there in another process', async () => {
  const { store, bench } = await openBoth();
  await bench.engine.submit(plan({ a: { action: held('a') } }, { goal: { name: 'Kept' } }), {
    goalId: 'kept',
  });
  await bench.engine.close({ graceMs: 0 });
  const script = `const { Level } = await import(${JSON.stringify(import.meta.resolve('level'))});
    const db = new Level(${JSON.stringify(join(store, 'db'))}); console.log(await db.get('!goals!kept') !== undefined); await db.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout.trim()).toBe('true');
});

async function factsUntilEnd<T>(events: AsyncIterable<T>): Promise<T[]> {
  const facts: T[] = [];
  for await (const fact of events) facts.push(fact);
  return facts;
}
