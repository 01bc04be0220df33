// The accidents of a test level, one by one, and an engine that lives through them.
import { describe, expect, test } from 'vitest';
import { createEngine, EngineError } from '#src/index.js';
import { createManualClock } from '#src/testing/manual-clock.js';
import { createTestLevel } from '#src/testing/test-level.js';

const put = (key: string, value: string) => ({ type: 'put' as const, key, value });

/** Whether a promise settles before the event loop has gone round a few times. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const note = (): void => {
    isSettled = true;
  };
  void promise.then(note, note);
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
}

describe('a process that dies at a write', () => {
  test.each(['before', 'after'] as const)('%s it: the next finds what was on the disk', async (when) => {
    const level = createTestLevel();
    const db = await level.open();
    level.at(2, { kind: 'stop', when });
    await db.put('a', '1');
    const second = db.batch([put('b', '2'), { type: 'del', key: 'a' }]);
    expect(await level.stopped).toBe('stopped');
    expect(await settles(second)).toBe(false);
    expect(await settles(db.put('c', '3'))).toBe(false);
    const next = await level.next();
    const expected = when === 'after' ? [['b', '2']] : [['a', '1']];
    expect(await next.entries()).toEqual(expected);
    expect(await (await next.open()).iterator().all()).toEqual(expected);
    expect(next.writes).toBe(0);
  });

  test('between two writes', async () => {
    const level = createTestLevel({ entries: [['a', '1']] });
    const db = await level.open();
    level.stop();
    expect(await settles(db.del('a'))).toBe(false);
    expect(level.isStopped).toBe(true);
    expect((await level.next()).get('a')).toBe('1');
  });
});

describe('a write that fails', () => {
  test.each([true, false])('applied: %s; the handle then takes writes and loses them', async (applied) => {
    const level = createTestLevel();
    const db = await level.open();
    await db.put('a', '1');
    level.at(2, { kind: 'fail', applied });
    await expect(db.put('b', '2')).rejects.toMatchObject({ code: 'LEVEL_IO_ERROR', cause: { code: 'EIO' } });
    await db.put('c', '3');
    expect(await db.get('c')).toBe('3');
    expect(level.get('c')).toBeUndefined();
    await db.close();
    const again = await level.open();
    expect(await again.keys().all()).toEqual(applied ? ['a', 'b'] : ['a']);
    await again.put('d', '4');
    expect(level.get('d')).toBe('4');
  });

  test('a full disk fails each write until there is room, and the handle stays bad', async () => {
    const level = createTestLevel();
    const db = await level.open();
    level.fill({ canOpen: false });
    for (const key of ['a', 'b'])
      await expect(db.put(key, '')).rejects.toMatchObject({ cause: { code: 'ENOSPC' } });
    await db.close();
    await expect(level.open()).rejects.toMatchObject({ code: 'LEVEL_DATABASE_NOT_OPEN' });
    level.fill();
    const full = await level.open();
    await expect(full.put('c', '')).rejects.toMatchObject({ cause: { code: 'ENOSPC' } });
    level.makeRoom();
    await full.put('d', '');
    await full.close();
    expect(await level.entries()).toEqual([]);
    const roomy = await level.open();
    await roomy.put('e', '');
    expect(await level.entries()).toEqual([['e', '']]);
  });
});

test('slow writes end one after the other, by the clock', async () => {
  const clock = createManualClock();
  const level = createTestLevel({ clock });
  const db = await level.open();
  level.slow(10);
  const ended: string[] = [];
  for (const key of ['a', 'b']) void db.put(key, '').then(() => ended.push(key));
  expect(await settles(Promise.resolve())).toBe(true);
  expect([ended, level.get('a')]).toEqual([[], undefined]);
  for (const expected of [['a'], ['a', 'b']]) {
    clock.ring(Number.POSITIVE_INFINITY);
    await settles(Promise.resolve());
    expect(ended).toEqual(expected);
  }
  expect(clock.now()).toBe(createManualClock().now() + 20);
});

test('two handles at once, and slow writes without a clock, are refused', async () => {
  const level = createTestLevel();
  await level.open();
  await expect(level.open()).rejects.toMatchObject({ cause: { code: 'LEVEL_LOCKED' } });
  expect(() => level.slow(1)).toThrow('need a clock');
});

test('onWrite sees the operations and may plan what happens', async () => {
  const seen: string[] = [];
  const level = createTestLevel({
    onWrite: ({ number, operations }) => {
      seen.push(`${number}: ${operations.map(({ type, key }) => `${type} ${key}`).join(', ')}`);
      return operations.some(({ key }) => key === 'bad') ? { kind: 'fail' } : undefined;
    },
  });
  const db = await level.open();
  await db.batch([put('a', '1'), put('b', '2')]);
  await db.clear({ gt: 'a' });
  await expect(db.put('bad', '')).rejects.toThrow('IO error');
  expect(seen).toEqual(['1: put a, put b', '2: del b', '3: put bad']);
});

test('an engine lives on a test level, and its goal goes on in the next life', async () => {
  const first = createTestLevel();
  const options = { store: 'memory', builtinTools: false };
  const engine = await createEngine({ ...options, clock: createManualClock(), database: first.open });
  const tasks = { pause: { action: { wait: { signal: 'go' } } } };
  await engine.submit({ version: 1, goal: 'Wait', tasks }, { goalId: 'g' });
  const second = await first.next();
  await using next = await createEngine({ ...options, clock: createManualClock(), database: second.open });
  const goal = await next.goal('g');
  await goal.signal('go', 'there');
  expect((await goal.result()).tasks['pause']?.output).toBe('there');
});

test('a database beside a folder is refused', async () => {
  const made = createEngine({ store: './somewhere', database: createTestLevel().open });
  await expect(made).rejects.toBeInstanceOf(EngineError);
  await expect(made).rejects.toThrow("goes with store: 'memory'");
});

test.each([
  ['that is on the disk all the same', { kind: 'fail', applied: true }],
  ['that is not on the disk', { kind: 'fail', applied: false }],
] as const)('an engine goes over a write that fails, %s', async (_, fault) => {
  const clock = createManualClock();
  const level = createTestLevel();
  const engine = await createEngine({ store: 'memory', builtinTools: false, clock, database: level.open });
  level.at(level.writes + 1, fault);
  const tasks = { nap: { action: { wait: { durationMs: 1_000 } } } };
  const submitted = engine.submit({ version: 1, goal: 'Nap', tasks }, { goalId: 'g' });
  const ended = submitted.then((goal) => goal.result());
  while (!(await settles(ended))) clock.ring(Number.POSITIVE_INFINITY);
  expect((await ended).status).toBe('succeeded');
  await engine.close({ graceMs: 0 });
  const next = await level.next();
  await using again = await createEngine({ store: 'memory', clock, database: next.open });
  expect((await (await again.goal('g')).snapshot()).status).toBe('succeeded');
});
