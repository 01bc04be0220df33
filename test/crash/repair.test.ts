// `doctor --repair`: what can be saved of a damaged store is saved, what was lost is said, and the rest goes on.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repairStore } from '#src/index.js';
import { keys } from '#src/persistence/keys.js';
import { createDice } from '../simulation/dice.js';
import { carryOn, copyOf, makeOriginal, openJob, type Original } from './damaged-store.js';

let original: Original & AsyncDisposable;
beforeAll(async () => {
  original = await makeOriginal();
});
afterAll(() => original[Symbol.asyncDispose]());

type Store = Level<string, string>;

async function meddle(folder: string, work: (db: Store) => Promise<unknown>): Promise<void> {
  const db: Store = new Level(join(folder, 'db'), { valueEncoding: 'utf8' });
  await db.open();
  await work(db);
  await db.close();
}

const spoil = async (db: Store, key: string): Promise<void> =>
  db.put(key, ((await db.get(key)) ?? '').replace('{', '['));
const everyKey = async (folder: string): Promise<string[]> => {
  let found: string[] = [];
  await meddle(folder, async (db) => void (found = await db.keys().all()));
  return found;
};

test('a store that is well is left as it is', async () => {
  await using copy = await copyOf(original);
  const before = await everyKey(copy.folder);
  expect(await repairStore(copy.folder)).toEqual({
    folder: copy.folder,
    steps: [],
    left: [],
    salvaged: undefined,
  });
  expect(await everyKey(copy.folder)).toEqual(before);
});

test('a store that an engine has is left alone', async () => {
  await using copy = await copyOf(original);
  const engine = await openJob(copy.folder, []);
  await expect(repairStore(copy.folder)).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  await engine.close({ graceMs: 0 });
});

test('indexes and counts are made anew, and nobody is set aside for them', async () => {
  await using copy = await copyOf(original);
  const before = await everyKey(copy.folder);
  await meddle(copy.folder, async (db) => {
    for (const prefix of ['!goalIndex!', '!journalByGoal!', '!blobCounts!', keys.openCount])
      await db.clear({ gte: prefix, lt: `${prefix}\uffff` });
    await db.put('!goalIndex!open/0000000000000001/nobody', '');
  });
  const { steps, left } = await repairStore(copy.folder);
  expect([left, steps.join()]).toEqual([[], expect.stringMatching(/made anew/)]);
  expect(await everyKey(copy.folder)).toEqual(before);
  expect(await carryOn(copy.folder, original)).toMatchObject({
    findings: [],
    aside: [],
    gone: [],
    repeated: [],
  });
});

test('a damaged record leaves for the file, its goal is set aside, the others end', async () => {
  await using copy = await copyOf(original);
  const key = keys.task('four', 'a');
  await meddle(copy.folder, (db) => spoil(db, key));
  const { steps, left, salvaged } = await repairStore(copy.folder);
  expect(steps.join('\n')).toMatch(/taken out: Record !tasks!four\/a.*\n.*goal four was set aside/);
  expect(left.join()).toMatch(/four: .*four/);
  const lines = (await readFile(join(copy.folder, salvaged ?? ''), 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual([key]);
  const after = await carryOn(copy.folder, original);
  expect(after).toMatchObject({
    aside: ['four'],
    gone: [],
    ended: { one: 'succeeded', two: 'succeeded', three: 'succeeded' },
  });
});

test('a goal whose own record is gone leaves the store; all that can be read of it is in the file', async () => {
  await using copy = await copyOf(original);
  const own = (await everyKey(copy.folder)).filter((key) => /^!(tasks|actors|effects|plans)!two\//.test(key));
  await meddle(copy.folder, (db) => spoil(db, keys.goal('two')));
  const { steps, left, salvaged } = await repairStore(copy.folder);
  expect([left, steps.join()]).toEqual([[], expect.stringMatching(/goal two has left the store/)]);
  const text = await readFile(join(copy.folder, salvaged ?? ''), 'utf8');
  const saved = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { key: string }).key);
  expect(saved).toEqual(expect.arrayContaining([...own, keys.goal('two')]));
  expect(await carryOn(copy.folder, original)).toMatchObject({
    gone: ['two'],
    aside: [],
    ended: { one: 'succeeded', three: 'succeeded', four: 'succeeded' },
  });
});

test('goals that a missing batch may have changed are set aside, until somebody has looked', async () => {
  for (const isRepaired of [false, true]) {
    await using copy = await copyOf(original);
    await meddle(copy.folder, async (db) => {
      const all = await db.keys(keys.journalAll).all();
      await db.del(all.at(-2) ?? '');
    });
    if (isRepaired) await repairStore(copy.folder);
    const after = await carryOn(copy.folder, original);
    expect(after).toMatchObject({ aside: ['two', 'four'], ended: { one: 'succeeded', three: 'succeeded' } });
    const engine = await openJob(copy.folder, []);
    await engine.revive('four');
    expect((await (await engine.goal('four')).result()).status).toBe('succeeded');
    await engine.close({ graceMs: 0 });
  }
});

test('a damaged batch of the journal costs its facts only; a missing one is written down', async () => {
  await using copy = await copyOf(original);
  await meddle(copy.folder, async (db) => {
    const all = await db.keys(keys.journalAll).all();
    await spoil(db, all[2] ?? '');
    await db.del(all[4] ?? '');
  });
  const { steps } = await repairStore(copy.folder);
  expect(steps.join('\n')).toMatch(/taken out: Record !journal!/);
  expect(steps.join('\n')).toMatch(/lost: commits \d+ to \d+ are missing/);
  const after = await carryOn(copy.folder, original);
  expect(
    after.findings.some(({ severity, message }) => severity === 'warning' && /are missing/.test(message)),
  ).toBe(true);
  expect(Object.values(after.ended).every((how) => how === 'succeeded')).toBe(true);
});

describe('files that LevelDB cannot do without', () => {
  test.each(['CURRENT', 'MANIFEST'])(
    '%s is missing: the database is built anew, nothing is lost',
    async (name) => {
      await using copy = await copyOf(original);
      const place = join(copy.folder, 'db');
      const before = await everyKey(copy.folder);
      const file = (await readdir(place)).find((one) => one.startsWith(name)) ?? '';
      await rm(join(place, file));
      await expect(openJob(copy.folder, [])).rejects.toMatchObject({
        code: 'STORE_DAMAGED',
        message: expect.stringMatching(/missing.*doctor --repair/) as string,
      });
      const { steps, left } = await repairStore(copy.folder);
      expect([left, steps.join()]).toEqual([[], expect.stringMatching(/built anew/)]);
      expect(existsSync(join(copy.folder, 'db.damaged-1'))).toBe(true);
      expect(await everyKey(copy.folder)).toEqual(before);
      expect(await carryOn(copy.folder, original)).toMatchObject({
        findings: [],
        aside: [],
        gone: [],
        repeated: [],
      });
    },
  );
});

test('whatever byte of a log is flipped, after a repair what is left ends or is set aside', {
  timeout: 60_000,
}, async () => {
  const dice = createDice(5);
  const logs = (await readdir(join(original.folder, 'db'))).filter((file) => file.endsWith('.log'));
  for (let i = 0; i < 20; i++) {
    await using copy = await copyOf(original);
    const path = join(copy.folder, 'db', dice.pick(logs));
    const bytes = await readFile(path);
    const at = dice.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    await writeFile(path, bytes);
    await repairStore(copy.folder);
    const { refused, ended } = await carryOn(copy.folder, original);
    const wrongs = Object.entries(ended).filter(([, how]) => how !== 'succeeded');
    expect({ at, refused, wrongs }).toEqual({ at, refused: undefined, wrongs: [] });
  }
});
