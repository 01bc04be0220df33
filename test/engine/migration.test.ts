// Migration: a store of another version goes on with this one, or is refused by name. The changed charts are given
// through the runtime's port for charts.
import { describe, expect, test } from 'vitest';
import { createMachine, type AnyStateMachine } from 'xstate';
import { charts } from '#src/engine/charts.js';
import type { Charts } from '#src/engine/runtime-types.js';
import { goalMachine } from '#src/machines/goal.machine.js';
import { decodeRecord, decodeVersioned, encodeRecord } from '#src/persistence/codec.js';
import { keys } from '#src/persistence/keys.js';
import type { Database } from '#src/persistence/ledger.js';
import { migrateFormat, migrateStore, type FormatHistory } from '#src/persistence/migrate.js';
import { type ActorRecord, kindOfKey } from '#src/persistence/records.js';
import { createCrashingStore, type CrashingStore } from './crashing-store.js';
import { createManualClock } from '#src/testing/manual-clock.js';
import { openRig } from '../model-based/rig.js';
import { createQuick, factsOf, note, plan } from './workbench.js';

const names: Readonly<Record<string, string>> = { running: 'working', waiting: 'idle' };

/** Renames two states of a goal wherever a chart or a snapshot names them. */
function renamed<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/[^.]+$/, (name) => names[name] ?? name) as T;
  if (Array.isArray(value)) return value.map(renamed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [names[key] ?? key, renamed(one)]),
  ) as T;
}

const { context: newContext, ...goalConfig } = goalMachine.config;
/** Version 2 of the goal's chart: two states have other names, and the context holds one thing more. */
const changedGoal = createMachine(
  {
    ...(renamed(goalConfig) as object),
    context: (given: never) => ({ ...(newContext as (given: never) => object)(given), label: 'new' }),
  } as never,
  goalMachine.implementations as never,
) as unknown as AnyStateMachine;

const withMigration: Charts = {
  ...charts,
  goal: {
    machine: changedGoal,
    version: charts.goal.version + 1,
    migrations: {
      [charts.goal.version]: (snapshot) => {
        const { context, ...rest } = snapshot as { context: object };
        return { ...renamed(rest), context: { ...context, label: 'migrated' } };
      },
    },
  },
};
const withoutMigration: Charts = {
  ...charts,
  task: { ...charts.task, version: charts.task.version + 1 },
};

const clock = createManualClock();
let id = 0;
const ids = { next: () => `id${++id}`, random: () => 0.5 };
const quick = createQuick();

const tasks = {
  before: { action: note('before') },
  hold: { action: { wait: { signal: 'go' } }, after: ['before'] },
  after: { action: note('after'), after: ['hold'] },
};

/** A store in which one goal waits for a signal in the middle of its plan, and one for an approval of its plan. */
async function begin(): Promise<CrashingStore> {
  const first = await createCrashingStore();
  const rig = await openRig({ db: first.db, clock, ids, tools: quick.tools });
  const half = await rig.submit(plan(tasks), 'half');
  for await (const { type, data } of half.events())
    if (type === 'task.blocked' && data['taskId'] === 'hold') break;
  const goal = { name: 'Gated', constraints: { quality: { humanApprovalRequired: true } } };
  const gated = await rig.submit(plan({ only: { action: note('only') } }, { goal }), 'gated');
  for await (const { type } of gated.events()) if (type === 'goal.blocked') break;
  await rig.runtime.options.ledger.settled();
  first.die();
  return first;
}

const actorsOf = async (db: Database): Promise<[string, ActorRecord][]> =>
  (await db.iterator({ gte: '!actors!', lt: '!actors!\uffff' }).all()).map(([key, value]) => [
    key,
    decodeRecord(key, value) as ActorRecord,
  ]);

const live = async (db: Database, given?: Charts) =>
  openRig({ db, clock, ids, tools: quick.tools, ...(given === undefined ? {} : { charts: given }) });

describe('a changed chart', () => {
  test('takes over half-run goals by its migration; they go on, and what is done is not done again', async () => {
    const start = await begin();
    quick.notes.length = 0;
    const life = await start.next();
    const rig = await live(life.db, withMigration);
    await rig.runtime.options.ledger.settled();
    for (const [key, { machine, version, snapshot }] of await actorsOf(life.db)) {
      expect([key, version]).toEqual([key, withMigration[machine].version]);
      if (machine === 'goal') expect(snapshot['context']).toMatchObject({ label: 'migrated' });
    }
    expect(rig.runtime.system.snapshot('goal/half')?.value).toEqual({ blocked: 'idle' });
    await rig.handle('half').signal('go');
    await rig.handle('gated').approve();
    expect((await rig.handle('half').result()).status).toBe('succeeded');
    expect((await rig.handle('gated').result()).status).toBe('succeeded');
    expect(quick.notes.map(String).sort()).toEqual(['after', 'only']);
    // A new goal begins with the new chart.
    await (await rig.submit(plan(tasks), 'new')).pause();
    expect((await actorsOf(life.db)).find(([key]) => key === keys.actor('goal/new'))?.[1]).toMatchObject({
      version: withMigration.goal.version,
      snapshot: { context: { label: 'new' } },
    });
  });

  test('takes over also when the process dies at any write meanwhile', async () => {
    const start = await begin();
    let deaths = 0;
    for (const written of [true, false]) {
      for (let at = 1; ; at++) {
        const life = await start.next();
        life.dieAt(at, written);
        const work = async (): Promise<'ended'> => {
          const rig = await live(life.db, withMigration);
          await rig.handle('half').signal('go');
          await rig.handle('half').result();
          return 'ended';
        };
        const how = await Promise.race([work(), life.death]);
        const next = await life.next();
        const rig = await live(next.db, withMigration);
        expect([...rig.runtime.faults]).toEqual([]);
        const half = rig.handle('half');
        const done = (await half.snapshot()).status === 'succeeded';
        const isSignalled = (await factsOf(half)).some(({ type }) => type === 'goal.signalled');
        if (!done && !isSignalled) await half.signal('go');
        expect((await half.result()).status).toBe('succeeded');
        const ends = (await factsOf(half)).filter(({ type }) => type === 'task.succeeded');
        expect(ends.map(({ data }) => data['taskId'])).toEqual(['before', 'hold', 'after']);
        if (how === 'ended') break;
        deaths += 1;
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(4);
  });

  test('without a migration refuses its goals by name; the others go on', async () => {
    const start = await begin();
    const life = await start.next();
    const before = await actorsOf(life.db);
    const rig = await live(life.db, withoutMigration);
    expect([...rig.runtime.faults.keys()]).toEqual(['half']);
    const { version } = charts.task;
    expect(rig.runtime.faults.get('half')).toMatch(
      new RegExp(
        `^task/half/hold was stored by version ${version} of the task chart; this engine has version ${version + 1}.*no migration from version ${version}`,
      ),
    );
    await rig.handle('gated').approve();
    expect((await rig.handle('gated').result()).status).toBe('succeeded');
    // Nothing of it was touched: the version that began it can end it.
    const isHalf = ([key]: [string, unknown]): boolean => key.startsWith('!actors!half/');
    expect((await actorsOf(life.db)).filter(isHalf)).toEqual(before.filter(isHalf));
    life.die();
    const old = await live((await life.next()).db);
    await old.handle('half').signal('go');
    expect((await old.handle('half').result()).status).toBe('succeeded');
  });

  test('that is older than what is stored, or whose migration fails, refuses too', async () => {
    const start = await begin();
    const life = await start.next();
    await live(life.db, withMigration);
    life.die();
    const old = await live((await life.next()).db);
    expect(old.runtime.faults.get('half')).toMatch(
      /goal\/half.*version 2 of the goal chart.*newer statewright/,
    );
    const failing: Charts = {
      ...withMigration,
      goal: {
        ...withMigration.goal,
        migrations: {
          [charts.goal.version]: () => {
            throw new Error('it has no label');
          },
        },
      },
    };
    const third = await live((await start.next()).db, failing);
    expect(third.runtime.faults.get('gated')).toMatch(
      /goal\/gated.*migration from version 1 failed: it has no label/,
    );
  });
});

describe('migrateStore()', () => {
  const formats: FormatHistory = {
    format: 3,
    migrations: {
      1: (kind, _key, value) =>
        kind === 'task'
          ? { ...(value as object), reason: `${(value as { reason: string }).reason}+` }
          : value,
      2: (_kind, _key, value) => value,
    },
  };

  /** Records of the first format, and a chart's actor. */
  async function old(count: number): Promise<CrashingStore> {
    const entries: [string, string][] = [
      [keys.format, encodeRecord(keys.format, { format: 1, createdAt: 1 }, 1)],
      ['!blobs!00', '"text"'],
    ];
    for (let i = 0; i < count; i++) {
      const key = keys.task('g', `t${i}`);
      entries.push([key, encodeRecord(key, { status: 'pending', attempts: 0, reason: 'r' }, 1)]);
    }
    const key = keys.actor('goal/g');
    const snapshot = { context: {} };
    entries.push([key, encodeRecord(key, { machine: 'goal', version: 1, snapshot }, 1)]);
    return createCrashingStore(entries);
  }
  const run = (db: Database, check = false) => migrateStore(db, { charts: withMigration, formats, check });
  const all = async (db: Database) => db.iterator().all();

  test('says what it would do and changes nothing; then does that, once', async () => {
    const { db } = await old(10);
    const before = await all(db);
    const expected = {
      format: { from: 1, to: 3 },
      records: 11,
      actors: [{ chart: 'goal', from: 1, to: 2, count: 1 }],
      refused: [],
    };
    expect(await run(db, true)).toEqual(expected);
    expect(await all(db)).toEqual(before);
    expect(await run(db)).toEqual(expected);
    const after = await all(db);
    for (const [key, stored] of after) {
      if (kindOfKey(key) === undefined) continue;
      const { version, value } = decodeVersioned(key, stored, 3);
      expect(version).toBe(3);
      if (key.startsWith('!tasks!')) expect(value).toMatchObject({ reason: 'r+' });
      if (key === keys.format) expect(value).toEqual({ format: 3, createdAt: 1 });
    }
    expect(await run(db)).toEqual({ ...expected, format: { from: 3, to: 3 }, records: 0, actors: [] });
    expect(await all(db)).toEqual(after);
  });

  test('is done again after it died at any write, and each record is migrated once', async () => {
    const start = await old(1_200);
    const calm = await start.next();
    await run(calm.db);
    const wanted = await all(calm.db);
    let deaths = 0;
    for (const written of [true, false]) {
      for (let at = 1; ; at++) {
        const life = await start.next();
        life.dieAt(at, written);
        const how = await Promise.race([run(life.db).then(() => 'ended'), life.death]);
        const next = await life.next();
        await run(next.db);
        expect(await all(next.db)).toEqual(wanted);
        if (how === 'ended') break;
        deaths += 1;
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(6);
  });

  test('refuses by name what nothing leads away from, and a format nobody knows, and changes nothing', async () => {
    const { db } = await old(3);
    const before = await all(db);
    const gap = { ...formats, migrations: { 1: formats.migrations[1] as never } };
    await expect(migrateStore(db, { charts: {}, formats: gap, check: false })).rejects.toMatchObject({
      code: 'STORE_OLDER',
      message: expect.stringMatching(/format 1.*reads 3.*no migration from format 2/) as string,
    });
    const newer = { format: 0, migrations: {} };
    await expect(migrateStore(db, { charts: {}, formats: newer, check: false })).rejects.toMatchObject({
      code: 'STORE_NEWER',
    });
    expect(await all(db)).toEqual(before);
    const key = keys.actor('goal/h');
    await db.put(key, encodeRecord(key, { machine: 'goal', version: 7, snapshot: {} }, 1));
    const { refused } = await run(db);
    expect(refused).toEqual([
      { subject: 'goal/h', message: expect.stringMatching(/goal\/h.*version 7.*has version 2/) as string },
    ]);
  });

  test('opening migrates the format, so that nobody has to', async () => {
    const { db } = await createCrashingStore();
    await db.put(keys.format, encodeRecord(keys.format, { format: 1, createdAt: 7 }, 1));
    await migrateFormat(db, formats);
    expect(decodeVersioned(keys.format, (await db.get(keys.format)) ?? '', 3).value).toMatchObject({
      format: 3,
    });
  });
});
