// An engine reached from elsewhere behaves as the engine itself: the same handles, the same errors.
import { connectEngine, createEngine, type Engine, type RemoteEngine } from 'statewright';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError, type Problem } from '#src/errors.js';
import { readLockFile, writeLockFile } from '#src/persistence/lock-file.js';
import { createEndpoint } from '#src/services/endpoint/server.js';

let folder: string;
let engine: Engine;
let remote: RemoteEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remote engine '));
  engine = await createEngine({ store: folder, durability: 'relaxed' });
  const found = await connectEngine(folder);
  if (found === undefined) throw new Error('The engine is not found.');
  remote = found;
});
afterEach(async () => {
  await remote.close();
  await engine.close({ graceMs: 0 });
  await rm(folder, { recursive: true });
});

const nap = { version: 1, goal: { name: 'Nap' }, tasks: { nap: { action: { wait: '1ms' } } } };
const ask = {
  version: 1,
  goal: { name: 'Ask' },
  tasks: {
    a: { action: { wait: '1ms' }, approval: 'required' },
    b: { after: ['a'], action: { wait: { signal: 'go' } } },
  },
};

describe('a remote engine', () => {
  test('gives pages of facts', async () => {
    const handle = await remote.submit(nap, { goalId: 'n' });
    await handle.result();
    const own = await engine.goal('n');
    expect(await handle.facts({ limit: 3 })).toEqual(await own.facts({ limit: 3 }));
    const last = await remote.facts({ goal: 'n', limit: 2, reverse: true });
    expect(last.facts.map(({ seq }) => seq)).toEqual([(last.next ?? 0) + 2, (last.next ?? 0) + 1]);
    await expect(remote.facts({ goal: 'nobody' })).rejects.toMatchObject({ code: 'GOAL_UNKNOWN' });
    await expect(handle.facts({ limit: 0 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('submits, follows and gives the result', async () => {
    const handle = await remote.submit(nap, { goalId: 'n' });
    expect(handle.id).toBe('n');
    const types: string[] = [];
    for await (const fact of handle.events()) types.push(fact.type);
    expect(types.at(0)).toBe('goal.submitted');
    expect(types.at(-1)).toBe('goal.succeeded');
    const result = await handle.result();
    expect(result).toEqual(await (await engine.goal('n')).snapshot());
    expect(await remote.goals({ status: 'succeeded' })).toMatchObject([{ id: 'n', name: 'Nap' }]);
    expect((await handle.tasks()).map(({ id }) => id)).toEqual(['nap']);
    expect(await remote.diagnose()).toMatchObject({ healthy: true });
    expect((await remote.plan(nap)).levels).toEqual([['nap']]);
  });

  test('gives commands, and shows what is waited for', async () => {
    const handle = await remote.submit(ask, { goalId: 'a' });
    await expect
      .poll(async () => (await handle.explain()).waits)
      .toMatchObject([{ kind: 'approval', subject: 'a' }]);
    await handle.approve('a', { by: 'Ann' });
    await expect
      .poll(async () => (await handle.explain()).waits)
      .toMatchObject([{ kind: 'external', subject: 'b' }]);
    await handle.pause();
    await handle.resume();
    await handle.signal('go', { n: 1 });
    expect((await handle.result()).status).toBe('succeeded');
    expect((await remote.collect({ keep: 0 })).goals).toEqual(['a']);
  });

  test('throws what the engine throws, with the places', async () => {
    await expect(remote.goal('nobody')).rejects.toMatchObject({ code: 'GOAL_UNKNOWN' });
    const text = 'version: 1\ngoal: { name: X }\ntasks:\n  a:\n    action: { tol: x }\n';
    const error = await remote
      .submit({ document: text }, { file: 'x.yaml' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    const [problem] = (error as { problems: Problem[] }).problems;
    expect(problem).toMatchObject({ file: 'x.yaml', line: 5 });
    const handle = await remote.submit(nap, { goalId: 'n' });
    await handle.result();
    await expect(handle.pause()).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
  });

  test('stops following when it is told to', async () => {
    const handle = await remote.submit(ask);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const fact of handle.events({ signal: stop.signal })) {
      seen.push(fact.type);
      if (fact.type === 'task.blocked') stop.abort();
    }
    expect(seen.at(-1)).toBe('task.blocked');
    await expect(handle.result({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  test('says so when the engine has closed', async () => {
    const handle = await remote.submit(ask);
    const result = handle.result();
    result.catch(() => undefined);
    const reading = (async () => {
      for await (const _ of handle.events());
    })();
    reading.catch(() => undefined);
    await expect.poll(async () => (await handle.explain()).waits.length).toBe(1);
    await engine.close();
    await expect(result).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await expect(reading).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await expect(handle.explain()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(await connectEngine(folder)).toBeUndefined();
  });
});

describe('connecting', () => {
  test('finds nobody behind a lock file that is out of date', async () => {
    const lock = await readLockFile(folder);
    const elsewhere = await mkdtemp(join(tmpdir(), 'remote engine '));
    expect(await connectEngine(elsewhere)).toBeUndefined();
    // Another process has the port now: it does not know the token.
    await writeLockFile(elsewhere, { ...lock, pid: 1, startedAt: 1, token: 'old' });
    expect(await connectEngine(elsewhere)).toBeUndefined();
    await writeLockFile(elsewhere, { pid: 1, startedAt: 1, url: 'http://127.0.0.1:1', token: 'old' });
    expect(await connectEngine(elsewhere)).toBeUndefined();
    await writeLockFile(elsewhere, { pid: 1, startedAt: 1 });
    expect(await connectEngine(elsewhere)).toBeUndefined();
    await rm(elsewhere, { recursive: true });
  });

  test('refuses an engine that speaks another protocol', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'remote engine '));
    const other = await createEndpoint({
      handler: {
        call: () => Promise.resolve({ engine: 'statewright', protocol: 99, pid: 7 }),
        events: async function* () {},
      },
    });
    await writeLockFile(elsewhere, { pid: 7, startedAt: 1, url: other.url, token: other.token });
    await expect(connectEngine(elsewhere)).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringContaining('process 7') as string,
    });
    await other.close();
    await rm(elsewhere, { recursive: true });
  });
});
